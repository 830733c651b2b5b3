package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Effect is a visit that may leave something behind on a site.
type Effect struct {
	Site, Journey string
	RunID         string
	Attempt       int
	Name          string // what is left, in the journey's word
	At            time.Time
}

// Limit is how many effects of a journey may be booked since a time.
type Limit struct {
	Most  int // 0 = any number
	Since time.Time
}

// Book notes an effect before its visit begins, unless there are as many as
// the limit allows; it returns how many there are then. What is booked is on
// the disk when it returns: it counts also where the visit fails, or Samui is
// killed in it. Booking the same attempt again changes nothing.
//
// It works on a store of [OpenReadOnly] too, beside the daemon: all book in
// the same place, one after the other.
func (s *Store) Book(ctx context.Context, e Effect, l Limit) (used int, booked bool, err error) {
	err = s.writeAlone(ctx, fmt.Sprintf("booking the %s of %q on %q", e.Name, e.Journey, e.Site), func(ctx context.Context, tx *sql.Tx) error {
		used, booked = 0, false
		const count = `SELECT count(*), count(CASE WHEN (run_id, attempt) = (?, ?) THEN 1 END) FROM effect WHERE (site, journey) = (?, ?) AND at >= ?`
		var already int
		if err := tx.QueryRowContext(ctx, count, e.RunID, e.Attempt, e.Site, e.Journey, ms(l.Since)).Scan(&used, &already); err != nil {
			return err
		}
		if already > 0 || l.Most > 0 && used >= l.Most {
			booked = already > 0
			return nil
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO effect (run_id, attempt, site, journey, name, at) VALUES (?, ?, ?, ?, ?, ?)",
			e.RunID, e.Attempt, e.Site, e.Journey, e.Name, ms(e.At))
		booked = err == nil
		used++
		return err
	})
	return used, booked && err == nil, err
}

// Unbook takes back what was booked for an attempt that certainly left
// nothing. Nothing booked is no error.
func (s *Store) Unbook(ctx context.Context, runID string, attempt int) error {
	return s.writeAlone(ctx, "taking back what was booked for run "+runID, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM effect WHERE (run_id, attempt) = (?, ?)", runID, attempt)
		return err
	})
}

// Booked is how many effects of a journey are booked since a time.
func (s *Store) Booked(ctx context.Context, site, journey string, since time.Time) (n int, err error) {
	err = s.readers.QueryRowContext(ctx, "SELECT count(*) FROM effect WHERE (site, journey) = (?, ?) AND at >= ?", site, journey, ms(since)).Scan(&n)
	return n, s.wrap(fmt.Sprintf("counting what %q left on %q", journey, site), err)
}

// effectsFor is how long effects are kept: longer than any limit looks back.
const effectsFor = 31 * 24 * time.Hour

func (s *Store) forgetEffects(ctx context.Context, now time.Time) error {
	_, err := s.deleteInPieces(ctx, "forgetting old effects", "DELETE FROM effect WHERE (run_id, attempt) IN (SELECT run_id, attempt FROM effect WHERE at < ? ORDER BY at LIMIT ?)", ms(now.Add(-effectsFor)))
	return err
}
