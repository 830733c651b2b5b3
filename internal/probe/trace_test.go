package probe_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/probe"
)

// TestTrace: what is written is what DevTools and Perfetto open, and holds no
// secret, also where one is a part of an address.
func TestTrace(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", page(`<h1>Home</h1><script>performance.mark('drawn hunter2222'); fetch('/key?k=hunter2222')</script>`))
	mux.HandleFunc("/key", page(`fine`))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	home := step("home", open("/"), sees("Home"))
	home.Timeout = time.Minute
	j := path(server, home)
	j.Site.Headers = map[string]journey.Text{"X-Key": journey.NewText(journey.Part{Secret: journey.NewSecret("hunter2222"), Source: "${secret:X}"})}
	trace := &probe.Trace{File: filepath.Join(t.TempDir(), "visit.json")}
	run := probe.Run(t.Context(), newBrowser(t), j, desktop(), probe.Options{Trace: trace})
	if trace.Err != nil || run.Steps[0].WaitMs == nil {
		t.Fatalf("%v; %+v", trace.Err, run)
	}
	data, err := os.ReadFile(trace.File)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "hunter2222") || !strings.Contains(string(data), "<secret>") && !strings.Contains(string(data), `\u003csecret\u003e`) {
		t.Error("the secret isn't hidden")
	}
	if info, err := os.Stat(trace.File); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: want a file for its owner alone", info.Mode(), err)
	}
	var file struct {
		Events []struct {
			Phase *string  `json:"ph"`
			Time  *float64 `json:"ts"`
			PID   *int     `json:"pid"`
			TID   *int     `json:"tid"`
			Name  *string  `json:"name"`
			Args  map[string]any
		} `json:"traceEvents"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	names, threads := map[string]int{}, map[any]bool{}
	for _, e := range file.Events {
		if e.Phase == nil || len(*e.Phase) != 1 || e.Time == nil || e.PID == nil || e.TID == nil || e.Name == nil {
			t.Fatalf("an event lacks something: %+v", e)
		}
		names[*e.Name]++
		if *e.Name == "thread_name" && *e.Phase == "M" {
			threads[e.Args["name"]] = true
		}
	}
	for _, want := range []string{"navigationStart", "process_name", "ResourceSendRequest", "ResourceReceiveResponse", "EvaluateScript", "TracingStartedInBrowser"} {
		if names[want] == 0 {
			t.Errorf("no %s among %d events", want, len(file.Events))
		}
	}
	for _, want := range []string{"CrRendererMain", "CrBrowserMain"} {
		if !threads[want] {
			t.Errorf("no thread is called %s: %v", want, threads)
		}
	}
}
