package schedule

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"samui/internal/journey"
)

// A slot that nobody may look at ends as missed, is counted as such, and keeps
// no later one from its turn.
func TestASlotThatNobodyMayLookAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, visits := &memory{}, 0
		var kinds []journey.ErrorKind
		r := run(t, Options{
			Ledger: m,
			Visit: func(_ context.Context, slot journey.Slot, _ int) journey.Run {
				if visits++; visits > 2 {
					return MissedRun(journey.Run{RunID: "x"}, slot, journey.ErrorLimit, slot.At)
				}
				return journey.Run{Outcome: journey.Good}
			},
			Observe: Observer{Missed: func(kind journey.ErrorKind, n int) { kinds = append(kinds, kind) }},
		}, minutely("a"))
		pass(4*time.Minute + time.Second)
		if got := r.Status(); got.Done != 2 || got.Missed != 2 || got.Due != 4 {
			t.Errorf("status %+v; want 2 done, 2 missed", got)
		}
		r.Stop()
		wantEnds(t, m, "shop/a/desktop/local", "good", "good", "missed limit", "missed limit")
		for _, run := range m.slots {
			if (run.Attempt == 0) != (run.Outcome == journey.Missed) {
				t.Errorf("a %s run is attempt %d", run.Outcome, run.Attempt)
			}
		}
		if len(kinds) != 2 || kinds[0] != journey.ErrorLimit {
			t.Errorf("told of %v; want limit, twice", kinds)
		}
	})
}

// What leaves something behind is visited once, whatever comes of it.
func TestWhatIsVisitedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, visits := &memory{}, map[string]int{}
		r := run(t, Options{
			Ledger: m,
			Visit: func(_ context.Context, slot journey.Slot, _ int) journey.Run {
				visits[slot.Journey]++
				return journey.Run{Outcome: journey.ProbeError, Error: &journey.RunError{Kind: journey.ErrorBrowser}}
			},
			Once: func(slot journey.Slot) bool { return slot.Journey == "order" },
		}, minutely("order"), minutely("look"))
		pass(time.Minute + time.Second)
		r.Stop()
		if visits["order"] != 1 || visits["look"] != 2 {
			t.Errorf("visits %v; want one of order, two of look", visits)
		}
	})
}
