package browser

import (
	"context"
	"time"

	"samui/internal/journey"
)

// freshFor is how long a code must still last when it is typed.
const freshFor = 3 * time.Second

// awaitCode waits for the next code where that of now is about to end: it would
// have ended when the page sends it, and a site that doesn't take the last one
// too would refuse a customer who did nothing wrong. Nobody's wait: it is ours.
func (st *step) awaitCode(ctx context.Context, t journey.Text) error {
	left := st.values.Lasts(t)
	if left >= freshFor {
		return nil
	}
	return st.pause(ctx, left)
}
