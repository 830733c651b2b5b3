package browser

import (
	"context"
	"fmt"
	"slices"

	"samui/internal/journey"
)

// Excerpt is the page's HTML around what the last step that failed looked for,
// or around what is nearest to it; where nothing is, the page's start. It is
// bounded to some KB and for reading: scripts, styles and what somebody typed
// or chose are left out, as what the journey masks is.
func (s *Session) Excerpt(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, explainLimit, fmt.Errorf("the page did not answer in %s", explainLimit))
	defer cancel()
	var target, frame *targetJSON
	if t := s.missed; t != nil && t.Frame != nil {
		frame = s.encoder.target(outermost(t))
	} else if t != nil {
		target = s.encoder.target(t)
	}
	masks, frames := s.masked()
	text, err := evalIn[string](ctx, s.target(), s.state.document().world, js("samui.excerpt", target, frame, masks, frames))
	if err != nil {
		return "", fmt.Errorf("reading the page's HTML: %w", because(ctx, err))
	}
	return text, nil
}

// lookedFor is the target that a failure of the step is about: that of the
// action that was tried, or of the expectation that wasn't met.
func (st *step) lookedFor(f *Failure) *journey.Target {
	if st.sought != nil {
		return st.sought.Target
	}
	at := func(e journey.Expectation) bool { return e.Target != nil && e.Pos == f.Pos }
	if i := slices.IndexFunc(st.Expect, at); i >= 0 {
		return st.Expect[i].Target
	}
	return nil
}
