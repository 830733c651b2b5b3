package browser

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"
	"unicode/utf8"
)

// patternTexts are searched with every expression of patternCorpus.
func patternTexts() []string {
	return []string{
		"", "a", "A", "abc", "ABC", "aaa", "a\nb", "a\r\nb", "\n", "a\n", "line one\nline two\n", "3 results", "12.50", "₪ 1,234.50",
		"קניית נעליים", "נעליים 42", "סה״כ 12", "می\u200cخواهم ۱۲", "Straße", "STRASSE", "ſ", "K", "k", "ß", "ẞ", "É", "e\u0301", "😀", "😀😀", "a😀b",
		"foo_bar", "foo-bar", "foo/bar", "[x]", "{x}", "a.b", "x^y$z", `back\slash`, "\u2028", "\u00a0", "tab\there", "Order #123456", "q=shoes&p=1",
		"aaaaaaaaaab", "Σας σ ς", "İıIi", "\x00", "\u00ad", "”quoted“", `"quoted"`,
	}
}

func patternCorpus() []string {
	return []string{
		"", "a", "abc", "^a", "a$", "^$", "^abc$", "(?m)^a$", "(?m)^line", "(?m)one$", "(?s)a.b", "a.b", ".", "(?s).", `\Aa`, `a\z`, `\A\z`,
		"(?i)abc", "(?i)k", "(?i)s", "(?i)ß", "(?i)straße", "(?i)[k-l]", "(?i)σ", "(?i)é", "(?i)i", "(?i:A)bc", "(?i)(?-i:a)BC", "(?i)קניית",
		"[abc]", "[^abc]", "[a-c]", `[\]\-\\^]`, `[^\n]`, "[[:alpha:]]+", "[[:^digit:]]", `\d+`, `\D`, `\w+`, `\W`, `\s`, `\S+`, `[\d\s]`, `[^\d]`,
		`\pL+`, `\p{Hebrew}+`, `\p{Arabic}`, `\PL`, `\p{Lu}`, `\p{Greek}`, `[\p{Nd}]+`, `[^\p{L}]`, `\p{Sc}`, `\b\w`, `\bfoo\b`, `\Boo`, `\b`, `\B`, `\bנ`,
		"a*", "a+", "a?b", "a*?b", "a+?", "a??", "(?U)a+b", "(?U)a+?b", "a{2}", "a{2,}", "a{1,2}", "a{0}", "a{0,1}b", "(a|b)+", "(?:ab)*", "(a*)*", "(a*)+b", "(|a)+b",
		"a|b|c", "a||b", "|", "()", "(?P<name>a)b", "(?<name>a)b", "(?:^)*a", "(^|x)a", "(?:$)+", `(\b)+a`, "(?m)(^)*l", "x|^a", "a$|b",
		`\.`, `\$`, `\^`, `\/`, `/`, `\{`, "{x}", `\[x\]`, `\\`, `\x41`, `\x{5e0}`, `\n`, `\t`, `\r`, `\a`, `\Q[x]\E`, `\Q.\E`, `\x{1F600}`, "😀+", "^😀$", "[😀-😂]", "^.$", "^..$",
		`^\d+ results$`, `₪ ?[\d,.]+`, "Order #[0-9]{6}", `q=\w+`, `[^\x00-\x7F]`, `[\x00-\x{10FFFF}]`, `[^\x00-\x{10FFFF}]`, "סה״כ", "[“”]", `["'”]quoted`, "-", "[-a]", "[a-]", "#", "&&", "~", "!", "[&&]", "[a&&b]", "[--x]",
	}
}

// goAndPage tells whether an expression matches a text by Go and by the page.
func goAndPage(t *testing.T, eval evaluate, expr, text string) (inGo, inPage bool) {
	t.Helper()
	source, flags, err := jsPattern(expr)
	if err != nil {
		t.Fatalf("jsPattern(%q): %v", expr, err)
	}
	eval(t, fmt.Sprintf("new RegExp(%s, %s).test(%s)", jsString(source), jsString(flags), jsString(text)), &inPage)
	return regexp.MustCompile(expr).MatchString(text), inPage
}

// jsString writes a text as a JavaScript literal.
func jsString(text string) string {
	literal := make([]byte, 0, len(text)+2)
	literal = append(literal, '"')
	for _, r := range text {
		if r < ' ' || r == '"' || r == '\\' || r > '~' {
			literal = append(literal, `\u{`+strconv.FormatInt(int64(r), 16)+`}`...)
			continue
		}
		literal = append(literal, byte(r))
	}
	return string(append(literal, '"'))
}

func TestJSPatternMatchesWhatGoMatches(t *testing.T) {
	eval := newFinderTab(t).open(t, "/", "")
	texts := patternTexts()
	list := "["
	for _, text := range texts {
		list += jsString(text) + ","
	}
	eval(t, "(globalThis.texts = "+list+"]).length", new(int))
	for _, expr := range patternCorpus() {
		source, flags, err := jsPattern(expr)
		if err != nil {
			t.Errorf("jsPattern(%q): %v", expr, err)
			continue
		}
		var inPage []bool
		eval(t, fmt.Sprintf("texts.map(text => new RegExp(%s, %s).test(text))", jsString(source), jsString(flags)), &inPage)
		re := regexp.MustCompile(expr)
		for i, text := range texts {
			if inGo := re.MatchString(text); inGo != inPage[i] {
				t.Errorf("%q in %q: got %t from the page with /%s/%s, want %t", expr, text, inPage[i], source, flags, inGo)
			}
		}
	}
}

func TestJSPatternRefusesWhatGoRefuses(t *testing.T) {
	for _, expr := range []string{"(", "[", "a**", `\1`, "(?=a)", "a{1001}", `\pX`} {
		if source, _, err := jsPattern(expr); err == nil {
			t.Errorf("jsPattern(%q) = %q; want an error", expr, source)
		}
	}
}

func FuzzJSPattern(f *testing.F) {
	for i, expr := range patternCorpus() {
		texts := patternTexts()
		f.Add(expr, texts[i%len(texts)])
	}
	tab := newFinderTab(f)
	eval := tab.open(f, "/", "")
	f.Fuzz(func(t *testing.T, expr, text string) {
		if _, err := regexp.Compile(expr); err != nil || !utf8.ValidString(expr) || !utf8.ValidString(text) {
			return
		}
		if inGo, inPage := goAndPage(t, eval, expr, text); inGo != inPage {
			t.Errorf("%q in %q: got %t from the page, want %t", expr, text, inPage, inGo)
		}
	})
}
