package probe_test

import (
	"fmt"
	"strings"
	"testing"

	"samui/internal/journey"
	"samui/internal/probe"
)

// A visit that stops before a step says so of it and of those after it, is what
// the others are, and cleans up.
func TestStopBefore(t *testing.T) {
	server := site(t)
	b := newBrowser(t)
	always := func(s journey.Step) journey.Step { s.Always = true; return s }
	tests := map[string]struct {
		steps   []journey.Step
		want    string
		leftOut string
		news    string
	}{
		"a rehearsal": {
			[]journey.Step{step("home", open("/"), sees("Home")), step("pay", open("/gone")), step("thanks", open("/gone")), always(step("clean", open("/echo"), sees("Hello")))},
			"good: good skipped skipped good", "pay thanks", "0 begins, 0 good, 1 skipped, 2 skipped, 3 begins, 3 good",
		},
		"a failure before the stop": {
			[]journey.Step{step("home", open("/gone"), sees("Home")), step("pay", open("/")), always(step("clean", open("/echo"), sees("Hello")))},
			"failed: failed skipped good", "pay", "0 begins, 0 failed, 2 begins, 2 good",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var news, leftOut []string
			j := path(server, tt.steps...)
			j.StopBefore = "pay"
			run := probe.Run(t.Context(), b, j, desktop(), probe.Options{Progress: func(p probe.Progress) {
				what := "begins"
				if p.Result != nil {
					what = string(p.Result.Outcome)
				}
				news = append(news, fmt.Sprintf("%d %s", p.Index, what))
			}})
			if got := outcomes(run); got != tt.want {
				t.Errorf("got %s, want %s (%v)", got, tt.want, run.Error)
			}
			for _, s := range run.Steps {
				if s.LeftOut != nil {
					leftOut = append(leftOut, s.Step)
					if *s.LeftOut != "stop_before: pay" {
						t.Errorf("step %s is left out because of %q", s.Step, *s.LeftOut)
					}
				}
			}
			if got := strings.Join(leftOut, " "); got != tt.leftOut {
				t.Errorf("left out: %q, want %q", got, tt.leftOut)
			}
			if got := strings.Join(news, ", "); got != tt.news {
				t.Errorf("news: %q, want %q", got, tt.news)
			}
		})
	}
}
