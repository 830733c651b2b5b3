package schedule

import (
	"time"

	"samui/internal/journey"
)

// window is the hours of days in which a job has slots, on the wall clock of a
// zone. Outside it there is no slot: nothing is missed.
type window struct {
	journey.Active
	zone *time.Location
}

// opens is t when t is inside the window, otherwise the next time at which it
// opens; far in the future when it never does. Hours that end on the next day
// belong to the day on which they begin.
func (w window) opens(t time.Time) time.Time {
	day := wallOf(t.In(w.zone)).Truncate(24*time.Hour).AddDate(0, 0, -1)
	// Nine days: a window of yesterday may still be open, and one that today
	// is over comes again in a week.
	for range 9 {
		if w.Days[day.Weekday()] {
			from, to := day.Add(w.From), day.Add(w.To)
			if w.To <= w.From {
				to = to.AddDate(0, 0, 1)
			}
			start, end := instantOf(from, w.zone), instantOf(to, w.zone)
			if t.Before(end) && start.Before(end) {
				if t.Before(start) {
					return start
				}
				return t
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return farFuture()
}
