package daemon

import (
	"sync"
	"time"

	"samui/internal/journey"
)

// pictureEvery is how often a whole visit is photographed although nothing
// changed, so that there is always a picture of how it should be.
const pictureEvery = time.Hour

// album decides which pictures are kept: of failures, of a step whose band
// changed, and of everything once an hour for each journey and device. It is
// safe for concurrent use.
type album struct {
	everything bool

	mu    sync.Mutex // guards what follows
	bands map[stepKey]journey.Outcome
	whole map[string]time.Time // slot's key → the slot that was photographed as a whole
}

type stepKey struct{ slot, step string }

func newAlbum(everything bool) *album {
	return &album{everything: everything, bands: map[stepKey]journey.Outcome{}, whole: map[string]time.Time{}}
}

// shoot answers, for the visit of one slot, whether a step's picture is kept.
func (a *album) shoot(slot journey.Slot) func(journey.StepResult) bool {
	if a.everything {
		return nil
	}
	key := slot.Key()
	a.mu.Lock()
	defer a.mu.Unlock()
	last, seen := a.whole[key]
	// A second attempt is photographed as the first one was: it is the result.
	whole := !seen || slot.At.Equal(last) || slot.At.Sub(last) >= pictureEvery
	if whole {
		a.whole[key] = slot.At
	}
	return func(r journey.StepResult) bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		at := stepKey{key, r.Step}
		before, seen := a.bands[at]
		a.bands[at] = r.Outcome
		return whole || r.Failure != nil || (seen && before != r.Outcome)
	}
}
