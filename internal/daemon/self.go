package daemon

import (
	"context"
	"fmt"
	"os"
	"time"

	"samui/internal/influx"
	"samui/internal/outbox"
	"samui/internal/store"
)

// selfEvery is how often Samui reports on itself.
const selfEvery = 30 * time.Second

// newSender is InfluxDB's, or nil where there is none.
func (d *daemon) newSender() (*influx.Sender, error) {
	db := d.Settings.InfluxDB
	if db == nil {
		return nil, nil
	}
	sender, err := influx.New(influx.Options{URL: db.URL, Token: db.Token, Org: db.Org, Bucket: db.Bucket})
	if err != nil {
		return nil, fmt.Errorf("preparing InfluxDB: %w", err)
	}
	return sender, nil
}

// influxSink is InfluxDB as the outbox wants it.
type influxSink struct{ to *influx.Sender }

// Send implements [outbox.Sender].
func (s influxSink) Send(ctx context.Context, batch []store.Delivery) outbox.Outcome {
	lines := make([]influx.Delivery, 0, len(batch))
	for _, d := range batch {
		lines = append(lines, influx.Delivery{ID: d.ID, Payload: d.Payload})
	}
	r := s.to.Send(ctx, lines)
	return outbox.Outcome{Delivered: r.Delivered, Refused: r.Refused, RetryAfter: r.RetryAfter, Err: r.Err, Blocked: r.Blocked}
}

// report sends probe_self points until ctx ends. They go past the outbox: a
// point that doesn't arrive is gone, because the next one tells more.
func (d *daemon) report(ctx context.Context, to *influx.Sender) error {
	host, err := os.Hostname()
	if err != nil {
		host = "" // written as none
	}
	next := time.NewTicker(selfEvery)
	defer next.Stop()
	delays, since := d.chrome.cpuDelays(), time.Now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-next.C:
		}
		now, delaysNow := time.Now(), d.chrome.cpuDelays()
		self := d.self(now, host)
		self.CPUDelay = waitedForCPU(delays, delaysNow, now.Sub(since))
		delays, since = delaysNow, now
		limited, cancel := context.WithTimeout(ctx, selfEvery/2)
		outcome := to.Send(limited, []influx.Delivery{{ID: 1, Payload: influx.Payload(influx.SelfLine(self))}})
		cancel()
		if len(outcome.Delivered) == 0 && ctx.Err() == nil {
			d.log.Debug("a report on itself did not arrive", "error", outcome.Err)
		}
	}
}

func (d *daemon) self(now time.Time, host string) influx.Self {
	s, sink := d.scheduler.Status(), d.influx.Status()
	self := influx.Self{
		At: now, Location: d.Settings.Location, Host: host,
		Running: s.Running, Queued: s.Queued, ScheduleLag: s.Lag, Missed: s.Missed,
		OutboxDepth: sink.Depth, OutboxOldest: sink.Oldest, OutboxRefused: sink.Refused, OutboxDropped: sink.Dropped,
		Due: s.Due, Done: s.Done, Journeys: len(d.plan.Load().jobs(0)), JourneysRefused: len(d.plan.Load().refused),
		StoreUp: new(s.Blocked == ""), ChromeUp: new(d.chrome.err() == nil), ChromeRestarts: d.chrome.restarts(),
		Slack: backlogOf(d.slack), Webhook: backlogOf(d.webhook),
	}
	c := d.capacity()
	self.Admitted, self.CapacityPerMin, self.OfferedPerMin = &c.admitted, c.carries, &c.due
	if bytes := d.chrome.memory(); bytes > 0 {
		self.ChromeRSSBytes = &bytes
	}
	return self
}

// backlogOf is what waits in an outbox; nil where there is none.
func backlogOf(o *outbox.Outbox) *influx.Backlog {
	if o == nil {
		return nil
	}
	s := o.Status()
	return &influx.Backlog{Depth: s.Depth, Oldest: s.Oldest, Refused: s.Refused, Dropped: s.Dropped}
}

// waitedForCPU is the share of the time that the worst of Chrome's main threads
// waited for a CPU between two readings; nil where nobody knows.
func waitedForCPU(before, after map[int]time.Duration, elapsed time.Duration) *float64 {
	if before == nil || after == nil || elapsed <= 0 {
		return nil
	}
	var worst time.Duration
	for pid, delay := range after {
		worst = max(worst, delay-before[pid])
	}
	share := float64(worst) / float64(elapsed)
	return &share
}
