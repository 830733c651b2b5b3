package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
	"samui/internal/probe"
)

// board shows a demo: a line for each visit, its trouble beneath it, and on a
// terminal what is being visited now.
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
	s := b.world.screen
	var line *live
	show := func(step string) {
		line.end()
		if s.live {
			line = startLive(b.world.stdout, func(waited time.Duration) string {
				text := fmt.Sprintf("%.1f s  %s › %s", waited.Seconds(), safe(j.Title), safe(step))
				return s.paint(cyan, spinner(waited)) + " " + truncate(text, s.width()-3)
			})
		}
	}
	show(on(v.Device.Name, v.Network.Name))
	run := probe.Run(ctx, b.browser, j, v, probe.Options{
		Location: "local",
		Attempt:  1,
		Progress: func(g probe.Progress) {
			if g.Result == nil {
				show(j.Steps[g.Index].Title)
			}
		},
	})
	line.end()
	if ctx.Err() == nil { // a visit that Ctrl-C cut short says nothing
		b.row(run)
	}
}

// The columns of a row beside the title.
const (
	clockWidth  = len("15:04:05")
	stageWidth  = len("discover")
	deviceWidth = len("phone over slow-4g")
)

// row prints a visit. A narrow screen goes without clock and device.
func (b *board) row(run journey.Run) {
	s := b.world.screen
	l := lookOf(run.Outcome)
	wait := ""
	if run.WaitMs != nil {
		wait = seconds(*run.WaitMs)
	}
	band := words(run.Outcome)
	if run.Error != nil {
		band = "error" // what kind stands beneath
	}
	left := pad(string(run.Stage), stageWidth) + "  "
	right := fmt.Sprintf("  %*s  %s", waitWidth, wait, s.paint(l.style, band))
	taken := 2 + stageWidth + 2 + 2 + waitWidth + 2 + bandWidth
	if wide := taken + clockWidth + 2 + deviceWidth + 2; s.width() >= wide+24 {
		taken = wide
		clock := ""
		if run.FinishedAt != nil {
			clock = run.FinishedAt.Local().Format("15:04:05")
		}
		left = s.paint(dim, pad(clock, clockWidth)) + "  " + left
		right = "  " + pad(truncate(on(run.Device, run.Network), deviceWidth), deviceWidth) + right
	}
	room := b.titleWidth(s.width() - taken)
	title := pad(truncate(printable(run.Title), room), room)
	line := s.paint(l.style, l.mark) + " " + left + title + right
	fmt.Fprintln(b.world.stdout, strings.TrimRight(line, " "))
	for _, text := range troubleOf(run) {
		for _, part := range wrap(text, s.width()-len(textIndent)) {
			fmt.Fprintln(b.world.stdout, textIndent+s.paint(dim, part))
		}
	}
}

func (b *board) titleWidth(room int) int {
	longest := 0
	for _, j := range b.journeys {
		longest = max(longest, columns(printable(j.Title)))
	}
	return max(8, min(longest, room))
}

// troubleOf says what isn't good about a run, in a sentence or two.
func troubleOf(run journey.Run) []string {
	if run.Error != nil {
		return []string{fmt.Sprintf("Samui could not look (%s): %s", run.Error.Kind, safe(run.Error.Message))}
	}
	var lines []string
	for _, s := range run.Steps {
		switch {
		case s.Failure != nil:
			lines = append(lines, safe(s.Title)+": "+safe(s.Failure.Message))
			if s.Failure.Hint != nil {
				lines = append(lines, "hint: "+safe(*s.Failure.Hint))
			}
		case s.Outcome.Level() > journey.Good.Level() && s.WaitMs != nil:
			lines = append(lines, fmt.Sprintf("%s: waited %s, %s", safe(s.Title), seconds(*s.WaitMs), words(s.Outcome)))
		}
	}
	if run.Abandonment != nil && run.Outcome != journey.Good {
		lines = append(lines, fmt.Sprintf("lost: %s on %s", safe(run.Abandonment.String()), on(run.Device, run.Network)))
	}
	return lines
}
