package incident_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// Where Chrome is gone for hundreds of journeys, what is remembered stays
// small, one incident tells it, it ends, and the next one is seen too.
func TestHundredsThatCannotBeLookedAt(t *testing.T) {
	const members = 500
	key := incident.Key{Kind: incident.KindProbe, Location: "local"}
	start := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	var track incident.Track
	var told []incident.EventKind
	round := func(n int, broken func(i int) bool) {
		t.Helper()
		for i := range members {
			at := start.Add(time.Duration(n)*time.Hour + time.Duration(i)*time.Second)
			run := journey.Run{RunID: fmt.Sprintf("%d-%d", n, i), Site: "shop", Journey: fmt.Sprintf("j%03d", i), Device: "desktop", Location: "local", Slot: &at, FinishedAt: &at, Outcome: journey.Good}
			if broken(i) {
				run.Outcome, run.Error = journey.ProbeError, &journey.RunError{Kind: journey.ErrorBrowser, Message: "the browser is gone"}
			}
			var change *incident.Change
			track, change = incident.Follow(key, track, run, incident.Rules{})
			if change != nil && change.Event.Kind != incident.Moved {
				told = append(told, change.Event.Kind)
			}
		}
		data, err := json.Marshal(track)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > 200_000 {
			t.Errorf("round %d: a track of %d bytes", n, len(data))
		}
	}
	all, none := func(int) bool { return true }, func(int) bool { return false }
	for n := range 4 {
		round(n, all)
	}
	if len(told) == 0 || told[0] != incident.Opened || track.Last.State != incident.Open {
		t.Fatalf("told %q, want it opened", told)
	}
	round(4, none)
	if track.Last.State != incident.Resolved {
		t.Fatalf("told %q; it is %s after everybody was looked at", told, track.Last.State)
	}
	last := func(i int) bool { return i == members-1 } // one that was never remembered
	for n := range 3 {
		round(5+n, last)
	}
	if track.Last.State != incident.Open || len(track.Last.Affected) != 1 {
		t.Errorf("told %q, want another one opened by the last member alone; affected %q", told, track.Last.Affected)
	}
}
