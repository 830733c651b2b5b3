package probe

import (
	"math"
	"time"
)

// starvedShare is the share of a run that a main thread of Chrome may wait for
// a CPU. Above it the run measures the machine and not the site.
const starvedShare = 0.25

// pressure is how long Chrome's main threads waited for a CPU during a run.
// The zero value has seen nothing.
type pressure struct {
	first map[int]time.Duration
	worst time.Duration
	known bool
	after time.Duration // of the run, what went before the first reading and isn't part of what is judged
}

func (p *pressure) begin(delays map[int]time.Duration) {
	p.first, p.known = delays, delays != nil
}

// sample takes a reading. Processes come and go with the documents of a run,
// so it is taken at every step's end; one that wasn't there at the beginning
// has waited since it was born.
func (p *pressure) sample(delays map[int]time.Duration) {
	for pid, delay := range delays {
		p.worst = max(p.worst, delay-p.first[pid])
	}
}

// share is the share of a run that the worst main thread waited, to a tenth of
// a percent; nil = nobody knows. A first visit isn't in it: it would make the
// one that counts look undisturbed.
func (p *pressure) share(run time.Duration) *float64 {
	run -= p.after
	if !p.known || run <= 0 {
		return nil
	}
	return new(min(1, math.Round(1000*float64(p.worst)/float64(run))/1000))
}

// starved tells whether a main thread waited too long; nil = nobody knows.
func starved(share *float64) *bool {
	if share == nil {
		return nil
	}
	return new(*share > starvedShare)
}
