package browser

import (
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// mostTransfers bounds what is remembered of a visit's traffic.
const mostTransfers = 2000

// traffic is what came over a slowed network in all of a visit. On one that
// isn't slowed nothing is kept. The state's lock guards it.
type traffic struct {
	kept bool
	open map[network.RequestID]*journey.Transfer
	done []journey.Transfer
}

func (t *traffic) sent(id network.RequestID, at cdp.MonotonicTime) {
	if !t.kept || len(t.done)+len(t.open) >= mostTransfers {
		return
	}
	if t.open == nil {
		t.open = make(map[network.RequestID]*journey.Transfer)
	}
	t.open[id] = &journey.Transfer{Asked: onClock(at)}
}

// answered notes when the head of an answer came; what didn't come over the
// network is forgotten.
func (t *traffic) answered(e *network.EventResponseReceived) {
	x := t.open[e.RequestID]
	switch {
	case x == nil:
	case e.Response.FromDiskCache, e.Response.FromServiceWorker, e.Response.FromPrefetchCache, e.Response.Status == 0:
		delete(t.open, e.RequestID)
	default:
		x.Began = onClock(e.Timestamp)
	}
}

func (t *traffic) ended(e *network.EventLoadingFinished) {
	x := t.open[e.RequestID]
	delete(t.open, e.RequestID)
	// What came out of the memory of the browser has no length.
	if x == nil || x.Began == 0 || e.EncodedDataLength <= 0 {
		return
	}
	x.Ended, x.Bytes = onClock(e.Timestamp), int64(e.EncodedDataLength)
	t.done = append(t.done, *x)
}

// failed forgets what broke off: nobody will tell of its end.
func (t *traffic) failed(id network.RequestID) { delete(t.open, id) }

func onClock(at cdp.MonotonicTime) time.Duration {
	return time.Duration(at.Float64() * float64(time.Second))
}

// Transfers are what has come over the visit's slowed network so far.
func (s *Session) Transfers() []journey.Transfer {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return append([]journey.Transfer(nil), s.state.traffic.done...)
}
