package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
)

// hold keeps everybody from writing until the returned func is called.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	<-s.writer.turn
	return sync.OnceFunc(func() { s.writer.turn <- struct{}{} })
}

// commits is how many transactions the file has seen, as SQLite counts them in
// its log: each ends with a frame that says so.
func commits(t *testing.T, s *Store) int {
	t.Helper()
	wal := []byte(read(t, s.path+"-wal"))
	const header, frame = 32, 24 + 4096
	n := 0
	for at := header; at+frame <= len(wal); at += frame {
		if wal[at+4]|wal[at+5]|wal[at+6]|wal[at+7] != 0 { // the size of the database after a commit, else 0
			n++
		}
	}
	return n
}

func TestThoseWhoWaitShareATransaction(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, dir)
		defer func() { _ = s.Close() }()
		ctx := context.Background()
		before := commits(t, s)
		release := hold(t, s)
		const n = 20
		var writing sync.WaitGroup
		for i := range n {
			writing.Go(func() {
				slot := slotAt(i / 2 * 2) // every slot twice: one of them must fail
				err := s.Record(ctx, slot, result(slot, fmt.Sprint(i), "influxdb"))
				if err != nil && !errors.Is(err, ErrRecorded) {
					t.Errorf("Record of %d: %v", i, err)
				}
			})
		}
		synctest.Wait() // all of them are queued
		release()
		writing.Wait()
		if got := commits(t, s) - before; got != 1 {
			t.Errorf("%d results took %d transactions, want 1", n, got)
		}
		runs, err := s.Runs(ctx, Query{})
		if err != nil || len(runs) != n/2 {
			t.Errorf("%d runs, %v, want %d", len(runs), err, n/2)
		}
		if b, err := s.Backlog(ctx, "influxdb"); err != nil || b.Waiting != n/2 {
			t.Errorf("backlog %+v, %v, want %d waiting", b, err, n/2)
		}
	})
}

// More than one transaction takes must not leave anybody behind.
func TestALongQueue(t *testing.T) {
	s := open(t, t.TempDir())
	release := hold(t, s)
	var writing sync.WaitGroup
	const n = 2*groupLimit + 3
	for i := range n {
		writing.Go(func() {
			if _, err := s.Begin(context.Background(), slotAt(i), fmt.Sprint(i)); err != nil {
				t.Error(err)
			}
		})
	}
	release()
	writing.Wait()
	if f, err := s.InFlight(context.Background()); err != nil || len(f) != n {
		t.Errorf("%d in flight, %v, want %d", len(f), err, n)
	}
}

func TestWhoWaitsMayGiveUp(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, dir)
		defer func() { _ = s.Close() }()
		release := hold(t, s)
		ctx, cancel := context.WithCancel(context.Background())
		answer := make(chan error)
		go func() { answer <- s.Record(ctx, slotAt(0), result(slotAt(0), "a")) }()
		synctest.Wait()
		cancel()
		if err := <-answer; !errors.Is(err, context.Canceled) {
			t.Errorf("Record = %v", err)
		}
		release()
		if err := s.Record(ctx, slotAt(0), result(slotAt(0), "a")); !errors.Is(err, context.Canceled) {
			t.Errorf("Record with a context that has ended = %v", err)
		}
		record(t, s, slotAt(1), "b")
		if _, found, err := s.Run(context.Background(), "a"); found || err != nil {
			t.Errorf("what was given up was written: %v, %v", found, err)
		}
	})
}

// Once it is being written, the end of a context changes nothing: the answer
// is the truth.
func TestGivingUpTooLate(t *testing.T) {
	s := open(t, t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	err := s.writer.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		cancel()
		return good0(ctx, tx)
	})
	if err != nil {
		t.Error(err)
	}
	if f, err := s.InFlight(context.Background()); err != nil || len(f) != 1 {
		t.Errorf("in flight %v, %v", f, err)
	}
}

// good0 claims the slot at 0 within a transaction.
func good0(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO claim VALUES ('shop', 'buy', 'desktop', 'local', 0, 'a', 0)")
	return err
}

func TestCloseWritesWhatWaits(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, dir)
		release := hold(t, s)
		answers := make(chan error, 3)
		for i := range 3 {
			go func() { answers <- s.Record(context.Background(), slotAt(i), result(slotAt(i), fmt.Sprint(i))) }()
		}
		synctest.Wait()
		go func() { answers <- s.Close() }()
		synctest.Wait()
		if err := s.Record(context.Background(), slotAt(9), result(slotAt(9), "9")); !errors.Is(err, errClosed) {
			t.Errorf("Record while it closes = %v", err)
		}
		release()
		for range 4 {
			if err := <-answers; err != nil {
				t.Error(err)
			}
		}
	})
	if runs, err := open(t, dir).Runs(context.Background(), Query{}); err != nil || len(runs) != 3 {
		t.Errorf("%d runs, %v, want 3", len(runs), err)
	}
}

// One that breaks the transaction as a whole doesn't take the others along.
func TestABadOneInAGroup(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, dir)
		defer func() { _ = s.Close() }()
		limitPages(t, s, 100)
		release := hold(t, s)
		var writing sync.WaitGroup
		writing.Go(func() {
			huge := result(slotAt(0), "huge", "influxdb")
			huge.Deliveries[0].Payload = make([]byte, 1<<20)
			if err := s.Record(context.Background(), slotAt(0), huge); err == nil || hint(err) == "" {
				t.Errorf("a delivery bigger than the disk: %v, hint %q", err, hint(err))
			}
		})
		for i := range 5 {
			writing.Go(func() { record(t, s, slotAt(1+i), fmt.Sprint(i), "influxdb") })
		}
		synctest.Wait()
		release()
		writing.Wait()
		if b, err := s.Backlog(context.Background(), "influxdb"); err != nil || b.Waiting != 5 {
			t.Errorf("backlog %+v, %v", b, err)
		}
	})
}

// limitPages makes the disk look full at so many pages; 0 takes the limit off.
func limitPages(t testing.TB, s *Store, pages int) {
	t.Helper()
	if pages == 0 {
		pages = 1 << 30
	}
	if _, err := s.writer.db.ExecContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
		t.Fatal(err)
	}
}

func TestManyWritersAndReaders(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	const writers, each = 8, 12
	var writing, reading sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		reading.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				runs, err := s.Runs(ctx, Query{Limit: 1000})
				if err != nil {
					t.Error(err)
					return
				}
				// Read later, so at least as many as runs: they come together.
				if b, err := s.Backlog(ctx, "influxdb"); err != nil || b.Waiting < len(runs) {
					t.Errorf("%d deliveries of %d runs, %v", b.Waiting, len(runs), err)
					return
				}
				if _, err := s.Latest(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	var mu sync.Mutex
	won := 0
	for w := range writers {
		writing.Go(func() {
			for i := range each { // all want the same slots
				id := fmt.Sprintf("%d-%d", w, i)
				claimed, err := s.Begin(ctx, slotAt(i), id)
				if err != nil {
					t.Error(err)
				}
				if !claimed {
					continue
				}
				if err := s.Record(ctx, slotAt(i), result(slotAt(i), id, "influxdb")); err != nil {
					t.Error(err)
				}
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
	if runs, err := s.Runs(ctx, Query{}); err != nil || len(runs) != each || won != each {
		t.Errorf("%d results of %d claims, %v, want %d of each", len(runs), won, err, each)
	}
}
