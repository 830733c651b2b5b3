package web_test

import (
	"strings"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/web"
)

// A journey's page shows where the browser changed, says how it is judged
// meanwhile, and lets a changed step's figures begin anew.
func TestWhatChangedIsShown(t *testing.T) {
	b := &book{}
	for i := range 20 {
		wait := 9000.0
		if i >= 10 {
			wait = 500
		}
		b.buy(time.Duration(20-i)*30*time.Minute, nil, 400, wait, 600)
	}
	b.turns = []web.Turn{
		{At: now().Add(-5 * time.Hour), Location: "tlv", Step: "search", From: "a", To: "b"},
		{At: now().Add(-2 * time.Hour), Location: "tlv", From: "headless-shell 156.0", To: "headless-shell 157.0"},
	}
	text := pageOf(t, b)("/journeys/shop/buy").Body
	wants(t, "the journey", text,
		"Chrome was updated from <bdi>156.0</bdi> to <bdi>157.0</bdi> at", "judged with twice the runs until",
		"2026-01-01 08:00 UTC: Chrome was updated from 156.0 to 157.0", "2026-01-01 05:00 UTC: the step was changed",
		"its figures begin there", "p75 0.50 s, where", "A dashed line is where the browser or the step changed")
	if got := strings.Count(text, "its figures begin there"); got != 1 {
		t.Errorf("%d steps begin anew; want one", got)
	}
	if got := strings.Count(text, `class="turn"`); got != 1+3+1 {
		t.Errorf("%d marks; want the browser's in the strip and in each of three trends, and the step's in its own", got)
	}
	b.turns = b.turns[1:]
	b.turns[0].At = now().Add(-incident.UpdateHolds)
	text = pageOf(t, b)("/journeys/shop/buy").Body
	for _, not := range []string{"judged with twice", `class="turn"`, "dashed line", "figures begin"} {
		if strings.Contains(text, not) {
			t.Errorf("the page says %q of a browser that is new no more", not)
		}
	}
}

func TestAnIncidentTellsOfANewBrowser(t *testing.T) {
	b := &book{}
	b.buy(time.Hour, nil, 400, 500, -1)
	one := anIncident(b)
	one.Update = &incident.Update{At: now().Add(-3 * time.Hour), From: "headless-shell 156.0", To: "chrome 157.0"}
	b.incidents = []incident.Incident{one}
	wants(t, "the incident", pageOf(t, b)("/incidents/"+one.ID).Body,
		"Chrome was updated from <bdi>headless-shell 156.0</bdi> to <bdi>chrome 157.0</bdi> at", "judged with twice the runs until")
}
