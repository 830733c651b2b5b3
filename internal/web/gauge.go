package web

import (
	"fmt"

	"samui/internal/journey"
)

// gaugeWidth is a gauge's, in its own units.
const gaugeWidth = 200.0

// gauge is waits against their thresholds. Each band is as wide on every
// gauge, so that gauges below each other can be compared at a glance although
// their steps have different thresholds.
type gauge struct {
	Zones  []zone
	At     float64 // the wait, or the typical one
	To     float64 // the far end of what else there is; At where there is nothing
	Band   journey.Outcome
	Ticks  []tick
	Spoken string
}

// zone is a band's stretch.
type zone struct {
	Outcome journey.Outcome
	X, W    float64
}

// tick is a place with a word.
type tick struct {
	X, Y float64
	Text string
}

// newGauge sets the first of the waits against thresholds; of more, it shows
// how far the last reaches.
func newGauge(t journey.ThresholdsMs, waits ...float64) *gauge {
	limits := []float64{0, t.Slow, t.Bad, t.Critical}
	bands := []journey.Outcome{journey.Good, journey.Slow, journey.Bad, journey.Critical}
	widths := []float64{80, 45, 45, 30}
	g := &gauge{Band: bandOf(t, waits[0])}
	x := 0.0
	for i, w := range widths {
		g.Zones = append(g.Zones, zone{bands[i], x, w - 1.5})
		if i > 0 {
			g.Ticks = append(g.Ticks, tick{X: x - 0.75, Text: limit(limits[i])})
		}
		x += w
	}
	// Beyond critical there is no end: twice that is the edge.
	place := func(ms float64) float64 {
		edges := append(limits[:4:4], 2*t.Critical)
		x := 0.0
		for i, w := range widths {
			if ms < edges[i+1] {
				if edges[i+1] == edges[i] {
					return x
				}
				return min(gaugeWidth-1, x+w*(ms-edges[i])/(edges[i+1]-edges[i]))
			}
			x += w
		}
		return gaugeWidth - 1
	}
	g.At, g.To = round1(place(waits[0])), round1(place(waits[len(waits)-1]))
	g.Spoken = fmt.Sprintf("%s is %s: slow from %s, bad from %s, critical from %s", seconds(waits[0]), word(g.Band), limit(t.Slow), limit(t.Bad), limit(t.Critical))
	return g
}

// bandOf is what a wait is by thresholds that were recorded.
func bandOf(t journey.ThresholdsMs, ms float64) journey.Outcome {
	return journey.Thresholds{Slow: journey.FromMs(t.Slow), Bad: journey.FromMs(t.Bad), Critical: journey.FromMs(t.Critical)}.Band(journey.FromMs(ms))
}
