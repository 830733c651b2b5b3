package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"samui/internal/journey"
)

func TestRetain(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	const n, kept = retainAtOnce + 40, 10
	for i := range n {
		sinks := []string{}
		if i == 0 {
			sinks = append(sinks, "influxdb")
		}
		r := result(slotAt(i), fmt.Sprintf("%03d", i), sinks...)
		r.Run.Title = strings.Repeat("x", 4000)
		if err := s.Record(ctx, slotAt(i), r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Begin(ctx, slotAt(-100), "in flight"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.writer.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	before := size(t, s.path)

	if deleted, err := s.Retain(ctx, slotAt(n).At, 0); err != nil || deleted != 0 {
		t.Errorf("keeping all: %d deleted, %v", deleted, err)
	}
	deleted, err := s.Retain(ctx, slotAt(n).At, kept*time.Minute)
	if err != nil || deleted != n-kept {
		t.Errorf("%d deleted, %v, want %d", deleted, err, n-kept)
	}
	runs, err := s.Runs(ctx, Query{Limit: n})
	if err != nil || len(runs) != kept || runs[kept-1].RunID != fmt.Sprintf("%03d", n-kept) {
		t.Errorf("left: %v, %v, want the last %d", idsOf(runs), err, kept)
	}
	var steps int
	if err := s.readers.QueryRowContext(ctx, "SELECT count(*) FROM step").Scan(&steps); err != nil || steps != kept {
		t.Errorf("%d steps are left, %v, want %d", steps, err, kept)
	}
	if after := size(t, s.path); after*4 > before {
		t.Errorf("the file has %d bytes, before it had %d", after, before)
	}
	if log := size(t, s.path+"-wal"); log != 0 {
		t.Errorf("the log has %d bytes", log)
	}
	if b, err := s.Backlog(ctx, "influxdb"); err != nil || b.Waiting != 1 {
		t.Errorf("what is still to be sent: %+v, %v", b, err)
	}
	if f, err := s.InFlight(ctx); err != nil || len(f) != 1 {
		t.Errorf("in flight: %v, %v", f, err)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestABackupOpensAsAStore(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	record(t, s, slotAt(0), "a", "influxdb")
	dir := t.TempDir()
	if err := s.Backup(ctx, filepath.Join(dir, fileName)); err != nil {
		t.Fatal(err)
	}
	record(t, s, slotAt(1), "b") // after it
	restored := open(t, dir)
	runs, err := restored.Runs(ctx, Query{})
	if err != nil {
		t.Fatal(err)
	}
	asExpected(t, "runs of the backup", runs, []journey.Run{good(slotAt(0), "a")})
	if b, err := restored.Backlog(ctx, "influxdb"); err != nil || b.Waiting != 1 {
		t.Errorf("backlog of the backup: %+v, %v", b, err)
	}
	record(t, restored, slotAt(2), "c")
}

func TestABackupReplacesNothing(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	dir := t.TempDir()
	path := filepath.Join(dir, "precious")
	if err := os.WriteFile(path, nil, 0o600); err != nil { // empty: SQLite itself would fill it
		t.Fatal(err)
	}
	if err := s.Backup(ctx, path); !errors.Is(err, fs.ErrExist) || hint(err) == "" {
		t.Errorf("Backup over a file: %v, hint %q", err, hint(err))
	}
	if err := s.Backup(ctx, filepath.Join(dir, "no", "such", "folder")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Backup into a folder that isn't there: %v", err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.Backup(ended, filepath.Join(dir, "given up")); !errors.Is(err, context.Canceled) {
		t.Errorf("Backup that was given up: %v", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || size(t, path) != 0 {
		t.Errorf("left: %v, %v, want the one file, empty", left, err)
	}
}

// What a backup can't be made of, or where, are different things to look at.
func TestABackupThatFailsSaysWhere(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	record(t, s, slotAt(0), "a")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	overwriteAt(3*4096, strings.Repeat("garbage!", 512))(t, s.path)
	look, err := OpenReadOnly(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = look.Close() }()
	target := filepath.Join(t.TempDir(), "copy.db")
	if err := look.Backup(ctx, target); !errors.Is(err, errDamaged) || !strings.Contains(hint(err), s.path) || strings.Contains(hint(err), target) {
		t.Errorf("Backup of a damaged database: %v, hint %q", err, hint(err))
	}
	for err, want := range map[error]string{fs.ErrPermission: "that you may write to", syscall.ENOSPC: filepath.Dir(target)} {
		got := s.explainBackup(&fs.PathError{Op: "open", Path: target, Err: err}, target)
		if !errors.Is(got, err) || !strings.Contains(hint(got), want) || strings.Contains(hint(got), "data:") {
			t.Errorf("%v at the target: %v, hint %q", err, got, hint(got))
		}
	}
}

// A backup is of one moment, whatever is written meanwhile.
func TestABackupWhileOthersWrite(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	written := make(chan struct{})
	stop := make(chan struct{})
	go func() {
		defer close(written)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if err := s.Record(ctx, slotAt(i), result(slotAt(i), fmt.Sprint(i), "influxdb")); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	for range 3 {
		dir := t.TempDir()
		if err := s.Backup(ctx, filepath.Join(dir, fileName)); err != nil {
			t.Fatal(err)
		}
		copied := open(t, dir)
		runs, err := copied.Runs(ctx, Query{Limit: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		if b, err := copied.Backlog(ctx, "influxdb"); err != nil || b.Waiting != len(runs) {
			t.Errorf("%d runs and %d deliveries, %v", len(runs), b.Waiting, err)
		}
	}
	close(stop)
	<-written
}

// Emptying the log is a favour. Nobody who writes waits for a reader because
// of it, such as one who copies everything.
func TestRetainWaitsForNoReader(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	s := open(t, t.TempDir())
	record(t, s, slotAt(0), "a")
	rows, err := s.readers.QueryContext(ctx, "SELECT value FROM run, json_each('[1, 2, 3]')")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		t.Fatal("nothing to read")
	}
	record(t, s, slotAt(1), "b")
	// Longer than the test may take: who waits at all waits until its end.
	if _, err := s.writer.db.ExecContext(ctx, "PRAGMA busy_timeout = 600000"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Retain(ctx, noon, 0); err != nil {
		t.Fatal(err)
	}
	var timeout int
	if err := s.writer.db.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&timeout); err != nil || timeout != 5000 {
		t.Errorf("busy_timeout afterwards: %d, %v; want 5000", timeout, err)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Error(err)
	}
	if _, err := s.Retain(ctx, noon, 0); err != nil {
		t.Error(err)
	}
	if log := size(t, s.path+"-wal"); log != 0 {
		t.Errorf("without readers the log has %d bytes", log)
	}
}
