package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func order(n int, at time.Time) Effect {
	return Effect{Site: "shop", Journey: "buy", RunID: fmt.Sprint("run-", n), Attempt: 1, Name: "order", At: at}
}

func TestBooking(t *testing.T) {
	ctx, s := context.Background(), open(t, t.TempDir())
	book := func(e Effect, l Limit, wantUsed int, want bool) {
		t.Helper()
		used, booked, err := s.Book(ctx, e, l)
		if err != nil || used != wantUsed || booked != want {
			t.Errorf("Book(%s, most %d) = %d, %t, %v, want %d, %t", e.RunID, l.Most, used, booked, err, wantUsed, want)
		}
	}
	today := Limit{Most: 2, Since: noon}
	book(order(0, noon.Add(-time.Second)), today, 1, true) // of yesterday
	book(order(1, noon), today, 1, true)
	book(order(1, noon), today, 1, true) // the same attempt
	book(order(2, noon.Add(time.Hour)), today, 2, true)
	book(order(3, noon.Add(time.Hour)), today, 2, false)
	book(order(2, noon.Add(time.Hour)), today, 2, true) // is booked already
	other := order(4, noon)
	other.Journey = "sell"
	book(other, today, 1, true)
	other = order(5, noon)
	other.Site = "other"
	book(other, today, 1, true)
	book(order(6, noon.Add(2*time.Hour)), Limit{Since: noon}, 3, true)
	if err := errors.Join(s.Unbook(ctx, "run-2", 1), s.Unbook(ctx, "run-6", 1), s.Unbook(ctx, "run-6", 1)); err != nil {
		t.Fatal(err)
	}
	book(order(7, noon.Add(3*time.Hour)), today, 2, true)
	if n, err := s.Booked(ctx, "shop", "buy", noon); n != 2 || err != nil {
		t.Errorf("Booked = %d, %v, want 2", n, err)
	}
	if _, err := s.Retain(ctx, noon.Add(effectsFor), 0); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Booked(ctx, "shop", "buy", time.Time{}); n != 2 || err != nil {
		t.Errorf("after forgetting what is older than any limit: %d, %v, want 2", n, err)
	}
}

// Beside the daemon somebody books by hand; no two get the last one.
func TestBookingFromTwoProcesses(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	daemon := open(t, dir)
	byHand, err := OpenReadOnly(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = byHand.Close() }()
	var booked atomic.Int64
	var all sync.WaitGroup
	for i := range 20 {
		s := []*Store{daemon, byHand}[i%2]
		all.Go(func() {
			_, ok, err := s.Book(ctx, order(i, noon), Limit{Most: 4, Since: noon})
			if err != nil {
				t.Error(err)
			}
			if ok {
				booked.Add(1)
			}
		})
	}
	all.Wait()
	if n, err := byHand.Booked(ctx, "shop", "buy", noon); booked.Load() != 4 || n != 4 || err != nil {
		t.Errorf("booked %d, counted %d, %v, want 4", booked.Load(), n, err)
	}
	if err := byHand.Unbook(ctx, "run-0", 1); err != nil {
		t.Error(err)
	}
}

// What is booked outlives the process that was killed in the visit.
func TestWhatIsBookedIsKept(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, dir)
	if _, booked, err := s.Book(ctx, order(1, noon), Limit{Most: 1, Since: noon}); !booked || err != nil {
		t.Fatal(booked, err)
	}
	// As a kill leaves it: nothing was closed.
	copied, err := connect(filepath.Join(dir, fileName), looking)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = copied.Close() }()
	var n int
	if err := copied.QueryRowContext(ctx, "SELECT count(*) FROM effect").Scan(&n); n != 1 || err != nil {
		t.Errorf("another process sees %d, %v, want 1", n, err)
	}
}
