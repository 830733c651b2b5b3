package influx

import (
	"slices"
	"time"

	"samui/internal/journey"
)

// This file is the contract with every dashboard and every database there is:
// a name here never changes its meaning, its type or its measurement. New ones
// may be added at the end of a list.

// kind is the type of a field, in the database for ever.
type kind string

// The types of fields. Flags (0 or 1) are integers, so that they can be summed.
const (
	floating kind = "float"
	integer  kind = "integer"
	words    kind = "string"
)

// table says how a T becomes a point of one measurement.
type table[T any] struct {
	measurement string
	at          func(T) time.Time // zero = there is no point
	tags        []tag[T]
	fields      []field[T]
}

// tag is always written: none where it is empty.
type tag[T any] struct {
	name string
	of   func(T) string
}

// field is written where it has a value.
type field[T any] struct {
	name string
	kind kind
	// append writes the value as line protocol spells it, or nothing where
	// there is none.
	append func(line []byte, v T) []byte
}

// Measurement is what a measurement consists of.
type Measurement struct {
	Tags   []string          // always there, in this order
	Fields map[string]string // name to type, as SHOW FIELD KEYS says it: float, integer, string
}

// Schema is every measurement that Samui writes, by name.
func Schema() map[string]Measurement {
	all := map[string]Measurement{}
	describe(all, runTable())
	describe(all, stepTable())
	describe(all, incidentTable())
	describe(all, selfTable())
	return all
}

func describe[T any](all map[string]Measurement, t table[T]) {
	m := Measurement{Fields: map[string]string{}}
	for _, one := range t.tags {
		m.Tags = append(m.Tags, one.name)
	}
	for _, one := range t.fields {
		m.Fields[one.name] = string(one.kind)
	}
	all[t.measurement] = m
}

// walked is a step within its run.
type walked struct {
	journey.StepResult
	run journey.Run
}

func runTable() table[journey.Run] {
	return table[journey.Run]{
		measurement: "journey_run",
		at:          slotTime,
		tags:        runTags(),
		fields: append([]field[journey.Run]{
			float("wait_ms", func(r journey.Run) *float64 { return r.WaitMs }),
			float("abandonment_low", func(r journey.Run) *float64 {
				return of(r.Abandonment, func(a journey.Abandonment) *float64 { return &a.Low })
			}),
			float("abandonment_high", func(r journey.Run) *float64 {
				return of(r.Abandonment, func(a journey.Abandonment) *float64 { return &a.High })
			}),
			float("duration_ms", duration),
			float("overhead_ms", func(r journey.Run) *float64 { return r.Probe.OverheadMs }),
			whole("starved", starved),
			whole("attempt", func(r journey.Run) *int { return &r.Attempt }),
			whole("actions", func(r journey.Run) *int { return r.Actions }),
			whole("pages", func(r journey.Run) *int { return count(r.Steps, loadedPage) }),
			whole("steps_failed", func(r journey.Run) *int { return count(r.Steps, failed) }),
			text("run_id", func(r journey.Run) string { return r.RunID }),
			text("failed_step", failedStep),
			text("error", runError),
			text("revision", func(r journey.Run) string { return r.Revision }),
			text("browser", browser),
			float("cpu_delay", func(r journey.Run) *float64 { return r.Probe.CPUDelay }),
		}, outcomes(func(r journey.Run) journey.Outcome { return r.Outcome }, journey.ProbeError, journey.Missed)...),
	}
}

func stepTable() table[walked] {
	var tags []tag[walked]
	for _, t := range runTags() {
		tags = append(tags, tag[walked]{t.name, func(s walked) string { return t.of(s.run) }})
	}
	page := func(name string, get func(journey.Page) *float64) field[walked] {
		return float(name, func(s walked) *float64 { return of(s.Page, get) })
	}
	requests := func(name string, get func(journey.RequestCounts) int64) field[walked] {
		return whole(name, func(s walked) *int64 {
			return of(s.Requests, func(c journey.RequestCounts) *int64 { n := get(c); return &n })
		})
	}
	return table[walked]{
		measurement: "journey_step",
		at:          func(s walked) time.Time { return slotTime(s.run) },
		tags:        append(tags, tag[walked]{"step", func(s walked) string { return s.Step }}),
		fields: append([]field[walked]{
			float("wait_ms", func(s walked) *float64 { return s.WaitMs }),
			float("gave_up_ms", func(s walked) *float64 { return s.GaveUpMs }),
			float("abandonment", func(s walked) *float64 { return s.Abandonment }),
			page("ttfb_ms", func(p journey.Page) *float64 { return p.TTFBMs }),
			page("fcp_ms", func(p journey.Page) *float64 { return p.FCPMs }),
			page("lcp_ms", func(p journey.Page) *float64 { return p.LCPMs }),
			page("inp_ms", func(p journey.Page) *float64 { return p.INPMs }),
			page("cls", func(p journey.Page) *float64 { return p.CLS }),
			page("blocking_ms", func(p journey.Page) *float64 { return p.BlockingMs }),
			page("dns_ms", func(p journey.Page) *float64 { return p.DNSMs }),
			page("connect_ms", func(p journey.Page) *float64 { return p.ConnectMs }),
			page("tls_ms", func(p journey.Page) *float64 { return p.TLSMs }),
			page("dom_content_loaded_ms", func(p journey.Page) *float64 { return p.DOMContentLoadedMs }),
			page("load_ms", func(p journey.Page) *float64 { return p.LoadMs }),
			whole("index", func(s walked) *int { return &s.Index }),
			whole("starved", func(s walked) *int { return starved(s.run) }),
			requests("requests", func(c journey.RequestCounts) int64 { return int64(c.Count) }),
			requests("requests_failed", func(c journey.RequestCounts) int64 { return int64(c.Failed) }),
			requests("bytes", func(c journey.RequestCounts) int64 { return c.Bytes }),
			requests("third_party", func(c journey.RequestCounts) int64 { return int64(c.ThirdParty) }),
			whole("console_errors", func(s walked) *int { return s.ConsoleErrors }),
			whole("tls_days_left", func(s walked) *int {
				return of(s.Page, func(p journey.Page) *int { return p.TLSDaysLeft })
			}),
			text("run_id", func(s walked) string { return s.run.RunID }),
			text("error", func(s walked) string { return failureText(s.Failure) }),
		}, outcomes(func(s walked) journey.Outcome { return s.Outcome })...),
	}
}

func incidentTable() table[Incident] {
	return table[Incident]{
		measurement: "journey_incident",
		at:          func(i Incident) time.Time { return i.At },
		tags: []tag[Incident]{
			{"client", func(i Incident) string { return i.Client }},
			{"site", func(i Incident) string { return i.Site }},
			{"env", func(i Incident) string { return i.Env }},
			{"journey", func(i Incident) string { return i.Journey }},
			{"stage", func(i Incident) string { return i.Stage }},
			{"step", func(i Incident) string { return i.Step }},
			{"location", func(i Incident) string { return i.Location }},
			{"severity", func(i Incident) string { return i.Severity }},
			{"event", func(i Incident) string { return i.Event }},
		},
		fields: []field[Incident]{
			text("title", func(i Incident) string { return i.Title }),
			text("cause", func(i Incident) string { return i.Cause }),
			text("incident_id", func(i Incident) string { return i.ID }),
		},
	}
}

func selfTable() table[Self] {
	return table[Self]{
		measurement: "probe_self",
		at:          func(s Self) time.Time { return s.At },
		tags: []tag[Self]{
			{"location", func(s Self) string { return s.Location }},
			{"host", func(s Self) string { return s.Host }},
		},
		fields: append([]field[Self]{
			whole("running", func(s Self) *int { return &s.Running }),
			whole("queued", func(s Self) *int { return &s.Queued }),
			float("schedule_lag_ms", func(s Self) *float64 { return journey.Ms(s.ScheduleLag) }),
			whole("missed", func(s Self) *int64 { return &s.Missed }),
			whole("outbox_depth", func(s Self) *int { return &s.OutboxDepth }),
			float("outbox_oldest_s", func(s Self) *float64 { seconds := s.OutboxOldest.Seconds(); return &seconds }),
			whole("outbox_refused", func(s Self) *int { return &s.OutboxRefused }),
			whole("outbox_dropped", func(s Self) *int64 { return &s.OutboxDropped }),
			whole("chrome_rss_bytes", func(s Self) *int64 { return s.ChromeRSSBytes }),
			float("cpu_delay", func(s Self) *float64 { return s.CPUDelay }),
			whole("due", func(s Self) *int64 { return &s.Due }),
			whole("done", func(s Self) *int64 { return &s.Done }),
			whole("journeys", func(s Self) *int { return &s.Journeys }),
			whole("journeys_refused", func(s Self) *int { return &s.JourneysRefused }),
			whole("store_up", func(s Self) *int { return of(s.StoreUp, flag) }),
			whole("chrome_up", func(s Self) *int { return of(s.ChromeUp, flag) }),
			whole("chrome_restarts", func(s Self) *int { return &s.ChromeRestarts }),
		}, slices.Concat(
			backlog("slack", func(s Self) *Backlog { return s.Slack }),
			backlog("webhook", func(s Self) *Backlog { return s.Webhook }),
			[]field[Self]{
				whole("admitted", func(s Self) *int { return s.Admitted }),
				float("capacity_per_min", func(s Self) *float64 { return s.CapacityPerMin }),
				float("offered_per_min", func(s Self) *float64 { return s.OfferedPerMin }),
			})...),
	}
}

// backlog are the fields of what waits for a receiver.
func backlog(name string, get func(Self) *Backlog) []field[Self] {
	return []field[Self]{
		whole(name+"_depth", func(s Self) *int { return of(get(s), func(b Backlog) *int { return &b.Depth }) }),
		float(name+"_oldest_s", func(s Self) *float64 {
			return of(get(s), func(b Backlog) *float64 { seconds := b.Oldest.Seconds(); return &seconds })
		}),
		whole(name+"_refused", func(s Self) *int { return of(get(s), func(b Backlog) *int { return &b.Refused }) }),
		whole(name+"_dropped", func(s Self) *int64 { return of(get(s), func(b Backlog) *int64 { return &b.Dropped }) }),
	}
}

// runTags are the tags of a run and of each of its steps. With the slot's time
// they are the identity of a point: a second writing overwrites the first.
func runTags() []tag[journey.Run] {
	return []tag[journey.Run]{
		{"client", func(r journey.Run) string { return r.Client }},
		{"site", func(r journey.Run) string { return r.Site }},
		{"env", func(r journey.Run) string { return r.Env }},
		{"journey", func(r journey.Run) string { return r.Journey }},
		{"stage", func(r journey.Run) string { return string(r.Stage) }},
		{"device", func(r journey.Run) string { return r.Device }},
		{"network", func(r journey.Run) string { return r.Network }},
		{"location", func(r journey.Run) string { return r.Location }},
	}
}

// outcomes are the level and a flag for each outcome that a T can have: those
// of every step, and more.
func outcomes[T any](get func(T) journey.Outcome, more ...journey.Outcome) []field[T] {
	fields := []field[T]{whole("level", func(v T) *int {
		level := get(v).Level()
		if level < 0 {
			return nil
		}
		return &level
	})}
	all := append([]journey.Outcome{journey.Good, journey.Slow, journey.Bad, journey.Critical, journey.Failed, journey.Blocked}, more...)
	for _, o := range all {
		fields = append(fields, whole(string(o), func(v T) *int { return flag(get(v) == o) }))
	}
	return fields
}
