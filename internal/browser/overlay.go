package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/input"

	"samui/internal/journey"
)

// What may appear at any time is closed whenever it is there, while a step is
// in progress: before an action, while its target is looked for, and while
// expectations are waited for. A page that still loads is let go on, because a
// press ends the browser's collecting of its main content.
//
// A customer has to close it, too: from the moment at which its button can be
// used until our press, the time is not the site's and is taken off the wait.
// What the page takes to show it and to make it go is the page's.

// overlayCap is how long the button of an overlay may take to be usable.
const overlayCap = 3 * time.Second

// consentAtMost is how often a banner about cookies is answered in a visit.
const consentAtMost = 3

// byConsent finds the button of a banner about cookies.
const byConsent journey.By = "consent"

// overlaysOf are a journey's, with the banner about cookies last.
func overlaysOf(j journey.Journey) []journey.Overlay {
	all := append([]journey.Overlay(nil), j.Overlays...)
	if j.Consent == journey.ConsentAccept || j.Consent == journey.ConsentReject {
		button := &journey.Target{By: byConsent, Value: journey.Plain(string(j.Consent))}
		all = append(all, journey.Overlay{See: button, Click: button, AtMost: consentAtMost})
		all = append(all, consentInFrames(j.Consent)...)
	}
	return all
}

// called is how an overlay is told of.
func called(o journey.Overlay) string {
	if o.Click.By == byConsent {
		return "the banner about cookies"
	}
	return "the overlay " + o.String()
}

// watchOverlays is the call that has a document look for them.
func (s *Session) watchOverlays() string {
	type overlayJSON struct {
		See   *targetJSON `json:"see"`
		Click *targetJSON `json:"click"`
		Frame *targetJSON `json:"frame,omitempty"`
	}
	all := make([]overlayJSON, 0, len(s.overlays))
	for _, o := range s.overlays {
		all = append(all, overlayJSON{s.encoder.target(o.See), s.encoder.target(o.Click), s.encoder.target(frameInPage(o.See))})
	}
	return js("samui.overlay.watch", all)
}

// clearAway closes what is there, before an action that has no target.
func (st *step) clearAway(ctx context.Context) error {
	for range st.overlays {
		i, _, err := eval[int](ctx, st.Session, "samui.overlay.there()")
		if err != nil || i < 0 {
			return err
		}
		if _, err := st.dismiss(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// dismiss closes an overlay with an input as a customer would make it, if it is
// still there: one may have been told of that we have closed since, or that
// went by itself.
func (st *step) dismiss(ctx context.Context, i int) (closed bool, err error) {
	if i < 0 || i >= len(st.overlays) {
		return false, nil
	}
	found, _, err := eval[struct {
		Stands  bool `json:"stands"`
		Pressed bool `json:"pressed"`
	}](ctx, st.Session, js("samui.overlay.found", i))
	if err != nil || !found.Stands {
		return false, err
	}
	o := st.overlays[i]
	if o.See.Frame != nil {
		if sees, err := st.seesInFrame(ctx, i); err != nil || !sees {
			return false, err
		}
	}
	if st.dismissed[i] >= o.AtMost {
		return false, tooOften(o, found.Pressed)
	}
	search, cancel := context.WithTimeout(ctx, overlayCap)
	defer cancel()
	var at *place
	var doc document
	if o.Click.Frame != nil {
		at, doc, err = st.buttonInFrame(search, o.Click)
	} else {
		at, doc, err = eval[*place](search, st.Session, js("samui.overlay.button", i))
	}
	switch {
	case errors.Is(err, errDocumentGone), err == nil && at == nil:
		if o.Click.Frame != nil {
			return false, st.restFor(ctx, i)
		}
		return false, nil
	case err != nil && search.Err() != nil && ctx.Err() == nil:
		return false, st.leaveBe(ctx, i, found.Pressed)
	case err != nil:
		return false, err
	}
	st.dismissed[i]++
	if _, err := in[any](ctx, st, doc, js("samui.overlay.closing", i)); err != nil {
		return false, unlessGone(err)
	}
	pressed := epochMs(time.Now())
	p := press{x: at.X, y: at.Y, touch: st.visit.Device.Touch, count: 1, button: input.MouseButtonLeft}
	if err := p.do(ctx, st.process.wire, st.target()); err != nil {
		return false, err
	}
	st.state.update(func(s *state) { s.answered = append(s.answered, span{at.UsableAt, max(at.UsableAt, pressed)}) })
	_, err = in[any](ctx, st, doc, js("samui.overlay.closed", i))
	return true, unlessGone(err)
}

// tooOften is the failure of a step whose overlay is there again, or still.
func tooOften(o journey.Overlay, still bool) *Failure {
	f := &Failure{
		Kind: journey.KindTarget, Target: o.Click.String(), Pos: o.Pos,
		Message: fmt.Sprintf("%s came back after it was closed %s", called(o), times(o.AtMost)), Hint: hintAgain(o),
	}
	if still {
		f.Message = fmt.Sprintf("%s did not go, though its button was pressed %s", called(o), times(o.AtMost))
		f.Hint = "look whether what is pressed closes it, and whether see: names nothing else of the page"
	}
	return f
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// hintAgain is what to do about an overlay that comes again and again.
func hintAgain(o journey.Overlay) string {
	if o.Click.By == byConsent {
		return "the site asks again on every page; write consent: ignore, and close the banner in a step of its own"
	}
	return "if the site means it, raise at_most:; else what is clicked may not close it"
}

// leaveBe gives an overlay up for as long as its document lives: a word of the
// page may look like one, and what lies over nothing is in nobody's way.
func (st *step) leaveBe(ctx context.Context, i int, pressed bool) error {
	note := called(st.overlays[i]) + " was there, and could not be closed: its button could not be used"
	if pressed {
		note = called(st.overlays[i]) + " was closed, and is still seen: its see: may name something else of the page, too"
	}
	if !slices.Contains(st.m.Notes, note) {
		st.m.Notes = append(st.m.Notes, note)
	}
	if err := st.stopLooking(ctx); err != nil {
		return err
	}
	_, _, err := eval[any](ctx, st.Session, js("samui.overlay.leaveBe", i))
	return err
}

func unlessGone(err error) error {
	if errors.Is(err, errDocumentGone) {
		return nil
	}
	return err
}

// past waits until an action's target can be used, and closes what appears
// meanwhile.
func (st *step) past(ctx context.Context, a journey.Action, call string) (*place, document, error) {
	var first place
	for {
		found, doc, err := eval[*place](ctx, st.Session, call)
		if err != nil || found == nil {
			return found, doc, err
		}
		if found.Overlay == nil {
			if first.doc.serial == doc.serial && first.StartedAt > 0 {
				found.StartedAt = first.StartedAt
			}
			return found, doc, nil
		}
		if first.doc.serial != doc.serial {
			first = *found
			first.doc = doc
		}
		began := epochMs(time.Now())
		closed, err := st.dismiss(ctx, *found.Overlay)
		if err != nil {
			return nil, doc, err
		}
		if !closed {
			// That we tried is no wait: nobody else would have.
			st.state.update(func(s *state) { s.answered = append(s.answered, span{began, epochMs(time.Now())}) })
		}
		if closed && found.Covered {
			st.m.Notes = append(st.m.Notes, fmt.Sprintf("%s lay over %s and was closed first", called(st.overlays[*found.Overlay]), a.Target))
		}
	}
}

// overlayNumber is which overlay a report is about.
func overlayNumber(r report) int {
	i, err := strconv.Atoi(r.ID)
	if err != nil {
		return -1
	}
	return i
}
