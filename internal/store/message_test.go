package store

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/incident"
	"samui/internal/journey"
)

func TestMessages(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	for _, m := range []Message{
		{"slack", "a", "shop", []byte(`{"ts":"1"}`)},
		{"slack", "b", "shop", []byte("{}")},
		{"slack", "c", "other", []byte("{}")},
		{"webhook", "a", "shop", []byte("{}")},
		{"slack", "a", "shop", []byte(`{"ts":"2"}`)},
	} {
		if err := s.KeepMessage(ctx, m); err != nil {
			t.Fatal(err)
		}
	}
	m, found, err := s.Message(ctx, "slack", "a")
	if err != nil || !found {
		t.Fatal(found, err)
	}
	asExpected(t, "message", m, Message{"slack", "a", "shop", []byte(`{"ts":"2"}`)})
	if _, found, err := s.Message(ctx, "slack", "z"); found || err != nil {
		t.Errorf("a message that nobody kept: %v, %v", found, err)
	}
	all, err := s.Messages(ctx, "slack", "shop")
	if err != nil {
		t.Fatal(err)
	}
	var threads []string
	for _, m := range all {
		threads = append(threads, m.Thread)
	}
	if !slices.Equal(threads, []string{"a", "b"}) {
		t.Errorf("messages about the shop: %q, want a, b", threads)
	}
}

func TestOldIncidentsAreForgotten(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	for i, o := range []journey.Outcome{journey.Failed, journey.Failed, journey.Good, journey.Good} {
		visit(t, s, 5*i, o)
	}
	over := incidents(t, s, IncidentQuery{})
	for i := range 2 {
		visit(t, s, 120+5*i, journey.Failed)
	}
	open := incidents(t, s, IncidentQuery{State: incident.Open})
	if len(over) != 1 || len(open) != 1 {
		t.Fatalf("over %+v, open %+v; want one each", over, open)
	}
	for _, thread := range []string{over[0].ID, open[0].ID} {
		if err := s.KeepMessage(ctx, Message{"slack", thread, "shop", []byte("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Retain(ctx, noon.Add(48*time.Hour), 24*time.Hour); err != nil {
		t.Fatal(err)
	}
	left := incidents(t, s, IncidentQuery{})
	if diff := cmp.Diff(open, left); diff != "" {
		t.Errorf("left, want the open one (-want +got):\n%s", diff)
	}
	// What is remembered of the journey doesn't bring it back.
	visit(t, s, 200, journey.Failed)
	if again := incidents(t, s, IncidentQuery{State: incident.Resolved}); len(again) != 0 {
		t.Errorf("back again: %+v", again)
	}
	// A message may tell of others of its site.
	messages := func(want bool) {
		t.Helper()
		for _, thread := range []string{over[0].ID, open[0].ID} {
			if _, found, err := s.Message(ctx, "slack", thread); err != nil || found != want {
				t.Errorf("message of %s: %v, %v, want %v", thread, found, err, want)
			}
		}
	}
	messages(true)
	visit(t, s, 205, journey.Good)
	visit(t, s, 210, journey.Good)
	if _, err := s.Retain(ctx, noon.Add(96*time.Hour), 24*time.Hour); err != nil {
		t.Fatal(err)
	}
	messages(false)
}

func TestUsual(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	for i := range 9 {
		slot := slotAt(5 * i)
		run := good(slot, "run-"+strconv.Itoa(i))
		wait := float64(100 * (i + 1))
		run.Steps[0].WaitMs = &wait
		run.Probe.Starved = new(i == 0) // measured the machine
		if err := s.Record(ctx, slot, Result{Run: run}); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name   string
		step   string
		before time.Time
		want   float64
		ok     bool
	}{
		{"the median", "home", noon.Add(time.Hour), 600, true},
		{"only what was before", "home", noon.Add(26 * time.Minute), 400, true},
		{"too few", "home", noon.Add(20 * time.Minute), 0, false},
		{"another step", "pay", noon.Add(time.Hour), 0, false},
		{"too long ago", "home", noon.Add(40 * 24 * time.Hour), 0, false},
	}
	for _, tt := range tests {
		slot := slotAt(0)
		slot.At = tt.before
		got, ok, err := s.Usual(ctx, slot, tt.step)
		if err != nil || got != tt.want || ok != tt.ok {
			t.Errorf("%s: %v, %v, %v, want %v, %v", tt.name, got, ok, err, tt.want, tt.ok)
		}
	}
}
