package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
	"samui/internal/store"
)

// attempt is one call of a sender, at so long after the start of the test.
type attempt struct {
	At   time.Duration
	Keys string
}

// receiver is a Sender that notes every attempt and does what it is told.
type receiver struct {
	start time.Time

	mu   sync.Mutex // guards what follows
	do   manner
	seen []attempt
}

// manner is how a receiver treats a batch.
type manner func(ctx context.Context, batch []store.Delivery) Outcome

func (r *receiver) set(do manner) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.do = do
}

func (r *receiver) Send(ctx context.Context, batch []store.Delivery) Outcome {
	var keys []string
	for _, d := range batch {
		keys = append(keys, d.Key)
	}
	r.mu.Lock()
	r.seen = append(r.seen, attempt{time.Since(r.start), strings.Join(keys, " ")})
	do := r.do
	r.mu.Unlock()
	return do(ctx, batch)
}

func (r *receiver) attempts() []attempt {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]attempt{}, r.seen...)
}

// take is what a receiver that is well does.
func take(_ context.Context, batch []store.Delivery) Outcome {
	var out Outcome
	for _, d := range batch {
		out.Delivered = append(out.Delivered, d.ID)
	}
	return out
}

// down is what one that isn't does.
func down(context.Context, []store.Delivery) Outcome {
	return Outcome{Err: errors.New("connection refused")}
}

// ledger is a real store; record adds deliveries by key, each of 10 bytes.
type ledger struct {
	*store.Store
	t testing.TB
	n int
}

func openLedger(t testing.TB) *ledger {
	t.Helper()
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &ledger{Store: st, t: t}
}

func (l *ledger) record(keys ...string) {
	l.t.Helper()
	for _, key := range keys {
		l.n++
		at := time.Now().UTC()
		r := store.Result{
			Run:        journey.Run{RunID: fmt.Sprintf("run-%d", l.n), Site: "shop", Journey: "buy", Device: "phone", StartedAt: &at, Outcome: journey.Good},
			Deliveries: []store.Delivery{{Sink: "test", Key: key, Payload: []byte("0123456789")}},
		}
		if err := l.Record(context.Background(), journey.Slot{Site: "shop", Journey: "buy", Device: "phone"}, r); err != nil {
			l.t.Fatal(err)
		}
	}
}

// kept are the deliveries as "key state attempts reason".
func (l *ledger) kept() []string {
	l.t.Helper()
	ds, err := l.Deliveries(context.Background(), 0)
	if err != nil {
		l.t.Fatal(err)
	}
	kept := []string{}
	for _, d := range ds {
		kept = append(kept, strings.TrimSpace(fmt.Sprintf("%s %s %d %s", d.Key, d.State, d.Attempts, d.Reason)))
	}
	return kept
}

// scene is an outbox that runs in a bubble of synctest, where hours pass at
// once, on a real store.
type scene struct {
	*ledger
	*Outbox
	receiver *receiver
	stop     func()
}

// play runs f in a bubble; the outbox starts when f calls begin.
func play(t *testing.T, o Options, do manner, f func(s *scene, begin func())) {
	synctest.Test(t, func(t *testing.T) {
		l := openLedger(t)
		r := &receiver{start: time.Now(), do: do}
		o.Sink, o.Sender = "test", r
		s := &scene{ledger: l, Outbox: New(l, o), receiver: r}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		running := false
		s.stop = func() {
			cancel()
			if running {
				if err := <-done; err != nil {
					t.Errorf("Run: %v", err)
				}
			}
			running = false
		}
		f(s, func() {
			running = true
			go func() { done <- s.Run(ctx) }()
			synctest.Wait()
		})
		s.stop()
		if err := l.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
}

func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func same(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestWhatWaitsIsSentAtOnceAndForgotten(t *testing.T) {
	play(t, Options{}, take, func(s *scene, begin func()) {
		s.record("a", "b")
		begin()
		same(t, "attempts", []attempt{{0, "a b"}}, s.receiver.attempts())
		same(t, "kept", []string{}, s.kept())
		same(t, "status", Status{State: OK, Attempts: 1}, s.Status())

		s.record("c")
		s.Poke()
		synctest.Wait()
		same(t, "attempts", []attempt{{0, "a b"}, {0, "c"}}, s.receiver.attempts())

		s.record("d") // as another process does: nobody pokes
		pass(idle)
		same(t, "attempts", []attempt{{0, "a b"}, {0, "c"}, {idle, "d"}}, s.receiver.attempts())
	})
}

func TestBatchesAreBounded(t *testing.T) {
	play(t, Options{BatchCount: 3, BatchBytes: 25}, take, func(s *scene, begin func()) {
		s.record("a", "b", "c", "d", "e")
		begin()
		same(t, "attempts", []attempt{{0, "a b"}, {0, "c d"}, {0, "e"}}, s.receiver.attempts())
	})
}

func TestAnOutageIsProbedByOneDeliveryUpToOnceAMinute(t *testing.T) {
	play(t, Options{BatchCount: 4}, down, func(s *scene, begin func()) {
		s.record("a", "b", "c", "d", "e", "f", "g", "h")
		begin()
		if s := s.Status(); s.State != Behind || s.Reason != "connection refused" || s.Depth != 8 || s.Bytes != 80 {
			t.Errorf("status %+v, want behind with 8 deliveries of 80 bytes and the reason", s)
		}
		for range 100 { // a busy probe pokes all the time
			s.Poke()
			pass(36 * time.Second)
		}
		seen := s.receiver.attempts()
		if first := seen[0].Keys; first != "a b c d" {
			t.Errorf("the first attempt takes %q, want a full batch", first)
		}
		longest := time.Duration(0)
		for i := 1; i < len(seen); i++ {
			if strings.Contains(seen[i].Keys, " ") {
				t.Errorf("attempt %d of an outage takes %q, want one delivery", i, seen[i].Keys)
			}
			longest = max(longest, seen[i].At-seen[i-1].At)
		}
		if longest > time.Minute || longest < 45*time.Second {
			t.Errorf("the longest wait between two attempts is %v, want 48 s to a minute", longest)
		}
		if n := len(seen); n < 60 || n > 85 {
			t.Errorf("%d attempts in an hour of outage, want about one a minute", n)
		}
		if oldest := s.Status().Oldest; oldest < time.Hour {
			t.Errorf("the oldest delivery has waited %v, want an hour", oldest)
		}
		s.receiver.set(take)
		pass(2 * time.Minute)
		same(t, "kept", []string{}, s.kept())
		if s := s.Status(); s.State != OK || s.Reason != "" || s.Oldest != 0 || s.Depth != 0 {
			t.Errorf("status %+v, want ok and nothing left", s)
		}
	})
}

func TestRetryAfterIsNeverCutShort(t *testing.T) {
	for asked, most := range map[time.Duration]time.Duration{2 * time.Minute: 133 * time.Second, 24 * time.Hour: 67 * time.Minute} {
		busy := func(context.Context, []store.Delivery) Outcome {
			return Outcome{RetryAfter: asked, Err: errors.New("too many requests")}
		}
		play(t, Options{}, busy, func(s *scene, begin func()) {
			s.record("a")
			begin()
			s.receiver.set(take)
			s.record("b")
			s.Poke()
			pass(2 * time.Hour)
			seen := s.receiver.attempts()
			if len(seen) < 2 {
				t.Fatalf("asked for %v: attempts %v, want a second one", asked, seen)
			}
			if at := seen[1].At; at < min(asked, time.Hour) || at > most {
				t.Errorf("asked for %v: tried again after %v, want %v to %v", asked, at, min(asked, time.Hour), most)
			}
			same(t, "kept", []string{}, s.kept())
		})
	}
}

func TestBlockedKeepsEverythingAndTriesEveryHalfMinute(t *testing.T) {
	block := func(context.Context, []store.Delivery) Outcome { return Outcome{Blocked: true, Err: hinted{}} }
	play(t, Options{}, block, func(s *scene, begin func()) {
		s.record("a", "b")
		begin()
		pass(10 * time.Minute)
		got := s.Status()
		got.Oldest = 0
		same(t, "status", Status{State: Blocked, Reason: "token rejected", Hint: "check the token", Depth: 2, Bytes: 20, Attempts: 20}, got)
		for i, a := range s.receiver.attempts()[1:] {
			if least := time.Duration(i+1) * 30 * time.Second; a.At < least {
				t.Errorf("attempt %d at %v, want not before %v", i+1, a.At, least)
			}
		}
		s.receiver.set(take)
		pass(time.Minute)
		same(t, "kept", []string{}, s.kept())
		if s := s.Status(); s.State != OK || s.Hint != "" {
			t.Errorf("status %+v, want ok", s)
		}
	})
}

type hinted struct{}

func (hinted) Error() string { return "token rejected" }
func (hinted) Hint() string  { return "check the token" }

func TestRefusedAreKeptWithTheReasonAndSentAgainWhenAsked(t *testing.T) {
	play(t, Options{}, func(_ context.Context, b []store.Delivery) Outcome {
		out := Outcome{Refused: map[int64]string{}}
		for _, d := range b {
			if d.Key == "bad" {
				out.Refused[d.ID] = "line 2: unable to parse"
			} else {
				out.Delivered = append(out.Delivered, d.ID)
			}
		}
		return out
	}, func(s *scene, begin func()) {
		s.record("a", "bad", "c")
		begin()
		pass(time.Hour)
		same(t, "kept", []string{"bad refused 1 line 2: unable to parse"}, s.kept())
		same(t, "status", Status{State: OK, Bytes: 10, Refused: 1, Attempts: 1}, s.Status())

		s.receiver.set(take)
		if ok, err := s.Resend(context.Background(), 0, time.Now()); !ok || err != nil {
			t.Fatalf("Resend: %v, %v", ok, err)
		}
		pass(idle)
		same(t, "kept", []string{}, s.kept())
		same(t, "status", Status{State: OK, Attempts: 2}, s.Status())
	})
}

func TestADeliveryThatNeverPassesHoldsUpNothing(t *testing.T) {
	play(t, Options{}, func(ctx context.Context, b []store.Delivery) Outcome {
		for _, d := range b {
			if d.Key == "poison" {
				return Outcome{Err: errors.New("500 internal server error")}
			}
		}
		return take(ctx, b)
	}, func(s *scene, begin func()) {
		s.record("poison", "a", "b", "c")
		begin()
		for i := range 6 * 6 {
			s.record(fmt.Sprint("later-", i))
			s.Poke()
			pass(10 * time.Minute)
		}
		kept := s.kept()
		if len(kept) != 1 || !strings.HasPrefix(kept[0], "poison waiting") || !strings.HasSuffix(kept[0], "500 internal server error") {
			t.Errorf("kept %q, want only the one that never passes", kept)
		}
		tries := 0
		for _, a := range s.receiver.attempts() {
			if strings.Contains(a.Keys, "poison") {
				tries++
			}
		}
		if tries < 6 || tries > 6*4 {
			t.Errorf("it was tried %d times in six hours, want soon no more than about hourly", tries)
		}
		if s := s.Status(); s.State != OK {
			t.Errorf("status %+v, want ok: the others pass", s)
		}
	})
}

func TestPartOfABatchPasses(t *testing.T) {
	play(t, Options{BatchCount: 3}, func(_ context.Context, b []store.Delivery) Outcome {
		return Outcome{
			// A sender is not believed about what it wasn't given.
			Delivered: []int64{b[0].ID, 4711},
			Refused:   map[int64]string{b[1].ID: "no", b[2].ID + 1: "nor that"},
			Err:       errors.New("reset"),
		}
	}, func(s *scene, begin func()) {
		s.record("a", "b", "c", "next")
		begin()
		same(t, "kept", []string{"b refused 1 no", "c waiting 1 reset", "next waiting 0"}, s.kept())
		s.receiver.set(take)
		pass(3 * time.Second)
		same(t, "kept", []string{"b refused 1 no"}, s.kept())
	})
}

func TestASenderThatSaysNothingIsNotCalledInALoop(t *testing.T) {
	play(t, Options{}, func(context.Context, []store.Delivery) Outcome { return Outcome{} }, func(s *scene, begin func()) {
		s.record("a")
		begin()
		pass(time.Hour)
		if n := len(s.receiver.attempts()); n > 85 {
			t.Errorf("%d attempts in an hour, want about one a minute", n)
		}
		if s := s.Status(); s.State != Behind || !strings.HasPrefix(s.Reason, "BUG:") {
			t.Errorf("status %+v, want behind because of a bug", s)
		}
	})
}
