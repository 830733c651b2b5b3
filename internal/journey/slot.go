package journey

import (
	"strings"
	"time"
)

// Slot is one visit that the schedule asks for: site × journey × device ×
// location × scheduled time. It ends in exactly one recorded result.
type Slot struct {
	Site     string
	Journey  string
	Device   string
	Location string
	At       time.Time // UTC, whole seconds
}

// Key is the slot without its time, "site/journey/device/location": what must
// not overlap. It is the same after every restart and on every machine.
func (s Slot) Key() string {
	return strings.Join([]string{s.Site, s.Journey, s.Device, s.Location}, "/")
}
