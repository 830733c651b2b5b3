package main

import (
	"slices"
	"time"

	"samui/internal/journey"
)

// slowed is a journey with a pause before each action, for an eye to follow.
// Pauses are no waits, and the deadlines are put off by them. The result is to
// be looked at, not to be kept: a page that had a moment to itself is faster.
func slowed(j journey.Journey, d time.Duration) journey.Journey {
	j.Steps = slices.Clone(j.Steps)
	for i, s := range j.Steps {
		var do []journey.Action
		for _, a := range s.Do {
			do = append(do, journey.Action{Verb: journey.Pause, Pause: d, Pos: a.Pos}, a)
		}
		more := time.Duration(len(s.Do)) * d
		j.Steps[i].Do = do
		j.Steps[i].Timeout += more
		j.Timeout += more
	}
	return j
}
