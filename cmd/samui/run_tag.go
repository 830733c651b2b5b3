package main

import (
	"slices"
	"strings"

	"samui/internal/config"
	"samui/internal/journey"
)

// tagged are the journeys that have the tag that was asked for.
func (o *runOptions) tagged(journeys []journey.Journey) ([]journey.Journey, error) {
	if o.tag == "" {
		return journeys, nil
	}
	var some []journey.Journey
	var tags []string
	for _, j := range journeys {
		tags = append(tags, j.Tags...)
		if slices.Contains(j.Tags, o.tag) {
			some = append(some, j)
		}
	}
	if len(some) > 0 {
		return some, nil
	}
	hint := "add tags: [" + o.tag + "] to a journey"
	if tags = distinct(tags); len(tags) > 0 {
		hint = "the tags of these journeys: " + strings.Join(tags, ", ")
	}
	if near := config.Nearest(o.tag, tags); near != "" {
		hint = "did you mean: --tag " + near
	}
	return nil, usagef(hint, "no journey has the tag %q", o.tag)
}
