package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"samui/internal/outbox"
	"samui/internal/web"
)

const (
	// healthTimeout bounds the question whether results can be written.
	healthTimeout = 5 * time.Second
	// latest is how late a visit may begin, and freshest how long a delivery
	// may wait, before Samui no longer does what it is for.
	latest   = 2 * time.Minute
	freshest = 10 * time.Minute
)

// health is how Samui itself is, for /healthz.
func (d *daemon) health(ctx context.Context) web.Health {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	word := func(err error) string {
		if err != nil {
			return "down"
		}
		return "ok"
	}
	return web.Health{
		Chrome: d.chrome.word(), Store: word(d.store.Healthy(ctx)),
		InfluxDB: stateWord(d.influx.Status().State), Slack: stateWord(d.slack.Status().State),
	}
}

// stateWord is a sink's state as /healthz promises it: one that is blocked is
// behind until somebody acts.
func stateWord(s outbox.State) string {
	if s == outbox.Blocked {
		return string(outbox.Behind)
	}
	return string(s)
}

// aliveSince returns the question whether Samui has done since the last time it
// was asked what it is for: slots are kept, results are written and arrive.
// It is asked by one goroutine. The same trouble is always told in the same
// words: how much there is of it stands in the metrics.
func (d *daemon) aliveSince() func(context.Context) error {
	unkept := d.unkept.Load()
	return func(ctx context.Context) error {
		now := d.unkept.Load()
		missed := now > unkept
		unkept = now
		s, down := d.scheduler.Status(), d.chrome.err()
		switch {
		case down != nil:
			return fmt.Errorf("there is no Chrome: %w", down)
		case len(d.plan.Load().journeys) == 0:
			return errors.New("there is no journey to walk")
		case s.Blocked != "":
			return fmt.Errorf("results can't be written: %s", s.Blocked)
		case missed:
			return errors.New("slots were missed since the last heartbeat")
		case s.Lag > latest:
			return fmt.Errorf("visits begin more than %s late", latest)
		}
		if err := d.fresh(); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, healthTimeout)
		defer cancel()
		if err := d.store.Healthy(ctx); err != nil {
			return fmt.Errorf("results can't be written: %w", err)
		}
		return nil
	}
}

// fresh is an error while a receiver doesn't get what it should.
func (d *daemon) fresh() error {
	for _, r := range d.receivers() {
		switch s := r.box.Status(); {
		case s.State == outbox.Blocked:
			return fmt.Errorf("%s takes nothing until somebody acts: %s", r.title, s.Reason)
		case s.Oldest > freshest:
			return fmt.Errorf("%s is more than %s behind: %s", r.title, freshest, s.Reason)
		}
	}
	return nil
}
