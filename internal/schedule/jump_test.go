package schedule

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// hands is a wall clock that can be set.
type hands struct{ ahead atomic.Int64 }

func (h *hands) now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

func (h *hands) jump(by time.Duration) { h.ahead.Add(int64(by)) }

func TestAClockThatJumpsForwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, clock := &memory{}, &hands{}
		var begun starts
		r := run(t, Options{
			Ledger: m, Visit: taking(time.Second), Clock: clock.now, Observe: Observer{Started: begun.note},
		}, minutely("a"))
		pass(2*time.Minute + 30*time.Second)
		clock.jump(3*time.Hour + 10*time.Second) // a suspend, too, looks like this
		pass(sweepEvery + 100*time.Millisecond)
		lags := begun.lags()
		if len(lags) != 3 || lags[2] < 40*time.Second || lags[2] > 40*time.Second+sweepEvery {
			t.Errorf("lags %v; want the newest slot visited at the next sweep", lags)
		}
		pass(3 * time.Minute)
		r.Stop()
		lags = begun.lags()
		slots, ends := m.results("shop/a/desktop/local")
		if len(slots) != 185 || len(lags) != 6 {
			t.Fatalf("%d results, %d visits; want 185 and 6", len(slots), len(lags))
		}
		for i, end := range ends {
			want := "good"
			if i >= 2 && i < 181 {
				want = "missed late"
			}
			if end != want {
				t.Errorf("slot %s ended as %q; want %q", slots[i], end, want)
			}
		}
		if lags[3]+lags[4]+lags[5] != 0 {
			t.Errorf("lags %v; want gocron to be right again after the jump", lags)
		}
	})
}

func TestAClockThatJumpsBackwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, clock := &memory{}, &hands{}
		var begun starts
		r := run(t, Options{
			Ledger: m, Visit: taking(20 * time.Second), Clock: clock.now, Observe: Observer{Started: begun.note},
		}, minutely("a"))
		pass(10*time.Minute + 10*time.Second) // the tenth is being visited
		clock.jump(-5 * time.Minute)
		pass(10 * time.Minute)
		r.Stop()
		visits := len(begun.lags())
		slots, ends := m.results("shop/a/desktop/local")
		if len(slots) != 15 || visits != 15 || len(m.twice) > 0 {
			t.Errorf("%d results of %d visits, %d of them double; want 15, none double", len(slots), visits, len(m.twice))
		}
		for i, end := range ends {
			if want := "good"; end != want && i < 14 {
				t.Errorf("slot %s ended as %q; want %q", slots[i], end, want)
			}
		}
	})
}

func TestAClockThatWasWrongForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, clock := &memory{}, &hands{}
		r := run(t, Options{Ledger: m, Visit: taking(time.Second), Clock: clock.now, Retention: time.Hour}, minutely("a"))
		pass(2*time.Minute + 30*time.Second)
		clock.jump(70 * 365 * 24 * time.Hour)
		pass(30 * time.Second)
		clock.jump(-70 * 365 * 24 * time.Hour)
		pass(5*time.Minute + 30*time.Second)
		r.Stop()
		now := 0
		slots, ends := m.results("shop/a/desktop/local")
		for i, at := range slots {
			if at.Year() == 2000 && ends[i] == "good" {
				now++
			}
		}
		if now < 7 { // of eight minutes the one in between was lost
			t.Errorf("%d visits in eight minutes; want the schedule to come back from the year 2070", now)
		}
		if len(slots) > 8+2*60+2 {
			t.Errorf("%d results; want the missed ones of an hour only", len(slots))
		}
	})
}
