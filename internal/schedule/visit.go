package schedule

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"samui/internal/journey"
)

// visit takes the slot in a lane's hand to its result. running ends when
// nothing more may begin, visits when a visit must end, writes when even
// results can't be waited for.
func (s *Scheduler) visit(running, visits, writes context.Context, l *lane) {
	slot, times := s.inHand(l)
	claimed, err := s.claim(writes, slot)
	if err != nil || !claimed {
		s.letGo(l, err != nil)
		return
	}
	s.started(l, slot)
	run := s.look(visits, slot, 1)
	if worthAnother(run) && !s.o.Once(slot) && s.timeForAnother(running, l, slot, times) {
		run = s.look(visits, slot, 2)
	}
	s.enter(l, recording)
	err = s.write(writes, Result{slot, run})
	if refused(err) {
		s.o.Logger.Error("result refused", "slot_key", slot.Key(), "slot", slot.At, "error", err)
		run = s.unfit(slot, run.Attempt, err)
		err = s.write(writes, Result{slot, run})
	}
	if err != nil {
		s.lose(1, err)
	} else {
		s.finished(slot, run)
	}
	s.letGo(l, false)
}

func (s *Scheduler) inHand(l *lane) (journey.Slot, *timetable) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return l.job.slot(l.flying), l.times
}

func (s *Scheduler) enter(l *lane, p phase) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.phase = p
}

func (s *Scheduler) started(l *lane, slot journey.Slot) {
	lag := max(0, s.now().Sub(slot.At))
	s.mu.Lock()
	l.phase = visiting
	s.lag = lag
	s.mu.Unlock()
	s.o.Observe.Started(slot, lag)
}

// finished counts a result that is written, and tells of it.
func (s *Scheduler) finished(slot journey.Slot, run journey.Run) {
	missed := run.Outcome == journey.Missed
	s.mu.Lock()
	if missed {
		s.notDone++
	} else {
		s.done++
	}
	s.mu.Unlock()
	if missed {
		s.o.Observe.Missed(run.Error.Kind, 1)
		return
	}
	s.o.Observe.Finished(slot, run)
}

// lose counts results that will never be written.
func (s *Scheduler) lose(n int, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost += n
	s.lostTo = why
}

// letGo makes room for the next visit. A slot that could not be claimed waits
// again.
func (s *Scheduler) letGo(l *lane, again bool) {
	s.mu.Lock()
	l.end(again)
	s.inFlight--
	s.mu.Unlock()
	wake(s.changed)
}

// worthAnother reports whether a second attempt may find more: we could not
// look, or the page's renderer crashed. A visit that was interrupted is over.
func worthAnother(run journey.Run) bool {
	if run.Outcome == journey.ProbeError {
		return run.Error == nil || run.Error.Kind != journey.ErrorInterrupted
	}
	for _, step := range run.Steps {
		if step.Failure != nil && step.Failure.Kind == journey.KindCrash {
			return true
		}
	}
	return false
}

// timeForAnother reports whether a second attempt, as long as the first, ends
// before the key's next slot.
func (s *Scheduler) timeForAnother(running context.Context, l *lane, slot journey.Slot, times *timetable) bool {
	now := s.now()
	s.mu.Lock()
	took, removed := now.Sub(l.visited), l.removed
	s.mu.Unlock()
	return running.Err() == nil && !removed && now.Add(took).Before(times.next(slot.At))
}

// look makes one attempt.
func (s *Scheduler) look(ctx context.Context, slot journey.Slot, attempt int) (run journey.Run) {
	began := s.now()
	defer func() {
		if p := recover(); p != nil {
			s.o.Logger.Error("visit panicked", "slot_key", slot.Key(), "panic", p, "stack", string(debug.Stack()))
			run = s.panicked(slot, began, p)
		}
		at := slot.At
		run.Slot, run.Attempt = &at, attempt
		if run.Outcome == journey.Missed {
			run.Attempt = 0
		}
	}()
	return s.o.Visit(ctx, slot, attempt)
}

func (s *Scheduler) panicked(slot journey.Slot, began time.Time, p any) journey.Run {
	ended := s.now()
	run := unvisited(s.o.Describe(slot), slot)
	run.StartedAt, run.FinishedAt = &began, &ended
	run.Outcome = journey.ProbeError
	run.Error = &journey.RunError{Kind: journey.ErrorInternal, Message: fmt.Sprintf("BUG: the visit panicked: %v", p)}
	return run
}

// unfit is the result of a slot whose own one the ledger refuses. It has
// nothing of that: any part may be why.
func (s *Scheduler) unfit(slot journey.Slot, attempt int, why error) journey.Run {
	run := unvisited(s.o.Describe(slot), slot)
	run.Attempt = attempt
	run.Outcome = journey.ProbeError
	run.Error = &journey.RunError{Kind: journey.ErrorInternal, Message: fmt.Sprintf("BUG: the result can't be recorded: %v", why)}
	return run
}
