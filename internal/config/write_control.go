package config

import (
	"strconv"

	"samui/internal/journey"
)

// control writes where a step is left out and how often it is done.
func (w *writer) control(indent string, s journey.Step) {
	for _, c := range s.Conditions {
		word := "when"
		if c.Unless {
			word = "unless"
		}
		w.line(indent, word+": "+writtenCondition(c))
	}
	if r := s.Repeat; r != nil {
		text := strconv.Itoa(r.Times)
		if r.Until != nil {
			text = "{until: " + writtenOther(*r.Until) + ", at_most: " + text + "}"
		}
		w.line(indent, "repeat: "+text)
	}
	if s.Retry > 0 {
		w.line(indent, "retry: "+strconv.Itoa(s.Retry))
	}
}

// compared writes the variables that conditions compare; all others stand as
// texts where they are used.
func (w *writer) compared(j journey.Journey) {
	var keys flowKeys
	named := map[string]bool{}
	for _, s := range j.Steps {
		for _, c := range s.Conditions {
			if c.Var != "" && !named[c.Var] {
				named[c.Var] = true
				keys.add(c.Var, scalarText(textSource(c.Value), true))
			}
		}
	}
	if len(keys) > 0 {
		w.key("vars", keys.String())
	}
}

func writtenCondition(c journey.Condition) string {
	var keys flowKeys
	switch {
	case c.See != nil && c.See.Claim == journey.ClaimURL:
		return writtenOther(*c.See)
	case c.See != nil:
		keys.add("see", flowTarget(*c.See.Target))
	case len(c.Devices) == 1:
		keys.add("device", scalarText(c.Devices[0], true))
	case len(c.Devices) > 1:
		keys.add("device", flowList(c.Devices, func(name string) string { return scalarText(name, true) }))
	default:
		keys.add("var", scalarText(c.Var, true))
		keys.text(string(c.Op), c.Text)
	}
	return keys.String()
}
