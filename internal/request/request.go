// Package request asks a server as a program does: API calls, with the
// customer's cookies, measured and judged without a browser.
//
// A [Client] is made for each visit; it does the steps of a journey whose
// actions are requests, one after the other, and each ends in a [Result] or a
// [Failure]. What is wrong with the site comes back as a *Failure, what is
// wrong with us as any other error.
//
// The one rule not to break: secrets and the site's own headers are sent only
// to the site's own hosts, wherever a redirect leads.
package request

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

const (
	maxBody      = 10 << 20 // of an answer
	maxRedirects = 10
)

// Options say for whom is asked.
type Options struct {
	Site       journey.Site
	Conditions journey.Conditions // headers, auth, proxy and locale; the others are about pages
	Network    journey.Network    // how slow; zero = as it is
	Agent      string             // the user agent; empty = Samui/1
	Values     Values
	Jar        Jar // the customer's cookies; nil = the client's own
}

// Values know what a journey's texts are on this visit.
type Values interface {
	journey.Revealer
	Secret(t journey.Text) bool // it may only go to the site's own hosts
}

// Jar holds a customer's cookies.
type Jar interface {
	// Cookies are those for an address, as the Cookie header has them.
	Cookies(ctx context.Context, address string) (string, error)
	// Keep takes in what an answer from the address sets.
	Keep(ctx context.Context, address string, set []*http.Cookie) error
	// Forget removes the site's cookies of a name; of an empty one, all of them.
	Forget(ctx context.Context, site journey.Site, name string) error
}

// Client asks on one visit. It is used by one goroutine. Close ends its
// connections.
type Client struct {
	options   Options
	transport *http.Transport
	traffic   *traffic
	began     time.Time
	transfers []journey.Transfer
}

// New makes the client of a visit.
func New(o Options) *Client {
	if o.Agent == "" {
		o.Agent = Agent("", "")
	}
	if o.Jar == nil {
		o.Jar = newOwnJar()
	}
	c := &Client{options: o, traffic: &traffic{}, began: time.Now()}
	c.transport = &http.Transport{
		Proxy: c.proxy(), DialContext: c.traffic.dial, ForceAttemptHTTP2: true,
		MaxResponseHeaderBytes: 1 << 20,
	}
	return c
}

// Agent is who a site sees where no browser asks: Samui, behind the user agent
// that the visit's conditions name.
func Agent(named, contact string) string {
	agent := "Samui/1"
	if named != "" {
		agent = named + " " + agent
	}
	if contact != "" {
		agent += fmt.Sprintf(" (+%s)", contact)
	}
	return agent
}

// Close ends the connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Result is what one step was like. It is filled as far as the step came, also
// when it failed.
type Result struct {
	Wait     time.Duration // from sending to the last byte, over all requests; only of a step that succeeded
	GaveUp   time.Duration // how long a failed one was waited for
	Paused   time.Duration
	Actions  int // the requests that were answered
	Page     journey.Page
	Requests journey.RequestCounts
	Notes    []string        // soft expectations that were not met
	Last     *journey.Answer // of the last request that was answered; nil = none was
}

// Failure is what is wrong with the site, or with what the journey says about
// it. It is never our own fault.
type Failure struct { //nolint:errname // the vocabulary has it: a site fails, a probe errs
	Kind     journey.FailureKind
	Message  string
	Hint     string
	Pos      journey.Pos
	NetError string // as Chrome names a network error
}

// Error is the message.
func (f *Failure) Error() string { return f.Message }

// errStepTimeout ends a step whose time is over.
var errStepTimeout = errors.New("the step's time is over")

// Step does a step's requests and judges the answer to the last, under the
// step's own deadline. The error is a *Failure when the site, or the journey,
// is at fault, and ctx's cause when ctx ended first; when that was a deadline,
// what was being waited for is in its chain.
func (c *Client) Step(ctx context.Context, step journey.Step) (Result, error) {
	limited, cancel := context.WithTimeoutCause(ctx, step.Timeout, errStepTimeout)
	defer cancel()
	r := Result{Page: journey.Page{Navigation: journey.NavigationNone}}
	err := c.walk(limited, step, &r)
	if err == nil {
		return r, nil
	}
	r.GaveUp, r.Wait = r.Wait, 0
	var f *Failure
	if errors.As(err, &f) && f.Pos == (journey.Pos{}) {
		f.Pos = step.Pos
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return r, context.Cause(ctx)
	case ctx.Err() != nil && f != nil:
		return r, fmt.Errorf("%w: %w", context.Cause(ctx), f)
	case ctx.Err() != nil:
		return r, context.Cause(ctx)
	}
	return r, err
}

func (c *Client) walk(ctx context.Context, step journey.Step, r *Result) error {
	rounds := 1
	if step.Repeat != nil {
		rounds = step.Repeat.Times
	}
	for round := range rounds {
		if err := c.round(ctx, step, round == rounds-1, r); err != nil {
			return err
		}
	}
	return c.judge(step, r)
}

// round does the step's actions once. The answer to the last of all may be an
// error, where the step says itself which status is right.
func (c *Client) round(ctx context.Context, step journey.Step, final bool, r *Result) error {
	last := lastRequest(step)
	for i, a := range step.Do {
		if a.Verb == journey.Pause {
			if err := pause(ctx, a.Pause); err != nil {
				return &Failure{Kind: journey.KindExpectation, Message: "the pauses took all of the step's time", Pos: a.Pos}
			}
			r.Paused += a.Pause
			continue
		}
		if a.Prepares() {
			err := c.prepare(ctx, a)
			if err != nil && ctx.Err() != nil {
				err = &Failure{Kind: journey.KindExpectation, Message: "the step's time was over before its cookies were changed", Pos: a.Pos}
			}
			if err != nil {
				return err
			}
			continue
		}
		if err := c.ask(ctx, a, r); err != nil {
			return err
		}
		r.Actions++
		if r.Last.Status >= http.StatusBadRequest && (!final || i != last || !expectsStatus(step)) {
			return &Failure{
				Kind: journey.KindHTTP, Pos: a.Pos,
				Message: fmt.Sprintf("%s answered %s", c.shown(a, r.Last.URL), statusText(r.Last.Status)),
			}
		}
	}
	return nil
}

// lastRequest is the index of the request whose answer is judged; -1 = there is
// none.
func lastRequest(step journey.Step) int {
	for i, a := range slices.Backward(step.Do) {
		if a.Verb == journey.Request {
			return i
		}
	}
	return -1
}

// judge holds the last answer against what the step expects.
func (c *Client) judge(step journey.Step, r *Result) error {
	last := lastRequest(step)
	if last < 0 || r.Last == nil {
		return nil
	}
	asked := c.shown(step.Do[last], r.Last.URL)
	for _, e := range step.Expect {
		soft := e.Claim == journey.ClaimSoft
		if soft {
			e = e.Of[0]
		}
		if e.Exchange == nil {
			continue
		}
		what := e.Exchange.Resolved(c.options.Values).Amiss(*r.Last, c.options.Site)
		if what == "" {
			continue
		}
		f := &Failure{Kind: journey.KindExpectation, Message: fmt.Sprintf("%s not met by %s: %s", e, asked, what), Pos: e.Pos}
		if !soft {
			return f
		}
		r.Notes = append(r.Notes, e.Pos.String()+": soft: "+f.Message)
	}
	return nil
}

// expectsStatus reports whether the step says itself which status is right.
func expectsStatus(s journey.Step) bool {
	for _, e := range s.Expect {
		if e.Exchange != nil && e.Exchange.Status != "" {
			return true
		}
	}
	return false
}

func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// pause waits as long as the journey says.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
