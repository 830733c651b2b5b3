package store

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

var update = flag.Bool("update", false, "write the fixture of today's version")

// fixture is a folder with data as version wrote it.
func fixture(t *testing.T, version int) string {
	t.Helper()
	dir := t.TempDir()
	text := read(t, filepath.Join("testdata", "v"+strconv.Itoa(version)+".db"))
	if err := os.WriteFile(filepath.Join(dir, fileName), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// fill records a little of everything.
func fill(t *testing.T, s *Store) {
	t.Helper()
	ctx := context.Background()
	record(t, s, slotAt(0), "a", "influxdb", "slack")
	recordRun(t, s, slotAt(5), "b", func(r *journey.Run) {
		r.Outcome, r.WaitMs = journey.Failed, nil
		r.Steps[0].Outcome, r.Steps[0].WaitMs = journey.Failed, nil
		r.Steps[0].Failure = &journey.Failure{Kind: journey.KindTarget, Message: "no such button", Nearest: []string{}}
	})
	_, err := s.Begin(ctx, slotAt(10), "c")
	_, booked, e := s.Book(ctx, Effect{Site: "shop", Journey: "buy", RunID: "c", Attempt: 1, Name: "order", At: noon}, Limit{Most: 4})
	if err = errors.Join(err, e); !booked {
		t.Error("nothing was booked")
	}
	err = errors.Join(err, s.Refuse(ctx, "invalid_auth", 2))
	if err != nil {
		t.Fatal(err)
	}
}

// Data of every version that was ever released opens, and nothing of it is
// lost on the way. Write a version's fixture with -update when it is new, and
// never again.
func TestDataOfEveryVersion(t *testing.T) {
	ctx := context.Background()
	newest := len(embedded())
	if *update {
		s := open(t, t.TempDir())
		fill(t, s)
		path := filepath.Join("testdata", "v"+strconv.Itoa(newest)+".db")
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if err := s.Backup(ctx, path); err != nil {
			t.Fatal(err)
		}
	}
	want := open(t, t.TempDir())
	fill(t, want)
	for version := 1; version <= newest; version++ {
		s := open(t, fixture(t, version))
		for what, of := range map[string]func(*Store) (any, error){
			"runs":       func(s *Store) (any, error) { return s.Runs(ctx, Query{}) },
			"in flight":  func(s *Store) (any, error) { return s.InFlight(ctx) },
			"deliveries": func(s *Store) (any, error) { return s.Deliveries(ctx, 0) },
		} {
			got, err := of(s)
			if err != nil {
				t.Fatal(err)
			}
			expected, err := of(want)
			if err != nil {
				t.Fatal(err)
			}
			asExpected(t, what+" of version "+strconv.Itoa(version), got, expected)
		}
		copies, err := filepath.Glob(filepath.Join(filepath.Dir(s.path), backupFolder, "*.db"))
		if err != nil || (len(copies) == 1) != (version < newest) {
			t.Errorf("copies of version %d: %q, %v", version, copies, err)
		}
		record(t, s, slotAt(10), "c")
	}
}

// raw is the writer's connection to a fixture of version 1.
func raw(t *testing.T) (db *sql.DB, backups string) {
	t.Helper()
	dir := fixture(t, 1)
	db, err := connect(filepath.Join(dir, fileName), writing)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db, filepath.Join(dir, backupFolder)
}

func entries(t *testing.T, dir string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		all[i] = filepath.Base(all[i])
	}
	return strings.Join(all, " ")
}

func TestMigrationsCopyFirst(t *testing.T) {
	ctx := context.Background()
	db, backups := raw(t)
	steps := embedded()[:1:1]
	for i := range 5 {
		steps = append(steps, "CREATE TABLE t"+strconv.Itoa(i)+" (x) ")
		from, to, err := migrate(ctx, db, backups, steps, noon.Add(time.Duration(i)*time.Hour))
		if err != nil || from != i+1 || to != i+2 {
			t.Fatalf("migrate = %d, %d, %v, want %d, %d", from, to, err, i+1, i+2)
		}
	}
	// The last three, each with the version that it is of.
	const want = "samui-20260101T140000Z-v3.db samui-20260101T150000Z-v4.db samui-20260101T160000Z-v5.db"
	if got := entries(t, backups); got != want {
		t.Errorf("copies:\n%s, want\n%s", got, want)
	}
	if from, to, err := migrate(ctx, db, backups, steps, noon); err != nil || from != to {
		t.Errorf("migrating what is new: %d, %d, %v", from, to, err)
	}
	if got := entries(t, backups); got != want {
		t.Errorf("copied what is new: %s", got)
	}
	copied, err := connect(filepath.Join(backups, "samui-20260101T160000Z-v5.db"), looking)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = copied.Close() }()
	if v, err := version(ctx, copied, steps); err != nil || v != 5 {
		t.Errorf("the copy has version %d, %v", v, err)
	}
}

func TestAMigrationThatFails(t *testing.T) {
	ctx := context.Background()
	db, backups := raw(t)
	steps := append(embedded()[:1:1], "CREATE TABLE fine (x); DELETE FROM run", "CREATE TABLE fine (x)")
	for range 2 { // started again at once
		_, _, err := migrate(ctx, db, backups, steps, noon)
		if err == nil || !strings.Contains(err.Error(), "from version 2 to 3") {
			t.Errorf("migrate: %v", err)
		}
	}
	if v, err := version(ctx, db, steps); err != nil || v != 1 {
		t.Errorf("version %d, %v, want still 1", v, err)
	}
	var runs int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM run").Scan(&runs); err != nil || runs != 2 {
		t.Errorf("%d runs, %v, want all of them", runs, err)
	}
	if got := entries(t, backups); got != "samui-20260101T120000Z-v1.db" {
		t.Errorf("copies: %s", got)
	}
}

func TestLookingAtOlderData(t *testing.T) {
	db, _ := raw(t)
	err := current(context.Background(), db, append(embedded()[:1:1], "CREATE TABLE t (x)"))
	if err == nil || !strings.Contains(hint(err), "samui serve") {
		t.Errorf("version 1 where 2 is wanted: %v, hint %q", err, hint(err))
	}
}

// A daemon that is started again and again, because its migration fails or is
// cut short, neither fills the disk nor loses the copies of older versions.
func TestAMigrationThatIsTriedForALongTime(t *testing.T) {
	ctx := context.Background()
	db, backups := raw(t)
	if err := os.Mkdir(backups, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"samui-20250601T120000Z-v0.db",             // of the version before
		"samui-20251231T120000Z-v1.db.123456.part", // a copy that was killed
		"samui-of-mine.db", "mine.db.1.part",       // somebody's
	} {
		if err := os.WriteFile(filepath.Join(backups, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	steps := append(embedded()[:1:1], "no SQL")
	for i := range 5 {
		if _, _, err := migrate(ctx, db, backups, steps, noon.Add(time.Duration(i)*time.Minute)); err == nil {
			t.Fatal("a migration that is no SQL went well")
		}
	}
	const want = "mine.db.1.part samui-20250601T120000Z-v0.db samui-20260101T120400Z-v1.db samui-of-mine.db"
	if got := entries(t, backups); got != want {
		t.Errorf("copies:\n%s, want\n%s", got, want)
	}
}
