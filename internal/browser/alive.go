package browser

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
)

// aliveAfter is how long a page may take over a question before it is asked
// whether it answers at all, which it then has callTimeout for.
const aliveAfter = 2500 * time.Millisecond

// errMute ends a question to a page whose scripts never come to rest.
var errMute = errors.New("the page no longer answers")

// whileAlive is evalIn for a question that takes its time. It is given up, and
// mute is true, when the page does not even answer a short one. A page that
// answers at once isn't asked twice.
func whileAlive[T any](ctx context.Context, target cdp.Session, world, expression string) (v T, mute bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	var asking sync.WaitGroup
	asking.Go(func() {
		wait := time.NewTimer(aliveAfter)
		defer wait.Stop()
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		limited, end := context.WithTimeout(ctx, callTimeout)
		defer end()
		if _, _ = evalIn[any](limited, target, world, "0"); errors.Is(limited.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
			cancel(errMute)
		}
	})
	v, err = evalIn[T](ctx, target, world, expression)
	mute = errors.Is(context.Cause(ctx), errMute)
	cancel(nil)
	asking.Wait()
	return v, mute, err
}
