package journey

import "time"

// Facts are what is known on a visit when a [Text] is used there. The zero
// value is a visit of which nothing is known.
type Facts struct {
	At       time.Time // the visit's beginning; its location decides what day it is
	RunID    string
	Location string // from where it is made
}
