package schedule_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"samui/internal/influx"
	"samui/internal/influx/influxtest"
	"samui/internal/journey"
	"samui/internal/outbox"
	"samui/internal/schedule"
	"samui/internal/store"
)

// onDisk is a ledger on a real store.
type onDisk struct{ *store.Store }

func id(slot journey.Slot) string { return fmt.Sprint(slot.Key(), slot.At.Unix()) }

func (d onDisk) Begin(ctx context.Context, slot journey.Slot) (bool, error) {
	return d.Store.Begin(ctx, slot, id(slot))
}

func (d onDisk) Record(ctx context.Context, results ...schedule.Result) error {
	for _, r := range results {
		r.Run.RunID = id(r.Slot)
		r.Run.Slot = &r.Slot.At
		lines := store.Delivery{Sink: influx.Sink, Key: r.Run.RunID, Payload: influx.Payload(influx.Lines(r.Run)...)}
		if err := d.Store.Record(ctx, r.Slot, store.Result{Run: r.Run, Deliveries: []store.Delivery{lines}}); err != nil && !errors.Is(err, store.ErrRecorded) {
			return err
		}
	}
	return nil
}

func (d onDisk) Last(ctx context.Context, key string) (time.Time, bool, error) {
	return d.LastSlot(ctx, key)
}

// toInfluxDB is InfluxDB as the outbox wants it.
type toInfluxDB struct{ *influx.Sender }

func (s toInfluxDB) Send(ctx context.Context, batch []store.Delivery) outbox.Outcome {
	lines := make([]influx.Delivery, 0, len(batch))
	for _, d := range batch {
		lines = append(lines, influx.Delivery{ID: d.ID, Payload: d.Payload})
	}
	r := s.Sender.Send(ctx, lines)
	return outbox.Outcome{Delivered: r.Delivered, Refused: r.Refused, RetryAfter: r.RetryAfter, Err: r.Err, Blocked: r.Blocked}
}

// BenchmarkStartLag is 500 jobs of every minute, visits of 10 ms, for a minute
// of real time, with claims and results on disk and on their way to a real
// InfluxDB: how late visits begin, and what the process holds.
func BenchmarkStartLag(b *testing.B) {
	const jobs = 500
	st, err := store.Open(b.Context(), b.TempDir(), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			b.Error(err)
		}
	}()
	server := influxtest.Start(b)
	sender, err := influx.New(influx.Options{URL: server.URL(), Bucket: influxtest.Database})
	if err != nil {
		b.Fatal(err)
	}
	defer sender.Close()
	box := outbox.New(st, outbox.Options{Sink: influx.Sink, Sender: toInfluxDB{sender}})
	sending, stop := context.WithCancel(b.Context())
	sent := make(chan error, 1)
	go func() { sent <- box.Run(sending) }()
	defer func() {
		stop()
		if err := <-sent; err != nil {
			b.Error(err)
		}
		if left := box.Status().Depth; left > 0 {
			b.Errorf("%d results did not reach InfluxDB", left)
		}
	}()
	var mu sync.Mutex
	var lags []time.Duration
	s := schedule.New(schedule.Options{
		Ledger: onDisk{st}, Concurrency: 8,
		Visit: func(context.Context, journey.Slot, int) journey.Run {
			<-time.After(10 * time.Millisecond)
			return journey.Run{Outcome: journey.Good}
		},
		Observe: schedule.Observer{Finished: func(journey.Slot, journey.Run) { box.Poke() }, Started: func(_ journey.Slot, lag time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			lags = append(lags, lag)
		}},
	})
	var set []schedule.Job
	for i := range jobs {
		set = append(set, schedule.Job{
			Site: fmt.Sprint("site-", i%20), Journey: fmt.Sprint("journey-", i), Device: "desktop", Location: "local",
			Schedule: journey.Schedule{Every: time.Minute},
		})
	}
	if err := s.Set(b.Context(), set); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
		if err := s.Run(ctx); err != nil {
			b.Error(err)
		}
		cancel()
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	slices.Sort(lags)
	at := func(share float64) float64 {
		return float64(lags[int(share*float64(len(lags)-1))]) / float64(time.Millisecond)
	}
	b.ReportMetric(float64(len(lags)), "visits")
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(at(1), "max-ms")
	b.ReportMetric(float64(memory.HeapInuse)/1e6, "heap-MB")
	b.ReportMetric(float64(memory.Sys)/1e6, "sys-MB")
	if p99 := at(0.99); p99 > 1000 {
		b.Errorf("p99 of the start lag is %.0f ms; want below 100 ms on a quiet machine", p99)
	}
}
