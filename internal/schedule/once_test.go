package schedule

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"samui/internal/journey"
)

// TestEverySlotEndsInExactlyOneResult lives through random lives: jobs of all
// kinds, visits of all lengths that sometimes find nothing or panic, disks that
// are full for a while, machines that sleep, ends in good order and kills in the
// middle of a write.
func TestEverySlotEndsInExactlyOneResult(t *testing.T) {
	const lives = 75
	newYork := zone(t, "America/New_York")
	for seed := range uint64(lives) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { live(t, rand.New(rand.NewPCG(seed, 1)), newYork) })
		})
	}
}

func live(t *testing.T, random *rand.Rand, zone *time.Location) {
	m, clock := &memory{}, &hands{}
	jobs := randomJobs(random, zone)
	clock.jump(time.Duration(random.IntN(400*24)) * time.Hour)
	o := Options{
		Ledger: m, Visit: randomVisit(random.Uint64()), Clock: clock.now,
		Concurrency: 1 + random.IntN(3), MaxLate: time.Duration(1+random.IntN(30)) * time.Minute,
	}
	for range 1 + random.IntN(6) {
		s := New(o)
		if err := s.Set(t.Context(), jobs); err != nil {
			t.Fatal(err)
		}
		r := start(t, s)
		for range 1 + random.IntN(4) {
			pass(time.Duration(random.IntN(1200)) * time.Second)
			switch random.IntN(4) {
			case 0:
				m.setBroken(errKilled)
				pass(time.Duration(random.IntN(300)) * time.Second)
				m.setBroken(nil)
			case 1:
				clock.jump(time.Duration(random.IntN(7200)) * time.Second)
			case 2:
				if err := s.Set(t.Context(), jobs); err != nil {
					t.Fatal(err)
				}
			}
		}
		if random.IntN(2) == 0 {
			m.kill(random.IntN(20))
			pass(time.Duration(random.IntN(120)) * time.Second)
		}
		r.stop()
		if err := <-r.done; err != nil && !errors.Is(err, errKilled) && !errors.Is(err, context.Canceled) {
			t.Errorf("Run: %v", err)
		}
		m.interrupt()
		pass(time.Duration(random.IntN(1800)) * time.Second)
	}
	s := New(o)
	if err := s.Set(t.Context(), jobs); err != nil {
		t.Fatal(err)
	}
	until := clock.now()
	r := start(t, s)
	pass(time.Minute)
	r.Stop()
	if len(m.twice) > 0 {
		t.Errorf("results for slots that had one: %v", m.twice)
	}
	for _, j := range jobs {
		slots, ends := m.results(j.Key())
		if i := slices.Index(ends, "in flight"); i >= 0 {
			t.Errorf("%s at %s has no result", j.Key(), slots[i])
		}
		if len(slots) == 0 {
			continue
		}
		var want []time.Time
		for _, slot := range j.Slots(slots[0].Add(-time.Second), until) {
			want = append(want, slot.At)
		}
		got := slices.DeleteFunc(slots, func(at time.Time) bool { return at.After(until) })
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: slots (-due +recorded):\n%s", j.Key(), diff)
		}
	}
}

// kill ends the process after so many more writes.
func (m *memory) kill(after int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.deadAt = m.writes + 1 + after
}

func randomJobs(random *rand.Rand, zone *time.Location) []Job {
	crons := []string{"* * * * *", "*/5 * * * *", "30 1,2 * * *", "0-10 */2 * * SUN-WED"}
	var jobs []Job
	for i := range 1 + random.IntN(6) {
		j := minutely(fmt.Sprint("journey-", i))
		j.Schedule = journey.Schedule{Timezone: zone}
		if random.IntN(2) == 0 {
			j.Schedule.Cron = crons[random.IntN(len(crons))]
		} else {
			j.Schedule.Every = time.Duration(20+random.IntN(1200)) * time.Second
		}
		if random.IntN(3) == 0 {
			j.Schedule.Active = &journey.Active{Days: everyDay(), From: time.Duration(random.IntN(24)) * time.Hour, To: 24 * time.Hour}
		}
		jobs = append(jobs, j)
	}
	return jobs
}

// randomVisit does the same at the same slot, whatever goes on beside it.
func randomVisit(seed uint64) Visit {
	return func(ctx context.Context, slot journey.Slot, attempt int) journey.Run {
		random := rand.New(rand.NewPCG(seed, uint64(slot.At.Unix())+uint64(attempt)))
		run := taking(time.Duration(random.IntN(90_000))*time.Millisecond)(ctx, slot, attempt)
		switch random.IntN(8) {
		case 0:
			panic("no such thing")
		case 1:
			return journey.Run{Outcome: journey.ProbeError, Error: &journey.RunError{Kind: journey.ErrorBrowser}}
		}
		return run
	}
}
