package journey

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// runs are what readers of the JSON meet: everything measured, a failure, a
// visit that nobody made.
func runs() map[string]Run {
	zone := time.FixedZone("UTC+2", 2*60*60)
	at := func(second int) *time.Time { return new(time.Date(2026, 1, 1, 12, 0, second, 0, zone)) }
	head := Run{
		RunID: "01JGFJJZ00", Client: "demo", Site: "demo-shop", Env: "production", Journey: "buy-shoes", Title: "קניית נעליים", Stage: Purchase,
		Device: "desktop", Network: "unthrottled", Location: "local", Revision: "9f2c000000000000", Slot: at(0), Attempt: 1,
	}
	walked := head
	walked.StartedAt, walked.FinishedAt = at(1), at(9)
	walked.Browser, walked.Probe = &Browser{"headless-shell", "156.0.8078.79"}, Probe{new(120.2), new(false), new(0.021)}
	j, raw := visit(raw{ms: 612.3, navigation: NavigationHard}, raw{ms: 6000.04, navigation: NavigationHard})
	raw.Steps[0].Title = "Open the shop"
	raw.Steps[0].Page = &Page{
		URL: "http://127.0.0.1:8099/", Navigation: NavigationHard, Status: new(200), TTFBMs: new(41.0), FCPMs: new(180.2), LCPMs: new(420.9), CLS: new(0.01),
		INPMs: nil, BlockingMs: new(0.0), DNSMs: new(0.0), ConnectMs: new(0.2), TLSMs: nil, TLSDaysLeft: nil, DOMContentLoadedMs: new(210.0), LoadMs: new(590.1),
		Timings: map[string]*float64{"hero-shown": new(212.5), "never": nil},
		Causes: &Causes{
			LCP: &Painted{new("{alt: Hero}"), new("http://127.0.0.1:8099/hero.png")}, CLS: &Shift{new("{text: Below}"), 0.01, 300},
			LongFrames: []LongFrame{{10, 120, 60, new("http://127.0.0.1:8099/app.js"), nil, 100}},
		},
	}
	raw.Steps[0].Requests, raw.Steps[0].ConsoleErrors = &RequestCounts{Count: 42, Bytes: 813220}, new(0)
	raw.Steps[0].Evidence.Screenshot = new("evidence/01JGFJJZ00/0.png")
	raw.Steps[0].Evidence.Waterfall = new("evidence/01JGFJJZ00/0.har")
	raw.Steps[0].Evidence.DOM = new("evidence/01JGFJJZ00/0.dom.txt")

	timed, failed, missed := walked, walked, head
	timed.Steps = raw.Steps
	failed.Steps = []StepResult{raw.Steps[0], {Index: 1, Step: "b", GaveUpMs: new(30000.0), Failure: &Failure{Kind: KindTarget, Message: `can't click "Buy": nothing on the page matches`, Target: new(`"Buy"`), Line: new("buy.yaml:12")}}}
	missed.Attempt, missed.Error = 0, &RunError{ErrorDown, "the daemon was not running"}
	return map[string]Run{"timed": Judge(j, timed), "failed": Judge(j, failed), "missed": Judge(j, missed)}
}

func TestRunJSON(t *testing.T) {
	for name, run := range runs() {
		t.Run(name, func(t *testing.T) {
			got, err := json.MarshalIndent(run, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", "run_"+name+".json")
			if *update {
				if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(bytes.TrimSpace(want)), string(got)); diff != "" {
				t.Errorf("the JSON that readers rely on has changed (-want +got):\n%s", diff)
			}
			var again Run
			if err := json.Unmarshal(got, &again); err != nil {
				t.Fatal(err)
			}
			if twice, _ := json.MarshalIndent(again, "", "  "); !bytes.Equal(got, twice) {
				t.Errorf("read and written again it differs:\n%s", cmp.Diff(string(got), string(twice)))
			}
		})
	}
}

// Every key is always there, whatever was not measured; lists are never null.
func TestRunJSONOfNothing(t *testing.T) {
	var full, empty map[string]any
	timed, err := json.Marshal(runs()["timed"])
	if err != nil {
		t.Fatal(err)
	}
	bare, err := json.Marshal(Run{})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(timed, &full); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(bare, &empty); err != nil {
		t.Fatal(err)
	}
	for key := range full {
		if _, ok := empty[key]; !ok {
			t.Errorf("an empty run has no %q", key)
		}
	}
	if steps, ok := empty["steps"].([]any); !ok || len(steps) != 0 {
		t.Errorf("steps of an empty run = %v, want []", empty["steps"])
	}
	for name, v := range map[string]any{"a value": Failure{}, "a pointer": &Failure{}} {
		if got, want := show(v), `{"kind":"","message":"","target":null,"nearest":[],"hint":null,"line":null}`; got != want {
			t.Errorf("JSON of a failure, %s = %s, want %s", name, got, want)
		}
	}
}

func TestRunJSONLeavesTheRunAlone(t *testing.T) {
	local := time.Date(2026, 1, 1, 12, 0, 0, 0, time.FixedZone("UTC+2", 7200))
	run := Run{Slot: &local}
	show(run)
	if run.Steps != nil || run.Slot != &local || run.Slot.Location() == time.UTC {
		t.Error("writing a run as JSON changed it")
	}
}

func TestMs(t *testing.T) {
	for d, want := range map[time.Duration]float64{
		0:                                   0,
		time.Second:                         1000,
		49 * time.Microsecond:               0,
		50 * time.Microsecond:               0.1,
		2499960 * time.Microsecond:          2500,
		2499949999 * time.Nanosecond:        2499.9,
		7210450 * time.Microsecond:          7210.5,
		24*time.Hour + 100*time.Microsecond: 86400000.1,
	} {
		if got := *Ms(d); got != want {
			t.Errorf("Ms(%v) = %v, want %v", d, got, want)
		}
	}
}

func TestFromMs(t *testing.T) {
	for ms, want := range map[float64]time.Duration{
		0:            0,
		0.1:          100 * time.Microsecond,
		2499.9:       2499900 * time.Microsecond,
		612.3:        612300 * time.Microsecond,
		-5:           -5 * time.Millisecond,
		1e300:        math.MaxInt64,
		math.Inf(1):  math.MaxInt64,
		math.Inf(-1): 0,
		-1e300:       0,
	} {
		if got := FromMs(ms); got != want {
			t.Errorf("FromMs(%v) = %v, want %v", ms, got, want)
		}
	}
	if got := FromMs(math.NaN()); got != 0 {
		t.Errorf("FromMs(NaN) = %v, want 0", got)
	}
	for ms := 0.0; ms < 20000; ms += 0.7 { // what was rounded once stays as it is
		if once := *Ms(FromMs(ms)); *Ms(FromMs(once)) != once {
			t.Errorf("%v ms recorded is %v, and recorded again %v", ms, once, *Ms(FromMs(once)))
		}
	}
}

func TestPosString(t *testing.T) {
	for want, pos := range map[string]Pos{"buy.yaml:12": {"buy.yaml", 12, 5}, "buy.yaml": {File: "buy.yaml"}, "": {}} {
		if got := pos.String(); got != want {
			t.Errorf("%#v.String() = %q, want %q", pos, got, want)
		}
	}
}
