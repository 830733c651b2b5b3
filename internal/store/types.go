package store

import (
	"errors"
	"time"

	"samui/internal/journey"
)

var (
	// ErrRecorded is in the chain when a slot, or a run ID, already has its one
	// result. Nothing was changed.
	ErrRecorded = errors.New("already recorded")
	// ErrNewer is in the chain when the data was written by a newer Samui.
	ErrNewer = errors.New("the data was written by a newer samui")
	// ErrLocked is in the chain when another process has the data folder; the
	// text around it names the process and the machine.
	ErrLocked = errors.New("the data folder is in use")
	// ErrReadOnly is in the chain when something was to be written to a store
	// of [OpenReadOnly].
	ErrReadOnly = errors.New("the store was opened for reading only")
)

// Result is what became of a slot, what has to be sent because of it, and what
// it means for incidents.
type Result struct {
	Run        journey.Run
	Deliveries []Delivery
	Follow     Follow
}

// The states of a delivery. One that was delivered is not kept.
const (
	Waiting = "waiting" // to be sent when it is due
	Refused = "refused" // the receiver will never take it; waits for somebody to look
)

// Delivery is one thing to be sent to one receiver. Record takes Sink, Key,
// Payload and Replaces of it, and Created and Due where they are given; everything else is
// what the store knows about it later.
type Delivery struct {
	ID      int64
	Sink    string // "influxdb", "slack" …
	Key     string // unique per sink: recording a key again changes nothing
	Payload []byte
	// Replaces drops the sink's deliveries that wait and whose key begins with
	// it, in the same transaction: this one tells what they would tell. Only
	// recording reads it; empty = none.
	Replaces string
	Created  time.Time // zero = when it is recorded
	Due      time.Time // not to be sent earlier; zero = Created
	// Attempts counts the sendings that failed; a new one that was asked for by
	// hand starts at 0 again.
	Attempts int
	State    string // Waiting or Refused
	Reason   string // why the last attempt failed; empty before one did
	Bytes    int    // the length of Payload
}

// InFlight is a slot that was claimed and has no result. Where nobody is
// visiting it, a killed daemon left it behind.
type InFlight struct {
	Slot  journey.Slot
	RunID string
	Since time.Time
}

// Query says which results are wanted. The zero value is the newest 100.
type Query struct {
	Site, Journey, Device string // empty = all
	// Before leaves out results of this time and later, BeforeID this run and
	// everything newer. The last run of one page gives both for the next, or the
	// ID alone: by the time alone, others of the same time would be left out.
	Before   time.Time
	BeforeID string
	Limit    int // 0 = 100
}

// Near asks for the result nearest to a time.
type Near struct {
	Site, Journey string // empty = any, as the following
	Step          string // only results in which this step was walked
	Location      string
	At            time.Time
}

// Backlog is what a sink has not been sent.
type Backlog struct {
	Waiting, Refused int
	Bytes            int64     // the payloads of both
	Oldest           time.Time // when the oldest that waits was recorded; zero = nothing waits
}
