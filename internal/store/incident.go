package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// Follow says what a result means for incidents. The zero value follows none.
// Its funcs may be called more than once for one result, and have to give the
// same each time.
type Follow struct {
	// Rules are those of a key, for a result of one of its members; nil = no
	// incident is followed.
	Rules func(incident.Key) incident.Rules
	// Deliver is what has to be sent because of a change; nil = nothing.
	Deliver func(incident.Change) []Delivery
}

// IncidentQuery says which incidents are wanted. The zero value is the newest
// 100.
type IncidentQuery struct {
	State         incident.State // empty = both
	Site, Journey string         // empty = all
	Limit         int            // 0 = 100
}

// result moves the incidents of a result's keys on, within its transaction.
func (f Follow) result(ctx context.Context, tx *sql.Tx, run journey.Run, now time.Time) error {
	if f.Rules == nil {
		return nil
	}
	for _, key := range incident.Keys(run) {
		_, err := f.move(ctx, tx, key, now, func(t incident.Track) (incident.Track, *incident.Change) {
			return incident.Follow(key, t, run, f.Rules(key))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// move makes a step with a key's track: what is remembered, the incident and
// what has to be sent change together.
func (f Follow) move(ctx context.Context, tx *sql.Tx, key incident.Key, now time.Time, step func(incident.Track) (incident.Track, *incident.Change)) (changed bool, err error) {
	before, text, err := readTrack(ctx, tx, key)
	if err != nil {
		return false, err
	}
	after, change := step(before)
	data, err := json.Marshal(after)
	if err != nil {
		return false, err
	}
	if string(data) == text {
		return false, nil
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO track (kind, site, journey, location, json) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json",
		string(key.Kind), key.Site, key.Journey, key.Location, string(data))
	if err != nil {
		return false, err
	}
	if after.Last != nil {
		if err := writeIncident(ctx, tx, *after.Last); err != nil {
			return false, err
		}
	}
	if change == nil || f.Deliver == nil {
		return change != nil, nil
	}
	return true, insertDeliveries(ctx, tx, f.Deliver(*change), now)
}

// readTrack is a key's track, and the text that it was kept as. One that can't
// be read begins anew: to count some results twice is better than to record
// none any more.
func readTrack(ctx context.Context, tx *sql.Tx, key incident.Key) (t incident.Track, text string, err error) {
	err = tx.QueryRowContext(ctx, "SELECT json FROM track WHERE (kind, site, journey, location) = (?, ?, ?, ?)",
		string(key.Kind), key.Site, key.Journey, key.Location).Scan(&text)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		empty, err := json.Marshal(t) // so that nothing is written of what stays empty
		return t, string(empty), err
	case err != nil:
		return t, "", err
	}
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return incident.Track{}, "", nil //nolint:nilerr // see above
	}
	return t, text, nil
}

func writeIncident(ctx context.Context, tx *sql.Tx, i incident.Incident) error {
	data, err := json.Marshal(i)
	if err != nil {
		return err
	}
	var resolved sql.NullInt64
	if i.ResolvedAt != nil {
		resolved = sql.NullInt64{Int64: ms(*i.ResolvedAt), Valid: true}
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO incident (id, kind, site, journey, location, state, opened, resolved, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, opened = excluded.opened, resolved = excluded.resolved, json = excluded.json`,
		i.ID, string(i.Kind), i.Site, i.Journey, i.Location, string(i.State), ms(i.OpenedAt), resolved, string(data))
	return err
}

// Acknowledge notes that somebody takes care of an open incident. False means
// that there is no such open incident, or somebody does already.
func (s *Store) Acknowledge(ctx context.Context, id, by string, f Follow) (done bool, err error) {
	now := s.now()
	err = s.write(ctx, fmt.Sprintf("acknowledging incident %q", id), func(ctx context.Context, tx *sql.Tx) error {
		done = false
		key, err := keyOf(ctx, tx, id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		done, err = f.move(ctx, tx, key, now, func(t incident.Track) (incident.Track, *incident.Change) {
			if t.Last == nil || t.Last.ID != id {
				return t, nil
			}
			return incident.Acknowledge(t, now.UTC(), by)
		})
		return err
	})
	return done && err == nil, err
}

// keyOf is the key of an incident.
func keyOf(ctx context.Context, tx *sql.Tx, id string) (key incident.Key, err error) {
	err = tx.QueryRowContext(ctx, "SELECT kind, site, journey, location FROM incident WHERE id = ?", id).
		Scan(&key.Kind, &key.Site, &key.Journey, &key.Location)
	return key, err
}

// Retire ends the open incidents of which, by the rules, nothing is registered
// any more.
func (s *Store) Retire(ctx context.Context, f Follow) error {
	open, err := s.Incidents(ctx, IncidentQuery{State: incident.Open, Limit: retireAtOnce})
	if err != nil || len(open) == 0 {
		return err
	}
	now := s.now()
	return s.write(ctx, "ending incidents that nobody looks at", func(ctx context.Context, tx *sql.Tx) error {
		for _, i := range open {
			key := incident.Key{Kind: i.Kind, Site: i.Site, Journey: i.Journey, Location: i.Location}
			_, err := f.move(ctx, tx, key, now, func(t incident.Track) (incident.Track, *incident.Change) {
				return incident.Retire(t, f.Rules(key), now.UTC())
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// retireAtOnce bounds what one reading of the journeys ends: the rest is ended
// by the next one.
const retireAtOnce = 1000

// Incidents are those that a query asks for, the newest first.
func (s *Store) Incidents(ctx context.Context, q IncidentQuery) ([]incident.Incident, error) {
	var f filter
	f.equal("state", string(q.State))
	f.equal("site", q.Site)
	f.equal("journey", q.Journey)
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	return list(ctx, s, "reading incidents", scanIncident, "SELECT json FROM incident"+f.where()+" ORDER BY opened DESC, id DESC LIMIT ?", append(f.args, limit)...)
}

// Incident is the one with this ID.
func (s *Store) Incident(ctx context.Context, id string) (i incident.Incident, found bool, err error) {
	all, err := list(ctx, s, fmt.Sprintf("reading incident %q", id), scanIncident, "SELECT json FROM incident WHERE id = ?", id)
	if err != nil || len(all) == 0 {
		return incident.Incident{}, false, err
	}
	return all[0], true, nil
}

func scanIncident(rows *sql.Rows) (i incident.Incident, err error) {
	var text []byte
	if err := rows.Scan(&text); err != nil {
		return i, err
	}
	return i, json.Unmarshal(text, &i)
}
