package browser

import (
	"context"

	"github.com/chromedp/cdproto/network"
)

// clock puts the documents of a visit on one time line. Each process of Chrome
// learns what time it is once, when it starts, and counts on from there by the
// machine's monotonic clock; two documents in two processes disagree by
// whatever the system's clock was moved by in between. A document's request
// stands on both clocks: the protocol tells it by the monotonic one, which all
// processes share, the page by its own.
//
// Both are told to a tenth of a millisecond, so what is left of the error is
// skewLeast at most.
type clock struct {
	zero float64 // of the monotonic clock, epoch ms by the visit's first document; 0 = not known yet
}

// skewLeast is the disagreement in ms below which two clocks are the same.
const skewLeast = 0.5

// skew is by how many ms a document's own epoch time is ahead of the visit's.
// The two arguments are the same moment, in ms: by the monotonic clock, and by
// the document's; 0 where nobody knows it.
func (c *clock) skew(monotonic, epoch float64) float64 {
	if monotonic <= 0 || epoch <= 0 {
		return 0
	}
	zero := epoch - monotonic
	if c.zero == 0 {
		c.zero = zero
	}
	if skew := zero - c.zero; skew < -skewLeast || skew > skewLeast {
		return skew
	}
	return 0
}

// sentAt is when the request of a response was sent, by the monotonic clock in
// ms; 0 where that isn't known, or was no request to a server.
func sentAt(r *network.Response) float64 {
	if r.Timing == nil || r.FromServiceWorker || r.FromDiskCache || r.FromPrefetchCache || r.Timing.SendStart < 0 {
		return 0
	}
	return r.Timing.RequestTime*1000 + r.Timing.SendStart
}

// onTimeLine is a report with its times as the visit has them. from is the
// document that it comes from; a document that was told of its skew sends them
// so already.
func (r report) onTimeLine(from document) report {
	ahead := r.Origin - from.origin
	if r.Origin == 0 || ahead > -skewLeast && ahead < skewLeast {
		return r
	}
	r.Origin -= ahead
	for _, at := range []*float64{&r.At, &r.InputAt} {
		if *at != 0 {
			*at -= ahead
		}
	}
	since := make([]float64, len(r.Since))
	for i, at := range r.Since {
		if at != 0 {
			at -= ahead
		}
		since[i] = at
	}
	r.Since = since
	return r
}

// correct tells a document by how much its clock is ahead of the visit's.
func (s *Session) correct(t *tab, world string, skew float64) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	// A document that can't answer tells nothing more.
	_, _ = evalIn[any](ctx, t.target, world, js("samui.correct", skew))
}
