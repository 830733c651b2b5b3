package schedule

import (
	"context"
	"log/slog"
	"time"

	"samui/internal/journey"
)

// Visit walks the journey of a slot once and returns what was found. attempt
// counts from 1. When ctx ends it returns a probe_error of kind interrupted,
// soon. It is called by several goroutines at once, never twice at a time for
// one [journey.Slot.Key]; a panic becomes a probe_error of kind internal.
type Visit func(ctx context.Context, slot journey.Slot, attempt int) journey.Run

// Options of a [Scheduler]. Ledger, Visit and Describe are needed.
type Options struct {
	Ledger Ledger
	Visit  Visit
	// Describe is what is known of a slot's run before anybody looks: a new
	// run id, client, env, title, stage, network, revision. It becomes the
	// template of [MissedRun], and is also asked about jobs that were removed
	// a moment ago. Safe for concurrent use.
	Describe func(slot journey.Slot) journey.Run

	Concurrency int           // visits at the same time; 0 = 1
	MaxLate     time.Duration // a slot that couldn't start for so long is missed; 0 = 1 h
	Retention   time.Duration // slots older than this are not recorded as missed; 0 = 400 days
	Grace       time.Duration // what running visits get when Run's ctx ends; 0 = 8 s
	Observe     Observer
	Logger      *slog.Logger     // nil = nothing is logged
	Clock       func() time.Time // the wall clock; nil = time.Now
}

// Observer is told what happens, for metrics. Any func may be nil. They are
// called by several goroutines at once and must return quickly.
type Observer struct {
	Started  func(slot journey.Slot, lag time.Duration) // the first attempt begins so long after the slot's time
	Finished func(slot journey.Slot, run journey.Run)   // the result is recorded
	Missed   func(kind journey.ErrorKind, n int)        // so many missed slots are recorded
}

// Status is a snapshot of a [Scheduler]. The counters start at zero with it.
type Status struct {
	Running int           // visits in progress
	Queued  int           // slots that are due and wait for their turn
	Lag     time.Duration // how late the last visit began, or how long the oldest queued slot has waited, whichever is more
	Due     int64         // slots that came due
	Done    int64         // slots that ended in what a visit found
	Missed  int64         // slots recorded as missed, those of the time before the start included
	Blocked string        // why results can't be written and no visit starts; empty = they can
}
