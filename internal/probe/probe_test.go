package probe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/demo"
	"samui/internal/journey"
	"samui/internal/probe"
)

// newBrowser is one Chrome for a test, on a machine with CPUs to spare,
// whatever else is running on it.
func newBrowser(t testing.TB) *browser.Browser {
	t.Helper()
	return browserWith(t, func() map[int]time.Duration { return map[int]time.Duration{1: 0} })
}

// browserWith is newBrowser with another gauge; nil = the machine's own.
func browserWith(t testing.TB, gauge func() map[int]time.Duration) *browser.Browser {
	t.Helper()
	b, err := browser.New(browser.Options{NoSandbox: os.Geteuid() == 0, CPUDelays: gauge})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func page(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!doctype html><meta charset=utf-8>"+body)
	}
}

// site is a server with a handful of pages.
func site(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/", page(`<h1>Home</h1><button onclick="document.body.append('done')">Go</button><input>`))
	mux.HandleFunc("/odd", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) })
	mux.HandleFunc("/gone", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusGone)
		fmt.Fprint(w, "<title>Gone</title>It is gone")
	})
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/many", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		page(`<h1>Hello</h1><p>`+r.URL.Query().Get("token")+`</p>`)(w, r)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func sees(s string) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimText, Op: journey.Contains, Text: journey.Plain(s), Pos: journey.Pos{File: "j.yaml", Line: 9}}
}

func open(path string) journey.Action {
	return journey.Action{Verb: journey.Open, URL: journey.Plain(path), Pos: journey.Pos{File: "j.yaml", Line: 8}}
}

// step is one whose wait is good however busy the machine is.
func step(id string, action journey.Action, expect ...journey.Expectation) journey.Step {
	return journey.Step{ID: id, Title: id, Do: []journey.Action{action}, Expect: expect, Timeout: 3 * time.Second, Thresholds: journey.Flat(journey.Thresholds{Slow: 20 * time.Second, Bad: 30 * time.Second, Critical: 40 * time.Second}), Pos: journey.Pos{File: "j.yaml", Line: 7}}
}

func path(server *httptest.Server, steps ...journey.Step) journey.Journey {
	return journey.Journey{
		ID: "path", Title: "Path", Stage: journey.Browse, Timeout: time.Minute, Steps: steps,
		Site: journey.Site{ID: "test", Client: "none", Env: "none", URL: server.URL, Hosts: []string{"127.0.0.1"}, Timezone: time.UTC},
	}
}

func desktop() journey.Visit {
	return journey.Visit{Device: journey.Devices()[0], Network: journey.Networks()[0]}
}

func outcomes(run journey.Run) string {
	words := []string{string(run.Outcome) + ":"}
	for _, s := range run.Steps {
		words = append(words, string(s.Outcome))
	}
	return strings.Join(words, " ")
}

// TestOutcomes: what a run amounts to, whatever happens in it.
func TestOutcomes(t *testing.T) {
	server := site(t)
	goes := journey.Action{Verb: journey.Click, Target: &journey.Target{By: journey.ByAny, Value: journey.Plain("Go")}}
	always := func(s journey.Step) journey.Step { s.Always = true; return s }
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	through := func(j journey.Journey, proxy string) journey.Journey {
		j.Conditions.Proxy = &journey.Proxy{Server: proxy}
		return j
	}
	shorter := func(j journey.Journey, d time.Duration) journey.Journey { j.Timeout = d; return j }
	cases := []struct {
		name      string
		journey   journey.Journey
		options   probe.Options
		want      string
		kind      journey.FailureKind // of the first failed step
		errorKind journey.ErrorKind
	}{
		{name: "all is well", journey: path(server, step("home", open("/"), sees("Home")), step("go", goes, sees("done"))), want: "good: good good"},
		{name: "a step fails, the rest is skipped, cleaning up is done", journey: path(server, step("home", open("/"), sees("Away")), step("go", goes, sees("done")), always(step("clean", open("/"), sees("Home")))), want: "failed: failed skipped good", kind: journey.KindExpectation},
		{name: "a proxy's answer without a proxy", journey: path(server, step("home", open("/odd"), sees("Home"))), want: "failed: failed", kind: journey.KindNavigation},
		{name: "an error page", journey: path(server, step("home", open("/gone"), sees("Home"))), want: "failed: failed", kind: journey.KindHTTP},
		{name: "a refusal", journey: path(server, step("home", open("/many"), sees("Home")), step("go", goes)), want: "blocked: blocked skipped", kind: journey.KindBlocked},
		{name: "nobody there", journey: path(closed, step("home", open("/"), sees("Home"))), want: "failed: failed", kind: journey.KindNavigation},
		{name: "nobody there, and a reference that answers", journey: path(closed, step("home", open("/"), sees("Home"))), options: probe.Options{Reference: []string{closed.URL, server.URL}}, want: "failed: failed", kind: journey.KindNavigation},
		{name: "nobody there, and no reference answers", journey: path(closed, step("home", open("/"), sees("Home"))), options: probe.Options{Reference: []string{closed.URL}}, want: "probe_error: skipped", errorKind: journey.ErrorNetwork},
		{name: "the proxy isn't there", journey: through(path(server, step("home", open("/"), sees("Home"))), closed.URL), options: probe.Options{Reference: []string{server.URL}}, want: "probe_error: skipped", errorKind: journey.ErrorNetwork},
		{name: "the run's own time is over", journey: shorter(path(server, step("home", open("/"), sees("Away"))), time.Second), want: "failed: failed", kind: journey.KindTimeout},
	}
	b := newBrowser(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			run := probe.Run(t.Context(), b, c.journey, desktop(), c.options)
			if got := outcomes(run); got != c.want {
				t.Errorf("got %s, want %s (%+v)", got, c.want, run.Error)
			}
			if run.Error == nil != (c.errorKind == "") || run.Error != nil && run.Error.Kind != c.errorKind {
				t.Errorf("error: got %+v, want kind %q", run.Error, c.errorKind)
			}
			for _, s := range run.Steps {
				if s.Failure == nil {
					continue
				}
				if s.Failure.Kind != c.kind {
					t.Errorf("failure: got %s %q, want %s", s.Failure.Kind, s.Failure.Message, c.kind)
				}
				if s.Failure.Line == nil || !strings.HasPrefix(*s.Failure.Line, "j.yaml:") {
					t.Errorf("failure %q has no line", s.Failure.Message)
				}
				if s.GaveUpMs == nil || s.WaitMs != nil {
					t.Error("a failed step says how long it was waited for, and has no wait")
				}
			}
			if run.RunID == "" || run.StartedAt == nil || run.FinishedAt == nil || run.Location != "local" || run.Attempt != 1 {
				t.Errorf("not filled: %+v", run)
			}
			if run.Error == nil && (run.Probe.OverheadMs == nil || run.Browser == nil) {
				t.Error("overhead or browser not filled")
			}
		})
	}
}

// TestOutOfTime: the run's time says what it was over with.
func TestOutOfTime(t *testing.T) {
	server := site(t)
	j := path(server, step("home", open("/"), sees("Away")))
	j.Timeout = time.Second
	run := probe.Run(t.Context(), newBrowser(t), j, desktop(), probe.Options{})
	f := run.Steps[0].Failure
	if f == nil || f.Kind != journey.KindTimeout || !strings.Contains(f.Message, `the run's time of 1s was over in this step: "Away" not seen`) {
		t.Errorf("got %+v, want a timeout that says what was waited for", f)
	}
}

// TestBug: a mistake of ours is told as one, with the place.
func TestBug(t *testing.T) {
	server := site(t)
	run := probe.Run(t.Context(), newBrowser(t), path(server, step("home", open("/"))), desktop(), probe.Options{Progress: func(probe.Progress) { panic("canary") }})
	if run.Outcome != journey.ProbeError || run.Error.Kind != journey.ErrorInternal || !strings.Contains(run.Error.Message, "BUG: canary") || !strings.Contains(run.Error.Message, "probe_test.go") {
		t.Errorf("got %s %+v", run.Outcome, run.Error)
	}
}

// TestProgress: every step is told of as it begins and as it ends, and the
// author hears of what can't be right.
func TestProgress(t *testing.T) {
	server := site(t)
	var news, warnings []string
	target := &journey.Target{By: journey.ByAny, Value: journey.Plain("Go")}
	j := path(server, step("home", open("/"), sees("Home")),
		step("again", journey.Action{Verb: journey.Hover, Target: target}, sees("Home")),
		step("fill", journey.Action{Verb: journey.Fill, Target: &journey.Target{By: journey.ByCSS, Value: journey.Plain("input")}, With: journey.Plain("Dana")}, sees("Home")))
	run := probe.Run(t.Context(), newBrowser(t), j, desktop(), probe.Options{Progress: func(p probe.Progress) {
		what := "begins"
		if p.Result != nil {
			what = string(p.Result.Outcome)
		}
		warnings = append(warnings, p.Warnings...)
		news = append(news, fmt.Sprintf("%d %s %d", p.Index, what, len(p.Warnings)))
	}})
	want := []string{"0 begins 0", "0 good 0", "1 begins 0", "1 good 1", "2 begins 0", "2 good 1"}
	if strings.Join(news, ", ") != strings.Join(want, ", ") {
		t.Errorf("news: got %q, want %q", news, want)
	}
	told := strings.Join(warnings, "\n")
	for _, part := range []string{
		`step "again": everything it expects was there before its last input, and the wait begins there; expect something that the input brings`,
		`step "fill": everything it expects was there before its last input, and the wait begins there; fill and send in one step`,
	} {
		if !strings.Contains(told, part) {
			t.Errorf("warned %q, want %q", told, part)
		}
	}
	if !run.Steps[1].Already {
		t.Error("the second step is not marked already")
	}
	if run.Actions == nil || *run.Actions != 3 {
		t.Errorf("actions: got %v, want 3", run.Actions)
	}
}

// TestPace: the customer's breath is neither a wait nor the tool's own time.
func TestPace(t *testing.T) {
	server := site(t)
	j := path(server, step("home", open("/"), sees("Home")), step("again", open("/"), sees("Home")))
	j.Pace = 1500 * time.Millisecond
	run := probe.Run(t.Context(), newBrowser(t), j, desktop(), probe.Options{})
	took := run.FinishedAt.Sub(*run.StartedAt)
	if took < j.Pace {
		t.Errorf("the run took %v, less than the pace", took)
	}
	rest := float64((took - j.Pace).Milliseconds()) + 1
	if *run.WaitMs+*run.Probe.OverheadMs > rest+1 {
		t.Errorf("waits %v ms and overhead %v ms, of %v ms without the pace", *run.WaitMs, *run.Probe.OverheadMs, rest)
	}
}

// TestSecrets: a canary typed, opened and echoed by the page is nowhere in the
// result.
func TestSecrets(t *testing.T) {
	server := site(t)
	canary := "zq7 canary/ß"
	secret := journey.NewText(journey.Part{Secret: journey.NewSecret(canary), Source: "${secret:TOKEN}"})
	address := journey.NewText(append([]journey.Part{{Literal: "/echo?token="}}, journey.Part{Secret: journey.NewSecret("zq7canary"), Source: "${secret:T}"})...)
	opened := journey.Action{Verb: journey.Open, URL: address}
	j := path(server, step("open", opened, sees("Hello")),
		step("look", journey.Action{Verb: journey.Reload}, journey.Expectation{Claim: journey.ClaimText, Target: &journey.Target{By: journey.ByCSS, Value: journey.Plain("p")}, Op: journey.Is, Text: secret}))
	run := probe.Run(t.Context(), newBrowser(t), j, desktop(), probe.Options{})
	data, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	if run.Outcome != journey.Failed || !bytes.Contains(data, []byte("secret")) {
		t.Errorf("got %s: the test shows nothing", data)
	}
	for _, leak := range []string{"zq7canary", "zq7"} {
		if bytes.Contains(data, []byte(leak)) {
			t.Errorf("%q is in the result: %s", leak, data)
		}
	}
}

// TestSavedSecretIsHiddenBefore: what a step saves as a secret is in no result
// of a step before it either.
func TestSavedSecretIsHiddenBefore(t *testing.T) {
	server := site(t)
	saves := step("save", journey.Action{Verb: journey.Reload}, sees("Hello"))
	saves.Save = []journey.Save{{Name: "sid", From: journey.SaveURL, Matches: journey.Plain("token=(.*)"), Secret: true}}
	soft := journey.Expectation{Claim: journey.ClaimSoft, Of: []journey.Expectation{{Claim: journey.ClaimURL, Op: journey.Is, Text: journey.Plain("/")}}}
	j := path(server, step("land", open("/echo?token=s3cr3tsession"), sees("Hello"), soft), saves)
	j.Conditions.Returning = new(true)
	run := probe.Run(t.Context(), newBrowser(t), j, desktop(), probe.Options{})
	data, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	if run.Outcome != journey.Good || len(run.Steps[0].Notes) != 1 || !strings.HasSuffix(run.Steps[0].Page.URL, "/echo?token=<secret>") || run.FirstVisit == nil || !strings.HasSuffix(run.FirstVisit.URL, "/echo?token=<secret>") {
		t.Errorf("got %s: the test shows nothing", data)
	}
	if bytes.Contains(data, []byte("s3cr3t")) {
		t.Errorf("the secret is in the result: %s", data)
	}
}

// TestEvidence: a picture of every step, one also of the failed one.
func TestEvidence(t *testing.T) {
	server := site(t)
	dir := t.TempDir()
	j := path(server, step("home", open("/"), sees("Home")), step("lost", open("/"), sees("Away")))
	run := probe.Run(t.Context(), newBrowser(t), j, desktop(), probe.Options{Evidence: dir})
	for _, s := range run.Steps {
		if s.Evidence.Screenshot == nil {
			t.Errorf("step %q has no picture", s.Step)
			continue
		}
		data, err := os.ReadFile(*s.Evidence.Screenshot)
		if err != nil || !bytes.HasPrefix(data, []byte("\x89PNG")) {
			t.Errorf("%s is no picture: %v", *s.Evidence.Screenshot, err)
		}
		if !strings.HasPrefix(*s.Evidence.Screenshot, filepath.Join(dir, run.RunID)) {
			t.Errorf("%s is not in the run's folder", *s.Evidence.Screenshot)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, run.RunID, ".samui-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestChromeKilled: nobody could look, and no step is blamed.
func TestChromeKilled(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	server := site(t)
	slow := step("lost", open("/"), sees("Away"))
	slow.Timeout = 20 * time.Second
	j := path(server, step("home", open("/"), sees("Home")), slow, step("later", open("/")))
	var kill sync.Once
	run := probe.Run(t.Context(), newBrowser(t), j, desktop(), probe.Options{Progress: func(p probe.Progress) {
		if p.Index == 1 {
			kill.Do(func() {
				// Every process of this test's Chrome names the profile folder.
				if out, err := exec.Command("pkill", "-9", "-f", "user-data-dir="+regexp.QuoteMeta(os.TempDir())).CombinedOutput(); err != nil {
					t.Errorf("pkill: %v %s", err, out)
				}
			})
		}
	}})
	if got := outcomes(run); got != "probe_error: good skipped skipped" || run.Error.Kind != journey.ErrorBrowser {
		t.Errorf("got %s (%+v), want a probe_error of kind browser", got, run.Error)
	}
}

// TestInterrupted: a visit that is called off is nobody's failure.
func TestInterrupted(t *testing.T) {
	server := site(t)
	slow := step("lost", open("/"), sees("Away"))
	slow.Timeout = 20 * time.Second
	ctx, cancel := context.WithCancel(t.Context())
	run := probe.Run(ctx, newBrowser(t), path(server, slow), desktop(), probe.Options{Progress: func(probe.Progress) { cancel() }})
	if got := outcomes(run); got != "probe_error: skipped" || run.Error.Kind != journey.ErrorInterrupted {
		t.Errorf("got %s (%+v), want a probe_error of kind interrupted", got, run.Error)
	}
}

// TestBotWall: the demo shop's wall is recognised for what it is.
func TestBotWall(t *testing.T) {
	shop, err := demo.NewShop("bot-wall")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(shop)
	defer server.Close()
	run := probe.Run(t.Context(), newBrowser(t), path(server, step("home", open("/"), sees("New arrivals"))), desktop(), probe.Options{})
	if run.Outcome != journey.Blocked {
		t.Errorf("got %s, want blocked: %+v", run.Outcome, run.Steps[0].Failure)
	}
}
