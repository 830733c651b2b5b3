package daemon

import (
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"time"
)

// How many visits there may be at once, where nobody says it. What waits for a
// CPU for a share d of its time takes about 1/(1-d) times as long, and a wait
// may be longer by a tenth for what Samui itself does at the same time: d may
// be 0.09.
const (
	mostDelay   = 0.09
	littleDelay = 0.03 // below it there is room for one more
	delaysTell  = 3    // results that say that there are too many
	delaysKept  = 8    // results that say that there is room, and that are remembered
	mostPerCore = 4    // what doesn't wait for a CPU waits for the network

	// perVisit is the memory that a visit is reckoned with, in bytes: what heavy
	// pages take. A machine that swaps, or ends Chrome, has waits of its own.
	perVisit = 500 << 20

	// holdOff is how long a number that was too much isn't tried again. Tried at
	// once it would be, because fewer visits wait less: the number would swing
	// between the two, and each try costs a few visits that wait too long. Ten
	// minutes are two rounds of the usual schedules, after which whatever else
	// kept the machine busy may have ended.
	holdOff = 10 * time.Minute
)

// throttle is the rule by which the number of visits at once follows what they
// find. It has no clock; the times of what it is told are all by one.
type throttle struct {
	admitted, most int

	since time.Time // of the last change; what began before says nothing of it
	all   []float64 // delays of the newest results, at most delaysKept
	full  []float64 // of those that ended while every place was taken

	tooMuch int       // this many were more than the machine carries
	until   time.Time // and aren't tried again before
}

// newThrottle begins with one visit for two cores. So many bytes of memory bound
// how many there may ever be; 0 = nobody knows how many there are.
func newThrottle(cores int, memory int64) throttle {
	most := mostPerCore * cores
	if memory > 0 {
		most = int(min(int64(most), memory/perVisit))
	}
	most = max(1, most)
	return throttle{admitted: min(max(1, cores/2), most), most: most}
}

// walked is what a visit of Chrome says of the machine.
type walked struct {
	began, ended time.Time
	delay        float64 // the share of it in which Chrome waited for a CPU
	full         bool    // every place was taken when it ended
	queued       bool    // and somebody waited for one
}

// see takes in a result, and reports whether the number changed.
func (t *throttle) see(w walked) bool {
	if w.began.Before(t.since) {
		return false
	}
	t.all = lastOf(append(t.all, w.delay), delaysKept)
	if w.full {
		t.full = lastOf(append(t.full, w.delay), delaysKept)
	}
	switch {
	case t.admitted > 1 && (exceeds(t.all, mostDelay) || exceeds(t.full, mostDelay)):
		t.tooMuch, t.until = t.admitted, w.ended.Add(holdOff)
		t.change(t.admitted-1, w.ended)
		return true
	case w.full && w.queued && t.mayTry(t.admitted+1, w.ended) && len(t.full) == delaysKept && median(t.full) < littleDelay:
		t.change(t.admitted+1, w.ended)
		return true
	}
	return false
}

func (t *throttle) mayTry(n int, now time.Time) bool {
	return n <= t.most && (n < t.tooMuch || !now.Before(t.until))
}

func (t *throttle) change(to int, at time.Time) {
	t.admitted, t.since, t.all, t.full = to, at, nil, nil
}

// exceeds reports whether enough delays are known and their median is above a
// limit.
func exceeds(delays []float64, limit float64) bool {
	return len(delays) >= delaysTell && median(delays) > limit
}

// lastOf is the last n of a list.
func lastOf[T any](list []T, n int) []T { return list[max(0, len(list)-n):] }

// median is the middle of a list that isn't empty.
func median[T float64 | time.Duration](list []T) T {
	sorted := slices.Sorted(slices.Values(list))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// visitsTell is how many visits say how long one takes.
const visitsTell = 20

// admission says how many visits there may be at once, and how many of them a
// machine carries. It is safe for concurrent use.
type admission struct {
	fixed bool // somebody said how many
	log   *slog.Logger

	mu       sync.Mutex // guards the following
	throttle throttle
	took     []time.Duration // the newest visits, at most visitsTell
}

// newAdmission admits as many as are asked for, or, where that is 0, as many as
// the machine turns out to carry.
func newAdmission(asked, cores int, memory int64, log *slog.Logger) *admission {
	a := &admission{fixed: asked > 0, log: log, throttle: newThrottle(cores, memory)}
	if a.fixed {
		a.throttle.admitted = asked
	}
	return a
}

// cores are those that this process may use: a container's bound is heeded.
func cores() int { return min(runtime.NumCPU(), runtime.GOMAXPROCS(0)) }

// admitted is how many visits there may be now.
func (a *admission) admitted() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.throttle.admitted
}

// mayRise reports whether more than now are tried where somebody waits: then
// what is admitted now isn't yet what the machine carries.
func (a *admission) mayRise(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.fixed && a.throttle.mayTry(a.throttle.admitted+1, now)
}

// spent notes how long visits took, the newest last.
func (a *admission) spent(visits ...time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.took = lastOf(append(a.took, visits...), visitsTell)
}

// saw takes in what a visit of Chrome says of the machine, so many being at
// work, this one among them, and so many waiting.
func (a *admission) saw(w walked, running, queued int) {
	a.mu.Lock()
	before := a.throttle.admitted
	w.full, w.queued = running >= before, queued > 0
	changed := !a.fixed && a.throttle.see(w)
	after := a.throttle.admitted
	a.mu.Unlock()
	if changed {
		a.log.Info("another number of visits at once is admitted", "visits", after, "before", before)
	}
}

// perMinute is how many visits a minute the admitted ones make; false as long
// as none was made.
func (a *admission) perMinute() (visits float64, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.took) == 0 {
		return 0, false
	}
	one := median(a.took)
	if one <= 0 {
		return 0, false
	}
	return float64(a.throttle.admitted) * float64(time.Minute) / float64(one), true
}
