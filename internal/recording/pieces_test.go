package recording

import (
	"strings"
	"testing"
)

func TestARIASelectors(t *testing.T) {
	for _, c := range []struct{ selector, name, role string }{
		{"Add to cart", "Add to cart", ""},
		{`Add to cart[role="button"]`, "Add to cart", "button"},
		{`[role="main"]`, "", "main"},
		{`[name="Buy"][role="link"]`, "Buy", "link"},
		{`Buy[role='button']`, "Buy", "button"},
		{`Buy[role=button]`, "Buy", "button"},
		{`Say \"hi\"[role="button"]`, `Say \"hi\"`, "button"},
		{`[name="Say \"hi\""]`, `Say "hi"`, ""},
		{`[3] results [new][role="link"]`, "[3] results [new]", "link"},
		{"  two\n   lines ", "two lines", ""},
		{`הוספה לסל[role="button"]`, "הוספה לסל", "button"},
		{"\u200fסל\u200e", "סל", ""},
		{"“Quoted”", `"Quoted"`, ""},
		{`Bag[role="generic"]`, "Bag", ""},
		{`Terms[role="StaticText"]`, "Terms", ""},
		{`More[role="DisclosureTriangle"]`, "More", "button"},
		{`Logo[role="image"]`, "Logo", "img"},
		{"", "", ""},
	} {
		if name, role := parseARIA(c.selector); name != c.name || role != c.role {
			t.Errorf("parseARIA(%q) = %q, %q; want %q, %q", c.selector, name, role, c.name, c.role)
		}
	}
}

func TestLastPartOfCSS(t *testing.T) {
	for _, c := range []struct{ css, want string }{
		{"button", "tag=button alone"},
		{"#q", "id=q alone"},
		{"div.a > #b\\:c", "id=b:c"},
		{"#\\31 23", "id=123 alone"},
		{"form input[type='email']", "tag=input type=email"},
		{`[data-testid='cart-count']`, "data-testid=cart-count alone"},
		{`[data-testid="it's \"x\""]`, `data-testid=it's "x" alone`},
		{`[data-x='a ] b > c'] `, "data-x=a ] b > c alone"},
		{"[data-x='\\5d0 ']", "data-x=א alone"},
		{"a.button:hover", "tag=a alone more"},
		{"a, b", "tag=b"},
		{"ul > li:nth-of-type(2) > a", "tag=a"},
		{"input[name^='x']", "tag=input alone more"},
		{"input[type='x' i]", "tag=input alone more"},
		{"a[href", "tag=a alone more"},
		{"[", "alone more"},
		{`\`, "alone more"},
		{"a > ", ""},
		{"", "alone"},
	} {
		got := lastCompound(c.css)
		var parts []string
		for _, p := range []struct{ key, value string }{{"tag", got.tag}, {"id", got.id}} {
			if p.value != "" {
				parts = append(parts, p.key+"="+p.value)
			}
		}
		for _, a := range got.attributes {
			parts = append(parts, a.key+"="+a.value)
		}
		if got.alone {
			parts = append(parts, "alone")
		}
		if got.more {
			parts = append(parts, "more")
		}
		if s := strings.Join(parts, " "); s != c.want {
			t.Errorf("lastCompound(%q) = %q, want %q", c.css, s, c.want)
		}
	}
}

// The most human selector is chosen, whatever its place in the list.
func TestWhichSelectorIsChosen(t *testing.T) {
	list := func(all ...string) [][]string {
		var chains [][]string
		for _, s := range all {
			chains = append(chains, strings.Split(s, " ⟩ "))
		}
		return chains
	}
	for _, c := range []struct {
		name      string
		selectors [][]string
		use       use
		want      string
	}{
		{"role and name", list("#b", "text/Buy", "aria/Buy", `aria/Buy[role="button"]`), toPress, "{role: button, name: Buy}"},
		{"name", list("xpath//b", "#b", "text/Buy no", "aria/Buy now"), toPress, `"Buy now"`},
		{"text before test id", list("[data-testid='b']", "text/Buy"), toPress, `"Buy"`},
		{"test id before CSS", list("#b", "[data-testid='b']"), toPress, "{testid: b}"},
		{"a test id that testid: doesn't know", list("[data-hook='b']"), toPress, `{css: "[data-hook='b']"}`},
		{"CSS before pierce before XPath", list("xpath//b", "pierce/.b", ".b"), toPress, `{css: ".b"}`},
		{"pierce before XPath", list("xpath//b", "pierce/.b"), toPress, `{css: ".b"}`},
		{"XPath before what counts elements", list("li:nth-of-type(2)", `xpath///*[@id="b"]`), toPress, `{xpath: "//*[@id=\"b\"]"}`},
		{"what counts elements, last", list("xpath//html/body/div[2]", "li:nth-of-type(2)"), toPress, `{css: "li:nth-of-type(2)"}`},
		{"role alone after text", list(`aria/[role="main"]`, "text/All"), toPress, `"All"`},
		{"role alone before test id", list(`aria/[role="main"]`, "[data-testid='m']"), toPress, "{role: main}"},
		{"a name as long as a page", list("aria/"+strings.Repeat("long ", 30), "[data-testid='m']"), toPress, "{testid: m}"},
		{"a name with a price", list("aria/Express (+$12)", "#express"), toPress, `{css: "#express"}`},
		{"a name with a price alone", list("aria/Express (+$12)", "li:nth-of-type(2)"), toPress, `"Express (+$12)"`},
		{"within a named part", list("aria/Products ⟩ aria/Buy"), toPress, `{text: Buy, within: "Products"}`},
		{"within a role", list(`aria/[role="main"] ⟩ aria/Buy[role="link"]`), toPress, "{role: link, name: Buy, within: {role: main}}"},
		{"a part without a name", list("aria/Bag ⟩ aria/[role=\"generic\"]"), toPress, `"Bag"`},
		{"a part without a name, and CSS", list("aria/Bag ⟩ aria/[role=\"generic\"]", "#bag"), toPress, `{css: "#bag"}`},
		{"in shadow roots", list("my-shop ⟩ my-card ⟩ button"), toPress, "{css: button, within: {css: my-card, within: {css: my-shop}}}"},
		{"deep combinators", list("my-shop >>> my-card >>>> button"), toPress, "{css: button, within: {css: my-card, within: {css: my-shop}}}"},
		{"a field by its label", list("aria/Email", "#e"), toFill, "{label: Email}"},
		{"a field by its role", list(`aria/Email[role="textbox"]`, "#e"), toFill, "{role: textbox, name: Email}"},
		{"a field by its placeholder", list("[placeholder='Your city']", "#c"), toFill, "{placeholder: Your city}"},
		{"a field is not known by what is in it", list("text/secret", "#e"), toFill, `{css: "#e"}`},
		{"all of a kind by CSS", list("aria/Card", ".card"), toCount, `{css: ".card"}`},
		{"all of a kind by a text", list("text/Sold out"), toCount, "{text: Sold out}"},
		{"XPath without its prefix", list("//b"), toPress, "{xpath: //b}"},
		{"nothing that is understood", list("::-p-text(x)", "aria/", "text/ ", "", `aria/[role="generic"]`), toPress, ""},
	} {
		got := ""
		if c, ok := (&importer{}).targetOf(step{kind: "click", selectors: c.selectors}, c.use); ok {
			got = c.target.String()
		}
		if got != c.want {
			t.Errorf("%s: %q gives %s, want %s", c.name, c.selectors, got, c.want)
		}
	}
}

func TestKeys(t *testing.T) {
	for recorded, want := range map[string]string{
		"Enter": "Enter", "\r": "Enter", "NumpadEnter": "Enter", " ": " ", "Space": " ", "a": "a", "A": "A", "KeyA": "a", "Digit7": "7", "Numpad7": "7",
		"NumpadAdd": "+", "Slash": "/", "ArrowDown": "ArrowDown", "F12": "F12", "ש": "ש", "#": "#",
		"F13": "", "CapsLock": "", "MediaStop": "", "": "", "Dead": "", "Numpad": "", "KeyAB": "",
	} {
		got, ok := keyOf(recorded)
		if ok != (want != "") || ok && got != want {
			t.Errorf("keyOf(%q) = %q, %t; want %q", recorded, got, ok, want)
		}
	}
}

// What a customer would tell is left: a field that was filled, a key that was
// pressed.
func TestTidying(t *testing.T) {
	steps := func(text string) []step {
		var all []step
		for i, word := range strings.Fields(text) {
			kind, rest, _ := strings.Cut(word, ":")
			s := step{n: i + 1, kind: map[string]string{"c": "click", "dc": "doubleClick", "=": "change", "v": "keyDown", "^": "keyUp", "sc": "scroll", "go": "navigate"}[kind]}
			rest, loaded := strings.CutSuffix(rest, "!")
			if loaded {
				s.events = []navigation{{url: "https://x.example"}}
			}
			field, value, _ := strings.Cut(rest, "=")
			switch s.kind {
			case "keyDown", "keyUp":
				s.key = rest
			default:
				s.selectors, s.value = [][]string{{"#" + field}}, value
			}
			all = append(all, s)
		}
		return all
	}
	told := func(all []step) string {
		var words []string
		for _, s := range all {
			word := s.kind
			if s.key != "" {
				word += " " + s.key
			} else if len(s.selectors) > 0 {
				word += " " + s.selectors[0][0]
			}
			if s.value != "" {
				word += "=" + s.value
			}
			words = append(words, word)
		}
		return strings.Join(words, ", ")
	}
	for _, c := range []struct{ name, steps, want string }{
		{"typed in pieces", "=:a=s =:a=sh =:a=shoes", "change #a=shoes"},
		{"capitals", "v:Shift =:a=S ^:Shift =:a=Sh v:Shift =:a=ShO ^:Shift", "change #a=ShO, keyUp Shift"},
		{"a slip", "=:a=shp v:Backspace ^:Backspace =:a=sh =:a=sho", "change #a=sho"},
		{"click, then type", "c:a =:a=x", "change #a=x"},
		{"double click, then type", "dc:a =:a=x", "change #a=x"},
		{"paste", "c:a v:Control v:v =:a=x ^:v ^:Control", "change #a=x, keyUp v, keyUp Control"},
		{"from field to field", "=:a=1 v:Tab ^:Tab =:b=2", "change #a=1, change #b=2"},
		{"Enter stays", "=:a=1 v:Enter ^:Enter =:a=2", "change #a=1, keyDown Enter, keyUp Enter, change #a=2"},
		{"another field's click stays", "c:b =:a=1", "click #b, change #a=1"},
		{"a click that loads a page stays", "c:a! =:a=1", "click #a, change #a=1"},
		{"a change that loads a page stays", "=:a=1! =:a=2", "change #a=1, change #a=2"},
		{"scrolling", "sc:a sc:a sc:a", "scroll #a"},
		{"keys without a field", "v:x ^:x v:y ^:y", "keyDown x, keyUp x, keyDown y, keyUp y"},
	} {
		if got := told(tidy(steps(c.steps))); got != c.want {
			t.Errorf("%s: %s\ngot  %s\nwant %s", c.name, c.steps, got, c.want)
		}
	}
}

func TestSlugs(t *testing.T) {
	for text, want := range map[string]string{
		"Add to cart": "add-to-cart", "Zurück zur Übersicht": "zurueck-zur-uebersicht", "Café crème": "cafe-creme", "I'd rather": "id-rather", "שלום": "", "3 results!": "3-results",
		"A title that goes on and on and on": "a-title-that-goes-on-and-on-and", strings.Repeat("x", 50): strings.Repeat("x", 32), "-": "", "😀 ok": "ok",
	} {
		if got := slug(text); got != want {
			t.Errorf("slug(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestWhatLooksAnotherEachTime(t *testing.T) {
	for _, s := range []string{"GH-50001", "123456", "66VCHSJNUP", "550e8400-e29b-41d4-a716-446655440000", "a1b2c3d4e5f6", "eyJhbGciOiJIUzI1NiJ9"} {
		if !looksRandom(s) {
			t.Errorf("looksRandom(%q) = false, want true", s)
		}
	}
	for _, s := range []string{"", "cart", "dune-three", "2026", "page2", "winter-2026-shoes", "IL", "v2", "42", "products", "he"} {
		if looksRandom(s) {
			t.Errorf("looksRandom(%q) = true, want false", s)
		}
	}
}
