package probe_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"samui/internal/har"
	"samui/internal/journey"
	"samui/internal/probe"
)

// readHAR is what was kept of a step, as a text and as a waterfall.
func readHAR(t *testing.T, path *string) (string, journey.Waterfall) {
	t.Helper()
	if path == nil {
		t.Fatal("nothing was kept of what a step fetched")
	}
	data, err := os.ReadFile(*path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := har.Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return string(data), w
}

// TestFetchedIsKept: what a step fetched is kept where its picture is, with a
// secret hidden that only a later step told, and as often as it was tried.
func TestFetchedIsKept(t *testing.T) {
	server := site(t)
	dir := t.TempDir()
	saves := step("save", journey.Action{Verb: journey.Reload}, sees("Hello"))
	saves.Save = []journey.Save{{Name: "word", From: journey.SaveURL, Matches: journey.Plain("hello=(.*)"), Secret: true}}
	twice := step("lost", open("/"), sees("Away"))
	twice.Retry = 1
	j := path(server, step("land", open("/echo?hello=s3cr3tsession"), sees("Hello")), saves, step("home", open("/"), sees("Home")), twice)
	var told []har.Step
	run := probe.Run(t.Context(), newBrowser(t), j, desktop(), probe.Options{
		Evidence: dir, Fetched: func(steps []har.Step) { told = steps },
		Shoot: func(r journey.StepResult) bool { return r.Step != "home" },
	})
	if got := outcomes(run); got != "failed: good good good failed" {
		t.Fatal(got)
	}
	text, w := readHAR(t, run.Steps[0].Evidence.Waterfall)
	if len(w.Requests) == 0 || w.Requests[0].URL != server.URL+"/echo?hello=<secret>" || strings.Contains(text, "s3cr3t") {
		t.Errorf("a secret that was saved later: %s", text)
	}
	if run.Steps[2].Evidence.Waterfall != nil {
		t.Errorf("kept of a step that nobody wants to see: %s", *run.Steps[2].Evidence.Waterfall)
	}
	_, w = readHAR(t, run.Steps[3].Evidence.Waterfall)
	documents := 0
	for _, f := range w.Requests {
		if f.Navigation {
			documents++
		}
	}
	if documents != 2 {
		t.Errorf("a step that was tried twice has %d documents", documents)
	}
	if want := filepath.Join(dir, run.RunID, "04-lost.har"); *run.Steps[3].Evidence.Waterfall != want {
		t.Errorf("kept at %s, want %s", *run.Steps[3].Evidence.Waterfall, want)
	}
	if len(told) != 4 || told[2].Index != 2 || len(told[2].Waterfall.Requests) == 0 || strings.Contains(told[0].Waterfall.Requests[0].URL, "s3cr3t") {
		t.Errorf("told of %+v", told)
	}
	run = probe.Run(t.Context(), newBrowser(t), path(server, step("home", open("/"), sees("Home"))), desktop(), probe.Options{})
	if run.Steps[0].Evidence.Waterfall != nil {
		t.Error("kept without a folder")
	}
}

// TestKeepingIsNoResult: what goes wrong when a visit is judged is told, and
// changes nothing about it.
func TestKeepingIsNoResult(t *testing.T) {
	server := site(t)
	var warned []string
	run := probe.Run(t.Context(), newBrowser(t), path(server, step("home", open("/"), sees("Home"))), desktop(), probe.Options{
		Fetched:  func([]har.Step) { panic("no room") },
		Progress: func(p probe.Progress) { warned = append(warned, p.Warnings...) },
	})
	if run.Outcome != journey.Good || run.Error != nil {
		t.Errorf("%s, %+v", run.Outcome, run.Error)
	}
	if len(warned) != 1 || !strings.Contains(warned[0], "BUG") || !strings.Contains(warned[0], "no room") {
		t.Errorf("warned of %q", warned)
	}
}
