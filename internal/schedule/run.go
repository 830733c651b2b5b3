package schedule

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// errStopping ends visits that are still running when the grace is over.
var errStopping = errors.New("samui is stopping")

// jumped is by how much the wall clock may part from elapsed time, from one
// look to the next, before it has been set rather than trimmed.
const jumped = time.Second

// recordGrace is how long results may still be written after the visits were
// interrupted.
const recordGrace = 5 * time.Second

// Run visits until ctx ends. Then nothing more begins: running visits get
// Options.Grace, are interrupted, and their results recorded; slots that waited
// stay unclaimed, and are recorded as down at the next start. The error says
// what could not be recorded or stopped. Run may be called once.
func (s *Scheduler) Run(ctx context.Context) error {
	lasting := context.WithoutCancel(ctx)
	visits, interrupt := context.WithCancelCause(lasting)
	defer interrupt(nil)
	writes, giveUp := context.WithCancel(lasting)
	defer giveUp()

	clock, err := newAlarm(s.o.Clock, s.ring, func(key string, p any) {
		s.o.Logger.Error("alarm panicked", "slot_key", key, "panic", p)
	})
	if err != nil {
		return err
	}
	var visitors, recorder sync.WaitGroup
	recorder.Go(func() { s.recordMisses(writes) })
	s.open()
	s.loop(ctx, clock, func(l *lane) {
		visitors.Go(func() { s.visit(ctx, visits, writes, l) })
	})

	err = clock.close(lasting)
	finished := make(chan struct{})
	go func() { visitors.Wait(); close(finished) }()
	if !within(s.o.Grace, finished) {
		interrupt(errStopping)
		if !within(recordGrace, finished) {
			giveUp()
			<-finished
		}
	}
	giveUp()
	recorder.Wait()
	return errors.Join(err, s.unwritten())
}

// within waits for done, and reports whether it came in time.
func within(d time.Duration, done <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}

func (s *Scheduler) unwritten() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost == 0 {
		return nil
	}
	return fmt.Errorf("%d results could not be recorded before the end: %w", s.lost, s.lostTo)
}

// open starts the lanes that were set before Run.
func (s *Scheduler) open() {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = true
	for _, l := range s.lanes {
		l.open(now, s.limits())
	}
	wake(s.missed)
}

// loop takes in what came due, and begins what may begin, until ctx ends.
func (s *Scheduler) loop(ctx context.Context, clock *alarm, begin func(*lane)) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	elapsed := stopwatch(s.now())
	for {
		now := s.now()
		if by := elapsed(now); by < -jumped || by > jumped {
			s.o.Logger.Warn("clock jumped", "by_seconds", by.Seconds())
			s.realign(now)
		}
		s.setAlarms(clock)
		timer.Reset(s.step(now, begin))
		select {
		case <-ctx.Done():
			return
		case <-s.changed:
		case <-timer.C:
		}
		if ctx.Err() != nil {
			return // both were ready: nothing more begins
		}
	}
}

// stopwatch tells by how much the wall clock has parted from elapsed time since
// it was last asked.
func stopwatch(wall time.Time) func(time.Time) time.Duration {
	elapsed := time.Now() // with its monotonic reading
	return func(now time.Time) time.Duration {
		tick := time.Now()
		by := now.Sub(wall) - tick.Sub(elapsed)
		wall, elapsed = now, tick
		return by
	}
}

// realign looks at every lane and alarm anew after the clock has jumped.
// Forwards the slots in between are found as due. Backwards the same slots will
// come again, and the ledger knows that they are done; but slots that the clock
// had only seemed to pass are not lost.
func (s *Scheduler) realign(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, l := range s.lanes {
		s.rearm[key] = true
		if l.opened && !l.removed && l.seen.After(now) {
			l.resume(now)
		}
	}
}

// ring is gocron's whole task: it may not block.
func (s *Scheduler) ring(key string) {
	s.mu.Lock()
	if l := s.lanes[key]; l != nil {
		l.rang = true
	}
	s.mu.Unlock()
	wake(s.changed)
}

// setAlarms brings gocron's jobs in line with the lanes. gocron is asked
// without the lock, because its own goroutine may be ringing.
func (s *Scheduler) setAlarms(clock *alarm) {
	s.mu.Lock()
	if len(s.rearm) == 0 {
		s.mu.Unlock()
		return
	}
	wanted := make(map[string]*timetable, len(s.rearm))
	for key := range s.rearm {
		wanted[key] = nil
		if l := s.lanes[key]; l != nil && !l.removed {
			wanted[key] = l.times
		}
	}
	clear(s.rearm)
	s.mu.Unlock()
	for key, times := range wanted {
		var err error
		if times == nil {
			err = clock.remove(key)
		} else {
			err = clock.set(key, times)
		}
		if err != nil {
			// The sweep still finds the slots, up to five seconds late.
			s.o.Logger.Error("alarm not set", "slot_key", key, "error", err)
		}
	}
}

// step is one look at everything. It returns when the next one is due at the
// latest.
func (s *Scheduler) step(now time.Time, begin func(*lane)) time.Duration {
	admitted := max(1, s.o.Admit()) // without the lock: it may ask for the Status
	s.mu.Lock()
	defer s.mu.Unlock()
	wait, missed := s.sweep, false
	for key, l := range s.lanes {
		if l.gone() {
			delete(s.lanes, key)
			continue
		}
		l.come(now, s.limits())
		if early := l.next.Sub(now); l.rang && early > 0 {
			// gocron goes by a clock that is not trimmed, and can be early by
			// milliseconds: then its ring is for a slot that comes in a moment.
			wait = min(wait, early)
		}
		missed = missed || len(l.misses) > 0
	}
	if missed {
		wake(s.missed)
	}
	s.beginLocked(now, admitted, begin)
	return wait
}
