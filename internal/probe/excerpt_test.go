package probe_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/probe"
)

// A failed step keeps the HTML around what was looked for, secrets hidden; one
// that went well keeps none.
func TestAFailedStepKeepsItsHTML(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", page(`<h1>Home</h1><p>Signed in with hunter2222</p><button>Buy it</button>`))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	buy := step("buy", click("Buy now please"), sees("done"))
	buy.Timeout = 300 * time.Millisecond
	home := step("home", open("/"), sees("Home"))
	home.Timeout = time.Minute
	j := path(server, home, buy)
	j.Site.Headers = map[string]journey.Text{"X-Key": journey.NewText(journey.Part{Secret: journey.NewSecret("hunter2222"), Source: "${secret:X}"})}
	run := probe.Run(t.Context(), newBrowser(t), j, desktop(), probe.Options{Evidence: t.TempDir()})
	if run.Steps[0].Evidence.DOM != nil || run.Steps[1].Evidence.DOM == nil {
		t.Fatalf("kept %+v and %+v", run.Steps[0].Evidence, run.Steps[1].Evidence)
	}
	file := *run.Steps[1].Evidence.DOM
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<button>Buy it</button>", "Signed in with <secret>"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %q in:\n%s", want, data)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: want a file for its owner alone", info.Mode(), err)
	}
}

// TestAnExcerptIsWrittenOnce: what only a later step tells to be a secret is in
// no file at any time, and one that can't be written is no evidence.
func TestAnExcerptIsWrittenOnce(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", page(`<h1>Hello</h1><p>s3cr3tsession</p>`))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	home := step("home", open("/"), sees("Hello"))
	home.Timeout = time.Minute
	lost := step("lost", click("Put it away"), sees("Away"))
	lost.Timeout = 300 * time.Millisecond
	saves := step("save", open("/?hello=s3cr3tsession"), sees("Hello"))
	saves.Always = true
	saves.Save = []journey.Save{{Name: "word", From: journey.SaveURL, Matches: journey.Plain("hello=(.*)"), Secret: true}}
	saves.Timeout = time.Minute
	for _, full := range []bool{false, true} {
		dir := t.TempDir()
		var warned []string
		run := probe.Run(t.Context(), newBrowser(t), path(server, home, lost, saves), desktop(), probe.Options{Evidence: dir, Progress: func(p probe.Progress) {
			warned = append(warned, p.Warnings...)
			if p.Result == nil || p.Index != 1 {
				return
			}
			file := *p.Result.Evidence.DOM
			if _, err := os.Stat(file); err == nil {
				t.Errorf("%s is there before the visit is over", file)
			}
			if full {
				if err := os.MkdirAll(file, 0o700); err != nil {
					t.Error(err)
				}
			}
		}})
		switch dom := run.Steps[1].Evidence.DOM; {
		case full && (dom != nil || len(warned) != 1 || !strings.Contains(warned[0], `no HTML of step "lost"`)):
			t.Errorf("kept %v where nothing can be, warned of %q", dom, warned)
		case full:
		case dom == nil:
			t.Error("nothing is kept")
		default:
			data, err := os.ReadFile(*dom)
			if err != nil || strings.Contains(string(data), "s3cr3t") || !strings.Contains(string(data), "<secret>") {
				t.Errorf("%v: %s", err, data)
			}
		}
	}
}
