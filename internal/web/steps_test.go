package web

import (
	"slices"
	"testing"
	"time"

	"samui/internal/journey"
)

func TestASampleIsBoundedAndMissesNoTrouble(t *testing.T) {
	points := make([]Point, 100_000)
	for i := range points {
		points[i] = Point{RunID: runOf(i), At: noon().Add(time.Duration(i-len(points)) * time.Minute), Outcome: journey.Good}
		if i%1000 == 7 {
			points[i].Outcome = journey.Failed
		}
	}
	ids, every := sample(points)
	if every != 50 || len(ids) > mostSampled+mostTroubled {
		t.Errorf("%d runs, of every %d one", len(ids), every)
	}
	for _, i := range []int{0, 50, 7, 99_007} {
		if !slices.Contains(ids, runOf(i)) {
			t.Errorf("run %d isn't in the sample", i)
		}
	}
	if ids, every = sample(points[:mostSampled]); every != 1 || len(ids) != mostSampled {
		t.Errorf("of %d runs %d are read, of every %d one", mostSampled, len(ids), every)
	}
	if ids, every = sample(nil); every != 1 || len(ids) != 0 {
		t.Errorf("of no runs %d are read, of every %d one", len(ids), every)
	}
}

func runOf(i int) string { return time.Duration(i).String() }

// walks are of a step, one each minute up to noon; 0 failed.
func walks(waits ...float64) []walk {
	var all []walk
	for i, ms := range waits {
		w := walk{Run: Point{RunID: runOf(i), At: noon().Add(-time.Duration(len(waits)-i) * time.Minute)}, Outcome: journey.Failed, Turn: true}
		if ms > 0 {
			w.Outcome, w.WaitMs = journey.Good, &ms
		}
		all = append(all, w)
	}
	return all
}

func TestATrendHasADotForEveryRun(t *testing.T) {
	f := &stepFigures{N: 1, Walks: walks(300, 0, 3000), Thresholds: &journey.ThresholdsMs{Slow: 2500, Bad: 4000, Critical: 10_000}}
	tr := newTrend(f, axisOf(day, noon(), noon()))
	if len(tr.Dots) != 3 || tr.Thinned != 0 || tr.Median != "" {
		t.Fatalf("%+v", tr)
	}
	if d := tr.Dots[1]; !d.Cross || d.Y >= trendTop {
		t.Errorf("the failure %+v isn't on the top edge", d)
	}
	if tr.Dots[0].Y <= tr.Dots[2].Y || tr.Dots[0].X >= tr.Dots[2].X {
		t.Errorf("a longer wait isn't higher, or a later run not further: %+v", tr.Dots)
	}
	if len(tr.Limits) != 1 || tr.Limits[0].Band != journey.Slow {
		t.Errorf("lines of thresholds %+v, want only slow: nothing comes near the others", tr.Limits)
	}
	if want := "3 runs, waits from 0.30 s to 3.00 s; slow from 2.5 s, bad from 4 s, critical from 10 s; 1 not timed"; tr.Summary != want {
		t.Errorf("in words %q, want %q", tr.Summary, want)
	}
}

func TestATrendOfTooManyRunsKeepsTheWorst(t *testing.T) {
	waits := make([]float64, 5000)
	for i := range waits {
		waits[i] = 300
	}
	waits[2500], waits[3000] = 9000, 0
	all := walks(waits...)
	a := axisOf(7*day, all[0].Run.At, noon())
	tr := newTrend(&stepFigures{N: 1, Walks: all, Thresholds: &journey.ThresholdsMs{Slow: 2500, Bad: 4000, Critical: 10_000}}, a)
	if len(tr.Dots) > mostDots || tr.Thinned != 5000 || tr.Median == "" {
		t.Errorf("%d dots for %d runs, median %q", len(tr.Dots), tr.Thinned, tr.Median)
	}
	for _, id := range []string{runOf(2500), runOf(3000)} {
		if !slices.ContainsFunc(tr.Dots, func(d dot) bool { return d.RunID == id }) {
			t.Errorf("run %s, which stands out, has no dot", id)
		}
	}
}

func TestAGaugeTellsTheBand(t *testing.T) {
	limits := journey.ThresholdsMs{Slow: 2500, Bad: 4000, Critical: 10_000}
	before := -1.0
	for ms, want := range map[float64]journey.Outcome{0: "good", 2499.9: "good", 2500: "slow", 4000: "bad", 10_000: "critical", 1e9: "critical"} {
		if g := newGauge(limits, ms); g.Band != want || g.At < 0 || g.At > gaugeWidth {
			t.Errorf("%g ms is %s at %g, want %s", ms, g.Band, g.At, want)
		}
	}
	for ms := 0.0; ms < 30_000; ms += 100 {
		if at := newGauge(limits, ms).At; at < before {
			t.Fatalf("at %g ms the gauge falls from %g to %g", ms, before, at)
		} else {
			before = at
		}
	}
	same := newGauge(journey.ThresholdsMs{Slow: 1000, Bad: 1000, Critical: 1000}, 1000)
	if same.Band != journey.Critical || same.At < 0 || same.At > gaugeWidth {
		t.Errorf("where all thresholds are one: %+v", same)
	}
}
