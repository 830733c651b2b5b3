package web

import (
	"cmp"
	"context"
	"slices"
	"time"

	"samui/internal/journey"
)

const (
	// mostSampled bounds the runs whose steps are read for a page: enough for a
	// p95 to stand still.
	mostSampled = 2000
	// mostTroubled bounds those that are read besides because they were not good.
	mostTroubled = 300
)

// walk is a step in one run.
type walk struct {
	Run     Point
	Outcome journey.Outcome // of the step
	WaitMs  *float64        // of the step; nil = not timed
	Turn    bool            // the run is in the sample by its turn, not for its trouble
}

// stepFigures is what a step amounts to over the runs of a period.
type stepFigures struct {
	N          int // from 1
	Step       string
	Title      string
	Thresholds *journey.ThresholdsMs // nil = never timed
	Walks      []walk                // oldest first
	Begun      time.Time             // what it means it means since then; what was before isn't counted
	Waits      []percentile
	Reached    int // so many runs came to it …
	Failed     int // … of which so many ended in it
	Blocked    int
	Loss       *lossRange // nil = no estimate

	timed []walk // by their waits, starved ones left out
}

// lossRange is an estimated share of customers, 0 to 1.
type lossRange struct{ Low, High float64 }

// sampled is the steps of a journey, over as many runs as are read.
type sampled struct {
	Steps []*stepFigures
	Runs  int    // so many were read by their turn …
	Every int    // … every so many-th
	Basis string // what the estimates rest on; empty = there are none
}

// sample chooses the runs whose steps are read: all of them or, where they are
// too many, every so many-th, and of the rest the newest that were not good, so
// that no trouble falls through.
func sample(points []Point) (runIDs []string, every int) {
	every = max(1, (len(points)+mostSampled-1)/mostSampled)
	troubled := 0
	for i, p := range slices.Backward(points) {
		extra := p.Outcome != journey.Good && tall(p.Outcome) > 0 && troubled < mostTroubled
		if i%every != 0 && extra {
			troubled++
		}
		if i%every == 0 || extra {
			runIDs = append(runIDs, p.RunID)
		}
	}
	return runIDs, every
}

// stepsOf reads the steps of runs. They are those of the newest run that was
// walked: what a journey no longer has is history.
func (s *server) stepsOf(ctx context.Context, points []Point, turns []Turn) (sampled, error) {
	newest, err := s.newestWalked(ctx, points)
	if err != nil || newest == nil {
		return sampled{}, err
	}
	runIDs, every := sample(points)
	found, err := s.Figures.StepPoints(ctx, runIDs...)
	if err != nil {
		return sampled{}, err
	}
	all := sampled{Every: every}
	place := make(map[string]int, len(points)) // run id → point
	for i, p := range points {
		place[p.RunID] = i
		if i%every == 0 {
			all.Runs++
		}
	}
	walks := map[string][]walk{}
	for _, p := range found {
		if i := place[p.RunID]; p.Outcome != journey.Skipped {
			walks[p.Step] = append(walks[p.Step], walk{points[i], p.Outcome, p.WaitMs, i%every == 0})
		}
	}
	for i, step := range newest.Steps {
		if step.LeftOut != nil && len(walks[step.Step]) == 0 {
			continue // it tells nothing of customers, and keeps nobody from later steps
		}
		f := &stepFigures{N: i + 1, Step: step.Step, Title: cmp.Or(step.Title, step.Step), Thresholds: step.ThresholdsMs, Walks: walks[step.Step]}
		_, f.Begun = ofStep(turns, f.Step)
		f.sum()
		all.Steps = append(all.Steps, f)
	}
	if all.Basis, err = s.basisOf(ctx, points); err != nil {
		return sampled{}, err
	}
	return all, s.estimate(ctx, all.Steps)
}

// newestWalked is the newest run that has steps; nil where there is none.
func (s *server) newestWalked(ctx context.Context, points []Point) (*journey.Run, error) {
	for _, p := range slices.Backward(points) {
		if p.Outcome == journey.Missed || p.Outcome == journey.ProbeError {
			continue
		}
		run, found, err := s.History.Run(ctx, p.RunID)
		if err != nil || (found && len(run.Steps) > 0) {
			return &run, err
		}
	}
	return nil, nil
}

// sum counts a step's walks.
func (f *stepFigures) sum() {
	slices.SortStableFunc(f.Walks, func(a, b walk) int { return a.Run.At.Compare(b.Run.At) })
	for _, w := range f.Walks {
		if !w.Turn || w.Run.At.Before(f.Begun) {
			continue
		}
		f.Reached++
		switch {
		case w.Outcome == journey.Failed:
			f.Failed++
		case w.Outcome == journey.Blocked:
			f.Blocked++
		case w.WaitMs != nil && !w.Run.Starved:
			f.timed = append(f.timed, w)
		}
	}
	slices.SortStableFunc(f.timed, func(a, b walk) int { return cmp.Compare(*a.WaitMs, *b.WaitMs) })
	waits := make([]float64, len(f.timed))
	for i, w := range f.timed {
		waits[i] = *w.WaitMs
	}
	f.Waits = percentiles(waits)
}

// estimate fills in what the waits are likely to cost, and thresholds that the
// newest run doesn't tell. A quantile is a wait that was measured, so what it
// costs was recorded with it: nothing is estimated anew here, and the curve of
// the time is the one that counts.
func (s *server) estimate(ctx context.Context, steps []*stepFigures) error {
	read := map[string]journey.Run{} // by id
	for _, f := range steps {
		var losses []float64
		for _, q := range []int{0, 1} { // p50, p75
			if f.Waits[q].Ms == nil {
				continue
			}
			i := slices.IndexFunc(f.timed, func(w walk) bool { return *w.WaitMs >= *f.Waits[q].Ms })
			id := f.timed[i].Run.RunID
			run, known := read[id]
			if !known {
				var err error
				if run, _, err = s.History.Run(ctx, id); err != nil {
					return err
				}
				read[id] = run
			}
			step := stepOf(run, f.Step)
			f.Thresholds = cmp.Or(f.Thresholds, step.ThresholdsMs)
			if step.Abandonment != nil {
				losses = append(losses, *step.Abandonment)
			}
		}
		if len(losses) > 0 {
			f.Loss = &lossRange{slices.Min(losses), slices.Max(losses)}
		}
	}
	return nil
}

// basisOf is what the newest estimate of a whole run rests on; empty where
// there is none.
func (s *server) basisOf(ctx context.Context, points []Point) (string, error) {
	for _, p := range slices.Backward(points) {
		if p.WaitMs == nil {
			continue
		}
		run, _, err := s.History.Run(ctx, p.RunID)
		if err != nil || run.Abandonment == nil {
			return "", err
		}
		return run.Abandonment.Basis, nil
	}
	return "", nil
}

func stepOf(run journey.Run, id string) journey.StepResult {
	for _, step := range run.Steps {
		if step.Step == id {
			return step
		}
	}
	return journey.StepResult{}
}

// p75 is the wait that three of four runs don't exceed; nil where there are too
// few.
func (f *stepFigures) p75() *float64 { return f.Waits[1].Ms }

// Band is what a step is for most: the band of its p75; empty where that isn't
// known.
func (f *stepFigures) Band() journey.Outcome {
	if f.p75() == nil || f.Thresholds == nil {
		return ""
	}
	return bandOf(*f.Thresholds, *f.p75())
}

// Gauge is the step's p50 and how far its p95 reaches; nil where too few runs
// were timed.
func (f *stepFigures) Gauge() *gauge {
	if f.Waits[0].Ms == nil || f.Thresholds == nil {
		return nil
	}
	waits := []float64{*f.Waits[0].Ms}
	for _, p := range f.Waits[1:] {
		if p.Ms != nil {
			waits = append(waits, *p.Ms)
		}
	}
	return newGauge(*f.Thresholds, waits...)
}
