package outbox

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"samui/internal/store"
)

func TestStoppingFlushesWhatIsDue(t *testing.T) {
	play(t, Options{BatchCount: 2}, take, func(s *scene, begin func()) {
		begin()
		s.record("a", "b", "c") // nobody pokes
		s.stop()
		same(t, "kept", []string{}, s.kept())
		same(t, "attempts", []attempt{{0, "a b"}, {0, "c"}}, s.receiver.attempts())
	})
}

func TestStoppingLetsTheAttemptInFlightEnd(t *testing.T) {
	slow := func(ctx context.Context, b []store.Delivery) Outcome {
		select {
		case <-time.After(3 * time.Second):
			return take(ctx, b)
		case <-ctx.Done():
			return Outcome{Err: ctx.Err()}
		}
	}
	play(t, Options{}, slow, func(s *scene, begin func()) {
		s.record("a")
		begin()
		begun := time.Now()
		s.stop()
		if took := time.Since(begun); took != 3*time.Second {
			t.Errorf("stopping took %v, want the 3 s that the attempt takes", took)
		}
		same(t, "kept", []string{}, s.kept())
	})
}

func TestStoppingIsBoundedAndAnAttemptCutShortIsNoFailure(t *testing.T) {
	hang := func(ctx context.Context, _ []store.Delivery) Outcome {
		<-ctx.Done()
		return Outcome{Err: ctx.Err()}
	}
	play(t, Options{Flush: 2 * time.Second}, hang, func(s *scene, begin func()) {
		s.record("a")
		begin()
		begun := time.Now()
		s.stop()
		if took := time.Since(begun); took != 2*time.Second {
			t.Errorf("stopping took %v, want the 2 s of Flush", took)
		}
		same(t, "kept", []string{"a waiting 0"}, s.kept())
	})
}

func TestStoppingDoesNotDisturbAReceiverThatIsDown(t *testing.T) {
	play(t, Options{}, down, func(s *scene, begin func()) {
		s.record("a")
		begin()
		s.record("b")
		s.stop()
		same(t, "attempts", []attempt{{0, "a"}}, s.receiver.attempts())
		same(t, "kept", []string{"a waiting 1 connection refused", "b waiting 0"}, s.kept())
	})
}

func TestAnAttemptThatHangsIsGivenUp(t *testing.T) {
	hang := func(ctx context.Context, _ []store.Delivery) Outcome {
		<-ctx.Done()
		return Outcome{Err: ctx.Err()}
	}
	play(t, Options{Timeout: 20 * time.Second}, hang, func(s *scene, begin func()) {
		s.record("a")
		begin()
		same(t, "state", OK, s.Status().State)
		pass(20 * time.Second)
		same(t, "state", Behind, s.Status().State)
		s.receiver.set(take)
		pass(3 * time.Second)
		same(t, "kept", []string{}, s.kept())
	})
}

func TestBoundsDropTheOldestLoudly(t *testing.T) {
	var log bytes.Buffer
	o := Options{MaxAge: time.Hour, MaxBytes: 30, Logger: slog.New(slog.NewTextHandler(&log, nil))}
	play(t, o, down, func(s *scene, begin func()) {
		s.record("a", "b", "c", "d", "e") // 50 bytes
		begin()
		status := s.Status()
		if status.Dropped != 2 || status.Depth != 3 || status.Bytes != 30 {
			t.Errorf("status %+v, want 2 dropped and 3 left", status)
		}
		// The bounds are looked at about once a minute.
		pass(57 * time.Minute)
		s.record("f")
		pass(5 * time.Minute)
		status = s.Status()
		if status.Dropped != 5 || status.Depth != 1 || status.Oldest > 5*time.Minute {
			t.Errorf("status %+v, want 5 dropped and the new one left", status)
		}
		s.stop()
		if got := strings.Count(log.String(), "level=ERROR msg=\"deliveries were dropped"); got != 3 {
			t.Errorf("the log tells of it %d times, want three:\n%s", got, log.String())
		}
	})
}

func TestWithNothingLeftNothingIsBehind(t *testing.T) {
	block := func(context.Context, []store.Delivery) Outcome { return Outcome{Blocked: true, Err: hinted{}} }
	for state, do := range map[State]manner{Behind: down, Blocked: block} {
		play(t, Options{MaxAge: time.Minute}, do, func(s *scene, begin func()) {
			s.record("a")
			begin()
			same(t, "state", state, s.Status().State)
			pass(5 * time.Minute)
			same(t, "state", OK, s.Status().State)
		})
	}
}

func TestAnOutageIsTwoLinesInTheLog(t *testing.T) {
	var log bytes.Buffer
	play(t, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}, down, func(s *scene, begin func()) {
		s.record("a")
		begin()
		pass(time.Hour)
		s.receiver.set(take)
		pass(2 * time.Minute)
		s.stop()
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		if len(lines) != 2 || !strings.Contains(lines[0], "connection refused") || !strings.Contains(lines[1], "pass again") {
			t.Errorf("the log holds\n%s\nwant one line when it starts and one when it ends", log.String())
		}
	})
}

// broken is a ledger whose disk is full while it is told so.
type broken struct {
	Ledger
	full error // nil = works
}

func (b *broken) Delivered(ctx context.Context, ids ...int64) error {
	if b.full != nil {
		return b.full
	}
	return b.Ledger.Delivered(ctx, ids...)
}

func TestWhatCannotBeNotedAsSentIsSentAgainButNotInALoop(t *testing.T) {
	play(t, Options{}, take, func(s *scene, begin func()) {
		disk := &broken{Ledger: s.ledger, full: errors.New("disk is full")}
		s.Outbox = New(disk, Options{Sink: "test", Sender: s.receiver})
		s.record("a")
		begin()
		if s := s.Status(); s.State != Behind || s.Reason != "noting 1 deliveries as sent: disk is full" {
			t.Errorf("status %+v, want behind because the disk is full", s)
		}
		pass(10 * time.Minute)
		if n := len(s.receiver.attempts()); n < 10 || n > 30 {
			t.Errorf("%d attempts in ten minutes, want about one a minute", n)
		}
		same(t, "kept", []string{"a waiting 0"}, s.kept())
	})
}

func TestALedgerThatCannotBeReadIsBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openLedger(t)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		o := New(l, Options{Sink: "test", Sender: &receiver{do: take}})
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- o.Run(ctx) }()
		synctest.Wait()
		if s := o.Status(); s.State != Behind || !strings.Contains(s.Reason, "reading what is due for test") {
			t.Errorf("status %+v, want behind because nothing can be read", s)
		}
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestNoOutboxIsOff(t *testing.T) {
	var o *Outbox
	o.Poke()
	same(t, "status", Status{State: Off}, o.Status())
}
