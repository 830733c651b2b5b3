package journey

import (
	"cmp"
	"slices"
	"time"
)

// Connection is the network of a visit as it was asked for and as it was met:
// a connection is slowed by the browser, and whether that took hold shows only
// in what came over it.
type Connection struct {
	LatencyMs *float64 `json:"latency_ms"` // asked for; nil = as it is
	DownBps   *int64   `json:"down_bps"`   // bits per second
	UpBps     *int64   `json:"up_bps"`

	// FastestAnswerMs is the shortest time from a request to the first of its
	// answer: what the network takes, and the fastest server.
	FastestAnswerMs *float64 `json:"fastest_answer_ms"`
	// MetDownBps is the rate at which bodies came while any was due, their
	// servers' time included; nil where too little came to tell.
	MetDownBps *int64 `json:"met_down_bps"`
	// Holds is whether what was met is no better than what was asked for; nil
	// where nothing can be said.
	Holds *bool `json:"holds"`
}

// Transfer is one answer that came over the network: when it was asked for, when
// its head came and when it was there, and how large it was.
type Transfer struct {
	Asked, Began, Ended time.Duration // on one clock
	Bytes               int64
}

// Throttled reports whether the network is slowed at all.
func (n Network) Throttled() bool { return n.Latency > 0 || n.Down > 0 || n.Up > 0 }

// A rate is told from bodies of this size and more, and only where they came to
// this much: small ones are there at once.
const (
	tellingBody = 10_000
	tellingSum  = 50_000
)

// ConnectionOf is what became of a network, by what came over it; nil where it
// isn't slowed.
func ConnectionOf(n Network, transfers []Transfer) *Connection {
	if !n.Throttled() {
		return nil
	}
	c := &Connection{}
	if n.Latency > 0 {
		c.LatencyMs = Ms(n.Latency)
	}
	if n.Down > 0 {
		c.DownBps = &n.Down
	}
	if n.Up > 0 {
		c.UpBps = &n.Up
	}
	holds, known := true, false
	if fastest, any := fastestAnswer(transfers); any {
		c.FastestAnswerMs = Ms(fastest)
		if n.Latency > 0 {
			// Timers are a little early; a tenth is left to them.
			known, holds = true, fastest >= n.Latency*9/10
		}
	}
	if rate := rateOf(transfers, n.Latency); rate > 0 {
		c.MetDownBps = &rate
		if n.Down > 0 {
			known, holds = true, holds && rate <= n.Down*5/4
		}
	}
	if known {
		c.Holds = &holds
	}
	return c
}

func fastestAnswer(transfers []Transfer) (fastest time.Duration, any bool) {
	for _, t := range transfers {
		if took := t.Began - t.Asked; !any || took < fastest {
			fastest, any = took, true
		}
	}
	return fastest, any
}

// rateOf is how many bits a second came while bodies of some size were due: from
// the earliest moment at which the network could bring one, because part of it
// may come with its head.
func rateOf(transfers []Transfer, latency time.Duration) int64 {
	large := slices.DeleteFunc(slices.Clone(transfers), func(t Transfer) bool { return t.Bytes < tellingBody })
	for i, t := range large {
		large[i].Began = min(t.Began, t.Asked+latency)
	}
	slices.SortFunc(large, func(a, b Transfer) int { return cmp.Compare(a.Began, b.Began) })
	var sum int64
	var busy, until time.Duration
	for _, t := range large {
		sum += t.Bytes
		busy += max(0, t.Ended-max(t.Began, until))
		until = max(until, t.Ended)
	}
	if sum < tellingSum || busy < time.Millisecond {
		return 0
	}
	return int64(float64(sum) * 8 / busy.Seconds())
}
