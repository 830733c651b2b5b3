// Package influx tells InfluxDB what a visit found: which points a result
// becomes, how they are spelled, and what an answer of the server means.
//
// A [journey.Run] becomes lines of line protocol when it is recorded ([Lines]);
// the lines lie in the outbox as they will be sent ([Payload]), and [Sender]
// sends them. A line never changes between two attempts and carries the time
// of its slot, so a second writing overwrites the first: sending again is safe.
//
// The one rule not to break: names of measurements, tags and fields, and their
// types, are fixed for ever. InfluxDB refuses a field whose type changed, and a
// dashboard shows nothing for a name that did. They stand in schema.go alone.
package influx

import (
	"bytes"
	"time"

	"samui/internal/journey"
)

// Sink is the name under which deliveries to InfluxDB are kept.
const Sink = "influxdb"

// Lines are the points of a result, without line ends: one journey_run, and a
// journey_step for each step that wasn't skipped. The same run always gives
// the same lines. A run that has neither slot nor start has none.
func Lines(r journey.Run) [][]byte {
	run := runTable().line(r)
	if run == nil {
		return nil
	}
	lines, steps := [][]byte{run}, stepTable()
	for _, s := range r.Steps {
		if s.Outcome != journey.Skipped {
			lines = append(lines, steps.line(walked{s, r}))
		}
	}
	return lines
}

// Incident is one event in the life of an incident: a journey that isn't what it
// should be, or a probe that can't look.
type Incident struct {
	At                                                time.Time // of the event
	Client, Site, Env, Journey, Stage, Step, Location string
	Severity                                          string // slow, bad, critical, failed; blocked, probe_error
	Event                                             string // opened, worsened, acknowledged, resolved
	Title, Cause, ID                                  string
}

// IncidentLine is the journey_incident point, without a line end; nil where At
// is zero. It has a field only where there are words: an event without title,
// cause and ID is no point, and nil too.
func IncidentLine(i Incident) []byte { return incidentTable().line(i) }

// Self is how the probe itself is doing. Nil is not measured.
type Self struct {
	At             time.Time
	Location, Host string

	Running, Queued int
	ScheduleLag     time.Duration
	Missed          int64 // slots nobody looked at, since the start
	OutboxDepth     int   // deliveries that wait
	OutboxOldest    time.Duration
	OutboxRefused   int
	OutboxDropped   int64
	ChromeRSSBytes  *int64
	CPUDelay        *float64 // share of the time in which Chrome waited for a CPU

	Due, Done                 int64    // slots since the start: that came due, and that a visit ended
	Journeys, JourneysRefused int      // walked, counted for each device; files with a mistake
	StoreUp, ChromeUp         *bool    // results can be written; there is a Chrome to look with
	ChromeRestarts            int      // Chromes started after the first
	Slack, Webhook            *Backlog // nil = off

	Admitted       *int     // visits at once
	CapacityPerMin *float64 // visits a minute that they are
	OfferedPerMin  *float64 // visits a minute that the schedules ask for in their busiest hour
}

// Backlog is what waits for a receiver other than InfluxDB.
type Backlog struct {
	Depth   int // deliveries that wait
	Oldest  time.Duration
	Refused int
	Dropped int64
}

// SelfLine is the probe_self point, without a line end; nil where At is zero.
func SelfLine(s Self) []byte { return selfTable().line(s) }

// Payload joins lines as a delivery carries them.
func Payload(lines ...[]byte) []byte { return bytes.Join(lines, []byte{'\n'}) }
