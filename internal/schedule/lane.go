package schedule

import (
	"time"

	"samui/internal/journey"
)

// phase is what a lane's visit is at.
type phase int

const (
	idle      phase = iota
	claiming        // the ledger is asked for the slot
	visiting        // the journey is walked
	recording       // the result is being written
)

// lane is everything about the slots of one key: one at a time is in flight,
// at most one waits. It has no clock and does no I/O; the scheduler's mutex
// guards it.
type lane struct {
	job   Job
	times *timetable

	opened  bool      // seen and next are set
	seen    time.Time // slots up to here are recorded, missed, waiting or in flight
	next    time.Time // the first slot after seen
	waiting time.Time // the slot that is due and has not begun; zero = none
	phase   phase
	flying  time.Time // the slot in flight, unless idle
	misses  []gap     // missed and not yet recorded, ascending
	visited time.Time // when the last visit began; zero = never
	removed bool      // the job is gone; the lane goes when it has nothing left to do
	rang    bool      // gocron said that a slot is due, and none was yet
}

// gap is missed slots: those of a timetable with from < At ≤ to. Years of them
// take no more room than one.
type gap struct {
	job      Job
	times    *timetable
	kind     journey.ErrorKind
	from, to time.Time
}

// limits bound what becomes of slots that were not visited in time.
type limits struct {
	late time.Duration // a slot that waited for longer is missed
	keep time.Duration // missed slots older than this are not recorded
}

// since is from, or the oldest time whose missed slots are recorded.
func (m limits) since(from, now time.Time) time.Time {
	if oldest := now.Add(-m.keep); from.Before(oldest) {
		return oldest
	}
	return from
}

// open starts the lane with Samui: slots since the last one that the ledger
// knows were missed because Samui was down.
func (l *lane) open(now time.Time, m limits) {
	if !l.visited.IsZero() {
		l.miss(journey.ErrorDown, m.since(l.visited, now), now)
	}
	l.join(now)
}

// join starts the lane while Samui is running: nothing was missed.
func (l *lane) join(now time.Time) {
	l.opened = true
	l.resume(now)
}

// resume looks for slots after now, and never again for one that is in hand.
func (l *lane) resume(now time.Time) {
	l.seen = now
	for _, t := range []time.Time{l.waiting, l.flying} {
		if t.After(l.seen) {
			l.seen = t
		}
	}
	l.next = l.times.next(l.seen)
}

// come takes in the slots that came due by now: the newest is to be visited,
// older ones were missed. A slot whose key is still being visited is missed
// too, so that a slow journey never piles up.
func (l *lane) come(now time.Time, m limits) {
	if l.phase == claiming {
		return // what becomes of the slot in hand decides about the next one
	}
	if !l.waiting.IsZero() && (!l.next.After(now) || now.Sub(l.waiting) > m.late) {
		l.pass()
	}
	if l.next.After(now) {
		return
	}
	seen := m.since(l.seen, now)
	newest, found := l.times.last(seen, now)
	if !found {
		l.resume(now) // all of them are too old to be told of
		return
	}
	busy := l.phase == visiting
	kind := journey.ErrorLate
	if busy {
		kind = journey.ErrorOverlap
	}
	if busy || now.Sub(newest) > m.late {
		l.miss(kind, seen, newest)
	} else {
		l.miss(kind, seen, newest.Add(-time.Second))
		l.waiting = newest
	}
	l.rang = false
	l.resume(now)
}

// pass gives the waiting slot up: its turn did not come.
func (l *lane) pass() {
	at := l.waiting
	l.waiting = time.Time{}
	before, times := at.Add(-time.Second), l.times
	if !times.next(before).Equal(at) {
		times = once(at) // it came due under a schedule that was changed since
	}
	l.missOf(times, journey.ErrorLate, before, at)
}

// miss notes that nobody looks at the slots with from < At ≤ to.
func (l *lane) miss(kind journey.ErrorKind, from, to time.Time) {
	l.missOf(l.times, kind, from, to)
}

func (l *lane) missOf(times *timetable, kind journey.ErrorKind, from, to time.Time) {
	first := times.next(from)
	if first.After(to) {
		return
	}
	if n := len(l.misses); n > 0 {
		g := &l.misses[n-1]
		if g.kind == kind && g.times == times && times.next(g.to).Equal(first) {
			g.to = to
			return
		}
	}
	l.misses = append(l.misses, gap{job: l.job, times: times, kind: kind, from: from, to: to})
}

// missed is the first slots, at most n, that were missed and are not yet
// recorded, oldest first.
func (l *lane) missed(n int) []missedSlot {
	var slots []missedSlot
	for _, g := range l.misses {
		for at := g.times.next(g.from); !at.After(g.to); at = g.times.next(at) {
			if len(slots) == n {
				return slots
			}
			slots = append(slots, missedSlot{g.job.slot(at), g.kind})
		}
	}
	return slots
}

// missedSlot is one slot of a gap.
type missedSlot struct {
	slot journey.Slot
	kind journey.ErrorKind
}

// recorded forgets the first missed slot, the one at the given time.
func (l *lane) recorded(at time.Time) {
	g := &l.misses[0]
	g.from = at
	if g.times.next(at).After(g.to) {
		l.misses = l.misses[1:]
	}
}

// waits reports whether a slot waits for its turn.
func (l *lane) waits() bool { return !l.waiting.IsZero() && l.phase == idle }

// ready reports whether the waiting slot may begin: earlier slots of the key
// are recorded, so that no crash can hide them behind a newer one.
func (l *lane) ready() bool { return l.waits() && len(l.misses) == 0 }

// wants is when the lane wants to visit.
func (l *lane) wants() time.Time {
	if !l.waiting.IsZero() {
		return l.waiting
	}
	return l.next
}

// begin takes the waiting slot in hand.
func (l *lane) begin() journey.Slot {
	l.phase, l.flying, l.waiting = claiming, l.waiting, time.Time{}
	return l.job.slot(l.flying)
}

// end lets go of the slot in flight, which may have to wait once more.
func (l *lane) end(again bool) {
	if again {
		l.waiting = l.flying
		if l.removed {
			l.drop()
		}
	}
	l.phase, l.flying = idle, time.Time{}
}

// change gives the lane another timetable from now on.
func (l *lane) change(job Job, times *timetable, now time.Time) {
	l.job, l.times, l.removed = job, times, false
	if l.opened {
		l.resume(now)
	}
}

// drop ends the lane. A slot that has begun is finished; one that waits has
// missed its turn.
func (l *lane) drop() {
	l.removed = true
	l.next = farFuture()
	if !l.waiting.IsZero() {
		l.pass()
	}
}

// gone reports whether a dropped lane has nothing left to do.
func (l *lane) gone() bool { return l.removed && l.phase == idle && len(l.misses) == 0 }
