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
	usualVisits = 500                 // so many visits are looked at
	usualLeast  = 5                   // fewer waits are too few to say
)

// Usual is what a step's wait usually is at a location before a time, in
// milliseconds: the median of its last timed visits since it means what it means
// then, starved ones left out. ok is false where there are too few to say.
func (s *Store) Usual(ctx context.Context, slot journey.Slot, step string) (waitMs float64, ok bool, err error) {
	begun, err := s.begun(ctx, slot, step)
	if err != nil {
		return 0, false, err
	}
	since := slot.At.Add(-usualWithin)
	if begun.After(since) {
		since = begun
	}
	waits, err := list(ctx, s, "reading what is usual", func(rows *sql.Rows) (wait float64, err error) {
		err = rows.Scan(&wait)
		return wait, err
	}, `SELECT step.wait_ms FROM (
			SELECT id FROM run WHERE site = ? AND journey = ? AND device = ? AND location = ? AND time < ? AND time >= ? AND NOT starved
			ORDER BY time DESC LIMIT ?) AS visit
		JOIN step ON step.run = visit.id AND step.step = ?
		WHERE step.wait_ms IS NOT NULL AND step.level BETWEEN ? AND ?`,
		slot.Site, slot.Journey, slot.Device, slot.Location, ms(slot.At), ms(since), usualVisits,
		step, journey.Good.Level(), journey.Critical.Level())
	if err != nil || len(waits) < usualLeast {
		return 0, false, err
	}
	slices.Sort(waits)
	return waits[len(waits)/2], true, nil
}
