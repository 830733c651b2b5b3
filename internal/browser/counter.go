package browser

import (
	"fmt"
	"net/url"

	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// mostSaid is how many of a step's complaints are kept to be told.
const mostSaid = 3

// counter counts the requests that were sent during one step.
type counter struct {
	total  journey.RequestCounts
	open   map[network.RequestID]*request
	failed []string // the first, as people read them
}

type request struct {
	url        string
	thirdParty bool
	counted    bool // as failed, or as held back
	ended      bool
}

// sent counts a request. Of a frame's document the tab and the frame may tell; a
// redirect is another request of the same id.
func (c *counter) sent(id network.RequestID, address string, thirdParty, redirected bool) {
	if c.open == nil {
		c.open = make(map[network.RequestID]*request)
	}
	if c.open[id] != nil && !redirected {
		return
	}
	c.open[id] = &request{url: address, thirdParty: thirdParty}
	c.total.Count++
	if thirdParty {
		c.total.ThirdParty++
	}
}

// fail counts a request once, however often it is said to have failed.
func (c *counter) fail(id network.RequestID, why string) {
	r := c.open[id]
	if r == nil || r.counted {
		return
	}
	r.counted = true
	c.total.Failed++
	if len(c.failed) < mostSaid {
		c.failed = append(c.failed, fmt.Sprintf("%s (%s)", bareAddress(r.url), why))
	}
}

func (c *counter) address(id network.RequestID) string {
	if r := c.open[id]; r != nil {
		return r.url
	}
	return ""
}

// heldBack takes a request off the count that a condition of the visit refused:
// nothing was fetched.
func (c *counter) heldBack(id network.RequestID, analytics bool) {
	r := c.open[id]
	if r == nil || r.counted {
		return
	}
	r.counted = true
	c.total.Count--
	if r.thirdParty {
		c.total.ThirdParty--
	}
	if analytics {
		c.total.AnalyticsBlocked++
	}
}

// bareAddress is an address without what may be private in it.
func bareAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that can't be read"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// redirected counts what came of a request before its next one.
func (c *counter) redirected(id network.RequestID, bytes float64) {
	if c.open[id] != nil {
		c.total.Bytes += int64(bytes)
	}
}

// received counts what came of a request once, whoever tells of its end.
func (c *counter) received(id network.RequestID, bytes float64) {
	if r := c.open[id]; r != nil && !r.ended {
		r.ended = true
		c.total.Bytes += int64(bytes)
	}
}
