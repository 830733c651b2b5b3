package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"samui/internal/journey"
)

// memory is a ledger that outlives the schedulers that use it, as a database
// outlives a killed process. The zero value is empty and writes.
type memory struct {
	mu     sync.Mutex
	slots  map[journey.Slot]journey.Run // the result; without an outcome: in flight
	keys   map[string][]journey.Slot    // in the order in which they came
	twice  []journey.Slot               // results for slots that had one
	broken error                        // every write fails with this
	full   error                        // results can't be written, claims can
	unfit  string                       // results of this title are never taken; empty = all are
	writes int
	dead   bool // the process was killed: nothing is written any more
	deadAt int  // the write after which it is
}

var errKilled = errors.New("killed")

// refusal is what a ledger says of a result that it will never take.
type refusal struct{}

func (refusal) Error() string { return "no such number" }
func (refusal) Refused() bool { return true }

func (m *memory) write(ctx context.Context) error {
	m.writes++
	if m.deadAt > 0 && m.writes >= m.deadAt {
		m.dead = true
	}
	if m.dead {
		return errKilled
	}
	if m.broken != nil {
		return m.broken
	}
	return ctx.Err()
}

func (m *memory) Begin(ctx context.Context, slot journey.Slot) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.write(ctx); err != nil {
		return false, err
	}
	if _, known := m.slots[slot]; known {
		return false, nil
	}
	m.put(slot, journey.Run{})
	return true, nil
}

func (m *memory) Record(ctx context.Context, results ...Result) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.full != nil {
		return m.full
	}
	for _, r := range results {
		if err := m.write(ctx); err != nil {
			return err // a part is written
		}
		if m.unfit != "" && r.Run.Title == m.unfit {
			return refusal{}
		}
		if m.slots[r.Slot].Outcome != "" {
			m.twice = append(m.twice, r.Slot)
			continue
		}
		m.put(r.Slot, r.Run)
	}
	return nil
}

func (m *memory) put(slot journey.Slot, run journey.Run) {
	if m.slots == nil {
		m.slots, m.keys = map[journey.Slot]journey.Run{}, map[string][]journey.Slot{}
	}
	if _, known := m.slots[slot]; !known {
		m.keys[slot.Key()] = append(m.keys[slot.Key()], slot)
	}
	m.slots[slot] = run
}

func (m *memory) Last(_ context.Context, key string) (time.Time, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var last time.Time
	for _, slot := range m.keys[key] {
		if slot.At.After(last) {
			last = slot.At
		}
	}
	return last, !last.IsZero(), nil
}

// interrupt ends what a killed process left in flight, as the daemon does.
func (m *memory) interrupt() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dead, m.deadAt = false, 0
	for slot, run := range m.slots {
		if run.Outcome == "" {
			m.slots[slot] = InterruptedRun(journey.Run{}, slot, slot.At)
		}
	}
}

func (m *memory) setBroken(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = err
}

func (m *memory) setFull(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.full = err
}

// results are the ends of a key's slots, ascending: "good", "missed overlap".
func (m *memory) results(key string) (slots []time.Time, ends []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	sorted := slices.SortedFunc(slices.Values(m.keys[key]), func(a, b journey.Slot) int { return a.At.Compare(b.At) })
	for _, slot := range sorted {
		slots, ends = append(slots, slot.At), append(ends, end(m.slots[slot]))
	}
	return slots, ends
}

func end(run journey.Run) string {
	switch {
	case run.Outcome == "":
		return "in flight"
	case run.Error != nil:
		return fmt.Sprintf("%s %s", run.Outcome, run.Error.Kind)
	default:
		return string(run.Outcome)
	}
}

// running is a scheduler at work in a test.
type running struct {
	*Scheduler
	t    *testing.T
	stop context.CancelFunc
	done chan error
}

// run starts a scheduler. Stop it.
func run(t *testing.T, o Options, jobs ...Job) *running {
	t.Helper()
	s := New(o)
	if err := s.Set(t.Context(), jobs); err != nil {
		t.Fatal(err)
	}
	return start(t, s)
}

func start(t *testing.T, s *Scheduler) *running {
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{Scheduler: s, t: t, stop: cancel, done: make(chan error, 1)}
	go func() { r.done <- s.Run(ctx) }()
	return r
}

// Stop ends the scheduler and waits for it.
func (r *running) Stop() {
	r.t.Helper()
	r.stop()
	if err := <-r.done; err != nil {
		r.t.Errorf("Run: %v", err)
	}
}

// taking is a visit that takes so long and finds everything good, unless it is
// interrupted.
func taking(d time.Duration) Visit {
	return func(ctx context.Context, slot journey.Slot, _ int) journey.Run {
		select {
		case <-time.After(d):
			return journey.Run{Outcome: journey.Good}
		case <-ctx.Done():
			return journey.Run{Outcome: journey.ProbeError, Error: &journey.RunError{Kind: journey.ErrorInterrupted, Message: context.Cause(ctx).Error()}}
		}
	}
}

// minutely is a job whose slots are on whole minutes.
func minutely(name string) Job {
	return Job{Site: "shop", Journey: name, Device: "desktop", Location: "local", Schedule: journey.Schedule{Cron: "* * * * *"}}
}

// starts remembers how late visits began.
type starts struct {
	mu   sync.Mutex
	late []time.Duration
}

func (s *starts) note(_ journey.Slot, lag time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late = append(s.late, lag)
}

func (s *starts) lags() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.late)
}
