package daemon

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"samui/internal/journey"
	"samui/internal/schedule"
)

func TestHowManyVisitsAreAdmitted(t *testing.T) {
	type visits struct {
		n     int
		delay float64
		state string // full and queued, full, or empty: places were free
		want  int    // admitted afterwards
	}
	const busy, full, free = "busy", "full", ""
	for _, c := range []struct {
		name   string
		cores  int
		memory int64 // 0 = nobody knows
		visits []visits
	}{
		{"one for two cores", 8, 0, []visits{{0, 0, free, 4}}},
		{"at least one", 1, 0, []visits{{0, 0, free, 1}}},
		{"two results are not enough to step back", 4, 0, []visits{{2, 0.5, busy, 2}, {1, 0.5, busy, 1}}},
		{"never below one", 2, 0, []visits{{20, 0.9, busy, 1}}},
		{"at the bound it stays", 4, 0, []visits{{20, 0.09, busy, 2}}},
		{"in between it stays", 4, 0, []visits{{50, 0.05, busy, 2}}},
		{"with places free too: something else keeps the machine busy", 4, 0, []visits{{3, 0.2, free, 1}}},
		{"one bad visit among good ones is none", 4, 0, []visits{{2, 0.01, full, 2}, {1, 0.9, full, 2}, {2, 0.01, full, 2}, {1, 0.9, full, 2}}},
		{"one more where somebody waits", 2, 0, []visits{{7, 0.01, busy, 1}, {1, 0.01, busy, 2}}},
		{"not where nobody waits", 2, 0, []visits{{20, 0.01, full, 1}}},
		{"not where places are free", 4, 0, []visits{{20, 0.01, free, 2}}},
		{"what was alone says nothing of what is full", 4, 0, []visits{{8, 0.01, free, 2}, {7, 0.01, busy, 2}, {1, 0.01, busy, 3}}},
		{"a full house that waits isn't hidden by visits that were alone", 4, 0, []visits{{8, 0, free, 2}, {2, 0.3, full, 2}, {1, 0.3, full, 1}}},
		{"four per core at most", 1, 0, []visits{{8, 0, busy, 2}, {8, 0, busy, 3}, {8, 0, busy, 4}, {80, 0, busy, 4}}},
		{"counting begins anew with each change", 4, 0, []visits{{3, 0.5, busy, 1}, {7, 0.01, busy, 1}}},
		{"one for 500 MB at most", 4, 3 * perVisit, []visits{{8, 0, busy, 3}, {80, 0, busy, 3}}},
		{"less memory than the cores begin with", 8, 2*perVisit + 1, []visits{{80, 0, busy, 2}}},
		{"hardly any memory", 8, perVisit / 2, []visits{{80, 0, busy, 1}}},
	} {
		th, at := newThrottle(c.cores, c.memory), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for i, v := range c.visits {
			for range v.n {
				at = at.Add(time.Second)
				th.see(walked{began: at.Add(-time.Second), ended: at, delay: v.delay, full: v.state != free, queued: v.state == busy})
			}
			if th.admitted != v.want {
				t.Errorf("%s: after the visits of line %d %d are admitted, want %d", c.name, i+1, th.admitted, v.want)
			}
		}
	}
}

// What was too much isn't tried again for ten minutes, less than that is; and
// what began before a change says nothing of what is admitted since.
func TestWhatWasTooMuchIsNotTriedAtOnce(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	th := newThrottle(4, 0)
	see := func(after, took time.Duration, delay float64) bool {
		return th.see(walked{began: begin.Add(after - took), ended: begin.Add(after), delay: delay, full: true, queued: true})
	}
	for i := range 3 {
		see(time.Duration(i+1)*time.Second, time.Second, 0.2)
	}
	if th.admitted != 1 {
		t.Fatalf("%d are admitted; want 1", th.admitted)
	}
	for i := range 20 {
		if see(time.Duration(4+i)*time.Second, time.Hour, 0) {
			t.Fatal("visits that began before the change changed it again")
		}
	}
	for i := range 30 {
		if see(time.Minute+time.Duration(i)*time.Second, time.Second, 0) {
			t.Fatalf("%d are admitted after %s", th.admitted, time.Minute+time.Duration(i)*time.Second)
		}
	}
	if !see(holdOff+3*time.Second, time.Second, 0) || th.admitted != 2 {
		t.Errorf("%d are admitted after ten minutes; want 2", th.admitted)
	}
}

// What a start admits isn't yet what the machine carries; what was too much is
// more than it.
func TestWhetherMoreMayBeAdmitted(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	quiet := slog.New(slog.DiscardHandler)
	tooMuch := newAdmission(0, 4, 0, quiet)
	for range 3 {
		tooMuch.saw(walked{began: begin, ended: begin, delay: 0.2}, 2, 1)
	}
	for _, c := range []struct {
		name string
		of   *admission
		now  time.Time
		want bool
	}{
		{"after a start", newAdmission(0, 4, 0, quiet), begin, true},
		{"as somebody said", newAdmission(2, 4, 0, quiet), begin, false},
		{"as many as the memory holds", newAdmission(0, 4, 2*perVisit, quiet), begin, false},
		{"one more was too much", tooMuch, begin, false},
		{"one more may be tried again", tooMuch, begin.Add(holdOff), true},
	} {
		if got := c.of.mayRise(c.now); got != c.want {
			t.Errorf("%s: more may be admitted: %v; want %v", c.name, got, c.want)
		}
	}
}

// noLedger forgets everything.
type noLedger struct{}

func (noLedger) Begin(context.Context, journey.Slot) (bool, error) { return true, nil }
func (noLedger) Record(context.Context, ...schedule.Result) error  { return nil }
func (noLedger) Last(context.Context, string) (time.Time, bool, error) {
	return time.Time{}, false, nil
}

// TestTheLimitSettles has machines on which visits get in each other's way walk
// more than they can carry: the number of visits at once comes to where waits
// hold their bound, and stays there.
func TestTheLimitSettles(t *testing.T) {
	for _, c := range []struct {
		name  string
		cores int
		delay func(running int) float64 // the share of a visit in which it waits for a CPU
		want  int                       // the most visits that hold the bound
	}{
		{"two small cores", 2, func(n int) float64 { return 0.02 + 0.23*float64(n-1) }, 1},
		{"a bigger machine", 8, func(n int) float64 { return 0.008 * float64(n) }, 11}, // at the half it isn't sure that one more holds
		{"a shared one, on which the half is too many", 8, func(n int) float64 { return 0.05 * float64(n) }, 1},
		{"a sharp bend", 4, func(n int) float64 {
			if n <= 3 {
				return 0.01
			}
			return 0.4
		}, 3},
		{"pages that wait for the network", 1, func(int) float64 { return 0 }, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { settle(t, c.cores, c.delay, c.want) })
		})
	}
}

func settle(t *testing.T, cores int, delay func(int) float64, most int) {
	random := rand.New(rand.NewPCG(1, 2))
	var mu sync.Mutex
	running := 0
	var inflations []float64
	count := func(by int) (now int) {
		mu.Lock()
		defer mu.Unlock()
		running += by
		return running
	}
	a := newAdmission(0, cores, 0, slog.New(slog.DiscardHandler))
	var s *schedule.Scheduler
	var limits []int
	s = schedule.New(schedule.Options{
		Ledger: noLedger{}, Admit: a.admitted,
		Visit: func(context.Context, journey.Slot, int) journey.Run {
			began := time.Now()
			n := count(1)
			mu.Lock()
			d := delay(n) * (0.7 + 0.6*random.Float64())
			base := time.Duration(float64(10*time.Second) * (0.8 + 0.4*random.Float64()))
			mu.Unlock()
			inflated := 1 / (1 - d)
			<-time.After(time.Duration(float64(base) * inflated))
			status := s.Status()
			a.spent(time.Since(began))
			a.saw(walked{began: began, ended: time.Now(), delay: d}, status.Running, status.Queued)
			count(-1)
			mu.Lock()
			defer mu.Unlock()
			inflations = append(inflations, inflated)
			limits = append(limits, a.admitted())
			return journey.Run{Outcome: journey.Good}
		},
	})
	var jobs []schedule.Job
	for i := range 2 * 2 * max(most, cores) { // a visit takes half of an interval: that is twice what can be walked
		jobs = append(jobs, schedule.Job{Site: "s", Journey: fmt.Sprint(i), Device: "d", Location: "l", Schedule: journey.Schedule{Every: 20 * time.Second}})
	}
	if err := s.Set(t.Context(), jobs); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	<-time.After(time.Hour) // it begins with what the cores say, and comes to what is carried
	mu.Lock()
	inflations, limits = nil, nil
	mu.Unlock()
	<-time.After(2 * time.Hour)
	status := s.Status()
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	slices.Sort(inflations)
	if got := inflations[len(inflations)/2]; got > 1.1 {
		t.Errorf("the median visit is %.3f times as long as one alone; want at most 1.1", got)
	}
	changes := 0
	for i := 1; i < len(limits); i++ {
		if limits[i] != limits[i-1] {
			changes++
		}
	}
	// One try and its taking back in ten minutes, where one more looks possible.
	if changes > 2*2*6 {
		t.Errorf("the number changed %d times in two hours", changes)
	}
	slices.Sort(limits)
	if usual := limits[len(limits)/2]; usual > most || limits[len(limits)-1] > most+1 {
		t.Errorf("usually %d were admitted, %d at most; %d hold the bound", usual, limits[len(limits)-1], most)
	}
	if status.Queued == 0 || status.Missed == 0 {
		t.Errorf("%+v: twice what can be walked doesn't queue", status)
	}
	t.Logf("usually %d, %d changes in two hours, %d visits, the median one %.3f times as long as alone", limits[len(limits)/2], changes, len(inflations), inflations[len(inflations)/2])
}

// TestTwiceTheLoad: on a machine whose CPUs are taken, visits wait for their
// turn instead of for a CPU, and Samui says so.
func TestTwiceTheLoad(t *testing.T) {
	in := install(t, "")
	for _, id := range []string{"a", "b", "c", "d"} {
		in.visits(id, "/", "New arrivals")
	}
	begun := time.Now()
	in.begin(func(o *Options) {
		o.cores = 4
		// A main thread that always waits for half of the time.
		o.cpuDelays = func() map[int]time.Duration { return map[int]time.Duration{1: time.Since(begun) / 2} }
	})
	metric := func(name string) string {
		for line := range strings.Lines(in.text("/metrics")) {
			if value, is := strings.CutPrefix(line, name+" "); is {
				return strings.TrimSpace(value)
			}
		}
		t.Fatalf("there is no %s", name)
		return ""
	}
	if got := metric("samui_visits_admitted"); got != "2" && got != "1" {
		t.Errorf("%s visits are admitted on four cores at first", got)
	}
	await(t, "fewer are admitted", func() bool { return metric("samui_visits_admitted") == "1" })
	await(t, "the rest waits", func() bool { return metric("samui_visits_running") == "1" && metric("samui_visits_queued") != "0" })
	if got := metric("samui_offered_visits_per_minute"); got != "240" {
		t.Errorf("%s visits a minute are offered; want 240", got)
	}
	page := in.text("/samui")
	for _, want := range []string{"More visits are due than this machine carries", "keep each other waiting for a CPU", "240 are due"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	runs := in.good("a")
	if len(runs) == 0 || runs[0].Probe.CPUDelay == nil || *runs[0].Probe.CPUDelay < mostDelay {
		t.Errorf("a run doesn't tell that it waited: %+v", runs)
	}
	if !strings.Contains(in.log.String(), "another number of visits at once is admitted") {
		t.Error("the log doesn't tell")
	}
}
