package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// What a turn is about.
const (
	turnBrowser = "browser"
	turnStep    = "step/" // before the step's ID
)

// Turn is a result from which on something about its series is another: waits
// before it and after it are not to be compared without a word.
type Turn struct {
	At       time.Time
	Location string
	Step     string // whose meaning changed; empty = it was the browser
	From, To string // the browser's name and major version; of a step its revision
}

// turn notes what is another from this result on.
func (r row) turn(ctx context.Context, tx *sql.Tx) error {
	if !r.at.Valid {
		return nil // somebody tried something beside the schedule
	}
	values := map[string]string{}
	if b := r.run.Browser; b != nil && b.Version != "" {
		values[turnBrowser] = major(b.Name + " " + b.Version)
	}
	for _, step := range r.run.Steps {
		if step.Revision != "" {
			values[turnStep+step.Step] = step.Revision
		}
	}
	if len(values) == 0 {
		return nil
	}
	before, err := r.turnsBefore(ctx, tx)
	if err != nil {
		return err
	}
	for what, value := range values {
		was, known := before[what]
		if known && (was == value || what == turnBrowser && major(was) == value) {
			continue
		}
		at := int64(0) // as far as anybody knows it was never another
		if known {
			at = ms(r.time)
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO turn (site, journey, device, location, what, time, value) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
			r.slot.Site, r.slot.Journey, r.slot.Device, r.slot.Location, what, at, value)
		if err != nil {
			return err
		}
	}
	return nil
}

// major is a browser's name and major version: "chrome 157" for "chrome
// 157.0.8101.2". A patch mends what is broken, and paints what was painted.
func major(browser string) string {
	name, _, _ := strings.Cut(browser, ".")
	return name
}

// turnsBefore are the newest values of a result's series at its time.
func (r row) turnsBefore(ctx context.Context, tx *sql.Tx) (values map[string]string, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT what, value, max(time) FROM turn WHERE (site, journey, device, location) = (?, ?, ?, ?) AND time <= ? GROUP BY what",
		r.slot.Site, r.slot.Journey, r.slot.Device, r.slot.Location, ms(r.time))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	values = map[string]string{}
	for rows.Next() {
		var what, value string
		var at int64
		if err := rows.Scan(&what, &value, &at); err != nil {
			return nil, err
		}
		values[what] = value
	}
	return values, rows.Err()
}

// update is how the browser of a result's series came to be what it is, where
// that is so new that the result is judged by it; nil = it is not.
func (r row) update(ctx context.Context, tx *sql.Tx) (*incident.Update, error) {
	if !r.at.Valid {
		return nil, nil
	}
	u, n := incident.Update{}, 0
	rows, err := tx.QueryContext(ctx, "SELECT time, value FROM turn WHERE (site, journey, device, location, what) = (?, ?, ?, ?, ?) AND time <= ? ORDER BY time DESC LIMIT 2",
		r.slot.Site, r.slot.Journey, r.slot.Device, r.slot.Location, turnBrowser, ms(r.time))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for ; rows.Next(); n++ {
		var at int64
		var value string
		if err := rows.Scan(&at, &value); err != nil {
			return nil, err
		}
		if n == 0 {
			u.At, u.To = fromMs(at), value
		}
		u.From = value
	}
	if n < 2 || major(u.From) == major(u.To) || !u.Holds(r.time) {
		return nil, rows.Err() // what was noted once may be a patch
	}
	return &u, rows.Err()
}

// Turns are what changed in the results of a journey on a device since a time,
// oldest first.
func (s *Store) Turns(ctx context.Context, site, journeyID, device string, since time.Time) ([]Turn, error) {
	type change struct {
		location, what, value string
		before                sql.NullString
		at                    int64
	}
	found, err := list(ctx, s, "reading what changed", func(rows *sql.Rows) (c change, err error) {
		err = rows.Scan(&c.location, &c.what, &c.at, &c.value, &c.before)
		return c, err
	}, `SELECT * FROM (SELECT location, what, time, value, lag(value) OVER (PARTITION BY location, what ORDER BY time)
			FROM turn WHERE (site, journey, device) = (?, ?, ?))
		WHERE time > 0 AND time >= ? ORDER BY time, what`, site, journeyID, device, ms(since))
	turns := make([]Turn, 0, len(found))
	for _, c := range found {
		turn := Turn{At: fromMs(c.at), Location: c.location, From: c.before.String, To: c.value}
		turn.Step, _ = strings.CutPrefix(c.what, turnStep)
		if c.what == turnBrowser {
			turn.Step = ""
		}
		turns = append(turns, turn)
	}
	return turns, err
}

// begun is since when a step means what it meant at a slot; zero = since ever.
func (s *Store) begun(ctx context.Context, slot journey.Slot, step string) (time.Time, error) {
	times, err := list(ctx, s, "reading since when a step is what it is", func(rows *sql.Rows) (at int64, err error) {
		err = rows.Scan(&at)
		return at, err
	}, "SELECT time FROM turn WHERE (site, journey, device, location, what) = (?, ?, ?, ?, ?) AND time <= ? ORDER BY time DESC LIMIT 1",
		slot.Site, slot.Journey, slot.Device, slot.Location, turnStep+step, ms(slot.At))
	if err != nil || len(times) == 0 || times[0] == 0 {
		return time.Time{}, err
	}
	return fromMs(times[0]), nil
}
