package journey

import (
	"math"
	"slices"
)

// Judge fills in what a raw run amounts to: each timed step's band, thresholds
// and estimated abandonment, and the run's outcome, wait and range. A raw step
// has a wait, or a failure, or neither (then it was skipped); r.Steps holds a
// result for each of j.Steps, in order. Judge changes nothing of r, and judging
// twice changes nothing more.
//
// Every verdict can be told from the recorded figures: waits are rounded to a
// tenth of a millisecond before they are compared with thresholds that are.
//
// A step that was left out on purpose is skipped, and neither its wait nor its
// customers are missed: the run is what the others are. Where every step was,
// nobody looked, which is an error of ours.
//
// Where a run has an error, nothing that its steps ran into is the site's: they
// are skipped. A run that was walked without an error, yet has a step that
// nobody walked and none that failed, is an error of ours, never a good run.
func Judge(j Journey, r Run) Run {
	r.Steps = append([]StepResult{}, r.Steps...)
	if r.Error == nil && len(r.Steps) > 0 && !slices.ContainsFunc(r.Steps, func(s StepResult) bool { return s.LeftOut == nil }) {
		r.Error = &RunError{Kind: ErrorInternal, Message: "every step was left out by its condition, so that nothing was looked at"}
	}
	if r.Error == nil && unwalked(r.Steps) {
		r.Error = &RunError{Kind: ErrorInternal, Message: "BUG: the visit ended before its last step, and nothing says why"}
	}
	for i := range r.Steps {
		if r.Error != nil && r.Steps[i].Failure != nil {
			r.Steps[i].Failure, r.Steps[i].WaitMs = nil, nil
		}
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

// unwalked reports whether a step has neither a wait nor a failure, although
// no other step's failure explains it.
func unwalked(steps []StepResult) bool {
	failed := func(s StepResult) bool { return s.Failure != nil }
	skipped := func(s StepResult) bool { return s.Failure == nil && s.WaitMs == nil && s.LeftOut == nil }
	return len(steps) == 0 || slices.ContainsFunc(steps, skipped) && !slices.ContainsFunc(steps, failed)
}

func judgeStep(j Journey, s StepResult) StepResult {
	s.ThresholdsMs, s.Abandonment = nil, nil
	if s.Failure != nil {
		s.Outcome, s.WaitMs = Failed, nil
		if s.Failure.Kind == KindBlocked {
			s.Outcome = Blocked
		}
		return s
	}
	s.GaveUpMs = nil
	if s.WaitMs == nil {
		s.Outcome = Skipped
		return s
	}
	navigation := NavigationNone
	if s.Page != nil {
		navigation = s.Page.Navigation
	}
	limits := j.Steps[s.Index].Thresholds.For(navigation).recorded()
	s.WaitMs = Ms(FromMs(*s.WaitMs))
	wait := FromMs(*s.WaitMs)
	s.Outcome = limits.Band(wait)
	s.ThresholdsMs = &ThresholdsMs{Slow: *Ms(limits.Slow), Bad: *Ms(limits.Bad), Critical: *Ms(limits.Critical)}
	share := round3(j.Site.Curve.Abandonment(wait))
	s.Abandonment = &share
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

// total sums waits and losses; ok is false unless every step was timed that
// wasn't left out.
func total(steps []StepResult) (waitMs float64, a Abandonment, ok bool) {
	stay := 1.0
	for _, s := range steps {
		if s.LeftOut != nil {
			continue
		}
		ok = true
		if s.WaitMs == nil || s.Abandonment == nil {
			return 0, Abandonment{}, false
		}
		waitMs += *s.WaitMs
		a.Low = max(a.Low, *s.Abandonment)
		stay *= 1 - *s.Abandonment
	}
	a.High = max(a.Low, round3(1-stay))
	return math.Round(waitMs*10) / 10, a, ok
}

func round3(share float64) float64 { return math.Round(share*1000) / 1000 }
