package browser

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"samui/internal/journey"
)

// maxTabs bounds the tabs of a visit.
const maxTabs = 10

// tab is one of a visit's tabs. The customer looks at the current one: it is
// judged, and its view is the state's.
type tab struct {
	*view
	target    *chromedp.Target
	mainFrame cdp.FrameID
	worlds    *worlds
	children  *children // set with target
	opener    *tab
	awaits    bool // it begins empty and goes to an address: the empty page is none
	end       context.CancelFunc
	barren    bool                  // it brought a file and no page, and closes; the state's lock guards it
	attached  atomic.Bool           // target and mainFrame are set: events can be read
	quiet     bool                  // it is without what chromedp turned on, and with our world
	script    page.ScriptIdentifier // what has its new documents judged in this step; the state's lock guards it
}

// view is what is known of a tab's page. The state's lock guards it.
type view struct {
	doc      document
	nav      navigation
	response *response
	shows    network.RequestID // of the last document that was answered
}

// target is where the current tab is reached.
func (s *Session) target() *chromedp.Target { return s.current.Load().target }

// attach opens a tab, or goes to one that is there. It lives as long as the
// context of its first call: its deadline comes from outside.
func (s *Session) attach(ctx context.Context, t *tab, options ...chromedp.ContextOption) (cdp.BrowserContextID, error) {
	id, err := s.process.openTab(ctx, t, func(event any) { s.listen(t, event) }, options...)
	if err == nil {
		s.own(t)
	}
	return id, err
}

// own has the session told of what happens in a tab of its own, and to it.
func (s *Session) own(t *tab) {
	t.children = newChildren(s, t.target)
	t.attached.Store(true)
	s.process.popups.own(t.target.TargetID, owner{
		opens:  func(p popup) { s.spawn(func() { s.adopt(t, p) }) },
		closes: func() { s.spawn(func() { s.gone(t, true) }) },
	})
}

// openTab opens a tab, or goes to one that is there.
func (p *process) openTab(ctx context.Context, t *tab, listen func(any), options ...chromedp.ContextOption) (cdp.BrowserContextID, error) {
	made, end := p.newTab(append(options, chromedp.WithListener(listen))...)
	t.end = end
	opened := make(chan error, 1)
	go func() { opened <- chromedp.Do(made) }()
	select {
	case err := <-opened:
		if err != nil {
			return "", err
		}
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	c := chromedp.FromContext(made)
	t.target, t.mainFrame = c.Target, cdp.FrameID(c.Target.TargetID)
	return c.BrowserContextID, nil
}

// endTabs closes every tab, and with the first all that the site stored.
func (s *Session) endTabs() {
	s.state.mu.Lock()
	tabs := slices.Concat(s.state.tabs, s.state.barren)
	s.state.mu.Unlock()
	var others sync.WaitGroup
	for _, t := range tabs {
		if t != s.first {
			others.Go(func() { s.endTab(t) })
		}
	}
	others.Wait()
	s.endTab(s.first)
}

func (s *Session) endTab(t *tab) {
	if t.target != nil {
		s.process.popups.disown(t.target.TargetID)
	}
	if t.end != nil {
		t.end()
	}
}

// turnToLocked makes a tab the current one. Its document is new to the step.
func (s *Session) turnToLocked(t *tab) {
	state := s.state
	state.view, state.held, state.doubted, state.crashed = t.view, nil, nil, false
	s.current.Store(t)
	if state.parts != nil {
		for _, u := range state.parts.units[1:] {
			u.movesLocked("") // what is meant is in this tab's page
		}
	}
	if t.doc.serial == 0 {
		return
	}
	state.serial++
	t.doc.serial = state.serial
	if state.firstNew == nil {
		first := t.doc
		state.firstNew = &first
	}
}

// returnToLocked makes a tab the current one that was there before. Its page is
// judged as one that is new to the customer.
func (s *Session) returnToLocked(t *tab) {
	s.turnToLocked(t)
	s.state.hard, s.state.soft, s.state.response = false, false, nil
}

// appear shows a tab that was returned to. Its page may be busy opening the next
// one: nothing that adopts that may wait for this.
func (s *Session) appear(ctx context.Context, t *tab) error {
	if s.current.Load() != t {
		return nil
	}
	if err := call(ctx, t.target, page.BringToFront, cdp.Empty{}); err != nil {
		return err
	}
	return s.freshen(ctx, t, true)
}

// gone gives the customer the tab back that opened the one that has closed
// itself. ends says that there is nothing more to it.
func (s *Session) gone(t *tab, ends bool) {
	var next *tab
	ours := false
	s.adopting.Lock()
	s.state.update(func(state *state) {
		if ours = slices.Contains(state.tabs, t); !ours {
			return
		}
		next = state.removeLocked(t)
		switch {
		case t.view != state.view:
			next = nil // nobody looked at it
		case next == nil:
			state.failLocked(&Failure{Kind: journey.KindNavigation, Message: "the page closed its tab, the last one", Hint: "end the journey before it"})
		default:
			s.returnToLocked(next)
		}
	})
	s.adopting.Unlock()
	if next != nil {
		ctx, cancel := s.asideFor(busyTimeout)
		defer cancel()
		_ = s.appear(ctx, next) // a page that never comes to rest is not judged, and the step says so
	}
	if ours && ends && t != s.first {
		s.endTab(t)
	}
}

// removeLocked forgets a tab, and gives the one that comes after it.
func (s *state) removeLocked(t *tab) *tab {
	s.tabs = slices.DeleteFunc(s.tabs, func(other *tab) bool { return other == t })
	if slices.Contains(s.tabs, t.opener) {
		return t.opener
	}
	if len(s.tabs) == 0 {
		return nil
	}
	return s.tabs[len(s.tabs)-1]
}
