package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"samui/internal/journey"
)

// circumstances tell under which conditions the waits were measured, where these
// are not those of a customer who comes for the first time.
func (r *report) circumstances(run journey.Run) {
	for _, text := range []string{met(run.Network, run.Connection), returned(run.FirstVisit)} {
		if text == "" {
			continue
		}
		for _, line := range wrap(printable(text), r.screen.width()-len(rowIndent)) {
			fmt.Fprintln(r.out, rowIndent+r.screen.paint(dim, isolate(line)))
		}
	}
}

// met tells what a slowed network was like.
func met(network string, c *journey.Connection) string {
	if c == nil {
		return ""
	}
	var asked, was []string
	if c.LatencyMs != nil {
		asked = append(asked, fmt.Sprintf("%.0f ms", *c.LatencyMs))
	}
	if c.DownBps != nil {
		asked = append(asked, megabits(*c.DownBps)+" down")
	}
	if c.FastestAnswerMs != nil {
		was = append(was, fmt.Sprintf("fastest answer %.0f ms", *c.FastestAnswerMs))
	}
	if c.MetDownBps != nil {
		was = append(was, megabits(*c.MetDownBps)+" down")
	}
	text := "network " + network
	if len(asked) > 0 {
		text += " (" + strings.Join(asked, ", ") + ")"
	}
	if len(was) == 0 {
		return text + ": nothing came over it"
	}
	text += ": " + strings.Join(was, ", ")
	if c.Holds != nil && !*c.Holds {
		text += "; it was not slowed as it should be"
	}
	return text
}

func megabits(bps int64) string {
	return strconv.FormatFloat(math.Round(float64(bps)/1e5)/10, 'f', -1, 64) + " Mbit/s"
}

// returned tells of the first visit of a customer who returns.
func returned(first *journey.FirstVisit) string {
	switch {
	case first == nil:
		return ""
	case first.Failure != nil:
		return "a returning customer whose first visit came to nothing: " + *first.Failure
	}
	return "a returning customer: " + many(first.Requests.Count, "request") + " of a first visit to " + first.URL + " are in no wait"
}
