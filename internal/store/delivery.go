package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// insertDeliveries queues what a result asks to be sent. A key that its sink
// has already stays as it is. One that is being sent while it is replaced may
// arrive all the same; the one in its place is sent after it.
func insertDeliveries(ctx context.Context, tx *sql.Tx, deliveries []Delivery, now time.Time) error {
	for _, d := range deliveries {
		if d.Created.IsZero() {
			d.Created = now
		}
		if d.Due.IsZero() {
			d.Due = d.Created
		}
		if d.Payload == nil {
			d.Payload = []byte{} // nil would be NULL
		}
		if d.Replaces != "" {
			_, err := tx.ExecContext(ctx, "DELETE FROM delivery WHERE sink = ?1 AND state = 'waiting' AND key <> ?2 AND substr(key, 1, length(?3)) = ?3 AND key >= ?3", d.Sink, d.Key, d.Replaces)
			if err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO delivery (sink, key, created, due, attempts, state, reason, bytes, payload)
			VALUES (?, ?, ?, ?, 0, 'waiting', '', ?, ?) ON CONFLICT (sink, key) DO NOTHING`,
			d.Sink, d.Key, ms(d.Created), ms(d.Due), len(d.Payload), d.Payload)
		if err != nil {
			return err
		}
	}
	return nil
}

const deliveryColumns = "id, sink, key, created, due, attempts, state, reason, bytes, payload"

func scanDelivery(rows *sql.Rows) (d Delivery, err error) {
	var created, due int64
	err = rows.Scan(&d.ID, &d.Sink, &d.Key, &created, &due, &d.Attempts, &d.State, &d.Reason, &d.Bytes, &d.Payload)
	d.Created, d.Due = fromMs(created), fromMs(due)
	return d, err
}

// Due are the deliveries that wait and are due, those that are due the longest
// first, so that what was put off doesn't come before the others: at most limit
// of them (0 = 100), and no more than maxBytes of payload (0 = no
// bound) unless the first alone is more than that.
func (s *Store) Due(ctx context.Context, sink string, now time.Time, limit, maxBytes int) (_ []Delivery, err error) {
	defer func() { err = s.wrap("reading what is due for "+sink, err) }()
	if limit <= 0 {
		limit = 100
	}
	rows, err := s.readers.QueryContext(ctx, "SELECT "+deliveryColumns+" FROM delivery WHERE sink = ? AND state = 'waiting' AND due <= ? ORDER BY due, id LIMIT ?", sink, ms(now), limit)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	due, total := []Delivery{}, 0
	for rows.Next() {
		d, err := scanDelivery(rows)
		if err != nil {
			return nil, err
		}
		if total += d.Bytes; maxBytes > 0 && total > maxBytes && len(due) > 0 {
			return due, nil
		}
		due = append(due, d)
	}
	return due, rows.Err()
}

// Delivered forgets deliveries: the receiver has them.
func (s *Store) Delivered(ctx context.Context, id ...int64) error {
	return s.change(ctx, "forgetting what was delivered", "DELETE FROM delivery WHERE id IN (SELECT value FROM json_each(?))", ids(id))
}

// Retry keeps deliveries waiting until due, after an attempt that failed for a
// reason.
func (s *Store) Retry(ctx context.Context, due time.Time, reason string, id ...int64) error {
	return s.change(ctx, "putting off deliveries",
		"UPDATE delivery SET attempts = attempts + 1, due = ?, reason = ? WHERE state = 'waiting' AND id IN (SELECT value FROM json_each(?))", ms(due), reason, ids(id))
}

// Refuse lays deliveries aside that the receiver will never take.
func (s *Store) Refuse(ctx context.Context, reason string, id ...int64) error {
	return s.change(ctx, "laying refused deliveries aside",
		"UPDATE delivery SET attempts = attempts + 1, state = 'refused', reason = ? WHERE id IN (SELECT value FROM json_each(?))", reason, ids(id))
}

// change writes by one statement.
func (s *Store) change(ctx context.Context, doing, statement string, args ...any) error {
	return s.write(ctx, doing, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	})
}

// Resend makes a delivery wait again and due at once, as if it had never been
// tried; 0 stands for all that were refused. False means that there was none.
//
// It works on a store of [OpenReadOnly] too, so that somebody can have things
// sent again while the daemon runs: the daemon finds them when it next looks
// for what is due.
func (s *Store) Resend(ctx context.Context, id int64, now time.Time) (found bool, err error) {
	err = s.writeAlone(ctx, "sending again", func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "UPDATE delivery SET state = 'waiting', attempts = 0, due = ?1 WHERE CASE ?2 WHEN 0 THEN state = 'refused' ELSE id = ?2 END", ms(now), id)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		found = n > 0
		return err
	})
	return found && err == nil, err
}

// Deliveries are all that wait or were refused, those recorded first first; at
// most limit of them (0 = all).
func (s *Store) Deliveries(ctx context.Context, limit int) ([]Delivery, error) {
	if limit <= 0 {
		limit = -1 // SQLite's word for all
	}
	return list(ctx, s, "listing deliveries", scanDelivery, "SELECT "+deliveryColumns+" FROM delivery ORDER BY id LIMIT ?", limit)
}
