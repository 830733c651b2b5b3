package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"samui/internal/journey"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pass lets time go by, and everything that it brings.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func wantEnds(t *testing.T, m *memory, key string, want ...string) {
	t.Helper()
	_, got := m.results(key)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results of %s (-want +got):\n%s", key, diff)
	}
}

func TestAYearOfVisits(t *testing.T) {
	newYork, jerusalem := zone(t, "America/New_York"), zone(t, "Asia/Jerusalem")
	jobs := map[string]journey.Schedule{
		"every-hour":        {Every: time.Hour},
		"nightly-jerusalem": {Cron: "30 2 * * *", Timezone: jerusalem},
		"nightly-new-york":  {Cron: "30 2 * * *", Timezone: newYork},
		"early-new-york":    {Cron: "30 1 * * *", Timezone: newYork},
		"early-jerusalem":   {Cron: "30 0,1 * * *", Timezone: jerusalem},
		"often-new-york":    {Cron: "*/30 * * * *", Timezone: newYork},
		"workdays":          {Every: 3 * time.Hour, Timezone: jerusalem, Active: &journey.Active{Days: [7]bool{true, true, true, true, true}, From: 8 * time.Hour, To: 22 * time.Hour}},
	}
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		var set []Job
		for name, schedule := range jobs {
			j := minutely(name)
			j.Schedule = schedule
			set = append(set, j)
		}
		s := New(Options{Ledger: m, Visit: taking(10 * time.Second), Concurrency: len(set)})
		s.sweep = 6 * time.Hour // gocron has to do it alone
		if err := s.Set(t.Context(), set); err != nil {
			t.Fatal(err)
		}
		from := time.Now()
		to := from.AddDate(1, 0, 0)
		r := start(t, s)
		pass(to.Sub(from) + time.Minute)
		r.Stop()
		for _, j := range set {
			var want []time.Time
			for _, slot := range j.Slots(from, to) {
				want = append(want, slot.At)
			}
			got, ends := m.results(j.Key())
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-slots +visited):\n%s", j.Journey, diff)
			}
			if i := slices.IndexFunc(ends, func(end string) bool { return end != "good" }); i >= 0 {
				t.Errorf("%s: slot %s ended as %q; want good", j.Journey, got[i], ends[i])
			}
		}
		if len(m.twice) > 0 {
			t.Errorf("slots with two results: %v", m.twice)
		}
		if n, _ := m.results("shop/nightly-new-york/desktop/local"); len(n) != 366 {
			t.Errorf("nightly in New York: %d visits in the 366 days of 2000", len(n))
		}
	})
}

func TestVisitsBeginOnTheirSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lags []time.Duration
		m := &memory{}
		r := run(t, Options{
			Ledger: m, Visit: taking(time.Second),
			Observe: Observer{Started: func(_ journey.Slot, lag time.Duration) { lags = append(lags, lag) }},
		}, minutely("a"))
		pass(10*time.Minute + 2*time.Second)
		r.Stop()
		if len(lags) != 10 || slices.Max(lags) != 0 {
			t.Errorf("lags %v; want ten of none", lags)
		}
		if got := r.Status(); got != (Status{Due: 10, Done: 10}) {
			t.Errorf("status %+v; want ten done", got)
		}
	})
}

func TestASlotIsMissedWhileItsKeyIsVisited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		r := run(t, Options{Ledger: m, Visit: taking(150 * time.Second), Concurrency: 4}, minutely("slow"))
		pass(6*time.Minute - time.Second)
		if got := r.Status(); got.Running != 1 || got.Done != 1 || got.Missed != 3 {
			t.Errorf("status %+v; want one running, one done, three missed", got)
		}
		pass(time.Minute)
		r.Stop()
		wantEnds(t, m, "shop/slow/desktop/local", "good", "missed overlap", "missed overlap", "good", "missed overlap", "missed overlap")
	})
}

func TestASlotIsMissedWhenTheNextOneIsDueFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		long := Job{Site: "bank", Journey: "long", Device: "desktop", Location: "local", Schedule: journey.Schedule{Cron: "0 0 * * *"}}
		long.Schedule.Timezone = time.FixedZone("a minute behind", -60)
		visit := func(ctx context.Context, slot journey.Slot, attempt int) journey.Run {
			if slot.Site == "bank" {
				return taking(150*time.Second)(ctx, slot, attempt)
			}
			return taking(time.Second)(ctx, slot, attempt)
		}
		r := run(t, Options{Ledger: m, Visit: visit}, minutely("short"), long)
		pass(30 * time.Second)
		if err := r.Set(t.Context(), []Job{long}); err != nil { // so that the first minute is the bank's
			t.Fatal(err)
		}
		pass(31 * time.Second)
		if err := r.Set(t.Context(), []Job{minutely("short"), long}); err != nil {
			t.Fatal(err)
		}
		pass(2*time.Minute + 15*time.Second)
		if got := r.Status(); got.Queued != 1 || got.Lag < 15*time.Second {
			t.Errorf("status %+v; want one queued for 16 s", got)
		}
		pass(time.Minute)
		r.Stop()
		wantEnds(t, m, "bank/long/desktop/local", "good")
		wantEnds(t, m, "shop/short/desktop/local", "missed late", "good", "good")
	})
}

func TestASlotIsMissedWhenItIsTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		daily := func(name string) Job {
			j := minutely(name)
			j.Schedule.Cron = "0 6 * * *"
			return j
		}
		m := &memory{}
		r := run(t, Options{Ledger: m, Visit: taking(40 * time.Minute), MaxLate: time.Hour}, daily("a"), daily("b"), daily("c"))
		pass(12 * time.Hour)
		r.Stop()
		var all []string
		for _, name := range []string{"a", "b", "c"} {
			_, ends := m.results(daily(name).Key())
			all = append(all, strings.Join(ends, ","))
		}
		if diff := cmp.Diff([]string{"good", "good", "missed late"}, all); diff != "" {
			t.Errorf("three visits of 40 minutes, one at a time (-want +got):\n%s", diff)
		}
	})
}

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

func TestTheLongestWaitingGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// One at a time, 10 s each: six a minute. A site with 30 slots a minute
		// and three sites with one each ask for 33.
		m := &memory{}
		var jobs []Job
		for i := range 30 {
			jobs = append(jobs, minutely(fmt.Sprint("many-", i)))
		}
		for _, site := range []string{"x", "y", "z"} {
			j := minutely("one")
			j.Site = site
			jobs = append(jobs, j)
		}
		r := run(t, Options{Ledger: m, Visit: taking(10 * time.Second)}, jobs...)
		pass(time.Hour)
		r.Stop()
		for _, j := range jobs {
			_, ends := m.results(j.Key())
			good := 0
			for _, end := range ends {
				if end == "good" {
					good++
				}
			}
			// 354 visits for 33 keys are ten or eleven each.
			if good < 9 || good > 12 {
				t.Errorf("%s: %d visits in an hour; want its fair tenth", j.Key(), good)
			}
		}
	})
}

func TestConcurrencyIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		var mu sync.Mutex
		now, most := 0, 0
		visit := func(context.Context, journey.Slot, int) journey.Run {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			<-time.After(7 * time.Second)
			mu.Lock()
			now--
			mu.Unlock()
			return journey.Run{Outcome: journey.Good}
		}
		var jobs []Job
		for i := range 20 {
			jobs = append(jobs, minutely(fmt.Sprint(i)))
		}
		r := run(t, Options{Ledger: m, Visit: visit, Concurrency: 3}, jobs...)
		pass(10 * time.Minute)
		r.Stop()
		if most != 3 {
			t.Errorf("at most %d at a time; want 3", most)
		}
	})
}

func TestSetDuringARun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		r := run(t, Options{Ledger: m, Visit: taking(20 * time.Second), Concurrency: 5}, minutely("stays"), minutely("goes"), minutely("changes"))
		pass(70 * time.Second) // all three are being visited
		changed := minutely("changes")
		changed.Schedule.Cron = "*/5 * * * *"
		if err := r.Set(t.Context(), []Job{minutely("stays"), changed, minutely("new")}); err != nil {
			t.Fatal(err)
		}
		pass(5*time.Minute + 15*time.Second)
		r.Stop()
		wantEnds(t, m, "shop/stays/desktop/local", "good", "good", "good", "good", "good", "good")
		wantEnds(t, m, "shop/goes/desktop/local", "good")
		wantEnds(t, m, "shop/changes/desktop/local", "good", "good")
		wantEnds(t, m, "shop/new/desktop/local", "good", "good", "good", "good", "good")
	})
}

func TestAJobThatComesBackWasNotDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		r := run(t, Options{Ledger: m, Visit: taking(time.Second)}, minutely("a"))
		pass(61 * time.Second)
		for _, jobs := range [][]Job{nil, {minutely("a")}} {
			if err := r.Set(t.Context(), jobs); err != nil {
				t.Fatal(err)
			}
			pass(10 * time.Minute)
		}
		r.Stop()
		if slots, ends := m.results("shop/a/desktop/local"); len(slots) != 11 || slices.Contains(ends, "missed down") {
			t.Errorf("results %v; want the first, and ten after it came back", ends)
		}
	})
}

func TestSetRefusesWhatItCannotSchedule(t *testing.T) {
	broken := minutely("broken")
	broken.Schedule = journey.Schedule{Cron: "61 * * * *"}
	nothing := minutely("nothing")
	nothing.Schedule = journey.Schedule{}
	s := New(Options{Ledger: &memory{}})
	err := s.Set(t.Context(), []Job{broken, nothing, minutely("twice"), minutely("twice")})
	const want = `schedule of "shop/broken/desktop/local": cron "61 * * * *": end of range (61) above maximum (59): 61
schedule of "shop/nothing/desktop/local": every 0s and cron ""; want exactly one of them
job "shop/twice/desktop/local" is there twice; want each key once`
	if err == nil || err.Error() != want {
		t.Errorf("Set: %v\nwant:\n%s", err, want)
	}
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
		var visits atomic.Int64
		r := run(t, Options{
			Ledger: m, Visit: taking(time.Second), Concurrency: 3,
			Observe: Observer{Started: func(journey.Slot, time.Duration) { visits.Add(1) }},
		}, minutely("a"), minutely("b"), minutely("c"), minutely("d"))
		m.setFull(errors.New("database or disk is full"))
		pass(30 * time.Minute)
		if got := r.Status(); visits.Load() != 3 || got.Running != 3 || got.Blocked == "" {
			t.Errorf("%d visits, status %+v; want none beyond the three whose results are held", visits.Load(), got)
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
