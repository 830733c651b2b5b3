package store

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// following tells of changes as deliveries to one sink.
func following() Follow {
	return Follow{
		Rules: func(incident.Key) incident.Rules {
			return incident.Rules{Alerts: journey.Alerts{At: journey.Bad, Open: 2, Of: 3, Resolve: 2}}
		},
		Deliver: func(c incident.Change) []Delivery {
			return []Delivery{{Sink: "slack", Key: c.Incident.ID + "/" + strconv.Itoa(c.Incident.Revision), Payload: []byte(c.Event.Kind)}}
		},
	}
}

// visit records a run with an outcome for the slot so many minutes after noon.
func visit(t *testing.T, s *Store, minutes int, o journey.Outcome) {
	t.Helper()
	slot := slotAt(minutes)
	run := good(slot, "run-"+strconv.Itoa(minutes))
	run.Outcome, run.Steps[0].Outcome = o, o
	if o == journey.Failed {
		run.WaitMs, run.Steps[0].WaitMs = nil, nil
		run.Steps[0].Failure = &journey.Failure{Kind: journey.KindExpectation, Message: `"Order confirmed" not seen`}
	}
	if err := s.Record(context.Background(), slot, Result{Run: run, Follow: following()}); err != nil {
		t.Fatal(err)
	}
}

// told are the events that wait to be told, in order.
func told(t *testing.T, s *Store) (kinds []string) {
	t.Helper()
	all, err := s.Deliveries(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		kinds = append(kinds, string(d.Payload))
	}
	return kinds
}

func incidents(t *testing.T, s *Store, q IncidentQuery) []incident.Incident {
	t.Helper()
	all, err := s.Incidents(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAnIncidentFromItsOpeningToItsEnd(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	visit(t, s, 0, journey.Good)
	visit(t, s, 5, journey.Failed)
	if all := incidents(t, s, IncidentQuery{}); len(all) != 0 {
		t.Fatalf("one failure opened %v", all)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = open(t, dir) // what it remembers survives a restart
	visit(t, s, 10, journey.Failed)
	all := incidents(t, s, IncidentQuery{State: incident.Open})
	if len(all) != 1 {
		t.Fatalf("two failures opened %d incidents, want one", len(all))
	}
	i := all[0]
	asExpected(t, "what it is", []any{i.Severity, i.Worst.RunID, i.Worst.Count, i.Since, i.Bad, i.Cause()},
		[]any{journey.Failed, "run-10", 2, noon.Add(5 * time.Minute), 2, `"Order confirmed" not seen`})

	visit(t, s, 15, journey.Failed) // worse it isn't, but there is one more
	again, found, err := s.Incident(ctx, i.ID)
	if err != nil || !found || again.Bad != 3 || again.Worst.RunID != "run-15" {
		t.Errorf("after another failure: %+v, %v, %v; want 3 bad results, the last one run-15", again, found, err)
	}

	for _, want := range []bool{true, false} { // the second time it is already
		if done, err := s.Acknowledge(ctx, i.ID, "Noa", following()); err != nil || done != want {
			t.Errorf("Acknowledge = %v, %v, want %v", done, err, want)
		}
	}
	if done, err := s.Acknowledge(ctx, "no-such", "Noa", following()); done || err != nil {
		t.Errorf("Acknowledge of none = %v, %v", done, err)
	}

	visit(t, s, 20, journey.Good)
	visit(t, s, 25, journey.Good)
	if open := incidents(t, s, IncidentQuery{State: incident.Open}); len(open) != 0 {
		t.Errorf("two good results left open: %+v", open)
	}
	if over := incidents(t, s, IncidentQuery{State: incident.Resolved, Site: "shop", Journey: "buy"}); len(over) != 1 || over[0].ID != i.ID || over[0].Ack == nil || over[0].Ack.By != "Noa" {
		t.Errorf("over: %+v, want the one, acknowledged by Noa", over)
	}
	asExpected(t, "told", told(t, s), []string{"opened", "acknowledged", "resolved"})
}

// A result that is refused moves nothing on: what it would have opened is
// opened by the next one.
func TestARefusedResultMovesNoIncidentOn(t *testing.T) {
	s := open(t, t.TempDir())
	visit(t, s, 0, journey.Failed)
	slot := slotAt(0)
	run := good(slot, "another")
	run.Outcome = journey.Failed
	run.Slot = new(noon.Add(time.Hour)) // would count, if it were let in
	if err := s.Record(context.Background(), slot, Result{Run: run, Follow: following()}); !errors.Is(err, ErrRecorded) {
		t.Fatalf("Record of a slot that has its result: %v, want ErrRecorded", err)
	}
	if all := incidents(t, s, IncidentQuery{}); len(all) != 0 {
		t.Errorf("it opened %+v", all)
	}
}

// A delivery that can't be queued takes the result and the incident with it.
func TestAllOfAResultOrNothing(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	visit(t, s, 0, journey.Failed)
	if err := s.change(ctx, "spoiling", "CREATE TRIGGER full BEFORE INSERT ON delivery BEGIN SELECT raise(ABORT, 'no more'); END"); err != nil {
		t.Fatal(err)
	}
	run := good(slotAt(5), "run-5")
	run.Outcome = journey.Failed
	if err := s.Record(ctx, slotAt(5), Result{Run: run, Follow: following()}); err == nil {
		t.Fatal("Record = nil, want the error of the delivery")
	}
	if _, found, err := s.Run(ctx, "run-5"); found || err != nil || len(incidents(t, s, IncidentQuery{})) != 0 {
		t.Error("something of a result that was not recorded is there")
	}
	if err := s.change(ctx, "mending", "DROP TRIGGER full"); err != nil {
		t.Fatal(err)
	}
	visit(t, s, 5, journey.Failed) // the same call again
	asExpected(t, "told", told(t, s), []string{"opened"})
}

func TestIncidentsOfWhatIsGoneEnd(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	visit(t, s, 0, journey.Failed)
	visit(t, s, 5, journey.Failed)
	f := following()
	rules := f.Rules
	f.Rules = func(k incident.Key) incident.Rules {
		r := rules(k)
		r.Registered = []string{"desktop"}
		return r
	}
	if err := s.Retire(ctx, f); err != nil {
		t.Fatal(err)
	}
	if open := incidents(t, s, IncidentQuery{State: incident.Open}); len(open) != 1 {
		t.Fatalf("open: %+v, want the one of a device that is there", open)
	}
	f.Rules = func(k incident.Key) incident.Rules {
		r := rules(k)
		r.Registered = []string{"phone"}
		return r
	}
	for range 2 {
		if err := s.Retire(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	asExpected(t, "told", told(t, s), []string{"opened", "resolved"})
}

// A track that can't be read, because another Samui wrote it, must neither keep
// results from being recorded nor leave an incident behind that nothing ends.
func TestATrackThatCannotBeRead(t *testing.T) {
	s := open(t, t.TempDir())
	spoil := func() {
		t.Helper()
		if err := s.change(context.Background(), "spoiling", "UPDATE track SET json = '{\"members\": 7}'"); err != nil {
			t.Fatal(err)
		}
	}
	visit(t, s, 0, journey.Failed)
	spoil()
	visit(t, s, 5, journey.Failed)
	visit(t, s, 10, journey.Failed)
	opened := incidents(t, s, IncidentQuery{State: incident.Open})
	if len(opened) != 1 {
		t.Fatalf("open: %+v, want one", opened)
	}
	spoil()
	visit(t, s, 15, journey.Failed)
	visit(t, s, 20, journey.Failed)
	if now := incidents(t, s, IncidentQuery{State: incident.Open}); len(now) != 1 || now[0].ID != opened[0].ID {
		t.Errorf("open after its track was lost: %+v, want the one", now)
	}
	visit(t, s, 25, journey.Good)
	visit(t, s, 30, journey.Good)
	if now := incidents(t, s, IncidentQuery{State: incident.Open}); len(now) != 0 {
		t.Errorf("open in the end: %+v", now)
	}
}

func TestAnIncidentThatCannotBeReadIsLeftOut(t *testing.T) {
	s := open(t, t.TempDir())
	visit(t, s, 0, journey.Failed)
	visit(t, s, 5, journey.Failed)
	if err := s.change(context.Background(), "spoiling", "UPDATE incident SET json = '{\"events\": 7}'"); err != nil {
		t.Fatal(err)
	}
	if all := incidents(t, s, IncidentQuery{}); len(all) != 0 {
		t.Errorf("incidents: %+v", all)
	}
	if err := s.Retire(context.Background(), following()); err != nil {
		t.Errorf("Retire: %v", err)
	}
}

// However many are open, those that nobody looks at any more end.
func TestManyIncidentsOfWhatIsGone(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	const journeys = 2*retireAtOnce + 1
	for i := range journeys {
		for _, minutes := range []int{0, 5} {
			slot := slotAt(minutes)
			slot.Journey = "j" + strconv.Itoa(i)
			run := good(slot, slot.Journey+strconv.Itoa(minutes))
			run.Outcome, run.Steps[0].Outcome = journey.Failed, journey.Failed
			if err := s.Record(ctx, slot, Result{Run: run, Follow: following()}); err != nil {
				t.Fatal(err)
			}
		}
	}
	f := following()
	rules := f.Rules
	f.Rules = func(k incident.Key) incident.Rules {
		r := rules(k)
		if r.Registered = []string{"desktop"}; k.Journey == "j0" {
			r.Registered = []string{}
		}
		return r
	}
	ended := 0
	f.Changed = func(c incident.Change) { ended++ }
	if err := s.Retire(ctx, f); err != nil {
		t.Fatal(err)
	}
	if open := incidents(t, s, IncidentQuery{State: incident.Open, Limit: 1000}); len(open) != journeys-1 || ended != 1 {
		t.Errorf("%d open, %d ended, want %d and 1", len(open), ended, journeys-1)
	}
}

// A bug in a rule is the error of the one result that met it; what was told of
// nothing that happened is nothing.
func TestAPanicInARule(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	visit(t, s, 0, journey.Failed)
	f := following()
	f.Deliver = func(incident.Change) []Delivery { panic("BUG: of a test") }
	f.Changed = func(c incident.Change) { t.Errorf("told of %+v", c) }
	run := good(slotAt(5), "run-5")
	run.Outcome = journey.Failed
	err := s.Record(ctx, slotAt(5), Result{Run: run, Follow: f})
	var refused interface{ Refused() bool }
	if !errors.As(err, &refused) || !refused.Refused() {
		t.Fatalf("Record = %v, want an error that says it would come each time", err)
	}
	visit(t, s, 5, journey.Failed)
	asExpected(t, "told", told(t, s), []string{"opened"})
}
