package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

// noon is when the tests happen.
var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// open opens a folder for writing until the test ends.
func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(context.Background(), dir, Options{Clock: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, errClosed) {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

// slotAt is a slot of the one journey, so many minutes after noon.
func slotAt(minutes int) journey.Slot {
	return journey.Slot{Site: "shop", Journey: "buy", Device: "desktop", Location: "local", At: noon.Add(time.Duration(minutes) * time.Minute)}
}

// good is a timed run for a slot.
func good(slot journey.Slot, runID string) journey.Run {
	started := slot.At.Add(1500 * time.Millisecond)
	return journey.Run{
		RunID: runID, Client: "demo", Site: slot.Site, Env: "production", Journey: slot.Journey, Title: "קניית נעליים", Stage: journey.Purchase,
		Device: slot.Device, Network: "unthrottled", Location: slot.Location, Slot: &slot.At, Attempt: 1, StartedAt: &started, FinishedAt: new(started.Add(time.Second)),
		Outcome: journey.Good, WaitMs: new(612.3), Probe: journey.Probe{Starved: new(false)},
		Steps: []journey.StepResult{{Index: 0, Step: "home", Outcome: journey.Good, WaitMs: new(612.3), Evidence: journey.Evidence{Screenshot: new("evidence/" + runID + "/0.png")}}},
	}
}

// result is a run with one delivery to each sink.
func result(slot journey.Slot, runID string, sinks ...string) Result {
	r := Result{Run: good(slot, runID)}
	for _, sink := range sinks {
		r.Deliveries = append(r.Deliveries, Delivery{Sink: sink, Key: runID, Payload: []byte("of " + runID)})
	}
	return r
}

// record records a good run, and is the end of the test where it can't.
func record(t testing.TB, s *Store, slot journey.Slot, runID string, sinks ...string) {
	t.Helper()
	if err := s.Record(context.Background(), slot, result(slot, runID, sinks...)); err != nil {
		t.Fatal(err)
	}
}

// hint is what an error tells people to do.
func hint(err error) string {
	var h interface{ Hint() string }
	if !errors.As(err, &h) {
		return ""
	}
	return h.Hint()
}

// asExpected compares, and says what was asked.
func asExpected(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestASlotFromItsClaimToItsResult(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	slot := slotAt(5)
	begin := func(runID string, want bool) {
		t.Helper()
		got, err := s.Begin(ctx, slot, runID)
		if err != nil || got != want {
			t.Fatalf("Begin of %q = %v, %v, want %v", runID, got, err, want)
		}
	}

	begin("a", true)
	begin("b", false)
	begin("a", false)
	inFlight, err := s.InFlight(ctx)
	if err != nil {
		t.Fatal(err)
	}
	asExpected(t, "in flight", inFlight, []InFlight{{slot, "a", noon}})

	record(t, s, slot, "a2", "influxdb") // a second attempt has an ID of its own
	begin("c", false)
	if inFlight, err := s.InFlight(ctx); err != nil || len(inFlight) != 0 {
		t.Errorf("in flight after the result: %v, %v", inFlight, err)
	}

	for _, again := range []string{"a2", "d"} {
		if err := s.Record(ctx, slot, result(slot, again, "slack")); !errors.Is(err, ErrRecorded) {
			t.Errorf("recording the slot again as %q: %v, want ErrRecorded", again, err)
		}
	}
	runs, err := s.Runs(ctx, Query{})
	if err != nil {
		t.Fatal(err)
	}
	asExpected(t, "runs", runs, []journey.Run{good(slot, "a2")})
	deliveries, err := s.Deliveries(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	asExpected(t, "deliveries", deliveries, []Delivery{{ID: 1, Sink: "influxdb", Key: "a2", Payload: []byte("of a2"), Created: noon, Due: noon, State: Waiting, Bytes: 5}})
}

func TestRecordWithoutAClaim(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	slot := slotAt(0)
	missed := journey.Run{RunID: "m", Slot: &slot.At, Outcome: journey.Missed, Error: &journey.RunError{Kind: journey.ErrorDown, Message: "nobody was there"}}
	if err := s.Record(ctx, slot, Result{Run: missed}); err != nil {
		t.Fatal(err)
	}
	got, found, err := s.Run(ctx, "m")
	if err != nil || !found {
		t.Fatalf("Run = %v, %v", found, err)
	}
	missed.Steps = []journey.StepResult{}
	asExpected(t, "the missed run", got, missed)
	if claimed, err := s.Begin(ctx, slot, "late"); err != nil || claimed {
		t.Errorf("Begin of a missed slot = %v, %v", claimed, err)
	}
}

func TestVisitsWithoutASlot(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	asked := slotAt(0)
	asked.At = time.Time{}
	for i := range 3 {
		run := good(slotAt(i), fmt.Sprint(i))
		run.Slot = nil
		if err := s.Record(ctx, asked, Result{Run: run}); err != nil {
			t.Fatal(err)
		}
	}
	if runs, err := s.Runs(ctx, Query{}); err != nil || len(runs) != 3 {
		t.Errorf("%d runs, %v, want 3", len(runs), err)
	}
	if at, found, err := s.LastSlot(ctx, asked.Key()); found || err != nil {
		t.Errorf("LastSlot = %v, %v, %v; want none", at, found, err)
	}
}

func TestResultsThatCannotBe(t *testing.T) {
	s := open(t, t.TempDir())
	nowhen := slotAt(0)
	nowhen.At = time.Time{}
	for name, err := range map[string]error{
		"no run id":          s.Record(context.Background(), slotAt(0), Result{}),
		"no time":            s.Record(context.Background(), nowhen, Result{Run: journey.Run{RunID: "a"}}),
		"not a key of slots": func() error { _, _, err := s.LastSlot(context.Background(), "shop/buy"); return err }(),
	} {
		if err == nil || !strings.Contains(err.Error(), "BUG: ") {
			t.Errorf("%s: %v, want it called a bug", name, err)
		}
	}
}

// Whoever records again and again until it works must know when it never will.
func TestAResultThatWillNeverBeRecordedSaysSo(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	refused := func(err error) bool {
		var r interface{ Refused() bool }
		return errors.As(err, &r) && r.Refused()
	}
	endless := result(slotAt(0), "a")
	endless.Run.WaitMs = new(math.Inf(1))
	if err := s.Record(ctx, slotAt(0), endless); !refused(err) {
		t.Errorf("an endless wait: %v; want it refused", err)
	}
	if _, err := s.writer.db.ExecContext(ctx, "CREATE TRIGGER never BEFORE INSERT ON run BEGIN SELECT RAISE(ABORT, 'never'); END"); err != nil {
		t.Fatal(err)
	}
	if err := s.Record(ctx, slotAt(1), result(slotAt(1), "b")); !refused(err) {
		t.Errorf("a row that the database doesn't want: %v; want it refused", err)
	}
	if err := s.Healthy(ctx); err != nil {
		t.Errorf("Healthy: %v; the store isn't to blame", err)
	}
	if _, err := s.writer.db.ExecContext(ctx, "DROP TRIGGER never"); err != nil {
		t.Fatal(err)
	}
	limitPages(t, s, 1)
	if err := s.Record(ctx, slotAt(2), result(slotAt(2), strings.Repeat("c", 100_000))); err == nil || refused(err) {
		t.Errorf("on a full disk: %v; want it to be tried again", err)
	}
}

func TestLastSlot(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	key := slotAt(0).Key()
	last := func(what string, want time.Time) {
		t.Helper()
		at, found, err := s.LastSlot(ctx, key)
		if err != nil || found == want.IsZero() || !at.Equal(want) {
			t.Errorf("%s: LastSlot = %v, %v, %v, want %v", what, at, found, err, want)
		}
	}
	last("of nothing", time.Time{})
	record(t, s, slotAt(5), "a")
	record(t, s, slotAt(3), "b")
	elsewhere := slotAt(50)
	elsewhere.Location = "a/b"
	record(t, s, elsewhere, "c")
	last("of results", slotAt(5).At)
	if _, err := s.Begin(ctx, slotAt(10), "d"); err != nil {
		t.Fatal(err)
	}
	last("in flight", slotAt(10).At)
	key = elsewhere.Key()
	last("where the location has a slash", elsewhere.At)
}

// What is in the folder tells what customers see: nobody else may look.
func TestOnlyTheOwnerMayLook(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	record(t, s, slotAt(0), "a")
	if err := s.Backup(context.Background(), filepath.Join(dir, "copy.db")); err != nil {
		t.Fatal(err)
	}
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		names = append(names, d.Name())
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	asExpected(t, "what is there", names, []string{"data", "copy.db", "lock", "samui.db", "samui.db-shm", "samui.db-wal"})
}

func TestFoldersWithOddNames(t *testing.T) {
	for _, name := range []string{"a b", "50%20off?x=1&y#z", "נתונים", "file:x", "-", "[a]'\""} {
		dir := filepath.Join(t.TempDir(), name)
		s := open(t, dir)
		record(t, s, slotAt(0), "a")
		if err := s.Backup(context.Background(), filepath.Join(dir, name+".db")); err != nil {
			t.Errorf("in %q: %v", name, err)
		}
		look, err := OpenReadOnly(context.Background(), dir)
		if err != nil {
			t.Errorf("in %q: %v", name, err)
			continue
		}
		if _, found, err := look.Run(context.Background(), "a"); !found || err != nil {
			t.Errorf("in %q: the run is there = %v, %v", name, found, err)
		}
		if err := errors.Join(look.Close(), s.Close()); err != nil {
			t.Errorf("in %q: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(dir, "samui.db-wal")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("in %q: the log is still there after Close: %v", name, err)
		}
	}
}
