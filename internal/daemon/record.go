package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"samui/internal/influx"
	"samui/internal/journey"
	"samui/internal/probe"
	"samui/internal/schedule"
	"samui/internal/store"
)

// ledger is the store as schedule sees it. Here a slot becomes a run: it is
// claimed under the id that its result will have.
type ledger struct{ d *daemon }

func (l ledger) Begin(ctx context.Context, slot journey.Slot) (bool, error) {
	id := probe.NewRunID(time.Now())
	claimed, err := l.d.store.Begin(ctx, slot, id)
	if claimed && err == nil {
		l.d.claim(slot, id)
	}
	return claimed, err
}

func (l ledger) Record(ctx context.Context, results ...schedule.Result) error {
	for _, r := range results {
		if err := l.d.record(ctx, r.Slot, r.Run); err != nil {
			return err
		}
	}
	return nil
}

func (l ledger) Last(ctx context.Context, key string) (time.Time, bool, error) {
	return l.d.store.LastSlot(ctx, key)
}

func (d *daemon) claim(slot journey.Slot, runID string) {
	d.claimsMu.Lock()
	defer d.claimsMu.Unlock()
	d.claims[slot] = runID
}

func (d *daemon) claimed(slot journey.Slot) string {
	d.claimsMu.Lock()
	defer d.claimsMu.Unlock()
	return d.claims[slot]
}

func (d *daemon) unclaim(slot journey.Slot) {
	d.claimsMu.Lock()
	defer d.claimsMu.Unlock()
	delete(d.claims, slot)
}

// visit walks the journey of a slot.
func (d *daemon) visit(ctx context.Context, slot journey.Slot, attempt int) journey.Run {
	j, v, found := d.plan.Load().visit(slot)
	if !found {
		return d.unseen(slot, attempt, &journey.RunError{Kind: journey.ErrorInternal, Message: "the journey was taken away before its turn came"})
	}
	b, err := d.chrome.browserFor(j)
	if err != nil {
		return d.unseen(slot, attempt, &journey.RunError{Kind: journey.ErrorBrowser, Message: err.Error()})
	}
	booking, refused := d.book(ctx, j, slot, attempt)
	if refused != nil {
		return *refused
	}
	var progress func(probe.Progress)
	if d.Visiting != nil {
		progress = d.Visiting(j, v)
	}
	progress = booking.watch(progress)
	began := time.Now()
	run := probe.Run(ctx, b, j, v, probe.Options{
		Progress: progress,
		Location: slot.Location, Attempt: attempt, Slot: &slot.At, RunID: d.claimed(slot),
		Evidence: d.pictures, Shoot: d.album.shoot(slot), Reference: d.plan.Load().settings.Reference, Contact: d.Settings.Contact,
	})
	booking.settle(ctx)
	d.chrome.note(run)
	d.learn(run, began)
	return run
}

// unseen is the run of a visit that could not be made.
func (d *daemon) unseen(slot journey.Slot, attempt int, why *journey.RunError) journey.Run {
	run := d.describe(slot)
	now := time.Now().UTC()
	run.Slot, run.Attempt, run.Outcome, run.Error = &slot.At, attempt, journey.ProbeError, why
	run.StartedAt, run.FinishedAt = &now, &now
	return run
}

// describe is what is known of a slot's run before anybody looks.
func (d *daemon) describe(slot journey.Slot) journey.Run {
	run := journey.Run{
		RunID: d.claimed(slot), Client: "none", Env: "none", Title: slot.Journey,
		Site: slot.Site, Journey: slot.Journey, Device: slot.Device, Location: slot.Location,
	}
	if run.RunID == "" {
		run.RunID = probe.NewRunID(time.Now())
	}
	if j, v, found := d.plan.Load().visit(slot); found {
		run.Client, run.Env, run.Title, run.Stage = j.Site.Client, j.Site.Env, j.Title, j.Stage
		run.Network, run.Revision = v.Network.Name, j.Revision()
	}
	return run
}

// record makes a result durable together with what has to be sent because of
// it, and then tells everybody. A slot that has a result keeps it.
func (d *daemon) record(ctx context.Context, slot journey.Slot, run journey.Run) error {
	run = relative(run, d.pictures)
	err := d.store.Record(ctx, slot, store.Result{Run: run, Deliveries: d.deliveries(run), Follow: d.follow()})
	if errors.Is(err, store.ErrRecorded) {
		d.log.Warn("a slot had its result already", "slot", slot.Key(), "at", slot.At)
		d.unclaim(slot)
		return nil
	}
	if err != nil {
		return fmt.Errorf("recording the result of %q at %s: %w", slot.Key(), slot.At.Format(time.RFC3339), err)
	}
	d.unclaim(slot)
	d.influx.Poke()
	d.meter.count(run)
	d.events.Publish(run)
	d.tell(run)
	return nil
}

// deliveries are what a result has every sink told. The key is the run's, so
// that nothing is sent twice because it was recorded twice.
func (d *daemon) deliveries(run journey.Run) []store.Delivery {
	if d.influx == nil {
		return nil
	}
	lines := influx.Lines(run)
	if len(lines) == 0 {
		return nil
	}
	return []store.Delivery{{Sink: influx.Sink, Key: run.RunID, Payload: influx.Payload(lines...)}}
}

// tell logs a result and hands it to whoever started the daemon.
func (d *daemon) tell(run journey.Run) {
	log := d.log.With("run_id", run.RunID, "site", run.Site, "journey", run.Journey, "device", run.Device, "outcome", string(run.Outcome))
	switch {
	case run.Error != nil && run.Error.Kind == journey.ErrorLimit:
		log.Info("nobody may look", "kind", string(run.Error.Kind), "error", run.Error.Message)
	case run.Error != nil:
		log.Warn("nobody could look", "kind", string(run.Error.Kind), "error", run.Error.Message)
	case run.WaitMs != nil:
		log.Info("run recorded", "wait_ms", *run.WaitMs)
	default:
		log.Info("run recorded")
	}
	if d.Recorded != nil {
		d.toldMu.Lock()
		defer d.toldMu.Unlock()
		d.Recorded(run)
	}
}

// missed is told of slots that nobody looked at.
func (d *daemon) missed(kind journey.ErrorKind, n int) {
	if kind != journey.ErrorDown && kind != journey.ErrorLimit {
		d.unkept.Add(int64(n))
	}
	d.meter.missed.WithLabelValues(string(kind)).Add(float64(n))
}

// settle gives those slots their result that a killed Samui was visiting.
// Those that came due while nobody was there are schedule's.
func (d *daemon) settle(ctx context.Context) error {
	left, err := d.store.InFlight(ctx)
	if err != nil {
		return fmt.Errorf("looking for what was left: %w", err)
	}
	for _, f := range left {
		d.claim(f.Slot, f.RunID)
		if err := d.record(ctx, f.Slot, schedule.InterruptedRun(d.describe(f.Slot), f.Slot, f.Since)); err != nil {
			return err
		}
	}
	if len(left) > 0 {
		d.log.Warn("samui was killed: visits were interrupted", "visits", len(left))
	}
	return nil
}
