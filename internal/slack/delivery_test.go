package slack

import (
	"context"
	"fmt"
	"strings"
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
		incidents = append(incidents, Delivery{ID: d.ID, Incident: string(d.Payload), Attempts: d.Attempts})
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
		contains(t, "storm", strings.Join(got, "\n"), "🔴 FAILED acme · 24 of 47 more journeys of Demo shop · since 00:00 <!here>")
		same(t, "refusals", []string(nil), s.slack.Refusals())
	})
}

// A channel that the bot is not in, and messages that can't be edited, are no
// reason not to tell of what fails elsewhere.
func TestNothingStarvesAnotherChannel(t *testing.T) {
	play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
		stuck := []incident.Incident{opened("a", journey.Bad), opened("b", journey.Bad), opened("c", journey.Bad), opened("d", journey.Bad)}
		for k := range stuck {
			stuck[k].Site = fmt.Sprint(k)
		}
		s.tell(stuck[2:]...)
		s.slack.FailAlways("chat.update", slacktest.Fault{Code: "gremlins"})
		s.slack.Change("acme", func(c *slacktest.Channel) { c.Absent = true })
		s.deliver(t, func(tell func(incident.Incident), waiting func() int) {
			for k, i := range stuck {
				if k < 2 {
					s.set(i)
					s.adorn(i.ID, func(n *Notice) { n.Channel = "#acme" })
				} else {
					i = then(i, incident.Moved, "")
				}
				tell(i)
			}
			pass(20 * time.Minute)
			tell(opened("e", journey.Failed))
			pass(2 * time.Second)
			contains(t, "told", strings.Join(s.see("oncall"), "\n"), "Buy e")
			same(t, "waiting", 4, waiting())
			s.slack.Change("acme", func(c *slacktest.Channel) { c.Absent = false })
			s.slack.FailAlways("chat.update", slacktest.Fault{})
			pass(time.Hour)
			same(t, "waiting in the end", 0, waiting())
			same(t, "in #acme", 2, len(s.see("acme")))
		})
	})
}
