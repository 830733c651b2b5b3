package config

import (
	"math/bits"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// wallTimes is when a cron expression comes, on the wall clock: at these
// minutes of these days of the week.
type wallTimes struct {
	minutes []int   // since midnight, ascending
	days    [7]bool // that can be, by time.Weekday
	daily   bool    // every day of the year
}

// cronTimes takes an expression apart that [cron] has accepted.
func cronTimes(expression string) (wallTimes, bool) {
	var sets [5]uint64
	var all [5]bool
	fields := strings.Fields(expression)
	if len(fields) != len(sets) {
		return wallTimes{}, false
	}
	for i, bounds := range cronFields() {
		set, star, f := bounds.parse(fields[i])
		if f.bad() {
			return wallTimes{}, false
		}
		sets[i], all[i] = set, star
	}
	var w wallTimes
	for hours := sets[1]; hours != 0; hours &= hours - 1 {
		for minutes := sets[0]; minutes != 0; minutes &= minutes - 1 {
			w.minutes = append(w.minutes, bits.TrailingZeros64(hours)*60+bits.TrailingZeros64(minutes))
		}
	}
	const everyMonth, everyDay = 1<<13 - 2, 1<<32 - 2
	w.daily = sets[3]&everyMonth == everyMonth && sets[2]&everyDay == everyDay && sets[4] == 1<<7-1
	for day := range w.days {
		// A date falls on every day of the week in some year; only where all
		// dates will do the weekday decides.
		w.days[day] = !all[2] || sets[4]&(1<<day) != 0
	}
	return w, true
}

// within are the times of day, in minutes since the day began, that fall into
// the hours and days on which the schedule is active. Hours after midnight
// belong to the day before.
func (w wallTimes) within(a journey.Active) []int {
	const day = 24 * 60
	from, to := int(a.From/time.Minute), int(a.To/time.Minute)
	if to <= from {
		to += day
	}
	var found []int
	for _, minute := range w.minutes {
		for late := range 2 { // today, or after midnight tomorrow
			at := minute + late*day
			inside := at >= from && at < to
			if inside && slices.ContainsFunc([]int{0, 1, 2, 3, 4, 5, 6}, func(d int) bool { return a.Days[d] && w.days[(d+late)%7] }) {
				found = append(found, at)
			}
		}
	}
	slices.Sort(found)
	return found
}

// shortest is the least time between two times of the schedule that follow
// each other; zero where there is none on one day.
func (w wallTimes) shortest(a *journey.Active) time.Duration {
	times := w.minutes
	if a != nil {
		times = w.within(*a)
	} else if w.daily && len(times) > 0 {
		times = append(slices.Clone(times), times[0]+24*60)
	}
	var least time.Duration
	for i := 1; i < len(times); i++ {
		if a != nil && times[i-1] < 24*60 && times[i] >= 24*60 {
			continue // they need not be on days that follow each other
		}
		if gap := time.Duration(times[i]-times[i-1]) * time.Minute; least == 0 || gap < least {
			least = gap
		}
	}
	return least
}
