package incident_test

import (
	"fmt"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// A checkout fails twice, which opens an incident, and works twice, which
// resolves it.
func ExampleFollow() {
	rules := incident.Rules{Alerts: journey.Alerts{At: journey.Bad, Open: 2, Of: 3, Resolve: 2}}
	slot := time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC)
	tracks := map[incident.Key]incident.Track{}

	for _, outcome := range []journey.Outcome{journey.Good, journey.Failed, journey.Failed, journey.Good, journey.Good} {
		run := journey.Run{Site: "shop", Journey: "buy", Title: "Buy", Device: "desktop", Location: "tlv", Slot: new(slot), Outcome: outcome}
		if outcome == journey.Failed {
			run.Steps = []journey.StepResult{{Step: "pay", Title: "Pay", Outcome: outcome, Failure: &journey.Failure{Message: `"Order confirmed" not seen`}}}
		}
		for _, key := range incident.Keys(run) {
			track, change := incident.Follow(key, tracks[key], run, rules)
			tracks[key] = track
			if change == nil {
				continue
			}
			i := change.Incident
			fmt.Printf("%s %s %s: %s (%d of %d)\n", slot.Format("15:04"), change.Event.Kind, i.Name(), i.Cause(), i.Worst.Count, i.Worst.Of)
		}
		slot = slot.Add(5 * time.Minute)
	}
	// Output:
	// 03:10 opened Buy › Pay: "Order confirmed" not seen (2 of 3)
	// 03:20 resolved Buy › Pay: "Order confirmed" not seen (2 of 3)
}
