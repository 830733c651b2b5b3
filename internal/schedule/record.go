package schedule

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"samui/internal/journey"
)

// ledgerTimeout bounds one call of the ledger: a disk that hangs is a disk that
// can't be written.
const ledgerTimeout = 30 * time.Second

// The first and the longest wait between two tries to write a result.
const (
	firstRetry = time.Second
	lastRetry  = 15 * time.Second
)

// claim asks the ledger for a slot, once.
func (s *Scheduler) claim(ctx context.Context, slot journey.Slot) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, ledgerTimeout)
	defer cancel()
	claimed, err := s.o.Ledger.Begin(ctx, slot)
	s.wrote(err)
	return claimed, err
}

// write records results, for as long as it takes. It returns an error only when
// ctx has ended before that, or the ledger refuses them.
func (s *Scheduler) write(ctx context.Context, results ...Result) error {
	err := s.writeOnce(ctx, results)
	if err == nil || refused(err) || ctx.Err() != nil {
		return err
	}
	s.hold(1)
	defer func() {
		s.hold(-1)
		if !refused(err) { // that says nothing about whether others can be written
			s.wrote(err)
		}
	}()
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		s.wrote(err)
		if within(wait, ctx.Done()) {
			return err
		}
		if err = s.writeOnce(ctx, results); err == nil || refused(err) || ctx.Err() != nil {
			return err
		}
	}
}

// refused tells whether the ledger will never take what it was given. Trying
// again would keep every other result waiting for ever.
func refused(err error) bool {
	var r interface{ Refused() bool }
	return errors.As(err, &r) && r.Refused()
}

// hold counts the writers that keep results because they can't be written.
func (s *Scheduler) hold(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holding += n
}

func (s *Scheduler) writeOnce(ctx context.Context, results []Result) error {
	ctx, cancel := context.WithTimeout(ctx, ledgerTimeout)
	defer cancel()
	return s.o.Ledger.Record(ctx, results...)
}

// wrote notes whether the ledger could write, and tells when that changes. On a
// disk that is nearly full something small may succeed: while any result is
// held that says nothing.
func (s *Scheduler) wrote(err error) {
	s.mu.Lock()
	before := s.fault
	if err == nil && s.holding > 0 {
		err = before
	}
	s.fault = err
	s.mu.Unlock()
	switch {
	case err != nil && before == nil:
		s.o.Logger.Error("results can't be recorded; no visit starts until they can", "error", err)
	case err == nil && before != nil:
		s.o.Logger.Info("results are recorded again")
		wake(s.changed)
	}
}

// recordMisses writes the slots that nobody looked at, in the background,
// until ctx ends. What isn't written by then is found again at the next start.
func (s *Scheduler) recordMisses(ctx context.Context) {
	for {
		behind := s.behind()
		if len(behind) == 0 {
			select {
			case <-ctx.Done():
				return
			case <-s.missed:
				continue
			}
		}
		var lanes sync.WaitGroup
		for _, b := range behind {
			lanes.Go(func() { s.catchUp(ctx, b) })
		}
		lanes.Wait()
		if ctx.Err() != nil {
			return
		}
		wake(s.changed)
	}
}

// A night's worth of missed slots must not keep the results of visits from
// being written: so many lanes write so many of theirs at a time. Within a lane
// they are written in order; lanes are side by side, so that a ledger that
// gathers writes can.
const (
	missLanes = 16
	missBatch = 32
)

// backlog is the first misses of a lane.
type backlog struct {
	lane   *lane
	missed []missedSlot
}

// behind is whose misses are written next. Lanes with a slot that waits come
// first, then those whose next slot comes soonest: until its misses are written
// a lane can't visit.
func (s *Scheduler) behind() []backlog {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lanes []*lane
	for _, l := range s.lanes {
		if len(l.misses) > 0 {
			lanes = append(lanes, l)
		}
	}
	slices.SortFunc(lanes, func(a, b *lane) int { return a.wants().Compare(b.wants()) })
	var out []backlog
	for _, l := range lanes[:min(len(lanes), missLanes)] {
		out = append(out, backlog{l, l.missed(missBatch)})
	}
	return out
}

// catchUp writes the first misses of a lane, for as long as it takes. Those that
// the ledger refuses are lost: there is nothing less to say about a slot.
func (s *Scheduler) catchUp(ctx context.Context, b backlog) {
	now := s.now()
	results := make([]Result, len(b.missed))
	counts := map[journey.ErrorKind]int{}
	for i, m := range b.missed {
		results[i] = Result{m.slot, MissedRun(s.o.Describe(m.slot), m.slot, m.kind, now)}
		counts[m.kind]++
	}
	err := s.write(ctx, results...)
	if err != nil && !refused(err) {
		return
	}
	s.mu.Lock()
	for _, m := range b.missed {
		b.lane.recorded(m.slot.At)
	}
	if err == nil {
		s.notDone += int64(len(b.missed))
	}
	s.mu.Unlock()
	if err != nil {
		s.o.Logger.Error("missed slots refused", "slot_key", b.missed[0].slot.Key(), "slots", len(b.missed), "error", err)
		s.lose(len(b.missed), err)
		return
	}
	for kind, n := range counts {
		s.o.Observe.Missed(kind, n)
	}
}
