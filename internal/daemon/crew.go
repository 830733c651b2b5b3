package daemon

import (
	"context"
	"errors"
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
	ended  <-chan error // gets exactly one value
}

// start runs work until the crew is dismissed. Work that ends with an error
// before that takes the daemon with it.
func (c *crew) start(name string, work func(context.Context) error) {
	// Not the daemon's own context: what ends when is up to dismiss.
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	c.members = append(c.members, member{cancel, ended})
	go func() {
		err := work(ctx)
		if err != nil {
			err = fmt.Errorf("%s: %w", name, err)
		}
		if err != nil && ctx.Err() == nil {
			c.fail(err)
			err = nil // told already
		}
		ended <- err
	}()
}

// dismiss ends every member and returns when all are gone, with what they
// could not bring to a good end.
func (c *crew) dismiss() error {
	var errs []error
	for len(c.members) > 0 {
		last := c.members[len(c.members)-1]
		c.members = c.members[:len(c.members)-1]
		last.cancel()
		errs = append(errs, <-last.ended)
	}
	return errors.Join(errs...)
}
