package slack

import (
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/slack/slacktest"
)

func TestTheCureIsInTheSettings(t *testing.T) {
	for name, c := range map[string]struct {
		turns  int // of an incident that are told before
		before func(*slacktest.Channel)
		old    []string
		want   []string
	}{
		"there never was such a channel": {
			before: func(c *slacktest.Channel) { c.Absent, c.Private = true, true },
			old:    []string{}, want: []string{failing + " <!here>"},
		},
		"archived": {
			turns: 1, before: func(c *slacktest.Channel) { c.Archived = true },
			old: []string{bad}, want: []string{failing + " <!here>"},
		},
		"archived before it was edited": {
			turns: 2, before: func(c *slacktest.Channel) { c.Archived = true },
			old: []string{failing, "! Worse now: " + failing + " <!here>"}, want: []string{failing + " <!here>"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
				a := opened("a", journey.Bad)
				turns := []incident.Incident{a, then(a, incident.Worsened, journey.Failed), then(then(a, incident.Worsened, journey.Failed), incident.Acknowledged, "")}
				for _, i := range turns[:c.turns] {
					s.tell(i)
				}
				s.slack.Change("oncall", c.before)
				s.set(turns[max(1, c.turns)])
				if r := s.send("a"); !r.Later[s.ids].Blocked {
					t.Fatalf("%+v, want it to wait for somebody", r)
				}
				s.o.Channel = "#acme"
				s.restart()
				s.until("a")
				same(t, "the new channel", c.want, s.see("acme"))
				s.tell(then(turns[max(1, c.turns)], incident.Resolution, ""))
				same(t, "the old channel", c.old, s.see("oncall"))
				same(t, "messages of the new one", 2, len(s.see("acme")))
			})
		})
	}
}

func TestAStormFollowsTheSettingsToo(t *testing.T) {
	play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
		all := many(5, journey.Bad)
		s.tell(all...)
		s.slack.Change("oncall", func(c *slacktest.Channel) { c.Archived = true })
		s.o.Channel = "#acme"
		s.restart()
		all[4] = then(all[4], incident.Worsened, journey.Failed)
		s.tell(all[4])
		same(t, "messages", []string{"🔴 FAILED acme · 2 more journeys of Demo shop · since 00:00 <!here>"}, s.see("acme"))
	})
}

// What can't be edited is nobody else's trouble, and is told all the same.
func TestAnEditThatNeverPassesHoldsUpNothing(t *testing.T) {
	for _, fault := range []slacktest.Fault{{Code: "gremlins"}, {Code: "internal_error"}, {Code: "invalid_blocks"}, {Status: 503}} {
		play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
			a := opened("a", journey.Bad)
			s.tell(a)
			s.slack.FailAlways("chat.update", fault)
			s.set(then(a, incident.Worsened, journey.Failed))
			r := s.send("a")
			s.want("oncall", bad, "! Worse now: "+failing+" <!here>")
			if refused := fault.Code == "invalid_blocks"; len(r.Refused) > 0 || (len(r.Delivered) == 1) != refused {
				t.Errorf("%+v: %+v, want the edit made later unless its form is refused", fault, r)
			}
			s.slack.FailAlways("chat.update", slacktest.Fault{})
			pass(time.Minute)
			s.tell(then(then(a, incident.Worsened, journey.Failed), incident.Acknowledged, ""))
			s.want("oncall", failing, "! Worse now: "+failing+" <!here>")
		})
	}
}

func TestWhatNobodyKnowsWaitsByItselfAndIsShownSoon(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		s.slack.Fail("chat.postMessage", slacktest.Fault{Code: "gremlins"})
		s.set(opened("a", journey.Bad), opened("b", journey.Bad))
		r := s.send("a", "b")
		if w := r.Later[1]; len(r.Delivered) != 1 || r.Err != nil || w.Why == nil || w.Blocked {
			t.Errorf("%+v, want one delivered and the other to wait", r)
		}
		s.slack.Fail("chat.postMessage", slacktest.Fault{Code: "gremlins"})
		r = s.sender.Send(t.Context(), []Delivery{{ID: 1, Incident: "a", Attempts: stubborn}})
		w := r.Later[1]
		if !w.Blocked || w.Why == nil {
			t.Fatalf("%+v, want it shown as something to act on", r)
		}
		contains(t, "error", w.Why.Error(), "gremlins")
		contains(t, "hint", hint(w.Why), "https://docs.slack.dev")
		s.until("a")
	})
}
