package browser

import (
	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// counter counts the requests that were sent during one step.
type counter struct {
	total journey.RequestCounts
	open  map[network.RequestID]bool // true once it is counted as failed
}

func (c *counter) sent(id network.RequestID, thirdParty bool) {
	if c.open == nil {
		c.open = make(map[network.RequestID]bool)
	}
	c.open[id] = false
	c.total.Count++
	if thirdParty {
		c.total.ThirdParty++
	}
}

// failed counts a request once, however often it is said to have failed.
func (c *counter) failed(id network.RequestID) {
	if counted, ours := c.open[id]; ours && !counted {
		c.open[id] = true
		c.total.Failed++
	}
}

func (c *counter) received(id network.RequestID, bytes float64) {
	if _, ours := c.open[id]; ours {
		c.total.Bytes += int64(bytes)
	}
}
