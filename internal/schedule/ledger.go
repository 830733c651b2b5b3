package schedule

import (
	"context"
	"time"

	"samui/internal/journey"
)

// Ledger is what remembers slots for good. It is used by several goroutines at
// once. An error means "not now": the call is made again until it succeeds, and
// no visit starts meanwhile. An error of Record with a method Refused() bool
// that says true means "never": what the visit found is given up, and its slot
// ends as our own error.
type Ledger interface {
	// Begin claims a slot durably. It returns false when the slot already has
	// a result or is in flight: then nobody visits.
	Begin(ctx context.Context, slot journey.Slot) (bool, error)
	// Record writes final results, of claimed and of unclaimed slots. A slot
	// that has a result keeps it, and that is no error. When Record fails, a
	// part may have been written. Every result is on disk when it returns nil.
	Record(ctx context.Context, results ...Result) error
	// Last is the time of the newest slot of a key (see [journey.Slot.Key])
	// that has a result or is in flight; false when there is none.
	Last(ctx context.Context, key string) (time.Time, bool, error)
}

// Result is how a slot ended.
type Result struct {
	Slot journey.Slot
	Run  journey.Run
}
