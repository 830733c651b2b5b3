package journey

import (
	"testing"
	"time"
)

func TestConnectionOf(t *testing.T) {
	ms := time.Millisecond
	slow := Network{Latency: 100 * ms, Down: 1_000_000}
	if ConnectionOf(Network{Name: "unthrottled"}, nil) != nil {
		t.Error("a network that isn't slowed has a connection")
	}
	for name, c := range map[string]struct {
		came    []Transfer
		fastest float64
		rate    int64
		holds   string
	}{
		"nothing came":                {nil, -1, -1, "unknown"},
		"small ones tell no rate":     {[]Transfer{{0, 120 * ms, 121 * ms, 500}}, 120, -1, "true"},
		"at the rate":                 {[]Transfer{{0, 100 * ms, 500 * ms, 50_000}, {0, 110 * ms, 900 * ms, 50_000}}, 100, 1_000_000, "true"},
		"one after the other":         {[]Transfer{{600 * ms, 700 * ms, 1100 * ms, 50_000}, {0, 100 * ms, 500 * ms, 50_000}}, 100, 1_000_000, "true"},
		"too fast an answer":          {[]Transfer{{0, 20 * ms, 420 * ms, 50_000}}, 20, 1_000_000, "false"},
		"too fast a body":             {[]Transfer{{0, 100 * ms, 150 * ms, 50_000}}, 100, 8_000_000, "false"},
		"a timer that is a bit early": {[]Transfer{{0, 95 * ms, 495 * ms, 50_000}}, 95, 1_000_000, "true"},
	} {
		got := ConnectionOf(slow, c.came)
		fastest, rate, holds := -1.0, int64(-1), "unknown"
		if got.FastestAnswerMs != nil {
			fastest = *got.FastestAnswerMs
		}
		if got.MetDownBps != nil {
			rate = *got.MetDownBps
		}
		if got.Holds != nil {
			holds = map[bool]string{true: "true", false: "false"}[*got.Holds]
		}
		if fastest != c.fastest || rate != c.rate || holds != c.holds {
			t.Errorf("%s: got %v ms, %d bit/s, holds %s; want %v, %d, %s", name, fastest, rate, holds, c.fastest, c.rate, c.holds)
		}
	}
}
