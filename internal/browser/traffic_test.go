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
