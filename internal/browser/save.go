package browser

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
	"samui/internal/values"
)

// readPatience is how long what is saved may come after the step's end: some
// pages say that all is well before they say which order it was.
const readPatience = 2 * time.Second

// reading is what the page says of what is to be saved.
type reading struct {
	State   string   `json:"state"`
	Text    string   `json:"text"`
	Private bool     `json:"private"` // it is as good as a password
	Element string   `json:"element"`
	Total   int      `json:"total"`
	Matches []string `json:"matches"`
	Nearest []string `json:"nearest"`
}

// saveAll reads what the step saves. It has ended by then: nothing of it is a
// wait.
func (st *step) saveAll(ctx context.Context) error {
	for _, s := range st.Save {
		read, err := st.read(ctx, s)
		if err != nil {
			return err
		}
		if f := Keep(st.values, s, read.Text, read.Private); f != nil {
			return f
		}
	}
	return nil
}

// Keep saves what was read for a value, or says what is wrong with it. What
// stands there is not repeated: it may be as private as it is long.
func Keep(known *values.Values, s journey.Save, read string, private bool) *Failure {
	value, err := s.Of(read, known.Pattern(s.Matches))
	if err == nil {
		known.Save(s.Name, journey.Saved{Value: value, Secret: s.Secret || private})
		return nil
	}
	f := &Failure{Kind: journey.KindExpectation, Message: fmt.Sprintf("can't save %s: %v", s, err), Pos: s.Pos}
	if !s.Secret && !private && !s.Matches.IsZero() && len(read) <= journey.MaxSaved {
		f.Message += fmt.Sprintf("; there was %q", brief(read))
	}
	if len(read) > journey.MaxSaved {
		f.Hint = "take a smaller part of the page, or the part that matters with matches:"
	}
	return f
}

func (st *step) read(ctx context.Context, s journey.Save) (reading, error) {
	ctx, cancel := context.WithTimeout(ctx, readPatience+callTimeout)
	defer cancel()
	var r reading
	var err error
	switch s.From {
	case journey.SaveText, journey.SaveValue, journey.SaveAttribute:
		r, err = st.readTarget(ctx, s)
	case journey.SaveURL, journey.SaveTitle:
		r.State = "read"
		r.Text, _, err = eval[string](ctx, st.Session, "samui.read."+string(s.From)+"()")
	case journey.SaveCookie:
		return st.readCookie(ctx, s)
	case journey.SaveJSON:
		return r, fmt.Errorf("BUG: a page has no %s to save", s.From)
	}
	if broken, ok := errors.AsType[pageError](err); ok {
		return r, &Failure{Kind: journey.KindScript, Message: fmt.Sprintf("can't save %s: %s", s, broken.text), Pos: s.Pos}
	}
	if failure, ok := errors.AsType[*Failure](err); ok {
		return r, failure
	}
	if err != nil {
		if cause := st.orGone(because(ctx, err)); lost(cause) || !errors.Is(cause, context.DeadlineExceeded) {
			return r, cause
		}
		return r, &Failure{Kind: journey.KindTarget, Message: fmt.Sprintf("can't save %s: the page no longer answers", s), Pos: s.Pos}
	}
	if r.State != "read" {
		return r, unread(s, r)
	}
	return r, nil
}

// readTarget reads what a target shows, in the page or in one of its frames.
func (st *step) readTarget(ctx context.Context, s journey.Save) (reading, error) {
	expression := js("samui.read.from", st.encoder.target(s.Target), s.From, s.Named, readPatience.Milliseconds())
	if s.Target.Frame == nil {
		r, _, err := eval[reading](ctx, st.Session, expression)
		return r, err
	}
	search, cancel := context.WithTimeoutCause(ctx, readPatience, errAbsent)
	defer cancel()
	for {
		doc, _, err := st.enter(search, s.Target.Frame, false)
		if err == nil {
			var r reading
			if r, err = in[reading](ctx, st, doc, expression); err == nil {
				return r, nil
			}
		}
		switch {
		case errors.Is(because(search, err), errAbsent):
			return reading{}, &Failure{Kind: journey.KindTarget, Target: s.Target.String(), Message: fmt.Sprintf("can't save %s: its frame is not there", s), Pos: s.Pos}
		case !errors.Is(err, errDocumentGone):
			return reading{}, err
		}
	}
}

// unread says why there was nothing to save.
func unread(s journey.Save, r reading) *Failure {
	f := &Failure{Kind: journey.KindTarget, Target: s.Target.String(), Nearest: r.Nearest, Pos: s.Pos}
	switch r.State {
	case "none":
		f.Message = fmt.Sprintf("can't save %s: nothing on the page matches", s)
		if len(r.Nearest) > 0 {
			f.Hint = "if it was renamed, name the nearest instead: " + r.Nearest[0]
		}
	case "many":
		f.Message = fmt.Sprintf("can't save %s: %d elements match: %s", s, r.Total, strings.Join(r.Matches, ", "))
		f.Nearest = r.Matches
		f.Hint = "choose one with nth: 1, or narrow it with within: or has:"
	case "lacks":
		f.Kind, f.Message = journey.KindExpectation, fmt.Sprintf("can't save %s: %s has no %s", s, r.Element, s.Named)
	default:
		f.Kind, f.Message = journey.KindExpectation, fmt.Sprintf("can't save %s: %s is empty", s, r.Element)
	}
	return f
}

// readCookie reads a cookie of the page's address.
func (st *step) readCookie(ctx context.Context, s journey.Save) (reading, error) {
	found, err := cdp.Call(ctx, st.target(), network.GetCookies, network.GetCookiesParams{URLs: []string{st.state.document().url}})
	if err != nil {
		return reading{}, fmt.Errorf("%s: %w", network.GetCookies.Method, because(ctx, err))
	}
	for _, c := range found.Cookies {
		if c.Name == s.Named {
			return reading{Text: c.Value}, nil
		}
	}
	return reading{}, &Failure{Kind: journey.KindExpectation, Message: fmt.Sprintf("can't save %s: the page has no such cookie", s), Pos: s.Pos}
}
