package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"samui/internal/journey"
)

// rounds is how often the daemon is killed; `make chaos` asks for more.
func rounds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("SAMUI_CHAOS_ROUNDS")
	if text == "" {
		return 20
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Nothing that was acknowledged is ever lost, and no half of anything is ever
// seen, at whatever moment the process is killed.
func TestKilledAtAnyMoment(t *testing.T) {
	dir := t.TempDir()
	heard := said{}
	for round := range rounds(t) {
		heard.hear(t, child(t.Context(), "busy", dir), 1+rand.IntN(40))
		s := open(t, dir) // the lock died with its holder
		for _, f := range verify(t, s, heard) {
			// What the next daemon does with a visit that was cut short.
			run := good(f.Slot, f.RunID)
			run.Outcome, run.Error = journey.ProbeError, &journey.RunError{Kind: journey.ErrorInterrupted, Message: "samui was killed"}
			if err := s.Record(context.Background(), f.Slot, Result{Run: run, Deliveries: result(f.Slot, f.RunID, "influxdb", "slack").Deliveries}); err != nil {
				t.Fatal(err)
			}
		}
		if left := verify(t, s, heard); len(left) != 0 {
			t.Errorf("still in flight: %v", left)
		}
		for id := range heard["begun"] {
			if _, found, err := s.Run(context.Background(), id); !found || err != nil {
				t.Errorf("the claimed slot %s ended in no result: %v", id, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
	t.Logf("%d slots were claimed and %d results acknowledged", len(heard["begun"]), len(heard["recorded"]))
}

// verify holds a store against what was heard, and gives what is in flight.
func verify(t *testing.T, s *Store, heard said) []InFlight {
	t.Helper()
	ctx := context.Background()
	runs, err := s.Runs(ctx, Query{Limit: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	recorded, slots := map[string]bool{}, map[string]bool{}
	for _, r := range runs {
		recorded[r.RunID] = true
		if key := r.Slot.String(); slots[key] {
			t.Errorf("the slot of %s has two results", key)
		} else {
			slots[key] = true
		}
	}
	for id := range heard["recorded"] {
		if !recorded[id] {
			t.Errorf("result %s was acknowledged and is lost", id)
		}
	}
	verifyDeliveries(t, s, heard, recorded)
	inFlight, err := s.InFlight(ctx)
	if err != nil {
		t.Fatal(err)
	}
	claimed := map[string]bool{}
	for _, f := range inFlight {
		claimed[f.RunID] = true
		if recorded[f.RunID] {
			t.Errorf("%s has a result and is in flight", f.RunID)
		}
	}
	for id := range heard["begun"] {
		if !claimed[id] && !recorded[id] {
			t.Errorf("claim %s was acknowledged and is lost", id)
		}
	}
	return inFlight
}

// verifyDeliveries: there are those of each result and no others, but for what
// was sent.
func verifyDeliveries(t *testing.T, s *Store, heard said, recorded map[string]bool) {
	t.Helper()
	all, err := s.Deliveries(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	queued := map[string]map[string]bool{"influxdb": {}, "slack": {}}
	for _, d := range all {
		queued[d.Sink][d.Key] = true
		if !recorded[d.Key] {
			t.Errorf("delivery %s to %s is of no result", d.Key, d.Sink)
		}
		if d.Sink == "influxdb" && heard["sent"][d.Key] {
			t.Errorf("delivery %s was acknowledged as sent and is still there", d.Key)
		}
	}
	for id := range recorded {
		if !queued["slack"][id] {
			t.Errorf("result %s has no delivery to slack", id)
		}
		if !queued["influxdb"][id] && !heard["sending"][id] {
			t.Errorf("result %s has no delivery to influxdb, and nobody sent it", id)
		}
	}
}

// When the power fails, any part of the log's end may be missing or wrong. What
// is before it is whole: results come in order, each with its deliveries.
func TestALogThatIsTornAnywhere(t *testing.T) {
	source := t.TempDir()
	s := open(t, source)
	const n = 25
	for i := range n {
		record(t, s, slotAt(i), fmt.Sprint(i), "influxdb", "slack")
	}
	database, log := read(t, s.path), read(t, s.path+"-wal")
	random := rand.New(rand.NewPCG(1, 2))
	most := 0
	for i := range 30 {
		at := random.IntN(len(log) + 1)
		torn := []byte(log[:at])
		if i%2 == 1 && at < len(log) { // one bit is wrong, and all that comes after it stands
			torn = []byte(log)
			torn[at] ^= 1 << random.IntN(8)
		}
		if i == 0 {
			torn = []byte(log)
		}
		dir := t.TempDir()
		path := filepath.Join(dir, fileName)
		for name, content := range map[string][]byte{path: []byte(database), path + "-wal": torn} {
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		after := open(t, dir)
		runs, err := after.Runs(context.Background(), Query{})
		if err != nil {
			t.Fatal(err)
		}
		most = max(most, len(runs))
		for i, r := range runs {
			if want := fmt.Sprint(len(runs) - 1 - i); r.RunID != want {
				t.Fatalf("torn at %d: result %d is %s, want %s", at, i, r.RunID, want)
			}
		}
		recorded := map[string]bool{}
		for _, r := range runs {
			recorded[r.RunID] = true
		}
		verifyDeliveries(t, after, said{}, recorded)
		if err := after.Close(); err != nil {
			t.Error(err)
		}
	}
	if most != n {
		t.Errorf("of a log that is whole %d results were read, want %d", most, n)
	}
}
