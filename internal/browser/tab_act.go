package browser

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdptarget "github.com/chromedp/cdproto/target"

	"samui/internal/journey"
)

// tabEvery is how often a tab that isn't there yet is looked for.
const tabEvery = 50 * time.Millisecond

// goToTab turns to another tab, or closes this one. What is expected is judged
// in the tab's page from now on.
func (st *step) goToTab(ctx context.Context, a journey.Action) error {
	if _, err := st.pageReady(ctx); err != nil {
		return err
	}
	began := time.Now()
	t, err := st.tabMeant(ctx, a)
	if err != nil {
		return err
	}
	st.waited += time.Since(began)
	st.state.arm("", st.inputs == 0)
	st.armed(false)
	closes := a.Edge == "close"
	left := st.current.Load()
	st.adopting.Lock()
	st.state.update(func(s *state) {
		if closes {
			s.removeLocked(left)
		}
		st.returnToLocked(t)
	})
	st.adopting.Unlock()
	if closes {
		st.spawn(func() { st.endTab(left) })
	}
	return st.appear(ctx, t)
}

// tabMeant is the tab that an action is about: after tab: close, the one to
// come back to. One that is named is waited for.
func (st *step) tabMeant(ctx context.Context, a journey.Action) (*tab, error) {
	st.state.mu.Lock()
	tabs := slices.Clone(st.state.tabs)
	st.state.mu.Unlock()
	current := st.current.Load()
	switch {
	case a.Edge == "close" && current == st.first:
		return nil, &Failure{Kind: journey.KindNavigation, Message: "the visit's first tab can't be closed", Hint: "only a tab that a page opened is closed; the first one ends with the visit", Pos: a.Pos}
	case a.Edge == "close":
		others := slices.DeleteFunc(slices.Clone(tabs), func(t *tab) bool { return t == current })
		if slices.Contains(others, current.opener) {
			return current.opener, nil
		}
		return others[len(others)-1], nil
	case a.Edge == "first":
		return tabs[0], nil
	case a.Edge == "last":
		return tabs[len(tabs)-1], nil
	case a.Index > 0 && a.Index <= len(tabs):
		return tabs[a.Index-1], nil
	case a.Index > 0:
		return nil, &Failure{Kind: journey.KindNavigation, Message: fmt.Sprintf("there is no tab %d: %s", a.Index, st.tabsThere(ctx)), Pos: a.Pos}
	}
	return st.tabNamed(ctx, a)
}

func (st *step) tabNamed(ctx context.Context, a journey.Action) (*tab, error) {
	again := time.NewTicker(tabEvery)
	defer again.Stop()
	what, want := "title", st.values.Reveal(a.With)
	if a.With.IsZero() {
		what, want = "address", st.values.Reveal(a.URL)
	}
	for {
		for _, t := range st.titles(ctx) {
			if what == "title" && strings.Contains(strings.ToLower(t.title), strings.ToLower(want)) || what == "address" && strings.Contains(t.url, want) {
				return t.tab, nil
			}
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			text := a.With
			if what == "address" {
				text = a.URL
			}
			return nil, &Failure{
				Kind: journey.KindNavigation, Pos: a.Pos,
				Message: fmt.Sprintf("no tab's %s contains %q: %s", what, text, st.tabsThere(context.WithoutCancel(ctx))),
				Hint:    "a tab that no input of the customer's opened is closed at once, as browsers do",
			}
		}
	}
}

// titled is a tab as its user sees it.
type titled struct {
	tab        *tab
	title, url string
}

// titles are the visit's tabs in the order in which they were opened.
func (st *step) titles(ctx context.Context) []titled {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	st.state.mu.Lock()
	tabs := slices.Clone(st.state.tabs)
	st.state.mu.Unlock()
	all := make([]titled, 0, len(tabs))
	for _, t := range tabs {
		info, err := cdp.Call(ctx, st.process.chrome, cdptarget.GetTargetInfo, cdptarget.GetTargetInfoParams{TargetID: t.target.TargetID})
		if err == nil && info.TargetInfo != nil {
			all = append(all, titled{t, info.TargetInfo.Title, info.TargetInfo.URL})
		}
	}
	return all
}

// tabsThere tells of the tabs that are there.
func (st *step) tabsThere(ctx context.Context) string {
	var each []string
	for i, t := range st.titles(ctx) {
		each = append(each, fmt.Sprintf("%d %q (%s)", i+1, brief(t.title), bareAddress(t.url)))
	}
	return "there is " + strings.Join(each, ", ")
}
