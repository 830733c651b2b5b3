package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
	"samui/internal/probe"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func timed(title string, outcome journey.Outcome, waitMs, lost float64) journey.StepResult {
	return journey.StepResult{Step: "s", Title: title, Outcome: outcome, WaitMs: &waitMs, Abandonment: &lost}
}

// aRun gives steps their order and puts them into a run.
func aRun(outcome journey.Outcome, steps ...journey.StepResult) journey.Run {
	for i := range steps {
		steps[i].Index = i
	}
	started := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	finished := started.Add(7 * time.Second)
	return journey.Run{
		Journey: "buy-shoes", Title: "Buy a pair of shoes", Site: "demo-shop", Client: "demo", Stage: journey.Purchase,
		Device: "desktop", Network: "unthrottled", Attempt: 1, StartedAt: &started, FinishedAt: &finished,
		Outcome: outcome, Steps: steps,
	}
}

// runs are a run of every kind that a report has to show.
func runs() map[string]journey.Run {
	good := aRun(journey.Good, timed("Open the shop", journey.Good, 612.3, 0), timed("Look for shoes", journey.Good, 800, 0))
	good.WaitMs, good.Abandonment = new(1412.3), &journey.Abandonment{Basis: "assumed bounce 22.4%"}

	hebrew := aRun(journey.Bad, timed("לפתוח את החנות", journey.Good, 612.3, 0),
		timed("חיפוש נעליים", journey.Bad, 6100, 0.24), timed("שִׂים בַּסַּל Add", journey.Slow, 2600, 0.05))
	hebrew.Title, hebrew.Device, hebrew.Network = "קניית נעליים", "phone", "slow-4g"
	hebrew.WaitMs, hebrew.Abandonment = new(9312.3), &journey.Abandonment{Low: 0.24, High: 0.278, Basis: "site's curve"}
	hebrew.Steps[0].Already = true

	failed := aRun(journey.Failed, timed("Open the shop", journey.Good, 612.3, 0),
		journey.StepResult{Title: "Put them in the cart", Outcome: journey.Failed, GaveUpMs: new(30000.0), Failure: &journey.Failure{
			Kind: journey.KindTarget, Message: `nothing is called "Add to cart", looked for 30 s`, Target: new(`"Add to cart"`),
			Nearest: []string{"{role: button, name: Put in basket}", "{role: link, name: סל הקניות}"},
			Hint:    new("the button was probably renamed: click: Put in basket"), Line: new("probes/buy-shoes.yaml:31"),
		}, Evidence: journey.Evidence{Screenshot: new("pictures/01J-cart.png"), DOM: new("pictures/01J-cart.dom.txt")}, ConsoleErrors: new(9), Console: journey.Console{
			{Text: "TypeError: שגיאה is not a function", Source: new("https://shop.example/static/app.js:1:48211"), Times: 4}, {Text: "Failed to load resource", Times: 1},
		}},
		journey.StepResult{Title: "Pay", Outcome: journey.Skipped}, timed("Empty the cart", journey.Good, 300, 0))

	blocked := aRun(journey.Blocked, journey.StepResult{Title: "Open the shop", Outcome: journey.Blocked, Failure: &journey.Failure{
		Kind: journey.KindBlocked, Message: "a challenge page (403, \"Just a moment…\")",
	}}, journey.StepResult{Title: "Look for shoes", Outcome: journey.Skipped})

	lost := aRun(journey.ProbeError, timed("Open the shop", journey.Good, 612.3, 0),
		journey.StepResult{Title: "Look for shoes", Outcome: journey.Skipped})
	lost.Error = &journey.RunError{Kind: journey.ErrorBrowser, Message: "Chrome died"}

	wide := aRun(journey.Critical, timed("靴を探す", journey.Critical, 12000, 0.276), timed("👩‍👩‍👧 の 🇯🇵 family", journey.Good, 10, 0),
		timed("A title that is so long that it fits on no terminal at all, not even on the widest one that there is, by far", journey.Slow, 1000, 0.0))
	wide.WaitMs, wide.Abandonment = new(13010.0), &journey.Abandonment{Low: 0.276, High: 0.276, Basis: "site's bounce 35%"}

	hostile := aRun(journey.Failed, journey.StepResult{Title: "Open", Outcome: journey.Failed, Failure: &journey.Failure{
		Kind: journey.KindExpectation, Message: "the page says \x1b]0;owned\x07\x1b[2J\u009b31m and \u202etxet desrever\u202c\r\n✓ all good\x00",
	}})
	return map[string]journey.Run{
		"good": good, "hebrew": hebrew, "failed": failed, "blocked": blocked, "probe-error": lost, "wide": wide, "hostile": hostile,
	}
}

func printed(s screen, run journey.Run) string {
	var out bytes.Buffer
	var titles []string
	for _, s := range run.Steps {
		titles = append(titles, s.Title)
	}
	newReport(&out, s, headingOf(run), titles).finish(run)
	return out.String()
}

func TestReport(t *testing.T) {
	for name, run := range runs() {
		for _, width := range []int{40, 80, 120} {
			for _, colours := range []bool{false, true} {
				file := fmt.Sprintf("%s-%d", name, width)
				if colours {
					file += "-colour"
				}
				t.Run(file, func(t *testing.T) {
					golden(t, filepath.Join("testdata", "report", file+".golden"), printed(screen{columns: width, colours: colours}, run))
				})
			}
		}
	}
}

// golden compares with a file, or writes it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}

func TestReportKeepsToTheWidth(t *testing.T) {
	for name, run := range runs() {
		for width := narrowest; width <= widest; width++ {
			for line := range strings.Lines(printed(screen{columns: width}, run)) {
				if got := columns(strings.TrimRight(line, "\n")); got > width {
					t.Errorf("%s at %d columns has a line of %d: %q", name, width, got, line)
				}
			}
		}
	}
}

func TestReportAligns(t *testing.T) {
	for name, run := range runs() {
		at := -1
		for line := range strings.Lines(printed(screen{columns: 100}, run)) {
			before, _, isRow := strings.Cut(line, " s  ")
			if !isRow {
				continue
			}
			if got := columns(before); at >= 0 && got != at {
				t.Errorf("%s: the wait ends in column %d, in the rows above in %d: %q", name, got, at, line)
			} else {
				at = got
			}
		}
		if at < 0 && name != "blocked" && name != "hostile" {
			t.Errorf("%s has no row with a wait", name)
		}
	}
}

func TestReportAsItHappensEqualsTheOneAfterwards(t *testing.T) {
	for name, run := range runs() {
		var out bytes.Buffer
		var titles []string
		for _, s := range run.Steps {
			titles = append(titles, s.Title)
		}
		r := newReport(&out, screen{columns: 80}, headingOf(run), titles)
		for _, s := range run.Steps {
			if s.Outcome == journey.Skipped {
				continue // the probe tells nothing of these
			}
			r.begin(s.Index)
			r.step(s, nil)
		}
		r.finish(run)
		if diff := cmp.Diff(printed(screen{columns: 80}, run), out.String()); diff != "" {
			t.Errorf("%s (-afterwards +as it happens):\n%s", name, diff)
		}
	}
}

func TestReportTellsWarnings(t *testing.T) {
	var out bytes.Buffer
	run := runs()["good"]
	r := newReport(&out, screen{columns: 60}, headingOf(run), []string{"Open the shop", "Look for shoes"})
	r.step(run.Steps[0], []string{"everything expected was there before the click"})
	if want := "    warning  everything expected was there before the click\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("got %q, want it to end in %q", out.String(), want)
	}
}

func TestReportTellsOfAnalytics(t *testing.T) {
	for n, want := range map[int]string{0: "", 1: "  kept out of the site's statistics: 1 request of its analytics not sent\n", 7: "  kept out of the site's statistics: 7 requests of its analytics not sent\n"} {
		run := runs()["good"]
		run.Steps = slices.Clone(run.Steps)
		run.Steps[0].Requests = &journey.RequestCounts{Count: 3, AnalyticsBlocked: n}
		text := printed(screen{columns: 80}, run)
		if got := text[strings.Index(text, "GOOD"):]; !strings.HasSuffix(got, want) || strings.Contains(got, "statistics") != (n > 0) {
			t.Errorf("%d: got %q, want it to end in %q", n, got, want)
		}
	}
}

func TestReportTellsWhatWasSaved(t *testing.T) {
	run := runs()["good"]
	saved := []probe.Saved{{Name: "order", Value: "1234\x1b[31m"}}
	for want, s := range map[string]screen{
		"    saved    order = 1234\ufffd[31m\n": {columns: 60, size: func() int { return 60 }},
		"":                                      {columns: 60},
	} {
		var out bytes.Buffer
		newReport(&out, s, headingOf(run), nil).saved(saved)
		if got := out.String(); !strings.HasSuffix(got, want) || want == "" && strings.Contains(got, "order") {
			t.Errorf("got %q, want it to end in %q", got, want)
		}
	}
}

func TestTally(t *testing.T) {
	all := runs()
	got := tally(screen{}, []journey.Run{all["failed"], all["good"], all["probe-error"], all["failed"]})
	if want := "4 runs: 1 good · 2 failed · 1 probe error"; got != want {
		t.Errorf("tally = %q, want %q", got, want)
	}
}
