package main

import (
	"slices"
	"strings"

	"samui/internal/config"
	"samui/internal/journey"
)

// stopBefore has the visits of a journey stop before a step: a purchase is
// rehearsed without buying. What is asked for by hand goes before what the
// journey says.
func stopBefore(j *journey.Journey, step string) error {
	var ids []string
	for _, s := range j.Steps {
		ids = append(ids, s.ID)
	}
	i := slices.Index(ids, step)
	if i < 0 {
		hint := "its steps: " + strings.Join(ids, ", ")
		if near := config.Nearest(step, ids); near != "" {
			hint = "did you mean: --stop-before " + near
		}
		return usagef(hint, "--stop-before: the journey %q has no step %q", j.ID, step)
	}
	if j.Steps[i].Always {
		return usagef("", "--stop-before: the step %q of the journey %q always runs", step, j.ID)
	}
	if !slices.ContainsFunc(j.Steps[:i], func(s journey.Step) bool { return !s.Always }) {
		return usagef("name a later step", "--stop-before: %q is the first step of the journey %q, so that nothing would be walked", step, j.ID)
	}
	j.StopBefore = step
	return nil
}
