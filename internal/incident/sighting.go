package incident

import "samui/internal/journey"

// sight is what a result that counts against has to say.
func sight(run journey.Run, m Mark) *Sighting {
	s := &Sighting{RunID: run.RunID, Device: run.Device, Network: run.Network, At: m.At, Outcome: m.Outcome}
	if run.Error != nil {
		s.Message, s.ErrorKind = run.Error.Message, run.Error.Kind
		return s
	}
	if m.Outcome == journey.ProbeError { // it looked, but from a starved machine
		s.ErrorKind = journey.ErrorStarved
		s.Message = "Chrome had to wait for a CPU for more than a quarter of the visit"
		return s
	}
	step, found := worst(run)
	if !found {
		return s
	}
	s.Step, s.StepTitle, s.WaitMs, s.Loss = step.Step, step.Title, step.WaitMs, step.Abandonment
	s.LimitMs = limit(step)
	if run.Abandonment != nil {
		s.Basis = run.Abandonment.Basis
	}
	if step.Evidence.Screenshot != nil {
		s.Picture = *step.Evidence.Screenshot
	}
	if f := step.Failure; f != nil {
		s.Message, s.Nearest = f.Message, f.Nearest
		if f.Hint != nil {
			s.Hint = *f.Hint
		}
		if f.Line != nil {
			s.Line = *f.Line
		}
	}
	return s
}

// worst is the step that made the run what it is: the first one that failed or
// was blocked, else, of those in the run's band, the one that is longest over
// its threshold.
func worst(run journey.Run) (step journey.StepResult, found bool) {
	for _, s := range run.Steps {
		if s.Outcome != run.Outcome {
			continue
		}
		if !found || over(s) > over(step) {
			step, found = s, true
		}
	}
	return step, found
}

// over is a wait in thresholds; 0 for a step that has none.
func over(s journey.StepResult) float64 {
	l := limit(s)
	if l == nil || *l <= 0 || s.WaitMs == nil {
		return 0
	}
	return *s.WaitMs / *l
}

// limit is the threshold that a step's wait reached; nil where it reached none.
func limit(s journey.StepResult) *float64 {
	t := s.ThresholdsMs
	if t == nil {
		return nil
	}
	switch s.Outcome {
	case journey.Slow:
		return &t.Slow
	case journey.Bad:
		return &t.Bad
	case journey.Critical:
		return &t.Critical
	case journey.Good, journey.Failed, journey.Blocked, journey.ProbeError, journey.Missed, journey.Skipped:
		return nil
	}
	return nil
}
