package browser

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
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
	script    page.ScriptIdentifier // what has its new documents judged in this step; the state's lock guards it
}

// view is what is known of a tab's page. The state's lock guards it.
type view struct {
	doc      document
	nav      navigation
	response *response
}

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

// target is where the current tab is reached.
func (s *Session) target() *chromedp.Target { return s.current.Load().target }

// attach opens a tab, or goes to one that is there. It lives as long as the
// context of its first call: its deadline comes from outside.
func (s *Session) attach(ctx context.Context, t *tab, options ...chromedp.ContextOption) (cdp.BrowserContextID, error) {
	made, end := s.process.newTab(append(options, chromedp.WithListener(func(event any) { s.listen(t, event) }))...)
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
	t.children = newChildren(s.recorder, s.spawn, c.Target)
	t.attached.Store(true)
	s.process.popups.own(c.Target.TargetID, owner{
		opens:  func(p popup) { s.spawn(func() { s.adopt(t, p) }) },
		closes: func() { s.spawn(func() { s.gone(t, true) }) },
	})
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

// windowOpens notes that a page has asked for a tab. One that the customer's
// input opened is on its way: the page that they leave is no longer judged.
func (s *Session) windowOpens(t *tab, e *page.EventWindowOpen) {
	s.state.update(func(s *state) {
		o := opening{since: time.Now(), url: e.URL, by: t, follow: e.UserGesture && t.view == s.view}
		if o.follow && !s.underWayLocked() {
			s.held, s.doubted = nil, s.held
		}
		s.opening = append(s.opening, o)
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

// turnToLocked makes a tab the current one. Its document is new to the step.
func (s *Session) turnToLocked(t *tab) {
	state := s.state
	state.view, state.held, state.doubted, state.crashed = t.view, nil, nil, false
	s.current.Store(t)
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

// freshen has the documents of a tab judged by the step in progress from their
// first frame; now says that the one that is there is, too.
func (s *Session) freshen(ctx context.Context, t *tab, now bool) error {
	s.state.mu.Lock()
	source, known, world := s.state.fresh, t.script, t.doc.world
	s.state.mu.Unlock()
	if source == "" {
		return nil
	}
	if known != "" {
		_, err := evalIn[any](ctx, t.target, world, source)
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	script, err := cdp.Call(ctx, t.target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: source, WorldName: worldName, RunImmediately: &now,
	})
	if err != nil {
		return err
	}
	s.state.mu.Lock()
	t.script = script.Identifier
	s.state.mu.Unlock()
	return nil
}

// freshTab is a tab whose new documents are judged, and by what.
type freshTab struct {
	target *chromedp.Target
	script page.ScriptIdentifier
}

// freshened are the tabs whose documents the step had judged, to be told that
// it is over.
func (s *state) freshened() []freshTab {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []freshTab
	for _, t := range s.tabs {
		if t.script != "" {
			all = append(all, freshTab{t.target, t.script})
			t.script = ""
		}
	}
	return all
}

// hearAsideLocked takes what a tab says that isn't the current one.
func (s *state) hearAsideLocked(t *tab, r report, world string) {
	if r.Kind == "document" {
		s.serial++
		t.doc = document{serial: s.serial, world: world, origin: r.Origin, url: r.URL, tab: t}
		t.nav = navigation{}
		return
	}
	if world != t.doc.world {
		return
	}
	switch r.Kind {
	case "parsed":
		t.doc.parsedAt = r.At
	case "lcp":
		t.doc.lcp = max(t.doc.lcp, r.At)
	case "leaving":
		s.leavesLocked(t, "", r.URL)
	case "staying":
		t.nav = navigation{}
	case "input":
		if r.ID == s.armed {
			s.input = r
		}
	}
}

// leavesLocked is leaveLocked for any tab.
func (s *state) leavesLocked(t *tab, id network.RequestID, url string) {
	if t.view == s.view {
		s.leaveLocked(id, url)
		return
	}
	if !t.nav.pending {
		t.nav = navigation{pending: true, since: time.Now()}
	}
	t.nav.requestID, t.nav.url = cmp.Or(id, t.nav.requestID), url
}

// staysLocked is callOffLocked for any tab.
func (s *state) staysLocked(t *tab) document {
	if t.view == s.view {
		return s.callOffLocked()
	}
	t.nav = navigation{}
	return t.doc
}

// complain notes an error in the console of the tab that the customer sees.
func (s *Session) complain(t *tab, text string) {
	s.state.update(func(s *state) {
		if t.view == s.view {
			s.complainLocked(text)
		}
	})
}
