package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/runtime"

	"samui/internal/journey"
)

// judgeWhole judges the expectations that are about what the whole step did.
// It has ended by then: whatever they find is no wait.
func (st *step) judgeWhole(ctx context.Context) error {
	for _, e := range st.Expect {
		if !e.OfStep() {
			continue
		}
		what, err := st.amiss(ctx, e)
		if err != nil {
			return err
		}
		if what != "" {
			return &Failure{Kind: journey.KindExpectation, Message: e.String() + ": " + what, Pos: e.Pos}
		}
	}
	return nil
}

// amiss says what a whole step did wrong, empty where nothing was.
func (st *step) amiss(ctx context.Context, e journey.Expectation) (string, error) {
	if e.Claim == journey.ClaimNoBrokenImages {
		return st.brokenImages(ctx)
	}
	if e.Exchange != nil {
		return st.exchangeAmiss(e), nil
	}
	if e.Claim == journey.ClaimCookie {
		return st.cookie(ctx, e)
	}
	if e.Claim == journey.ClaimDownload {
		return st.noDownload(e), nil
	}
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	if e.Claim == journey.ClaimNoConsoleErrors {
		return counted(st.state.console, "error", "errors", st.state.said), nil
	}
	r := st.state.requests
	return counted(r.total.Failed, "request failed", "requests failed", r.failed), nil
}

// counted is a number of things with the first of them.
func counted(n int, one, many string, first []string) string {
	what := many
	switch n {
	case 0:
		return ""
	case 1:
		what = one
	}
	rest := ""
	if n > len(first) {
		rest = " …"
	}
	return fmt.Sprintf("%d %s: %s%s", n, what, strings.Join(first, "; "), rest)
}

// brokenImages asks the page for its pictures that came to nothing. Those that
// are still on their way are waited for as long as a page's main content is.
func (st *step) brokenImages(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, settleCap+callTimeout)
	defer cancel()
	broken, _, err := eval[[]string](ctx, st.Session, js("samui.watch.brokenImages", settleCap.Milliseconds()))
	if err != nil {
		if cause := st.orGone(because(ctx, err)); lost(cause) || !errors.Is(cause, context.DeadlineExceeded) {
			return "", cause
		}
		return "the page no longer answers", nil
	}
	first := broken[:min(len(broken), mostSaid)]
	return counted(len(broken), "picture can't be shown", "pictures can't be shown", first), nil
}

// complainLocked notes an error in the console.
func (s *state) complainLocked(text string) {
	s.console++
	if len(s.said) < mostSaid {
		s.said = append(s.said, fmt.Sprintf("%q", brief(text)))
	}
}

// brief is the first line of a text, and of a long one as many whole words as
// fit: half a secret would not be recognised as one.
func brief(text string) string {
	const most = 300
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	if len(text) <= most {
		return text
	}
	return text[:strings.LastIndexByte(text[:most], ' ')+1] + "…"
}

// consoleText is what console.error was called with.
func consoleText(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		var text string
		switch {
		case json.Unmarshal(a.Value, &text) == nil:
		case a.Description != "":
			text = a.Description
		default:
			text = string(a.Value)
		}
		words = append(words, text)
	}
	return strings.Join(words, " ")
}

func exceptionText(x *runtime.ExceptionDetails) string {
	switch {
	case x == nil:
		return ""
	case x.Exception != nil && x.Exception.Description != "":
		return x.Exception.Description
	default:
		return x.Text
	}
}
