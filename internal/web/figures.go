package web

import (
	"context"
	"math"
	"slices"
	"time"

	"samui/internal/journey"
)

// Figures are what recorded results amount to. It is asked by several
// goroutines at once.
type Figures interface {
	// Points are the results of a journey on a device since a time, oldest first.
	Points(ctx context.Context, site, journeyID, device string, since time.Time) ([]Point, error)
	// StepPoints are the steps of results, those of each in their order.
	StepPoints(ctx context.Context, runIDs ...string) ([]StepPoint, error)
	// Neighbours are the results before and after one of the same journey on the
	// same device; empty where there is none.
	Neighbours(ctx context.Context, runID string) (before, after string, err error)
	// Turns are what changed in the results of a journey on a device since a
	// time, oldest first.
	Turns(ctx context.Context, site, journeyID, device string, since time.Time) ([]Turn, error)
}

// Turn is a result from which on something about the results is another.
type Turn struct {
	At       time.Time
	Location string
	Step     string // whose meaning changed; empty = it was the browser
	From, To string // the browser's name and version; of a step its revision
}

// Point is a result, reduced to what figures are made of.
type Point struct {
	RunID   string
	At      time.Time // its slot, else its start
	Outcome journey.Outcome
	WaitMs  *float64 // nil = not every step was timed
	Starved bool     // it measured the machine
}

// StepPoint is a step of a result, reduced to what figures are made of.
type StepPoint struct {
	RunID   string
	Index   int
	Step    string
	Outcome journey.Outcome
	WaitMs  *float64 // nil = not timed
}

// waitsOf are the waits of timed runs, ascending. Starved ones are left out.
func waitsOf(points []Point) []float64 {
	waits := make([]float64, 0, len(points))
	for _, p := range points {
		if p.WaitMs != nil && p.Outcome.Timed() && !p.Starved {
			waits = append(waits, *p.WaitMs)
		}
	}
	slices.Sort(waits)
	return waits
}

// quantile is the nearest rank: a wait that was measured, never one between
// two. sorted is ascending; nil where it is empty.
func quantile(sorted []float64, q float64) *float64 {
	if len(sorted) == 0 {
		return nil
	}
	rank := int(math.Ceil(q * float64(len(sorted))))
	return &sorted[max(1, rank)-1]
}

// percentile is a quantile as pages show it: only where there are enough runs
// for one to lie beyond it.
type percentile struct {
	Name  string // p95
	Ms    *float64
	Needs int // so many runs
	Of    int // so many there are
}

// percentiles are the three that pages show, of waits in ascending order.
func percentiles(sorted []float64) []percentile {
	all := []percentile{{Name: "p50", Needs: 2}, {Name: "p75", Needs: 4}, {Name: "p95", Needs: 20}}
	for i, q := range []float64{0.50, 0.75, 0.95} {
		all[i].Of = len(sorted)
		if len(sorted) >= all[i].Needs {
			all[i].Ms = quantile(sorted, q)
		}
	}
	return all
}

// outcomesOfRuns are those that a run can have, from best to worst.
func outcomesOfRuns() []journey.Outcome {
	return []journey.Outcome{
		journey.Good, journey.Slow, journey.Bad, journey.Critical, journey.Failed,
		journey.Blocked, journey.ProbeError, journey.Missed,
	}
}

// countOf says how often an outcome came.
type countOf struct {
	Outcome journey.Outcome
	N       int
}

// tally counts the outcomes of points.
func tally(points []Point) []countOf {
	n := map[journey.Outcome]int{}
	for _, p := range points {
		n[p.Outcome]++
	}
	return counts(n)
}

// counts are from best to worst; what never came is left out.
func counts(n map[journey.Outcome]int) []countOf {
	var all []countOf
	for _, o := range outcomesOfRuns() {
		if n[o] > 0 {
			all = append(all, countOf{o, n[o]})
		}
	}
	return all
}
