package demo

import (
	"context"
	"time"
)

// How long the shop takes to answer when nothing is wrong. They are known and
// never vary, so that a measured wait can be compared with them.
const (
	pageLatency    = 40 * time.Millisecond
	searchLatency  = 80 * time.Millisecond
	orderLatency   = 80 * time.Millisecond
	dataLatency    = 30 * time.Millisecond // JSON, and forms that answer with a redirect
	pictureLatency = 20 * time.Millisecond
	heroLatency    = 60 * time.Millisecond
	answerLatency  = 300 * time.Millisecond // a support agent who types very fast
)

// How long it takes where a trouble is switched on.
const (
	slowSearchLatency = 6 * time.Second
	slowAnswerLatency = 10 * time.Second
	lateHeroLatency   = 3500 * time.Millisecond
	lateBannerLatency = 700 * time.Millisecond
	hangLatency       = 60 * time.Second // "never", bounded
)

// latency says how long an answer takes now.
type latency func() time.Duration

func same(d time.Duration) latency {
	return func() time.Duration { return d }
}

// instead takes the troubled time while t is switched on.
func (s *Shop) instead(t trouble, normally, troubled time.Duration) latency {
	return func() time.Duration {
		if s.troubled(t) {
			return troubled
		}
		return normally
	}
}

// pause waits, and reports whether the visitor is still there.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
