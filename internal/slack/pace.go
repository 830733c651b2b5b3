package slack

import (
	"context"
	"sync"
	"time"
)

// gap is how long a channel is left alone after a message: Slack takes one a
// second. An edit counts as one.
const gap = time.Second

// pacer knows when each channel may have its next message. It is safe for
// concurrent use.
type pacer struct {
	mu   sync.Mutex           // guards what follows
	next map[string]time.Time // by channel
}

func newPacer() *pacer { return &pacer{next: map[string]time.Time{}} }

// ready is how long a channel has to be left alone.
func (p *pacer) ready(channel string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, p.next[channel].Sub(now))
}

// longestRest is how long a batch waits for a channel: it isn't the only one.
const longestRest = 5 * time.Second

// wait returns when a channel may have a message, or ctx ended.
func (p *pacer) wait(ctx context.Context, channel string) error {
	rest := p.ready(channel, time.Now())
	switch {
	case rest == 0:
		return ended(ctx, nil)
	case rest > longestRest:
		return &Error{Method: "chat.postMessage", Channel: channel, meaning: limitedOut, RetryAfter: rest, Text: "Slack wants to be left alone"}
	}
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ended(ctx, nil)
	}
}

// rest leaves a channel alone for so long from now on.
func (p *pacer) rest(channel string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for c, t := range p.next {
		if t.Before(now) {
			delete(p.next, c)
		}
	}
	if at := now.Add(d); at.After(p.next[channel]) {
		p.next[channel] = at
	}
}
