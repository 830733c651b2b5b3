package journey

import (
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

func TestTargetString(t *testing.T) {
	secret := NewText(Part{Secret: NewSecret("hunter2"), Source: "${secret:NAME}"})
	for want, target := range map[string]Target{
		`"Add to cart"`:                                      {By: ByAny, Value: Plain("Add to cart")},
		`"Say \"hi\""`:                                       {By: ByAny, Value: Plain(`Say "hi"`)},
		`{testid: cart-count}`:                               {By: ByTestID, Value: Plain("cart-count")},
		`{role: button, name: Buy}`:                          {By: ByRole, Value: Plain("button"), Name: Plain("Buy")},
		`{role: button}`:                                     {By: ByRole, Value: Plain("button")},
		`{css: "#buy > a:hover", nth: 2}`:                    {By: ByCSS, Value: Plain("#buy > a:hover"), Nth: 2},
		`{text: Buy, nth: last}`:                             {By: ByText, Value: Plain("Buy"), Nth: Last},
		`{text: Buy, nth: 1}`:                                {By: ByAny, Value: Plain("Buy"), Nth: 1}, // no plain string can be narrowed
		`{label: "<secret>"}`:                                {By: ByLabel, Value: secret},
		`{role: link, within: "Main menu"}`:                  {By: ByRole, Value: Plain("link"), Within: &Target{By: ByAny, Value: Plain("Main menu")}},
		`{text: {is: Buy}}`:                                  {By: ByText, Value: Plain("Buy"), Op: Is},
		`{label: {contains: "e, mail"}}`:                     {By: ByLabel, Value: Plain("e, mail"), Op: Contains},
		`{role: link, name: {matches: "^Cart \\(\\d+\\)$"}}`: {By: ByRole, Value: Plain("link"), Name: Plain(`^Cart \(\d+\)$`), NameOp: Matches},
		`{first_of: ["Buy now", {testid: buy}], within: {role: main}, nth: 1}`: {
			By: ByFirst, FirstOf: []Target{{By: ByAny, Value: Plain("Buy now")}, {By: ByTestID, Value: Plain("buy")}}, Within: &Target{By: ByRole, Value: Plain("main")}, Nth: 1,
		},
		`{css: article, within: {testid: list}, has: "1,299 ₪"}`: {
			By: ByCSS, Value: Plain("article"), Within: &Target{By: ByTestID, Value: Plain("list")}, Has: Plain("1,299 ₪"),
		},
		`{label: Card number, frame: "Secure payment"}`: {By: ByLabel, Value: Plain("Card number"), Frame: &Target{By: ByAny, Value: Plain("Secure payment")}},
		`{text: OK, frame: {css: iframe, nth: 2, frame: {css: "#bank"}}}`: {
			By: ByAny, Value: Plain("OK"), Frame: &Target{By: ByCSS, Value: Plain("iframe"), Nth: 2, Frame: &Target{By: ByCSS, Value: Plain("#bank")}},
		},
	} {
		if got := target.String(); got != want {
			t.Errorf("String() = %s, want %s", got, want)
		}
	}
}

func TestExpectationString(t *testing.T) {
	count := &Target{By: ByTestID, Value: Plain("cart-count")}
	for want, e := range map[string]Expectation{
		`text: "New arrivals"`:                      {Claim: ClaimText, Op: Contains, Text: Plain("New arrivals")},
		`no_text: "Sold out"`:                       {Claim: ClaimNoText, Op: Contains, Text: Plain("Sold out")},
		`text: {in: {testid: cart-count}, is: "1"}`: {Claim: ClaimText, Target: count, Op: Is, Text: Plain("1")},
		`text: {matches: "[0-9]+ results"}`:         {Claim: ClaimText, Op: Matches, Text: Plain("[0-9]+ results")},
		`visible: "Buy"`:                            {Claim: ClaimVisible, Target: &Target{By: ByAny, Value: Plain("Buy")}},
		`hidden: {testid: cart-count}`:              {Claim: ClaimHidden, Target: count},
		`url: "/cart"`:                              {Claim: ClaimURL, Op: Is, Text: Plain("/cart"), Path: true},
		`url: {contains: q=shoes}`:                  {Claim: ClaimURL, Op: Contains, Text: Plain("q=shoes")},
		`title: "Demo shop"`:                        {Claim: ClaimTitle, Op: Is, Text: Plain("Demo shop")},
		`title: {contains: shop}`:                   {Claim: ClaimTitle, Op: Contains, Text: Plain("shop")},
		`count: {testid: cart-count, at_least: 3}`:  {Claim: ClaimCount, Target: count, Op: AtLeast, Number: 3},
		`value: {testid: cart-count, is: Large}`:    {Claim: ClaimValue, Target: count, Op: Is, Text: Plain("Large")},
		`checked: {testid: cart-count}`:             {Claim: ClaimChecked, Target: count},
		`attribute: {testid: cart-count, named: aria-label, contains: one}`: {Claim: ClaimAttribute, Target: count, Name: "aria-label", Op: Contains, Text: Plain("one")},
		`cookie: "session"`:                                  {Claim: ClaimCookie, Name: "session"},
		`cookie: {named: seen, contains: sale}`:              {Claim: ClaimCookie, Name: "seen", Op: Contains, Text: Plain("sale")},
		`no_console_errors`:                                  {Claim: ClaimNoConsoleErrors},
		`number: {in: {testid: cart-count}}`:                 {Claim: ClaimNumber, Target: count},
		`number: {in: {testid: cart-count}, below: 2.5}`:     {Claim: ClaimNumber, Target: count, Op: Below, Number: 2.5},
		`number: {in: {testid: cart-count}, above: 1000000}`: {Claim: ClaimNumber, Target: count, Op: Above, Number: 1e6},
	} {
		if got := e.String(); got != want {
			t.Errorf("String() = %s, want %s", got, want)
		}
	}
}

// traps are texts that YAML reads as something else, or not at all, when they
// stand bare in a flow map.
func traps() []string {
	return []string{
		"plain", "two words", "it's", "don't: worry", "a, b", "#1 shop", "50% off", "{x}", "[x]", "- dash", "-", "-1", "? what", "a ? b", "!tag", "*star", "&amp", "|", ">", "@me", "`code`",
		`say "hi"`, `C:\temp\n`, "null", "Null", "~", "true", "No", "on", "y", "", " ", " lead", "trail ", "tab\tbed", "two\nlines", "1", "01234", "1.5", ".5", "+972", "0x1F", "1e3", "2026-01-01", ".nan", ".inf",
		"3 results", "=", "<<", "---", "...", "a:b", "a: b", "http://x/y?z=1#w", "$5", "${NAME}", "₪ 1,299", "קניית נעליים", "a\u200fb", "nbsp\u00a0x", "\u2028", "emoji 👟", "\x00", "\x7f", "\u0085", "\ufeff",
	}
}

// What a message shows of a target or an expectation can be copied into a
// journey: YAML reads back the very same text.
func TestStringsReadBackAsYAML(t *testing.T) {
	for _, text := range traps() {
		plain := Target{By: ByAny, Value: Plain(text)}
		narrowed := Target{By: ByRole, Value: Plain("link"), Name: Plain(text), Within: &plain, Has: Plain(text)}
		expectation := Expectation{Claim: ClaimText, Target: &narrowed, Op: Is, Text: Plain(text)}
		name := map[string]string{"role": "link", "name": text, "within": text, "has": text}
		if text == "" {
			name = map[string]string{"role": "link", "within": ""} // an empty name or has is none
		}
		wants := map[string]any{
			plain.String():    text,
			narrowed.String(): name,
			expectation.String(): map[string]struct {
				In map[string]string
				Is string
			}{"text": {name, text}},
			Expectation{Claim: ClaimText, Op: Contains, Text: Plain(text)}.String(): map[string]string{"text": text},
		}
		for written, want := range wants {
			if diff := readBack(written, want); diff != "" {
				t.Errorf("%q is written as %s, which YAML reads otherwise (-want +got):\n%s", text, written, diff)
			}
		}
	}
}

func FuzzStringsReadBackAsYAML(f *testing.F) {
	for _, text := range traps() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		target := Target{By: ByText, Value: Plain(text), Nth: 1}
		if diff := readBack(target.String(), map[string]string{"text": printable(text), "nth": "1"}); diff != "" {
			t.Errorf("%q is written as %s, which YAML reads otherwise (-want +got):\n%s", text, target, diff)
		}
	})
}

// printable is the text as Unicode has it: bytes that are none of it are
// written as \xff, which is a character of its own in YAML.
func printable(text string) string {
	var out []rune
	for i, r := range text {
		if _, size := utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && size == 1 {
			r = rune(text[i])
		}
		out = append(out, r)
	}
	return string(out)
}

// readBack is how what YAML reads differs from what was written.
func readBack(written string, want any) string {
	got := reflect.New(reflect.TypeOf(want))
	if err := yaml.Unmarshal([]byte(written), got.Interface()); err != nil {
		return err.Error()
	}
	return cmp.Diff(want, got.Elem().Interface())
}
