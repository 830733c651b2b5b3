package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// model is what a store is meant to be, in a few lines: the slots' states, and
// the deliveries of one sink.
type model struct {
	claimed  map[int]bool   // by the minute of the slot
	recorded map[int]string // the run ID
	waiting  map[string]int // by the run ID: the attempts
	refused  map[string]int
	dropped  int
}

// Whatever is done in whatever order, also by a daemon that is started again
// and again: each slot ends in one result at most, and what is queued is what
// the results asked for, less what became of it.
func TestTheLedgerIsAsMeant(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			m := model{map[int]bool{}, map[int]string{}, map[string]int{}, map[string]int{}, 0}
			dir := t.TempDir()
			s := open(t, dir)
			for step := range 100 {
				if random.IntN(40) == 0 {
					if err := s.Close(); err != nil {
						t.Fatal(err)
					}
					s = open(t, dir)
				}
				did := m.act(t, s, random, step)
				m.compare(t, s)
				if t.Failed() {
					t.Fatalf("after step %d: %s", step, did)
				}
			}
		})
	}
}

// act does one thing to both, and says what.
func (m *model) act(t *testing.T, s *Store, random *rand.Rand, step int) string {
	t.Helper()
	ctx := context.Background()
	minute := random.IntN(30)
	id := fmt.Sprint("run ", step)
	switch random.IntN(8) {
	case 0, 1:
		want := !m.claimed[minute] && m.recorded[minute] == ""
		if got, err := s.Begin(ctx, slotAt(minute), id); err != nil || got != want {
			t.Errorf("Begin of %d = %v, %v, want %v", minute, got, err, want)
		}
		if want {
			m.claimed[minute] = true
		}
		return fmt.Sprintf("begin %d", minute)
	case 2, 3:
		err := s.Record(ctx, slotAt(minute), result(slotAt(minute), id, "influxdb"))
		if has := m.recorded[minute] != ""; errors.Is(err, ErrRecorded) != has || (err != nil) != has {
			t.Errorf("Record of %d = %v; it has a result: %v", minute, err, has)
		}
		if m.recorded[minute] == "" {
			m.recorded[minute], m.waiting[id] = id, 0
			delete(m.claimed, minute)
		}
		return fmt.Sprintf("record %d", minute)
	default:
		return m.actOnDelivery(t, s, random)
	}
}

// actOnDelivery lets one delivery, waiting or not, meet its fate.
func (m *model) actOnDelivery(t *testing.T, s *Store, random *rand.Rand) string {
	t.Helper()
	ctx := context.Background()
	all, err := s.Deliveries(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		return "nothing"
	}
	d := all[random.IntN(len(all))]
	_, waits := m.waiting[d.Key]
	what := random.IntN(5)
	switch what {
	case 0:
		err = s.Delivered(ctx, d.ID)
		delete(m.waiting, d.Key)
		delete(m.refused, d.Key)
	case 1:
		err = s.Retry(ctx, noon.Add(time.Hour), "busy", d.ID)
		if waits {
			m.waiting[d.Key]++
		}
	case 2:
		err = s.Refuse(ctx, "no", d.ID)
		m.refused[d.Key] = m.waiting[d.Key] + m.refused[d.Key] + 1
		delete(m.waiting, d.Key)
	case 3:
		_, err = s.Resend(ctx, d.ID, noon)
		delete(m.refused, d.Key)
		m.waiting[d.Key] = 0
	default:
		var n int
		n, err = s.DropOldest(ctx, "influxdb", time.Time{}, int64(20*d.Bytes))
		m.dropped += n
		m.forget(t, s, n)
	}
	if err != nil {
		t.Error(err)
	}
	return fmt.Sprintf("act %d on %q", what, d.Key)
}

// forget takes over which deliveries were dropped: which they are is tested by
// itself, here they must be as many as was said.
func (m *model) forget(t *testing.T, s *Store, n int) {
	t.Helper()
	all, err := s.Deliveries(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for _, d := range all {
		left[d.Key] = true
	}
	for _, queued := range []map[string]int{m.waiting, m.refused} {
		for key := range queued {
			if !left[key] {
				delete(queued, key)
				n--
			}
		}
	}
	if n != 0 {
		t.Errorf("dropped %d more than are gone", n)
	}
}

// compare holds the store against the model.
func (m *model) compare(t *testing.T, s *Store) {
	t.Helper()
	ctx := context.Background()
	got := model{map[int]bool{}, map[int]string{}, map[string]int{}, map[string]int{}, 0}
	minute := func(at time.Time) int { return int(at.Sub(noon) / time.Minute) }
	inFlight, err := s.InFlight(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range inFlight {
		got.claimed[minute(f.Slot.At)] = true
	}
	runs, err := s.Runs(ctx, Query{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		got.recorded[minute(*r.Slot)] = r.RunID
	}
	all, err := s.Deliveries(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.State == Waiting {
			got.waiting[d.Key] = d.Attempts
		} else {
			got.refused[d.Key] = d.Attempts
		}
	}
	dropped, err := s.Dropped(ctx, "influxdb")
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Backlog(ctx, "influxdb")
	if err != nil || b.Waiting != len(m.waiting) || b.Refused != len(m.refused) {
		t.Errorf("backlog %+v, %v, want %d and %d", b, err, len(m.waiting), len(m.refused))
	}
	asExpected(t, "claimed", got.claimed, m.claimed)
	asExpected(t, "recorded", got.recorded, m.recorded)
	asExpected(t, "waiting", got.waiting, m.waiting)
	asExpected(t, "refused", got.refused, m.refused)
	asExpected(t, "dropped", dropped, int64(m.dropped))
}
