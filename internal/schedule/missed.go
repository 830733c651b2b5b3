package schedule

import (
	"fmt"
	"time"

	"samui/internal/journey"
)

// MissedRun is the result of a slot that nobody looked at. The template brings
// what is known of a run before anybody looks: its id, client, title, stage …
// kind is journey.ErrorDown, ErrorOverlap, ErrorLate or ErrorLimit; at is when
// the miss was noticed.
func MissedRun(template journey.Run, slot journey.Slot, kind journey.ErrorKind, at time.Time) journey.Run {
	run := unvisited(template, slot)
	run.Outcome = journey.Missed
	run.Error = &journey.RunError{Kind: kind, Message: fmt.Sprintf("%s (noticed at %s)", missedBecause(kind), at.UTC().Format(time.RFC3339))}
	return run
}

// InterruptedRun is the result of a slot that was in flight when Samui was
// killed: nobody knows what the visit found. The template is as for
// [MissedRun]; since is when the slot was claimed.
func InterruptedRun(template journey.Run, slot journey.Slot, since time.Time) journey.Run {
	run := unvisited(template, slot)
	run.Attempt = max(1, template.Attempt)
	run.Outcome = journey.ProbeError
	run.Error = &journey.RunError{
		Kind:    journey.ErrorInterrupted,
		Message: fmt.Sprintf("Samui ended during the visit that began at %s", since.UTC().Format(time.RFC3339)),
	}
	return run
}

// unvisited is a run of a slot in which nothing was measured.
func unvisited(template journey.Run, slot journey.Slot) journey.Run {
	at := slot.At.UTC()
	run := template
	run.Site, run.Journey, run.Device, run.Location = slot.Site, slot.Journey, slot.Device, slot.Location
	run.Slot = &at
	run.Attempt, run.StartedAt, run.FinishedAt = 0, nil, nil
	run.WaitMs, run.Abandonment, run.Browser, run.Probe = nil, nil, nil, journey.Probe{}
	run.Steps = []journey.StepResult{}
	return run
}

// missedBecause says to people why nobody looked.
func missedBecause(kind journey.ErrorKind) string {
	switch kind {
	case journey.ErrorDown:
		return "Samui was not running"
	case journey.ErrorOverlap:
		return "the visit before it was still running"
	case journey.ErrorLate:
		return "its turn did not come in time"
	case journey.ErrorLimit:
		return "its limit was reached"
	case journey.ErrorBrowser, journey.ErrorNetwork, journey.ErrorStarved, journey.ErrorInterrupted, journey.ErrorInternal:
		return "nobody looked"
	default:
		return "nobody looked"
	}
}
