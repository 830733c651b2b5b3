package main

import (
	"bytes"
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/config"
	"samui/internal/journey"
	"samui/internal/probe"
)

// conformanceWalks is 50 for go test ./cmd/samui -run Conformance -walks 50.
var conformanceWalks = flag.Int("walks", 2, "how often the conformance site is walked")

// conformanceSite is a site of everything that is hard to walk, at two
// addresses that are different sites to a browser.
func conformanceSite(t *testing.T) (site string) {
	t.Helper()
	addresses := map[string]string{}
	fill := func(page []byte) []byte {
		page = bytes.ReplaceAll(page, []byte("{{site}}"), []byte(addresses["site"]))
		return bytes.ReplaceAll(page, []byte("{{other}}"), []byte(addresses["other"]))
	}
	serve := func(w http.ResponseWriter, name string) {
		page, err := os.ReadFile(filepath.Join("testdata", "conformance", name+".html"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(fill(page))
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { serve(w, "index") })
	mux.HandleFunc("GET /{page}", func(w http.ResponseWriter, r *http.Request) { serve(w, r.PathValue("page")) })
	mux.HandleFunc("GET /frame/{page}", func(w http.ResponseWriter, r *http.Request) { serve(w, "frame_"+r.PathValue("page")) })
	mux.HandleFunc("GET /slow.js", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(200 * time.Millisecond):
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("GET /invoice", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="invoice.pdf"`)
		_, _ = w.Write([]byte(strings.Repeat("paid ", 100)))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	addresses["site"] = server.URL
	addresses["other"] = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	return server.URL
}

// One journey walks everything that is hard to walk, again and again.
func TestConformanceSite(t *testing.T) {
	b, err := browser.New(browser.Options{NoSandbox: os.Geteuid() == 0})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	j := conformanceJourney(t, conformanceSite(t))
	for i := range *conformanceWalks {
		run := probe.Run(context.Background(), b, j, j.Visits[0], probe.Options{})
		if f := firstFailure(run); f != "" {
			t.Fatalf("walk %d of %d: %s", i+1, *conformanceWalks, f)
		}
		for _, s := range run.Steps {
			if s.WaitMs == nil {
				t.Errorf("walk %d: step %s has no wait", i+1, s.Step)
			}
		}
	}
}

// conformanceJourney is the journey of testdata on a site.
func conformanceJourney(t *testing.T, site string) journey.Journey {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "conformance", "journey.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "journey.yaml")
	for name, data := range map[string][]byte{
		file:                               append(text, "\nurl: "+site+"\n"...),
		filepath.Join(folder, "photo.txt"): []byte("a picture"),
	} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	js, problems := config.LoadJourneys(config.Default(), []string{file}, docsEnv())
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return js[0]
}

// What stands in a closed shadow root can't be entered, and the failure says
// so, and where.
func TestConformanceClosedRoot(t *testing.T) {
	b, err := browser.New(browser.Options{NoSandbox: os.Geteuid() == 0})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	j := conformanceJourney(t, conformanceSite(t))
	j.Steps = []journey.Step{{
		ID: "vault", Timeout: 3 * time.Second, Thresholds: journey.DefaultThresholds(),
		Do: []journey.Action{
			{Verb: journey.Open, URL: journey.Plain("/shadow")},
			{Verb: journey.Click, Target: &journey.Target{By: journey.ByAny, Value: journey.Plain("Open the vault")}},
		},
	}}
	run := probe.Run(context.Background(), b, j, j.Visits[0], probe.Options{})
	f := run.Steps[0].Failure
	if f == nil || f.Hint == nil || !strings.Contains(*f.Hint, "closed") || !strings.Contains(*f.Hint, "shop-vault") {
		t.Errorf("failure %+v, want a hint about the closed root of shop-vault", f)
	}
}
