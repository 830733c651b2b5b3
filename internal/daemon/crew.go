package daemon

import (
	"context"
	"fmt"
)

// crew is what was started and has to be waited for. Members end in the
// reverse order of their start, each with all that was started before it still
// at work: visits end before the outboxes that send their results. It is used
// by one goroutine.
type crew struct {
	fail    context.CancelCauseFunc // called when a member gives up by itself
	members []member
}

type member struct {
	cancel context.CancelFunc
	done   <-chan struct{}
}

// start runs work until the crew is dismissed. Work that ends with an error
// before that takes the daemon with it.
func (c *crew) start(name string, work func(context.Context) error) {
	// Not the daemon's own context: what ends when is up to dismiss.
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	c.members = append(c.members, member{cancel, done})
	go func() {
		defer close(done)
		if err := work(ctx); err != nil && ctx.Err() == nil {
			c.fail(fmt.Errorf("%s: %w", name, err))
		}
	}()
}

// dismiss ends every member and returns when all are gone.
func (c *crew) dismiss() {
	for len(c.members) > 0 {
		last := c.members[len(c.members)-1]
		c.members = c.members[:len(c.members)-1]
		last.cancel()
		<-last.done
	}
}
