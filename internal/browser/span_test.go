package browser

import "testing"

func TestSpanWithin(t *testing.T) {
	s := span{10, 20}
	for _, c := range []struct{ from, to, want float64 }{
		{0, 30, 10}, {0, 15, 5}, {15, 30, 5}, {12, 14, 2}, {0, 10, 0}, {20, 30, 0}, {30, 0, 0},
	} {
		if got := s.within(c.from, c.to); got != c.want {
			t.Errorf("within(%v, %v) = %v, want %v", c.from, c.to, got, c.want)
		}
	}
}
