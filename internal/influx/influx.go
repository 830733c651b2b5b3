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
	"context"
	"time"

	"samui/internal/journey"
	"samui/internal/outbox"
	"samui/internal/store"
)

// Sink is the name under which deliveries to InfluxDB are kept.
const Sink = "influxdb"

// Lines are the points of a result, without line ends: one journey_run, and a
// journey_step for each step that wasn't skipped. The same run always gives
// the same lines. A run that has neither slot nor start has none.
func Lines(r journey.Run) [][]byte { return nil }

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
}

// SelfLine is the probe_self point, without a line end.
func SelfLine(s Self) []byte { return nil }

// Payload joins lines as a delivery carries them.
func Payload(lines ...[]byte) []byte { return bytes.Join(lines, []byte{'\n'}) }

// Options say where results are sent.
type Options struct {
	URL    string         // http(s), with or without a path
	Token  journey.Secret // user:password for InfluxDB 1.8; none where the server asks for none
	Org    string         // ignored by InfluxDB 1.8 and 3
	Bucket string         // database/policy, or a database, for InfluxDB 1.8

	Timeout time.Duration // of one request; 0 = 20 s
}

// Sender sends deliveries to InfluxDB. It is safe for concurrent use.
type Sender struct{}

// New returns a sender; it connects when it sends. An error has a Hint.
func New(o Options) (*Sender, error) { return &Sender{}, nil }

// Send implements [outbox.Sender].
func (s *Sender) Send(ctx context.Context, batch []store.Delivery) outbox.Outcome {
	return outbox.Outcome{}
}

// Check reports whether the server can be reached, takes the token and has the
// bucket. It writes nothing. An error has a Hint.
func (s *Sender) Check(ctx context.Context) error { return nil }

// Close ends idle connections.
func (s *Sender) Close() {}
