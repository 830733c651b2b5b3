package schedule

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

func TestSlotsWhileDownAreMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		counted := 0
		o := Options{
			Ledger: m, Visit: taking(time.Second), Retention: 48 * time.Hour,
			Describe: func(slot journey.Slot) journey.Run {
				return journey.Run{RunID: "id of " + slot.At.Format(time.RFC3339), Client: "acme", Title: "Buy"}
			},
			Observe: Observer{Missed: func(kind journey.ErrorKind, n int) {
				if kind == journey.ErrorDown {
					counted += n
				}
			}},
		}
		r := run(t, o, minutely("a"))
		pass(90 * time.Second)
		r.Stop()
		pass(30*time.Hour + 5*time.Second)
		r = run(t, o, minutely("a"), minutely("new"))
		pass(time.Minute)
		r.Stop()
		slots, ends := m.results("shop/a/desktop/local")
		if len(slots) != 1802 || ends[0] != "good" || ends[1801] != "good" {
			t.Fatalf("%d results, from %q to %q; want 1802 from good to good", len(slots), ends[0], ends[len(ends)-1])
		}
		for i, end := range ends[1:1801] {
			if end != "missed down" || !slots[i+1].Equal(slots[i].Add(time.Minute)) {
				t.Fatalf("slot %s ended as %q; want every minute missed", slots[i+1], end)
			}
		}
		if counted != 1800 || r.Status().Missed != 1800 {
			t.Errorf("%d counted, status %+v; want 1800 missed", counted, r.Status())
		}
		wantEnds(t, m, "shop/new/desktop/local", "good")
		at := slots[1]
		got := m.slots[journey.Slot{Site: "shop", Journey: "a", Device: "desktop", Location: "local", At: at}]
		want := journey.Run{
			RunID: "id of " + at.Format(time.RFC3339), Client: "acme", Title: "Buy", Site: "shop", Journey: "a", Device: "desktop", Location: "local",
			Slot: &at, Outcome: journey.Missed, Steps: []journey.StepResult{},
			Error: &journey.RunError{Kind: journey.ErrorDown, Message: "Samui was not running (noticed at 2000-01-02T06:01:35Z)"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("a missed run (-want +got):\n%s", diff)
		}

		pass(100 * time.Hour)
		before := len(slots)
		r = run(t, o, minutely("a"))
		pass(time.Second)
		r.Stop()
		if slots, _ = m.results("shop/a/desktop/local"); len(slots)-before != 48*60 {
			t.Errorf("%d missed after 100 h, kept for 48; want 2880", len(slots)-before)
		}
	})
}

func TestALedgerThatCannotWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		r := run(t, Options{Ledger: m, Visit: taking(10 * time.Second), Concurrency: 2}, minutely("a"), minutely("b"), minutely("c"))
		pass(65 * time.Second) // a and b are being visited
		m.setBroken(errors.New("no space left on device"))
		pass(4 * time.Minute)
		if got := r.Status(); got.Blocked != "no space left on device" || got.Running != 2 || got.Done != 0 {
			t.Errorf("status %+v; want two results held, and why", got)
		}
		m.setBroken(nil)
		pass(25 * time.Second)
		if got := r.Status(); got.Blocked != "" || got.Done < 2 {
			t.Errorf("status %+v; want it to go on", got)
		}
		pass(2 * time.Minute)
		r.Stop()
		wantEnds(t, m, "shop/a/desktop/local", "good", "missed late", "missed late", "missed late", "good", "good", "good")
		wantEnds(t, m, "shop/c/desktop/local", "missed late", "missed late", "missed late", "missed late", "good", "good", "good")
		if len(m.twice) > 0 {
			t.Errorf("slots with two results: %v", m.twice)
		}
	})
}

func TestAResultThatIsNeverWrittenIsToldOfAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		r := run(t, Options{Ledger: m, Visit: taking(10 * time.Second)}, minutely("a"))
		pass(65 * time.Second)
		m.setBroken(errors.New("no space left on device"))
		pass(time.Minute)
		r.stop()
		err := <-r.done
		if err == nil || err.Error() != "1 results could not be recorded before the end: no space left on device" {
			t.Errorf("Run: %v", err)
		}
		m.setBroken(nil)
		m.interrupt()
		wantEnds(t, m, "shop/a/desktop/local", "probe_error interrupted")
	})
}

func TestADiskThatTakesClaimsButNoResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		var begun starts
		r := run(t, Options{
			Ledger: m, Visit: taking(time.Second), Concurrency: 3,
			Observe: Observer{Started: begun.note},
		}, minutely("a"), minutely("b"), minutely("c"), minutely("d"))
		m.setFull(errors.New("database or disk is full"))
		pass(30 * time.Minute)
		if got := r.Status(); len(begun.lags()) != 3 || got.Running != 3 || got.Blocked == "" {
			t.Errorf("%d visits, status %+v; want none beyond the three whose results are held", len(begun.lags()), got)
		}
		m.setFull(nil)
		pass(3*time.Minute + 30*time.Second)
		r.Stop()
		for _, name := range []string{"a", "b", "c", "d"} {
			if slots, ends := m.results(minutely(name).Key()); len(slots) != 33 || slices.Contains(ends, "in flight") {
				t.Errorf("%s: %d results: %v; want 33", name, len(slots), ends)
			}
		}
	})
}

// A result that the ledger will never take is our own mistake. It must not keep
// everybody else's from being recorded.
func TestAResultThatIsRefusedIsOurErrorAndNotTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{unfit: "unfit"}
		visits := 0
		r := run(t, Options{
			Ledger:   m,
			Describe: func(journey.Slot) journey.Run { return journey.Run{RunID: "id", Client: "acme"} },
			Visit: func(context.Context, journey.Slot, int) journey.Run {
				if visits++; visits == 1 {
					return journey.Run{Outcome: journey.Good, Title: "unfit"}
				}
				return journey.Run{Outcome: journey.Good}
			},
		}, minutely("a"), minutely("b"))
		pass(2*time.Minute + time.Second)
		if got := r.Status(); got.Blocked != "" || got.Done != 4 {
			t.Errorf("status %+v; want four done", got)
		}
		r.Stop()
		wantEnds(t, m, "shop/a/desktop/local", "probe_error internal", "good")
		wantEnds(t, m, "shop/b/desktop/local", "good", "good")
		for _, run := range m.slots {
			if run.Error != nil && (run.RunID != "id" || run.Client != "acme" || run.Attempt != 1 || run.Error.Message != "BUG: the result can't be recorded: no such number") {
				t.Errorf("the refused run became %+v (%s)", run, run.Error.Message)
			}
		}
	})
}

func TestMissesThatAreRefusedAreToldOfAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{unfit: "unfit"}
		visits := 0
		r := run(t, Options{
			Ledger:   m,
			Describe: func(journey.Slot) journey.Run { return journey.Run{Title: "unfit"} },
			Visit: func(ctx context.Context, slot journey.Slot, attempt int) journey.Run {
				if visits++; visits == 1 {
					return taking(90*time.Second)(ctx, slot, attempt)
				}
				return journey.Run{Outcome: journey.Good}
			},
		}, minutely("a"))
		pass(3*time.Minute + time.Second)
		r.stop()
		if err := <-r.done; err == nil || err.Error() != "1 results could not be recorded before the end: no such number" {
			t.Errorf("Run: %v", err)
		}
		wantEnds(t, m, "shop/a/desktop/local", "good", "good")
	})
}
