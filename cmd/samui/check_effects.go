package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"samui/internal/config"
	"samui/internal/journey"
	"samui/internal/schedule"
)

// tooMuchLeft warns of journeys that leave something behind without a limit,
// and of schedules that ask for more visits than their limit lets through.
func tooMuchLeft(s config.Settings, journeys []journey.Journey, now time.Time) config.Problems {
	var problems config.Problems
	counted := map[string]int{} // journeys share schedules
	for _, j := range journeys {
		name, limit := j.Leaves(), j.Effects.Limit
		if name == "" || j.Disabled {
			continue
		}
		per := limit.Per
		if limit.IsZero() {
			per = journey.PerDay
		}
		key := fmt.Sprint(j.Schedule.Every, j.Schedule.Cron, j.Site.Timezone, per, len(j.Visits))
		if a := j.Schedule.Active; a != nil {
			key += fmt.Sprint(*a)
		}
		if j.Schedule.Every > time.Hour {
			key += j.Site.ID + "/" + j.ID // it matters at what time of day it comes
		}
		n, known := counted[key]
		if !known {
			n = busiest(s, j, per, now)
			counted[key] = n
		}
		p := config.Problem{File: j.Effects.Pos.File, Line: j.Effects.Pos.Line, Column: j.Effects.Pos.Column, Warning: true}
		switch {
		case limit.IsZero():
			p.What = fmt.Sprintf("effects: %s has no limit, and %s leaves up to %s a day on %q", name, rhythmOf(j), figure(float64(n)), j.Site.ID)
			p.Want = "limit: with what the site's owner bears"
			p.Hint = "add limit: 4/day; visits beyond it aren't made"
			if j.Site.ID == "none" {
				p.What = strings.TrimSuffix(p.What, fmt.Sprintf(" on %q", j.Site.ID))
			}
		case n > limit.N:
			p.What = fmt.Sprintf("%s asks for up to %s visits %s, and limit: %s lets %d through: the others are missed", rhythmOf(j), figure(float64(n)), inA(per), limit, limit.N)
			p.Want = "a schedule that fits the limit"
			p.Hint = "write every: " + fits(j, limit)
			if j.Schedule.Cron != "" {
				p.Hint = "fewer times in cron:, or every: " + fits(j, limit)
			}
		default:
			continue
		}
		if !slices.Contains(problems, p) { // of another site of the same file
			problems = append(problems, p)
		}
	}
	return problems
}

// busiest is how many visits of a journey, on all its devices, are due in the
// fullest period of the next two weeks.
func busiest(s config.Settings, j journey.Journey, per journey.Period, now time.Time) int {
	if every := j.Schedule.Every; every > 0 && j.Schedule.Active == nil {
		return len(j.Visits) * int((per.Length()+every-1)/every)
	}
	limit, counts, most := journey.Limit{N: 1, Per: per}, map[time.Time]int{}, 0
	for _, v := range j.Visits {
		job := schedule.Job{Site: j.Site.ID, Journey: j.ID, Device: v.Device.Name, Location: s.Location, Schedule: j.Schedule}
		for _, slot := range job.Slots(now, now.Add(14*day)) {
			began := limit.Begin(slot.At, j.Site.Timezone).UTC()
			counts[began]++
			most = max(most, counts[began])
		}
	}
	return most
}

// rhythmOf is a schedule as its author wrote it.
func rhythmOf(j journey.Journey) string {
	if j.Schedule.Cron != "" {
		return fmt.Sprintf("cron: %q", j.Schedule.Cron)
	}
	text := "every: " + shortly(j.Schedule.Every)
	if n := len(j.Visits); n > 1 {
		text += fmt.Sprintf(" on %d devices", n)
	}
	return text
}

func inA(per journey.Period) string {
	if per == journey.PerHour {
		return "an hour"
	}
	return "a " + string(per)
}

// fits is an interval at which a limit isn't reached.
func fits(j journey.Journey, l journey.Limit) string {
	every := l.Per.Length() * time.Duration(len(j.Visits)) / time.Duration(l.N)
	unit := time.Second
	switch {
	case every > 2*time.Hour:
		unit = time.Hour
	case every > 2*time.Minute:
		unit = time.Minute
	}
	return shortly((every + unit - 1).Truncate(unit))
}

// shortly is a duration as a person writes it: 6h, not 6h0m0s.
func shortly(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// limited is how many of so many visits a day are made, where they leave
// something behind.
func limited(j journey.Journey, visits float64) float64 {
	l := j.Effects.Limit
	if j.Leaves() == "" || l.IsZero() {
		return visits
	}
	return min(visits, float64(l.N)*float64(day)/float64(l.Per.Length()))
}

// leftBehind says what visits leave, a line for each journey that leaves
// something.
func leftBehind(journeys []journey.Journey, costs []cost) []string {
	var lines []string
	titles := costTitles(journeys)
	for i, j := range journeys {
		if name := j.Leaves(); name != "" {
			lines = append(lines, fmt.Sprintf("%s leaves: %s, %s a day, %s a month at most.", titles[i], printable(name), figure(costs[i].visits), figure(costs[i].visits*monthDays)))
		}
	}
	return lines
}
