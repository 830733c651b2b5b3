package schedule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/google/uuid"
	"github.com/jonboulle/clockwork"
)

// alarm is gocron, used as a clock only: one gocron job for each key, which
// rings at the key's slots. It may ring late or not at all; the sweep finds
// what it didn't tell. One goroutine uses it.
//
// The jobs are not gocron singletons: ringing never takes time, a singleton
// costs a goroutine and a queue of a thousand places for each job, and what it
// drops it drops silently. That a key is not visited twice at a time is the
// lane's to keep.
type alarm struct {
	clock gocron.Scheduler
	now   func() time.Time
	jobs  map[string]uuid.UUID // by key
	rang  func(key string)     // never blocks
	panic func(key string, p any)
}

// newAlarm starts gocron. Close it.
func newAlarm(now func() time.Time, rang func(key string), panicked func(key string, p any)) (*alarm, error) {
	clock, err := gocron.NewScheduler(
		gocron.WithLocation(time.UTC),
		gocron.WithClock(wallClock{clockwork.NewRealClock(), now}),
	)
	if err != nil {
		return nil, fmt.Errorf("starting gocron: %w", err)
	}
	clock.Start()
	return &alarm{clock: clock, now: now, jobs: map[string]uuid.UUID{}, rang: rang, panic: panicked}, nil
}

// set rings at the times of a timetable from now on.
func (a *alarm) set(key string, times *timetable) error {
	if err := a.remove(key); err != nil {
		return err
	}
	job, err := a.clock.NewJob(
		gocron.CronJob("", false),
		gocron.NewTask(a.rang, key),
		gocron.WithName(key),
		gocron.WithCronImplementation(ringer{times, a.now}),
		gocron.WithEventListeners(gocron.AfterJobRunsWithPanic(func(_ uuid.UUID, name string, p any) { a.panic(name, p) })),
	)
	if err != nil {
		return fmt.Errorf("setting gocron's job of %q: %w", key, err)
	}
	a.jobs[key] = job.ID()
	return nil
}

// remove rings no more for a key.
func (a *alarm) remove(key string) error {
	id, ok := a.jobs[key]
	if !ok {
		return nil
	}
	delete(a.jobs, key)
	if err := a.clock.RemoveJob(id); err != nil && !errors.Is(err, gocron.ErrJobNotFound) {
		return fmt.Errorf("removing gocron's job of %q: %w", key, err)
	}
	return nil
}

// close stops gocron and waits for it.
func (a *alarm) close(ctx context.Context) error {
	if err := a.clock.ShutdownWithContext(ctx); err != nil {
		return fmt.Errorf("stopping gocron: %w", err)
	}
	return nil
}

// ringer gives gocron a timetable in place of its own reading of cron.
type ringer struct {
	times *timetable
	now   func() time.Time
}

// IsValid accepts everything: [newTimetable] has read the schedule already.
func (r ringer) IsValid(string, *time.Location, time.Time) error { return nil }

// Next is the first slot after both the last one and now. gocron itself would
// step through every slot of a night that the machine slept through. It is
// never the zero time, which gocron would step from for ever.
func (r ringer) Next(last time.Time) time.Time {
	if now := r.now(); now.After(last) {
		last = now
	}
	next := r.times.next(last)
	if !next.After(last) {
		return last.Add(time.Hour) // beyond the far future; gocron wants to get on
	}
	return next
}

// wallClock is a real clock whose hands can be set, for tests of clocks that
// jump. Timers go by real time, as they do in life.
type wallClock struct {
	clockwork.Clock
	now func() time.Time
}

func (c wallClock) Now() time.Time { return c.now() }
