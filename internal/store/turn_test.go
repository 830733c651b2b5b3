package store

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/incident"
	"samui/internal/journey"
)

// walked records a run with a version of the browser and a revision of its step.
func walked(t *testing.T, s *Store, slot journey.Slot, version, revision string, o journey.Outcome) {
	t.Helper()
	run := good(slot, slot.Key()+slot.At.String())
	run.Outcome, run.Steps[0].Outcome, run.Steps[0].Revision = o, o, revision
	if version != "" {
		run.Browser = &journey.Browser{Name: "chrome", Version: version}
	}
	if err := s.Record(context.Background(), slot, Result{Run: run, Follow: following()}); err != nil {
		t.Fatal(err)
	}
}

func TestWhatChangesIsRemembered(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, dir)
	phone := func(minutes int) journey.Slot { return of("shop", "buy", "phone", minutes) }
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	walked(t, s, slotAt(0), "156", "a", journey.Good)
	walked(t, s, phone(1), "156", "a", journey.Good)
	walked(t, s, slotAt(5), "156.0.8078.79", "a", journey.Good)
	walked(t, s, slotAt(6), "156.0.8078.101", "a", journey.Good) // a patch
	walked(t, s, slotAt(10), "", "", journey.Missed)             // tells nothing
	walked(t, s, slotAt(15), "157.0.8101.2", "a", journey.Good)
	walked(t, s, slotAt(20), "157", "b", journey.Good)
	walked(t, s, slotAt(12), "156", "a", journey.Good) // comes late
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	walked(t, s, slotAt(25), "157", "b", journey.Good)
	walked(t, s, slotAt(30), "156", "a", journey.Good) // back again
	walked(t, s, journey.Slot{Site: "shop", Journey: "buy", Device: "desktop", Location: "local"}, "99", "z", journey.Good)

	for _, c := range []struct {
		device string
		since  time.Time
		want   []Turn
	}{
		{"desktop", at(0), []Turn{
			{At: at(15), Location: "local", From: "chrome 156", To: "chrome 157"},
			{At: at(20), Location: "local", Step: "home", From: "a", To: "b"},
			{At: at(30), Location: "local", From: "chrome 157", To: "chrome 156"},
			{At: at(30), Location: "local", Step: "home", From: "b", To: "a"},
		}},
		{"desktop", at(20), []Turn{
			{At: at(20), Location: "local", Step: "home", From: "a", To: "b"},
			{At: at(30), Location: "local", From: "chrome 157", To: "chrome 156"},
			{At: at(30), Location: "local", Step: "home", From: "b", To: "a"},
		}},
		{"phone", time.Time{}, []Turn{}},
		{"tablet", time.Time{}, []Turn{}},
	} {
		got, err := s.Turns(ctx, "shop", "buy", c.device, c.since)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("on %s since %s (-want +got):\n%s", c.device, c.since, diff)
		}
	}
}

// What is usual is what it was since the step means what it means.
func TestAStepsNewRevisionBeginsAnew(t *testing.T) {
	ctx, s := context.Background(), open(t, t.TempDir())
	for i := range 20 {
		revision := "a"
		if i >= 10 {
			revision = "b"
		}
		slot := slotAt(5 * i)
		run := good(slot, slot.At.String())
		run.Steps[0].WaitMs, run.Steps[0].Revision = new(float64(100*(i+1))), revision
		if err := s.Record(ctx, slot, Result{Run: run}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		minutes int
		want    float64
		ok      bool
	}{
		{50, 600, true}, // before the first of the new ones: the old ones
		{51, 0, false},
		{70, 0, false},
		{75, 1300, true},
		{100, 1600, true},
	} {
		got, ok, err := s.Usual(ctx, slotAt(c.minutes), "home")
		if c.minutes == 50 {
			got, ok, err = s.Usual(ctx, slotAt(c.minutes-1), "home")
		}
		if err != nil || got != c.want || ok != c.ok {
			t.Errorf("after %d minutes: %v, %v, %v; want %v, %v", c.minutes, got, ok, err, c.want, c.ok)
		}
	}
}

// A new browser is judged with twice the results for 48 hours, on its device
// alone, and a restart in between changes nothing.
func TestANewBrowserIsJudgedLeniently(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	walked(t, s, slotAt(0), "156", "a", journey.Good)
	walked(t, s, of("shop", "buy", "phone", 0), "156", "a", journey.Good)
	walked(t, s, slotAt(5), "157", "a", journey.Bad)
	walked(t, s, slotAt(10), "157", "a", journey.Bad)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	walked(t, s, slotAt(15), "157", "a", journey.Bad)
	if got := told(t, s); len(got) != 0 {
		t.Fatalf("told %v with a browser that is new", got)
	}
	walked(t, s, slotAt(20), "157", "a", journey.Bad)
	all := incidents(t, s, IncidentQuery{})
	want := &incident.Update{At: slotAt(5).At, From: "chrome 156", To: "chrome 157"}
	if len(all) != 1 || all[0].Worst.Count != 4 {
		t.Fatalf("incidents %+v; want one of 4 results", all)
	}
	if diff := cmp.Diff(want, all[0].Update); diff != "" {
		t.Errorf("the browser (-want +got):\n%s", diff)
	}

	s = open(t, t.TempDir())
	later := int(incident.UpdateHolds / time.Minute)
	walked(t, s, slotAt(0), "156", "a", journey.Good)
	walked(t, s, slotAt(5), "157", "a", journey.Good)
	walked(t, s, of("shop", "buy", "phone", 6), "156", "a", journey.Bad)
	walked(t, s, of("shop", "buy", "phone", 11), "156", "a", journey.Bad)
	if got := told(t, s); len(got) != 1 {
		t.Errorf("told %v of a device whose browser isn't new; want one", got)
	}
	walked(t, s, slotAt(later+5), "157", "a", journey.Bad)
	walked(t, s, slotAt(later+10), "157", "a", journey.Bad)
	if all := incidents(t, s, IncidentQuery{}); len(all) != 1 || len(all[0].Affected) != 2 || all[0].Update != nil {
		t.Errorf("incidents %+v; want one of both devices, with a browser that is new no more", all)
	}
}
