package daemon

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
)

const (
	chromeRetry   = 10 * time.Second // between two tries to start a Chrome that is down
	chromeTimeout = 30 * time.Second // of one try
)

// chromeWatch knows whether there is a Chrome to look with, where one is
// needed. Until a journey needs it, none is started and none looked for. A
// Chrome that died during a visit isn't down yet: the next one starts at once.
// It is safe for concurrent use.
type chromeWatch struct {
	find    func() (*browser.Browser, error)
	log     *slog.Logger
	suspect chan struct{} // holds one: somebody doubts it
	must    bool          // needed from the start on: where none can be had, Samui was set up wrongly

	mu      sync.Mutex       // guards the following
	browser *browser.Browser // nil until one is needed and found
	needed  bool             // by a journey
	down    error            // why; nil = there is a Chrome
}

// errNotStarted is why there is no Chrome in the first moments.
var errNotStarted = errors.New("it was not started yet")

// newChromeWatch watches the Chrome of the journeys that are walked first; find
// looks for it.
func newChromeWatch(find func() (*browser.Browser, error), needed bool, log *slog.Logger) *chromeWatch {
	return &chromeWatch{
		find: find, log: log, suspect: make(chan struct{}, 1), must: needed, needed: needed, down: errNotStarted,
	}
}

// prepare finds the Chrome that is needed from the start on.
func (c *chromeWatch) prepare() error {
	if !c.isNeeded() {
		return nil
	}
	_, err := c.found()
	return err
}

// close ends the Chrome that was found.
func (c *chromeWatch) close() error { return c.peek().Close() }

// require says whether any journey needs a Chrome from now on. The first that
// does has it started.
func (c *chromeWatch) require(needed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if needed && !c.needed {
		c.doubt()
	}
	c.needed = needed
}

// doubt has somebody look at once.
func (c *chromeWatch) doubt() {
	select {
	case c.suspect <- struct{}{}:
	default:
	}
}

// run starts Chrome once it is needed, and again whenever a visit found it gone
// or it could not be started. It gives up only where Chrome was needed from
// the start on and nothing but a human helps.
func (c *chromeWatch) run(ctx context.Context) error {
	for ctx.Err() == nil {
		var err error
		if c.isNeeded() {
			err = c.try(ctx)
		}
		if c.must && errors.Is(err, browser.ErrSandbox) {
			return err
		}
		c.rest(ctx, err != nil)
	}
	return nil
}

// rest waits until somebody doubts that there is a Chrome or, where there is
// none, until it is time to try again.
func (c *chromeWatch) rest(ctx context.Context, down bool) {
	if !down {
		select {
		case <-ctx.Done():
		case <-c.suspect:
		}
		return
	}
	again := time.NewTimer(chromeRetry)
	defer again.Stop()
	select {
	case <-ctx.Done():
	case <-c.suspect:
	case <-again.C:
	}
}

// start starts the Chrome that is found, if it isn't running.
func (c *chromeWatch) start(ctx context.Context) (journey.Browser, error) {
	b, err := c.found()
	if err != nil {
		return journey.Browser{}, err
	}
	return b.Start(ctx)
}

func (c *chromeWatch) try(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, chromeTimeout)
	defer cancel()
	identity, err := c.start(limited)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		c.up(identity)
		return nil
	}
	if before := c.set(err); before == nil || before.Error() != err.Error() {
		c.log.Error("there is no Chrome to look with", "error", err)
	}
	return err
}

// up notes that there is a Chrome.
func (c *chromeWatch) up(identity journey.Browser) {
	if before := c.set(nil); before != nil {
		c.log.Info("Chrome is there", "name", identity.Name, "version", identity.Version)
	}
}

// note learns from a visit.
func (c *chromeWatch) note(run journey.Run) {
	switch {
	case run.Error != nil && run.Error.Kind == journey.ErrorBrowser:
		c.doubt()
	case run.Browser != nil:
		c.up(*run.Browser)
	}
}

// set notes how Chrome is and returns how it was.
func (c *chromeWatch) set(down error) (before error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before, c.down = c.down, down
	return before
}

// err is why there is no Chrome; nil where there is one, or none is needed.
func (c *chromeWatch) err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.needed {
		return nil
	}
	return c.down
}

// word is how Chrome is, as /healthz promises it.
func (c *chromeWatch) word() string {
	switch {
	case !c.isNeeded():
		return "off"
	case c.err() != nil:
		return "down"
	default:
		return "ok"
	}
}

func (c *chromeWatch) isNeeded() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.needed
}
