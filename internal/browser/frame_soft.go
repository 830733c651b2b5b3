package browser

import (
	"context"
	"errors"
	"time"

	"samui/internal/journey"
)

// noteFramed judges what should be seen in a frame.
func (st *step) noteFramed(ctx context.Context, e journey.Expectation, until time.Time) error {
	claims, err := st.encoder.claims([]journey.Expectation{e})
	if f, ok := errors.AsType[*Failure](err); ok {
		st.note(e, f)
		return nil
	}
	left := max(0, time.Until(until))
	search, cancel := context.WithTimeout(ctx, left+explainLimit)
	defer cancel()
	doc, trouble := st.peek(search, frameOf(e))
	for trouble != nil && trouble.broken == "" && time.Now().Before(until) && search.Err() == nil {
		// Each look asks the page, which takes its time: there is nothing to be spared.
		doc, _, err = st.enter(search, frameOf(e), false)
		if f, ok := errors.AsType[*Failure](err); ok && !lost(f) {
			st.note(e, f)
			return nil
		}
		if err == nil {
			trouble = nil
		} else if cause := st.orGone(because(ctx, err)); lost(cause) || ctx.Err() != nil {
			return cause
		}
	}
	if trouble != nil {
		st.note(e, trouble.failure(journey.KindTarget, e.String(), "", e.Pos))
		return nil
	}
	verdicts, err := in[[]verdict](search, st, doc, js("samui.watch.within", claims, max(0, time.Until(until).Milliseconds())))
	if err != nil {
		if cause := st.orGone(because(ctx, err)); lost(cause) || ctx.Err() != nil {
			return cause
		}
		st.note(e, &Failure{Message: e.String() + " could not be judged: its frame has gone"})
		return nil
	}
	for _, v := range verdicts {
		if !v.Holds {
			st.note(e, expectationFailure([]journey.Expectation{e}, []verdict{v}))
		}
	}
	return nil
}
