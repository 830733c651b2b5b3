package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"

	"samui/internal/journey"
)

// usable is where and when a target could be used, in the page's epoch ms.
type usable struct {
	X, Y                float64
	StartedAt, UsableAt float64
	URL                 string
}

// inputGrace is how long after the step's end an input that has begun may
// still be finished.
const inputGrace = time.Second

// errMissed means that the page moved under a press, which was held back.
var errMissed = errors.New("the press missed its target")

// act does one action.
func (st *step) act(ctx context.Context, a journey.Action) error {
	switch a.Verb {
	case journey.Open:
		return st.open(ctx, a)
	case journey.Reload:
		return st.navigate(func() error { return call(ctx, st.target, page.Reload, page.ReloadParams{}) })
	case journey.Back:
		return st.back(ctx)
	case journey.Pause:
		return st.pause(ctx, a.Pause)
	case journey.Click, journey.Hover, journey.Check, journey.Uncheck, journey.Clear, journey.Fill,
		journey.Type, journey.Press, journey.Select, journey.Scroll:
		return st.actOn(ctx, a)
	default:
		return fmt.Errorf("BUG: no action %q", a.Verb)
	}
}

// actOn does an action on an element, or on the focused one, again where the
// page changed under it. An optional action whose target doesn't come is none.
func (st *step) actOn(ctx context.Context, a journey.Action) error {
	if a.Optional {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, a.For, errAbsent)
		defer cancel()
	}
	for {
		err := st.try(ctx, a)
		switch {
		case errors.Is(err, errMissed), errors.Is(err, errDocumentGone):
			continue
		case a.Optional && errors.Is(err, errAbsent):
			st.sought = nil
			return nil
		default:
			return err
		}
	}
}

// errAbsent ends the search for an optional target.
var errAbsent = errors.New("the optional target did not come")

func (st *step) try(ctx context.Context, a journey.Action) error {
	var at usable
	if a.Target != nil {
		found, fresh, err := st.find(ctx, a)
		if err != nil {
			return err
		}
		at = found
		if !a.Optional {
			st.ready += st.untilUsable(at, fresh)
		}
	}
	// An input is not torn apart by the end of an optional target's time: a key
	// that is down has to come up. A page that is too busy to take it in uses
	// up the step's time.
	ctx, cancel := context.WithDeadlineCause(context.WithoutCancel(ctx), st.deadline.Add(inputGrace), errStepTimeout)
	defer cancel()
	switch a.Verb {
	case journey.Click:
		return st.click(ctx, at)
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
		return st.pressKey(ctx, a)
	case journey.Select:
		return st.choose(ctx, a)
	case journey.Scroll:
		return st.scroll(ctx, a)
	case journey.Open, journey.Back, journey.Reload, journey.Pause:
	}
	return fmt.Errorf("BUG: %q needs no target", a.Verb)
}

// untilUsable is what the customer waited for an action's target. In a document
// that an earlier action of the step brought, they waited since that action,
// but for their own pauses; otherwise since we began to look, because what lies
// between is our own time.
func (st *step) untilUsable(at usable, fresh bool) time.Duration {
	if !fresh || st.inputs == 0 {
		return journey.FromMs(max(0, at.UsableAt-at.StartedAt))
	}
	return max(0, journey.FromMs(at.UsableAt-st.lastInput())-(st.m.Paused-st.pausedAtInput))
}

// lastInput is when the last input was made that another document answered,
// or when its navigation began, in the page's epoch ms.
func (st *step) lastInput() float64 {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	switch {
	case st.state.input.ID != "":
		return st.state.input.At
	case st.state.armed == "" && st.state.firstNew != nil:
		return st.state.firstNew.origin
	default:
		// The document went away before it could say when it was pressed.
		return float64(st.sentAt.UnixMicro()) / 1000
	}
}

// find waits until the action's target can be used. fresh tells that it is in
// another document than the last input was made in.
func (st *step) find(ctx context.Context, a journey.Action) (at usable, fresh bool, err error) {
	st.sought = &a
	need := "press"
	switch a.Verb {
	case journey.Fill, journey.Type, journey.Clear:
		need = "edit"
	case journey.Select:
		need = "select"
	case journey.Check, journey.Uncheck:
		need = "check"
	case journey.Scroll:
		need = "scroll"
	case journey.Click, journey.Hover, journey.Press, journey.Open, journey.Back, journey.Reload, journey.Pause:
	}
	at, doc, err := eval[usable](ctx, st.Session, js("samui.act.ready", st.encoder.target(a.Target), need, a.Option.Reveal(st.encoder.now)))
	if perr, ok := errors.AsType[pageError](err); ok {
		return at, false, &Failure{Kind: journey.KindScript, Message: fmt.Sprintf("can't %s %s: %s", a.Verb, a.Target, perr.text), Target: a.Target.String(), Pos: a.Pos}
	}
	if err != nil {
		return at, false, err
	}
	st.sought = nil
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	return at, doc.serial > st.state.armedDoc, nil
}

// arm has the expectations judged from the next trusted event named terminal
// on, or from now where it is empty. before is evaluated in the same breath.
func (st *step) arm(ctx context.Context, terminal, before string) error {
	st.arms++
	st.inputs++
	id := fmt.Sprintf("input-%d", st.arms)
	spec := map[string]any{"id": id, "claims": st.claims, "terminal": terminal, "fresh": false}
	st.state.arm(id)
	st.state.mu.Lock()
	doc := st.state.doc
	st.state.mu.Unlock()
	st.sentAt, st.pausedAtInput = time.Now(), st.m.Paused
	_, err := evalIn[any](ctx, st.target, doc.world, fmt.Sprintf("(%s, %s)", before, js("samui.watch.arm", spec)))
	if _, ok := errors.AsType[pageError](err); ok {
		return st.why(ctx) // an expectation that the page can't read
	}
	return err
}

// done tells the page that the input is over, should it not have seen the
// event itself, and whether a press reached its target. A document that went
// away under the input was reached by it.
func (st *step) done(ctx context.Context) error {
	hit, err := evalIn[*bool](ctx, st.target, st.worldNow(), "(samui.watch.input(performance.now()), samui.act.unguard())")
	switch {
	case errors.Is(err, errDocumentGone):
		return nil
	case err != nil:
		return err
	case hit != nil && !*hit:
		return errMissed
	default:
		return nil
	}
}

func (st *step) worldNow() string {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	return st.state.doc.world
}

func (st *step) click(ctx context.Context, at usable) error {
	terminal := "mouseup"
	if st.visit.Device.Touch {
		terminal = "touchend"
	}
	if err := st.arm(ctx, terminal, "samui.act.guard()"); err != nil {
		return err
	}
	if err := press(ctx, st.target, at.X, at.Y, st.visit.Device.Touch); err != nil {
		return err
	}
	return st.done(ctx)
}

func (st *step) hover(ctx context.Context, at usable) error {
	if err := st.arm(ctx, "mousemove", "0"); err != nil {
		return err
	}
	if err := hover(ctx, st.target, at.X, at.Y); err != nil {
		return err
	}
	return st.done(ctx)
}

func (st *step) check(ctx context.Context, a journey.Action, at usable) error {
	want := a.Verb == journey.Check
	checked, err := evalIn[bool](ctx, st.target, st.worldNow(), "samui.act.checked()")
	if err != nil {
		return err
	}
	if checked == want {
		return st.arm(ctx, "", "0")
	}
	if err := st.click(ctx, at); err != nil {
		return err
	}
	checked, err = evalIn[bool](ctx, st.target, st.worldNow(), "samui.act.checked()")
	if errors.Is(err, errDocumentGone) {
		return nil
	}
	if err == nil && checked != want {
		return &Failure{
			Kind: journey.KindTarget, Target: a.Target.String(), Pos: a.Pos,
			Message: fmt.Sprintf("can't %s %s: it was pressed and did not change", a.Verb, a.Target),
			Hint:    "a radio button is unchecked by checking another of its group",
		}
	}
	return err
}

// fill replaces what a field holds, at once, as a paste does.
func (st *step) fill(ctx context.Context, with journey.Text, at usable) error {
	if err := st.mayType(with, at.URL); err != nil {
		return err
	}
	value := with.Reveal(st.encoder.now)
	how, err := evalIn[string](ctx, st.target, st.worldNow(), "samui.act.takeAll()")
	if err != nil {
		return err
	}
	switch how {
	case "unfocusable":
		return errMissed
	case "put":
		if err := st.arm(ctx, "", "0"); err != nil {
			return err
		}
		took, err := evalIn[bool](ctx, st.target, st.worldNow(), js("samui.act.put", value))
		if err == nil && !took {
			return &Failure{Kind: journey.KindTarget, Message: fmt.Sprintf("the field does not take %q", with), Hint: "a date field takes 2026-01-31, a time field 14:30, a colour #ff0000"}
		}
		return err
	}
	if value != "" {
		if err := st.arm(ctx, "input", "0"); err != nil {
			return err
		}
		if err := send(ctx, st.target, input.InsertText, input.InsertTextParams{Text: value}); err != nil {
			return err
		}
		return st.done(ctx)
	}
	if empty, err := evalIn[bool](ctx, st.target, st.worldNow(), "samui.act.empty()"); err != nil || empty {
		return errors.Join(err, st.arm(ctx, "", "0"))
	}
	if err := st.arm(ctx, "input", "0"); err != nil {
		return err
	}
	if err := pressKey(ctx, st.target, "Delete"); err != nil {
		return err
	}
	return st.done(ctx)
}

// typeText types key by key behind what the field holds.
func (st *step) typeText(ctx context.Context, with journey.Text, at usable) error {
	if err := st.mayType(with, at.URL); err != nil {
		return err
	}
	if focused, err := evalIn[bool](ctx, st.target, st.worldNow(), "samui.act.caretToEnd()"); err != nil {
		return err
	} else if !focused {
		return errMissed
	}
	runes := []rune(with.Reveal(st.encoder.now))
	for i, r := range runes {
		if i == len(runes)-1 {
			if err := st.arm(ctx, "keydown", "0"); err != nil {
				return err
			}
		}
		if err := typeRune(ctx, st.target, r); err != nil {
			return err
		}
	}
	if len(runes) == 0 {
		return st.arm(ctx, "", "0")
	}
	return st.done(ctx)
}

// mayType keeps secrets off pages that aren't the site's own.
func (st *step) mayType(text journey.Text, pageURL string) error {
	if !text.HasSecret() || st.site.OwnsURL(pageURL) {
		return nil
	}
	host := pageURL
	if u, err := url.Parse(pageURL); err == nil {
		host = u.Host
	}
	return &Failure{
		Kind:    journey.KindTarget,
		Message: fmt.Sprintf("a secret is not typed into a page of %s, which is none of the site's hosts (%s)", host, strings.Join(st.site.Hosts, ", ")),
		Hint:    fmt.Sprintf("if it belongs to the site, add it to hosts: in samui.yaml: hosts: [%s]", strings.Join(append(st.site.Hosts, host), ", ")),
	}
}

func (st *step) pressKey(ctx context.Context, a journey.Action) error {
	if a.Target != nil {
		if focused, err := evalIn[bool](ctx, st.target, st.worldNow(), "samui.act.focus()"); err != nil {
			return err
		} else if !focused {
			return errMissed
		}
	} else if _, err := st.settledDocument(ctx); err != nil {
		return err
	}
	if err := st.arm(ctx, "keydown", "0"); err != nil {
		return err
	}
	if err := pressKey(ctx, st.target, a.Key); err != nil {
		return err
	}
	return st.done(ctx)
}

func (st *step) choose(ctx context.Context, a journey.Action) error {
	if err := st.arm(ctx, "", "0"); err != nil {
		return err
	}
	_, err := evalIn[bool](ctx, st.target, st.worldNow(), js("samui.act.choose", a.Option.Reveal(st.encoder.now)))
	if errors.Is(err, errDocumentGone) {
		return nil // the choice itself led on
	}
	return err
}

func (st *step) scroll(ctx context.Context, a journey.Action) error {
	edge := a.Edge
	if a.Target != nil {
		edge = "target"
	} else if _, err := st.settledDocument(ctx); err != nil {
		return err
	}
	if err := st.arm(ctx, "", "0"); err != nil {
		return err
	}
	_, err := evalIn[any](ctx, st.target, st.worldNow(), js("samui.act.scrollTo", edge))
	return err
}

// open goes to an address. One that differs from the page's own only behind
// the # loads nothing.
func (st *step) open(ctx context.Context, a journey.Action) error {
	address, err := st.address(a)
	if err != nil {
		return err
	}
	return st.navigate(func() error {
		r, err := cdp.Call(ctx, st.target, page.Navigate, page.NavigateParams{URL: address})
		switch {
		case err != nil:
			if cause := context.Cause(ctx); cause != nil {
				return cause
			}
			return fmt.Errorf("%s: %w", page.Navigate.Method, err)
		case r.ErrorText != "" && !strings.Contains(r.ErrorText, "ERR_ABORTED"):
			f := navigationFailure(st.shown(a.URL), r.ErrorText)
			f.Pos = a.Pos
			return f
		case r.ErrorText == "" && r.LoaderID == "":
			return st.arm(ctx, "", "0")
		default:
			return nil
		}
	})
}

// shown is an address without its secrets.
func (st *step) shown(u journey.Text) string {
	if u.HasSecret() {
		return u.String()
	}
	return resolve(st.site.URL, u.Reveal(st.encoder.now))
}

func (st *step) address(a journey.Action) (string, error) {
	address := resolve(st.site.URL, a.URL.Reveal(st.encoder.now))
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", &Failure{Kind: journey.KindNavigation, Message: fmt.Sprintf("%q is no http(s) address", st.shown(a.URL)), Hint: "give a path such as /cart, or https://…", Pos: a.Pos}
	}
	return address, st.mayType(a.URL, address)
}

// resolve makes an address of a path: "/cart", "cart" and "/" start at the
// site's URL.
func resolve(base, path string) string {
	if strings.Contains(path, "://") {
		return path
	}
	return strings.TrimRight(base, "/") + "/" + strings.TrimLeft(path, "/")
}

// navigate does what another document must answer.
func (st *step) navigate(start func() error) error {
	st.inputs++
	st.state.arm("")
	st.sentAt, st.pausedAtInput = time.Now(), st.m.Paused
	return start()
}

// back goes one entry back in the tab's history. An entry of the same
// document, as single-page sites make them, answers in place.
func (st *step) back(ctx context.Context) error {
	history, err := cdp.Call(ctx, st.target, page.GetNavigationHistory, cdp.Empty{})
	if err != nil {
		return fmt.Errorf("%s: %w", page.GetNavigationHistory.Method, err)
	}
	at := history.CurrentIndex - 1
	if at < 0 || history.Entries[at].URL == "about:blank" {
		return &Failure{Kind: journey.KindNavigation, Message: "there is no page to go back to", Hint: "open a page first"}
	}
	if err := st.arm(ctx, "navigated", "0"); err != nil {
		return err
	}
	return call(ctx, st.target, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: history.Entries[at].ID})
}

// pause waits as long as the journey says. Without any input before it, the
// step's wait begins behind it.
func (st *step) pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		st.m.Paused += d
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if st.inputs > 0 {
		return nil
	}
	if _, err := st.settledDocument(ctx); err != nil {
		return err
	}
	err := st.arm(ctx, "", "0")
	st.inputs = 0
	return err
}
