package probe

import (
	"context"
	"errors"
	"fmt"

	"samui/internal/browser"
	"samui/internal/journey"
	"samui/internal/request"
)

// client asks servers on this visit: with the browser's cookies and in its
// name, where there is one.
func (v *visit) client(s *browser.Session, conditions journey.Visit) *request.Client {
	c := v.journey.ConditionsOf(conditions)
	o := request.Options{Site: v.journey.Site, Conditions: c, Values: v.values, Network: conditions.Network, Agent: request.Agent(c.UserAgent, v.options.Contact)}
	if s != nil {
		o.Agent, o.Jar = s.UserAgent(), s.Jar()
	}
	return request.New(o)
}

// do does one step, by asking a server or on the page. s is nil on a visit that
// only asks.
func (v *visit) do(ctx context.Context, s *browser.Session, i int) (browser.Measurement, error) {
	step := v.journey.Steps[i]
	if !step.Asks() {
		return s.Step(ctx, step)
	}
	r, err := v.requests.Step(ctx, step)
	m := browser.Measurement{
		Wait: r.Wait, GaveUp: r.GaveUp, Paused: r.Paused, Actions: r.Actions, Page: r.Page, Requests: r.Requests, Notes: r.Notes,
	}
	if err == nil {
		err = v.keep(step, r.Last)
	}
	failed, atFault := errors.AsType[*request.Failure](err)
	if !atFault {
		return m, err
	}
	if r.Last != nil {
		m.Signs = signsOf(*r.Last)
	}
	f := &browser.Failure{Kind: failed.Kind, Message: failed.Message, Hint: failed.Hint, Pos: failed.Pos, NetError: failed.NetError}
	if errors.Is(err, errRunTimeout) {
		return m, fmt.Errorf("%w: %w", errRunTimeout, f)
	}
	return m, f
}

// signsOf are what a refusal is recognised by in an answer without a page.
func signsOf(a journey.Answer) *browser.Signs {
	const most = 4 << 10
	return &browser.Signs{Status: a.Status, Headers: a.Headers, URL: a.URL, Text: string(a.Body[:min(len(a.Body), most)])}
}
