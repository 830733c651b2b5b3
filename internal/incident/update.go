package incident

import (
	"strings"
	"time"

	"samui/internal/journey"
)

// UpdateHolds is how long a browser counts as new: what it paints and when isn't
// quite what the one before it painted, and that is no trouble of the site's.
const UpdateHolds = 48 * time.Hour

// Update says that a device is looked from with another browser since a result.
type Update struct {
	At   time.Time `json:"at"`   // the slot of the first result with it
	From string    `json:"from"` // name and version
	To   string    `json:"to"`
}

// Until is when it is new no more.
func (u Update) Until() time.Time { return u.At.Add(UpdateHolds) }

// Holds reports whether a result of a time was made with a browser that is new.
// Nil never holds.
func (u *Update) Holds(at time.Time) bool {
	return u != nil && !at.Before(u.At) && at.Before(u.Until())
}

// Versions are what it was and what it is, without the name where that is the
// same.
func (u Update) Versions() (from, to string) {
	name, from, _ := strings.Cut(u.From, " ")
	if to, same := strings.CutPrefix(u.To, name+" "); same && from != "" {
		return from, to
	}
	return u.From, u.To
}

// twice are the alerts of twice as many results: 4 of 6 for 2 of 3.
func twice(a journey.Alerts) journey.Alerts {
	a.Open, a.Of = 2*a.Open, 2*a.Of
	return a
}
