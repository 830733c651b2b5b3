package schedule

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"samui/internal/journey"
)

// How many visits may be at once is asked anew whenever one ends: a rise begins
// more at once, a fall interrupts nobody, and what doesn't begin waits.
func TestHowManyAreAdmittedMayChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var s *Scheduler
		admitted, now, most, asked := 1, 0, 0, Status{}
		set := func(n int) {
			mu.Lock()
			defer mu.Unlock()
			admitted, most = n, now
		}
		visit := func(context.Context, journey.Slot, int) journey.Run {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			<-time.After(10 * time.Second)
			mu.Lock()
			now--
			mu.Unlock()
			return journey.Run{Outcome: journey.Good}
		}
		var jobs []Job
		for i := range 8 {
			jobs = append(jobs, minutely(fmt.Sprint(i)))
		}
		m := &memory{}
		s = New(Options{Ledger: m, Visit: visit, Concurrency: 100, Admit: func() int {
			status := s.Status() // it may be asked for
			mu.Lock()
			defer mu.Unlock()
			asked = status
			return admitted
		}})
		if err := s.Set(t.Context(), jobs); err != nil {
			t.Fatal(err)
		}
		r := start(t, s)
		expect := func(what string, running, queued, peak int) {
			t.Helper()
			got := r.Status()
			mu.Lock()
			defer mu.Unlock()
			if got.Running != running || got.Queued != queued || most != peak {
				t.Errorf("%s: %d running, %d queued, %d at most; want %d, %d, %d", what, got.Running, got.Queued, most, running, queued, peak)
			}
		}
		pass(time.Until(time.Now().Truncate(time.Minute).Add(time.Minute + time.Second)))
		expect("one is admitted", 1, 7, 1)
		set(3)
		pass(10 * time.Second) // the first ends
		expect("three are", 3, 4, 3)
		set(0)
		pass(10 * time.Second)
		expect("none would be: that is one", 1, 3, 3)
		set(2)
		pass(6 * time.Second) // nobody has ended: the sweep finds it out
		expect("two are", 2, 2, 2)
		r.Stop()
		if asked.Running == 0 {
			t.Error("the status that Admit asked for tells of nobody")
		}
	})
}
