package schedule

import (
	"context"
	"slices"
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

// missBatch is how many missed slots are written at a time: a night's worth
// must not keep the results of visits from being written.
const missBatch = 500

// claim asks the ledger for a slot, once.
func (s *Scheduler) claim(ctx context.Context, slot journey.Slot) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, ledgerTimeout)
	defer cancel()
	claimed, err := s.o.Ledger.Begin(ctx, slot)
	s.wrote(err)
	return claimed, err
}

// write records results, for as long as it takes. It returns an error only when
// ctx has ended before that.
func (s *Scheduler) write(ctx context.Context, results ...Result) error {
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		err := s.writeOnce(ctx, results)
		if err == nil {
			s.wrote(nil)
			return nil
		}
		if ctx.Err() != nil {
			return err
		}
		s.wrote(err)
		if within(wait, ctx.Done()) {
			return err
		}
	}
}

func (s *Scheduler) writeOnce(ctx context.Context, results []Result) error {
	ctx, cancel := context.WithTimeout(ctx, ledgerTimeout)
	defer cancel()
	return s.o.Ledger.Record(ctx, results...)
}

// wrote notes whether the ledger could write, and tells when that changes.
func (s *Scheduler) wrote(err error) {
	s.mu.Lock()
	before := s.fault
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
		lanes, missed := s.missesInTurn()
		if len(missed) == 0 {
			select {
			case <-ctx.Done():
				return
			case <-s.missed:
				continue
			}
		}
		now := s.now()
		results := make([]Result, len(missed))
		for i, m := range missed {
			results[i] = Result{m.slot, MissedRun(s.o.Describe(m.slot), m.slot, m.kind, now)}
		}
		if s.write(ctx, results...) != nil {
			return
		}
		s.forget(lanes, missed)
		wake(s.changed)
	}
}

// missesInTurn is a batch of missed slots, each with its lane. Lanes with a
// slot that waits come first, then those whose next slot comes soonest: until
// its misses are written a lane can't visit.
func (s *Scheduler) missesInTurn() ([]*lane, []missedSlot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var behind []*lane
	for _, l := range s.lanes {
		if len(l.misses) > 0 {
			behind = append(behind, l)
		}
	}
	slices.SortFunc(behind, func(a, b *lane) int { return turn(a).Compare(turn(b)) })
	var lanes []*lane
	var missed []missedSlot
	for _, l := range behind {
		for _, m := range l.missed(missBatch - len(missed)) {
			lanes, missed = append(lanes, l), append(missed, m)
		}
		if len(missed) == missBatch {
			break
		}
	}
	return lanes, missed
}

// turn is when a lane wants to visit next.
func turn(l *lane) time.Time {
	if !l.waiting.IsZero() {
		return l.waiting
	}
	return l.next
}

// forget lets go of misses that are written now.
func (s *Scheduler) forget(lanes []*lane, missed []missedSlot) {
	counts := map[journey.ErrorKind]int{}
	s.mu.Lock()
	for i, l := range lanes {
		l.recorded(missed[i].slot.At)
		counts[missed[i].kind]++
	}
	s.notDone += int64(len(missed))
	s.mu.Unlock()
	for kind, n := range counts {
		s.o.Observe.Missed(kind, n)
	}
}
