package probe_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/probe"
)

func asks(path, status string) journey.Step {
	s := step("ask", journey.Action{Verb: journey.Request, URL: journey.Plain(path), Call: &journey.Call{Method: "GET"}, Pos: journey.Pos{File: "j.yaml", Line: 8}})
	s.Thresholds = journey.DefaultThresholds()
	if status != "" {
		s.Expect = []journey.Expectation{{Claim: journey.ClaimResponse, Exchange: &journey.Exchange{Status: status}, Pos: journey.Pos{File: "j.yaml", Line: 9}}}
	}
	return s
}

// A journey of requests alone is walked without a browser.
func TestRequestsNeedNoBrowser(t *testing.T) {
	server := site(t)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for _, c := range []struct {
		name, want string
		step       journey.Step
		kind       journey.FailureKind
		options    probe.Options
	}{
		{"good", "good: good", asks("/", "200"), "", probe.Options{}},
		{"an error", "failed: failed", asks("/gone", ""), journey.KindHTTP, probe.Options{}},
		{"an error that is right", "good: good", asks("/gone", "410"), "", probe.Options{}},
		{"refused", "failed: failed", asks(gone.URL, ""), journey.KindNavigation, probe.Options{}},
		{"our own network", "probe_error: skipped", asks(gone.URL, ""), "", probe.Options{Reference: []string{gone.URL}}},
		{"a proxy's answer without a proxy", "failed: failed", asks("/odd", ""), journey.KindHTTP, probe.Options{}},
		{"a robot isn't wanted", "blocked: blocked", asks("/many", ""), journey.KindBlocked, probe.Options{}},
		{"too late", "failed: failed", func() journey.Step { s := asks("/hang", ""); s.Timeout = 100 * time.Millisecond; return s }(), journey.KindNavigation, probe.Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.options.Evidence, c.options.Contact = t.TempDir(), "https://samui.example/robot"
			run := probe.Run(t.Context(), nil, path(server, c.step), desktop(), c.options)
			if got := outcomes(run); got != c.want {
				t.Fatalf("got %s, want %s (%+v %+v)", got, c.want, run.Error, run.Steps[0].Failure)
			}
			s := run.Steps[0]
			if f := s.Failure; (f == nil) != (c.kind == "") || f != nil && (f.Kind != c.kind || f.Line == nil) {
				t.Errorf("failure %+v, want %q", f, c.kind)
			}
			if run.Browser != nil || run.Probe.Starved != nil || run.Probe.OverheadMs == nil || s.ConsoleErrors != nil || s.Evidence.Screenshot != nil {
				t.Errorf("got browser %v, probe %+v, step %+v", run.Browser, run.Probe, s)
			}
			if run.Error == nil && (s.Page == nil || s.Page.Navigation != journey.NavigationNone || s.Requests == nil || s.Requests.Count != 1) {
				t.Errorf("got %+v %+v", s.Page, s.Requests)
			}
			if s.Outcome == journey.Good && s.ThresholdsMs.Slow != 1000 {
				t.Errorf("judged by %+v, want the limits of a step within a page", s.ThresholdsMs)
			}
		})
	}
}

// What is asked beside the page is asked by the same customer.
func TestRequestsBesideAPage(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "s1", Path: "/"})
		page("<h1>Home</h1><p>"+r.Header.Get("Cookie")+"</p>")(w, r)
	})
	mux.HandleFunc("/api/me", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: "/"})
		fmt.Fprintf(w, "%s %s", r.Header.Get("Cookie"), r.UserAgent())
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	me := asks("/api/me", "")
	me.Expect = []journey.Expectation{{Claim: journey.ClaimResponse, Exchange: &journey.Exchange{Body: &journey.Comparison{Op: journey.Matches, Text: journey.Plain(`^session=s1 Mozilla.*Samui/1$`)}}}}
	again := step("again", open("/"), sees("seen=1"))
	run := probe.Run(t.Context(), newBrowser(t), path(server, step("home", open("/"), sees("Home")), me, again), desktop(), probe.Options{})
	if got := outcomes(run); !strings.HasSuffix(got, ": good good good") || run.Browser == nil {
		t.Errorf("got %s, browser %v", got, run.Browser)
		for _, s := range run.Steps {
			t.Logf("%s: %+v", s.Step, s.Failure)
		}
	}
}
