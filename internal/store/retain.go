package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"
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
	if err := s.forgetEffects(ctx, now); err != nil {
		return 0, err
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
	return s.deleteInPieces(ctx, "forgetting old results", "DELETE FROM run WHERE id IN (SELECT id FROM run WHERE time < ? ORDER BY time LIMIT ?)", ms(before))
}

// forgetIncidents deletes what was resolved before a time, and the messages
// that nobody has touched since, unless something at their site is still open:
// a message may tell of several incidents.
func (s *Store) forgetIncidents(ctx context.Context, before time.Time) error {
	_, err := s.deleteInPieces(ctx, "forgetting old incidents", "DELETE FROM incident WHERE id IN (SELECT id FROM incident WHERE resolved < ? ORDER BY resolved LIMIT ?)", ms(before))
	if err != nil {
		return err
	}
	_, err = s.deleteInPieces(ctx, "forgetting old messages", `DELETE FROM message WHERE (sink, thread) IN (SELECT sink, thread FROM message
		WHERE updated < ? AND site NOT IN (SELECT site FROM incident WHERE state = 'open') ORDER BY updated LIMIT ?)`, ms(before))
	return err
}

// deleteInPieces makes a statement that ends in a LIMIT again and again, until
// nothing more is deleted; others write between two of them.
func (s *Store) deleteInPieces(ctx context.Context, doing, statement string, before int64) (deleted int, err error) {
	for {
		var n int64
		err := s.write(ctx, doing, func(ctx context.Context, tx *sql.Tx) error {
			result, err := tx.ExecContext(ctx, statement, before, retainAtOnce)
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
