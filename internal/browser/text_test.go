package browser

import (
	"fmt"
	"strings"
	"testing"
)

// Texts that people take for the same are the same, whichever of the two the
// page says and whichever the journey; those that differ for them differ.
func TestTextAsPeopleSeeIt(t *testing.T) {
	tab := newFinderTab(t)
	for _, c := range []struct {
		name, one, other string
		same             bool
	}{
		{"no-break space", "1\u00a0299 kr", "1 299 kr", true},
		{"narrow no-break space", "1\u202f299 €", "1 299 €", true},
		{"ideographic space", "東京\u3000駅", "東京 駅", true},
		{"line ends and tabs", "Add\n\t to cart", "Add to cart", true},
		{"soft hyphen", "Ver\u00adsand", "Versand", true},
		{"zero-width space", "super\u200bmarket", "supermarket", true},
		{"word joiner", "a\u2060b", "ab", true},
		{"byte order mark", "\ufeffHello", "Hello", true},
		{"left-to-right mark", "שלום\u200e!", "שלום!", true},
		{"right-to-left mark", "קנה\u200f (3)", "קנה (3)", true},
		{"Arabic letter mark", "\u061cسعر", "سعر", true},
		{"isolates", "מחיר \u2066199 ₪\u2069", "מחיר 199 ₪", true},
		{"embeddings", "\u202bשלום\u202c", "שלום", true},
		{"composed and decomposed", "Cafe\u0301", "Café", true},
		{"geresh", "צ׳אט", "צ'אט", true},
		{"gershayim", "מע״מ", `מע"מ`, true},
		{"typographic quotes", "“Don’t”", `"Don't"`, true},
		{"maqaf", "תל־אביב", "תל-אביב", true},
		{"hyphen that doesn't break", "e\u2011mail", "e-mail", true},
		{"Persian non-joiner", "نمی\u200cخواهم", "نمیخواهم", true},
		{"niqqud", "שָׁלוֹם", "שלום", false},
		{"Arabic and Persian yeh", "علي", "علی", false},
		{"Arabic and Persian kaf", "كتاب", "کتاب", false},
		{"Arabic-Indic digits", "١٢٣", "123", false},
		{"Persian digits", "۱۲۳", "١٢٣", false},
		{"full-width forms", "ＡＢＣ", "ABC", false},
		{"case", "Buy", "buy", false},
		{"a dash is no hyphen", "9–17", "9-17", false},
		{"joined emoji", "👩\u200d🚀", "👩🚀", false},
		{"maqaf is no space", "תל־אביב", "תל אביב", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, pair := range [][2]string{{c.one, c.other}, {c.other, c.one}} {
				eval := tab.open(t, "/", `<button m=1>`+pair[0]+`</button><label>`+pair[0]+`<input m=2></label><img m=3 width=9 height=9 src="data:," alt="`+strings.ReplaceAll(pair[0], `"`, "&quot;")+`">`)
				for mark, wanted := range map[string]target{"1": role("button", pair[1]), "2": by("label", pair[1]), "3": by("alt", pair[1])} {
					var got string
					eval(t, fmt.Sprintf(marks, wanted.js()), &got)
					if (got == mark) != c.same {
						t.Errorf("the page says %q, the journey %s: found %q", pair[0], wanted.js(), got)
					}
				}
				var page bool
				eval(t, fmt.Sprintf(`samui.claims.judge({claim: 'text', op: 'contains', text: %s.s}).holds`, target{"s": pair[1]}.js()), &page)
				if page != c.same {
					t.Errorf("the page says %q, text: %q holds: %v", pair[0], pair[1], page)
				}
			}
		})
	}
}
