package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"samui/internal/journey"
)

// Run is the result with this run ID.
func (s *Store) Run(ctx context.Context, runID string) (run journey.Run, found bool, err error) {
	doing := fmt.Sprintf("reading run %q", runID)
	runs, err := list(ctx, s, doing, scanRun, "SELECT json FROM run WHERE run_id = ?", runID)
	if err != nil || len(runs) == 0 {
		return journey.Run{}, false, err
	}
	return runs[0], true, nil
}

// Runs are the results that a query asks for, newest first: by the time of
// their slot, or their start where they have none, then by run ID. A BeforeID
// that isn't there any more bounds by its place in that order, as long as
// Before gives its time.
func (s *Store) Runs(ctx context.Context, q Query) ([]journey.Run, error) {
	var f filter
	f.equal("site", q.Site)
	f.equal("journey", q.Journey)
	f.equal("device", q.Device)
	switch {
	case q.Before.IsZero() && q.BeforeID != "":
		f.add("(time, run_id) < (SELECT time, run_id FROM run WHERE run_id = ?)", q.BeforeID)
	case q.BeforeID != "":
		f.add("(time, run_id) < (?, ?)", ms(q.Before), q.BeforeID)
	case !q.Before.IsZero():
		f.add("time < ?", ms(q.Before))
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	return list(ctx, s, "reading runs", scanRun, "SELECT json FROM run"+f.where()+" ORDER BY time DESC, run_id DESC LIMIT ?", append(f.args, limit)...)
}

// Latest are the newest results of each site × journey × device, in that order.
func (s *Store) Latest(ctx context.Context) ([]journey.Run, error) {
	// Each turn of the recursion goes to the first row of the next series: the
	// next device, else the next journey, else the next site. Every one is a
	// seek in the index, however long the history is.
	return list(ctx, s, "reading the latest runs", scanRun, `
		WITH RECURSIVE series (id, site, journey, device) AS (
			SELECT * FROM (SELECT id, site, journey, device FROM run ORDER BY site, journey, device LIMIT 1)
			UNION ALL
			SELECT next.id, next.site, next.journey, next.device FROM series AS s JOIN run AS next ON next.id = coalesce(
				(SELECT id FROM run WHERE site = s.site AND journey = s.journey AND device > s.device ORDER BY device LIMIT 1),
				(SELECT id FROM run WHERE site = s.site AND journey > s.journey ORDER BY journey, device LIMIT 1),
				(SELECT id FROM run WHERE site > s.site ORDER BY site, journey, device LIMIT 1))
		)
		SELECT json FROM series JOIN run ON run.id = (
			SELECT id FROM run AS r WHERE r.site = series.site AND r.journey = series.journey AND r.device = series.device
			ORDER BY time DESC, run_id DESC LIMIT 1)
		ORDER BY series.site, series.journey, series.device`)
}

// Nearest finds the result whose time is nearest to the one asked for; of two
// equally near the older one, of two at the same time the newer one.
func (s *Store) Nearest(ctx context.Context, q Near) (runID string, found bool, err error) {
	var f filter
	f.equal("site", q.Site)
	f.equal("journey", q.Journey)
	f.equal("location", q.Location)
	if q.Step != "" {
		f.add("EXISTS (SELECT 1 FROM step WHERE step.run = run.id AND step.step = ? AND step.outcome <> ?)", q.Step, string(journey.Skipped))
	}
	// The nearest on either side, each by a walk along an index.
	before, after := f.with("time <= ?", ms(q.At)), f.with("time > ?", ms(q.At))
	const columns = "SELECT run_id, time FROM run"
	err = s.readers.QueryRowContext(ctx, `SELECT run_id FROM (
			SELECT * FROM (`+columns+before.where()+` ORDER BY time DESC, run_id DESC LIMIT 1)
			UNION ALL
			SELECT * FROM (`+columns+after.where()+` ORDER BY time, run_id DESC LIMIT 1))
		ORDER BY abs(time - ?), time LIMIT 1`,
		slices.Concat(before.args, after.args, []any{ms(q.At)})...).Scan(&runID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return runID, err == nil, s.wrap("finding the nearest run", err)
}

// filter collects the conditions of a query. Only those that are asked for are
// in it, so that SQLite can choose the index for them.
type filter struct {
	conditions []string
	args       []any
}

func (f *filter) add(condition string, args ...any) {
	f.conditions = append(f.conditions, condition)
	f.args = append(f.args, args...)
}

// equal asks for a value of a column; empty asks for nothing.
func (f *filter) equal(column, value string) {
	if value != "" {
		f.add(column+" = ?", value)
	}
}

// with is the filter with one more condition; f stays as it is.
func (f *filter) with(condition string, args ...any) filter {
	more := filter{slices.Clone(f.conditions), slices.Clone(f.args)}
	more.add(condition, args...)
	return more
}

func (f *filter) where() string {
	if len(f.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(f.conditions, " AND ")
}

func scanRun(rows *sql.Rows) (run journey.Run, err error) {
	var text []byte
	if err := rows.Scan(&text); err != nil {
		return run, err
	}
	err = json.Unmarshal(text, &run)
	return run, err
}
