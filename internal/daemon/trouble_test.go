package daemon

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/browser"
	"samui/internal/config"
	"samui/internal/journey"
	"samui/internal/probe"
	"samui/internal/store"
	"samui/internal/web"
)

func TestABadFileIsRefusedAloneAndShown(t *testing.T) {
	in := install(t, "")
	in.visits("home", "/", "New arrivals")
	in.write("probes/typo.yaml", "journey: typo\nsteps: []\n")
	in.begin()
	await(t, "a result of the good journey", func() bool { return len(in.good("home")) > 0 })
	if why := in.refused("typo"); !strings.Contains(why, "typo.yaml:1:1: ") {
		t.Errorf("the bad file is refused with %q", why)
	}
	if why := in.refused("home"); why != "" {
		t.Errorf("the good file is refused: %s", why)
	}

	// A slip in a file that is walked is shown, and what was there is walked on.
	in.write("probes/home.yaml", "journey: home\nstepz: []\n")
	in.reload <- struct{}{}
	await(t, "the slip to be shown", func() bool { return strings.Contains(in.refused("home"), "stepz") })
	before := len(in.good("home"))
	await(t, "another result", func() bool { return len(in.good("home")) > before })

	in.visits("home", "/", "New arrivals")
	in.visits("typo", "/search?q=shoes", "3 results")
	await(t, "the watch on the files to see that they are right", func() bool {
		return in.refused("home") == "" && in.refused("typo") == "" && len(in.good("typo")) > 0
	})
}

// refused is why the API says that a journey is refused; empty = it isn't.
func (in *installation) refused(id string) string {
	in.t.Helper()
	var all []struct {
		Journey string
		Refused *string
	}
	in.ask("/api/journeys", &all)
	for _, j := range all {
		if j.Journey == id {
			if j.Refused == nil {
				return ""
			}
			return *j.Refused
		}
	}
	return "not listed"
}

// Somebody waits for it to stay out: it is sent only while there is something
// to look at, and somebody looks.
func TestTheHeartbeatStopsWithTheLastJourney(t *testing.T) {
	var beats atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { beats.Add(1) }))
	defer server.Close()
	in := install(t, fmt.Sprintf("heartbeat: {url: %q, every: 1s}\n", server.URL))
	in.visits("home", "/", "New arrivals")
	in.begin()
	await(t, "the first heartbeat", func() bool { return beats.Load() > 0 })
	if text := in.log.String(); strings.Contains(text, "no heartbeat") {
		t.Errorf("a start is no trouble:\n%s", text)
	}
	if err := os.Remove(filepath.Join(in.dir, "probes/home.yaml")); err != nil {
		t.Fatal(err)
	}
	in.reload <- struct{}{}
	await(t, "the heartbeat to stop", func() bool {
		return strings.Contains(in.log.String(), "there is no journey to walk\"\n") && strings.Contains(in.log.String(), "no heartbeat")
	})
}

// A file that comes while the others are being read is not overlooked.
func TestAFileThatComesDuringAReadingIsRead(t *testing.T) {
	in := install(t, "")
	in.visits("home", "/", "${env:TEXT}")
	var once sync.Once
	in.begin(func(o *Options) {
		o.Env.Lookup = func(string) (string, bool) {
			once.Do(func() { in.visits("late", "/search?q=shoes", "3 results") })
			return "New arrivals", true
		}
	})
	await(t, "the late file to be read", func() bool { return in.refused("late") == "" })
	if got := strings.Count(in.log.String(), "were read again"); got != 1 {
		t.Errorf("the files were read again %d times, want once", got)
	}

	// What needs a restart is told by what is in use, not by what was read last.
	before, err := os.ReadFile(filepath.Join(in.dir, "samui.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{string(before) + "concurrency: 3\n", string(before)} {
		in.write("samui.yaml", text)
		in.reload <- struct{}{}
		await(t, "the settings to be read", func() bool { return strings.Count(in.log.String(), "were read again") >= i+2 })
	}
	if got := strings.Count(in.log.String(), "changes with the next start only"); got != 1 {
		t.Errorf("a setting that is as at the start needs one: told %d times, want once\n%s", got, in.log)
	}
}

func TestThresholdsChangeWithTheNextSlot(t *testing.T) {
	in := install(t, "")
	in.visits("home", "/", "New arrivals")
	in.begin()
	slow := func() float64 {
		runs := in.good("home")
		if len(runs) == 0 || runs[0].Steps[0].ThresholdsMs == nil {
			return 0
		}
		return runs[0].Steps[0].ThresholdsMs.Slow
	}
	await(t, "a result by the defaults", func() bool { return slow() == 2500 })
	text, err := os.ReadFile(filepath.Join(in.dir, "samui.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	in.write("samui.yaml", string(text)+"thresholds: {page: {slow: 1.25s}}\n")
	in.reload <- struct{}{}
	await(t, "a result by the new threshold", func() bool { return slow() == 1250 })
	in.write("samui.yaml", string(text)+"thresholdz: {}\n")
	in.reload <- struct{}{}
	await(t, "the settings to be refused", func() bool { return strings.Contains(in.log.String(), "the settings are refused") })
	before := len(in.good("home"))
	await(t, "another result", func() bool { return len(in.good("home")) > before })
	if got := slow(); got != 1250 {
		t.Errorf("with settings that are refused: slow from %v ms, want the 1250 of before", got)
	}
}

// What a killed Samui was visiting, and what came due while nobody was there,
// has a result too.
func TestWhatAKilledDaemonLeftIsSettled(t *testing.T) {
	in := install(t, "")
	in.visits("home", "/", "New arrivals")
	ctx := context.Background()
	data := in.settings().Data
	st, err := store.Open(ctx, data, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().UTC().Truncate(time.Second).Add(-10 * time.Second)
	slot := journey.Slot{Site: "shop", Journey: "home", Device: "desktop", Location: "tlv-1", At: at}
	id := probe.NewRunID(at)
	if claimed, err := st.Begin(ctx, slot, id); err != nil || !claimed {
		t.Fatalf("claiming: %t, %v", claimed, err)
	}
	if err := st.Close(); err != nil { // the claim stays, as after a kill
		t.Fatal(err)
	}
	in.begin()
	await(t, "a result after those of before", func() bool {
		runs := in.runs("home")
		return len(runs) > 0 && runs[0].Outcome == journey.Good
	})
	runs := in.runs("home")
	slices.Reverse(runs)
	first := runs[0]
	if first.RunID != id || !first.Slot.Equal(at) || first.Outcome != journey.ProbeError || first.Error.Kind != journey.ErrorInterrupted || first.Client != "acme" || first.Stage != journey.Browse {
		t.Errorf("the visit that was cut short is %+v with %+v", first, first.Error)
	}
	down := 0
	for i, run := range runs {
		if want := at.Add(time.Duration(i) * time.Second); !run.Slot.Equal(want) {
			t.Fatalf("result %d is of %s, want %s: a slot without a result", i, run.Slot, want)
		}
		if run.Outcome == journey.Missed && run.Error.Kind == journey.ErrorDown {
			down++
		}
	}
	if down < 8 {
		t.Errorf("%d slots are missed because Samui was down, want at least 8", down)
	}
}

// What can't be had is told at once, with something to do, and leaves nothing
// running.
func TestWhatKeepsItFromStarting(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	held := t.TempDir()
	holder, err := store.Open(t.Context(), held, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	for _, c := range []struct {
		name  string
		spoil func(*config.Settings)
		says  string
	}{
		{"the page's address is taken", func(s *config.Settings) { s.Listen = taken.Addr().String() }, "opening the page: "},
		{"the data folder is taken", func(s *config.Settings) { s.Data = held }, "pid " + strconv.Itoa(os.Getpid())},
		{"there is no such Chrome", func(s *config.Settings) { s.Chrome.Path = "/nowhere/chrome" }, "no Chrome found"},
	} {
		in := install(t, "")
		s := in.settings()
		c.spoil(&s)
		err := Run(t.Context(), Options{Settings: s, NoSandbox: os.Geteuid() == 0})
		var hinted interface{ Hint() string }
		if err == nil || !strings.Contains(err.Error(), c.says) || !errors.As(err, &hinted) || hinted.Hint() == "" {
			t.Errorf("%s: %v, want %q and a hint", c.name, err, c.says)
		}
	}
}

func TestStoppingEndsAVisitThatHangs(t *testing.T) {
	arrived := make(chan struct{}, 100)
	in := installOn(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
	}), "")
	in.visits("hang", "/", "never")
	in.begin()
	<-arrived
	began := time.Now()
	in.end()
	if took := time.Since(began); took > 100*time.Second {
		t.Errorf("stopping took %s, want 10 s at most on an idle machine", took)
	}
	st, err := store.OpenReadOnly(context.Background(), in.settings().Data)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	runs, err := st.Runs(context.Background(), store.Query{})
	if err != nil {
		t.Fatal(err)
	}
	oldest := runs[len(runs)-1]
	if oldest.Error == nil || oldest.Error.Kind != journey.ErrorInterrupted {
		t.Errorf("the visit that hung is recorded as %+v", oldest)
	}
	if left, err := st.InFlight(context.Background()); err != nil || len(left) > 0 {
		t.Errorf("in flight after the end: %+v, %v", left, err)
	}
}

func TestHealthTellsThatThereIsNoChrome(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()) // so that only this test's Chrome is killed
	exe, err := browser.Find("auto", false)
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "chrome")
	if err := os.Symlink(exe.Path, link); err != nil {
		t.Fatal(err)
	}
	in := install(t, "chrome: {path: "+link+"}\n")
	in.visits("home", "/", "New arrivals")
	in.begin()
	var health web.Health
	is := func(status int, chrome string) func() bool {
		return func() bool { return in.ask("/healthz", &health) == status && health.Chrome == chrome }
	}
	await(t, "Chrome to be there", is(http.StatusOK, "ok"))
	if diff := cmp.Diff(web.Health{Chrome: "ok", Store: "ok", InfluxDB: "ok", Slack: "off"}, health); diff != "" {
		t.Errorf("health (-want +got):\n%s", diff)
	}
	await(t, "a good result", func() bool {
		return len(in.good("home")) > 0
	})
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	killChrome(t)
	await(t, "Chrome to be missed", is(http.StatusServiceUnavailable, "down"))
	await(t, "a result that says so", func() bool {
		return slices.ContainsFunc(in.runs("home"), func(r journey.Run) bool { return r.Error != nil && r.Error.Kind == journey.ErrorBrowser })
	})
	if err := os.Symlink(exe.Path, link); err != nil {
		t.Fatal(err)
	}
	await(t, "Chrome to be back", is(http.StatusOK, "ok"))
}

// killChrome kills every process whose profile is below the temporary folder,
// and wants that there was one.
func killChrome(t *testing.T) {
	t.Helper()
	if killChromes() == 0 {
		t.Fatal("there was no Chrome to kill")
	}
}

// killChromes says how many there were.
func killChromes() (killed int) {
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		panic("BUG: " + err.Error())
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(data), "--user-data-dir="+os.TempDir()) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil && syscall.Kill(pid, syscall.SIGKILL) == nil {
			killed++
		}
	}
	return killed
}
