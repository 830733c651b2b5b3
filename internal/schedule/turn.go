package schedule

import (
	"cmp"
	"time"
)

// beginLocked begins waiting slots while fewer than so many are in flight.
//
// While the ledger can't write nothing begins, but for one slot now and then
// when nobody else tries: its claim finds out whether writing works again.
func (s *Scheduler) beginLocked(now time.Time, admitted int, begin func(*lane)) {
	for s.inFlight < admitted {
		if s.fault != nil && (s.inFlight > 0 || time.Since(s.tried) < s.sweep) {
			return
		}
		l := s.turnLocked()
		if l == nil {
			return
		}
		s.tried = time.Now()
		l.begin()
		l.visited = now
		s.inFlight++
		begin(l)
	}
}

// turnLocked is whose turn it is: the lane that has waited longest since its
// last visit, so that a site with many slots never keeps the others from
// theirs. Nil when nobody is ready.
//
// A lane whose misses are still being written keeps its turn if there are few.
// Behind a night's worth of them nobody waits.
func (s *Scheduler) turnLocked() *lane {
	var first, ready *lane
	for _, l := range s.lanes {
		if l.waits() && (first == nil || before(l, first)) {
			first = l
		}
		if l.ready() && (ready == nil || before(l, ready)) {
			ready = l
		}
	}
	if first != ready && s.fewMissesLocked() {
		return nil
	}
	return ready
}

// fewMisses is how many misses are on disk in a moment.
const fewMisses = missLanes * missBatch

func (s *Scheduler) fewMissesLocked() bool {
	n := 0
	for _, l := range s.lanes {
		if n += len(l.missed(fewMisses + 1 - n)); n > fewMisses {
			return false
		}
	}
	return true
}

func before(a, b *lane) bool {
	return cmp.Or(
		a.visited.Compare(b.visited),
		a.waiting.Compare(b.waiting),
		cmp.Compare(a.job.Key(), b.job.Key()),
	) < 0
}
