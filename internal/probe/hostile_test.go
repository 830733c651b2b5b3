package probe_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
	"samui/internal/probe"
)

// hostileTimes is how often in a row TestHostilePages visits each page; `make
// soak` makes it 3. With 0 each page is visited once, and those that keep a
// processor busy aren't: the other tests of a run want it, too.
var hostileTimes = flag.Int("hostile", 0, "visits in a row that TestHostilePages makes to each page, the busy ones included")

// hostile is a page that does a customer, or Samui, harm.
type hostile struct {
	name  string
	steps []journey.Step
	want  string              // outcomes
	kind  journey.FailureKind // of the step that failed
	words []string            // that the failure says, with its hint
	alone bool                // it takes the machine: nothing else beside it
}

// hostileMemory is what a page may take in this test, in bytes.
const hostileMemory = 600 << 20

// hostileDeadline is within which every visit is over: its steps take 3 s each,
// and what is asked and cleared away after them is bounded too.
const hostileDeadline = time.Minute

// TestHostilePages: whatever a page does, the visit ends in the right outcome
// and says why, in words; good journeys between are good, and nothing is left.
func TestHostilePages(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	pages := hostilePages(t)
	good := path(site(t), step("home", open("/"), sees("Home")))
	b, err := browser.New(browser.Options{
		NoSandbox: os.Geteuid() == 0, PageMemory: hostileMemory, CPUDelays: func() map[int]time.Duration { return map[int]time.Duration{1: 0} },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	well := func(t *testing.T) {
		t.Helper()
		run := probe.Run(t.Context(), b, good, desktop(), probe.Options{})
		if got := outcomes(run); got != "good: good" {
			t.Errorf("a good journey: got %s (%+v %+v)", got, run.Error, run.Steps[0].Failure)
		}
	}
	visit := func(p hostile) {
		t.Run(p.name, func(t *testing.T) {
			for range max(1, *hostileTimes) {
				j := good
				j.Steps = p.steps
				began := time.Now()
				run := probe.Run(t.Context(), b, j, desktop(), probe.Options{})
				took := time.Since(began)
				p.judge(t, run)
				if took > hostileDeadline {
					t.Errorf("took %v", took)
				}
				well(t)
			}
		})
	}
	well(t)
	before := measure(t, b)
	var together sync.WaitGroup
	turns := make(chan struct{}, 4)
	for _, p := range pages {
		if p.alone {
			continue
		}
		together.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			visit(p)
		})
	}
	together.Wait()
	for _, p := range pages {
		if p.alone {
			visit(p)
		}
	}
	after := measure(t, b)
	t.Logf("before: %s; after: %s; %d Chromes more than one", before, after, b.Restarts())
	// Connections of the last visits may linger, each with goroutines of the test's servers.
	if after.tabs > before.tabs || after.contexts > before.contexts || after.goroutines > before.goroutines+40 {
		t.Errorf("something is held: %s before, %s after", before, after)
	}
	if after.samui > before.samui+100e6 {
		t.Errorf("memory grew: %s before, %s after", before, after)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// judge compares what became of a visit with what should have.
func (p hostile) judge(t *testing.T, run journey.Run) {
	t.Helper()
	failure := &journey.Failure{}
	for _, s := range run.Steps {
		if s.Failure != nil {
			failure = s.Failure
		}
		if s.Page != nil && len(s.Page.URL) > 5000 {
			t.Errorf("its address is %d bytes long", len(s.Page.URL))
		}
	}
	said := failure.Message
	if failure.Hint != nil {
		said = fmt.Sprintf("%s (%s)", said, *failure.Hint)
	}
	if got := outcomes(run); got != p.want || failure.Kind != p.kind {
		t.Errorf("got %s, %s %.500q (%+v), want %s, %s", got, failure.Kind, said, run.Error, p.want, p.kind)
	}
	for _, words := range p.words {
		if !strings.Contains(said, words) {
			t.Errorf("it says %.500q, want %q in it", said, words)
		}
	}
	if len(said) > 5000 {
		t.Errorf("it says %d bytes: %.200q…", len(said), said)
	}
}
