package daemon

import (
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
)

// found is the browser, looked for until there is one.
func (c *chromeWatch) found() (*browser.Browser, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.browser == nil {
		b, err := c.find()
		if err != nil {
			return nil, err
		}
		c.browser = b
	}
	return c.browser, nil
}

// browserFor is what a journey is walked with: nil for one of API calls alone,
// which is walked whatever became of Chrome.
func (c *chromeWatch) browserFor(j journey.Journey) (*browser.Browser, error) {
	if !j.NeedsBrowser() {
		return nil, nil
	}
	return c.found()
}

// peek is the browser, nil where none was looked for or found.
func (c *chromeWatch) peek() *browser.Browser {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.browser
}

// memory is that of all of Chrome's processes, in bytes.
func (c *chromeWatch) memory() int64 {
	if b := c.peek(); b != nil {
		return b.Memory()
	}
	return 0
}

// restarts counts the Chromes started after the first.
func (c *chromeWatch) restarts() int {
	if b := c.peek(); b != nil {
		return b.Restarts()
	}
	return 0
}

// cpuDelays are what Chrome's main threads waited for a CPU, nil where nobody
// knows.
func (c *chromeWatch) cpuDelays() map[int]time.Duration {
	if b := c.peek(); b != nil {
		return b.CPUDelays()
	}
	return nil
}
