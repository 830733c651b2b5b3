package browser_test

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
)

// withoutHost is an address without its host, to be told by.
func withoutHost(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	_, path, _ := strings.Cut(rest, "/")
	return "/" + path
}

// untilTrue waits for what is so within 30 s.
func untilTrue(t *testing.T, holds func() bool) {
	t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	deadline := time.After(30 * time.Second)
	for !holds() {
		select {
		case <-again.C:
		case <-deadline:
			t.Fatal("it never came to be so")
		}
	}
}

// find is the request of a waterfall for a path, sent by somebody.
func find(t *testing.T, w journey.Waterfall, path string, by journey.Sender) journey.Fetch {
	t.Helper()
	i := slices.IndexFunc(w.Requests, func(f journey.Fetch) bool { return withoutHost(f.URL) == path && f.Sender == by && f.Method != "" })
	if i < 0 {
		var all []string
		for _, f := range w.Requests {
			all = append(all, string(f.Sender)+" "+f.URL)
		}
		t.Fatalf("no request for %s by %q; there are:\n%s", path, by, strings.Join(all, "\n"))
	}
	return w.Requests[i]
}

// switchboard answers a WebSocket's handshake and says one thing.
func switchboard(w http.ResponseWriter, r *http.Request) {
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	conn, buffer, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	fmt.Fprintf(buffer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n\x81\x05hello", base64.StdEncoding.EncodeToString(sum[:]))
	_ = buffer.Flush()
	_, _ = bufio.NewReader(conn).ReadByte() // until the page has gone
}

// fetching is a site whose page fetches in every way.
func fetching(t *testing.T) journey.Site {
	page := `<h1>Home</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="><img src=/moved.png><script src="FOREIGN/widget.js"></script>
<iframe src="FOREIGN/frame"></iframe><script>
const wait = (path) => fetch(path).then(r => r.text()).catch(() => 0);
(async () => {
	await wait('/cached.txt'); await wait('/cached.txt');
	await wait('/missing'); await wait('/cut'); await wait('/refused'); await wait(URL.createObjectURL(new Blob(['x'])));
	await wait('/search?q=shoes&access_token=abc123#top');
	await wait('/long?' + 'x'.repeat(5000));
	wait('/endless');
	await new Promise(done => { const s = new WebSocket(location.origin.replace('http', 'ws') + '/socket'); s.onmessage = () => { s.send('hi'); done() }; s.onerror = done });
	await new Promise(done => { const w = new Worker('/worker.js'); w.onmessage = done });
	navigator.sendBeacon('/g/collect?v=2', 'x');
	await wait('/last');
	document.body.append('ready');
})();
</script>`
	mux := http.NewServeMux()
	mux.HandleFunc("/{path...}", func(w http.ResponseWriter, r *http.Request) {
		foreign := "http://localhost:" + strings.Split(r.Host, ":")[1]
		script := func(text string) {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, text)
		}
		switch r.URL.Path {
		case "/":
			html(strings.ReplaceAll(page, "FOREIGN", foreign))(w, r)
		case "/frame":
			html(`<p>Frame</p><script>new Worker('/fworker.js'); setInterval(() => fetch('/inframe.json'), 100)</script>`)(w, r)
		case "/worker.js", "/fworker.js":
			script(`postMessage('done'); setInterval(() => fetch('/in` + r.URL.Path[1:] + `on'), 100)`)
		case "/moved.png":
			http.Redirect(w, r, "/hop.png", http.StatusFound)
		case "/hop.png":
			http.Redirect(w, r, "/final.png", http.StatusMovedPermanently)
		case "/cached.txt":
			w.Header().Set("Cache-Control", "max-age=600")
			fmt.Fprint(w, strings.Repeat("cached ", 1000))
		case "/missing":
			http.NotFound(w, r)
		case "/cut":
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "cut off")
			panic(http.ErrAbortHandler)
		case "/endless":
			fmt.Fprint(w, "more ")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		case "/socket":
			switchboard(w, r)
		}
	})
	return site(serve(t, mux))
}

// isolated is a Chrome that gives every site a process of its own, as
// customers' do and the headless shell doesn't.
func isolated(t *testing.T) *browser.Browser {
	t.Helper()
	exe, err := browser.Find("", false)
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), filepath.Base(exe.Path))
	if err := os.WriteFile(script, []byte("#!/bin/sh\nexec "+exe.Path+" --site-per-process \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	b, err := browser.New(browser.Options{Path: script, NoSandbox: os.Geteuid() == 0})
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

// TestRecord: a waterfall holds what a page fetched, however it did.
func TestRecord(t *testing.T) {
	for name, b := range map[string]*browser.Browser{"one process": newBrowser(t), "a process for each site": isolated(t)} {
		t.Run(name, func(t *testing.T) {
			at := fetching(t)
			at.Block = []string{"http://127.0.0.1:*/refused"}
			j := journey.Journey{Site: at, Conditions: journey.Conditions{Block: at.Block}}
			s := openAs(t, b, j, desktop())
			m := mustStep(t, s, step(do(openURL("/")), sees("ready")))
			// Nothing is held up until somebody listens: these ask again and again.
			for _, path := range []string{"/inframe.json", "/inworker.json", "/infworker.json"} {
				untilTrue(t, func() bool {
					return slices.ContainsFunc(m.Record.Waterfall().Requests, func(f journey.Fetch) bool { return withoutHost(f.URL) == path && f.Method != "" && !f.Open })
				})
			}
			recorded(t, m.Record.Waterfall())
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if again := m.Record.Waterfall(); len(again.Requests) == 0 {
				t.Error("a record is gone with its session")
			}
		})
	}
}

func recorded(t *testing.T, w journey.Waterfall) {
	t.Helper()
	check := func(what string, ok bool, f journey.Fetch) {
		t.Helper()
		if !ok {
			t.Errorf("%s: got %+v", what, f)
		}
	}
	const page, frame, worker = journey.SenderPage, journey.SenderFrame, journey.SenderWorker

	f := find(t, w, "/", page)
	check("the document", f.Status == 200 && f.Navigation && f.Kind == "document" && f.Protocol == "http/1.1" && f.MIME == "text/html" && f.Server == "127.0.0.1" &&
		!f.ThirdParty && !f.Open && f.Decoded > 500 && f.Transferred > f.Decoded && f.Phases.Connect > 0 && f.Phases.Wait > 0, f)
	f = find(t, w, "/widget.js", page)
	check("a third party's", f.ThirdParty && f.Kind == "script" && f.Initiator.Kind == "parser" && withoutHost(f.Initiator.URL) == "/" && f.Initiator.Line > 0, f)
	f = find(t, w, "/frame", frame)
	check("a frame's document", f.ThirdParty && f.Kind == "document" && !f.Navigation && !f.Open && f.Status == 200, f)
	f = find(t, w, "/inframe.json", frame)
	check("a frame's own", f.ThirdParty && f.Status == 200 && !f.Open, f)

	for _, hop := range []struct {
		path, to string
		status   int
	}{{"/moved.png", "/hop.png", 302}, {"/hop.png", "/final.png", 301}, {"/final.png", "", 200}} {
		f = find(t, w, hop.path, page)
		to := ""
		if f.Location != "" {
			to = withoutHost(f.Location)
		}
		check("a redirect", f.Status == hop.status && to == hop.to && f.Redirect == (hop.path != "/moved.png") && !f.Open && f.Failure == "", f)
	}

	var cached []journey.Fetch
	for _, f := range w.Requests {
		if withoutHost(f.URL) == "/cached.txt" {
			cached = append(cached, f)
		}
	}
	if len(cached) != 2 {
		t.Fatalf("/cached.txt was fetched %d times, want 2", len(cached))
	}
	check("fetched", cached[0].Source == journey.FromNetwork && cached[0].Transferred >= 7000 && cached[0].Decoded == 7000, cached[0])
	check("from the cache", (cached[1].Source == journey.FromDisk || cached[1].Source == journey.FromMemory) && cached[1].Transferred == 0 && cached[1].Status == 200, cached[1])

	f = find(t, w, "/missing", page)
	check("not there", f.Status == 404 && f.Failed() && f.Failure == "", f)
	f = find(t, w, "/cut", page)
	check("cut off", f.Failed() && strings.HasPrefix(f.Failure, "ERR_") && !f.Open, f)
	f = find(t, w, "/refused", page)
	check("blocked by the journey", f.HeldBack == "block" && !f.Failed() && f.Status == 0, f)
	f = find(t, w, "/g/collect?v=2", page)
	check("analytics", f.HeldBack == "analytics" && !f.Failed(), f)
	f = find(t, w, "/endless", page)
	check("never-ending", f.Open && f.Status == 200 && f.Decoded == 5 && f.Phases.Receive > 0, f)
	f = find(t, w, "/search?q=shoes&access_token=<hidden>", page)
	check("what lets somebody in", f.Initiator.Kind == "script", f)
	i := slices.IndexFunc(w.Requests, func(f journey.Fetch) bool { return strings.Contains(f.URL, "/long?") })
	check("a long address", i > 0 && len(w.Requests[i].URL) < 1100 && strings.HasSuffix(w.Requests[i].URL, "x…"), w.Requests[max(0, i)])

	f = find(t, w, "/socket", page)
	check("a socket", strings.HasPrefix(f.URL, "ws://") && f.Status == 101 && f.Kind == "websocket" && f.Messages == 2 && !f.ThirdParty, f)
	f = find(t, w, "/worker.js", page)
	check("a worker's script", f.Kind == "script" && !f.Open, f)
	f = find(t, w, "/inworker.json", worker)
	check("a worker's", f.Status == 200 && f.Kind == "fetch" && !f.ThirdParty && f.Transferred > 0, f)
	f = find(t, w, "/infworker.json", worker)
	check("the worker of a frame", f.Status == 200 && f.ThirdParty, f)

	if w.Inline != 2 {
		t.Errorf("%d data: and blob: URLs, want 2", w.Inline)
	}
	if !slices.IsSortedFunc(w.Requests, func(a, b journey.Fetch) int { return a.Start.Compare(b.Start) }) {
		t.Error("the requests are not in the order in which they were sent")
	}
	for _, f := range w.Requests {
		if f.Start.Before(w.Began.Add(-1e9)) || f.End().Sub(w.Began) > 1e11 {
			t.Errorf("a request of another time: %+v", f)
		}
	}
}

// TestRecordServiceWorker: what a service worker answers, and what it asks for
// itself, are both there.
func TestRecordServiceWorker(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/{path...}", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			html(`<script>navigator.serviceWorker.register('/sw.js'); navigator.serviceWorker.ready.then(() => document.body.append('ready'))</script>`)(w, r)
		case "/inside":
			html(`<script>fetch('/made.txt').then(() => fetch('/passed.txt')).then(() => document.body.append('inside'))</script>`)(w, r)
		case "/sw.js":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, `onactivate = (e) => e.waitUntil(clients.claim()); onfetch = (e) => e.respondWith(e.request.url.endsWith('/made.txt') ? new Response('made') : fetch(e.request))`)
		}
	})
	s := open(t, newBrowser(t), site(serve(t, mux)))
	mustStep(t, s, step(do(openURL("/")), sees("ready")))
	w := mustStep(t, s, step(do(openURL("/inside")), sees("inside"))).Record.Waterfall()
	for _, path := range []string{"/inside", "/made.txt", "/passed.txt"} {
		if f := find(t, w, path, journey.SenderPage); f.Source != journey.FromServiceWorker || f.Status != 200 {
			t.Errorf("%s by the page: %+v", path, f)
		}
	}
	if f := find(t, w, "/passed.txt", journey.SenderServiceWorker); f.Source != journey.FromNetwork || f.Status != 200 || f.Transferred == 0 {
		t.Errorf("the worker's own: %+v", f)
	}
}

// TestRecordSteps: each request is its step's, and those of one that nobody
// wants are forgotten.
func TestRecordSteps(t *testing.T) {
	server := pages(t, map[string]string{
		"/":    `<h1>One</h1><button onclick="fetch('/two').then(() => document.body.append('second'))">Go on</button>`,
		"/two": `x`,
	})
	s := open(t, newBrowser(t), site(server))
	one := mustStep(t, s, step(do(openURL("/")), sees("One"))).Record
	two := mustStep(t, s, step(do(click("Go on")), sees("second"))).Record
	find(t, one.Waterfall(), "/", journey.SenderPage)
	if w := two.Waterfall(); len(w.Requests) != 1 || withoutHost(w.Requests[0].URL) != "/two" {
		t.Errorf("the second step fetched %+v", w.Requests)
	}
	two.Drop()
	two.Drop()
	if w := two.Waterfall(); len(w.Requests) != 0 {
		t.Errorf("a forgotten step still has %+v", w.Requests)
	}
}

// TestRecordIsBounded: beyond 5000 requests of a step they are only counted,
// and the next step has room again.
func TestRecordIsBounded(t *testing.T) {
	const many = 5600
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(fmt.Sprintf(`<button onclick="go()">More</button><script>
let left = 0;
async function worker() { while (left-- > 0) await fetch('/x?' + left); }
async function go() { left = 10; await worker(); document.body.append('more') }
(async () => { left = %d; await Promise.all(Array.from({length: 6}, worker)); document.body.append('ready') })();
</script>`, many)))
	mux.HandleFunc("/x", func(http.ResponseWriter, *http.Request) {})
	s := open(t, newBrowser(t), site(serve(t, mux)))
	def := step(do(openURL("/")), sees("ready"))
	def.Timeout = 3 * 60e9
	m := mustStep(t, s, def)
	w := m.Record.Waterfall()
	if len(w.Requests) != 5000 || w.Beyond < many-5000 || w.Beyond > many-4990 {
		t.Errorf("kept %d, and %d beyond; want 5000 and some %d", len(w.Requests), w.Beyond, many-5000)
	}
	if m.Requests.Count < many {
		t.Errorf("counted %d requests, want %d", m.Requests.Count, many)
	}
	if w := mustStep(t, s, step(do(click("More")), sees("more"))).Record.Waterfall(); len(w.Requests) != 10 || w.Beyond != 0 {
		t.Errorf("the next step: %d requests, %d beyond", len(w.Requests), w.Beyond)
	}
}
