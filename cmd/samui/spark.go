package main

import (
	"context"
	"strings"

	"samui/internal/journey"
)

// sparkRuns is how many earlier visits a spark shows.
const sparkRuns = 10

// earlier are the earlier results of each step of a journey, by its name, the
// oldest first. What isn't known is empty.
func (p past) earlier(ctx context.Context, w *world, j journey.Journey, v journey.Visit) map[string][]journey.StepResult {
	runs, err := p.runs(ctx, j, v, sparkRuns)
	if err != nil {
		w.warn("earlier visits are not known: %v", err)
	}
	all := map[string][]journey.StepResult{}
	for _, r := range runs {
		for _, s := range r.Steps {
			all[s.Step] = append([]journey.StepResult{s}, all[s.Step]...)
		}
	}
	return all
}

// spark is a bar for each earlier wait of a step, in the colour of its band,
// and a cross where the customer could not go on, sparkRuns columns wide. A
// full bar is a wait that is slow: what is always low was always good.
func (s screen) spark(earlier []journey.StepResult) string {
	bars := []rune("▁▂▃▄▅▆▇█")
	top := 0.0
	for _, e := range earlier {
		if e.WaitMs != nil {
			top = max(top, *e.WaitMs)
		}
		if e.ThresholdsMs != nil {
			top = max(top, e.ThresholdsMs.Slow)
		}
	}
	line, used := "", 0
	for _, e := range earlier {
		bar := '✗'
		switch {
		case e.WaitMs != nil && top > 0:
			bar = bars[min(len(bars)-1, int(*e.WaitMs/top*float64(len(bars))))]
		case e.Outcome != journey.Failed:
			continue
		}
		line += s.paint(lookOf(e.Outcome).style, string(bar))
		used++
	}
	return line + strings.Repeat(" ", sparkRuns-used)
}
