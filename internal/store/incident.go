package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// Follow says what a result means for incidents. The zero value follows none.
// Rules and Deliver are asked within the transaction, perhaps more than once:
// they do nothing but answer.
type Follow struct {
	// Rules are those of a key, for a result of one of its members; nil = no
	// incident is followed.
	Rules func(incident.Key) incident.Rules
	// Deliver is what has to be sent because of a change; nil = nothing.
	Deliver func(incident.Change) []Delivery
	// Changed is told of each change once it is on the disk; nil = nobody is.
	Changed func(incident.Change)
}

// tell hands out what changed.
func (f Follow) tell(changes []incident.Change) {
	if f.Changed == nil {
		return
	}
	for _, c := range changes {
		f.Changed(c)
	}
}

// IncidentQuery says which incidents are wanted. The zero value is the newest
// 100.
type IncidentQuery struct {
	State         incident.State // empty = both
	Site, Journey string         // empty = all
	Limit         int            // 0 = 100
}

// follow moves the incidents of a result's keys on, within its transaction.
func (s *Store) follow(ctx context.Context, tx *sql.Tx, f Follow, run journey.Run, update *incident.Update, now time.Time) (changes []incident.Change, err error) {
	if f.Rules == nil {
		return nil, nil
	}
	for _, key := range incident.Keys(run) {
		change, err := s.move(ctx, tx, f, key, now, func(t incident.Track) (incident.Track, *incident.Change) {
			rules := f.Rules(key)
			rules.Update = update
			return incident.Follow(key, t, run, rules)
		})
		if err != nil {
			return nil, err
		}
		changes = append(changes, change...)
	}
	return changes, nil
}

// move makes a step with a key's track: what is remembered, the incident and
// what has to be sent change together. It returns the change, if there is one.
func (s *Store) move(ctx context.Context, tx *sql.Tx, f Follow, key incident.Key, now time.Time, step func(incident.Track) (incident.Track, *incident.Change)) ([]incident.Change, error) {
	before, text, err := s.readTrack(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	after, change := step(before)
	data, err := json.Marshal(after)
	if err != nil {
		return nil, err
	}
	if string(data) != text {
		_, err = tx.ExecContext(ctx, "INSERT INTO track (kind, site, journey, location, json) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json",
			string(key.Kind), key.Site, key.Journey, key.Location, string(data))
		if err != nil {
			return nil, err
		}
	}
	// An incident that is as it was may have been forgotten meanwhile.
	if after.Last != nil && !reflect.DeepEqual(before.Last, after.Last) {
		if err := writeIncident(ctx, tx, *after.Last); err != nil {
			return nil, err
		}
	}
	if change == nil {
		return nil, nil
	}
	if f.Deliver != nil {
		if err := insertDeliveries(ctx, tx, f.Deliver(*change), now); err != nil {
			return nil, err
		}
	}
	return []incident.Change{*change}, nil
}

// readTrack is a key's track, and the text that it was kept as. One that can't
// be read begins anew, with the incident that is open: to count some results
// twice is better than to record none any more.
func (s *Store) readTrack(ctx context.Context, tx *sql.Tx, key incident.Key) (t incident.Track, text string, err error) {
	err = tx.QueryRowContext(ctx, "SELECT json FROM track WHERE (kind, site, journey, location) = (?, ?, ?, ?)",
		string(key.Kind), key.Site, key.Journey, key.Location).Scan(&text)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		empty, err := json.Marshal(t) // so that nothing is written of what stays empty
		return t, string(empty), err
	case err != nil:
		return t, "", err
	}
	unreadable := json.Unmarshal([]byte(text), &t)
	if unreadable == nil {
		return t, text, nil
	}
	s.log.ErrorContext(ctx, "what is remembered of an incident can't be read and begins anew", "kind", string(key.Kind), "site", key.Site, "journey", key.Journey, "error", unreadable)
	t = incident.Track{}
	var open []byte
	err = tx.QueryRowContext(ctx, "SELECT json FROM incident WHERE (kind, site, journey, location, state) = (?, ?, ?, ?, ?) ORDER BY opened DESC LIMIT 1",
		string(key.Kind), key.Site, key.Journey, key.Location, string(incident.Open)).Scan(&open)
	var last incident.Incident
	if err == nil && json.Unmarshal(open, &last) == nil {
		t.Last = &last
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return t, "", err
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
	var changes []incident.Change
	err = s.write(ctx, fmt.Sprintf("acknowledging incident %q", id), func(ctx context.Context, tx *sql.Tx) error {
		changes = nil
		key, err := keyOf(ctx, tx, id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		changes, err = s.move(ctx, tx, f, key, now, func(t incident.Track) (incident.Track, *incident.Change) {
			if t.Last == nil || t.Last.ID != id {
				return t, nil
			}
			return incident.Acknowledge(t, now.UTC(), by)
		})
		return err
	})
	if err != nil {
		return false, err
	}
	f.tell(changes)
	return len(changes) > 0, nil
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
	if f.Rules == nil {
		return nil
	}
	keys, err := list(ctx, s, "looking for open incidents", func(rows *sql.Rows) (k incident.Key, err error) {
		err = rows.Scan(&k.Kind, &k.Site, &k.Journey, &k.Location)
		return k, err
	}, "SELECT DISTINCT kind, site, journey, location FROM incident WHERE state = ?", string(incident.Open))
	if err != nil {
		return err
	}
	now := s.now()
	for some := range slices.Chunk(keys, retireAtOnce) {
		var changes []incident.Change
		err := s.write(ctx, "ending incidents that nobody looks at", func(ctx context.Context, tx *sql.Tx) error {
			changes = nil
			for _, key := range some {
				change, err := s.move(ctx, tx, f, key, now, func(t incident.Track) (incident.Track, *incident.Change) {
					return incident.Retire(t, f.Rules(key), now.UTC())
				})
				if err != nil {
					return err
				}
				changes = append(changes, change...)
			}
			return nil
		})
		if err != nil {
			return err
		}
		f.tell(changes)
	}
	return nil
}

// retireAtOnce bounds one transaction of Retire, so that no result waits for
// long.
const retireAtOnce = 50

// Incidents are those that a query asks for, the newest first. One that can't
// be read is left out: the others are no worse for it.
func (s *Store) Incidents(ctx context.Context, q IncidentQuery) ([]incident.Incident, error) {
	var f filter
	f.equal("state", string(q.State))
	f.equal("site", q.Site)
	f.equal("journey", q.Journey)
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	return s.incidents(ctx, "reading incidents", "SELECT json FROM incident"+f.where()+" ORDER BY opened DESC, id DESC LIMIT ?", append(f.args, limit)...)
}

// Incident is the one with this ID.
func (s *Store) Incident(ctx context.Context, id string) (i incident.Incident, found bool, err error) {
	all, err := s.incidents(ctx, fmt.Sprintf("reading incident %q", id), "SELECT json FROM incident WHERE id = ?", id)
	if err != nil || len(all) == 0 {
		return incident.Incident{}, false, err
	}
	return all[0], true, nil
}

func (s *Store) incidents(ctx context.Context, doing, query string, args ...any) ([]incident.Incident, error) {
	texts, err := list(ctx, s, doing, func(rows *sql.Rows) (text []byte, err error) {
		err = rows.Scan(&text)
		return text, err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	all := make([]incident.Incident, 0, len(texts))
	for _, text := range texts {
		var i incident.Incident
		if err := json.Unmarshal(text, &i); err != nil {
			s.log.ErrorContext(ctx, "an incident can't be read and is left out", "error", err)
			continue
		}
		all = append(all, i)
	}
	return all, nil
}
