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

// look is what one look at the page found.
type look struct {
	Seen    bool    `json:"seen"`
	Waited  float64 `json:"waited"` // ms, until it was seen or until the page's last change
	Leaving bool    `json:"leaving"`
}

// Sees reports whether something is seen on the page as it stands, or comes to
// be seen within 2 s; a page that is on its way is waited for. ctx bounds that.
// The error is a *Failure where the page can't say, and in the chain of
// [ErrGone] where Chrome has gone.
func (s *Session) Sees(ctx context.Context, e journey.Expectation) (bool, error) {
	// What failed the step before is not what fails this one.
	s.state.update(func(s *state) {
		if !s.crashed && !errors.Is(s.failure, ErrGone) {
			s.failure = nil
		}
	})
	found, err := s.sees(ctx, e, conditionTime, conditionTime)
	return found.Seen, err
}

// sees waits at most limit, or until the page was quiet for so long.
func (s *Session) sees(ctx context.Context, e journey.Expectation, limit, quiet time.Duration) (look, error) {
	claims, err := s.encoder.claims([]journey.Expectation{e})
	if err != nil {
		return look{}, err
	}
	expression := js("samui.sees", claims[0], limit.Milliseconds(), quiet.Milliseconds())
	for {
		found, err := s.lookOnce(ctx, frameOf(e), expression, limit)
		broken, isBroken := errors.AsType[pageError](err)
		_, failed := errors.AsType[*Failure](err)
		switch {
		case err == nil && !found.Leaving:
			return found, nil
		case isBroken:
			return look{}, &Failure{Kind: journey.KindScript, Message: fmt.Sprintf("%s: %s", e, broken.text), Pos: e.Pos}
		case failed, ctx.Err() != nil, lost(s.orGone(err)):
			return look{}, s.orGone(because(ctx, err))
		case err != nil && !errors.Is(err, context.DeadlineExceeded):
			return look{}, err
		case err != nil && !s.leaving():
			return look{}, &Failure{
				Kind: journey.KindExpectation, Message: e.String() + " could not be judged: the page no longer answers", Pos: e.Pos,
				Hint: "a script of the page keeps its main thread busy without end; the customer's tab hangs too",
			}
		}
		// The page is on its way to another: that one is asked.
		if _, err := s.settledDocument(ctx); err != nil {
			return look{}, because(ctx, err)
		}
	}
}

// lookOnce looks at the page, or into one of its frames, which may come
// within the limit.
func (s *Session) lookOnce(ctx context.Context, frame *journey.Target, expression string, limit time.Duration) (look, error) {
	ctx, cancel := context.WithTimeout(ctx, limit+callTimeout)
	defer cancel()
	if frame == nil {
		found, _, err := eval[look](ctx, s, expression)
		return found, because(ctx, err)
	}
	search, stop := context.WithTimeoutCause(ctx, limit, errAbsent)
	defer stop()
	for {
		doc, _, err := s.enter(search, frame, false)
		if errors.Is(because(search, err), errAbsent) {
			return look{Waited: float64(limit.Milliseconds())}, nil // what is in no frame isn't seen
		}
		if err == nil {
			var found look
			found, err = ask[look](ctx, s, doc, expression)
			if err == nil {
				return found, nil
			}
		}
		if !errors.Is(err, errDocumentGone) {
			return look{}, because(ctx, err)
		}
	}
}

// leaving reports whether the page is on its way to another.
func (s *Session) leaving() bool {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.state.nav.pending
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
		seen, err := st.roundEnds(ctx)
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

// roundEnds reports whether what ends the rounds is seen. What the page took to
// show what the round brought is the customer's wait; that it was then quiet is
// not. The wait of the last round is told by the step's end.
func (st *step) roundEnds(ctx context.Context) (bool, error) {
	began := time.Now()
	found, err := st.sees(ctx, *st.Repeat.Until, roundTime, roundQuiet)
	if err != nil || found.Seen {
		return found.Seen, err
	}
	waited := journey.FromMs(found.Waited)
	if st.fresh(st.state.document().serial) {
		// Its wait is counted from the input on: only the rest is none.
		st.idle += max(0, time.Since(began)-waited)
	} else {
		st.waited += waited
	}
	return false, nil
}

// actions does each of the step's actions once.
func (st *step) actions(ctx context.Context) error {
	for i, a := range st.Do {
		st.final = i == len(st.Do)-1 && st.Repeat == nil
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
