package slack

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/outbox"
	"samui/internal/slack/slacktest"
	"samui/internal/store"
)

// queued is Slack as the outbox wants it.
type queued struct{ to *Sender }

func (q queued) Send(ctx context.Context, batch []store.Delivery) outbox.Outcome {
	incidents := make([]Delivery, 0, len(batch))
	for _, d := range batch {
		incidents = append(incidents, Delivery{ID: d.ID, Incident: string(d.Payload)})
	}
	r := q.to.Send(ctx, incidents)
	out := outbox.Outcome{Delivered: r.Delivered, Refused: r.Refused, Later: map[int64]outbox.Wait{}, RetryAfter: r.RetryAfter, Err: r.Err, Blocked: r.Blocked}
	for id, w := range r.Later {
		out.Later[id] = outbox.Wait(w)
	}
	return out
}

// deliver runs a real outbox over a real store until the act is over.
func (s *scene) deliver(t *testing.T, act func(tell func(incident.Incident), waiting func() int)) {
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	box := outbox.New(st, outbox.Options{Sink: Sink, Sender: queued{s.sender}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- box.Run(ctx) }()
	slot := 0
	tell := func(i incident.Incident) {
		t.Helper()
		s.set(i)
		slot++
		at := start().Add(time.Duration(slot) * time.Minute)
		run := journey.Run{RunID: fmt.Sprintf("01RUN%d", slot), Client: "acme", Site: "shop", Env: "production", Journey: "buy", Device: "desktop", Location: "tlv-1", Slot: &at, Attempt: 1, Outcome: journey.Failed}
		result := store.Result{Run: run, Deliveries: []store.Delivery{{Sink: Sink, Key: fmt.Sprintf("%s/%d", i.ID, i.Revision), Payload: []byte(i.ID)}}}
		key := journey.Slot{Site: "shop", Journey: "buy", Device: "desktop", Location: "tlv-1", At: at}
		if err := st.Record(t.Context(), key, result); err != nil {
			t.Fatal(err)
		}
		box.Poke()
	}
	waiting := func() int {
		t.Helper()
		b, err := st.Backlog(t.Context(), Sink)
		if err != nil {
			t.Fatal(err)
		}
		return b.Waiting + b.Refused
	}
	act(tell, waiting)
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestDeliveriesOfARealOutbox(t *testing.T) {
	turns, want := life()
	for _, name := range []string{"accepted, no answer", "503", "429", "a login page"} {
		fault := faults()[name]
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
				s.deliver(t, func(tell func(incident.Incident), waiting func() int) {
					for _, i := range turns {
						s.slack.Fail("chat.postMessage", fault)
						tell(i)
						pass(3 * time.Minute)
						synctest.Wait()
						same(t, "waiting", 0, waiting())
					}
				})
				s.want("oncall", want...)
			})
		})
	}
}

func TestHoursWithoutSlack(t *testing.T) {
	play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
		s.deliver(t, func(tell func(incident.Incident), waiting func() int) {
			s.slack.FailAlways("*", slacktest.Fault{Status: 503})
			all := many(50, journey.Failed)
			for k, i := range all {
				tell(i)
				pass(3 * time.Minute)
				if k%2 == 0 {
					all[k] = then(i, incident.Resolution, "")
					tell(all[k])
				}
			}
			same(t, "waiting", 75, waiting())
			s.slack.FailAlways("*", slacktest.Fault{})
			pass(10 * time.Minute)
			synctest.Wait()
			same(t, "waiting", 0, waiting())
		})
		got := heads(s.see("oncall"))
		same(t, "messages", 4, len(got))
		same(t, "storm", "🔴 FAILED acme · 24 of 47 more journeys of Demo shop · since 00:00 <!here>", got[3])
		same(t, "refusals", []string(nil), s.slack.Refusals())
	})
}
