package probe_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/probe"
)

// TestAfterStep: whoever is asked decides how the visit goes on, and the time
// that takes is nobody's.
func TestAfterStep(t *testing.T) {
	server := site(t)
	b := newBrowser(t)
	press := journey.Action{Verb: journey.Click, Target: &journey.Target{By: journey.ByAny, Value: journey.Plain("Go")}}
	twice := journey.Expectation{Claim: journey.ClaimText, Op: journey.Contains, Text: journey.Plain("donedone")}
	tidy := step("tidy", open("/"), sees("Home"))
	tidy.Always = true
	brief := step("press", press, twice)
	brief.Timeout = 2 * time.Second
	steps := []journey.Step{step("home", open("/"), sees("Home")), brief, tidy}
	for _, c := range []struct {
		name    string
		answers []probe.Next
		walked  []int // the steps, as they begin
		outcome []journey.Outcome
		want    journey.Outcome
	}{
		{"on and on", []probe.Next{probe.GoOn, probe.GoOn, probe.GoOn}, []int{0, 1, 2}, []journey.Outcome{journey.Good, journey.Failed, journey.Good}, journey.Failed},
		{"again on the page as it is", []probe.Next{probe.GoOn, probe.Again, probe.GoOn, probe.GoOn}, []int{0, 1, 1, 2}, []journey.Outcome{journey.Good, journey.Good, journey.Good}, journey.Good},
		{"an end before the last step", []probe.Next{probe.Quit}, []int{0, 2}, []journey.Outcome{journey.Good, journey.Skipped, journey.Good}, journey.ProbeError},
		{"an end after a failure", []probe.Next{probe.GoOn, probe.Quit}, []int{0, 1, 2}, []journey.Outcome{journey.Good, journey.Failed, journey.Good}, journey.Failed},
		{"an end at the end", []probe.Next{probe.GoOn, probe.Again, probe.GoOn, probe.Quit}, []int{0, 1, 1, 2}, []journey.Outcome{journey.Good, journey.Good, journey.Good}, journey.Good},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			j := path(server, steps...)
			j.Timeout = time.Nanosecond // holds for nobody who looks on
			var walked []int
			asked := 0
			run := probe.Run(t.Context(), b, j, desktop(), probe.Options{
				Progress: func(p probe.Progress) {
					if p.Result == nil && len(p.Warnings) == 0 {
						walked = append(walked, p.Index)
					}
				},
				AfterStep: func(_ context.Context, r journey.StepResult) probe.Next {
					if r.Outcome == journey.Skipped {
						t.Errorf("asked about step %q, which was not walked", r.Step)
					}
					asked++
					if asked > len(c.answers) {
						t.Errorf("asked once more, after step %q", r.Step)
						return probe.GoOn
					}
					return c.answers[asked-1]
				},
			})
			if !slices.Equal(walked, c.walked) || asked != len(c.answers) {
				t.Errorf("walked %v and was asked %d times, want %v and %d", walked, asked, c.walked, len(c.answers))
			}
			for i, s := range run.Steps {
				if s.Outcome != c.outcome[i] {
					t.Errorf("step %q is %s, want %s (%+v)", s.Step, s.Outcome, c.outcome[i], s.Failure)
				}
			}
			if run.Outcome != c.want {
				t.Errorf("the run is %s, want %s (%+v)", run.Outcome, c.want, run.Error)
			}
		})
	}
}
