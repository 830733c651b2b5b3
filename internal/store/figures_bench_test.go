package store

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// BenchmarkFigures reads what a page needs of a series, from a short and a long
// history, over all of it: this is what a page of the last 30 days costs.
func BenchmarkFigures(b *testing.B) {
	ctx := context.Background()
	for _, n := range []int{1_000, 100_000} {
		s := many(b, n)
		points, err := s.Points(ctx, "site 1", "journey 1", "device 1", noon.Add(-time.Hour))
		if err != nil || len(points) != n/20 {
			b.Fatalf("%d points, %v; want %d", len(points), err, n/20)
		}
		var ids []string
		for _, p := range points[:min(len(points), 2000)] {
			ids = append(ids, p.RunID)
		}
		middle := points[len(points)/2].RunID
		for _, read := range []struct {
			name string
			do   func() error
		}{
			{"points", func() error {
				_, err := s.Points(ctx, "site 1", "journey 1", "device 1", noon.Add(-time.Hour))
				return err
			}},
			{"steps", func() error { _, err := s.StepPoints(ctx, ids...); return err }},
			{"neighbours", func() error { _, _, err := s.Neighbours(ctx, middle); return err }},
		} {
			b.Run(fmt.Sprintf("%s/of=%d", read.name, n), func(b *testing.B) {
				for b.Loop() {
					if err := read.do(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
