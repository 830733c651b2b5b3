package journey

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// spellings are the ways in which a page, a URL or an error shows a text.
func spellings() map[string]func(string) string {
	perByte := func(format string) func(string) string {
		return func(s string) string {
			var b strings.Builder
			for _, c := range []byte(s) {
				fmt.Fprintf(&b, format, c)
			}
			return b.String()
		}
	}
	return map[string]func(string) string{
		"as it is":                func(s string) string { return s },
		"query":                   url.QueryEscape,
		"path":                    url.PathEscape,
		"encodeURIComponent":      encodeURIComponent,
		"percent, every byte":     perByte("%%%02X"),
		"percent, lower-case hex": perByte("%%%02x"),
		"hexadecimal":             func(s string) string { return hex.EncodeToString([]byte(s)) },
		"hexadecimal, capitals":   func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
		"in capitals":             strings.ToUpper,
		"query, twice":            func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
		"percent, twice":          func(s string) string { return url.QueryEscape(perByte("%%%02X")(s)) },
		"JSON, twice": func(s string) string {
			once, _ := json.Marshal(s)
			twice, _ := json.Marshal(string(once))
			return strings.TrimSuffix(strings.TrimPrefix(string(twice), `"\"`), `\""`)
		},
		"HTML, twice": func(s string) string { return html.EscapeString(html.EscapeString(s)) },
		"JSON in a query": func(s string) string {
			data, _ := json.Marshal(s)
			return url.QueryEscape(strings.Trim(string(data), `"`))
		},
		"query in HTML": func(s string) string { return html.EscapeString(url.QueryEscape(s)) },
		"a query in base64": func(s string) string {
			return base64.RawURLEncoding.EncodeToString([]byte("/login?next=" + url.QueryEscape(url.QueryEscape(s))))
		},
		"base64":                 func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"base64 without padding": func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) },
		"base64 for URLs":        func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
		"base64 in a query":      func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s))) },
		"JSON":                   func(s string) string { data, _ := json.Marshal(s); return string(data) },
		"JSON in ASCII":          strconv.QuoteToASCII,
		"Go":                     strconv.Quote,
		"HTML":                   html.EscapeString,
		"HTML, named quotation":  func(s string) string { return strings.ReplaceAll(html.EscapeString(s), "&#34;", "&quot;") },
		"JavaScript single quotes": func(s string) string {
			return strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "/", `\/`).Replace(s)
		},
	}
}

// encodeURIComponent is JavaScript's: it leaves !'()* alone and writes a space
// as %20.
func encodeURIComponent(s string) string {
	return strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").Replace(url.QueryEscape(s))
}

func TestRedactFindsEverySpelling(t *testing.T) {
	for _, secret := range []string{
		"hunter2!", "p@ss w!rd", `quo"te\back`, "per%cent", "pl+us", "a&b<c>d", "o'brien", "tab\tnew\nline", "סיסמה1", "🔑key", "a*b~c", "%41%42", `\u0041\n`, "a/b?c=d",
	} {
		r := NewRedactor(NewSecret(secret))
		for name, spell := range spellings() {
			text := "before " + spell(secret) + " after"
			got := strings.NewReplacer(`"`, "", "=", "", "%3D", "").Replace(r.Redact(text)) // quotes and padding may stay
			if want := "before <secret> after"; got != want {
				t.Errorf("%s: Redact(%q) = %q, want %q", name, text, got, want)
			}
		}
	}
}

// Within the base64 of a longer text at most what no character of it holds alone
// is left beside <secret>.
func TestRedactWithinBase64(t *testing.T) {
	const secret = "p@ss w!rd/ש"
	r := NewRedactor(NewSecret(secret))
	for _, e := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		for _, before := range []string{"", "u", "us", "use", "user:", "anna:", "ab:"} {
			for _, after := range []string{"", "x", "xy", "xyz"} {
				text := e.EncodeToString([]byte(before + secret + after))
				got := r.Redact("Basic " + text + ".")
				prefix, rest, found := strings.Cut(got, "<secret>")
				decoded, _ := base64.RawStdEncoding.DecodeString(strings.TrimPrefix(prefix, "Basic "))
				if !found || !strings.HasPrefix(before, strings.TrimRight(string(decoded), "\x00")) || len(rest) > len(after)*2+3 {
					t.Errorf("%q in %q: got %q", secret, before+secret+after, got)
				}
			}
		}
	}
}

func TestRedact(t *testing.T) {
	tests := map[string]struct {
		secrets []string
		text    string
		want    string
	}{
		"nothing to hide":                   {nil, "hunter2", "hunter2"},
		"an empty text":                     {[]string{"hunter2"}, "", ""},
		"an absent secret":                  {[]string{"hunter2"}, "hunter, 2%", "hunter, 2%"},
		"every time":                        {[]string{"hunter2"}, "hunter2hunter2 hunter2", "<secret><secret> <secret>"},
		"too short to be searched for":      {[]string{"777", ""}, "7777", "7777"},
		"just long enough":                  {[]string{"7777"}, "a7777", "a<secret>"},
		"one inside another":                {[]string{"hunt", "hunter2"}, "hunter2 hunt hunter", "<secret> <secret> <secret>er"},
		"one inside another, longest first": {[]string{"hunter2", "hunt"}, "hunter2 hunt", "<secret> <secret>"},
		"one inside another, at its end":    {[]string{"ter2", "hunter2"}, "hunter2 ter2", "<secret> <secret>"},
		"one overlapping another":           {[]string{"abcdef", "defghi"}, "abcdefghi", "<secret>"},
		"a short one opening a longer":      {[]string{"abcd", "bcdefgh"}, "abcdefgh!", "<secret>!"},
		"one overlapping itself":            {[]string{"abab"}, "abababx", "<secret>x"},
		"an escape begun and cut off":       {[]string{"p@ss"}, "p%4", "p%4"},
		"not an escape":                     {[]string{"p@ss"}, "p%zzss p&amp p&;ss p\\", "p%zzss p&amp p&;ss p\\"},
		"half escaped":                      {[]string{"p@ss"}, "%70@s%73", "<secret>"},
		"cut off":                           {[]string{"correct horse"}, "says “correct ho…” here", "says “<secret>…” here"},
		"cut off, escaped":                  {[]string{"se/cr/et1"}, "q=se%2Fcr%2F…", "q=<secret>…"},
		"cut off within an escape":          {[]string{"se/cr/et1"}, "q=se%2Fcr%2…", "q=<secret>%2…"},
		"cut off in base64":                 {[]string{"correct horse"}, "#bmV4dD1jb3JyZWN0JTIwaG…", "#<secret>…"},
		"cut off too early to be known":     {[]string{"correct horse"}, "corn cor…", "corn cor…"},
		"cut off before":                    {[]string{"correct horse"}, "…ct horse, he said", "…<secret>, he said"},
		"a percent sign left alone":         {[]string{"100%ab c"}, "?q=100%ab%20c", "?q=<secret>"},
		"a stray surrogate":                 {[]string{"🔑key"}, `\ud83d key`, `\ud83d key`},
		"a pair of surrogates":              {[]string{"🔑key"}, `\ud83d\udd11key`, `<secret>`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var secrets []Secret
			for _, s := range tt.secrets {
				secrets = append(secrets, NewSecret(s))
			}
			if got := NewRedactor(secrets...).Redact(tt.text); got != tt.want {
				t.Errorf("Redact(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func BenchmarkRedact(b *testing.B) {
	r := NewRedactor(NewSecret("hunter2"), NewSecret("correct horse battery staple"))
	text := strings.Repeat("https://shop.example/search?q=%D7%A9%D7%9C%D7%95%D7%9D&page=2 ", 60) // 4 KB
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r.Redact(text)
	}
}
