package browser

import (
	"context"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/chromedp"

	"samui/internal/journey"
)

// spare is a clean tab in a context of its own that waits for the next visit:
// to make one takes longer than the rest of a visit's beginning. Nothing of a
// visit is in it: device, network and conditions come with the visit.
type spare struct {
	*tab
	context cdp.BrowserContextID
	made    time.Time

	mu      sync.Mutex // guards what follows
	heard   []any      // events that the visit's session has still to hear of
	hear    func(any)  // the session; nil = none yet
	crashed bool
}

// mostHeard bounds what an empty page has to say.
const mostHeard = 1000

func (sp *spare) listen(event any) {
	sp.mu.Lock()
	hear := sp.hear
	if hear == nil {
		if _, crashed := event.(*inspector.EventTargetCrashed); crashed || len(sp.heard) >= mostHeard {
			sp.crashed = true
		}
		sp.heard = append(sp.heard, event)
	}
	sp.mu.Unlock()
	if hear != nil {
		hear(event)
	}
}

// give has a session told of everything that the tab says and has said. It is
// false for a tab that has crashed.
func (sp *spare) give(hear func(any)) bool {
	sp.mu.Lock()
	defer sp.mu.Unlock()
	if sp.crashed {
		return false
	}
	for _, event := range sp.heard {
		hear(event)
	}
	sp.heard, sp.hear = nil, hear
	return true
}

// keepReadyLocked makes the next visit's tab while nobody is being visited: to
// make one takes a processor's time, which would be in somebody's wait.
func (b *Browser) keepReadyLocked(p *process) {
	if !b.options.KeepReady || p != b.current || p.active > 0 || p.spare != nil || p.preparing {
		return
	}
	select {
	case <-p.lost:
		return
	default:
	}
	p.preparing = true
	p.preparations.Go(func() { // whoever ends the process waits for it
		sp := b.newSpare(p)
		b.mu.Lock()
		defer b.mu.Unlock()
		p.preparing, p.spare = false, sp
	})
}

// newSpare is nil where a tab could not be made ready: then the visit makes its
// own, and says why it can't.
func (b *Browser) newSpare(p *process) *spare {
	ctx, cancel := context.WithTimeout(context.Background(), openTimeout)
	defer cancel()
	sp := &spare{tab: &tab{view: &view{}, worlds: newWorlds(), quiet: true}, made: time.Now()}
	var err error
	sp.context, err = p.openTab(ctx, sp.tab, sp.listen, chromedp.WithNewBrowserContext())
	if err == nil {
		err = together(
			func() error { return quieten(ctx, sp.tab) },
			func() error { return b.putWorld(ctx, sp.tab) },
		)
	}
	if err != nil {
		if sp.end != nil {
			go sp.end() // bounded by chromedp
		}
		b.log.Debug("no tab ready for the next visit", "error", err)
		return nil
	}
	return sp
}

// takeSpare gives the tab that waits, if there is one that such a visit can
// begin in: one through a proxy has a context of its own kind.
func (b *Browser) takeSpare(p *process, c journey.Conditions) *spare {
	if len(contextOptions(c)) > 0 {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	sp := p.spare
	p.spare = nil
	if sp != nil && sp.misdated(time.Now()) {
		go sp.end() // bounded by chromedp
		return nil
	}
	return sp
}

// misdated tells whether the system's clock has been moved since the tab was
// made: its process goes on by the old one, and what it says can't be compared
// with what we see.
func (sp *spare) misdated(now time.Time) bool {
	moved := now.Round(0).Sub(sp.made.Round(0)) - now.Sub(sp.made)
	return moved.Abs() > 5*time.Millisecond
}
