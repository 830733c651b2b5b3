package browser

import (
	"context"
	"errors"
	"fmt"
	"time"

	"samui/internal/journey"
)

const (
	conditionTime = 2 * time.Second        // within which what a condition names must be seen
	roundTime     = 5 * time.Second        // that a page may take to show what a round of actions brought
	roundQuiet    = 500 * time.Millisecond // without a change, after which it has shown it
)

// Sees reports whether something is seen on the page as it stands, or comes to
// be seen within 2 s. The error is a *Failure where the page can't read what is
// asked, and in the chain of [ErrGone] where Chrome has gone.
func (s *Session) Sees(ctx context.Context, e journey.Expectation) (bool, error) {
	return s.sees(ctx, e, conditionTime, conditionTime)
}

// sees waits at most limit, or until the page was quiet for so long.
func (s *Session) sees(ctx context.Context, e journey.Expectation, limit, quiet time.Duration) (bool, error) {
	claims, err := s.encoder.claims([]journey.Expectation{e})
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit+callTimeout)
	defer cancel()
	seen, _, err := eval[bool](ctx, s, js("samui.sees", claims[0], limit.Milliseconds(), quiet.Milliseconds()))
	if broken, ok := errors.AsType[pageError](err); ok {
		return false, &Failure{Kind: journey.KindScript, Message: fmt.Sprintf("%s: %s", e, broken.text), Pos: e.Pos}
	}
	return seen, err
}

// rounds does the step's actions, as often as it says.
func (st *step) rounds(ctx context.Context) error {
	if st.Repeat == nil {
		return st.actions(ctx)
	}
	for range st.Repeat.Times {
		if err := st.actions(ctx); err != nil {
			return err
		}
		if st.Repeat.Until == nil {
			continue
		}
		began := time.Now()
		seen, err := st.sees(ctx, *st.Repeat.Until, roundTime, roundQuiet)
		st.idle += time.Since(began)
		if err != nil || seen {
			return err
		}
	}
	if st.Repeat.Until == nil {
		return nil
	}
	return &Failure{
		Kind: journey.KindExpectation, Pos: st.Repeat.Until.Pos,
		Message: fmt.Sprintf("%s was not seen after %d rounds of the step's actions", st.Repeat.Until, st.Repeat.Times),
		Hint:    "raise at_most:, or look whether the actions still bring more",
	}
}

// actions does each of the step's actions once.
func (st *step) actions(ctx context.Context) error {
	for _, a := range st.Do {
		if err := st.act(ctx, a); err != nil {
			var f *Failure
			if errors.As(err, &f) && f.Pos == (journey.Pos{}) {
				f.Pos = a.Pos
			}
			return err
		}
	}
	return nil
}
