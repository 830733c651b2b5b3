package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"samui/internal/har"
	"samui/internal/journey"
	"samui/internal/web"
)

// fetchedBy is what a page fetches, again and again until there are so many.
func fetchedBy(n int) journey.Waterfall {
	const ms = time.Millisecond
	began := now().Add(-time.Minute)
	w := journey.Waterfall{Began: began, Inline: 3}
	at := func(d time.Duration) time.Time { return began.Add(d) }
	kinds := []journey.Fetch{
		{URL: "https://shop.example/assets/app.3f2a9c.js", Kind: "script", MIME: "text/javascript", Status: 200, Protocol: "h2", Phases: journey.FetchPhases{Queued: 4 * ms, Wait: 40 * ms, Receive: 30 * ms}, Transferred: 48_000, Decoded: 190_000},
		{URL: "https://cdn.example/img/נעליים.webp?w=640", Kind: "image", MIME: "image/webp", Status: 200, Protocol: "h3", ThirdParty: true, Phases: journey.FetchPhases{Queued: 2 * ms, DNS: 12 * ms, Connect: 60 * ms, TLS: 35 * ms, Send: ms, Wait: 80 * ms, Receive: 110 * ms}, Transferred: 210_000, Decoded: 210_000},
		{URL: "https://shop.example/fonts/noto.woff2", Kind: "font", Status: 200, Source: journey.FromDisk, Decoded: 40_000},
		{URL: "https://shop.example/api/cart", Kind: "fetch", Status: 500, StatusText: "Internal Server Error", Phases: journey.FetchPhases{Wait: 900 * ms, Receive: ms}, Transferred: 420},
		{URL: "https://www.google-analytics.com/g/collect?v=2", Kind: "ping", ThirdParty: true, HeldBack: "analytics", Failure: "ERR_INTERNET_DISCONNECTED"},
		{URL: "https://ads.example/frame?slot=<hidden>", Kind: "document", Status: 200, ThirdParty: true, Sender: journey.SenderFrame, Phases: journey.FetchPhases{Connect: 90 * ms, Wait: 200 * ms, Receive: 5 * ms}, Transferred: 9_000},
		{URL: "https://shop.example/api/price", Kind: "fetch", Status: 200, Sender: journey.SenderServiceWorker, Phases: journey.FetchPhases{Wait: 70 * ms, Receive: ms}, Transferred: 700},
		{URL: "https://gone.example/x.js", Kind: "script", Failure: "ERR_NAME_NOT_RESOLVED", ThirdParty: true, Phases: journey.FetchPhases{Wait: 15 * ms}},
	}
	w.Requests = []journey.Fetch{
		{URL: "http://shop.example/", Kind: "document", Status: 301, Navigation: true, Location: "https://shop.example/", Protocol: "http/1.1", Start: began, Phases: journey.FetchPhases{Queued: 2 * ms, DNS: 20 * ms, Connect: 30 * ms, Send: ms, Wait: 40 * ms}, Transferred: 300},
		{URL: "https://shop.example/", Kind: "document", Status: 200, Navigation: true, Redirect: true, Protocol: "h2", MIME: "text/html", Start: at(95 * ms), Phases: journey.FetchPhases{Queued: ms, Connect: 70 * ms, TLS: 40 * ms, Send: ms, Wait: 220 * ms, Receive: 60 * ms}, Transferred: 31_000, Decoded: 140_000},
		{URL: "wss://shop.example/live", Kind: "websocket", Status: 101, Messages: 4, Open: true, Start: at(600 * ms), Phases: journey.FetchPhases{Wait: 30 * ms, Receive: time.Minute}},
	}
	for i := 0; len(w.Requests) < n; i++ {
		f := kinds[i%len(kinds)]
		f.Method, f.Initiator = "GET", journey.Initiator{Kind: "parser", URL: "https://shop.example/", Line: 12 + i}
		f.URL = strings.Replace(f.URL, "/app.", fmt.Sprintf("/app%d.", i), 1)
		f.Start = at(380*ms + time.Duration(i%60)*23*ms)
		w.Requests = append(w.Requests, f)
	}
	return w
}

// keep puts a waterfall where the evidence of a run's step is.
func keep(t testing.TB, folder string, run *journey.Run, step int, w journey.Waterfall) {
	t.Helper()
	name := fmt.Sprintf("%s/%02d-%s.har", run.RunID, step+1, run.Steps[step].Step)
	run.Steps[step].Evidence.Waterfall = &name
	var file bytes.Buffer
	archive := har.NewWriter(&file)
	err := archive.Add(har.Visit{Run: *run, Steps: []har.Step{{Index: step, Waterfall: w}}})
	if err == nil {
		err = archive.Close()
	}
	path := filepath.Join(folder, name)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err == nil {
		err = os.WriteFile(path, file.Bytes(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// fetching is a page of one run, whose steps fetched so much.
func fetching(t testing.TB, requests ...int) (*web.Handler, *book) {
	b := &book{folder: t.TempDir()}
	waits := make([]float64, len(requests))
	for i := range waits {
		waits[i] = 2600
	}
	b.buy(time.Minute, func(r *journey.Run) {
		r.Steps[0].Page.FCPMs, r.Steps[0].Page.DOMContentLoadedMs, r.Steps[0].Page.LoadMs = new(480.0), new(910.0), new(2500.0)
	}, waits...)
	for i, n := range requests {
		if n > 0 {
			keep(t, b.folder, &b.runs[0], i, fetchedBy(n))
		}
	}
	h, err := web.New(web.Options{History: b, Figures: b, Incidents: b, Health: healthy, Clock: now, Journeys: rowsOfBuy, Evidence: b.folder, Waterfall: har.Read})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h, b
}

// TestWaterfall: a run's page shows what its steps fetched, and each step's own
// page all of it.
func TestWaterfall(t *testing.T) {
	h, b := fetching(t, 80, 0, 5000)
	page := func(path string) answer {
		return get(h, path, func(r *http.Request) { r.Header.Set("Accept", "text/html") })
	}
	run := page("/runs/R00000")
	for _, want := range []string{
		"Requests, one by one", `title="https://shop.example/assets/app0.3f2a9c.js`, "app0.3f2a9c.js", ">cdn.example<", "20 more requests", "main content 2.43 s", ">500 ms</text>",
		`href="/runs/R00000/steps/1/requests"`, `href="/evidence/R00000/01-home.har"`, `href="/runs/R00000/steps/3/requests"`,
	} {
		if !strings.Contains(run.Body, want) {
			t.Errorf("the run's page lacks %q", want)
		}
	}
	if strings.Contains(run.Body, "/steps/2/requests") || strings.Count(run.Body, "<details class=\"requests\">") != 1 {
		t.Error("the run's page shows what was not kept, or too much")
	}
	all := page("/runs/R00000/steps/3/requests")
	if all.StatusCode != http.StatusOK || strings.Count(all.Body, "<tr") < 5000 {
		t.Errorf("all requests: status %d, %d rows", all.StatusCode, strings.Count(all.Body, "<tr"))
	}
	wrong := page("/runs/R00000/steps/1/requests?show=wrong")
	for _, want := range []string{"failed</strong>", "ERR_NAME_NOT_RESOLVED", "api/cart", `aria-current="true"><bdi>Failed`} {
		if !strings.Contains(wrong.Body, want) {
			t.Errorf("what failed lacks %q", want)
		}
	}
	if strings.Contains(wrong.Body, "noto.woff2") || strings.Contains(wrong.Body, "g/collect") {
		t.Error("what failed holds what didn't")
	}
	for _, path := range []string{"/runs/R00000/steps/2/requests", "/runs/R00000/steps/0/requests", "/runs/R00000/steps/9/requests", "/runs/nobody/steps/1/requests", "/runs/R00000/steps/1/requests?show=x"} {
		if a := page(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
	}
	file := page("/evidence/R00000/01-home.har")
	if file.StatusCode != http.StatusOK || file.Header.Get("Content-Type") != "application/json" || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the archive: status %d, %v", file.StatusCode, file.Header)
	}
	b.runs[0].Steps[1].Evidence.Waterfall = new("R00000/02-search.har") // and the file has gone
	if a := page("/runs/R00000"); !strings.Contains(a.Body, "What it fetched is gone") {
		t.Error("what is gone isn't told")
	}
	if a := page("/runs/R00000/steps/2/requests"); a.StatusCode != http.StatusNotFound || !strings.Contains(a.Body, "is gone") {
		t.Errorf("what is gone has a page: %d", a.StatusCode)
	}
}

// TestHostileWaterfall: whatever a page calls its requests, it is a text.
func TestHostileWaterfall(t *testing.T) {
	h, b := fetching(t, 1)
	const text = `"><script>alert(1)</script><b x='`
	w := journey.Waterfall{Began: now(), Requests: []journey.Fetch{{
		URL: "https://x.example/" + text + "?" + text, Method: text, StatusText: text, Status: 200, Protocol: text, MIME: text, Kind: text, Priority: text,
		Failure: text, HeldBack: text, Source: text, Sender: text, Initiator: journey.Initiator{Kind: text, URL: text}, Start: now(),
	}}}
	keep(t, b.folder, &b.runs[0], 0, w)
	for _, path := range []string{"/runs/R00000", "/runs/R00000/steps/1/requests", "/runs/R00000/steps/1/requests?show=wrong"} {
		a := get(h, path, func(r *http.Request) { r.Header.Set("Accept", "text/html") })
		if a.StatusCode != http.StatusOK || strings.Contains(a.Body, "<script>alert") || strings.Contains(a.Body, "<b x") {
			t.Errorf("%s: status %d, or a page's text is more than that", path, a.StatusCode)
		}
	}
}

// BenchmarkWaterfallPage makes the page of a step that fetched 5000 times.
func BenchmarkWaterfallPage(b *testing.B) {
	h, _ := fetching(b, 5000)
	b.ReportAllocs()
	for b.Loop() {
		a := get(h, "/runs/R00000/steps/1/requests", func(r *http.Request) { r.Header.Set("Accept", "text/html") })
		if a.StatusCode != http.StatusOK {
			b.Fatal(a.StatusCode)
		}
		b.ReportMetric(float64(len(a.Body))/1e6, "MB")
	}
}
