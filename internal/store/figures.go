package store

import (
	"context"
	"database/sql"
	"encoding/json"
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
	RunID   string
	At      time.Time // its slot, else its start
	Outcome journey.Outcome
	WaitMs  *float64 // nil = not every step was timed
	Starved bool
}

// Points are the results of a journey on a device since a time, oldest first;
// of more than 200,000 the newest. It reads one index from a place in it on,
// and no result itself; few columns, because each costs as much as a row.
func (s *Store) Points(ctx context.Context, site, journeyID, device string, since time.Time) ([]Point, error) {
	outcomes := byLevel()
	points, err := list(ctx, s, "reading points", func(rows *sql.Rows) (p Point, err error) {
		var at int64
		var level int // twice, and one more where it was starved
		err = rows.Scan(&p.RunID, &at, &level, &p.WaitMs)
		p.At, p.Outcome, p.Starved = fromMs(at), outcomes[level/2], level%2 == 1
		return p, err
	}, `SELECT run_id, time, 2 * level + starved, wait_ms FROM run INDEXED BY run_by_series
		WHERE site = ? AND journey = ? AND device = ? AND time >= ? ORDER BY time DESC, run_id DESC LIMIT ?`,
		site, journeyID, device, ms(since), mostPoints)
	slices.Reverse(points)
	return points, err
}

// StepPoint is a step of a result, reduced to what figures are made of.
type StepPoint struct {
	RunID   string
	Index   int
	Step    string
	Outcome journey.Outcome
	WaitMs  *float64 // nil = not timed
}

// StepPoints are the steps of results, those of each in their order.
func (s *Store) StepPoints(ctx context.Context, runIDs ...string) ([]StepPoint, error) {
	wanted, err := json.Marshal(append([]string{}, runIDs...))
	if err != nil {
		return nil, err
	}
	outcomes := byLevel()
	return list(ctx, s, "reading steps", func(rows *sql.Rows) (p StepPoint, err error) {
		var level int
		err = rows.Scan(&p.RunID, &p.Index, &p.Step, &level, &p.WaitMs)
		p.Outcome = outcomes[level]
		return p, err
	}, `SELECT run.run_id, step.idx, step.step, step.level, step.wait_ms
		FROM json_each(?) AS wanted CROSS JOIN run ON run.run_id = wanted.value CROSS JOIN step ON step.run = run.id
		ORDER BY wanted.key, step.idx`, string(wanted))
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
