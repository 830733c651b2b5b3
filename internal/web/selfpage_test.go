package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"samui/internal/web"
)

// That a machine carries too little is said where that is known: what it admits
// may be less than it carries as long as nobody waits.
func TestTheMachineIsTooSmall(t *testing.T) {
	const hardly, more, wait = "This machine carries hardly more visits than are due", "More visits are due than this machine carries", "Slots wait for the visits that are admitted now"
	for _, c := range []struct {
		name    string
		offered float64 // of 12 that are carried
		rises   bool
		queued  int
		lag     time.Duration
		want    string // empty = nothing is wrong
	}{
		{name: "enough", offered: 9},
		{name: "hardly enough", offered: 11, want: hardly},
		{name: "too little", offered: 13, want: more},
		{name: "after a start", offered: 13, rises: true},
		{name: "after a start, and slots wait", offered: 13, rises: true, queued: 1, want: wait},
		{name: "after a start, and slots are late", offered: 11, rises: true, lag: time.Minute, want: wait},
		{name: "slots wait in a burst", offered: 9, rises: true, queued: 1},
	} {
		text := pageOf(t, &book{}, func(o *web.Options) {
			o.Self = func(context.Context) (*web.Self, error) {
				return &web.Self{Admitted: 1, Carries: new(12.0), Offered: c.offered, MayRise: c.rises, Queued: c.queued, Lag: c.lag}, nil
			}
		})("/samui").Body
		wants(t, c.name, text, "With as many at once as now, this machine carries about 12 visits a minute")
		for _, heading := range []string{hardly, more, wait} {
			if got, want := strings.Contains(text, heading), heading == c.want; got != want {
				t.Errorf("%s: the page says %q: %v; want %v", c.name, heading, got, want)
			}
		}
	}
}
