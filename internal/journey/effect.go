package journey

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Effects says what a visit leaves behind on the site: an order, a message, a
// booking. The zero value is nothing.
type Effects struct {
	Name  string // in its author's word: "order"; empty = nothing is left
	Step  string // the ID of the step that leaves it; empty = any step may
	Limit Limit  // how much of it the site's owner bears; zero = not said
	Pos   Pos
}

// Left are the effects for people, of which so many were left in the period
// that counts: order, at most 4 a day, 2 today.
func (e Effects) Left(used int) string {
	when := "today"
	switch e.Limit.Per {
	case PerHour:
		when = "this hour"
	case PerWeek:
		when = "this week"
	case PerDay:
	}
	return fmt.Sprintf("%s, %s, %d %s", e.Name, e.Limit.Words(), used, when)
}

// Period is a stretch of the calendar at the site.
type Period string

// The periods that a [Limit] may be for. A week begins on Monday.
const (
	PerHour Period = "hour"
	PerDay  Period = "day"
	PerWeek Period = "week"
)

// Periods returns every period, the shortest first.
func Periods() []Period { return []Period{PerHour, PerDay, PerWeek} }

// Length is how long a period is, when no clock is changed in it.
func (p Period) Length() time.Duration {
	const day = 24 * time.Hour
	switch p {
	case PerHour:
		return time.Hour
	case PerDay:
		return day
	case PerWeek:
		return 7 * day
	default:
		return 0
	}
}

// Limit is how many visits may leave something behind in a period.
type Limit struct {
	N   int // from 1; 0 = there is no limit
	Per Period
}

// IsZero reports whether there is no limit.
func (l Limit) IsZero() bool { return l.N == 0 }

// String is the limit as a journey has it: 4/day.
func (l Limit) String() string {
	if l.IsZero() {
		return ""
	}
	return strconv.Itoa(l.N) + "/" + string(l.Per)
}

// Words are the limit for people: at most 4 a day.
func (l Limit) Words() string {
	if l.IsZero() {
		return "without a limit"
	}
	article := "a"
	if l.Per == PerHour {
		article = "an"
	}
	return fmt.Sprintf("at most %d %s %s", l.N, article, l.Per)
}

// Begin is when the period began that a time belongs to, in the site's time
// zone (nil = UTC). Visits since then count against the limit. Without a limit
// it is the day.
func (l Limit) Begin(at time.Time, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	at = at.In(zone)
	if l.Per == PerHour {
		// Subtracted, not set: an hour that the clocks repeat is two.
		return at.Add(-time.Duration(at.Minute())*time.Minute - time.Duration(at.Second())*time.Second - time.Duration(at.Nanosecond()))
	}
	back := 0
	if l.Per == PerWeek {
		back = (int(at.Weekday()) + 6) % 7
	}
	return time.Date(at.Year(), at.Month(), at.Day()-back, 0, 0, 0, 0, zone)
}

// Leaves is what a visit may leave behind; empty where that is nothing,
// because it never comes to the step that does.
//
// A visit that stops before some step and doesn't say which one leaves
// something may have left it by then.
func (j Journey) Leaves() string {
	for i := range j.Steps {
		if j.LeavesAt(i) {
			return j.Effects.Name
		}
	}
	return ""
}

// LeavesAt reports whether a visit may leave something behind in a step.
func (j Journey) LeavesAt(i int) bool {
	e := j.Effects
	return e.Name != "" && (e.Step == "" || e.Step == j.Steps[i].ID) && !j.Stops(i)
}

// Stops reports whether a step isn't walked, because the visit stops before
// it. Steps that always run are.
func (j Journey) Stops(i int) bool {
	if j.StopBefore == "" || j.Steps[i].Always {
		return false
	}
	stop := slices.IndexFunc(j.Steps, func(s Step) bool { return s.ID == j.StopBefore })
	return stop >= 0 && i >= stop
}
