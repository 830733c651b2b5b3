package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"samui/internal/journey"
)

// recordRun records what edit makes of a good run.
func recordRun(t testing.TB, s *Store, slot journey.Slot, runID string, edit func(*journey.Run)) {
	t.Helper()
	run := good(slot, runID)
	if edit != nil {
		edit(&run)
	}
	if err := s.Record(context.Background(), slot, Result{Run: run}); err != nil {
		t.Fatal(err)
	}
}

// of is a slot of another series.
func of(site, journeyID, device string, minutes int) journey.Slot {
	slot := slotAt(minutes)
	slot.Site, slot.Journey, slot.Device = site, journeyID, device
	return slot
}

func outcome(o journey.Outcome) func(*journey.Run) {
	return func(r *journey.Run) {
		r.Outcome = o
		if !o.Timed() {
			r.WaitMs = nil
		}
	}
}

// history is a store with results of two sites.
func history(t *testing.T) *Store {
	t.Helper()
	s := open(t, t.TempDir())
	recordRun(t, s, of("shop", "buy", "desktop", 0), "01", nil)
	recordRun(t, s, of("shop", "buy", "desktop", 5), "03", outcome(journey.Failed))
	recordRun(t, s, of("shop", "buy", "phone", 5), "04", outcome(journey.Bad))
	recordRun(t, s, of("shop", "look", "desktop", 2), "02", outcome(journey.Missed))
	recordRun(t, s, of("bank", "login", "desktop", 10), "05", func(r *journey.Run) { r.Probe.Starved = new(true) })
	// Recorded last, though its slot is the oldest: a daemon that was down.
	recordRun(t, s, of("shop", "buy", "desktop", -5), "06", outcome(journey.Missed))
	return s
}

func idsOf(runs []journey.Run) []string {
	all := []string{}
	for _, r := range runs {
		all = append(all, r.RunID)
	}
	return all
}

func TestRuns(t *testing.T) {
	s := history(t)
	at := func(minutes int) time.Time { return slotAt(minutes).At }
	for _, tt := range []struct {
		name string
		q    Query
		want []string
	}{
		{"all", Query{}, []string{"05", "04", "03", "02", "01", "06"}},
		{"a site's", Query{Site: "shop"}, []string{"04", "03", "02", "01", "06"}},
		{"a journey's", Query{Site: "shop", Journey: "buy"}, []string{"04", "03", "01", "06"}},
		{"a device's", Query{Site: "shop", Journey: "buy", Device: "phone"}, []string{"04"}},
		{"a device's of every site", Query{Device: "desktop"}, []string{"05", "03", "02", "01", "06"}},
		{"the newest", Query{Limit: 2}, []string{"05", "04"}},
		{"before a time", Query{Before: at(5)}, []string{"02", "01", "06"}},
		{"before a run", Query{BeforeID: "04"}, []string{"03", "02", "01", "06"}},
		{"before a run of its time", Query{Before: at(5), BeforeID: "04"}, []string{"03", "02", "01", "06"}},
		{"before a run that is gone, by its time", Query{Before: at(5), BeforeID: "035"}, []string{"03", "02", "01", "06"}},
		{"before a run that never was", Query{BeforeID: "nope"}, []string{}},
		{"before the first", Query{BeforeID: "06"}, []string{}},
		{"of nobody", Query{Site: "shop' OR 1 --"}, []string{}},
	} {
		got, err := s.Runs(context.Background(), tt.q)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		asExpected(t, tt.name, idsOf(got), tt.want)
	}
}

func TestPagesOfRuns(t *testing.T) {
	s := open(t, t.TempDir())
	want := []string{}
	for i := range 10 { // five at each of two times
		slot := of("shop", "buy", fmt.Sprint(i), i/5)
		recordRun(t, s, slot, fmt.Sprintf("%02d", i), nil)
		want = append([]string{fmt.Sprintf("%02d", i)}, want...)
	}
	for size := 1; size <= 4; size++ {
		got := []string{}
		var q Query
		for q.Limit = size; ; {
			page, err := s.Runs(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			got = append(got, idsOf(page)...)
			last := page[len(page)-1]
			q.Before, q.BeforeID = *last.Slot, last.RunID
		}
		asExpected(t, fmt.Sprintf("pages of %d", size), got, want)
	}
}

func TestLatest(t *testing.T) {
	got, err := history(t).Latest(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	asExpected(t, "latest", idsOf(got), []string{"05", "03", "04", "02"})
	none, err := open(t, t.TempDir()).Latest(context.Background())
	if err != nil || none == nil || len(none) != 0 {
		t.Errorf("latest of nothing = %#v, %v, want an empty list", none, err)
	}
}

func TestNearest(t *testing.T) {
	s := open(t, t.TempDir())
	recordRun(t, s, slotAt(0), "a", nil)
	recordRun(t, s, slotAt(10), "b", func(r *journey.Run) {
		r.Steps = []journey.StepResult{{Step: "home", Outcome: journey.Failed}, {Index: 1, Step: "pay", Outcome: journey.Skipped}}
	})
	recordRun(t, s, slotAt(20), "c", func(r *journey.Run) {
		r.Steps = []journey.StepResult{{Step: "home", Outcome: journey.Good}, {Index: 1, Step: "pay", Outcome: journey.Good}}
	})
	abroad := slotAt(20)
	abroad.Location = "tlv-1"
	recordRun(t, s, abroad, "d", nil)
	for _, tt := range []struct {
		name    string
		q       Near
		minutes int
		want    string
	}{
		{"at it", Near{Site: "shop", Journey: "buy"}, 10, "b"},
		{"before all", Near{Site: "shop", Journey: "buy"}, -1000, "a"},
		{"after all", Near{Site: "shop", Journey: "buy", Location: "local"}, 1000, "c"},
		{"a little after", Near{Site: "shop", Journey: "buy"}, 4, "a"},
		{"a little before", Near{Site: "shop", Journey: "buy"}, 6, "b"},
		{"in the middle", Near{Site: "shop", Journey: "buy"}, 5, "a"},
		{"of two at a time", Near{Site: "shop"}, 20, "d"},
		{"where the step was walked", Near{Site: "shop", Journey: "buy", Step: "pay"}, 0, "c"},
		{"where", Near{Location: "tlv-1"}, 0, "d"},
		{"a step that never was", Near{Step: "nope"}, 0, ""},
		{"a site that never was", Near{Site: "nope"}, 0, ""},
	} {
		tt.q.At = slotAt(tt.minutes).At
		got, found, err := s.Nearest(context.Background(), tt.q)
		if err != nil || got != tt.want || found != (tt.want != "") {
			t.Errorf("%s: Nearest(%+v) = %q, %v, %v, want %q", tt.name, tt.q, got, found, err, tt.want)
		}
	}
}

func TestARunThatIsNotThere(t *testing.T) {
	if run, found, err := open(t, t.TempDir()).Run(context.Background(), "nope"); found || err != nil {
		t.Errorf("Run = %+v, %v, %v", run, found, err)
	}
}
