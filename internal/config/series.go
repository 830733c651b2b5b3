package config

import (
	"fmt"

	"samui/internal/journey"
)

// How many series of metrics an installation may make. A database keeps an
// index of them in memory; the numbers are for all journeys from one location.
const (
	manySeries    = 10_000
	tooManySeries = 50_000
)

// seriesOf is how many series a journey makes: on each of its devices one of
// journey_run, and one of journey_step for each step.
func seriesOf(j journey.Journey) int { return len(j.Visits) * (1 + len(j.Steps)) }

// reviewSeries reports an installation that makes more series than a database
// of ordinary size carries. It is told of the settings, since no single journey
// is at fault; the largest is named.
func reviewSeries(s Settings, all []journey.Journey) Problems {
	total, most := 0, 0
	files := map[string]int{}
	largest := ""
	for _, j := range all {
		n := seriesOf(j)
		total += n
		files[j.File] += n
		if files[j.File] > most {
			most, largest = files[j.File], j.File
		}
	}
	if total <= manySeries {
		return nil
	}
	p := Problem{
		File:    withDefault(s.File, largest),
		What:    fmt.Sprintf("the journeys make %s series of metrics from each location (one for each journey × site × device, and one for each of its steps)", thousands(total)),
		Want:    "at most " + thousands(manySeries),
		Hint:    fmt.Sprintf("most come from %s, %s; fewer devices or sites, or a database for each client", largest, thousands(most)),
		Warning: total <= tooManySeries,
	}
	if !p.Warning {
		p.Want = "at most " + thousands(tooManySeries) + ", better " + thousands(manySeries)
	}
	return Problems{p}
}

// thousands is a number with its groups apart: 12,500.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
