package influx

import (
	"time"

	"samui/internal/journey"
)

// slotTime is the time of a run's points: its slot's, or its start where it
// was not scheduled, or zero.
func slotTime(r journey.Run) time.Time {
	for _, t := range []*time.Time{r.Slot, r.StartedAt} {
		if t != nil {
			return *t
		}
	}
	return time.Time{}
}

// duration is what the visit took, or nil where there was none.
func duration(r journey.Run) *float64 {
	if r.StartedAt == nil || r.FinishedAt == nil {
		return nil
	}
	return journey.Ms(r.FinishedAt.Sub(*r.StartedAt))
}

// starved is 1 where the machine is known to have been what was slow, and 0
// elsewhere, also where nobody could tell: InfluxQL has no question for a field
// that isn't there, and queries leave starved runs out by "starved" = 0.
func starved(r journey.Run) *int { return flag(r.Probe.Starved != nil && *r.Probe.Starved) }

func browser(r journey.Run) string {
	if r.Browser == nil {
		return ""
	}
	return r.Browser.Name + " " + r.Browser.Version
}

// failedStep is the step in which the customer, or the robot, got stuck first.
func failedStep(r journey.Run) string {
	for _, s := range r.Steps {
		if s.Failure != nil {
			return s.Step
		}
	}
	return ""
}

// runError says why we could not look, or what the customer met first.
func runError(r journey.Run) string {
	if r.Error != nil {
		return string(r.Error.Kind) + ": " + r.Error.Message
	}
	for _, s := range r.Steps {
		if s.Failure != nil {
			return failureText(s.Failure)
		}
	}
	return ""
}

func failureText(f *journey.Failure) string {
	if f == nil {
		return ""
	}
	return string(f.Kind) + ": " + f.Message
}

func loadedPage(s journey.StepResult) bool {
	return s.Page != nil && s.Page.Navigation == journey.NavigationHard
}

func failed(s journey.StepResult) bool { return s.Outcome == journey.Failed }

// count is how many steps are so, or nil where nobody looked.
func count(steps []journey.StepResult, is func(journey.StepResult) bool) *int {
	if len(steps) == 0 {
		return nil
	}
	n := 0
	for _, s := range steps {
		if is(s) {
			n++
		}
	}
	return &n
}

// flag is a bool as it can be summed.
func flag(yes bool) *int {
	n := 0
	if yes {
		n = 1
	}
	return &n
}

// of is get of what p points to, or nil.
func of[P, V any](p *P, get func(P) *V) *V {
	if p == nil {
		return nil
	}
	return get(*p)
}
