package probe

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
)

// errConditionTimeout ends the waiting for a page about which a condition is.
var errConditionTimeout = errors.New("the step's time is over")

// conditions reports whether a step is walked on this visit. One that isn't is
// left out, with the reason; one whose condition the page can't read has
// failed. The error says that nobody could look.
func (v *visit) conditions(ctx, stepCtx context.Context, s *browser.Session, i int) (walked bool, err error) {
	for _, c := range v.journey.Steps[i].Conditions {
		began := time.Now()
		limited, cancel := context.WithTimeoutCause(stepCtx, v.journey.Steps[i].Timeout, errConditionTimeout)
		holds, err := v.holds(limited, s, c)
		cancel()
		if errors.Is(err, errConditionTimeout) {
			err = &browser.Failure{Kind: journey.KindExpectation, Message: fmt.Sprintf("%s: the page did not come in time", c), Pos: c.Pos}
		}
		v.idle += time.Since(began)
		failure, atFault := errors.AsType[*browser.Failure](err)
		switch {
		case atFault:
			v.tell(Progress{Index: i})
			m := browser.Measurement{Page: journey.Page{Navigation: journey.NavigationNone}}
			if fault := v.fill(stepCtx, i, m, failure); fault != nil {
				return false, fault
			}
			v.photograph(ctx, s, i)
			v.tellResult(i, nil)
			return false, nil
		case err != nil && stepCtx.Err() != nil && ctx.Err() == nil:
			return true, nil // the run's time is over, as the step will say
		case err != nil:
			return false, err
		case holds == c.Unless:
			v.run.Steps[i].LeftOut = new(v.redact.Redact(c.String()))
			v.tellResult(i, nil)
			return false, nil
		}
	}
	return true, nil
}

// holds reports whether what a condition names is so.
func (v *visit) holds(ctx context.Context, s *browser.Session, c journey.Condition) (bool, error) {
	switch {
	case c.See != nil:
		return s.Sees(ctx, *c.See)
	case len(c.Devices) > 0:
		return slices.Contains(c.Devices, v.run.Device), nil
	}
	is, wanted := v.values.Reveal(c.Value), v.values.Reveal(c.Text)
	switch c.Op {
	case journey.Is:
		return is == wanted, nil
	case journey.Contains:
		return strings.Contains(is, wanted), nil
	case journey.Matches:
		pattern, err := regexp.Compile(v.values.Pattern(c.Text))
		if err != nil {
			return false, &browser.Failure{Kind: journey.KindScript, Message: fmt.Sprintf("%s: %v", c, err), Pos: c.Pos}
		}
		return pattern.MatchString(is), nil
	case journey.OpNone, journey.AtLeast, journey.AtMost, journey.Above, journey.Below:
	}
	return false, fmt.Errorf("BUG: no comparator %q of a condition", c.Op)
}

// vain is what a step waited and fetched that is tried again: the customer
// lived through that too.
type vain struct {
	tries int
	ms    float64
	notes journey.Notes

	requests journey.RequestCounts
	errors   int // in the console
	console  journey.Console
}

// again reports whether a step is tried once more, and keeps what its failure
// cost. What would fail again, or can't be gone on with, isn't tried.
func (t *vain) again(step journey.Step, r *journey.StepResult) bool {
	if r.Failure == nil || t.tries >= step.Retry {
		return false
	}
	switch r.Failure.Kind {
	case journey.KindBlocked, journey.KindCrash, journey.KindTimeout, journey.KindScript:
		return false
	case journey.KindExpectation, journey.KindTarget, journey.KindNavigation, journey.KindHTTP, journey.KindDialog:
	}
	t.tries++
	if r.GaveUpMs != nil {
		t.ms += *r.GaveUpMs
	}
	if n := r.Requests; n != nil {
		t.requests = t.requests.Plus(*n)
	}
	if r.ConsoleErrors != nil {
		t.errors += *r.ConsoleErrors
		t.console = t.console.Plus(r.Console)
	}
	t.notes = append(append(t.notes, r.Notes...), fmt.Sprintf("tried again after: %s", r.Failure.Message))
	*r = journey.StepResult{Index: r.Index, Step: r.Step, Title: r.Title, Outcome: journey.Skipped}
	return true
}

// count adds what was waited in vain to the result that stands.
func (t *vain) count(r *journey.StepResult) {
	for _, ms := range []**float64{&r.WaitMs, &r.GaveUpMs} {
		if *ms != nil {
			*ms = new(**ms + t.ms)
		}
	}
	if n := r.Requests; n != nil {
		r.Requests = new(n.Plus(t.requests))
	}
	if r.ConsoleErrors != nil {
		r.ConsoleErrors, r.Console = new(*r.ConsoleErrors+t.errors), t.console.Plus(r.Console)
	}
	r.Notes = append(t.notes, r.Notes...)
}
