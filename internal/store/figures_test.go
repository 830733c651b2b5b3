package store

import (
	"context"
	"testing"
	"time"

	"samui/internal/journey"
)

func TestPointsAreTheResultsOfASeriesOldestFirst(t *testing.T) {
	s := history(t)
	recordRun(t, s, of("shop", "buy", "desktop", 7), "07", func(r *journey.Run) { r.Probe.Starved = new(true) })
	points := func(since time.Time) []Point {
		t.Helper()
		points, err := s.Points(context.Background(), "shop", "buy", "desktop", since)
		if err != nil {
			t.Fatal(err)
		}
		return points
	}
	at := func(minutes int) time.Time { return slotAt(minutes).At }
	wait := good(slotAt(0), "").WaitMs
	all := []Point{
		{RunID: "06", At: at(-5), Outcome: journey.Missed},
		{RunID: "01", At: at(0), Outcome: journey.Good, WaitMs: wait},
		{RunID: "03", At: at(5), Outcome: journey.Failed},
		{RunID: "07", At: at(7), Outcome: journey.Good, WaitMs: wait, Starved: true},
	}
	asExpected(t, "all of them", points(at(-60)), all)
	asExpected(t, "those since a time, with it", points(at(5)), all[2:])
	asExpected(t, "none", points(at(8)), []Point{})
}

func TestStepPointsAreTheStepsOfThePoints(t *testing.T) {
	ctx := context.Background()
	s := history(t)
	run := func(r *journey.Run) {
		r.Outcome, r.WaitMs = journey.Failed, nil
		r.Steps = []journey.StepResult{
			{Index: 0, Step: "home", Outcome: journey.Slow, WaitMs: new(2600.0)},
			{Index: 1, Step: "pay", Outcome: journey.Failed},
			{Index: 2, Step: "thanks", Outcome: journey.Skipped},
		}
	}
	recordRun(t, s, of("shop", "pay", "desktop", 0), "07", run)
	recordRun(t, s, of("shop", "pay", "desktop", 1), "08", run)
	got, err := s.StepPoints(ctx, "08", "none")
	if err != nil {
		t.Fatal(err)
	}
	asExpected(t, "steps", got, []StepPoint{
		{RunID: "08", Index: 0, Step: "home", Outcome: journey.Slow, WaitMs: new(2600.0)},
		{RunID: "08", Index: 1, Step: "pay", Outcome: journey.Failed},
		{RunID: "08", Index: 2, Step: "thanks", Outcome: journey.Skipped},
	})
	if got, err = s.StepPoints(ctx); err != nil || len(got) != 0 {
		t.Errorf("of no results: %v, %v", got, err)
	}
}

func TestNeighboursAreOfTheSameSeries(t *testing.T) {
	s := history(t)
	for runID, want := range map[string][2]string{
		"06": {"", "01"}, "01": {"06", "03"}, "03": {"01", ""}, "04": {"", ""}, "none": {"", ""},
	} {
		before, after, err := s.Neighbours(context.Background(), runID)
		if err != nil || want != [2]string{before, after} {
			t.Errorf("of %s: %q, %v; want %q", runID, []string{before, after}, err, want)
		}
	}
}
