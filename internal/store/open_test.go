package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"modernc.org/sqlite"
)

func TestEveryConnectionIsSetAsMeant(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	open(t, dir)
	for _, p := range []purpose{writing, reading, looking, single} {
		db, err := connect(filepath.Join(dir, fileName), p)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		for i := range db.Stats().MaxOpenConnections {
			conn, err := db.Conn(ctx) // held: the next one is another
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = conn.Close() })
			if _, err := conn.ExecContext(ctx, "DELETE FROM run"); (err == nil) != (p == writing || p == single) {
				t.Errorf("writing by connection %d of purpose %d: %v", i, p, err)
			}
			for _, pragma := range p.pragmas() {
				var got string
				if err := conn.QueryRowContext(ctx, "PRAGMA "+pragma.name).Scan(&got); err != nil || got != pragma.reported {
					t.Errorf("connection %d of purpose %d has %s = %q, %v, want %q", i, p, pragma.name, got, err, pragma.reported)
				}
			}
		}
	}
}

// SQLite reads past a setting that it doesn't know without a word, and would
// lose results when the power fails.
func TestASettingThatWasIgnoredIsNoticed(t *testing.T) {
	path := filepath.Join(t.TempDir(), fileName)
	if err := makeFile(path); err != nil {
		t.Fatal(err)
	}
	connector, err := sqlite.NewConnector("file:" + path + "?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)&_auto_vacuum=2&_journal_modus=WAL")
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(asserting{connector, writing.pragmas()})
	defer func() { _ = db.Close() }()
	const want = `SQLite has journal_mode = "delete"; want "wal"`
	if err := db.PingContext(context.Background()); err == nil || err.Error() != want {
		t.Errorf("a connection with misspelt settings: %v, want %s", err, want)
	}
	misspelt := asserting{connector, []pragma{{"journal_modus", "wal", "wal"}}}
	if _, err := misspelt.Connect(context.Background()); err == nil {
		t.Error("a pragma that SQLite doesn't know passed")
	}
}

func TestAFolderInUse(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	first := open(t, dir)
	_, err := Open(ctx, dir, Options{})
	host, hostErr := os.Hostname()
	if hostErr != nil {
		t.Fatal(hostErr)
	}
	want := fmt.Sprintf("locking the data folder %q: the data folder is in use by pid %d on host %s since 2026-01-01T12:00:00Z", dir, os.Getpid(), host)
	if !errors.Is(err, ErrLocked) || err.Error() != want || hint(err) == "" {
		t.Errorf("opening it again: %v, hint %q\nwant %s", err, hint(err), want)
	}
	record(t, first, slotAt(0), "a") // undisturbed
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

func TestAFailedOpenLetsGoOfTheFolder(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, fileName)
	if err := os.WriteFile(path, []byte(strings.Repeat("no database. ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := Open(context.Background(), dir, Options{}); errors.Is(err, ErrLocked) || err == nil {
			t.Errorf("Open = %v", err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

// What can't be used isn't touched: it may be all that is left of the data.
func TestDataThatIsRefusedStaysAsItIs(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(t *testing.T, path string)
		want  string // in the text
		is    error  // in the chain; nil = any
		hint  string // in the hint
	}{
		{"of a newer samui", execute("PRAGMA user_version = 7"), "it has version 7, this one knows", ErrNewer, "run the newer samui"},
		{"of another program", execute("PRAGMA application_id = 1; PRAGMA journal_mode = delete"), "another program's database", nil, "data: in samui.yaml"},
		{"not a database", overwriteAt(0, "This is no SQLite format 3 but a poem"), "damaged", errDamaged, "backup"},
		{"with a page of garbage", overwriteAt(3*4096, strings.Repeat("garbage!", 512)), "damaged", errDamaged, "backup"},
		{"cut off", func(t *testing.T, path string) {
			if err := os.Truncate(path, 5*4096); err != nil {
				t.Fatal(err)
			}
		}, "damaged", errDamaged, "backup"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			record(t, s, slotAt(0), "a")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, fileName)
			tt.spoil(t, path)
			before := read(t, path)
			_, err := Open(context.Background(), dir, Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(hint(err), tt.hint) {
				t.Errorf("Open: %v, hint %q\nwant %q in the text and %q in the hint", err, hint(err), tt.want, tt.hint)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("Open: %v, want %v in the chain", err, tt.is)
			}
			if read(t, path) != before {
				t.Error("the file was changed")
			}
			if copies, err := filepath.Glob(filepath.Join(dir, backupFolder, "*")); err != nil || len(copies) != 0 {
				t.Errorf("copied to %q, %v", copies, err)
			}
		})
	}
}

// execute runs SQL on a database as any program could.
func execute(statements string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.ExecContext(context.Background(), statements)
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func overwriteAt(offset int64, text string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = file.WriteAt([]byte(text), offset)
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAFolderThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), filepath.Join(file, "data"), Options{}); err == nil || hint(err) == "" {
		t.Errorf("Open below a file: %v, hint %q", err, hint(err))
	}
}

func TestLookingBesideTheDaemon(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	look, err := OpenReadOnly(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := look.Close(); err != nil {
			t.Error(err)
		}
	}()
	record(t, s, slotAt(0), "a", "influxdb") // after it was opened
	if _, found, err := look.Run(ctx, "a"); err != nil || !found {
		t.Errorf("Run = %v, %v", found, err)
	}
	_, beginErr := look.Begin(ctx, slotAt(1), "b")
	_, retainErr := look.Retain(ctx, noon, 0)
	_, dropErr := look.DropOldest(ctx, "influxdb", noon, 0)
	for what, err := range map[string]error{
		"Begin": beginErr, "Retain": retainErr, "DropOldest": dropErr,
		"Record": look.Record(ctx, slotAt(1), result(slotAt(1), "b")), "Delivered": look.Delivered(ctx, 1), "Healthy": look.Healthy(ctx),
	} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("%s: %v, want ErrReadOnly", what, err)
		}
	}
	if err := s.Refuse(ctx, "no such bucket", 1); err != nil {
		t.Fatal(err)
	}
	if found, err := look.Resend(ctx, 0, noon); err != nil || !found {
		t.Errorf("Resend = %v, %v", found, err)
	}
	if due, err := s.Due(ctx, "influxdb", noon, 10, 0); err != nil || len(due) != 1 {
		t.Errorf("due at the daemon: %v, %v", due, err)
	}
	if err := look.Backup(ctx, filepath.Join(t.TempDir(), "copy.db")); err != nil {
		t.Error(err)
	}
}

// The log of a killed daemon holds its last results.
func TestLookingAfterTheDaemonWasKilled(t *testing.T) {
	ctx := context.Background()
	dir, copied := t.TempDir(), t.TempDir()
	s := open(t, dir)
	record(t, s, slotAt(0), "a")
	for _, name := range []string{fileName, fileName + "-wal"} {
		if err := os.WriteFile(filepath.Join(copied, name), []byte(read(t, filepath.Join(dir, name))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	look, err := OpenReadOnly(ctx, copied)
	if err != nil {
		t.Fatal(err)
	}
	if _, found, err := look.Run(ctx, "a"); err != nil || !found {
		t.Errorf("Run = %v, %v", found, err)
	}
	if err := look.Close(); err != nil {
		t.Error(err)
	}
}

func TestLookingAtNothing(t *testing.T) {
	_, err := OpenReadOnly(context.Background(), t.TempDir())
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(hint(err), "samui serve") {
		t.Errorf("OpenReadOnly: %v, hint %q", err, hint(err))
	}
}

func TestAClosedStore(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, runsErr := s.Runs(ctx, Query{})
	for what, err := range map[string]error{
		"Record": s.Record(ctx, slotAt(0), result(slotAt(0), "a")), "Runs": runsErr, "Close": s.Close(), "Healthy": s.Healthy(ctx),
	} {
		if err == nil {
			t.Errorf("%s worked", what)
		}
	}
}
