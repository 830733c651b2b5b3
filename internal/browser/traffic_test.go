package browser_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

// TestConnection: what was met of a slowed network is what was asked for, and
// one that isn't slowed is found out.
func TestConnection(t *testing.T) {
	b := newBrowser(t)
	for name, asked := range map[string]journey.Network{
		"slow-4g": journey.Networks()[2],
		"steady":  {Name: "steady", Latency: 120 * time.Millisecond, Down: 4_000_000},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, ".bin") {
					fmt.Fprint(w, strings.Repeat("0123456789", 10_000))
					return
				}
				html(`<script>Promise.all(['/a.bin', '/b.bin', '/c.bin'].map(async (u) => (await fetch(u)).text())).then(() => document.body.append('ready'))</script><body>`)(w, r)
			}))
			s := openAs(t, b, journey.Journey{Site: site(server)}, journey.Visit{Device: desktop().Device, Network: asked})
			mustStep(t, s, step(do(openURL("/")), sees("ready")))
			c := journey.ConnectionOf(asked, s.Transfers())
			if c == nil || c.Holds == nil || c.FastestAnswerMs == nil || c.MetDownBps == nil {
				t.Fatalf("got %+v, want something of everything", c)
			}
			t.Logf("asked %v and %d bit/s, met %.1f ms and %d bit/s", asked.Latency, asked.Down, *c.FastestAnswerMs, *c.MetDownBps)
			if !*c.Holds {
				t.Errorf("a network that is slowed doesn't hold")
			}
			if pretended := journey.ConnectionOf(journey.Network{Latency: 10 * asked.Latency, Down: asked.Down / 10}, s.Transfers()); pretended.Holds == nil || *pretended.Holds {
				t.Errorf("a network that was asked for ten times slower holds: %+v", pretended)
			}
		})
	}
	server := pages(t, map[string]string{"/": "ready"})
	s := open(t, b, site(server))
	mustStep(t, s, step(do(openURL("/")), sees("ready")))
	if got := s.Transfers(); len(got) > 0 {
		t.Errorf("on a network that isn't slowed, %d transfers are kept", len(got))
	}
}

// TestBrokenTransfers: what broke off is waited for no longer.
func TestBrokenTransfers(t *testing.T) {
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/broken" {
			panic(http.ErrAbortHandler)
		}
		html(`<body><script>Promise.all(Array.from({length: 20}, () => fetch('/broken').catch(() => {}))).then(() => document.body.append('ready'))</script>`)(w, r)
	}))
	s := openAs(t, newBrowser(t), journey.Journey{Site: site(server)}, journey.Visit{Device: desktop().Device, Network: journey.Network{Name: "steady", Latency: 10 * time.Millisecond, Down: 4_000_000}})
	mustStep(t, s, step(do(openURL("/")), sees("ready")))
	if n := s.TransfersOpen(); n > 2 { // the page's icon may be under way
		t.Errorf("%d requests that broke off are kept", n)
	}
}
