package browser

import (
	"cmp"
	"context"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

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
