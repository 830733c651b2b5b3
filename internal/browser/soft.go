package browser

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"samui/internal/journey"
)

// softCap is how long after the step's end a soft expectation may take to come
// true. It is no wait.
const softCap = 2 * time.Second

// comingEvery is how often a cookie or a file that is to come is looked for.
const comingEvery = 100 * time.Millisecond

// noteSoft judges what should be so and needn't: the step has ended without it,
// whatever it finds is a note.
func (st *step) noteSoft(ctx context.Context) error {
	var seen, framed, whole []journey.Expectation
	for _, e := range st.Expect {
		switch {
		case e.Claim != journey.ClaimSoft:
		case e.Of[0].OfStep():
			whole = append(whole, e.Of[0])
		case frameOf(e.Of[0]) != nil:
			framed = append(framed, e.Of[0])
		default:
			seen = append(seen, e.Of[0])
		}
	}
	until := time.Now().Add(softCap)
	if err := st.noteSeen(ctx, seen, until); err != nil {
		return err
	}
	for _, e := range framed {
		if err := st.noteFramed(ctx, e, until); err != nil {
			return err
		}
	}
	for _, e := range whole {
		if err := st.noteWhole(ctx, e, until); err != nil {
			return err
		}
	}
	return nil
}

// note keeps what a soft expectation found.
func (st *step) note(e journey.Expectation, f *Failure) {
	at := ""
	if where := e.Pos.String(); where != "" {
		at = where + ": "
	}
	note := at + "soft: " + f.Message
	if f.Hint == "" { // others say what the message and the screenshot show, too
		if hint := hintBehind(f, []journey.Expectation{e}, st.site).Hint; hint != "" {
			note += " (hint: " + hint + ")"
		}
	}
	st.m.Notes = append(st.m.Notes, note)
}

// noteSeen judges what is seen in the page.
func (st *step) noteSeen(ctx context.Context, expected []journey.Expectation, until time.Time) error {
	if len(expected) == 0 {
		return nil
	}
	claims, err := st.encoder.claims(expected)
	if f, ok := errors.AsType[*Failure](err); ok {
		st.note(expected[0], f)
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, softCap+callTimeout)
	defer cancel()
	verdicts, _, err := eval[[]verdict](ctx, st.Session, js("samui.watch.within", claims, max(0, time.Until(until).Milliseconds())))
	if err != nil {
		if cause := st.orGone(because(ctx, err)); lost(cause) || !errors.Is(cause, context.DeadlineExceeded) {
			return cause
		}
		st.note(expected[0], &Failure{Message: expected[0].String() + " could not be judged: the page no longer answers"})
		return nil
	}
	for i, v := range verdicts {
		if !v.Holds && i < len(expected) {
			st.note(expected[i], expectationFailure(expected[i:i+1], []verdict{v}))
		}
	}
	return nil
}

// noteWhole judges what the whole step did. A cookie, a file and what comes over
// the network may still come.
func (st *step) noteWhole(ctx context.Context, e journey.Expectation, until time.Time) error {
	again := time.NewTicker(comingEvery)
	defer again.Stop()
	for {
		what, err := st.amiss(ctx, e)
		if err != nil || what == "" {
			return err
		}
		if e.Claim != journey.ClaimCookie && e.Claim != journey.ClaimDownload && e.Exchange == nil || time.Now().After(until) {
			st.note(e, &Failure{Message: e.String() + ": " + what})
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// alternativesFailure says of every alternative what was there instead.
func alternativesFailure(e journey.Expectation, v verdict) *Failure {
	f := &Failure{Kind: journey.KindExpectation, Pos: e.Pos}
	var each []string
	for i, alternative := range e.Of {
		why := expectationFailure([]journey.Expectation{alternative}, v.Of[i:i+1])
		if v.Of[i].Holds { // by now, which was too late
			why = &Failure{Message: alternative.String() + " came too late, or did not stay"}
		}
		each = append(each, why.Message)
		f.Nearest = append(f.Nearest, why.Nearest...)
		if f.Hint == "" {
			f.Hint = why.Hint
		}
		if why.Kind == journey.KindScript {
			f.Kind = journey.KindScript
		}
	}
	f.Nearest = f.Nearest[:min(len(f.Nearest), 5)]
	f.Message = fmt.Sprintf("none of %d alternatives: %s", len(e.Of), strings.Join(each, "; "))
	return f
}
