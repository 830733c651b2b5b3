package config

import "samui/internal/journey"

// wording is a text that a target goes by, and how it is compared.
type wording struct {
	op   journey.Op
	text journey.Text
}

// wordings is a text as it stands, whole or in part, or one that says how it
// is compared.
func wordings() codec[wording] {
	by := func(op journey.Op, doc string, c codec[journey.Text]) field[wording] {
		return key(string(op), doc, c, func(w *wording, t journey.Text) { w.op, w.text = op, t })
	}
	o := object[wording]{
		name: "the text", example: `a text, or {matches: "Buy .*"}`,
		fields: []field[wording]{
			by(journey.Is, "It equals this text.", textCodec(false)),
			by(journey.Contains, "It contains this text.", textCodec(false)),
			by(journey.Matches, "It matches this regular expression (RE2).", expression()),
		},
		rules: []rule{exactlyOne(wantTextOp, "add contains: TEXT", textOps())},
		tips: map[string]string{
			"equals": "write is: …", "exact": "write is: …", "regex": "write matches: …", "pattern": "write matches: …",
			"has": "write contains: …", "starts_with": `write matches: "^…"`, "ends_with": `write matches: "…$"`,
			"in": "the text is the target's own; narrow the target with within: …",
		},
	}
	plain := mapped(textCodec(false), func(t journey.Text) wording { return wording{text: t} })
	return either(plain, o.codec())
}

// referred is a codec whose schema stands once, under a name of its own.
func referred[V any](c codec[V], name string) codec[V] {
	c.schema = func() *schema { return &schema{Ref: "#/$defs/" + name} }
	return c
}
