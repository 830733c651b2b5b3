package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// disk is a place for data that can be full.
type disk struct {
	dir        string
	fill, free func(*Store)
}

// small is a disk of its own where the test may mount one, else a limit that
// SQLite itself keeps.
func small(t *testing.T) disk {
	t.Helper()
	dir := t.TempDir()
	if !mountSmall(t, dir) {
		return disk{dir, func(s *Store) { limitPages(t, s, 1) }, func(s *Store) { limitPages(t, s, 0) }}
	}
	ballast := filepath.Join(dir, "ballast")
	return disk{
		filepath.Join(dir, "data"),
		func(*Store) {
			file, err := os.Create(ballast)
			if err != nil {
				t.Fatal(err)
			}
			for err == nil {
				_, err = file.Write(make([]byte, 4096))
			}
			if err := file.Close(); err != nil {
				t.Fatal(err)
			}
		},
		func(*Store) {
			if err := os.Remove(ballast); err != nil {
				t.Fatal(err)
			}
		},
	}
}

// onFull does what a daemon does on a disk that fills up and is freed again.
func onFull(t *testing.T, d disk) {
	ctx := context.Background()
	s := open(t, d.dir)
	if err := s.Healthy(ctx); err != nil {
		t.Errorf("a new store: %v", err)
	}
	acknowledged := map[string]bool{}
	record := func(i int) error {
		r := result(slotAt(i), fmt.Sprint(i), "influxdb")
		r.Deliveries[0].Payload = bytes.Repeat([]byte("x"), 20_000)
		err := s.Record(ctx, slotAt(i), r)
		if err == nil {
			acknowledged[r.Run.RunID] = true
		}
		return err
	}
	for i := range 5 {
		if err := record(i); err != nil {
			t.Fatal(err)
		}
	}

	d.fill(s)
	var err error
	i := 5
	for ; err == nil && i < 1000; i++ { // what the log has reserved is still there
		err = record(i)
	}
	if err == nil || !strings.Contains(err.Error(), "the disk is full") || !strings.Contains(hint(err), "free some space") {
		t.Fatalf("recording on a full disk: %v, hint %q", err, hint(err))
	}
	failed := i - 1
	if err := s.Healthy(ctx); err == nil || hint(err) == "" {
		// A small write may still fit, a whole result doesn't: only the next
		// failure counts then.
		if err := record(failed); err == nil {
			t.Fatal("the disk isn't full any more")
		}
	}
	if err := s.writer.lastFault(); err == nil || hint(err) == "" {
		t.Errorf("after a failed write the store is well: %v", err)
	}
	if runs, err := s.Runs(ctx, Query{Limit: 1000}); err != nil || len(runs) != len(acknowledged) {
		t.Errorf("on a full disk %d runs can be read, %v, want %d", len(runs), err, len(acknowledged))
	}

	d.free(s)
	if err := s.Healthy(ctx); err != nil { // without anybody writing
		t.Errorf("with space again: %v", err)
	}
	if err := record(failed); err != nil {
		t.Errorf("what failed can't be recorded later: %v", err)
	}
	if err := s.Healthy(ctx); err != nil {
		t.Errorf("after a write that worked: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}

	s = open(t, d.dir)
	runs, err := s.Runs(ctx, Query{Limit: 1000})
	if err != nil || len(runs) != len(acknowledged) {
		t.Errorf("%d runs, %v, want the %d that were acknowledged", len(runs), err, len(acknowledged))
	}
	if b, err := s.Backlog(ctx, "influxdb"); err != nil || b.Waiting != len(acknowledged) {
		t.Errorf("backlog %+v, %v, want %d", b, err, len(acknowledged))
	}
}

func TestAFullDisk(t *testing.T) { onFull(t, small(t)) }

func TestADatabaseThatMayNotGrow(t *testing.T) {
	onFull(t, disk{t.TempDir(), func(s *Store) { limitPages(t, s, 1) }, func(s *Store) { limitPages(t, s, 0) }})
}

func TestStartingOnAFullDisk(t *testing.T) {
	d := small(t)
	s := open(t, d.dir)
	record(t, s, slotAt(0), "a")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	d.fill(s)
	// It may start, or say that the disk is full: nothing else.
	s, err := Open(context.Background(), d.dir, Options{})
	if err != nil {
		if !strings.Contains(err.Error(), "the disk is full") {
			t.Errorf("Open: %v, hint %q", err, hint(err))
		}
		d.free(s)
		s = open(t, d.dir)
	}
	defer func() { _ = s.Close() }()
	if _, found, err := s.Run(context.Background(), "a"); !found || err != nil {
		t.Errorf("Run = %v, %v", found, err)
	}
}

func TestReadOnlyAllOfASudden(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	set := func(value int) {
		t.Helper()
		if _, err := s.writer.db.ExecContext(ctx, fmt.Sprintf("PRAGMA query_only = %d", value)); err != nil {
			t.Fatal(err)
		}
	}
	set(1)
	if err := s.Record(ctx, slotAt(0), result(slotAt(0), "a")); err == nil || !strings.Contains(err.Error(), "read-only") || hint(err) == "" {
		t.Errorf("Record: %v, hint %q", err, hint(err))
	}
	if err := s.Healthy(ctx); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("Healthy: %v", err)
	}
	set(0)
	if err := s.Healthy(ctx); err != nil {
		t.Errorf("Healthy again: %v", err)
	}
	record(t, s, slotAt(0), "a")
}

// A result that can't be recorded is no illness of the store.
func TestRefusingIsHealthy(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	record(t, s, slotAt(0), "a")
	if err := s.Record(ctx, slotAt(0), result(slotAt(0), "b")); !errors.Is(err, ErrRecorded) {
		t.Fatal(err)
	}
	if err := s.Healthy(ctx); err != nil {
		t.Error(err)
	}
}

// Every error that people may meet tells them what to do.
func TestEveryFaultHasAHint(t *testing.T) {
	for _, err := range []error{os.ErrPermission, errDamaged} {
		if got := explain(fmt.Errorf("doing it: %w", err), "data/samui.db"); hint(got) == "" || !errors.Is(got, err) {
			t.Errorf("explain(%v) = %v, hint %q", err, got, hint(got))
		}
	}
	if err := errors.New("something else"); explain(err, "data/samui.db") != err || explain(nil, "x") != nil { //nolint:errorlint // the very same
		t.Error("an error that isn't SQLite's was changed")
	}
}
