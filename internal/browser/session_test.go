package browser_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
	"samui/internal/values"
)

// newBrowser is one Chrome for a test.
func newBrowser(t *testing.T) *browser.Browser {
	t.Helper()
	b, err := browser.New(browser.Options{NoSandbox: os.Geteuid() == 0, Contact: "https://samui.example/robot"})
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

// pages serves HTML by path; "\x00" handlers are for what isn't HTML.
func pages(t *testing.T, html map[string]string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	for path, body := range html {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<!doctype html><meta charset=utf-8>"+body)
		})
	}
	return serve(t, mux)
}

func serve(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

// site is a journey's site at a test server.
func site(server *httptest.Server) journey.Site {
	return journey.Site{ID: "test", Client: "none", Env: "none", URL: server.URL, Hosts: []string{"127.0.0.1"}, Timezone: time.UTC}
}

func desktop() journey.Visit {
	return journey.Visit{Device: journey.Devices()[0], Network: journey.Networks()[0]}
}

func open(t *testing.T, b *browser.Browser, s journey.Site) *browser.Session {
	t.Helper()
	return openAs(t, b, journey.Journey{Site: s}, desktop())
}

func openAs(t *testing.T, b *browser.Browser, j journey.Journey, v journey.Visit) *browser.Session {
	t.Helper()
	session, err := b.Open(t.Context(), j, v, values.New(j, journey.Facts{At: time.Now()}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	return session
}

func text(s string) journey.Text { return journey.Plain(s) }

func plain(s string) *journey.Target { return &journey.Target{By: journey.ByAny, Value: text(s)} }

func css(s string) *journey.Target { return &journey.Target{By: journey.ByCSS, Value: text(s)} }

func openURL(path string) journey.Action { return journey.Action{Verb: journey.Open, URL: text(path)} }

func click(target string) journey.Action {
	return journey.Action{Verb: journey.Click, Target: plain(target), Pos: journey.Pos{File: "j.yaml", Line: 7}}
}

func sees(s string) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimText, Op: journey.Contains, Text: text(s)}
}

func step(do []journey.Action, expect ...journey.Expectation) journey.Step {
	return journey.Step{ID: "step", Do: do, Expect: expect, Timeout: 20 * time.Second}
}

// mustStep does a step that has to succeed.
func mustStep(t *testing.T, s *browser.Session, def journey.Step) browser.Measurement {
	t.Helper()
	m, err := s.Step(t.Context(), def)
	if err != nil {
		t.Fatalf("step: %v", err)
	}
	return m
}

// failStep does a step that has to fail by the site's fault.
func failStep(t *testing.T, s *browser.Session, def journey.Step) *browser.Failure {
	t.Helper()
	_, err := s.Step(t.Context(), def)
	var f *browser.Failure
	if !errors.As(err, &f) {
		t.Fatalf("step: got error %v, want a *Failure", err)
	}
	return f
}

func do(actions ...journey.Action) []journey.Action { return actions }
