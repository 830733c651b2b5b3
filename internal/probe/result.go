package probe

import (
	"context"
	"errors"
	"fmt"

	"samui/internal/browser"
	"samui/internal/journey"
)

// fill puts a step's measurement into the run. It returns an error when nobody
// could look, which is not the step's fault.
func (v *visit) fill(ctx context.Context, i int, m browser.Measurement, err error) error {
	r := &v.run.Steps[i]
	for _, note := range m.Notes {
		r.Notes = append(r.Notes, v.redact.Redact(note))
	}
	failure, atFault := errors.AsType[*browser.Failure](err)
	switch {
	case err == nil:
		v.waited += m.Wait
		r.WaitMs = journey.Ms(m.Wait)
		r.Already = m.Already
	case errors.Is(err, errRunTimeout):
		v.waited += m.GaveUp
		r.GaveUpMs = journey.Ms(m.GaveUp)
		r.Failure = v.failure(v.outOfTime(i, failure), m)
	case atFault:
		if fault := v.ours(ctx, failure); fault != nil {
			return fault
		}
		v.waited += m.GaveUp
		r.GaveUpMs = journey.Ms(m.GaveUp)
		r.Failure = v.failure(failure, m)
	default:
		return err
	}
	m.Page.URL, m.Page.Causes = v.redact.Redact(m.Page.URL), m.Page.Causes.Map(v.redact.Redact)
	r.Page, r.Requests = &m.Page, &m.Requests
	if !v.journey.Steps[i].Asks() {
		r.ConsoleErrors, r.Console = &m.ConsoleErrors, m.Console.Map(v.redact.Redact)
	}
	return nil
}

// outOfTime is the failure of the step in which the run's own time ended, with
// what was being waited for, where that is known.
func (v *visit) outOfTime(i int, waiting *browser.Failure) *browser.Failure {
	f := browser.Failure{Pos: v.journey.Steps[i].Pos}
	if waiting != nil {
		f = *waiting
		f.Message = ": " + f.Message
	}
	f.Kind = journey.KindTimeout
	f.Message = fmt.Sprintf("the run's time of %s was over in this step%s", v.journey.Timeout, f.Message)
	f.Hint = "raise the journey's timeout:, or find out which step took so long"
	return &f
}

// failure is what a step's failure looks like to people, secrets hidden.
func (v *visit) failure(f *browser.Failure, m browser.Measurement) *journey.Failure {
	kind, message, hint := f.Kind, f.Message, f.Hint
	if why, refusal := refusal(f, m.Signs); refusal {
		kind, message = journey.KindBlocked, "the site refused the robot: "+why
		hint = "agree with the site's owner on a way in: an allow-list for Samui's user agent or address, or a header (headers: in samui.yaml)"
	}
	out := &journey.Failure{Kind: kind, Message: v.redact.Redact(message), Nearest: []string{}}
	for _, n := range f.Nearest {
		out.Nearest = append(out.Nearest, v.redact.Redact(n))
	}
	out.Target = v.optional(f.Target)
	out.Hint = v.optional(hint)
	out.Line = v.optional(f.Pos.String())
	return out
}

func (v *visit) optional(s string) *string {
	if s == "" {
		return nil
	}
	s = v.redact.Redact(s)
	return &s
}
