package schedule

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"samui/internal/journey"
)

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

// A slot that waits is of the schedule that it came due under, whatever the
// schedule is when its turn doesn't come.
func TestASlotThatWaitsOutlivesItsSchedule(t *testing.T) {
	changed := minutely("b")
	changed.Schedule.Cron = "*/3 * * * *"
	slow := minutely("a") // first by its name
	t.Run("queued", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := &memory{}
			r := run(t, Options{Ledger: m, Visit: taking(270 * time.Second)}, slow, minutely("b"))
			pass(90 * time.Second) // a is being visited, b waits since the first minute
			if err := r.Set(t.Context(), []Job{slow, changed}); err != nil {
				t.Fatal(err)
			}
			pass(265 * time.Second) // b is being visited
			if got := r.Status(); got.Due != got.Done+got.Missed+int64(got.Running+got.Queued) || got.Missed != 5 {
				t.Errorf("status %+v; want four missed of a and one of b", got)
			}
			r.Stop()
			wantEnds(t, m, "shop/b/desktop/local", "missed late", "probe_error interrupted")
		})
	})
	t.Run("not to be claimed", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := &memory{broken: errors.New("no space left on device")}
			r := run(t, Options{Ledger: m, Visit: taking(time.Second)}, minutely("b"))
			pass(90 * time.Second)
			if err := r.Set(t.Context(), []Job{changed}); err != nil {
				t.Fatal(err)
			}
			pass(100 * time.Second) // past the third minute
			m.setBroken(nil)
			pass(30 * time.Second)
			r.Stop()
			wantEnds(t, m, "shop/b/desktop/local", "missed late", "good")
		})
	})
}
