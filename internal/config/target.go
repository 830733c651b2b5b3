package config

import (
	"slices"
	"strings"

	"samui/internal/journey"
)

// targetKinds are the ways of finding an element, in the user's terms first.
func targetKinds() []string {
	return []string{"role", "label", "text", "placeholder", "testid", "alt", "tooltip", "css", "xpath", "first_of"}
}

const wantTarget = "exactly one way of finding the element, as in {label: Email}"

const someTarget = `a target such as "Add to cart" or {role: button, name: Buy}`

// grammar is the tables of a file. They hold each other: a target stands
// inside a target, an expectation inside an expectation.
type grammar struct {
	target codec[journey.Target]
	defs   []definition
	// shared is where fragments are found; nil = only the schema is wanted.
	shared *sharedFiles

	alternative, soft codec[journey.Expectation] // what stands in any: and soft:
}

// definition is what schemas refer to by its name. It is worked out for them
// only: whoever reads a journey needs none.
type definition struct {
	name   string
	schema func() *schema
}

func (g *grammar) definitions() properties {
	var all properties
	for _, d := range g.defs {
		all = append(all, property{d.name, d.schema()})
	}
	return all
}

func newGrammar() *grammar {
	g := &grammar{}
	inner := codec[journey.Target]{
		want:   someTarget,
		schema: func() *schema { return &schema{Ref: "#/$defs/target"} },
		read:   func(r reader, n *node) (journey.Target, bool) { return g.target.read(r, n) },
	}
	full := object[journey.Target]{
		name: "the target", example: someTarget,
		fields: targetKeys(inner, func(t *journey.Target) *journey.Target { return t }),
		rules:  targetRules(),
		tips:   targetTips(),
	}
	g.target = either(plainTarget(), full.codec())
	g.defs = []definition{
		{"target", g.target.schema},
		{"role", func() *schema { return wordsOrReference(roles()) }},
		{"wording", wordings().schema},
	}
	g.target.schema = inner.schema
	g.nested()
	return g
}

// plainTarget is a target as a plain string: visible text or accessible name.
func plainTarget() codec[journey.Target] {
	c := mapped(textCodec(false), func(t journey.Text) journey.Target {
		return journey.Target{By: journey.ByAny, Value: t}
	})
	c.want = someTarget
	return c
}

// targetKeys are the keys of a target, for it alone or among a verb's own
// arguments. target finds it in what is being read.
func targetKeys[T any](inner codec[journey.Target], target func(*T) *journey.Target) []field[T] {
	by := func(b journey.By, doc string, c codec[journey.Text]) field[T] {
		return key(string(b), doc, c, func(v *T, t journey.Text) {
			into := target(v)
			into.By, into.Value = b, t
		})
	}
	said := func(b journey.By, doc string) field[T] {
		return key(string(b), doc, referred(wordings(), "wording"), func(v *T, w wording) {
			into := target(v)
			into.By, into.Value, into.Op = b, w.text, w.op
		})
	}
	text := textCodec(false)
	return []field[T]{
		by(journey.ByRole, "Its ARIA role, as button, link, textbox.", role()),
		key("name", "Its accessible name; only with role.", referred(wordings(), "wording"), func(v *T, w wording) { target(v).Name, target(v).NameOp = w.text, w.op }),
		said(journey.ByLabel, "The label of a field, or what it is called instead."),
		said(journey.ByText, "Its visible text. As label, name, placeholder, alt and tooltip it is compared whole and, where that finds nothing, in part; or as the map says."),
		said(journey.ByPlaceholder, "The placeholder of a field."),
		by(journey.ByTestID, "Its data-testid, data-test, data-test-id, data-qa or data-cy, or the site's own attribute.", text),
		said(journey.ByAlt, "The alternative text of an image."),
		said(journey.ByTooltip, "Its tooltip (title)."),
		by(journey.ByCSS, "A CSS selector; the user's terms last longer.", unsaved("a selector", "another way of finding the element", "find it by what it says: text: or has:", text)),
		by(journey.ByXPath, "An XPath; the user's terms last longer.", unsaved("an XPath", "another way of finding the element", "find it by what it says: text: or has:", text)),
		key("first_of", "Alternatives, in order: the first that is seen, or else that is there. While none is, all are looked for.", listOf("a list of targets", sameDocument(inner, "put frame: beside first_of:, not into it"), 1), func(v *T, all []journey.Target) {
			into := target(v)
			into.By, into.FirstOf = journey.ByFirst, all
		}),
		key("within", "Only inside this element.", sameDocument(inner, "put frame: beside within:, not into it"), func(v *T, t journey.Target) { target(v).Within = &t }),
		key("has", "Only if it contains this text.", text, func(v *T, t journey.Text) { target(v).Has = t }),
		key("nth", "Which of several, from 1, or last.", nth(), func(v *T, n int) { target(v).Nth = n }),
		key("frame", "The iframe in which it is looked for, by its title or as any target; one inside another by a frame: of its own.", inner, func(v *T, t journey.Target) { target(v).Frame = &t }),
	}
}

// sameDocument is a target of the document that another target has named.
func sameDocument(c codec[journey.Target], hint string) codec[journey.Target] {
	read := c.read
	c.read = func(r reader, n *node) (journey.Target, bool) {
		t, ok := read(r, n)
		if ok && t.Frame != nil {
			r.fail(n.find("frame"), r.key+" has a frame: of its own", "an element of the same document", hint)
			return t, false
		}
		return t, ok
	}
	return c
}

func targetRules() []rule {
	return []rule{
		exactlyOne(wantTarget, "", targetKinds(), "name"),
		needs("name", "role", "write {role: button, name: …}, or text: for what the element says"),
	}
}

func targetTips() map[string]string {
	return map[string]string{
		"iframe": "write frame: …", "in_frame": "write frame: …", "id": `write css: "#…"`, "class": `write css: ".…"`, "selector": "write css: …",
		"any_of": "write first_of: [TARGET, …]", "one_of": "write first_of: [TARGET, …]", "or": "write first_of: [TARGET, …]", "any": "write first_of: [TARGET, …]", "alternatives": "write first_of: [TARGET, …]",
		"exact": "write text: {is: TEXT}", "regex": `write text: {matches: "…"}`,
		"test_id": "write testid: …", "data-testid": "write testid: …", "data-test": "write testid: …",
		"title": "write tooltip: …", "index": "write nth: … (from 1)", "value": "write with: … for what is typed, css: for the attribute",
	}
}

// nth is a place among several equal elements.
func nth() codec[int] {
	w := word[int]{
		noun: "a place", want: "a number from 1, or last", pattern: `^([1-9][0-9]*|last)$`, number: true,
		parse: func(s string) (int, fault) {
			if s == "last" {
				return journey.Last, fault{}
			}
			n, f := whole(1, 10_000).parse(s)
			switch {
			case s == "0" || s == "first":
				return 0, fault{"is no place", "the first is 1"}
			case s == "-1":
				return 0, fault{"is no place", "write last"}
			case f.bad():
				return 0, fault{"is no place", didYouMean(s, []string{"last"})}
			}
			return n, fault{}
		},
	}
	return w.codec()
}

// role is an ARIA role.
func role() codec[journey.Text] {
	w := word[journey.Text]{
		noun: "a role", want: "an ARIA role such as button, link, textbox, heading or combobox",
		pattern: `^(` + strings.Join(roles(), "|") + `)$`,
		parse: func(s string) (journey.Text, fault) {
			if slices.Contains(roles(), s) {
				return journey.Plain(s), fault{}
			}
			hint := didYouMean(s, roles())
			if instead := roleOf(strings.ToLower(s)); instead != "" {
				hint = "write role: " + instead
			}
			return journey.Text{}, fault{"is no ARIA role", hint}
		},
	}
	c := w.codec()
	c.schema = func() *schema { return &schema{Ref: "#/$defs/role"} }
	return c
}

// roles are the roles of WAI-ARIA 1.3 that an element can have.
func roles() []string {
	return strings.Fields(`alert alertdialog application article banner blockquote button caption cell checkbox code
		columnheader combobox comment complementary contentinfo definition deletion dialog directory document emphasis
		feed figure form generic grid gridcell group heading image img insertion link list listbox listitem log main mark
		marquee math menu menubar menuitem menuitemcheckbox menuitemradio meter navigation none note option paragraph
		presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search searchbox separator
		slider spinbutton status strong subscript suggestion superscript switch tab table tablist tabpanel term textbox
		time timer toolbar tooltip tree treegrid treeitem`)
}

// roleOf is the role of what people call an element.
func roleOf(name string) string {
	switch name {
	case "a", "anchor", "href":
		return "link"
	case "input", "textarea", "field", "text", "email", "textfield":
		return "textbox"
	case "select", "dropdown":
		return "combobox"
	case "h1", "h2", "h3", "h4", "h5", "h6", "title":
		return "heading"
	case "ul", "ol":
		return "list"
	case "li":
		return "listitem"
	case "nav":
		return "navigation"
	case "header":
		return "banner"
	case "footer":
		return "contentinfo"
	case "aside":
		return "complementary"
	case "section":
		return "region"
	case "p":
		return "paragraph"
	case "tr":
		return "row"
	case "td":
		return "cell"
	case "th":
		return "columnheader"
	case "modal", "popup":
		return "dialog"
	case "submit", "btn":
		return "button"
	case "number":
		return "spinbutton"
	case "picture", "icon":
		return "img"
	}
	return ""
}
