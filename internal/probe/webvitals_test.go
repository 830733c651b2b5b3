package probe_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/npmtest"
	"samui/internal/probe"
)

// reporting has a page send home whatever web-vitals says of it, as often as
// it says it.
const reporting = `<script>/*web-vitals*/</script><script>
  for (const on of ['onTTFB', 'onFCP', 'onLCP', 'onCLS', 'onINP']) {
    webVitals[on](({ name, value }) => navigator.sendBeacon('/vitals', JSON.stringify({ name, value })), { reportAllChanges: true, durationThreshold: 16 });
  }
</script>`

// vitalsSite serves one page with web-vitals in it, and hears what that says.
type vitalsSite struct {
	*httptest.Server

	mu    sync.Mutex // guards heard
	heard map[string]float64
}

func newVitalsSite(t *testing.T, library, body string) *vitalsSite {
	t.Helper()
	s := &vitalsSite{heard: map[string]float64{}}
	picture := noise(t)
	late := func(r *http.Request, d time.Duration) {
		select {
		case <-time.After(d):
		case <-r.Context().Done():
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", page(`<title>A page</title><script>`+library+`</script>`+reporting+body))
	mux.HandleFunc("GET /slow", func(w http.ResponseWriter, r *http.Request) {
		late(r, 300*time.Millisecond)
		page(`<title>A page</title><script>`+library+`</script>`+reporting+body)(w, r)
	})
	mux.HandleFunc("GET /moved", http.RedirectHandler("/slow", http.StatusFound).ServeHTTP)
	mux.HandleFunc("GET /picture", func(w http.ResponseWriter, r *http.Request) {
		late(r, 200*time.Millisecond)
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(picture)
	})
	mux.HandleFunc("GET /late.css", func(w http.ResponseWriter, r *http.Request) {
		late(r, 250*time.Millisecond)
		w.Header().Set("Content-Type", "text/css")
		_, _ = io.WriteString(w, "h1 { font-size: 60px }")
	})
	mux.HandleFunc("POST /vitals", func(_ http.ResponseWriter, r *http.Request) {
		var said struct {
			Name  string
			Value float64
		}
		if json.NewDecoder(r.Body).Decode(&said) == nil {
			s.mu.Lock()
			s.heard[said.Name] = said.Value
			s.mu.Unlock()
		}
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// says is the last that web-vitals said of a metric; nil where it said nothing.
func (s *vitalsSite) says(name string) *float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.heard[name]; ok {
		return &v
	}
	return nil
}

// pressing is a button that keeps the main thread busy for so many ms.
func pressing(ms int) string {
	return fmt.Sprintf(`<button onclick="const until = performance.now() + %d; while (performance.now() < until); document.querySelector('#out').textContent = 'Done'">Go</button><p id=out></p>`, ms)
}

// Samui's numbers of a page are those that web-vitals has, on the same loads.
// INP is compared in a step that presses a button, the others in the step that
// loads the page.
func TestNumbersAreThoseOfWebVitals(t *testing.T) {
	library, err := os.ReadFile(filepath.Join(npmtest.Install(t, "testdata/web-vitals"), "web-vitals", "dist", "web-vitals.iife.js"))
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]struct {
		body  string
		path  string // empty = /
		press bool
	}{
		"text alone":                      {body: `<h1>Hello</h1>`},
		"nothing to see":                  {body: ``},
		"a slow server":                   {body: `<h1>Hello</h1>`, path: "/slow"},
		"a redirect to a slow server":     {body: `<h1>Hello</h1>`, path: "/moved"},
		"a late picture":                  {body: `<h1>Hello</h1><img src=/picture width=900 height=600>`},
		"a late picture without a size":   {body: `<h1>Hello</h1><img src=/picture><p>Below</p>`},
		"a picture out of sight":          {body: `<h1>Hello</h1><div style="height:3000px"></div><img src=/picture width=900 height=600>`},
		"a background picture":            {body: `<h1>Hello</h1><div style="width:900px;height:600px;background:url(/picture)"></div>`},
		"a late style sheet":              {body: `<link rel=stylesheet href=/late.css><h1>Hello</h1>`},
		"larger and larger text":          {body: `<h1>Hello</h1><script>for (const i of [1, 2, 3]) setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<p style="font-size:' + 30 * i + 'px">A larger text ' + i), 60 * i)</script><img src=/picture width=10 height=10>`},
		"a shift":                         {body: `<div id=a></div><h1>Hello</h1><img src=/picture width=10 height=10><script>setTimeout(() => { document.querySelector('#a').style.height = '200px' }, 100)</script>`},
		"shifts in one session window":    {body: `<div id=a></div><h1>Hello</h1><img src=/picture width=10 height=10><script>for (const i of [1, 2, 3]) setTimeout(() => { document.querySelector('#a').style.height = 40 * i + 'px' }, 60 * i)</script>`},
		"an image that pushes the text":   {body: `<img src=/picture><h1>Hello</h1>`},
		"a long task while loading":       {body: `<h1>Hello</h1><script>setTimeout(() => { const until = performance.now() + 150; while (performance.now() < until); document.body.append('Later') })</script>`},
		"text in an open shadow root":     {body: `<div id=host></div><script>document.querySelector('#host').attachShadow({mode: 'open'}).innerHTML = '<h1 style="font-size:50px">Hello</h1>'</script>`},
		"the frame's picture is not ours": {body: `<h1>Hello</h1><iframe srcdoc="<img src=/picture width=900 height=600>"></iframe>`},
		"a press that takes its time":     {body: `<h1>Hello</h1>` + pressing(120), press: true},
		"a quick press":                   {body: `<h1>Hello</h1>` + pressing(0), press: true},
		"a press that shifts":             {body: `<h1>Hello</h1>` + pressing(60) + `<script>document.querySelector('button').addEventListener('click', () => setTimeout(() => { document.querySelector('h1').style.height = '300px' }, 10))</script>`, press: true},
	}
	b := newBrowser(t)
	for name, tt := range pages {
		t.Run(name, func(t *testing.T) {
			s := newVitalsSite(t, string(library), tt.body)
			steps := []journey.Step{step("open", open("/"))}
			if tt.path != "" {
				steps[0] = step("open", open(tt.path))
			}
			if tt.press {
				press := journey.Action{Verb: journey.Click, Target: &journey.Target{By: journey.ByAny, Value: journey.Plain("Go")}}
				steps = append(steps, step("press", press, sees("Done")))
			}
			steps = append(steps, resting())
			for i := range steps {
				steps[i].Timeout = time.Minute
			}
			run := probe.Run(t.Context(), b, path(s.Server, steps...), desktop(), probe.Options{})
			if !run.Outcome.Timed() {
				t.Fatal(outcomes(run))
			}
			first, last := run.Steps[0].Page, run.Steps[len(run.Steps)-2].Page
			s.compare(t, "TTFB", first.TTFBMs, 0.1)
			s.compare(t, "FCP", first.FCPMs, 0.1)
			s.compare(t, "LCP", first.LCPMs, 0.1)
			if tt.press {
				s.compare(t, "INP", last.INPMs, 0.1)
			} else {
				s.compare(t, "CLS", first.CLS, 0.0001)
			}
		})
	}
}

// resting leaves the page there for as long as web-vitals needs to say what it
// has: it waits for an idle moment.
func resting() journey.Step {
	return step("rest", journey.Action{Verb: journey.Pause, Pause: 500 * time.Millisecond})
}

// compare holds a number of ours against the last that web-vitals said. What
// they say comes by a request of its own, a moment later.
func (s *vitalsSite) compare(t *testing.T, name string, ours *float64, tolerance float64) {
	t.Helper()
	same := func() bool {
		theirs := s.says(name)
		return theirs == nil && ours == nil || theirs != nil && ours != nil && math.Abs(*theirs-*ours) <= tolerance
	}
	deadline := time.NewTimer(3 * time.Second)
	defer deadline.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !same() {
		select {
		case <-again.C:
		case <-deadline.C:
			t.Errorf("%s = %s, web-vitals says %s", name, number(ours), number(s.says(name)))
			return
		}
	}
}

// number is a measured number as a person reads it.
func number(v *float64) string {
	if v == nil {
		return "nothing"
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}
