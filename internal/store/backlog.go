package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Backlog is what a sink has not been sent.
func (s *Store) Backlog(ctx context.Context, sink string) (Backlog, error) {
	var b Backlog
	var oldest sql.NullInt64
	err := s.readers.QueryRowContext(ctx, `
		SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'refused'), coalesce(sum(bytes), 0), min(created) FILTER (WHERE state = 'waiting')
		FROM delivery WHERE sink = ?`, sink).Scan(&b.Waiting, &b.Refused, &b.Bytes, &oldest)
	if oldest.Valid {
		b.Oldest = fromMs(oldest.Int64)
	}
	return b, s.wrap("measuring the backlog of "+sink, err)
}

// dropAtOnce bounds one transaction of DropOldest.
const dropAtOnce = 500

// DropOldest gives up deliveries of a sink: those recorded before olderThan
// (zero = none), and of the rest as many as are needed for their payloads to
// take no more than overBytes (0 = no bound): first the refused ones, which
// nothing waits for, then those recorded first. It says how many, and the store
// remembers it: see [Store.Dropped].
func (s *Store) DropOldest(ctx context.Context, sink string, olderThan time.Time, overBytes int64) (dropped int, err error) {
	for {
		var n int
		err := s.write(ctx, "dropping deliveries to "+sink, func(ctx context.Context, tx *sql.Tx) (err error) {
			n, err = dropSome(ctx, tx, sink, olderThan, overBytes)
			return err
		})
		if err != nil {
			return dropped, err
		}
		dropped += n
		if n < dropAtOnce {
			return dropped, nil
		}
	}
}

// dropSome gives up at most dropAtOnce deliveries, and counts them.
func dropSome(ctx context.Context, tx *sql.Tx, sink string, olderThan time.Time, overBytes int64) (int, error) {
	doomed, err := doomed(ctx, tx, sink, olderThan, overBytes)
	if err != nil || len(doomed) == 0 {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM delivery WHERE id IN (SELECT value FROM json_each(?))", ids(doomed)); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO dropped (sink, n) VALUES (?1, ?2) ON CONFLICT (sink) DO UPDATE SET n = n + ?2", sink, len(doomed))
	return len(doomed), err
}

// doomed are the ids of the next deliveries to give up.
func doomed(ctx context.Context, tx *sql.Tx, sink string, olderThan time.Time, overBytes int64) (_ []int64, err error) {
	var total int64
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(sum(bytes), 0) FROM delivery WHERE sink = ?", sink).Scan(&total); err != nil {
		return nil, err
	}
	// The old ones first, so that what remains is measured without them.
	rows, err := tx.QueryContext(ctx, "SELECT id, bytes, created < ?2 FROM delivery WHERE sink = ?1 ORDER BY created >= ?2, state = 'waiting', id LIMIT ?3", sink, ms(olderThan), dropAtOnce)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var found []int64
	for rows.Next() {
		var id, bytes int64
		var old bool
		if err := rows.Scan(&id, &bytes, &old); err != nil {
			return nil, err
		}
		if !old && (overBytes <= 0 || total <= overBytes) {
			break
		}
		found = append(found, id)
		total -= bytes
	}
	return found, rows.Err()
}

// Dropped is how many deliveries of a sink were ever given up.
func (s *Store) Dropped(ctx context.Context, sink string) (n int64, err error) {
	err = s.readers.QueryRowContext(ctx, "SELECT n FROM dropped WHERE sink = ?", sink).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, s.wrap("counting what was dropped of "+sink, err)
}
