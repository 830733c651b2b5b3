package probe_test

import (
	"sync/atomic"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/probe"
)

// TestStarved: a machine without a CPU to spare is never taken for a slow or
// broken site.
func TestStarved(t *testing.T) {
	server := site(t)
	var readings atomic.Int64
	waiting := func(per time.Duration) func() map[int]time.Duration {
		readings.Store(0)
		return func() map[int]time.Duration {
			return map[int]time.Duration{1: time.Hour + time.Duration(readings.Add(1)-1)*per, 2: time.Second}
		}
	}
	well := path(server, step("home", open("/"), sees("Home")))
	broken := path(server, step("home", open("/gone"), sees("Home")))
	refused := path(server, step("home", open("/many"), sees("Home")))
	yes, no, all, none := true, false, 1.0, 0.0
	cases := []struct {
		name    string
		journey journey.Journey
		delay   func() map[int]time.Duration
		want    string
		starved *bool
		share   *float64
	}{
		{"nobody knows", well, func() map[int]time.Duration { return nil }, "good: good", nil, nil},
		{"enough CPU", well, waiting(0), "good: good", &no, &none},
		{"starved but timed", well, waiting(time.Hour), "good: good", &yes, &all},
		{"starved and failed", broken, waiting(time.Hour), "probe_error: skipped", &yes, &all},
		{"starved and refused", refused, waiting(time.Hour), "blocked: blocked", &yes, &all},
		{"enough CPU and failed", broken, waiting(0), "failed: failed", &no, &none},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			run := probe.Run(t.Context(), browserWith(t, c.delay), c.journey, desktop(), probe.Options{})
			if got := outcomes(run); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if (run.Probe.Starved == nil) != (c.starved == nil) || c.starved != nil && *run.Probe.Starved != *c.starved {
				t.Errorf("starved: got %v, want %v", run.Probe.Starved, c.starved)
			}
			if got := run.Probe.CPUDelay; (got == nil) != (c.share == nil) || got != nil && *got != *c.share {
				t.Errorf("cpu_delay: got %v, want %v", got, c.share)
			}
			if c.want == "probe_error: skipped" && run.Error.Kind != journey.ErrorStarved {
				t.Errorf("error: got %+v, want kind starved", run.Error)
			}
		})
	}
}

// TestGauge: the machine's own gauge sees the processes of a real Chrome.
func TestGauge(t *testing.T) {
	server := site(t)
	b := browserWith(t, nil)
	if got := b.CPUDelays(); got != nil {
		t.Errorf("before Chrome runs: got %v, want nil", got)
	}
	run := probe.Run(t.Context(), b, path(server, step("home", open("/"), sees("Home"))), desktop(), probe.Options{})
	if run.Probe.Starved == nil {
		t.Error("the run doesn't say whether it was starved")
	}
	if delay := run.Probe.CPUDelay; delay == nil || *delay < 0 || *delay > 1 {
		t.Errorf("cpu_delay: %v; want a share", delay)
	}
	if run.Steps[0].Revision == "" {
		t.Error("the step doesn't say what it meant")
	}
	if got := b.CPUDelays(); len(got) < 3 {
		t.Errorf("gauged %v: want the browser, its GPU and its network process at least", got)
	}
	if b.Memory() < 20<<20 {
		t.Errorf("Chrome's memory: %d bytes", b.Memory())
	}
}
