package schedule

import (
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
func (j Job) Key() string { return journey.Slot{Site: j.Site, Journey: j.Journey, Device: j.Device, Location: j.Location}.Key() }
