package probe

import (
	"context"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
)

// comeBefore makes the first visit of a customer who returns. Its time is
// nobody's: no wait, no cost of ours, and not the run's own. It returns an error
// when nobody could look.
func (v *visit) comeBefore(ctx context.Context, s *browser.Session, conditions journey.Visit) error {
	if !v.journey.ConditionsOf(conditions).Returns() {
		return nil
	}
	from := time.Now()
	defer func() { v.idle += time.Since(from) }()
	first, err := s.FirstVisit(ctx, v.journey.StartPage())
	if err != nil {
		return err
	}
	first.URL = v.redact.Redact(first.URL)
	if first.Failure != nil {
		first.Failure = v.optional(*first.Failure)
	}
	v.run.FirstVisit = &first
	return nil
}
