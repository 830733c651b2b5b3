package main

import (
	"context"
	"io"
	"sync"
	"time"
)

// live is a line at the bottom of the terminal that is drawn again and again
// until it is ended: what is waited for, and how long it has taken. Nothing
// else may be written to the terminal meanwhile.
type live struct {
	cancel context.CancelFunc
	done   sync.WaitGroup // the drawing goroutine
}

// liveEvery is the time between two drawings: slower looks stuck, faster
// flickers.
const liveEvery = 100 * time.Millisecond

// clearLine goes back to the first column and wipes what stood there.
const clearLine = "\r\x1b[K"

// startLive draws frame, which is given the time since the start and must fit
// in one line, until end is called.
func startLive(out io.Writer, frame func(waited time.Duration) string) *live {
	ctx, cancel := context.WithCancel(context.Background())
	l := &live{cancel: cancel}
	start := time.Now()
	l.done.Go(func() {
		tick := time.NewTicker(liveEvery)
		defer tick.Stop()
		for {
			_, _ = io.WriteString(out, clearLine+frame(time.Since(start)))
			select {
			case <-ctx.Done():
				_, _ = io.WriteString(out, clearLine)
				return
			case <-tick.C:
			}
		}
	})
	return l
}

// end takes the line away and waits until nothing draws any more. A nil live
// has nothing to end.
func (l *live) end() {
	if l == nil {
		return
	}
	l.cancel()
	l.done.Wait()
}

// spinner is the moving sign of a live line.
func spinner(waited time.Duration) string {
	signs := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
	return string(signs[int(waited/liveEvery)%len(signs)])
}
