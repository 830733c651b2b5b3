package main

import (
	"bytes"
	"strings"
	"testing"

	"samui/internal/journey"
)

// waited are earlier results: a wait in ms, or below zero a failure.
func waited(waits ...float64) []journey.StepResult {
	var all []journey.StepResult
	for _, ms := range waits {
		r := journey.StepResult{Outcome: journey.Good, WaitMs: &ms, ThresholdsMs: &journey.ThresholdsMs{Slow: 1000, Bad: 3000, Critical: 10_000}}
		if ms < 0 {
			r = journey.StepResult{Outcome: journey.Failed}
		}
		all = append(all, r)
	}
	return all
}

func TestSpark(t *testing.T) {
	skipped := journey.StepResult{Outcome: journey.Skipped}
	for _, c := range []struct {
		name    string
		earlier []journey.StepResult
		want    string
	}{
		{"nothing", nil, ""},
		{"always fast is always low", waited(100, 110, 90), "▁▁▁"},
		{"a full bar is slow", waited(0, 130, 500, 999, 1000), "▁▂▅██"},
		{"beyond slow the slowest is full", waited(500, 4000, 2000), "▂█▅"},
		{"failures, and what was never reached", append(waited(100, -1, 100), skipped), "▁✗▁"},
	} {
		got := screen{}.spark(c.earlier)
		if strings.TrimRight(got, " ") != c.want || columns(got) != sparkRuns {
			t.Errorf("%s: %q, want %q in %d columns", c.name, got, c.want, sparkRuns)
		}
	}
	if got := (screen{colours: true}).spark(waited(-1)); !strings.HasPrefix(got, "\x1b[1;31m✗\x1b[0m") {
		t.Errorf("in colour: %q", got)
	}
}

// Sparks stand under each other, in no row beyond the width, and where there is
// no room for them there are none.
func TestReportWithSparks(t *testing.T) {
	for name, run := range runs() {
		for width := narrowest; width <= widest; width++ {
			var out bytes.Buffer
			var titles []string
			for i, s := range run.Steps {
				titles = append(titles, s.Title)
				run.Steps[i].Step = "s"
			}
			r := newReport(&out, screen{columns: width}, headingOf(run), titles)
			r.earlier = map[string][]journey.StepResult{"s": waited(100, 200, 900, 1000, 100, 100, 100, 100, 100, 100)}
			r.finish(run)
			at := map[int]bool{}
			for line := range strings.Lines(out.String()) {
				line = strings.TrimRight(line, "\n")
				if got := columns(line); got > width {
					t.Errorf("%s at %d columns has a line of %d: %q", name, width, got, line)
				}
				if before, _, found := strings.Cut(line, "▁▂█"); found {
					at[columns(before)] = true
				}
			}
			if len(at) > 1 {
				t.Errorf("%s at %d columns: sparks begin in columns %v", name, width, at)
			}
			if len(at) == 0 && width >= 80 {
				t.Errorf("%s at %d columns has no spark", name, width)
			}
		}
	}
}
