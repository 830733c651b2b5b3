package schedule

import (
	"errors"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"
)

// cronTimes is the times of a five-field expression on the wall clock of a
// zone. Where clocks change, it keeps what the author meant:
//
//   - An expression that names its hours ("30 2 * * *") speaks of times of day.
//     Each comes once a day: one that the change skips comes right after the
//     gap, one that the change repeats comes the first time only.
//   - An expression for every hour ("*/10 * * * *") speaks of intervals. It
//     goes on through the change: nothing is made up for a skipped hour, and a
//     repeated hour is visited in both of its passes.
//
// robfig/cron itself loses skipped times and doubles repeated ones, so it is
// asked in UTC, where nothing ever changes, and its answers are read as what a
// clock on the wall would show.
func cronTimes(expression string, zone *time.Location) (func(time.Time) time.Time, error) {
	schedule, err := cron.ParseStandard("CRON_TZ=UTC " + expression)
	if err != nil {
		return nil, fmt.Errorf("cron %q: %w", expression, err)
	}
	spec, ok := schedule.(*cron.SpecSchedule)
	if !ok {
		return nil, fmt.Errorf("cron %q: %w", expression, errors.New("is no five fields"))
	}
	const everyHour = 1<<24 - 1
	if spec.Hour&everyHour == everyHour {
		return func(t time.Time) time.Time { return hourly(spec, zone, t) }, nil
	}
	return func(t time.Time) time.Time { return daily(spec, zone, t) }, nil
}

// daily is the first time after t at which the wall clock comes to, or jumps
// past, a time of the expression.
func daily(spec *cron.SpecSchedule, zone *time.Location, t time.Time) time.Time {
	// Later on the wall is never earlier in truth, so what t's wall clock has
	// passed need not be looked at.
	for wall := wallOf(t.In(zone)); ; {
		wall = spec.Next(wall)
		if wall.IsZero() {
			return farFuture()
		}
		if at := instantOf(wall, zone); at.After(t) {
			return at
		}
	}
}

// hourly is the first time after t at which the wall clock shows a time of the
// expression, in stretches of time between two changes of the clock.
func hourly(spec *cron.SpecSchedule, zone *time.Location, t time.Time) time.Time {
	local := t.In(zone)
	for wall := wallOf(local); ; {
		wall = spec.Next(wall)
		if wall.IsZero() {
			return farFuture()
		}
		_, offset := local.Zone()
		at := wall.Add(-time.Duration(offset) * time.Second)
		_, change := local.ZoneBounds() // zero: it never changes again
		if change.IsZero() || at.Before(change) {
			return at
		}
		// Go on from the change, which may itself be a time of the expression.
		local = change.In(zone)
		wall = wallOf(local).Add(-time.Second)
	}
}

// wallOf is what the wall clock shows at a time, as a time in UTC.
func wallOf(local time.Time) time.Time {
	_, offset := local.Zone()
	return local.UTC().Add(time.Duration(offset) * time.Second)
}

// instantOf is when the wall clock of a zone first shows a time, or jumps past
// it.
func instantOf(wall time.Time, zone *time.Location) time.Time {
	at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	start, end := at.ZoneBounds()
	switch shown := wallOf(at); {
	case shown.Before(wall): // skipped, and read on the clock before the gap
		return end
	case shown.After(wall): // skipped, and read on the clock after it
		return start
	}
	if !start.IsZero() {
		_, before := start.Add(-time.Second).Zone()
		if first := wall.Add(-time.Duration(before) * time.Second); first.Before(start) {
			return first // shown twice
		}
	}
	return at
}
