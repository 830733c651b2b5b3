// Package outbox sends what the store keeps for one receiver, until the
// receiver has it: when to try, how long to back off, what to give up on.
//
// Deliveries come in through the ledger, where they were put in the same
// transaction as the result they tell of, and leave it when the [Sender] says
// that they arrived. Nothing is passed from a run to the outbox but a
// [Outbox.Poke]: a receiver that is slow, down or hanging never holds up a run.
//
// The one rule not to break: a delivery leaves the ledger only because it
// arrived, or loudly because of the bounds of age and bytes. Whatever is
// unclear stays and is sent again, so what is sent must be idempotent.
package outbox

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"samui/internal/store"
)

// Queue is the deliveries of every sink; [store.Store] is one.
type Queue interface {
	// Due is what may be sent now, due the longest first, at most limit deliveries
	// and maxBytes of payload, but at least one if any is due.
	Due(ctx context.Context, sink string, now time.Time, limit, maxBytes int) ([]store.Delivery, error)
	// Delivered forgets deliveries: they arrived.
	Delivered(ctx context.Context, ids ...int64) error
	// Retry counts a failed attempt and says when the next one is due.
	Retry(ctx context.Context, due time.Time, reason string, ids ...int64) error
	// Refuse keeps deliveries with the reason why they will never be taken.
	Refuse(ctx context.Context, reason string, ids ...int64) error
}

// Bounds is what is known about a sink's deliveries as a whole.
type Bounds interface {
	Backlog(ctx context.Context, sink string) (store.Backlog, error)
	// DropOldest drops what is older than a time, and the oldest of what is
	// more than so many bytes; a zero time or 0 bytes is no bound.
	DropOldest(ctx context.Context, sink string, olderThan time.Time, overBytes int64) (int, error)
	// Dropped is how many were ever dropped.
	Dropped(ctx context.Context, sink string) (int64, error)
}

// Ledger is where deliveries are kept; [store.Store] is one.
type Ledger interface {
	Queue
	Bounds
}

// Sender makes one attempt to send a batch to its receiver. It returns soon
// after ctx ends. It is called by one goroutine at a time.
type Sender interface {
	Send(ctx context.Context, batch []store.Delivery) Outcome
}

// Outcome is what became of a batch. What is neither delivered nor refused
// stays and is sent again.
type Outcome struct {
	Delivered []int64
	Refused   map[int64]string // by ID: why the receiver will never take it
	Later     map[int64]Wait   // by ID: what waits while others pass
	// RetryAfter is how long the receiver asked to be left alone; 0 = it didn't.
	RetryAfter time.Duration
	Err        error // why the rest waits; nil where nothing does
	// Blocked says that nothing will pass until somebody acts: a token, an
	// address, a permission.
	Blocked bool
}

// Wait is why a delivery waits that is held up by something of its own. The
// receiver is well: nothing else waits for it.
type Wait struct {
	For     time.Duration // 0 = longer each time, at most Options.Suspense
	Why     error
	Blocked bool // until somebody acts
}

// State says how a sink is doing, as /healthz shows it.
type State string

// The states of a sink.
const (
	OK      State = "ok"
	Behind  State = "behind"  // the last attempt failed, or something waits; it is tried again by itself
	Blocked State = "blocked" // somebody has to act, for all or for something; it is tried again every half minute
	Off     State = "off"     // no such sink was configured
)

// Status is a snapshot of a sink.
type Status struct {
	State    State
	Reason   string        // why it isn't ok; empty where it is
	Hint     string        // what to do about it; empty where nothing is known
	Depth    int           // deliveries that wait
	Oldest   time.Duration // how long the oldest of them has waited
	Bytes    int64         // what is kept for the sink, refused ones included
	Dropped  int64         // given up because of the bounds, since the store was made
	Refused  int           // kept, because the receiver will never take them
	Attempts int64         // calls of the sender since the start
}

// Options say what is sent where. Zero values take the defaults.
type Options struct {
	Sink   string // as the deliveries name it: "influxdb"
	Sender Sender

	MaxAge   time.Duration // a delivery that waited longer is dropped; 0 = never
	MaxBytes int64         // the oldest above this are dropped; 0 = never

	BatchCount int           // deliveries of one attempt; 0 = 500
	BatchBytes int           // payload of one attempt; 0 = 1 MiB
	Timeout    time.Duration // of one attempt; 0 = 2 minutes
	Blocked    time.Duration // how often a blocked sink is tried; 0 = 30 s
	Flush      time.Duration // how long stopping may take; 0 = 5 s
	// Suspense is the longest that a delivery is put off which waits or fails
	// again and again while others pass; 0 = an hour. What people wait for is worth more
	// tries than a point that nobody misses.
	Suspense time.Duration

	Logger *slog.Logger // nil = silent
}

// Outbox sends the deliveries of one sink. A nil *Outbox is a sink that is
// off: poking it does nothing, its status says so. It is safe for concurrent
// use; Run is called once.
type Outbox struct {
	ledger Ledger
	o      Options
	log    *slog.Logger
	poke   chan struct{} // holds one: something new may be due

	mu     sync.Mutex // guards what follows
	status Status     // without Oldest
	oldest time.Time  // when what has waited longest was recorded; zero = nothing waits
	since  time.Time  // of the state
}

// New returns an outbox that has not started: see [Outbox.Run].
func New(st Ledger, o Options) *Outbox {
	o.BatchCount = cmp.Or(o.BatchCount, 500)
	o.BatchBytes = cmp.Or(o.BatchBytes, 1<<20)
	o.Timeout = cmp.Or(o.Timeout, 2*time.Minute)
	o.Blocked = cmp.Or(o.Blocked, 30*time.Second)
	o.Flush = cmp.Or(o.Flush, 5*time.Second)
	o.Suspense = cmp.Or(o.Suspense, time.Hour)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Outbox{
		ledger: st, o: o, log: o.Logger.With("sink", o.Sink), poke: make(chan struct{}, 1),
		status: Status{State: OK},
	}
}

// Poke says that something new may be due. It never blocks.
func (o *Outbox) Poke() {
	if o == nil {
		return
	}
	select {
	case o.poke <- struct{}{}:
	default: // the last poke wasn't heard yet: once will do
	}
}

// Status is how the sink is doing. It does no I/O: what it says of the ledger
// is as old as the last look, at most some seconds while Run runs.
func (o *Outbox) Status() Status {
	if o == nil {
		return Status{State: Off}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.status
	if !o.oldest.IsZero() {
		s.Oldest = max(0, time.Since(o.oldest))
	}
	return s
}

// turn changes the state, and tells the log where it is another one: an outage
// is one line when it starts and one when it ends.
func (o *Outbox) turn(to State, why error) {
	reason, hint := "", ""
	if why != nil {
		reason = why.Error()
		if h, ok := errors.AsType[interface {
			error
			Hint() string
		}](why); ok {
			hint = h.Hint()
		}
	}
	now := time.Now()
	o.mu.Lock()
	from, since := o.status.State, o.since
	o.status.State, o.status.Reason, o.status.Hint = to, reason, hint
	if from != to {
		o.since = now
	}
	o.mu.Unlock()
	if from == to {
		return
	}
	switch to {
	case OK:
		o.log.Info("deliveries pass again", "after", now.Sub(since))
	case Behind:
		o.log.Warn("deliveries wait", "reason", reason, "hint", hint)
	case Blocked:
		o.log.Error("deliveries are blocked until somebody acts", "reason", reason, "hint", hint)
	case Off: // only a nil outbox is
	}
}

// look reads how much waits. Where the ledger can't be read the last figures
// stay: reading what is due fails too, and says so.
func (o *Outbox) look(ctx context.Context) {
	b, err := o.ledger.Backlog(ctx, o.o.Sink)
	if err != nil {
		return
	}
	dropped, err := o.ledger.Dropped(ctx, o.o.Sink)
	if err != nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.status.Depth, o.status.Refused, o.status.Bytes, o.status.Dropped = b.Waiting, b.Refused, b.Bytes, dropped
	o.oldest = b.Oldest
}
