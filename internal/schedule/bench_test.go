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

	"samui/internal/journey"
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
		if err := d.Store.Record(ctx, r.Slot, store.Result{Run: r.Run}); err != nil && !errors.Is(err, store.ErrRecorded) {
			return err
		}
	}
	return nil
}

func (d onDisk) Last(ctx context.Context, key string) (time.Time, bool, error) {
	return d.LastSlot(ctx, key)
}

// BenchmarkStartLag is 500 jobs of every minute, visits of 10 ms, for a minute
// of real time, with claims and results on disk: how late visits begin, and
// what the process holds.
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
	var mu sync.Mutex
	var lags []time.Duration
	s := schedule.New(schedule.Options{
		Ledger: onDisk{st}, Concurrency: 8,
		Visit: func(context.Context, journey.Slot, int) journey.Run {
			<-time.After(10 * time.Millisecond)
			return journey.Run{Outcome: journey.Good}
		},
		Observe: schedule.Observer{Started: func(_ journey.Slot, lag time.Duration) {
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
