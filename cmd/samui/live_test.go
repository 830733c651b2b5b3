package main

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// lockedBuffer may be read while a live line is drawn into it.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func TestLiveLineTicksUntilTheResultIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out lockedBuffer
		run := runs()["hebrew"]
		r := newReport(&out, screen{columns: 80, live: true}, headingOf(run), []string{run.Steps[0].Title, run.Steps[1].Title})
		heading := len(out.String())
		r.begin(0)
		<-time.After(1250 * time.Millisecond)
		synctest.Wait()
		drawn := strings.Split(out.String()[heading:], clearLine)[1:]
		if len(drawn) != 13 {
			t.Errorf("drew %d times in 1.25 s, want 13", len(drawn))
		}
		if last := drawn[len(drawn)-1]; !strings.Contains(last, "1.2 s") || strings.Contains(last, "\n") || columns(last) > 80 {
			t.Errorf("the live line is %q; want one line of at most 80 columns with 1.2 s", last)
		}
		r.step(run.Steps[0], nil)
		r.end()
		_, row, _ := strings.Cut(out.String()[strings.LastIndex(out.String(), clearLine):], clearLine)
		if want := "  ✓ \u2068לפתוח את החנות\u2069    0.61 s  good"; !strings.HasPrefix(row, want) {
			t.Errorf("after the live line was taken away there is %q, want %q", row, want)
		}
	})
}

func TestNothingMovesWithoutATerminal(t *testing.T) {
	var out bytes.Buffer
	run := runs()["good"]
	r := newReport(&out, screen{columns: 80}, headingOf(run), []string{"Open the shop", "Look for shoes"})
	r.begin(0)
	r.step(run.Steps[0], nil)
	r.begin(1)
	r.finish(run)
	if strings.ContainsAny(out.String(), "\r\x1b") {
		t.Errorf("a plain report has terminal controls: %q", out.String())
	}
	if got := strings.Count(out.String(), "\n"); got != 4 {
		t.Errorf("the report has %d lines, want heading, two rows and verdict:\n%s", got, out.String())
	}
}
