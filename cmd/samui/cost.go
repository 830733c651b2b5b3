package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"samui/internal/config"
	"samui/internal/journey"
	"samui/internal/schedule"
)

// cost is what visits come to: how many there are, and what they fetch in a
// month of thirty days.
type cost struct {
	visits          float64 // a day
	requests, bytes float64 // a month
	known, unknown  int     // conditions that have runs to tell from, and that have none yet
}

func (c *cost) add(o cost) {
	c.visits += o.visits
	c.requests += o.requests
	c.bytes += o.bytes
	c.known += o.known
	c.unknown += o.unknown
}

const monthDays = 30

// lastRuns is how many visits tell what one fetches.
const lastRuns = 10

// costs is the table of `samui check --cost`.
func (w *world) costs(ctx context.Context, s config.Settings, journeys []journey.Journey, now time.Time) []string {
	before := w.past(ctx, s)
	defer before.close()
	rates := schedule.NewRates(now)
	all := make([]cost, len(journeys))
	for i, j := range journeys {
		visits := make([]float64, len(j.Visits))
		due := 0.0
		for k, v := range j.Visits {
			if j.Disabled {
				break // nothing comes by itself
			}
			visits[k] = rates.Daily(schedule.Job{Site: j.Site.ID, Journey: j.ID, Device: v.Device.Name, Location: s.Location, Schedule: j.Schedule})
			due += visits[k]
		}
		for k, v := range j.Visits {
			one := cost{visits: visits[k]}
			if due > 0 { // the devices share the limit
				one.visits *= limited(j, due) / due
			}
			runs, err := before.runs(ctx, j, v, lastRuns)
			if err != nil {
				w.warn("earlier visits are not known: %v", err)
				before.close()
				before = past{}
			}
			if requests, bytes, ok := fetched(runs); ok {
				one.requests, one.bytes, one.known = requests*one.visits*monthDays, bytes*one.visits*monthDays, 1
			} else {
				one.unknown = 1
			}
			all[i].add(one)
		}
	}
	lines := costTable(w.screen, journeys, all)
	for _, line := range leftBehind(journeys, all) {
		lines = append(lines, wrap(line, w.screen.width())...)
	}
	return lines
}

// fetched is what a visit fetches, by the mean of those that got somewhere.
func fetched(runs []journey.Run) (requests, bytes float64, ok bool) {
	n := 0.0
	for _, r := range runs {
		looked := false
		for _, s := range r.Steps {
			if s.Requests != nil {
				looked = true
				requests += float64(s.Requests.Count)
				bytes += float64(s.Requests.Bytes)
			}
		}
		if looked {
			n++
		}
	}
	if n == 0 {
		return 0, 0, false
	}
	return requests / n, bytes / n, true
}

const day = 24 * time.Hour

// neverDue warns of what has no slot in a year: a long interval comes at a time
// of day that is the same each day, and may lie outside the active hours.
func neverDue(s config.Settings, journeys []journey.Journey, now time.Time) config.Problems {
	var problems config.Problems
	rates := schedule.NewRates(now)
	for _, j := range journeys {
		if j.Schedule.Active == nil || j.Schedule.Every <= time.Hour {
			continue
		}
		var devices []string
		for _, v := range j.Visits {
			if rates.Daily(schedule.Job{Site: j.Site.ID, Journey: j.ID, Device: v.Device.Name, Location: s.Location, Schedule: j.Schedule}) == 0 {
				devices = append(devices, v.Device.Name)
			}
		}
		if len(devices) > 0 {
			problems = append(problems, config.Problem{
				File: j.File, Warning: true,
				What: fmt.Sprintf("journey %q is never due on %s: its interval comes only outside the active hours", j.ID, strings.Join(devices, ", ")),
				Want: "a shorter every:, or cron:, which says at what time", Hint: `as in cron: "30 9 * * SUN-THU"`,
			})
		}
	}
	return problems
}
