package daemon

import (
	"context"
	"slices"
	"sync"
	"time"

	"samui/internal/journey"
	"samui/internal/schedule"
	"samui/internal/store"
)

// capacity is what the machine carries with the visits that it admits now, and what it is asked for.
type capacity struct {
	admitted int      // visits at once
	carries  *float64 // visits a minute that these are; nil = none was made yet
	due      float64  // visits a minute in the busiest hour of a week
}

func (d *daemon) capacity() capacity {
	c := capacity{admitted: d.admission.admitted(), due: d.offered.perMinute(d.plan.Load(), d.Every)}
	if visits, known := d.admission.perMinute(); known {
		c.carries = &visits
	}
	return c
}

// offered remembers how many visits a plan asks for, because counting them
// takes a while. It is safe for concurrent use; the zero value knows none.
type offered struct {
	mu   sync.Mutex // guards the following
	plan *plan      // that was counted
	due  float64
}

// perMinute is how many visits a minute the schedules of a plan ask for in the
// busiest hour. That a journey's limit: may refuse some of them isn't heeded:
// until it is reached they are made.
func (o *offered) perMinute(p *plan, every time.Duration) float64 {
	if p == nil {
		return 0
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.plan != p {
		o.plan, o.due = p, schedule.NewRates(time.Now()).Busiest(p.jobs(every))/60
	}
	return o.due
}

// remember has the admission know from before the start how long visits take.
func (d *daemon) remember(ctx context.Context) error {
	runs, err := d.store.Runs(ctx, store.Query{Limit: 2 * visitsTell})
	if err != nil {
		return err
	}
	var took []time.Duration
	for _, run := range slices.Backward(runs) { // the newest come first
		took = append(took, visited(run)...)
	}
	d.admission.spent(took...)
	return nil
}

// visited is how long a run took, where anything was walked.
func visited(run journey.Run) []time.Duration {
	if run.Probe.OverheadMs == nil || run.StartedAt == nil || run.FinishedAt == nil {
		return nil
	}
	return []time.Duration{run.FinishedAt.Sub(*run.StartedAt)}
}

// learn takes in what a visit that began then says of the machine. Visits that
// are API calls alone have no Chrome to wait: they take a place, and that is all.
func (d *daemon) learn(run journey.Run, began time.Time) {
	if run.Probe.OverheadMs == nil {
		return // nothing was walked
	}
	ended := time.Now()
	d.admission.spent(ended.Sub(began))
	if delay := run.Probe.CPUDelay; delay != nil {
		s := d.scheduler.Status()
		d.admission.saw(walked{began: began, ended: ended, delay: *delay}, s.Running, s.Queued)
	}
}
