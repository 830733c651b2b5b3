package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// write has the writer do one unit of writing.
func (s *Store) write(ctx context.Context, doing string, do func(context.Context, *sql.Tx) error) error {
	if s.writer == nil {
		return s.readOnly(doing)
	}
	if err := s.writer.write(ctx, do); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// writeAlone is write for what somebody may do beside the daemon, too: on a
// store of [OpenReadOnly] it is done by a connection of its own.
func (s *Store) writeAlone(ctx context.Context, doing string, do func(context.Context, *sql.Tx) error) error {
	w := s.writer
	if w == nil {
		db, err := connect(s.path, single)
		if err != nil {
			return s.wrap(doing, err)
		}
		w = newWriter(db, s.path)
		defer func() { _ = db.Close() }() // what was written was acknowledged
	}
	return s.wrap(doing, w.write(ctx, do))
}

// wrap says what was being read when an error came.
func (s *Store) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, explain(err, s.path))
}

// list reads every row of a query.
func list[T any](ctx context.Context, s *Store, doing string, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := s.readers.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, s.wrap(doing, err)
	}
	all, err := collect(rows, scan)
	return all, s.wrap(doing, err)
}

// collect reads rows to their end and closes them. None give an empty list.
func collect[T any](rows *sql.Rows, scan func(*sql.Rows) (T, error)) (_ []T, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	all := []T{}
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// ids are numbers as one argument: SELECT value FROM json_each(?).
func ids(numbers []int64) string {
	text, err := json.Marshal(numbers)
	if err != nil {
		panic("BUG: numbers that JSON can't have: " + err.Error())
	}
	return string(text)
}

// ms is a time as the database has it: Unix milliseconds.
func ms(t time.Time) int64 { return t.UnixMilli() }

// fromMs is a time that the database had.
func fromMs(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
