package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"samui/internal/journey"
)

const (
	usualWithin = 28 * 24 * time.Hour // how far back goes what is usual
	usualMost   = 200                 // so many visits are enough to know it
	usualLeast  = 5                   // and fewer are too few
)

// Usual is what a step's wait usually is before a time, in milliseconds: the
// median of its last timed visits, starved ones left out. ok is false where
// there are too few to say.
func (s *Store) Usual(ctx context.Context, site, journeyID, device, step string, before time.Time) (waitMs float64, ok bool, err error) {
	waits, err := list(ctx, s, "reading what is usual", func(rows *sql.Rows) (wait float64, err error) {
		return wait, rows.Scan(&wait)
	}, `SELECT step.wait_ms FROM run JOIN step ON step.run = run.id AND step.step = ?
		WHERE run.site = ? AND run.journey = ? AND run.device = ? AND run.time < ? AND run.time >= ? AND NOT run.starved
		AND step.wait_ms IS NOT NULL AND step.level BETWEEN ? AND ?
		ORDER BY run.time DESC LIMIT ?`,
		step, site, journeyID, device, ms(before), ms(before.Add(-usualWithin)), journey.Good.Level(), journey.Critical.Level(), usualMost)
	if err != nil || len(waits) < usualLeast {
		return 0, false, err
	}
	slices.Sort(waits)
	return waits[len(waits)/2], true, nil
}
