package browser

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// opening is a tab that a page has asked for.
type opening struct {
	since  time.Time
	url    string
	by     *tab
	follow bool // the customer's own input opened it: they look at it
	came   bool // the tab is there and being set up
}

// goes tells whether the tab is asked for with an address.
func (o opening) goes() bool { return o.url != "" && o.url != "about:blank" }

// windowOpens notes that a page has asked for a tab. One that the customer's
// input opened is on its way: the page that they leave is no longer judged.
func (s *Session) windowOpens(t *tab, e *page.EventWindowOpen) {
	s.state.update(func(s *state) {
		o := opening{since: time.Now(), url: e.URL, by: t, follow: e.UserGesture && t.view == s.view}
		if o.follow && !s.underWayLocked() {
			s.held, s.doubted = nil, s.held
		}
		s.opening = append(s.opening, o)
		s.unrest.windows++
	})
}

// underWayLocked tells whether another document is on its way, in this tab or a
// new one.
func (s *state) underWayLocked() bool {
	return s.nav.pending || slices.ContainsFunc(s.opening, func(o opening) bool { return o.follow })
}

// adopt makes a tab that a page opened the visit's own, or closes it: one that
// no input opened, and one too many.
func (s *Session) adopt(by *tab, p popup) {
	s.adopting.Lock()
	defer s.adopting.Unlock()
	ctx, cancel := s.aside()
	defer cancel()
	o := s.awaited(ctx, by)
	s.state.mu.Lock()
	many := len(s.state.tabs) >= maxTabs
	s.state.mu.Unlock()
	if !o.follow || many {
		s.refuse(ctx, by, p)
		s.state.update(func(s *state) {
			s.openedLocked(by)
			s.refused = fmt.Sprintf("the page opened %s in a new tab without an input of the customer's, which a browser keeps from them", bareAddress(o.url))
			if o.follow {
				s.refused = fmt.Sprintf("the page opened %s in a new tab, and %d are open already", bareAddress(o.url), maxTabs)
			}
		})
		return
	}
	t := &tab{view: &view{}, worlds: newWorlds(), opener: by, awaits: o.goes()}
	if err := s.show(ctx, t, p, o); err != nil {
		go s.endTab(t)
		s.process.popups.closeTab(p)
		s.state.update(func(state *state) {
			state.openedLocked(by)
			state.failLocked(s.orGone(fmt.Errorf("opening a tab that the page asked for: %w", err)))
		})
	}
}

// refuse closes a tab. One whose opener waits for it has to be let go first.
func (s *Session) refuse(ctx context.Context, by *tab, p popup) {
	if !p.alone {
		t := &tab{view: &view{}, worlds: newWorlds(), opener: by}
		if _, err := s.attach(ctx, t, chromedp.WithTargetID(p.id)); err == nil && s.putUnderConditions(ctx, t.target) == nil {
			_ = call(ctx, t.target, runtime.RunIfWaitingForDebugger, cdp.Empty{}) // one that has gone needs none
		}
		s.process.popups.letGo(p)
		s.endTab(t)
		return
	}
	s.process.popups.closeTab(p)
}

// awaited is the asking for a tab that has come: Chrome may tell of it later
// than of the tab itself.
func (s *Session) awaited(ctx context.Context, by *tab) opening {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var found opening
	_ = s.await(ctx, func(s *state) bool {
		i := slices.IndexFunc(s.opening, func(o opening) bool { return o.by == by && !o.came })
		if i < 0 {
			return false
		}
		s.opening[i].came = true
		found = s.opening[i]
		return true
	})
	return found
}

// openedLocked forgets the asking that was answered.
func (s *state) openedLocked(by *tab) {
	if i := slices.IndexFunc(s.opening, func(o opening) bool { return o.by == by && o.came }); i >= 0 {
		s.opening = slices.Delete(s.opening, i, i+1)
	}
}

// show makes a popup the current tab. All is set up before its first script;
// meanwhile it stands still, which is nobody's wait.
//
// A popup without an opener has no renderer yet that could be set up: a tab of
// ours takes its place and goes to its address, for which nobody has asked yet.
func (s *Session) show(ctx context.Context, t *tab, p popup, o opening) error {
	option := chromedp.WithTargetID(p.id)
	if p.alone {
		option = chromedp.WithExistingBrowserContext(s.context)
	}
	if _, err := s.attach(ctx, t, option); err != nil {
		return err
	}
	if err := s.setUpTab(ctx, t); err != nil {
		return err
	}
	if err := s.freshen(ctx, t, !t.awaits); err != nil {
		return err
	}
	referrer := ""
	s.state.update(func(state *state) {
		state.openedLocked(o.by)
		state.answered = append(state.answered, span{epochMs(p.openAt), epochMs(time.Now())})
		state.tabs = append(state.tabs, t)
		referrer = o.by.doc.url
		if o.goes() {
			t.nav = navigation{pending: true, since: time.Now(), url: o.url}
		}
		s.turnToLocked(t)
		state.hard = true
	})
	if p.alone {
		s.process.popups.closeTab(p)
		if !o.goes() {
			return nil
		}
		_, err := cdp.Call(ctx, t.target, page.Navigate, page.NavigateParams{
			URL: o.url, Referrer: referrer, TransitionType: page.TransitionTypeLink, ReferrerPolicy: page.ReferrerPolicyStrictOriginWhenCrossOrigin,
		})
		return err
	}
	err := call(ctx, t.target, runtime.RunIfWaitingForDebugger, cdp.Empty{})
	s.process.popups.letGo(p)
	return unlessGone(err)
}

// shows puts our world into the first document of a popup where Chrome doesn't:
// one of its opener's own site takes the empty document's place in the same
// window, which has no new worlds.
func (s *Session) shows(t *tab) {
	ctx, cancel := s.aside()
	defer cancel()
	s.state.mu.Lock()
	there, fresh := t.doc.serial > 0, s.state.fresh
	s.state.mu.Unlock()
	if there {
		return
	}
	made, err := cdp.Call(ctx, t.target, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: t.mainFrame, WorldName: worldName})
	if err == nil {
		// A document that has gone by then is followed by one with our world.
		_, _ = cdp.Call(ctx, t.target, runtime.Evaluate, runtime.EvaluateParams{
			Expression: "if (globalThis.samui === undefined) {\n" + s.browser.script + ";\n" + fresh + "\n}", ContextID: made.ExecutionContextID,
		})
	}
}
