package daemon

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
	"samui/internal/slack/slacktest"
)

// A visit of API calls has no browser, no picture and nothing that a page
// measures. It is recorded, shown, told and delivered like any other.
func TestAVisitOfAPICallsIsToldEverywhere(t *testing.T) {
	told := slacktest.New(slacktest.Options{})
	t.Cleanup(told.Close)
	site := &moody{Handler: api()}
	in := installOn(t, site, fmt.Sprintf(`chrome: {path: /nowhere/chrome}
slack: {token: %q, channel: "#oncall", ops: "#ops", api_url: %q}
`, slacktest.Token, told.URL()))
	in.asks("stock")
	var mu sync.Mutex // guards recorded
	recorded := map[string]journey.Run{}
	in.begin(func(o *Options) {
		o.Pictures = true
		o.Recorded = func(r journey.Run) {
			mu.Lock()
			defer mu.Unlock()
			recorded[r.RunID] = r
		}
	})
	await(t, "a good result", func() bool { return len(in.good("stock")) > 0 })
	site.broken.Store(true)
	await(t, "a message", func() bool { return len(told.Roots("oncall")) > 0 })
	message := only(t, told, "oncall")
	plain := strings.NewReplacer("\u2068", "", "\u2069", "").Replace(message.Text) // isolates
	if !strings.HasPrefix(plain, "🔴 FAILED acme · Calls of stock › Stock: ") || !strings.Contains(plain, "/api/stock: the answer was 500 Internal Server Error") {
		t.Errorf("told %q", plain)
	}

	schema := runSchema(t)
	runs := in.runs("stock")
	i := slices.IndexFunc(runs, func(r journey.Run) bool { return r.Outcome == journey.Failed })
	for _, run := range []journey.Run{in.good("stock")[0], runs[i]} {
		var one any
		if status := in.ask("/api/runs/"+run.RunID, &one); status != http.StatusOK {
			t.Fatalf("run %s: status %d", run.RunID, status)
		}
		if err := schema.Validate(one); err != nil {
			t.Errorf("run %s is no run: %v", run.RunID, err)
		}
		mu.Lock()
		diff := cmp.Diff(asJSON(t, recorded[run.RunID]), asJSON(t, run))
		mu.Unlock()
		if diff != "" {
			t.Errorf("the run that is read back (-recorded +read):\n%s", diff)
		}
		s := run.Steps[0]
		if run.Browser != nil || run.Probe.Starved != nil || s.ConsoleErrors != nil || s.Evidence.Screenshot != nil || s.Page.LCPMs != nil || s.Page.CLS != nil {
			t.Errorf("a browser was there: %+v, %+v", run, s)
		}
		page := in.text("/runs/" + run.RunID)
		if !strings.Contains(page, `<span class="muted">asked</span>`) || !strings.Contains(page, "/api/stock") {
			t.Errorf("the run's page doesn't say what was asked:\n%s", page)
		}
		for _, not := range []string{"<dt>Browser</dt>", `class="picture`, ">LCP<", ">CLS<", "console error", "Nearest on the page", "stayed on", "<nil>"} {
			if strings.Contains(page, not) {
				t.Errorf("the run's page has %q:\n%s", not, page)
			}
		}
	}
	for _, path := range []string{"/", "/journeys/shop/stock?device=desktop", "/incidents", "/samui"} {
		if status := in.ask(path, nil); status != http.StatusOK {
			t.Errorf("%s: status %d", path, status)
		}
	}
	in.end()
	if calls := told.Calls(); len(told.Refusals()) > 0 || calls["files.getUploadURLExternal"] > 0 || calls["files.completeUploadExternal"] > 0 {
		t.Errorf("Slack refused %q of %v; there is no picture to send", told.Refusals(), calls)
	}
	var steps []string
	for _, lines := range in.sink.points("journey_step") {
		steps = append(steps, lines...)
	}
	if len(steps) == 0 {
		t.Fatal("no step was delivered")
	}
	for _, line := range steps {
		for _, not := range []string{"lcp_ms", "fcp_ms", "cls=", "inp_ms", "load_ms", "console_errors"} {
			if strings.Contains(line, not) {
				t.Errorf("%s was delivered: %s", not, line)
			}
		}
		if !strings.Contains(line, "ttfb_ms=") || !strings.Contains(line, "requests=1i") {
			t.Errorf("delivered without what was measured: %s", line)
		}
	}
	for _, lines := range in.sink.points("journey_run") {
		for _, line := range lines {
			if strings.Contains(line, "browser=") || !strings.Contains(line, "starved=0i") {
				t.Errorf("delivered %s", line)
			}
		}
	}
}

func asJSON(t *testing.T, r journey.Run) string {
	t.Helper()
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
