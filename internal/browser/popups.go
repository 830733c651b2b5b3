package browser

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdptarget "github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// popups stops every tab that pages open before its first script, and gives it
// to the session whose page opened it. It is safe for concurrent use.
type popups struct {
	chrome cdp.Session
	log    func(string, error)

	mu     sync.Mutex // guards owners
	owners map[cdptarget.ID]owner
}

// owner is the session that a tab belongs to. It must not wait.
type owner struct {
	opens  func(popup)
	closes func()
}

// popup is a tab that a page opened and that waits to be let go.
type popup struct {
	id     cdptarget.ID
	stop   cdptarget.SessionID // what it waits for the end of
	alone  bool                // it has no opener that its scripts know of
	openAt time.Time
}

// watch begins to stop tabs. Chrome tells of its tabs on the protocol's read
// loop, which must not wait.
func (p *popups) watch(root context.Context) error {
	if err := chromedp.ListenBrowser(root, p.hear); err != nil {
		return err
	}
	yes := true
	ctx, cancel := context.WithTimeout(root, callTimeout)
	defer cancel()
	return call(ctx, p.chrome, cdptarget.SetAutoAttach, cdptarget.SetAutoAttachParams{
		AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: &yes, Filter: cdptarget.Filter{{Type: "page"}},
	})
}

func (p *popups) hear(event any) {
	switch e := event.(type) {
	case *cdptarget.EventAttachedToTarget:
		if !e.WaitingForDebugger || e.TargetInfo == nil {
			return
		}
		found := popup{id: e.TargetInfo.TargetID, stop: e.SessionID, alone: !e.TargetInfo.CanAccessOpener, openAt: time.Now()}
		switch by, ok := p.of(e.TargetInfo.OpenerID); {
		case ok:
			by.opens(found)
		case e.TargetInfo.OpenerID == "":
			go p.letGo(found) // one of our own
		default:
			go p.closeTab(found)
		}
	case *cdptarget.EventTargetDestroyed:
		if by, ok := p.of(e.TargetID); ok {
			by.closes()
		}
	}
}

func (p *popups) of(id cdptarget.ID) (owner, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o, ok := p.owners[id]
	return o, ok
}

// own has a tab's session told of what the tab opens, and of its end.
func (p *popups) own(id cdptarget.ID, o owner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.owners[id] = o
}

func (p *popups) disown(id cdptarget.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.owners, id)
}

// letGo ends the stop. A tab that has gone needs none.
func (p *popups) letGo(found popup) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	_ = call(ctx, p.chrome, cdptarget.DetachFromTarget, cdptarget.DetachFromTargetParams{SessionID: found.stop})
}

// closeTab closes a tab that nobody looks at.
func (p *popups) closeTab(found popup) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	if err := call(ctx, p.chrome, cdptarget.CloseTarget, cdptarget.CloseTargetParams{TargetID: found.id}); err != nil {
		p.log("a tab was not closed", fmt.Errorf("%s: %w", found.id, err))
	}
	p.letGo(found)
}
