package config

import (
	"fmt"
	"regexp"
	"strings"

	"samui/internal/journey"
)

// reviewConditions warns of conditions of which it is known before any visit
// what they come to: on a page where there is none yet, and of a variable that
// never is what is asked for. A fragment's conditions are for all its users,
// and a journey of several sites has them for one of these.
func reviewConditions(r reader, root *node, d draft, j journey.Journey) {
	opened := false
	for i, s := range j.Steps {
		in := r.in("step " + quoted(s.ID))
		for _, c := range s.Conditions {
			word := "when"
			if c.Unless {
				word = "unless"
			}
			switch holds, known := heldBefore(c); {
			case c.See != nil && !opened:
				in.warn(placed(c.Pos), word+": looks at the page before the step, and a visit begins without one", "a step before it that opens the page", "put - open: / into a step of its own before this one")
			case !known || d.steps[i].value.via != nil || len(namesOf(root)) > 1:
			case holds == c.Unless:
				in.warn(placed(c.Pos), fmt.Sprintf("the step is never walked: it is known before the visit what %s is", c.Var), "a variable that differs from visit to visit, or from site to site", "remove the step, or the condition")
			default:
				in.warn(placed(c.Pos), fmt.Sprintf("the condition is always met: it is known before the visit what %s is", c.Var), "a variable that differs from visit to visit, or from site to site", "remove "+word+":")
			}
		}
		opened = opened || !s.Asks()
	}
}

// heldBefore reports whether a variable is what a condition asks for, where
// that is known before the visit.
func heldBefore(c journey.Condition) (holds, known bool) {
	if c.Var == "" || !asWritten(c.Value) || !asWritten(c.Text) {
		return false, false
	}
	is, wanted := c.Value.String(), c.Text.String()
	switch c.Op {
	case journey.Is:
		return is == wanted, true
	case journey.Contains:
		return strings.Contains(is, wanted), true
	case journey.Matches:
		pattern, err := regexp.Compile(wanted)
		return err == nil && pattern.MatchString(is), err == nil
	case journey.OpNone, journey.AtLeast, journey.AtMost, journey.Above, journey.Below:
	}
	return false, false
}

// asWritten reports whether a text stands in the files as it is.
func asWritten(t journey.Text) bool {
	for _, p := range t.Parts() {
		if p.Source != "" {
			return false
		}
	}
	return true
}
