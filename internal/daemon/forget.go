package daemon

import (
	"context"
	"time"
)

// forgetEvery is how often is looked for what is older than it is kept.
const forgetEvery = 10 * time.Minute

// forget deletes results and pictures that are older, or more, than is kept:
// at once, and then again and again until ctx ends.
func (d *daemon) forget(ctx context.Context) error {
	next := time.NewTicker(forgetEvery)
	defer next.Stop()
	for {
		d.forgetOnce(ctx, time.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-next.C:
		}
	}
}

func (d *daemon) forgetOnce(ctx context.Context, now time.Time) {
	keep := d.plan.Load().settings.Retention
	runs, err := d.store.Retain(ctx, now, keep.Runs)
	if err != nil && ctx.Err() == nil {
		d.log.Error("deleting old results", "error", err)
	}
	left, deleted, err := sweep(ctx, d.pictures, now, keep.EvidenceAge, keep.EvidenceBytes, func(ctx context.Context, runID string) (bool, error) {
		_, found, err := d.store.Run(ctx, runID)
		return found, err
	})
	if err != nil && ctx.Err() == nil {
		d.log.Error("deleting old pictures", "error", err)
	}
	d.meter.pictures.Set(float64(left))
	if runs > 0 || deleted > 0 {
		d.log.Info("forgot what is old", "runs", runs, "picture_bytes", deleted)
	}
}
