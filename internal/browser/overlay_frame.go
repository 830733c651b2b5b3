package browser

import (
	"context"
	"errors"
	"time"

	"samui/internal/journey"
)

// An overlay may be in a frame. The page looks whether the frame is shown; what
// is in there is looked at from outside, at most every overlayRest: the page
// can't see into frames of other sites.

// overlayRest is how long a frame in which no overlay is seen is left alone.
const overlayRest = 500 * time.Millisecond

// consentInFrames are the banners of the consent managers that live in frames.
func consentInFrames(answer journey.Consent) []journey.Overlay {
	var all []journey.Overlay
	for _, selector := range []string{
		`[id^="sp_message_container_"] iframe,iframe[id^="sp_message_iframe_"]`, // Sourcepoint
		`iframe[src*="//consent-pref.trustarc.com/"],iframe.truste_popframe`,    // TrustArc
	} {
		frame := &journey.Target{By: journey.ByCSS, Value: journey.Plain(selector)}
		button := &journey.Target{By: byConsent, Value: journey.Plain(string(answer)), Frame: frame}
		all = append(all, journey.Overlay{See: button, Click: button, AtMost: consentAtMost})
	}
	return all
}

// frameInPage is the iframe of the page itself that a target is in; nil where it
// is in none.
func frameInPage(t *journey.Target) *journey.Target {
	frame := t.Frame
	for frame != nil && frame.Frame != nil {
		frame = frame.Frame
	}
	return frame
}

// seesInFrame tells whether an overlay is there, in its frame.
func (st *step) seesInFrame(ctx context.Context, i int) (bool, error) {
	see := st.overlays[i].See
	doc, trouble := st.peek(ctx, see.Frame)
	sees, err := false, error(nil)
	if trouble == nil {
		sees, err = in[bool](ctx, st, doc, js("samui.overlay.sees", st.encoder.target(see)))
	}
	switch {
	case ctx.Err() != nil:
		return false, context.Cause(ctx)
	case err != nil && !errors.Is(err, errDocumentGone):
		return false, err
	case sees:
		return true, nil
	}
	return false, st.restFor(ctx, i)
}

// restFor has the page leave an overlay's frame alone for a moment.
func (st *step) restFor(ctx context.Context, i int) error {
	_, _, err := eval[any](ctx, st.Session, js("samui.overlay.restFor", i, overlayRest.Milliseconds()))
	return err
}

// buttonInFrame waits until the button of an overlay can be pressed, and gives
// where on the screen that is, and the page's own document: it is the page that
// is told of the press.
func (st *step) buttonInFrame(ctx context.Context, click *journey.Target) (*place, document, error) {
	page := st.state.document()
	for {
		doc, trouble := st.peek(ctx, click.Frame)
		if trouble != nil {
			return nil, page, errDocumentGone
		}
		at, err := in[*place](ctx, st, doc, js("samui.act.ready", st.encoder.target(click), "press", nil, nil))
		if err != nil {
			return nil, page, because(ctx, err)
		}
		if at == nil {
			return nil, page, errDocumentGone
		}
		spot, err := st.onScreen(ctx, doc, spot{at.X, at.Y})
		if err == nil {
			at.X, at.Y = spot.X, spot.Y
			return at, page, nil
		}
		if _, missed := errors.AsType[missError](err); !missed {
			return nil, page, err
		}
		breathe(ctx)
		if ctx.Err() != nil {
			return nil, page, context.Cause(ctx)
		}
	}
}
