package daemon

import (
	"context"
	"fmt"
	"os"
	"time"

	"samui/internal/influx"
	"samui/internal/store"
)

// selfEvery is how often Samui reports on itself.
const selfEvery = 30 * time.Second

// senders are two of InfluxDB, or none where there is no such server: one for
// results, and one for what Samui reports on itself, which is not kept for
// later and never holds up a result.
func (d *daemon) senders() (results, self *influx.Sender, err error) {
	db := d.Settings.InfluxDB
	if db == nil {
		return nil, nil, nil
	}
	o := influx.Options{URL: db.URL, Token: db.Token, Org: db.Org, Bucket: db.Bucket}
	if results, err = influx.New(o); err != nil {
		return nil, nil, fmt.Errorf("preparing InfluxDB: %w", err)
	}
	if self, err = influx.New(o); err != nil {
		results.Close()
		return nil, nil, fmt.Errorf("preparing InfluxDB: %w", err)
	}
	return results, self, nil
}

// report sends probe_self points until ctx ends. A point that doesn't arrive is
// gone: the next one tells more.
func (d *daemon) report(ctx context.Context, to *influx.Sender) error {
	host, err := os.Hostname()
	if err != nil {
		host = "none"
	}
	next := time.NewTicker(selfEvery)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-next.C:
			limited, cancel := context.WithTimeout(ctx, selfEvery/2)
			outcome := to.Send(limited, []store.Delivery{{ID: 1, Sink: influx.Sink, Payload: influx.SelfLine(d.self(now, host))}})
			cancel()
			if len(outcome.Delivered) == 0 && ctx.Err() == nil {
				d.log.Debug("a report on itself did not arrive", "error", outcome.Err)
			}
		}
	}
}

func (d *daemon) self(now time.Time, host string) influx.Self {
	s, sink := d.scheduler.Status(), d.influx.Status()
	self := influx.Self{
		At: now, Location: d.Settings.Location, Host: host,
		Running: s.Running, Queued: s.Queued, ScheduleLag: s.Lag, Missed: s.Missed,
		OutboxDepth: sink.Depth, OutboxOldest: sink.Oldest, OutboxRefused: sink.Refused, OutboxDropped: sink.Dropped,
	}
	if bytes, known := chromeMemory(); known {
		self.ChromeRSSBytes = &bytes
	}
	return self
}
