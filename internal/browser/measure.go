package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"samui/internal/journey"
)

// snapshot is what the page says of itself; its times are ms since the start
// of its navigation.
type snapshot struct {
	URL      string   `json:"url"`
	FCP      *float64 `json:"fcp"`
	LCP      *float64 `json:"lcp"`
	CLS      *float64 `json:"cls"`
	INP      *float64 `json:"inp"`
	Blocking *float64 `json:"blocking"`
	TTFB     *float64 `json:"ttfb"`
	DNS      *float64 `json:"dns"`
	Connect  *float64 `json:"connect"`
	TLS      *float64 `json:"tls"`
	DCL      *float64 `json:"dcl"`
	Load     *float64 `json:"load"`

	Route *struct { // the change of route that the browser saw
		FCP *float64 `json:"fcp"`
		LCP *float64 `json:"lcp"`
	} `json:"route"`
	Causes  *journey.Causes     `json:"causes"`
	Timings map[string]*float64 `json:"timings"`
	Unmet   bool                `json:"unmet"` // the expectations no longer held when the page had settled
}

// awaitEnd waits for the first frame in which every expectation holds.
func (st *step) awaitEnd(ctx context.Context) (held, error) {
	if st.inputs == 0 {
		// Every action was an optional one whose target didn't come, or a pause:
		// nothing more is waited for than what is there.
		if err := st.armNow(ctx, ""); err != nil {
			return held{}, err
		}
	}
	await := func() (held, error) { return st.awaitHeld(ctx, (*state).takeLocked) }
	if st.parts != nil {
		await = func() (held, error) { return st.awaitParts(ctx) }
	}
	end, err := await()
	if err != nil {
		return held{}, err
	}
	return end, st.awaitDownloads(ctx)
}

// awaitHeld waits until take, called with the state locked, has an end, and
// closes the overlays that come meanwhile.
func (st *step) awaitHeld(ctx context.Context, take func(*state) *held) (held, error) {
	for {
		var end *held
		var over *report
		err := st.waitFor(ctx, func(s *state) bool {
			if end = take(s); end == nil {
				over, s.overlay = s.overlay, nil
			}
			return end != nil || over != nil
		})
		switch {
		case err != nil:
			return held{}, err
		case end != nil:
			return *end, nil
		}
		if _, err := st.dismiss(ctx, overlayNumber(*over)); err != nil {
			return held{}, err
		}
	}
}

// measure works out the step's wait from the frame that ended it and collects
// the page's numbers. It is false when the end did not stand: by the time that
// its main content was there a new document no longer showed what was expected.
func (st *step) measure(ctx context.Context, end held) (stands bool, err error) {
	fresh := st.fresh(end.doc)
	shot, err := st.numbers(ctx, fresh, end)
	if err != nil {
		return false, err
	}
	if shot.Unmet || st.parts != nil && !st.partsStand() {
		return false, nil
	}
	start, endAt := end.InputAt, end.At
	if fresh {
		start = st.lastInput()
		endAt = max(endAt, st.lastPaint(end, shot))
	}
	if file := st.lastDownload(); file > 0 {
		endAt, end.Already = max(endAt, file), false
		if st.asked > 0 {
			start = st.asked
		}
	}
	st.m.Wait = st.settled + journey.FromMs(max(0, endAt-start-st.heldUp(start, endAt)))
	st.m.Already = end.Already
	st.fillPage(shot)
	return true, nil
}

// lastPaint is when the main content of the document that ended the step was
// painted, in epoch ms: its last LCP candidate, 0 when there was none. One that
// has gone on to another has told of its candidates while it lived.
func (st *step) lastPaint(end held, shot snapshot) float64 {
	if shot.LCP != nil {
		return end.Origin + *shot.LCP
	}
	if doc := st.state.document(); doc.serial == end.doc {
		return doc.lcp
	}
	return 0
}

// numbers asks the page for what it measured: after a load when its main
// content is known, otherwise when the entries of the last interaction have
// had their frames to arrive. A page that goes on to another in the meantime
// leaves its numbers unknown; that is no failure of the step, which has ended.
func (st *step) numbers(ctx context.Context, fresh bool, end held) (snapshot, error) {
	expression, limit := js("samui.vitals.current", st.timings), callTimeout
	if fresh {
		expression, limit = js("samui.watch.settle", end.At, settleCap.Milliseconds(), st.timings), 2*settleCap+callTimeout
	}
	if ahead := st.lookAhead(); ahead != "" {
		expression = "(" + ahead + ", " + expression + ")"
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	shot, mute, err := whileAlive[snapshot](ctx, st.target(), st.worldOf(end.doc), expression)
	if mute {
		st.mute = true
		st.m.Notes = append(st.m.Notes, "the page no longer answered when it had shown what was expected: its numbers are not known, and a customer could not go on")
	}
	if err != nil {
		if cause := st.orGone(because(ctx, err)); lost(cause) {
			return snapshot{}, cause
		}
		shot = snapshot{URL: st.state.document().url}
	}
	return shot, nil
}

// worldOf is the world of a document, or one that doesn't exist any more.
func (st *step) worldOf(serial int) string {
	if doc := st.state.document(); doc.serial == serial {
		return doc.world
	}
	return "gone"
}

// fillPage puts together what the page and the protocol say. Times of a
// document belong to the step that loaded it.
func (st *step) fillPage(shot snapshot) {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	p := journey.Page{URL: shortAddress(shot.URL), Navigation: journey.NavigationNone, CLS: shot.CLS, INPMs: shot.INP, BlockingMs: shot.Blocking, Causes: shot.Causes, Timings: shot.Timings}
	if p.URL == "" {
		p.URL = shortAddress(st.state.doc.url)
	}
	switch {
	case st.state.hard:
		p.Navigation = journey.NavigationHard
		p.TTFBMs, p.FCPMs, p.LCPMs, p.DNSMs, p.ConnectMs, p.TLSMs = shot.TTFB, shot.FCP, shot.LCP, shot.DNS, shot.Connect, shot.TLS
		p.DOMContentLoadedMs, p.LoadMs = shot.DCL, shot.Load
	case st.state.soft:
		p.Navigation = journey.NavigationSoft
		if shot.Route != nil {
			p.FCPMs, p.LCPMs = shot.Route.FCP, shot.Route.LCP
		}
	}
	if p.Causes != nil && p.LCPMs == nil {
		p.Causes.LCP = nil // it belongs to an earlier step
	}
	if r := st.state.response; r != nil {
		p.Status, p.TLSDaysLeft = &r.status, r.tlsDays
	}
	st.m.Page, st.m.Requests = p, st.state.requests.total
	st.m.ConsoleErrors, st.m.Console = st.state.console, slices.Clone(st.state.said)
}

const (
	// parseGrace is how long a page that answered with an error may take until
	// it can be read, to tell a refusal from a failure.
	parseGrace = 3 * time.Second
	// crashGrace is how long a crash is waited for that would explain a failed
	// navigation: on Linux it is announced 200 to 300 ms late.
	crashGrace = 500 * time.Millisecond
	// explainLimit bounds each question to a page that has failed.
	explainLimit = 2 * time.Second
)

// failed makes the most of a step that did not succeed: how long it was waited
// for, what the page was, what was there instead. It returns err, or the
// failure that explains it; when the run's own time is over, both.
func (st *step) failed(run context.Context, err error) error {
	st.m.GaveUp = max(0, time.Since(st.began)-st.m.Paused)
	if cause := st.fatal(); cause != nil {
		err = cause
	}
	if errors.Is(err, ErrGone) {
		return err
	}
	if errors.Is(run.Err(), context.Canceled) {
		st.mute = true // somebody wants to be gone
		return context.Cause(run)
	}
	// The questions below have deadlines of their own: the step's is over.
	ctx := context.WithoutCancel(run)
	var f *Failure
	if errors.As(err, &f) && f.Kind == journey.KindNavigation && st.crashSoon(ctx) {
		err = st.crash()
	}
	if errors.As(err, &f) && f.Kind == journey.KindHTTP {
		st.awaitParsed(ctx)
	}
	if run.Err() != nil && !errors.As(err, &f) {
		err = fmt.Errorf("%w: %w", context.Cause(run), st.explain(ctx))
	} else if errors.Is(err, errStepTimeout) {
		err = st.explain(ctx)
	}
	if errors.As(err, &f) && f.Pos == (journey.Pos{}) {
		f.Pos = st.Pos
	}
	if st.mute || (errors.As(err, &f) && f.Kind == journey.KindCrash) {
		st.fillPage(snapshot{})
	} else {
		st.examine(ctx)
	}
	if errors.As(err, &f) {
		st.missed = st.lookedFor(f)
	}
	return err
}

// fatal is what has failed the step while it was waiting for something else.
func (st *step) fatal() error {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	return st.state.failure
}

func (st *step) crashSoon(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, crashGrace)
	defer cancel()
	return st.await(ctx, func(s *state) bool { return s.crashed }) == nil
}

func (st *step) awaitParsed(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, parseGrace)
	defer cancel()
	// A page that isn't there in time is examined as far as it came.
	_ = st.await(ctx, func(s *state) bool { return !s.nav.pending && s.doc.parsedAt > 0 })
}

// examine reads the failed page: its numbers, and the signs of a refusal. A
// page that can't answer has none.
func (st *step) examine(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, explainLimit)
	defer cancel()
	shot, err := evalIn[snapshot](ctx, st.target(), st.state.document().world, "samui.vitals.snapshot()")
	if err == nil {
		if signs, err := evalIn[Signs](ctx, st.target(), st.state.document().world, "samui.act.signs()"); err == nil {
			st.m.Signs = &signs
		}
	}
	st.mute = ctx.Err() != nil
	st.fillPage(shot)
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	if r := st.state.response; r != nil && st.m.Signs != nil {
		st.m.Signs.Status, st.m.Signs.Headers = r.status, r.headers
	}
}

// explain says why a step's time ran out.
func (st *step) explain(ctx context.Context) *Failure {
	ctx, cancel := context.WithTimeout(ctx, explainLimit)
	defer cancel()
	f := st.why(ctx)
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	if n := len(st.state.tabs); n > 1 {
		f.Message += fmt.Sprintf("; the customer looked at tab %d of %d, %s", 1+slices.Index(st.state.tabs, st.current.Load()), n, bareAddress(st.state.doc.url))
	}
	st.state.tellLocked(f)
	return f
}

func (st *step) why(ctx context.Context) *Failure {
	if a := st.sought; a != nil && a.Target != nil {
		doc, trouble := st.documentOf(ctx, a.Target)
		if trouble != nil {
			return trouble.failure(journey.KindTarget, fmt.Sprintf("can't %s %s", a.Verb, a.Target), a.Target.String(), a.Pos)
		}
		r, err := in[readiness](ctx, st, doc, js("samui.act.explain", st.encoder.target(a.Target)))
		if err != nil {
			return st.unanswered(journey.KindTarget, fmt.Sprintf("can't %s %s", a.Verb, a.Target), a.Target.String(), a.Pos)
		}
		if st.miss != "" && r.State == "usable" {
			r.State = st.miss
		}
		f := targetFailure(*a, r)
		if r.State == "none" {
			return st.hintClosed(ctx, f)
		}
		return f
	}
	return st.missingDownload(st.unmet(ctx))
}

// unmet says which expectation doesn't hold, and what is there instead.
func (st *step) unmet(ctx context.Context) *Failure {
	verdicts, err := st.verdicts(ctx)
	if err != nil {
		what, pos := "the step's end", st.Pos
		if len(st.seen) > 0 {
			what, pos = st.seen[0].String(), st.seen[0].Pos
		}
		return st.unanswered(journey.KindExpectation, what+" not seen", "", pos)
	}
	return hintBehind(expectationFailure(st.seen, verdicts), st.seen, st.site)
}

// unanswered is the failure of a page whose scripts never come to rest.
func (st *step) unanswered(kind journey.FailureKind, what, target string, pos journey.Pos) *Failure {
	st.mute = true
	st.state.mu.Lock()
	underWay := st.state.underWayLocked()
	holds := st.state.nav.pending && !st.state.nav.requested
	st.state.mu.Unlock()
	switch {
	case underWay && holds:
		return &Failure{
			Kind: kind, Message: what + ": the page that was there does not let go", Target: target, Pos: pos,
			Hint: "a script that runs when the page is left (beforeunload, pagehide) keeps it busy without end; the customer's tab hangs too",
		}
	case underWay:
		return &Failure{
			Kind: kind, Message: what, Target: target, Pos: pos,
			Hint: "the server took the request and did not answer in time",
		}
	}
	return &Failure{
		Kind: kind, Message: what + ": the page no longer answers", Target: target, Pos: pos,
		Hint: "a script of the page keeps its main thread busy without end; the customer's tab hangs too",
	}
}
