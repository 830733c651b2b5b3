package schedule

import (
	"context"
	"time"

	"samui/internal/journey"
)

// Scheduler runs jobs. Make one with [New]; safe for concurrent use.
type Scheduler struct{ o Options }

// New returns a scheduler without jobs: [Scheduler.Set] gives it some, and
// [Scheduler.Run] runs them.
func New(o Options) *Scheduler { return &Scheduler{o: o} }

// Set replaces the jobs, before Run as well as during it.
func (s *Scheduler) Set(ctx context.Context, jobs []Job) error { return ctx.Err() }

// Run visits until ctx ends, then drains.
func (s *Scheduler) Run(ctx context.Context) error { <-ctx.Done(); return nil }

// Status is safe to call at any time.
func (s *Scheduler) Status() Status { return Status{} }

// Slots are the job's slots with from < At ≤ to, ascending.
func (j Job) Slots(from, to time.Time) []journey.Slot { return nil }
