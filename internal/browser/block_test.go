package browser_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"samui/internal/browser"
	"samui/internal/journey"
)

// everyWay asks an address in the ways that a page, or a worker, has.
const everyWay = `
const ask = (who) => fetch('REFUSED/no/' + who + '/matomo.php', {mode: 'no-cors'}).then(() => 'reached', () => 'refused');
const dial = (who) => new Promise((done) => {
	const s = new WebSocket('REFUSED/no/'.replace('http', 'ws') + who + '/matomo.php');
	s.onopen = () => done('reached');
	s.onerror = () => done('refused');
});
const all = (who) => Promise.all([ask(who), dial(who + '-socket')]);
`

// reaching is a site whose page, frames and workers ask a third party for what is
// not to be fetched.
func reaching(t *testing.T) (*hits, journey.Site) {
	t.Helper()
	var h hits
	bodies := map[string]string{
		"/": `<h1>Home</h1><script>` + everyWay + `
const framed = (src) => new Promise((done) => { const i = document.createElement('iframe'); i.onload = done; i.src = src; document.body.append(i) });
const told = (port) => new Promise((done) => { port.onmessage = done; port.onerror = (e) => document.body.append('broken ' + e.message) });
const heard = new Promise((done) => addEventListener('message', done));
(async () => {
	const registered = await navigator.serviceWorker.register('/sw.js', {scope: '/nowhere/'});
	const shared = new SharedWorker('/shared.js');
	await Promise.all([
		all('page'), framed('REFUSED/no/frame/matomo.php'),
		told(new Worker('/worker.js')), told(shared.port), framed('INNER/inner'), heard,
		new Promise((done) => { const sw = registered.installing; if (!sw) done(); sw.onstatechange = () => sw.state === 'activated' && done() }),
	]);
	document.body.append('ready');
})();
</script>`,
		"/inner":          `<script>` + everyWay + `(async () => { await all('inframe'); const w = new Worker('/frameworker.js'); w.onmessage = () => parent.postMessage('done', '*') })()</script>`,
		"/worker.js":      everyWay + `all('inworker').then(() => { const w = new Worker('/deep.js'); w.onmessage = () => postMessage('done') })`,
		"/deep.js":        everyWay + `all('indeepworker').then(() => postMessage('done'))`,
		"/frameworker.js": everyWay + `all('inframeworker').then(() => postMessage('done'))`,
		"/shared.js":      everyWay + `onconnect = (e) => all('inshared').then(() => e.ports[0].postMessage('done'))`,
		"/sw.js":          everyWay + `oninstall = (e) => e.waitUntil(all('inserviceworker'))`,
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/{path...}", func(w http.ResponseWriter, r *http.Request) {
		h.note(r)
		body, ok := bodies[r.URL.Path]
		if !ok {
			return
		}
		port := strings.Split(r.Host, ":")[1]
		body = strings.NewReplacer("REFUSED", "http://localhost:"+port, "INNER", "http://inner.localhost:"+port).Replace(body)
		if strings.HasSuffix(r.URL.Path, ".js") {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, body)
			return
		}
		html(body)(w, r)
	})
	at := site(serve(t, mux))
	at.Hosts = []string{"127.0.0.1", "inner.localhost"}
	return &h, at
}

// TestNotFetchedByAnybody: what a visit doesn't fetch is not fetched by frames,
// sockets and workers either, whatever process they have.
func TestNotFetchedByAnybody(t *testing.T) {
	browsers := map[string]*browser.Browser{"one process": newBrowser(t), "a process for each site": isolated(t)}
	for why, c := range map[string]journey.Conditions{
		"block":       {Analytics: journey.Allow, Block: []string{"localhost/no/*"}},
		"third_party": {Analytics: journey.Allow, ThirdParty: journey.Block},
		"analytics":   {},
	} {
		for processes, b := range browsers {
			t.Run(why+" "+processes, func(t *testing.T) {
				h, at := reaching(t)
				s := openAs(t, b, journey.Journey{Site: at, Conditions: c}, desktop())
				m := mustStep(t, s, step(do(openURL("/")), sees("ready")))
				h.mu.Lock()
				defer h.mu.Unlock()
				for _, path := range h.paths {
					// See docs/visits.md for what can't be refused.
					open := strings.Contains(path, "/inshared") || processes == "one process" && strings.Contains(path, "/inframeworker-socket")
					if strings.HasPrefix(path, "localhost/no/") && !open {
						t.Errorf("%s was reached", path)
					}
				}
				w := m.Record.Waterfall()
				for _, who := range []string{"page", "page-socket", "frame", "inframe", "inframe-socket", "inworker", "inworker-socket", "indeepworker", "inframeworker", "inserviceworker"} {
					i := slices.IndexFunc(w.Requests, func(f journey.Fetch) bool { return strings.Contains(f.URL, "/no/"+who+"/") })
					if i < 0 {
						t.Errorf("%s: not recorded", who)
						continue
					}
					if f := w.Requests[i]; f.HeldBack != why || f.Failed() {
						t.Errorf("%s: %+v", who, f)
					}
				}
				if m.Requests.Failed > 0 {
					t.Errorf("%+v", m.Requests)
				}
			})
		}
	}
}
