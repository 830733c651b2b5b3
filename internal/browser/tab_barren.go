package browser

import (
	"context"
	"slices"
	"time"
)

// fileSoon is how long a file may take to be announced that a navigation brought
// instead of a document.
const fileSoon = time.Second

// blankLocked tells whether a tab that a page opened has shown no page yet.
func (t *tab) blankLocked() bool {
	return t.opener != nil && (t.doc.serial == 0 || t.doc.url == "about:blank")
}

// brought notes that a file began to come in a tab. As in every browser, one
// that has shown no page closes: to the customer at once, in Chrome when all of
// the file has come, which nobody else is told of.
func (s *Session) brought(t *tab) {
	s.state.update(func(state *state) {
		if !slices.Contains(state.tabs, t) || !t.blankLocked() {
			return
		}
		t.barren = true
		state.barren = append(state.barren, t)
		s.spawn(func() { s.gone(t, false) })
	})
}

// fileEnds closes a tab whose file has come, or comes no more.
func (s *Session) fileEnds(t *tab) {
	s.state.mu.Lock()
	barren := t.barren
	s.state.mu.Unlock()
	if barren {
		s.spawn(func() { s.endTab(t) })
	}
}

// endBarren closes the tabs whose files nobody waits for any more.
func (s *Session) endBarren() {
	s.state.mu.Lock()
	tabs := s.state.barren
	s.state.barren = nil
	s.state.mu.Unlock()
	for _, t := range tabs {
		s.spawn(func() { s.endTab(t) })
	}
}

// fruitless is for a tab whose navigation brought no document: what was there
// stays. A tab that a page opened is empty then, and that is what the customer
// sees, unless it was a file that came.
func (s *Session) fruitless(t *tab, stays document) {
	if stays.serial > 0 {
		s.stay(stays)
		return
	}
	ctx, cancel := s.aside()
	defer cancel()
	ctx, soon := context.WithTimeout(ctx, fileSoon)
	defer soon()
	if s.await(ctx, func(*state) bool { return t.barren || t.doc.serial > 0 || t.nav.pending }) != nil {
		s.shows(t)
	}
}
