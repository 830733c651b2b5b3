package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"samui/internal/incident"
)

const (
	// retainAtOnce bounds one transaction of Retain, so that no result waits
	// for long.
	retainAtOnce = 200
	// pagesAtOnce bounds how much of the file is given back in one transaction.
	pagesAtOnce = 1000
)

// Retain forgets results whose time is more than runsFor before now (0 = keeps
// all of them), and incidents that were over by then with what was told of
// them, gives the space back to the disk and, where nobody reads,
// empties the log. It works in small pieces, between which others write: it may
// be called every few minutes. Claims and deliveries are not history: they stay.
func (s *Store) Retain(ctx context.Context, now time.Time, runsFor time.Duration) (deleted int, err error) {
	if s.writer == nil {
		return 0, s.readOnly("forgetting old results")
	}
	if runsFor > 0 {
		if deleted, err = s.forget(ctx, now.Add(-runsFor)); err != nil {
			return deleted, err
		}
		if err := s.forgetIncidents(ctx, now.Add(-runsFor)); err != nil {
			return deleted, err
		}
	}
	return deleted, s.tidy(ctx)
}

// forget deletes the results before a time, oldest first.
func (s *Store) forget(ctx context.Context, before time.Time) (deleted int, err error) {
	for {
		var n int64
		err := s.write(ctx, "forgetting old results", func(ctx context.Context, tx *sql.Tx) error {
			result, err := tx.ExecContext(ctx, "DELETE FROM run WHERE id IN (SELECT id FROM run WHERE time < ? ORDER BY time LIMIT ?)", ms(before), retainAtOnce)
			if err != nil {
				return err
			}
			n, err = result.RowsAffected()
			return err
		})
		if err != nil {
			return deleted, err
		}
		deleted += int(n)
		if n < retainAtOnce {
			return deleted, nil
		}
	}
}

// forgetIncidents deletes what was resolved before a time, and the messages
// that nobody has touched since.
func (s *Store) forgetIncidents(ctx context.Context, before time.Time) error {
	return s.write(ctx, "forgetting old incidents", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM incident WHERE state = ? AND resolved < ?", string(incident.Resolved), ms(before))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM message WHERE updated < ? AND thread NOT IN (SELECT id FROM incident WHERE state = ?)", ms(before), string(incident.Open))
		return err
	})
}

// tidy gives unused pages back and empties the log.
func (s *Store) tidy(ctx context.Context) error {
	for before := math.MaxInt; ; {
		var free int
		if err := s.readers.QueryRowContext(ctx, "PRAGMA freelist_count").Scan(&free); err != nil {
			return s.wrap("looking for unused space", err)
		}
		if free == 0 || free >= before { // others may be using it up meanwhile
			break
		}
		before = free
		if err := s.change(ctx, "giving space back", fmt.Sprintf("PRAGMA incremental_vacuum(%d)", pagesAtOnce)); err != nil {
			return err
		}
	}
	return s.wrap("emptying the log", s.writer.exclusively(ctx, truncate))
}
