package schedule

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

func TestADrainGivesVisitsTheirGrace(t *testing.T) {
	tests := []struct {
		left     time.Duration // of the visit, when the end comes
		want     string
		wantTook time.Duration
	}{
		{3 * time.Second, "good", 3 * time.Second},
		{30 * time.Second, "probe_error interrupted", 8 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.left.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &memory{}
				r := run(t, Options{Ledger: m, Visit: taking(10*time.Second + tt.left)}, minutely("a"), minutely("b"))
				pass(70 * time.Second)
				if got := r.Status(); got.Running != 1 || got.Queued != 1 {
					t.Fatalf("status %+v; want one running and one queued", got)
				}
				began := time.Now()
				r.Stop()
				if took := time.Since(began); took != tt.wantTook {
					t.Errorf("the drain took %s; want %s", took, tt.wantTook)
				}
				wantEnds(t, m, "shop/a/desktop/local", tt.want)
				wantEnds(t, m, "shop/b/desktop/local") // unclaimed: missed as down at the next start
				for _, run := range m.slots {
					if run.Error != nil && run.Error.Message != "samui is stopping" {
						t.Errorf("interrupted by %q", run.Error.Message)
					}
				}
			})
		})
	}
}

func TestASecondAttempt(t *testing.T) {
	good := journey.Run{Outcome: journey.Good}
	network := journey.Run{Outcome: journey.ProbeError, Error: &journey.RunError{Kind: journey.ErrorNetwork}}
	interrupted := journey.Run{Outcome: journey.ProbeError, Error: &journey.RunError{Kind: journey.ErrorInterrupted}}
	failed := func(kind journey.FailureKind) journey.Run {
		return journey.Run{Outcome: journey.Failed, Steps: []journey.StepResult{
			{Outcome: journey.Good}, {Outcome: journey.Failed, Failure: &journey.Failure{Kind: kind}},
		}}
	}
	tests := []struct {
		name  string
		took  time.Duration
		found []journey.Run
		want  string
	}{
		{"we could not look, then we could", time.Second, []journey.Run{network, good}, "good attempt 2"},
		{"we could never look", time.Second, []journey.Run{network, network}, "probe_error network attempt 2"},
		{"the renderer crashed once", time.Second, []journey.Run{failed(journey.KindCrash), good}, "good attempt 2"},
		{"the renderer crashed twice", time.Second, []journey.Run{failed(journey.KindCrash), failed(journey.KindCrash)}, "failed attempt 2"},
		{"the site failed", time.Second, []journey.Run{failed(journey.KindExpectation)}, "failed attempt 1"},
		{"interrupted", time.Second, []journey.Run{interrupted}, "probe_error interrupted attempt 1"},
		{"just time for another", 29 * time.Second, []journey.Run{network, good}, "good attempt 2"},
		{"no time for another", 30 * time.Second, []journey.Run{network}, "probe_error network attempt 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &memory{}
				visits := 0
				r := run(t, Options{Ledger: m, Visit: func(_ context.Context, _ journey.Slot, attempt int) journey.Run {
					visits++
					if attempt != visits {
						t.Errorf("visit %d is attempt %d", visits, attempt)
					}
					<-time.After(tt.took)
					return tt.found[visits-1]
				}}, minutely("a"))
				pass(time.Minute + time.Duration(len(tt.found))*tt.took + time.Millisecond)
				r.Stop()
				for slot, run := range m.slots {
					if got := fmt.Sprintf("%s attempt %d", end(run), run.Attempt); got != tt.want || !run.Slot.Equal(slot.At) {
						t.Errorf("slot %s ended as %s, of slot %s; want %s", slot.At, got, run.Slot, tt.want)
					}
				}
				if len(m.slots) != 1 || visits != len(tt.found) {
					t.Errorf("%d slots in %d visits; want 1 in %d", len(m.slots), visits, len(tt.found))
				}
			})
		})
	}
}

func TestAPanicIsOurErrorAndNotTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		visits := 0
		r := run(t, Options{
			Ledger:   m,
			Describe: func(journey.Slot) journey.Run { return journey.Run{Client: "acme"} },
			Visit: func(context.Context, journey.Slot, int) journey.Run {
				if visits++; visits <= 2 {
					panic("no such thing")
				}
				return journey.Run{Outcome: journey.Good}
			},
		}, minutely("a"))
		pass(2*time.Minute + time.Second)
		r.Stop()
		wantEnds(t, m, "shop/a/desktop/local", "probe_error internal", "good")
		for _, run := range m.slots {
			if run.Error != nil && (run.Client != "acme" || run.Attempt != 2 || run.StartedAt == nil || !strings.Contains(run.Error.Message, "no such thing")) {
				t.Errorf("the panicked run is %+v (%s)", run, run.Error.Message)
			}
		}
	})
}

func TestAnInterruptedRunHasNoTimes(t *testing.T) {
	at := parse(t, "2026-01-01T10:00:00Z")
	slot := journey.Slot{Site: "shop", Journey: "buy", Device: "phone", Location: "tlv-1", At: at}
	got := InterruptedRun(journey.Run{RunID: "01J", Client: "acme", StartedAt: &at}, slot, at.Add(time.Second))
	want := journey.Run{
		RunID: "01J", Client: "acme", Site: "shop", Journey: "buy", Device: "phone", Location: "tlv-1",
		Slot: &at, Attempt: 1, Outcome: journey.ProbeError, Steps: []journey.StepResult{},
		Error: &journey.RunError{Kind: journey.ErrorInterrupted, Message: "Samui ended during the visit that began at 2026-01-01T10:00:01Z"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("an interrupted run (-want +got):\n%s", diff)
	}
}
