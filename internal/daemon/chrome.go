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

// chromeWatch knows whether there is a Chrome to look with. A Chrome that died
// during a visit isn't down yet: the next one starts at once. It is safe for
// concurrent use.
type chromeWatch struct {
	start   func(context.Context) (journey.Browser, error)
	log     *slog.Logger
	suspect chan struct{} // holds one: somebody doubts it

	mu   sync.Mutex // guards down
	down error      // why; nil = there is a Chrome
}

// errNotStarted is why there is no Chrome in the first moments.
var errNotStarted = errors.New("it was not started yet")

func newChromeWatch(b *browser.Browser, log *slog.Logger) *chromeWatch {
	return &chromeWatch{start: b.Start, log: log, suspect: make(chan struct{}, 1), down: errNotStarted}
}

// run starts Chrome, and again whenever a visit found it gone or it could not
// be started. It gives up only where nothing but a human helps.
func (c *chromeWatch) run(ctx context.Context) error {
	for ctx.Err() == nil {
		err := c.try(ctx)
		if errors.Is(err, browser.ErrSandbox) {
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
		select {
		case c.suspect <- struct{}{}:
		default:
		}
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

// err is why there is no Chrome; nil where there is one.
func (c *chromeWatch) err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.down
}
