package config

import "samui/internal/journey"

// saves writes what a step saves, a line for each.
func (w *writer) saves(indent string, all []journey.Save) {
	if len(all) > 0 {
		w.line(indent, "save:")
	}
	for _, s := range all {
		w.line(indent+"  ", s.Name+": "+writtenSave(s))
	}
}

func writtenSave(s journey.Save) string {
	var k flowKeys
	switch s.From {
	case journey.SaveText:
		k.add("in", flowTarget(*s.Target))
	case journey.SaveValue:
		k.add("value", flowTarget(*s.Target))
	case journey.SaveAttribute:
		var a flowKeys
		a.target(s.Target)
		a.add("named", scalarText(escaped(s.Named), true))
		k.add("attribute", a.String())
	case journey.SaveURL, journey.SaveTitle:
		k.add("page", string(s.From))
	case journey.SaveCookie, journey.SaveJSON:
		k.add(string(s.From), scalarText(escaped(s.Named), true))
	}
	k.text("matches", s.Matches)
	if s.Secret && s.From != journey.SaveCookie {
		k.add("secret", "true")
	}
	return k.String()
}
