package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// Begin claims a slot for a visit that is about to start. It returns when the
// claim is on the disk: a slot whose visit is cut short is found again by
// [Store.InFlight]. False means that the slot is somebody's already: it has a
// result, or a visit is going on.
func (s *Store) Begin(ctx context.Context, slot journey.Slot, runID string) (bool, error) {
	var claimed bool
	err := s.write(ctx, "claiming "+name(slot), func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			INSERT INTO claim (site, journey, device, location, at, run_id, since)
			SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
			WHERE NOT EXISTS (SELECT 1 FROM run WHERE (site, journey, device, location, at) = (?1, ?2, ?3, ?4, ?5))
			ON CONFLICT DO NOTHING`,
			slot.Site, slot.Journey, slot.Device, slot.Location, slot.At.Unix(), runID, ms(s.now()))
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		claimed = n > 0
		return err
	})
	return claimed && err == nil, err
}

// Record ends a slot: its claim, where it has one, its result, the incidents
// that it moves on and what is to be sent because of it change hands in one transaction, and are on the disk when
// Record returns nil. Where it returns an error, nothing was recorded, and the
// same call may be made again; one with a method Refused() bool that says true
// would come each time. A slot that has a result keeps it: ErrRecorded.
//
// A slot without a time (At is zero) is a visit that somebody asked for: it is
// recorded beside the schedule, as often as they ask. Its run tells the time.
func (s *Store) Record(ctx context.Context, slot journey.Slot, r Result) error {
	row, err := encode(slot, r.Run)
	if err != nil {
		return refusedError{fmt.Errorf("recording %s: %w", name(slot), err)}
	}
	now := s.now()
	var changes []incident.Change
	err = s.write(ctx, "recording "+name(slot), func(ctx context.Context, tx *sql.Tx) error {
		changes = nil
		if err := row.insert(ctx, tx); err != nil {
			return err
		}
		if err := row.turn(ctx, tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM claim WHERE (site, journey, device, location, at) = (?, ?, ?, ?, ?)",
			slot.Site, slot.Journey, slot.Device, slot.Location, row.at)
		if err != nil {
			return err
		}
		if err := insertDeliveries(ctx, tx, r.Deliveries, now); err != nil {
			return err
		}
		update, err := row.update(ctx, tx)
		if err != nil {
			return err
		}
		changes, err = s.follow(ctx, tx, r.Follow, r.Run, update, now)
		return err
	})
	switch {
	case unfit(err):
		return refusedError{err}
	case err != nil:
		return err
	}
	r.Follow.tell(changes)
	return nil
}

// refusedError is about a result that can't be recorded, now or later.
type refusedError struct{ error }

func (e refusedError) Unwrap() error { return e.error }

// Refused says that trying again is of no use.
func (e refusedError) Refused() bool { return true }

// row is a run as it is stored.
type row struct {
	slot journey.Slot
	run  journey.Run
	at   sql.NullInt64 // the slot's time, Unix seconds
	time time.Time     // what history is ordered by
	json []byte
}

// encode makes a row of a result. The slot says whose it is: what the run says
// about itself is kept in the JSON only.
func encode(slot journey.Slot, run journey.Run) (row, error) {
	r := row{slot: slot, run: run, time: slot.At}
	if run.RunID == "" {
		return row{}, errors.New("BUG: a result without a run id")
	}
	switch {
	case !slot.At.IsZero():
		r.at = sql.NullInt64{Int64: slot.At.Unix(), Valid: true}
	case run.StartedAt != nil:
		r.time = *run.StartedAt
	default:
		return row{}, errors.New("BUG: a result with neither a slot nor a start")
	}
	var err error
	r.json, err = json.Marshal(run)
	return r, err
}

func (r row) insert(ctx context.Context, tx *sql.Tx) error {
	var started sql.NullInt64
	if r.run.StartedAt != nil {
		started = sql.NullInt64{Int64: ms(*r.run.StartedAt), Valid: true}
	}
	starved := r.run.Probe.Starved != nil && *r.run.Probe.Starved
	result, err := tx.ExecContext(ctx, `
		INSERT INTO run (run_id, site, journey, device, location, at, time, started, outcome, level, wait_ms, starved, json)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		r.run.RunID, r.slot.Site, r.slot.Journey, r.slot.Device, r.slot.Location, r.at, ms(r.time), started,
		string(r.run.Outcome), r.run.Outcome.Level(), r.run.WaitMs, starved, string(r.json))
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil {
		return err
	} else if n == 0 {
		return ErrRecorded
	}
	id, err := result.LastInsertId()
	if err != nil {
		return err
	}
	for i, step := range r.run.Steps {
		_, err := tx.ExecContext(ctx, "INSERT INTO step (run, idx, step, outcome, level, wait_ms) VALUES (?, ?, ?, ?, ?, ?)",
			id, i, step.Step, string(step.Outcome), step.Outcome.Level(), step.WaitMs)
		if err != nil {
			return err
		}
	}
	return nil
}

// InFlight lists the slots that were claimed and have no result, oldest claim
// first.
func (s *Store) InFlight(ctx context.Context) ([]InFlight, error) {
	return list(ctx, s, "listing the visits in flight", func(rows *sql.Rows) (f InFlight, err error) {
		var at, since int64
		err = rows.Scan(&f.Slot.Site, &f.Slot.Journey, &f.Slot.Device, &f.Slot.Location, &at, &f.RunID, &since)
		f.Slot.At, f.Since = time.Unix(at, 0).UTC(), fromMs(since)
		return f, err
	}, "SELECT site, journey, device, location, at, run_id, since FROM claim ORDER BY since, run_id")
}

// LastSlot is the newest time of a slot of [journey.Slot.Key] key that has a
// result or is in flight.
func (s *Store) LastSlot(ctx context.Context, key string) (at time.Time, found bool, err error) {
	part := strings.SplitN(key, "/", 4)
	if len(part) != 4 {
		return time.Time{}, false, fmt.Errorf("BUG: %q is not the key of a slot", key)
	}
	var newest sql.NullInt64
	err = s.readers.QueryRowContext(ctx, `
		SELECT max(at) FROM (
			SELECT max(at) AS at FROM run   WHERE (site, journey, device, location) = (?1, ?2, ?3, ?4) UNION ALL
			SELECT max(at)       FROM claim WHERE (site, journey, device, location) = (?1, ?2, ?3, ?4))`,
		part[0], part[1], part[2], part[3]).Scan(&newest)
	if err != nil {
		return time.Time{}, false, s.wrap("finding the last slot of "+key, err)
	}
	if !newest.Valid {
		return time.Time{}, false, nil
	}
	return time.Unix(newest.Int64, 0).UTC(), true, nil
}

// name is a slot for people.
func name(slot journey.Slot) string {
	if slot.At.IsZero() {
		return fmt.Sprintf("a visit of %q", slot.Key())
	}
	return fmt.Sprintf("slot %q of %s", slot.Key(), slot.At.UTC().Format(time.RFC3339))
}
