package main

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"samui/internal/config"
	"samui/internal/journey"
	"samui/internal/probe"
	"samui/internal/store"
)

// bookings are what visits by hand leave behind, booked where the daemon books
// as well: a limit holds for both together. Where there are no settings there
// is no data folder to book in.
type bookings struct {
	store *store.Store // nil = nothing is booked
	close func() error
}

// book opens the data folder where some visit leaves something behind, and
// refuses them all where they would leave more than a limit allows. kept is
// the store of --record; nil = it isn't open.
func (w *world) book(ctx context.Context, s config.Settings, kept *store.Store, visits []planned) (bookings, error) {
	b := bookings{close: func() error { return nil }}
	asked := map[[2]string]int{}
	var leaving []journey.Journey
	for _, p := range visits {
		key := [2]string{p.journey.Site.ID, p.journey.ID}
		if p.journey.Leaves() == "" {
			continue
		}
		if asked[key]++; asked[key] == 1 {
			leaving = append(leaving, p.journey)
		}
	}
	if len(leaving) == 0 {
		return b, nil
	}
	if s.File == "" {
		w.warn("what %q leaves behind (%s) is counted nowhere: there is no %s with a data folder", leaving[0].ID, leaving[0].Leaves(), settingsFile)
		return b, nil
	}
	b.store = kept
	if kept == nil {
		var err error
		if b.store, err = openLedger(ctx, s.Data); err != nil {
			return b, err
		}
		b.close = b.store.Close
	}
	for _, j := range leaving {
		used, err := b.store.Booked(ctx, j.Site.ID, j.ID, j.Effects.Limit.Begin(time.Now(), j.Site.Timezone))
		if err != nil {
			return b, errors.Join(err, b.close())
		}
		n, limit := asked[[2]string{j.Site.ID, j.ID}], j.Effects.Limit
		if !limit.IsZero() && used+n > limit.N {
			return b, errors.Join(usagef(rehearse(j), "%s would leave more behind than limit: %s allows: %s, and %s asked for",
				j.ID, limit, j.Effects.Left(used), many(n, "more visit")+" "+isOrAre(n)), b.close())
		}
	}
	return b, nil
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// rehearse is how a journey is tried without leaving anything.
func rehearse(j journey.Journey) string {
	if j.Effects.Step == "" {
		return "say in the journey which step it is, as in effects: {" + j.Effects.Name + ": STEP}, and rehearse it with --stop-before STEP"
	}
	return "rehearse it with --stop-before " + j.Effects.Step
}

// openLedger opens a data folder to book in, beside a daemon that may have it.
func openLedger(ctx context.Context, dir string) (*store.Store, error) {
	st, err := store.OpenReadOnly(ctx, dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return st, err
	}
	made, err := store.Open(ctx, dir, store.Options{})
	if err == nil {
		err = made.Close()
	}
	if err != nil {
		return nil, err
	}
	return store.OpenReadOnly(ctx, dir)
}

// booked is what one visit may leave behind.
type booked struct {
	ledger  bookings // without a store nothing is booked
	runID   string
	attempt int
	line    string // for people; empty = nothing is left
	reached probe.Reached
}

// visit books what a visit may leave behind, just before it begins. An error
// says that it may not be made.
func (b bookings) visit(ctx context.Context, j journey.Journey) (*booked, error) {
	v := &booked{ledger: b, runID: probe.NewRunID(time.Now()), reached: probe.Reached{Journey: j}}
	if name := j.Leaves(); name != "" {
		v.line = "leaves: " + name
	}
	return v, v.book(ctx)
}

// book books what is left behind once more.
func (v *booked) book(ctx context.Context) error {
	j, now := v.reached.Journey, time.Now()
	v.attempt++
	if v.ledger.store == nil || j.Leaves() == "" {
		return nil
	}
	limit := j.Effects.Limit
	used, ok, err := v.ledger.store.Book(ctx,
		store.Effect{Site: j.Site.ID, Journey: j.ID, RunID: v.runID, Attempt: v.attempt, Name: j.Leaves(), At: now},
		store.Limit{Most: limit.N, Since: limit.Begin(now, j.Site.Timezone)})
	if err != nil {
		return err
	}
	if !ok {
		return failuref(rehearse(j), "%s has left what limit: %s allows: %s", j.ID, limit, j.Effects.Left(used))
	}
	v.line = "leaves: " + j.Effects.Left(used)
	return nil
}

// asking is ask for a visit that leaves something behind: where a step is to be
// done again that may leave it, that counts as well.
func (v *booked) asking(w *world, ask func(context.Context, journey.StepResult) probe.Next) func(context.Context, journey.StepResult) probe.Next {
	return func(ctx context.Context, result journey.StepResult) probe.Next {
		for {
			next := ask(ctx, result)
			if next != probe.Again || !v.reached.Journey.LeavesAt(result.Index) {
				return next
			}
			err := v.book(ctx)
			if err == nil {
				return next
			}
			w.warn("not again: %v", err)
		}
	}
}

// settle takes back what was booked where the visit never came to the step that
// leaves it.
func (v *booked) settle(ctx context.Context) error {
	if v.ledger.store == nil || v.reached.Yes() {
		return nil
	}
	return v.ledger.store.Unbook(context.WithoutCancel(ctx), v.runID, 1)
}
