package probe_test

import (
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/config"
	"samui/internal/demo"
	"samui/internal/journey"
	"samui/internal/probe"
)

// soakRuns is how many visits TestSoak makes; `make soak` makes 500.
var soakRuns = flag.Int("soak", 10, "visits that TestSoak makes")

// mostHeld is what Samui itself may hold after any number of visits, in bytes.
const mostHeld = 60e6

// gauge is what must not grow with the number of visits.
type gauge struct {
	goroutines, files, tabs, contexts int
	samui, chrome                     int64 // bytes
}

// TestSoak: after many visits nothing is held that wasn't held after the
// first (at most 20). How memory grew is only compared over 200 and more: over ten more it
// wobbles by more than it may grow.
func TestSoak(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	shop, err := demo.NewShop()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(shop)
	defer server.Close()
	j := shipped(t, server.URL)
	b := newBrowser(t)
	soakBase := min(20, *soakRuns/2) // by then everything has found its size
	var base gauge
	for i := 1; i <= *soakRuns; i++ {
		run := probe.Run(t.Context(), b, j, j.Visits[0], probe.Options{})
		if !run.Outcome.Timed() {
			t.Fatalf("visit %d: %s", i, outcomes(run))
		}
		if i == soakBase {
			base = measure(t, b)
		}
	}
	last := measure(t, b)
	t.Logf("after %3d visits: %s", soakBase, base)
	t.Logf("after %3d visits: %s", *soakRuns, last)
	if last.goroutines > base.goroutines || last.files > base.files || last.tabs > base.tabs || last.contexts > base.contexts {
		t.Errorf("something is held: %s after %d visits, %s after %d", base, soakBase, last, *soakRuns)
	}
	// In a short run the process still holds what other tests left, under the race detector twice.
	if *soakRuns >= 100 && last.samui > mostHeld {
		t.Errorf("Samui holds %.1f MB after %d visits, more than %.0f", float64(last.samui)/1e6, *soakRuns, mostHeld/1e6)
	}
	if b.Restarts() > *soakRuns/500 {
		t.Errorf("Chrome was replaced %d times: the figures say nothing", b.Restarts())
	}
	if *soakRuns < 200 {
		return
	}
	if float64(last.samui) > 1.1*float64(base.samui) || float64(last.chrome) > 1.3*float64(base.chrome) {
		t.Errorf("memory grew: %s after %d visits, %s after %d", base, soakBase, last, *soakRuns)
	}
}

// shipped is the purchase that ships, at the server, without pauses.
func shipped(t *testing.T, url string) journey.Journey {
	t.Helper()
	journeys, problems := config.LoadJourneys(config.Default(), []string{filepath.Join("..", "..", "probes", "buy-shoes.yaml")}, config.Env{})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	j := journeys[0]
	j.Pace = 0
	j.Site.URL = url
	return j
}

func (g gauge) String() string {
	return fmt.Sprintf("%d goroutines, %d files, %d tabs in %d contexts, samui %.1f MB, Chrome %.0f MB",
		g.goroutines, g.files, g.tabs, g.contexts, float64(g.samui)/1e6, float64(g.chrome)/1e6)
}

func measure(t *testing.T, b *browser.Browser) gauge {
	t.Helper()
	// First what takes its time: meanwhile Chrome lets go of the connections of
	// the last visit, whose other ends are files of this process.
	g := gauge{chrome: settled(b)}
	tabs, contexts, err := b.Census(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	g.tabs, g.contexts = tabs, contexts
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	g.files = len(files)
	debug.FreeOSMemory()
	g.goroutines = runtime.NumGoroutine()
	g.samui = memory(t, "self")
	return g
}

// settled is Chrome's memory once the processes of the last visits are gone:
// they stay for some seconds, in case they are needed again.
func settled(b *browser.Browser) int64 {
	least := b.Memory()
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for range 40 {
		<-tick.C
		least = min(least, b.Memory())
	}
	return least
}

// memory is a process's proportional set size: shared pages are counted once
// over all who share them.
func memory(t *testing.T, pid string) int64 {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("/proc", pid, "smaps_rollup"))
	if err != nil {
		return 0 // it has just ended
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "Pss:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb << 10
		}
	}
	return 0
}
