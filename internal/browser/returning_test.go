package browser_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

// keeper is a site that a browser can keep much of: a style sheet for an hour, a
// cookie, storage, and where asked for a service worker that answers for it.
type keeper struct {
	mu     sync.Mutex
	asked  map[string]int
	worker bool
}

func (k *keeper) count(path string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.asked[path]
}

func (k *keeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	k.asked[r.URL.Path]++
	k.mu.Unlock()
	register := ""
	if k.worker {
		register = `addEventListener('load', () => navigator.serviceWorker.register('/worker.js'));`
	}
	switch r.URL.Path {
	case "/style.css":
		w.Header().Set("Content-Type", "text/css")
		w.Header().Set("Cache-Control", "max-age=3600")
		fmt.Fprint(w, "body { color: navy }")
	case "/worker.js":
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, `addEventListener('install', () => skipWaiting());
			addEventListener('activate', (e) => e.waitUntil(clients.claim()));
			addEventListener('fetch', (e) => { if (e.request.url.endsWith('/answer')) e.respondWith(new Response('the worker')); });`)
	case "/answer":
		fmt.Fprint(w, "the server")
	case "/":
		html(`<link rel=stylesheet href=/style.css><p id=seen></p><script>
			const kept = [document.cookie || 'no cookie', localStorage.seen ?? 'nothing stored', sessionStorage.seen ?? 'a new tab', window.name || 'no name', document.referrer || 'from nowhere', history.length];
			document.cookie = 'visitor=7; max-age=3600'; localStorage.seen = 'stored'; sessionStorage.seen = 'the same tab'; window.name = 'named';
			`+register+`
			fetch('/answer').then((r) => r.text()).then((who) => { seen.textContent = [...kept, who].join(' | '); document.body.append('ready'); });
		</script>`)(w, r)
	default:
		http.NotFound(w, r)
	}
}

// TestReturning: who was here before has what browsers keep and nothing that a
// closed tab takes along; the first visit is told apart from the one that is
// measured.
func TestReturning(t *testing.T) {
	b := newBrowser(t)
	for name, c := range map[string]struct {
		conditions journey.Conditions
		worker     bool
		first      bool
		seen       string
		styles     int // how often the style sheet was fetched, with the first visit
		steps      int // requests of the measured step
	}{
		"new to the site":         {journey.Conditions{}, true, false, "no cookie | nothing stored | a new tab | no name | from nowhere | 2 | the server", 1, 3},
		"returns":                 {journey.Conditions{}, false, true, "visitor=7 | stored | a new tab | no name | from nowhere | 2 | the server", 1, 3},
		"returns to a worker":     {journey.Conditions{}, true, true, "visitor=7 | stored | a new tab | no name | from nowhere | 2 | the worker", 1, 3},
		"and the worker is off":   {journey.Conditions{ServiceWorkers: journey.Off}, true, true, "visitor=7 | stored | a new tab | no name | from nowhere | 2 | the server", 1, 3},
		"returns without a cache": {journey.Conditions{Cache: journey.Off}, false, true, "visitor=7 | stored | a new tab | no name | from nowhere | 2 | the server", 2, 3},
	} {
		t.Run(name, func(t *testing.T) {
			k := &keeper{asked: map[string]int{}, worker: c.worker}
			server := serve(t, k)
			s := openAs(t, b, journey.Journey{Site: site(server), Conditions: c.conditions}, desktop())
			if c.first {
				first, err := s.FirstVisit(t.Context(), text("/"))
				if err != nil || first.Failure != nil || first.URL != server.URL+"/" || first.Requests.Count < 3 || first.LoadMs == nil {
					t.Fatalf("the first visit: %+v, %v", first, err)
				}
				if n := s.Recorded(); n > 0 {
					t.Errorf("%d requests of the first visit take the room of the visit's", n)
				}
				if n := k.count("/"); n != 1 {
					t.Fatalf("the start page was asked for %d times on the first visit", n)
				}
			}
			m := mustStep(t, s, step(do(openURL("/")), sees("ready")))
			if diff := cmp.Diff(c.seen, says(t, s, "#seen")); diff != "" {
				t.Errorf("what was kept (-want +got):\n%s", diff)
			}
			if n := k.count("/style.css"); n != c.styles {
				t.Errorf("the style sheet was fetched %d times, want %d", n, c.styles)
			}
			if m.Requests.Count > c.steps+1 { // the icon may be asked for, too
				t.Errorf("the step counts %d requests: the first visit's are among them", m.Requests.Count)
			}
		})
	}
}

// TestFirstVisitFails: that is said, and the visit proper begins as ever.
func TestFirstVisitFails(t *testing.T) {
	server := pages(t, map[string]string{"/here": "ready"})
	s := openAs(t, newBrowser(t), journey.Journey{Site: site(server)}, desktop())
	first, err := s.FirstVisit(t.Context(), text("/missing"))
	if err != nil || first.Failure == nil {
		t.Fatalf("a first visit to a page that isn't there: %+v, %v", first, err)
	}
	mustStep(t, s, step(do(openURL("/here")), sees("ready")))
}
