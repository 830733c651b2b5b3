package probe_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/npmtest"
	"samui/internal/probe"
)

// attributed is a page that sends home what web-vitals says stands behind INP,
// and the vitals of its changes of route.
const attributed = `<script>/*library*/</script><script>
  const home = (m) => navigator.sendBeacon('/vitals', JSON.stringify(m));
  const opts = { reportAllChanges: true, durationThreshold: 16, reportSoftNavs: true };
  webVitals.onINP(({ value, attribution: a }) => home({ name: 'INP', value, delay: a.inputDelay, processing: a.processingDuration, presentation: a.presentationDelay }), opts);
  for (const on of ['onFCP', 'onLCP']) {
    webVitals[on](({ name, value, navigationType }) => { if (navigationType === 'soft-navigation') home({ name, value }); }, opts);
  }
</script>`

// said is what web-vitals sent home of one of its metrics.
type said struct {
	Name                                   string
	Value, Delay, Processing, Presentation float64
}

// attributedSite serves one page, and keeps the last that web-vitals said.
func attributedSite(t *testing.T, body string) (site *httptest.Server, heard func(name string) (said, bool)) {
	t.Helper()
	library, err := os.ReadFile(filepath.Join(npmtest.Install(t, "testdata/web-vitals"), "web-vitals", "dist", "web-vitals.attribution.iife.js"))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	last := map[string]said{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", page(`<title>A page</title>`+strings.Replace(attributed, "/*library*/", string(library), 1)+body))
	mux.HandleFunc("GET /picture", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(noise(t))
	})
	mux.HandleFunc("POST /vitals", func(_ http.ResponseWriter, r *http.Request) {
		var s said
		if json.NewDecoder(r.Body).Decode(&s) == nil {
			mu.Lock()
			last[s.Name] = s
			mu.Unlock()
		}
	})
	site = httptest.NewServer(mux)
	t.Cleanup(site.Close)
	return site, func(name string) (said, bool) {
		mu.Lock()
		defer mu.Unlock()
		s, there := last[name]
		return s, there
	}
}

// eventually waits a moment for what a page sends home behind the visit's back.
func eventually(t *testing.T, holds func() bool) bool {
	t.Helper()
	deadline, again := time.NewTimer(3*time.Second), time.NewTicker(20*time.Millisecond)
	defer deadline.Stop()
	defer again.Stop()
	for !holds() {
		select {
		case <-again.C:
		case <-deadline.C:
			return false
		}
	}
	return true
}

func asJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// near reports whether two times of the page's clock are the same, which is
// coarse to a tenth of a millisecond at best.
func near(a, b float64) bool { return a-b < 0.3 && b-a < 0.3 }

// What an interaction waited for is what web-vitals' attribution says.
func TestPhasesAreThoseOfWebVitals(t *testing.T) {
	pages := map[string]string{
		"its handler takes long": `<button onclick="const until = performance.now() + 120; while (performance.now() < until); document.body.append('Done')">Go</button>`,
		"the paint takes long":   `<button onclick="requestAnimationFrame(() => { const until = performance.now() + 90; while (performance.now() < until); document.body.append('Done') })">Go</button>`,
		"the page was busy":      `<button onclick="document.body.append('Done')">Go</button><script>addEventListener('pointerdown', () => { const until = performance.now() + 80; while (performance.now() < until); })</script>`,
	}
	b := newBrowser(t)
	for name, body := range pages {
		t.Run(name, func(t *testing.T) {
			site, heard := attributedSite(t, body)
			home, press := step("open", open("/")), step("press", click("Go"), sees("Done"))
			home.Timeout, press.Timeout = time.Minute, time.Minute
			run := probe.Run(t.Context(), b, path(site, home, press, resting()), desktop(), probe.Options{})
			if !run.Outcome.Timed() {
				t.Fatal(outcomes(run))
			}
			page := run.Steps[1].Page
			if page.Causes == nil || page.Causes.INP == nil || page.INPMs == nil {
				t.Fatalf("no interaction: %+v", page)
			}
			ours := page.Causes.INP
			if ours.Element == nil || *ours.Element != "{role: button, name: Go}" {
				t.Errorf("of the element %v", ours.Element)
			}
			if sum := ours.DelayMs + ours.ProcessingMs + ours.PresentationMs; !near(sum, *page.INPMs) {
				t.Errorf("the phases are %g ms together, and INP is %g ms", sum, *page.INPMs)
			}
			var theirs said
			if !eventually(t, func() bool {
				theirs, _ = heard("INP")
				return near(theirs.Delay, ours.DelayMs) && near(theirs.Processing, ours.ProcessingMs) && near(theirs.Presentation, ours.PresentationMs)
			}) {
				t.Errorf("%+v, web-vitals says %+v", *ours, theirs)
			}
		})
	}
}

// Paints after a change of route count from the interaction, as in web-vitals.
func TestChangesOfRouteHaveVitals(t *testing.T) {
	site, heard := attributedSite(t, `<main><h1>Home</h1></main><a href="#" onclick="event.preventDefault(); history.pushState(0, '', '/two'); setTimeout(() => {
		document.querySelector('main').innerHTML = '<h1 style=font-size:60px>The second page</h1><p>Its text is here, and there is more of it than before.</p><img alt=Hero src=/picture width=900 height=500>';
		document.querySelector('img').onload = () => document.body.append('All there') }, 100)">On</a>`)
	home, on := step("open", open("/")), step("on", click("On"), sees("All there"))
	home.Timeout, on.Timeout = time.Minute, time.Minute
	run := probe.Run(t.Context(), newBrowser(t), path(site, home, on, resting()), desktop(), probe.Options{})
	if !run.Outcome.Timed() {
		t.Fatal(outcomes(run))
	}
	page := run.Steps[1].Page
	if page.Navigation != journey.NavigationSoft || page.FCPMs == nil || page.LCPMs == nil {
		t.Fatalf("%s, FCP %s, LCP %s", page.Navigation, number(page.FCPMs), number(page.LCPMs))
	}
	var fcp, lcp said
	if !eventually(t, func() bool {
		fcp, _ = heard("FCP")
		lcp, _ = heard("LCP")
		return near(fcp.Value, *page.FCPMs) && near(lcp.Value, *page.LCPMs)
	}) {
		t.Errorf("FCP %g, LCP %g; web-vitals says %g, %g", *page.FCPMs, *page.LCPMs, fcp.Value, lcp.Value)
	}
	if c := page.Causes; c == nil || c.LCP == nil || c.LCP.Element == nil || *c.LCP.Element != "{role: img, name: Hero}" {
		t.Errorf("the route's main content is %s", asJSON(c))
	}
	if first := run.Steps[0].Page; first.Causes == nil || first.Causes.LCP == nil || first.Causes.LCP.Element == nil || *first.Causes.LCP.Element != "{role: heading, name: Home}" {
		t.Errorf("the first page's main content is %s", asJSON(first.Causes))
	}
}

// Behind a bad number stand the element that jumped and the script that held a
// frame up.
func TestCausesOfALoad(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", page(`<title>A page</title><div id=a></div><h1>Hello</h1><p>Moved</p><img alt=Hero src=/picture width=600 height=400>
		<script src=/app.js></script>`))
	mux.HandleFunc("GET /app.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write([]byte(`function recount() { const until = performance.now() + 150; while (performance.now() < until); document.querySelector('#a').style.height = '200px' }
			addEventListener('load', () => setTimeout(recount, 50)); setTimeout(() => document.body.append('All there'), 700)`))
	})
	mux.HandleFunc("GET /picture", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(noise(t))
	})
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	home := step("open", open("/"), sees("All there"))
	home.Timeout = time.Minute
	run := probe.Run(t.Context(), newBrowser(t), path(site, home), desktop(), probe.Options{})
	if !run.Outcome.Timed() || run.Steps[0].Page.Causes == nil {
		t.Fatal(outcomes(run))
	}
	page := run.Steps[0].Page
	c := page.Causes
	if c.LCP == nil || c.LCP.Element == nil || *c.LCP.Element != "{role: img, name: Hero}" || c.LCP.URL == nil || *c.LCP.URL != site.URL+"/picture" {
		t.Errorf("the main content is %s", asJSON(c.LCP))
	}
	if c.CLS == nil || c.CLS.Element == nil || c.CLS.Shift <= 0 || c.CLS.Shift > *page.CLS+0.0001 {
		t.Errorf("what jumped is %s, with a CLS of %g", asJSON(c.CLS), *page.CLS)
	}
	if len(c.LongFrames) == 0 {
		t.Fatal("no long frame")
	}
	longest := c.LongFrames[0]
	if longest.DurationMs < 150 || longest.Script == nil || *longest.Script != site.URL+"/app.js" || longest.Function == nil || *longest.Function != "recount" || longest.ScriptMs < 150 {
		t.Errorf("the longest frame is %s", asJSON(longest))
	}
}

// What the site measures of itself counts from the load, or from the customer's
// input within the page; what an earlier step saw is not told again.
func TestTimingsOfTheSite(t *testing.T) {
	site := httptest.NewServer(page(`<title>A page</title><h1 elementtiming=headline>Hello</h1><button>Go</button><script>
		performance.mark('parsed');
		setTimeout(() => { performance.mark('ready'); performance.measure('boot', 'parsed', 'ready') }, 200);
		document.querySelector('button').addEventListener('click', () => setTimeout(() => { performance.mark('ready'); document.body.append('Done') }, 300));
		setTimeout(() => document.body.append('All there'), 400);
	</script>`))
	t.Cleanup(site.Close)
	home, press := step("open", open("/"), sees("All there")), step("press", click("Go"), sees("Done"))
	home.Timeout, press.Timeout = time.Minute, time.Minute
	j := path(site, home, press)
	j.Timings = []string{"parsed", "ready", "boot", "headline", "never"}
	run := probe.Run(t.Context(), newBrowser(t), j, desktop(), probe.Options{})
	if !run.Outcome.Timed() {
		t.Fatal(outcomes(run))
	}
	first, second := run.Steps[0].Page, run.Steps[1].Page
	for name, least := range map[string]float64{"parsed": 0, "ready": 200, "boot": 190, "headline": 0} {
		if ms := first.Timings[name]; ms == nil || *ms < least || *ms > *run.Steps[0].WaitMs {
			t.Errorf("while loading, %s = %s, want at least %g and at most the wait of %g", name, number(ms), least, *run.Steps[0].WaitMs)
		}
	}
	if fcp := *first.FCPMs; !near(*first.Timings["headline"], fcp) {
		t.Errorf("the headline was painted at %g, the first content at %g", *first.Timings["headline"], fcp)
	}
	if ms := second.Timings["ready"]; ms == nil || *ms < 300 || *ms > *run.Steps[1].WaitMs {
		t.Errorf("after the press, ready = %s, want at least 300 and at most the wait of %g", number(ms), *run.Steps[1].WaitMs)
	}
	for _, name := range []string{"parsed", "boot", "headline", "never"} {
		if ms, there := second.Timings[name]; ms != nil || !there {
			t.Errorf("after the press, %s = %s (%v), want it unknown", name, number(ms), there)
		}
	}
}
