package journey

import "math"

// Judge fills in what a raw run amounts to: each timed step's band, thresholds
// and estimated abandonment, and the run's outcome, wait and range. A raw step
// has a wait, or a failure, or neither (then it was skipped); r.Steps holds a
// result for each of j.Steps, in order. Judge changes nothing of r.
func Judge(j Journey, r Run) Run {
	r.Steps = append([]StepResult(nil), r.Steps...)
	for i := range r.Steps {
		r.Steps[i] = judgeStep(j, r.Steps[i])
	}
	r.WaitMs, r.Abandonment = nil, nil
	if r.Error != nil {
		r.Outcome = ProbeError
		if r.Attempt == 0 {
			r.Outcome = Missed
		}
		return r
	}
	r.Outcome = worst(j, r.Steps)
	if sum, share, ok := total(r.Steps); ok {
		share.Basis = j.Site.Curve.Basis()
		r.WaitMs, r.Abandonment = &sum, &share
	}
	return r
}

func judgeStep(j Journey, s StepResult) StepResult {
	s.ThresholdsMs, s.Abandonment = nil, nil
	switch {
	case s.Failure != nil:
		s.Outcome, s.WaitMs = Failed, nil
		if s.Failure.Kind == KindBlocked {
			s.Outcome = Blocked
		}
	case s.WaitMs == nil:
		s.Outcome = Skipped
	default:
		navigation := NavigationNone
		if s.Page != nil {
			navigation = s.Page.Navigation
		}
		wait := FromMs(*s.WaitMs)
		limits := j.Steps[s.Index].Thresholds.For(navigation)
		s.Outcome = limits.Band(wait)
		s.ThresholdsMs = &ThresholdsMs{Slow: *Ms(limits.Slow), Bad: *Ms(limits.Bad), Critical: *Ms(limits.Critical)}
		share := round3(j.Site.Curve.Abandonment(wait))
		s.Abandonment = &share
	}
	return s
}

// worst is the outcome of a run: the worst of its steps, skipped ones apart. A
// step that always runs counts only by failing, and then only where the
// journey itself went well: a cleanup that is blocked must not hide a failed
// purchase.
func worst(j Journey, steps []StepResult) Outcome {
	outcome := Good
	var cleanup Outcome
	for _, s := range steps {
		if j.Steps[s.Index].Always {
			if !s.Outcome.Timed() && s.Outcome.Level() > cleanup.Level() {
				cleanup = s.Outcome
			}
			continue
		}
		if s.Outcome.Level() > outcome.Level() {
			outcome = s.Outcome
		}
	}
	if outcome.Timed() && cleanup.Level() > outcome.Level() {
		return cleanup
	}
	return outcome
}

// total sums waits and losses; ok is false unless every step was timed.
func total(steps []StepResult) (waitMs float64, a Abandonment, ok bool) {
	stay := 1.0
	for _, s := range steps {
		if s.WaitMs == nil || s.Abandonment == nil {
			return 0, Abandonment{}, false
		}
		waitMs += *s.WaitMs
		a.Low = max(a.Low, *s.Abandonment)
		stay *= 1 - *s.Abandonment
	}
	a.High = max(a.Low, round3(1-stay))
	return math.Round(waitMs*10) / 10, a, len(steps) > 0
}

func round3(share float64) float64 { return math.Round(share*1000) / 1000 }
