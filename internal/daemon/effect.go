package daemon

import (
	"context"
	"fmt"
	"time"

	"samui/internal/journey"
	"samui/internal/probe"
	"samui/internal/schedule"
	"samui/internal/store"
	"samui/internal/web"
)

// booking is what a visit may leave behind, booked before it begins. Nil = it
// leaves nothing.
type booking struct {
	daemon  *daemon
	runID   string
	attempt int
	reached probe.Reached
}

// once says that a journey which leaves something behind is never walked a
// second time by itself.
func (d *daemon) once(slot journey.Slot) bool {
	j, _, found := d.plan.Load().visit(slot)
	return found && j.Leaves() != ""
}

// book books what a visit may leave behind. Where it may not be made, refused
// is its result.
func (d *daemon) book(ctx context.Context, j journey.Journey, slot journey.Slot, attempt int) (b *booking, refused *journey.Run) {
	name := j.Leaves()
	if name == "" {
		return nil, nil
	}
	now, runID, limit := time.Now(), d.claimed(slot), j.Effects.Limit
	since := limit.Begin(now, j.Site.Timezone)
	used, booked, err := d.store.Book(ctx,
		store.Effect{Site: j.Site.ID, Journey: j.ID, RunID: runID, Attempt: attempt, Name: name, At: now},
		store.Limit{Most: limit.N, Since: since})
	if booked {
		return &booking{daemon: d, runID: runID, attempt: attempt, reached: probe.Reached{Journey: j}}, nil
	}
	run := schedule.MissedRun(d.describe(slot), slot, journey.ErrorLimit, now)
	if err != nil {
		// What can't be booked can't be limited: then nobody visits.
		run.Outcome = journey.ProbeError
		run.StartedAt, run.FinishedAt = &now, &now
		run.Error = &journey.RunError{Kind: journey.ErrorInternal, Message: "what the visit leaves behind could not be booked: " + err.Error()}
		return nil, &run
	}
	run.Error.Message = fmt.Sprintf("a visit leaves something behind (%s), %s: %d were made since %s", name, limit.Words(), used, since.Format("2006-01-02 15:04 MST"))
	return nil, &run
}

// effects is what a journey leaves behind, and how much of it was, for the page.
func (d *daemon) effects(ctx context.Context, site, id string) (*web.Effects, error) {
	j, found := d.plan.Load().journey(site, id)
	if !found || j.Leaves() == "" {
		return nil, nil
	}
	used, err := d.store.Booked(ctx, site, id, j.Effects.Limit.Begin(time.Now(), j.Site.Timezone))
	return &web.Effects{Effects: j.Effects, Used: used}, err
}

// watch has the booking see how far the visit gets.
func (b *booking) watch(next func(probe.Progress)) func(probe.Progress) {
	if b == nil {
		return next
	}
	return b.reached.Watch(next)
}

// settle takes back what was booked where the visit never came to the step
// that leaves it. Where that can't be written it stays booked: too little is
// left rather than too much.
func (b *booking) settle(ctx context.Context) {
	if b == nil || b.reached.Yes() {
		return
	}
	if err := b.daemon.store.Unbook(context.WithoutCancel(ctx), b.runID, b.attempt); err != nil {
		b.daemon.log.Warn("a booking could not be taken back", "run_id", b.runID, "error", err)
	}
}
