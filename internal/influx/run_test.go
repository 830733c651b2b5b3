package influx

import (
	"time"

	"samui/internal/journey"
)

// ten is the slot of the tests' runs.
func ten() time.Time { return time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC) }

// fullRun has a figure in every place, a step of every kind among its steps,
// and no two equal figures.
func fullRun() journey.Run {
	started := ten().Add(1500 * time.Millisecond)
	return journey.Run{
		RunID: "01JRUN", Client: "acme", Site: "shop", Env: "production", Journey: "buy-shoes", Title: "קניית נעליים",
		Stage: journey.Purchase, Device: "phone", Network: "slow-4g", Location: "tlv-1", Revision: "9f2c",
		Slot: new(ten()), Attempt: 2, Actions: new(7), StartedAt: &started, FinishedAt: new(started.Add(9250 * time.Millisecond)),
		Outcome: journey.Failed, WaitMs: new(7210.5),
		Abandonment: &journey.Abandonment{Low: 0.243, High: 0.3, Basis: "assumed bounce 22.4%"},
		Browser:     &journey.Browser{Name: "headless-shell", Version: "156.0.8078.79"},
		Probe:       journey.Probe{OverheadMs: new(120.2), Starved: new(false), CPUDelay: new(0.021)},
		Steps: []journey.StepResult{
			{
				Index: 0, Step: "home", Outcome: journey.Good, WaitMs: new(612.3), Abandonment: new(0.001),
				Page: &journey.Page{
					URL: "http://shop/?q=1", Navigation: journey.NavigationHard, Status: new(200), TTFBMs: new(41.0), FCPMs: new(180.2), LCPMs: new(420.9),
					CLS: new(0.01), INPMs: new(16.5), BlockingMs: new(51.0), DNSMs: new(2.1), ConnectMs: new(0.2), TLSMs: new(30.4), TLSDaysLeft: new(61),
					DOMContentLoadedMs: new(210.7), LoadMs: new(590.1),
				},
				Requests:      &journey.RequestCounts{Count: 42, Failed: 3, Bytes: 813220, ThirdParty: 5},
				ConsoleErrors: new(6),
			},
			{
				Index: 1, Step: "pay", Outcome: journey.Failed, GaveUpMs: new(30000.0),
				Failure: &journey.Failure{Kind: journey.KindExpectation, Message: `"Order confirmed" not seen`},
			},
			{Index: 2, Step: "thanks", Outcome: journey.Skipped},
		},
	}
}

func missedRun() journey.Run {
	return journey.Run{
		RunID: "01JMISSED", Site: "shop", Journey: "buy-shoes", Device: "desktop", Slot: new(ten()), Outcome: journey.Missed,
		Error: &journey.RunError{Kind: journey.ErrorDown, Message: "samui was not running"},
	}
}

// fullSelf has a figure in every place, and no two equal ones but the flags.
func fullSelf() Self {
	return Self{
		At: ten(), Location: "tlv-1", Host: "box", Running: 1, Queued: 2, ScheduleLag: 3500 * time.Microsecond, Missed: 4, OutboxDepth: 5,
		OutboxOldest: 6500 * time.Millisecond, OutboxRefused: 7, OutboxDropped: 8, ChromeRSSBytes: new(int64(9 << 30)), CPUDelay: new(0.25),
		Due: 10, Done: 11, Journeys: 12, JourneysRefused: 13, StoreUp: new(true), ChromeUp: new(false), ChromeRestarts: 14,
		Slack:   &Backlog{Depth: 15, Oldest: 16500 * time.Millisecond, Refused: 17, Dropped: 18},
		Webhook: &Backlog{Depth: 19, Oldest: 20500 * time.Millisecond, Refused: 21, Dropped: 22},

		Admitted: new(23), CapacityPerMin: new(24.5), OfferedPerMin: new(25.5),
	}
}

func fullIncident() Incident {
	return Incident{
		At: ten().Add(1500 * time.Millisecond), Client: "acme", Site: "shop", Env: "production", Journey: "buy-shoes", Stage: "purchase",
		Step: "pay", Location: "tlv-1", Severity: "failed", Event: "opened",
		Title: "קניית נעליים › Pay", Cause: `"Order confirmed" not seen`, ID: "01jincident",
	}
}
