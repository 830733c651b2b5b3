package schedule

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
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
		var begun starts
		m := &memory{}
		r := run(t, Options{
			Ledger: m, Visit: taking(time.Second), Observe: Observer{Started: begun.note},
		}, minutely("a"))
		pass(10*time.Minute + 2*time.Second)
		r.Stop()
		lags := begun.lags()
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
