package outbox

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"samui/internal/store"
)

// What is held up by something of its own is no failure of the receiver, and
// is still shown.
func TestWhatWaitsByItselfHoldsUpNothing(t *testing.T) {
	var cured atomic.Bool
	play(t, Options{Suspense: 2 * time.Minute}, func(_ context.Context, b []store.Delivery) Outcome {
		out := Outcome{Later: map[int64]Wait{}}
		for _, d := range b {
			switch {
			case strings.HasPrefix(d.Key, "shut") && !cured.Load():
				out.Later[d.ID] = Wait{Why: hinted{}, Blocked: true}
			case d.Key == "early" && !cured.Load():
				out.Later[d.ID] = Wait{Why: errors.New("too early"), For: 25 * time.Second}
			default:
				out.Delivered = append(out.Delivered, d.ID)
			}
		}
		return out
	}, func(s *scene, begin func()) {
		s.record("early", "shut-1", "shut-2", "a")
		begin()
		same(t, "kept", []string{"early waiting 1 too early", "shut-1 waiting 1 token rejected", "shut-2 waiting 1 token rejected"}, s.kept())
		for range 60 {
			s.record("new")
			s.Poke()
			pass(time.Second)
			if kept := s.kept(); len(kept) != 3 {
				t.Fatalf("kept %q, want what is new to pass at once", kept)
			}
			if st := s.Status(); st.State != Blocked || st.Reason != "token rejected" || st.Hint != "check the token" {
				t.Fatalf("status %+v, want it blocked while something waits for somebody", st)
			}
		}
		tries := map[string]int{}
		for _, a := range s.receiver.attempts() {
			for key := range strings.FieldsSeq(a.Keys) {
				tries[key]++
			}
		}
		if tries["early"] != 3 || tries["shut-1"] < 5 || tries["shut-1"] > 8 {
			t.Errorf("tries %v, want early every 25 s, shut soon every half minute", tries)
		}
		cured.Store(true)
		pass(30 * time.Second)
		same(t, "kept", []string{}, s.kept())
		same(t, "state", OK, s.Status().State)
	})
}

func TestOneThatWaitsAndAReceiverThatFails(t *testing.T) {
	play(t, Options{}, func(_ context.Context, b []store.Delivery) Outcome {
		return Outcome{Later: map[int64]Wait{b[0].ID: {Why: errors.New("doubtful"), For: 10 * time.Minute}}, Err: errors.New("503")}
	}, func(s *scene, begin func()) {
		s.record("a")
		begin()
		if st := s.Status(); st.State != Behind || st.Reason != "503" {
			t.Errorf("status %+v, want the receiver's trouble", st)
		}
		s.receiver.set(take)
		s.record("b")
		pass(3 * time.Second)
		same(t, "kept", []string{"a waiting 1 doubtful"}, s.kept())
		pass(10 * time.Minute)
		same(t, "kept", []string{}, s.kept())
	})
}

// What fails goes to the end of the queue.
func TestTwoThatNeverPassDontTakeTurnsForEver(t *testing.T) {
	play(t, Options{}, func(ctx context.Context, b []store.Delivery) Outcome {
		for _, d := range b {
			if strings.HasPrefix(d.Key, "poison") {
				return Outcome{Err: errors.New("500")}
			}
		}
		return take(ctx, b)
	}, func(s *scene, begin func()) {
		s.record("poison-1", "poison-2", "poison-3")
		begin()
		pass(10 * time.Minute)
		s.record("a")
		pass(3 * time.Minute)
		if kept := s.kept(); len(kept) != 3 {
			t.Errorf("kept %q, want the good one sent", kept)
		}
	})
}
