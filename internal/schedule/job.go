package schedule

import (
	"fmt"
	"time"

	"samui/internal/journey"
)

// Job is what has to be visited, and when. It ends in one slot for each of its
// scheduled times.
type Job struct {
	Site     string
	Journey  string
	Device   string
	Location string
	Schedule journey.Schedule
}

// Key is the [journey.Slot.Key] of every slot of the job.
func (j Job) Key() string { return j.slot(time.Time{}).Key() }

// Slots are the job's slots with from < At ≤ to, ascending; none for a
// schedule that [Scheduler.Set] would refuse. The work depends on how many
// there are, not on how long ago the job began.
func (j Job) Slots(from, to time.Time) []journey.Slot {
	times, err := newTimetable(j)
	if err != nil {
		return nil
	}
	var slots []journey.Slot
	for at := times.next(from); !at.After(to); at = times.next(at) {
		slots = append(slots, j.slot(at))
	}
	return slots
}

func (j Job) slot(at time.Time) journey.Slot {
	return journey.Slot{Site: j.Site, Journey: j.Journey, Device: j.Device, Location: j.Location, At: at}
}

// timetable is the times of a job. It never changes, so that it may be read by
// several goroutines at once.
type timetable struct {
	after  func(t time.Time) time.Time // the first time after t; far future = none
	active *window                     // nil = always
}

// farFuture is a time that no job reaches: there is no next slot. It is used
// instead of the zero time, because everything compares with it correctly.
func farFuture() time.Time { return time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC) }

// searchedYears bounds the search for a schedule's next time, as robfig/cron
// does: five years without one is never.
const searchedYears = 5

func newTimetable(j Job) (timetable, error) {
	zone := j.Schedule.Timezone
	if zone == nil {
		zone = time.UTC
	}
	var t timetable
	switch {
	case j.Schedule.Every > 0 && j.Schedule.Cron == "":
		t.after = every(j.Schedule.Every, j.Key())
	case j.Schedule.Every == 0 && j.Schedule.Cron != "":
		after, err := cronTimes(j.Schedule.Cron, zone)
		if err != nil {
			return timetable{}, fmt.Errorf("schedule of %q: %w", j.Key(), err)
		}
		t.after = after
	default:
		return timetable{}, fmt.Errorf("schedule of %q: every %s and cron %q; want exactly one of them", j.Key(), j.Schedule.Every, j.Schedule.Cron)
	}
	if j.Schedule.Active != nil {
		t.active = &window{*j.Schedule.Active, zone}
	}
	return t, nil
}

// once is the timetable of one time.
func once(at time.Time) *timetable {
	return &timetable{after: func(t time.Time) time.Time {
		if t.Before(at) {
			return at
		}
		return farFuture()
	}}
}

// next is the first slot time after t, in UTC; far in the future when there is
// none.
func (t timetable) next(from time.Time) time.Time {
	limit := from.AddDate(searchedYears, 0, 0)
	for at := t.after(from); at.Before(limit); at = t.after(from) {
		if t.active == nil {
			return at.UTC()
		}
		opens := t.active.opens(at)
		if !opens.After(at) {
			return at.UTC()
		}
		// A time on the very second of the opening is inside.
		from = opens.Add(-time.Second)
	}
	return farFuture()
}

// last is the newest slot time in (from, to]; false when there is none. It
// looks back from the end in growing strides, so that a long span costs no
// more than a short one.
func (t timetable) last(from, to time.Time) (newest time.Time, found bool) {
	for stride := time.Minute; ; stride *= 8 {
		start := to.Add(-stride)
		whole := stride <= 0 || !start.After(from) // a stride beyond its type's range too
		if whole {
			start = from
		}
		for at := t.next(start); !at.After(to); at = t.next(at) {
			newest, found = at, true
		}
		if found || whole {
			return newest, found
		}
	}
}
