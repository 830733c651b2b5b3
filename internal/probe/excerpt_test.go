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
