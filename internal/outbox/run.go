package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"samui/internal/store"
)

// ledgerPatience is how long writing down what became of a batch may take; it
// is done even when the outbox has to stop.
const ledgerPatience = 10 * time.Second

// errNoProgress is what a sender says by saying nothing.
var errNoProgress = errors.New("BUG: the sender says neither that it arrived nor why not")

// Run sends until ctx ends, then flushes for at most Options.Flush what can be
// sent at once. What is left stays in the ledger for the next start. It always
// returns nil: whatever fails is tried again.
func (o *Outbox) Run(ctx context.Context) error {
	// An attempt that has begun may end in order: it lives a little longer.
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	context.AfterFunc(ctx, func() { // ends with Run, by its cancel
		bound := time.NewTimer(o.o.Flush)
		defer bound.Stop()
		select {
		case <-bound.C:
			cancel()
		case <-work.Done():
		}
	})
	l := loop{Outbox: o, pace: pace{blocked: o.o.Blocked, suspense: o.o.Suspense, most: o.o.BatchCount, limit: o.o.BatchCount}, waits: map[int64]wait{}}
	for ctx.Err() == nil {
		if wait := l.step(work); wait > 0 {
			o.sleep(ctx, wait)
		}
	}
	for work.Err() == nil {
		if wait := l.step(work); wait > 0 {
			break // nothing more can be sent now
		}
	}
	return nil
}

// sleep waits until something may be due.
func (o *Outbox) sleep(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-o.poke:
	case <-ctx.Done():
	}
}

// loop is what Run knows between two attempts.
type loop struct {
	*Outbox
	pace    pace
	resting time.Time      // nothing is sent earlier
	retry   time.Time      // when what failed last is due again; zero = nothing did
	trimmed time.Time      // when the bounds were last kept
	waits   map[int64]wait // what waits for reasons of its own, by ID
}

// wait is a [Wait] until a time.
type wait struct {
	Wait
	due time.Time
}

// step makes one attempt, if there is something to send and it may be sent,
// and says how long to wait for the next one; 0 = there may be more.
func (l *loop) step(ctx context.Context) time.Duration {
	now := time.Now()
	l.trim(ctx, now)
	if rest := l.resting.Sub(now); rest > 0 {
		l.look(ctx)
		return min(rest, idle)
	}
	batch, err := l.ledger.Due(ctx, l.o.Sink, now, l.pace.limit, l.o.BatchBytes)
	if err != nil {
		return l.rest(ctx, Outcome{Err: err})
	}
	if len(batch) == 0 {
		l.look(ctx)
		if s := l.Status(); s.State != OK && s.Depth == 0 {
			clear(l.waits)
			l.turn(OK, nil) // what waited is gone
		}
		return l.untilDue(now)
	}
	return l.attempt(ctx, batch)
}

// untilDue is how long nothing is due, as far as is known.
func (l *loop) untilDue(now time.Time) time.Duration {
	until := idle
	if retry := l.retry.Sub(now); retry > 0 {
		until = min(until, retry)
	}
	for _, w := range l.waits {
		if due := w.due.Sub(now); due > 0 {
			until = min(until, due)
		}
	}
	return until
}

// attempt sends a batch and writes down what became of it.
func (l *loop) attempt(ctx context.Context, batch []store.Delivery) time.Duration {
	limited, cancel := context.WithTimeout(ctx, l.o.Timeout)
	out := l.o.Sender.Send(limited, batch)
	cancel()
	l.mu.Lock()
	l.status.Attempts++
	l.mu.Unlock()

	delivered, refused, later, rest := settle(batch, out)
	ledger, cancel := context.WithTimeout(context.WithoutCancel(ctx), ledgerPatience)
	defer cancel()
	if err := l.note(ledger, delivered, refused); err != nil {
		// It is sent once more, which changes nothing at the receiver.
		return l.rest(ledger, Outcome{Err: err})
	}
	for _, d := range batch {
		delete(l.waits, d.ID)
	}
	if err := l.putOff(ledger, later, out.Later); err != nil {
		return l.rest(ledger, Outcome{Err: err})
	}
	if len(rest) == 0 && (out.Err == nil || len(later) == 0) {
		l.pace.passed()
		l.turn(l.standing())
		l.look(ledger)
		return 0
	}
	if ctx.Err() != nil {
		// We cut it short: that is no failure, and the rest is due at the next start.
		l.look(ledger)
		return 0
	}
	if out.Err == nil {
		out.Err = errNoProgress
	}
	if len(rest) < len(batch) {
		l.pace.failures = 0 // something passed: it was not down all along
	}
	return l.rest(ledger, out, rest...)
}

// settle sorts a batch by its outcome; what the sender says about anything
// else is not believed. refused are the IDs by reason.
func settle(batch []store.Delivery, out Outcome) (delivered []int64, refused map[string][]int64, later, rest []store.Delivery) {
	refused = map[string][]int64{}
	for _, d := range batch {
		reason, never := out.Refused[d.ID]
		_, waits := out.Later[d.ID]
		switch {
		case slices.Contains(out.Delivered, d.ID):
			delivered = append(delivered, d.ID)
		case never:
			refused[reason] = append(refused[reason], d.ID)
		case waits:
			later = append(later, d)
		default:
			rest = append(rest, d)
		}
	}
	return delivered, refused, later, rest
}

// note writes down what is settled.
func (l *loop) note(ctx context.Context, delivered []int64, refused map[string][]int64) error {
	if len(delivered) > 0 {
		if err := l.ledger.Delivered(ctx, delivered...); err != nil {
			return fmt.Errorf("noting %d deliveries as sent: %w", len(delivered), err)
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(refused)) {
		ids := refused[reason]
		if err := l.ledger.Refuse(ctx, reason, ids...); err != nil {
			return fmt.Errorf("noting %d deliveries as refused: %w", len(ids), err)
		}
		l.log.Warn("deliveries were refused; they are kept: samui deliveries", "count", len(ids), "first_id", ids[0], "reason", reason)
	}
	return nil
}

// putOff has deliveries wait that are held up by something of their own.
func (l *loop) putOff(ctx context.Context, later []store.Delivery, why map[int64]Wait) error {
	type reason struct {
		due  time.Time
		text string
	}
	now, ids := time.Now(), map[reason][]int64{}
	for _, d := range later {
		w := wait{Wait: why[d.ID]}
		if w.Why == nil {
			w.Why = errNoProgress
		}
		w.due = now.Add(l.pace.wait(w.Wait, d.Attempts))
		l.waits[d.ID] = w
		r := reason{w.due, w.Why.Error()}
		ids[r] = append(ids[r], d.ID)
	}
	for r, ids := range ids {
		if err := l.ledger.Retry(ctx, r.due, r.text, ids...); err != nil {
			return fmt.Errorf("putting off %d deliveries: %w", len(ids), err)
		}
	}
	return nil
}

// standing is how the sink is doing while its receiver is well. What is due
// for a while and wasn't tried is gone: something newer took its place.
func (l *loop) standing() (state State, why error) {
	state = OK
	gone := time.Now().Add(-idle)
	maps.DeleteFunc(l.waits, func(_ int64, w wait) bool { return w.due.Before(gone) })
	for _, id := range slices.Sorted(maps.Keys(l.waits)) {
		switch w := l.waits[id]; {
		case w.Blocked:
			return Blocked, w.Why
		case state == OK:
			state, why = Behind, w.Why
		}
	}
	return state, why
}

// rest puts off what was tried and says how long nothing is sent.
func (l *loop) rest(ctx context.Context, out Outcome, tried ...store.Delivery) time.Duration {
	state := Behind
	if out.Blocked {
		state = Blocked
	}
	l.turn(state, out.Err)
	var ids []int64
	for _, d := range tried {
		ids = append(ids, d.ID)
	}
	tries := 0
	if len(tried) == 1 {
		tries = tried[0].Attempts
	}
	sink, own := l.pace.failed(out, tries, rand.Float64())
	now := time.Now()
	l.resting, l.retry = now.Add(sink), now.Add(own)
	if len(ids) > 0 {
		if err := l.ledger.Retry(ctx, l.retry, out.Err.Error(), ids...); err != nil {
			l.log.Warn("putting off deliveries", "error", err) // they are due at once, but nothing is sent before resting ends
		}
	}
	l.look(ctx)
	return min(sink, idle)
}

// trim keeps the bounds of age and bytes. What it drops is lost, so it says so
// each time.
func (l *loop) trim(ctx context.Context, now time.Time) {
	if l.o.MaxAge <= 0 && l.o.MaxBytes <= 0 || now.Sub(l.trimmed) < trimEvery {
		return
	}
	l.trimmed = now
	var olderThan time.Time
	if l.o.MaxAge > 0 {
		olderThan = now.Add(-l.o.MaxAge)
	}
	dropped, err := l.ledger.DropOldest(ctx, l.o.Sink, olderThan, l.o.MaxBytes)
	if dropped > 0 {
		l.log.Error("deliveries were dropped: they were too old or too many", "count", dropped, "max_age", l.o.MaxAge, "max_bytes", l.o.MaxBytes)
	}
	if err != nil {
		l.log.Error("bounding deliveries", "error", err)
	}
}
