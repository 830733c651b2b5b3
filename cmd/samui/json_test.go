package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"samui/internal/journey"
)

// fullRun has a value wherever a run may have one.
func fullRun() journey.Run {
	run := aRun(journey.Failed, timed("Open the shop", journey.Good, 612.3, 0),
		journey.StepResult{Step: "pay", Title: "Pay", Outcome: journey.Failed, GaveUpMs: new(30000.0), Failure: &journey.Failure{
			Kind: journey.KindTarget, Message: "nothing is called that", Target: new("Pay"), Nearest: []string{"{role: button}"},
			Hint: new("click: Buy"), Line: new("buy.yaml:3"),
		}, Evidence: journey.Evidence{Screenshot: new("a.png")}})
	first := &run.Steps[0]
	first.ThresholdsMs = &journey.ThresholdsMs{Slow: 2500, Bad: 4000, Critical: 10000}
	first.Page = &journey.Page{
		URL: "http://127.0.0.1/", Navigation: journey.NavigationHard, Status: new(200), TTFBMs: new(41.0), FCPMs: new(1.0), LCPMs: new(2.0),
		CLS: new(0.01), INPMs: new(3.0), BlockingMs: new(0.0), DNSMs: new(0.0), ConnectMs: new(0.2), TLSMs: new(4.0), TLSDaysLeft: new(80),
		DOMContentLoadedMs: new(5.0), LoadMs: new(6.0),
		Timings: map[string]*float64{"hero-shown": new(212.5)},
		Causes: &journey.Causes{
			LCP:        &journey.Painted{Element: new("{alt: Hero}"), URL: new("http://127.0.0.1/hero.png")},
			CLS:        &journey.Shift{Element: new("{text: Below}"), Shift: 0.01, AtMs: 300},
			INP:        &journey.Phases{Element: new("{role: button, name: Buy}"), Event: "click", DelayMs: 1, ProcessingMs: 1, PresentationMs: 1},
			LongFrames: []journey.LongFrame{{AtMs: 10, DurationMs: 120, BlockingMs: 60, Script: new("http://127.0.0.1/app.js"), Function: new("recount"), ScriptMs: 100}},
		},
	}
	first.Requests = &journey.RequestCounts{Count: 42, Failed: 1, Bytes: 813220, ThirdParty: 2}
	first.ConsoleErrors, first.Console = new(3), journey.Console{{Text: "TypeError: x is undefined", Source: new("http://127.0.0.1/app.js:2:25"), Times: 2}}
	run.RunID, run.Env, run.Location, run.Revision = "01J", "production", "local", "9f2c"
	run.Slot = new(time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC))
	run.Browser = &journey.Browser{Name: "headless-shell", Version: "156.0.8078.79"}
	run.Probe = journey.Probe{OverheadMs: new(120.2), Starved: new(false), CPUDelay: new(0.021)}
	return run
}

func runSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../../docs/run.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// What the code writes and what the schema says are the same, key by key.
func TestRunSchemaFitsTheCode(t *testing.T) {
	schema := runSchema(t)
	valid := func(data []byte) error {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(value)
	}
	data, err := json.Marshal(fullRun())
	if err != nil {
		t.Fatal(err)
	}
	if err := valid(data); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	var run map[string]any
	if err := json.Unmarshal(data, &run); err != nil {
		t.Fatal(err)
	}
	paths := 0
	eachObject(run, func(object map[string]any) {
		for key, value := range object {
			paths++
			delete(object, key)
			without, _ := json.Marshal(run)
			if valid(without) == nil {
				t.Errorf("a run without %q is valid", key)
			}
			object[key] = value
		}
		object["surprise"] = true
		if more, _ := json.Marshal(run); valid(more) == nil {
			t.Errorf("a run with another key beside %v is valid", object)
		}
		delete(object, "surprise")
	})
	if want := 80; paths < want {
		t.Errorf("looked at %d keys, want at least %d: is the run full?", paths, want)
	}
}

func eachObject(value any, visit func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if key != "timings" { // its keys are the journey's
				eachObject(inner, visit)
			}
		}
		visit(v)
	case []any:
		for _, inner := range v {
			eachObject(inner, visit)
		}
	}
}

func TestJSONIsOneLineForEachRun(t *testing.T) {
	var out bytes.Buffer
	w := &world{stdout: &out}
	run := fullRun()
	run.Title = "a\nb <&> \u2028"
	w.printJSON(run)
	w.printJSON(run)
	if got := strings.Count(out.String(), "\n"); got != 2 {
		t.Errorf("two runs are %d lines: %q", got, out.String())
	}
	for _, line := range lines(out.String()) {
		var back journey.Run
		if err := json.Unmarshal([]byte(line), &back); err != nil || back.Title != run.Title {
			t.Errorf("a line reads back as %q, %v; want %q", back.Title, err, run.Title)
		}
	}
}
