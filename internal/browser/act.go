package browser

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"

	"samui/internal/journey"
)

// place is where an action is done: a document, and in it the spot to press.
// Times are the page's epoch ms.
type place struct {
	X, Y      float64
	StartedAt float64 // when its target began to be looked for
	UsableAt  float64 // when it could be used
	URL       string
	Overlay   *int // what has to be closed first; nil = nothing
	Covered   bool // by it
	doc       document
}

// missError means that an input didn't reach its element, which the page moved
// or took the focus from. It is tried again.
type missError struct{ why string }

func (e missError) Error() string { return e.why }

// errAbsent ends the search for an optional target.
var errAbsent = errors.New("the optional target did not come")

// act does one action.
func (st *step) act(ctx context.Context, a journey.Action) error {
	switch a.Verb {
	case journey.Open:
		return st.tally(st.open(ctx, a))
	case journey.Reload, journey.Back, journey.Forward:
		return st.tally(st.leave(ctx, a.Verb))
	case journey.Tab:
		return st.tally(st.goToTab(ctx, a))
	case journey.Pause:
		return st.pause(ctx, a.Pause)
	case journey.Set, journey.Forget:
		return st.prepare(ctx, a)
	case journey.Dialog:
		st.state.update(func(s *state) { s.replies = append(s.replies, a) })
		return nil
	case journey.Click, journey.Hover, journey.Check, journey.Uncheck, journey.Clear, journey.Fill,
		journey.Type, journey.Press, journey.Select, journey.Upload, journey.Drag, journey.Scroll:
		return st.actOn(ctx, a)
	case journey.Request:
		return errors.New("BUG: a request is no action on a page")
	default:
		return fmt.Errorf("BUG: no action %q", a.Verb)
	}
}

// tally counts an action that was done: not a pause, nor what was left out
// because it was optional.
func (st *step) tally(err error) error {
	if err == nil {
		st.m.Actions++
	}
	return err
}

// actOn does an action on an element, or on the page, again where the page
// changed under it. An optional action whose target doesn't come is none.
func (st *step) actOn(ctx context.Context, a journey.Action) error {
	search := ctx
	if a.Optional {
		// The page's own loading is a wait like any other; only the trying isn't.
		if _, err := st.pageReady(ctx); err != nil {
			return err
		}
		began := time.Now()
		var cancel context.CancelFunc
		search, cancel = context.WithTimeoutCause(ctx, a.For, errAbsent)
		defer cancel()
		defer func() { st.idle += time.Since(began) }()
	}
	for {
		err := st.try(ctx, search, a)
		miss, missed := errors.AsType[missError](err)
		switch {
		case missed:
			st.miss = miss.why
		case errors.Is(err, errDocumentGone):
		case a.Optional && errors.Is(because(search, err), errAbsent):
			st.sought = nil
			return st.stopLooking(ctx)
		default:
			if err == nil {
				st.sought, st.miss = nil, ""
			}
			return st.tally(err)
		}
		if search.Err() != nil {
			if a.Optional && ctx.Err() == nil {
				st.sought = nil
				return st.stopLooking(ctx)
			}
			return context.Cause(search)
		}
	}
}

// stopLooking ends the search in the page, which would go on, and scroll.
func (st *step) stopLooking(ctx context.Context) error {
	_, _, err := eval[any](ctx, st.Session, "samui.act.stop()")
	return err
}

// try does an action once: search bounds the looking for its target, ctx the
// input.
func (st *step) try(ctx, search context.Context, a journey.Action) error {
	var at place
	var err error
	if a.To != nil {
		onto := a
		to := *a.To
		to.Frame = a.Target.Frame // nothing is dragged from one document into another
		onto.Target = &to
		st.sought = &onto
		if _, err := st.find(search, onto); err != nil {
			return err
		}
	}
	st.sought = &a
	if a.Target != nil {
		at, err = st.find(search, a)
	} else {
		if at.doc, err = st.pageReady(ctx); err == nil {
			err = st.clearAway(ctx)
		}
	}
	if err != nil {
		return err
	}
	err = st.input(ctx, a, at)
	if broken, ok := errors.AsType[pageError](err); ok {
		// The page pulled the element from under a script of ours.
		return missError{broken.text}
	}
	return err
}

func (st *step) input(ctx context.Context, a journey.Action, at place) error {
	switch a.Verb {
	case journey.Click:
		return st.click(ctx, a, at)
	case journey.Hover:
		return st.hover(ctx, at)
	case journey.Check, journey.Uncheck:
		return st.check(ctx, a, at)
	case journey.Fill:
		return st.fill(ctx, a.With, at)
	case journey.Clear:
		return st.fill(ctx, journey.Text{}, at)
	case journey.Type:
		return st.typeText(ctx, a.With, at)
	case journey.Press:
		return st.pressKey(ctx, a, at)
	case journey.Select:
		return st.choose(ctx, a, at)
	case journey.Upload:
		return st.upload(ctx, a, at)
	case journey.Drag:
		return st.drag(ctx, a, at)
	case journey.Scroll:
		return st.scroll(ctx, a, at)
	case journey.Open, journey.Back, journey.Forward, journey.Reload, journey.Tab, journey.Pause, journey.Dialog, journey.Request, journey.Set, journey.Forget:
	}
	return fmt.Errorf("BUG: %q is no input", a.Verb)
}

// find waits until the action's target can be used, and counts the wait.
func (st *step) find(ctx context.Context, a journey.Action) (place, error) {
	at, err := st.ready(ctx, a, needOf(a.Verb))
	if broken, ok := errors.AsType[pageError](err); ok {
		return place{}, &Failure{Kind: journey.KindScript, Message: fmt.Sprintf("can't %s %s: %s", a.Verb, a.Target, broken.text), Target: a.Target.String(), Pos: a.Pos}
	}
	if err != nil {
		return place{}, err
	}
	if !a.Optional {
		st.countUntil(at)
	}
	return at, nil
}

// needOf is what an action must be able to do with its target.
func needOf(verb journey.Verb) string {
	need := "press"
	switch verb {
	case journey.Fill, journey.Type, journey.Clear:
		need = "edit"
	case journey.Select:
		need = "select"
	case journey.Check, journey.Uncheck:
		need = "check"
	case journey.Upload:
		need = "upload"
	case journey.Scroll:
		need = "scroll"
	case journey.Click, journey.Hover, journey.Drag, journey.Press, journey.Open, journey.Back, journey.Forward, journey.Reload, journey.Tab, journey.Pause, journey.Dialog, journey.Request, journey.Set, journey.Forget:
	}
	return need
}

// pause waits as long as the journey says.
func (st *step) pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		st.m.Paused += d
		st.idle += d
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// in evaluates an expression in the document in which an action is done.
func in[T any](ctx context.Context, st *step, doc document, expression string) (T, error) {
	return ask[T](ctx, st.Session, doc, expression)
}

// history is the tab's, for going back.
func (st *step) history(ctx context.Context) (page.GetNavigationHistoryResult, error) {
	h, err := cdp.Call(ctx, st.target(), page.GetNavigationHistory, cdp.Empty{})
	if err != nil {
		return h, fmt.Errorf("%s: %w", page.GetNavigationHistory.Method, err)
	}
	return h, nil
}
