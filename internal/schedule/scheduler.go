package schedule

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"samui/internal/journey"
)

// Visit walks the journey of a slot once and returns what was found. attempt
// counts from 1. When ctx ends it returns a probe_error of kind interrupted,
// soon. It is called by several goroutines at once, never twice at a time for
// one [journey.Slot.Key]; a panic becomes a probe_error of kind internal. A slot
// that nobody may look at ends as a [MissedRun] of kind limit.
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

	// Once says that a slot is visited once only, whatever comes of it, because
	// a visit leaves something behind; nil = none is. Safe for concurrent use.
	Once func(slot journey.Slot) bool

	Concurrency int // visits at the same time; 0 = 1
	// Admit says how many visits there may be at the same time now, where that
	// changes; nil = Concurrency, and below 1 is 1. It is asked before each look
	// at what may begin, so whenever a visit ends: a number that rises with what
	// a visit found has its effect at once, any other within the sweep. When it
	// falls nothing is interrupted, less begins. It must return quickly, and may
	// ask for the Status.
	Admit     func() int
	MaxLate   time.Duration // a slot that couldn't start for so long is missed; 0 = 1 h
	Retention time.Duration // slots older than this are not recorded as missed; 0 = 400 days
	Grace     time.Duration // what running visits get when Run's ctx ends; 0 = 8 s
	Observe   Observer
	Logger    *slog.Logger     // nil = nothing is logged
	Clock     func() time.Time // the wall clock; nil = time.Now
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
	Due     int64         // slots that came due: Done, Missed, Running and Queued
	Done    int64         // slots that ended in what a visit found
	Missed  int64         // slots recorded as missed, those of the time before the start included
	Blocked string        // why results can't be written and no visit starts; empty = they can
}

// Scheduler runs jobs. Make one with [New]; its methods may be called by
// several goroutines at once.
type Scheduler struct {
	o       Options
	sweep   time.Duration
	changed chan struct{} // something may begin; holds one
	missed  chan struct{} // there are misses to record; holds one
	setting sync.Mutex    // one Set at a time; taken before mu

	// mu guards what follows. It is never held during I/O.
	mu       sync.Mutex
	lanes    map[string]*lane // by key
	rearm    map[string]bool  // keys whose alarm has to be set anew, or removed
	running  bool             // Run has begun
	inFlight int              // lanes that aren't idle
	fault    error            // why the ledger can't write; nil = it can
	holding  int              // writers that keep results because they can't be written
	tried    time.Time        // when a visit was begun last, by the monotonic clock
	lag      time.Duration    // of the visit that began last
	done     int64
	notDone  int64 // missed
	lost     int   // results that could not be written before the end
	lostTo   error // why; the last one's
}

// sweepEvery is how often slots are looked for that no tick told of: the clock
// jumped, the machine slept, or gocron forgot one.
const sweepEvery = 5 * time.Second

// New returns a scheduler without jobs: [Scheduler.Set] gives it some, and
// [Scheduler.Run] runs them.
func New(o Options) *Scheduler {
	o.Concurrency = cmp.Or(max(0, o.Concurrency), 1)
	o.MaxLate = cmp.Or(o.MaxLate, time.Hour)
	o.Retention = cmp.Or(o.Retention, 400*24*time.Hour)
	o.Grace = cmp.Or(o.Grace, 8*time.Second)
	if o.Admit == nil {
		o.Admit = func() int { return o.Concurrency }
	}
	if o.Describe == nil {
		o.Describe = func(journey.Slot) journey.Run { return journey.Run{} }
	}
	if o.Once == nil {
		o.Once = func(journey.Slot) bool { return false }
	}
	if o.Observe.Started == nil {
		o.Observe.Started = func(journey.Slot, time.Duration) {}
	}
	if o.Observe.Finished == nil {
		o.Observe.Finished = func(journey.Slot, journey.Run) {}
	}
	if o.Observe.Missed == nil {
		o.Observe.Missed = func(journey.ErrorKind, int) {}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Scheduler{
		o: o, sweep: sweepEvery,
		changed: make(chan struct{}, 1), missed: make(chan struct{}, 1),
		lanes: map[string]*lane{}, rearm: map[string]bool{},
	}
}

// Status is a snapshot.
func (s *Scheduler) Status() Status {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	status := Status{Running: s.inFlight, Lag: s.lag, Done: s.done, Missed: s.notDone}
	for _, l := range s.lanes {
		if !l.waiting.IsZero() {
			status.Queued++
			status.Lag = max(status.Lag, now.Sub(l.waiting))
		}
	}
	status.Due = status.Done + status.Missed + int64(status.Running+status.Queued)
	if s.fault != nil {
		status.Blocked = s.fault.Error()
	}
	return status
}

// now is the wall clock, without the monotonic one: slots are compared with
// what the clock shows.
func (s *Scheduler) now() time.Time { return s.o.Clock().Round(0).UTC() }

func (s *Scheduler) limits() limits { return limits{late: s.o.MaxLate, keep: s.o.Retention} }

// wake fills a channel that holds one signal. It never blocks.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
