package main

import (
	"fmt"

	"samui/internal/journey"
)

// circumstances tell under which conditions the waits were measured, where these
// are not those of a customer who comes for the first time.
func (r *report) circumstances(run journey.Run) {
	for _, text := range []string{returned(run.FirstVisit)} {
		if text == "" {
			continue
		}
		for _, line := range wrap(printable(text), r.screen.width()-len(rowIndent)) {
			fmt.Fprintln(r.out, rowIndent+r.screen.paint(dim, isolate(line)))
		}
	}
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
