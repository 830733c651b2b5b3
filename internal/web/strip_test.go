package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

func noon() time.Time { return time.Date(2026, 1, 1, 12, 0, 30, 0, time.UTC) }

func TestAnAxisHoldsThePartOfAPeriodThatHasResults(t *testing.T) {
	for _, c := range []struct {
		period, first time.Duration // how long ago the first result was
		want          string
		cells         int
	}{
		{day, 0, "last 15 minutes", 60},
		{day, 59 * time.Minute, "last hour", 60},
		{day, 2 * time.Hour, "last 3 hours", 60},
		{day, 7 * time.Hour, "last 8 hours", 48},
		{day, 20 * time.Hour, "last 24 hours", 48},
		{day, 90 * day, "last 24 hours", 48},
		{7 * day, 20 * time.Hour, "last 24 hours", 48},
		{7 * day, 90 * day, "last 7 days", 56},
		{30 * day, 90 * day, "last 30 days", 60},
	} {
		a := axisOf(c.period, noon().Add(-c.first), noon())
		if a.Span != c.want || a.cells() != c.cells {
			t.Errorf("of %s, the first %s ago: %s in %d cells; want %s in %d", c.period, c.first, a.Span, a.cells(), c.want, c.cells)
		}
		if _, ok := a.cell(noon()); !ok {
			t.Errorf("of %s: now is outside of %s to %s", c.period, a.From, a.To)
		}
	}
}

// series are points at the beginning of each of so many equal steps up to noon.
func series(step time.Duration, outcomes ...journey.Outcome) []Point {
	var points []Point
	for i, o := range outcomes {
		at := noon().Add(-step * time.Duration(len(outcomes)-1-i))
		points = append(points, Point{RunID: fmt.Sprint(i), At: at, Outcome: o})
	}
	return points
}

func TestACellIsAsHighAsItsWorstRunIsBad(t *testing.T) {
	a := axisOf(day, noon().Add(-time.Hour), noon()) // in minutes
	for _, c := range []struct {
		name     string
		outcomes []journey.Outcome
		good     bool
		want     string // outcome@y+h of the cells that aren't good
	}{
		{"good", []journey.Outcome{"good"}, true, ""},
		{"slow", []journey.Outcome{"slow"}, false, "slow@10+10"},
		{"failed and critical", []journey.Outcome{"failed", "critical"}, false, "failed@0+20"},
		{"one of three failed", []journey.Outcome{"good", "failed", "good"}, true, "failed@0+15"},
		{"nobody saw", []journey.Outcome{"blocked", "missed"}, false, "missed@21.5+4.5"},
		{"good, and then nobody saw", []journey.Outcome{"good", "probe_error"}, true, "probe_error@21.5+4.5"},
		{"none", nil, false, ""},
	} {
		s := newStrip(series(time.Second, c.outcomes...), a)
		var got []string
		for _, cell := range s.Cells {
			got = append(got, fmt.Sprintf("%s@%g+%g", cell.Outcome, cell.Y, cell.H))
		}
		if strings.Join(got, " ") != c.want || (s.Good != "") != c.good {
			t.Errorf("%s: cells %v, good %q; want %q", c.name, got, s.Good, c.want)
		}
	}
}

func TestACellLeadsToTheNewestOfItsWorstRuns(t *testing.T) {
	s := newStrip(series(time.Second, "failed", "failed", "good"), axisOf(day, noon().Add(-time.Hour), noon()))
	if len(s.Cells) != 1 || s.Cells[0].RunID != "1" || !strings.Contains(s.Cells[0].Text, "3 runs: failed") {
		t.Errorf("cells %+v", s.Cells)
	}
	if want := "last hour: 3 runs, 1 good, 2 failed"; s.Summary != want {
		t.Errorf("in words %q, want %q", s.Summary, want)
	}
}

// Cells without a run between runs would look like an outage.
func TestCellsAreNoFinerThanRuns(t *testing.T) {
	a := axisOf(day, noon().Add(-20*time.Hour), noon()) // cells of half an hour
	for step, want := range map[time.Duration]time.Duration{
		5 * time.Minute: 30 * time.Minute, time.Hour: time.Hour, 3 * time.Hour: 4 * time.Hour, 12 * time.Hour: 4 * time.Hour,
	} {
		if got := a.coarser(series(step, "good", "good", "good", "good")).Cell; got != want {
			t.Errorf("a run every %s: cells of %s, want %s", step, got, want)
		}
	}
}
