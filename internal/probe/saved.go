package probe

import (
	"fmt"
	"strings"

	"samui/internal/browser"
	"samui/internal/journey"
)

// lacking is the failure of a step that needs what no step has saved, nil where
// there is everything: a step that saves may have been left out.
func (v *visit) lacking(i int) error {
	step := v.journey.Steps[i]
	names := v.values.Unsaved(step.Texts()...)
	if len(names) == 0 {
		return nil
	}
	verb := "was"
	if len(names) > 1 {
		verb = "were"
	}
	return &browser.Failure{
		Kind: journey.KindTarget, Pos: step.Pos,
		Message: fmt.Sprintf("the step needs ${%s}, which %s not saved on this visit", strings.Join(names, "}, ${"), verb),
		Hint:    "the step that saves it was left out, or ended early; leave this one out with it",
	}
}

// needless reports whether a step that cleans up has nothing to clean up: what
// it needs was never saved, because an earlier step had failed. It is left out.
func (v *visit) needless(i int) bool {
	names := v.values.Unsaved(v.journey.Steps[i].Texts()...)
	if len(names) == 0 {
		return false
	}
	v.run.Steps[i].LeftOut = new("nothing was saved as " + strings.Join(names, ", "))
	return true
}

// saved is what a step that ended well has saved, but for secrets.
func (v *visit) saved(i int) []Saved {
	if r := v.run.Steps[i]; r.Failure != nil || r.LeftOut != nil {
		return nil
	}
	var all []Saved
	for _, s := range v.journey.Steps[i].Save {
		if kept, there := v.values.Saved(s.Name); there && !kept.Secret {
			all = append(all, Saved{s.Name, v.redact.Redact(kept.Value)})
		}
	}
	return all
}

// keep saves what a step of requests reads from its last answer.
func (v *visit) keep(step journey.Step, last *journey.Answer) error {
	for _, s := range step.Save {
		path, err := journey.ParseJSONPath(s.Named)
		if err != nil || last == nil {
			return fmt.Errorf("BUG: saving %s from a step of requests", s)
		}
		found, err := path.Find(last.Body)
		if err != nil {
			return &browser.Failure{Kind: journey.KindExpectation, Message: fmt.Sprintf("can't save %s from %s: %v", s, last, err), Pos: s.Pos}
		}
		if f := browser.Keep(v.values, s, found.Text, false); f != nil {
			return f
		}
	}
	return nil
}
