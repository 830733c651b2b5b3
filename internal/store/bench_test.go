package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkRecord sets one caller at a time, who waits for a disk of their own,
// beside many at once, who share one. On a disk that takes long to sync the
// second is many times faster.
func BenchmarkRecord(b *testing.B) {
	for _, callers := range []int{1, 16, 128} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s := open(b, b.TempDir())
			var next atomic.Int64
			b.SetParallelism(callers) // times the number of cores
			write := func() {
				i := int(next.Add(1))
				if err := s.Record(context.Background(), slotAt(i), result(slotAt(i), fmt.Sprint(i), "influxdb")); err != nil {
					b.Error(err)
				}
			}
			b.ResetTimer()
			if callers == 1 {
				for range b.N {
					write()
				}
				return
			}
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					write()
				}
			})
		})
	}
}

// many fills a store with n results of 20 series, without a wait for the disk.
func many(b *testing.B, n int) *Store {
	b.Helper()
	s := open(b, b.TempDir())
	err := s.writer.write(context.Background(), func(ctx context.Context, tx *sql.Tx) error {
		for i := range n {
			slot := of(fmt.Sprint("site ", i%5), fmt.Sprint("journey ", i/5%2), fmt.Sprint("device ", i/10%2), i/20)
			row, err := encode(slot, good(slot, fmt.Sprintf("%08d", i)))
			if err != nil {
				return err
			}
			if err := row.insert(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkHistory reads the same from a short and a long history: what a page
// costs must not grow with what it doesn't show.
func BenchmarkHistory(b *testing.B) {
	ctx := context.Background()
	for _, n := range []int{1_000, 100_000} {
		s := many(b, n)
		end := noon.Add(time.Duration(n/20) * time.Minute)
		for _, read := range []struct {
			name string
			do   func() error
		}{
			{"runs", func() error { _, err := s.Runs(ctx, Query{Limit: 50}); return err }},
			{"journey", func() error {
				_, err := s.Runs(ctx, Query{Site: "site 1", Journey: "journey 1", Limit: 50})
				return err
			}},
			{"middle", func() error {
				_, err := s.Runs(ctx, Query{Site: "site 1", Journey: "journey 1", Device: "device 1", Before: end.Add(-20 * time.Minute), Limit: 20})
				return err
			}},
			{"latest", func() error { _, err := s.Latest(ctx); return err }},
			{"nearest", func() error {
				_, _, err := s.Nearest(ctx, Near{Site: "site 1", Journey: "journey 1", Step: "home", At: end.Add(-20 * time.Minute)})
				return err
			}},
		} {
			b.Run(fmt.Sprintf("%s/of=%d", read.name, n), func(b *testing.B) {
				for range b.N {
					if err := read.do(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
