package main

import (
	"bytes"
	"strings"
	"testing"

	"samui/internal/store"
)

// TestNothingRecordedYet: who asks before the first result is told what brings
// one.
func TestNothingRecordedYet(t *testing.T) {
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	var out bytes.Buffer
	if err := (&world{stdout: &out}).nothingRecorded(t.Context(), st, store.Query{}); err != nil {
		t.Fatal(err)
	}
	if want := "Nothing has been recorded yet: samui serve and samui run --record record.\n"; out.String() != want {
		t.Errorf("got %q, want %q", strings.TrimSpace(out.String()), want)
	}
}
