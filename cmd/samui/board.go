package main

import (
	"context"
	"fmt"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
	"samui/internal/probe"
)

// board shows a demo: every visit step by step, as `samui run` does.
type board struct {
	world    *world
	browser  *browser.Browser
	journeys []journey.Journey
}

// visit walks every journey on each of its devices, round after round, until
// ctx ends. One visit at a time: two at once would measure each other.
func (b *board) visit(ctx context.Context) {
	next := time.NewTicker(demoEvery)
	defer next.Stop()
	for {
		for _, j := range b.journeys {
			for _, v := range j.Visits {
				if b.walk(ctx, j, v); ctx.Err() != nil {
					return
				}
			}
		}
		if !b.pause(ctx, next.C) {
			return
		}
	}
}

// pause waits for the next round; false when there is none.
func (b *board) pause(ctx context.Context, next <-chan time.Time) bool {
	s := b.world.screen
	var line *live
	if s.live {
		line = startLive(b.world.stdout, func(waited time.Duration) string {
			return s.paint(dim, truncate(fmt.Sprintf("%s %d s since the last visit; Ctrl-C ends", spinner(waited), int(waited.Seconds())), s.width()-1))
		})
	}
	defer line.end()
	select {
	case <-ctx.Done():
		return false
	case <-next:
		return true
	}
}

func (b *board) walk(ctx context.Context, j journey.Journey, v journey.Visit) {
	show := newReport(b.world.stdout, b.world.screen, headingFor(j, v), stepTitles(j))
	run := probe.Run(ctx, b.browser, j, v, probe.Options{Progress: show.progress(j)})
	if ctx.Err() != nil { // a visit that Ctrl-C cut short says nothing
		show.end()
		return
	}
	show.finish(run)
	fmt.Fprintln(b.world.stdout)
}
