package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"samui/internal/journey"
)

// mostPoints bounds what one question for points may take: a visit every 30 s
// for 30 days is less than half of it.
const mostPoints = 200_000

// Point is a result, reduced to what figures are made of.
type Point struct {
	Row     int64 // finds its steps, see [Store.StepPoints]
	RunID   string
	At      time.Time // its slot, else its start
	Outcome journey.Outcome
	WaitMs  *float64 // nil = not every step was timed
	Starved bool
}

// Points are the results of a journey on a device since a time, oldest first;
// of more than 200,000 the newest. It reads one index from a place in it on,
// and no result itself.
func (s *Store) Points(ctx context.Context, site, journeyID, device string, since time.Time) ([]Point, error) {
	outcomes := byLevel()
	points, err := list(ctx, s, "reading points", func(rows *sql.Rows) (p Point, err error) {
		var at int64
		var level int
		err = rows.Scan(&p.Row, &p.RunID, &at, &level, &p.WaitMs, &p.Starved)
		p.At, p.Outcome = fromMs(at), outcomes[level]
		return p, err
	}, `SELECT id, run_id, time, level, wait_ms, starved FROM run INDEXED BY run_by_series
		WHERE site = ? AND journey = ? AND device = ? AND time >= ? ORDER BY time DESC, run_id DESC LIMIT ?`,
		site, journeyID, device, ms(since), mostPoints)
	slices.Reverse(points)
	return points, err
}

// StepPoint is a step of a result, reduced to what figures are made of.
type StepPoint struct {
	Row     int64 // of its result's Point
	Index   int
	Step    string
	Outcome journey.Outcome
	WaitMs  *float64 // nil = not timed
}

// StepPoints are the steps of the results of these rows, in the order of rows
// and steps.
func (s *Store) StepPoints(ctx context.Context, rows ...int64) ([]StepPoint, error) {
	outcomes := byLevel()
	return list(ctx, s, "reading steps", func(rows *sql.Rows) (p StepPoint, err error) {
		var level int
		err = rows.Scan(&p.Row, &p.Index, &p.Step, &level, &p.WaitMs)
		p.Outcome = outcomes[level]
		return p, err
	}, `SELECT run, idx, step, level, wait_ms FROM step WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, idx`, ids(rows))
}

// Neighbours are the results before and after one in its series: of the same
// journey on the same device. Empty where there is none.
func (s *Store) Neighbours(ctx context.Context, runID string) (before, after string, err error) {
	const series = "FROM run AS r WHERE r.site = run.site AND r.journey = run.journey AND r.device = run.device AND "
	err = s.readers.QueryRowContext(ctx, `SELECT
			coalesce((SELECT r.run_id `+series+`(r.time, r.run_id) < (run.time, run.run_id) ORDER BY r.time DESC, r.run_id DESC LIMIT 1), ''),
			coalesce((SELECT r.run_id `+series+`(r.time, r.run_id) > (run.time, run.run_id) ORDER BY r.time, r.run_id LIMIT 1), '')
		FROM run WHERE run.run_id = ?`, runID).Scan(&before, &after)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", nil
	}
	return before, after, s.wrap(fmt.Sprintf("finding the neighbours of run %q", runID), err)
}

// byLevel are the outcomes by their levels, which is how an index has them.
func byLevel() map[int]journey.Outcome {
	outcomes := map[int]journey.Outcome{}
	for _, o := range []journey.Outcome{
		journey.Good, journey.Slow, journey.Bad, journey.Critical, journey.Failed,
		journey.Blocked, journey.ProbeError, journey.Missed, journey.Skipped,
	} {
		outcomes[o.Level()] = o
	}
	return outcomes
}
