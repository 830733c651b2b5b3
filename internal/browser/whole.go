package browser

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
		return st.state.saidLocked(), nil
	}
	r := st.state.requests
	return counted(r.total.Failed, "request failed", "requests failed", r.failed, r.total.Failed > len(r.failed)), nil
}

// counted is a number of things with the first of them; rest says that there
// are others.
func counted(n int, one, many string, first []string, rest bool) string {
	what := many
	switch n {
	case 0:
		return ""
	case 1:
		what = one
	}
	told := strings.Join(first, "; ")
	if rest {
		told += " …"
	}
	return fmt.Sprintf("%d %s: %s", n, what, told)
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
	return counted(len(broken), "picture can't be shown", "pictures can't be shown", first, len(broken) > len(first)), nil
}
