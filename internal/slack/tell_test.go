package slack

import (
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/slack/slacktest"
)

const (
	failing  = `🔴 FAILED acme · Buy a › Pay: "Order confirmed" not seen · 2 of 3 runs · since 00:00`
	resolved = `✅ RESOLVED acme · Buy a › Pay: "Order confirmed" not seen · lasted `
)

func TestAnIncidentIsOneMessageThatShowsHowItIs(t *testing.T) {
	a := opened("a", journey.Bad)
	for name, c := range map[string]struct {
		told []incident.Incident
		want []string
	}{
		"bad calls nobody": {
			[]incident.Incident{a},
			[]string{"🟠 BAD acme · Buy a › Pay 4.0 s · since 00:00"},
		},
		"slow calls nobody": {
			[]incident.Incident{opened("a", journey.Slow)},
			[]string{"🟡 SLOW acme · Buy a › Pay 2.0 s · since 00:00"},
		},
		"critical calls": {
			[]incident.Incident{opened("a", journey.Critical)},
			[]string{"🔴 CRITICAL acme · Buy a › Pay 6.0 s · since 00:00 <!here>"},
		},
		"failed calls": {
			[]incident.Incident{opened("a", journey.Failed)},
			[]string{failing + " <!here>"},
		},
		"worse is told in the channel too, and calls from there": {
			[]incident.Incident{a, then(a, incident.Worsened, journey.Failed)},
			[]string{failing, "! Worse now: " + failing + " <!here>"},
		},
		"better is an edit": {
			[]incident.Incident{opened("a", journey.Failed), then(opened("a", journey.Failed), incident.Improved, journey.Bad)},
			[]string{"🟠 BAD acme · Buy a › Pay 4.0 s · since 00:00"},
		},
		"who takes care is an edit": {
			[]incident.Incident{a, then(a, incident.Acknowledged, "")},
			[]string{"🟠 BAD acme · Buy a › Pay 4.0 s · since 00:00"},
		},
		"the end is an edit and a word in the thread": {
			[]incident.Incident{opened("a", journey.Failed), then(opened("a", journey.Failed), incident.Resolution, "")},
			[]string{resolved + "20 min", "  " + resolved + "20 min"},
		},
		"over before it could be told": {
			[]incident.Incident{then(opened("a", journey.Failed), incident.Resolution, "")},
			[]string{resolved + "20 min"},
		},
		"back again": {
			[]incident.Incident{
				opened("a", journey.Failed),
				then(opened("a", journey.Failed), incident.Resolution, ""),
				then(then(opened("a", journey.Failed), incident.Resolution, ""), incident.Reopened, ""),
			},
			[]string{failing + " <!here>", "  " + resolved + "20 min", "! It is back: " + failing + " <!here>"},
		},
		"several reminders are one": {
			[]incident.Incident{a, then(then(then(a, incident.Reminded, ""), incident.Reminded, ""), incident.Reminded, "")},
			[]string{"🟠 BAD acme · Buy a › Pay 4.0 s · since 00:00", "! It goes on: 🟠 BAD acme · Buy a › Pay 4.0 s · since 00:00"},
		},
		"worse that was resolved before it could be told": {
			[]incident.Incident{a, then(then(a, incident.Worsened, journey.Failed), incident.Resolution, "")},
			[]string{resolved + "30 min", "  " + resolved + "30 min"},
		},
		"worse that got better before it could be told": {
			[]incident.Incident{a, then(then(a, incident.Worsened, journey.Failed), incident.Improved, journey.Bad)},
			[]string{"🟠 BAD acme · Buy a › Pay 4.0 s · since 00:00"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
				for _, i := range c.told {
					s.tell(i)
				}
				s.want("oncall", c.want...)
				calls := s.slack.Calls()["chat.postMessage"]
				s.tell(c.told[len(c.told)-1]) // an old delivery says nothing new
				s.want("oncall", c.want...)
				same(t, "posts", calls, s.slack.Calls()["chat.postMessage"])
			})
		})
	}
}

func TestOpsHearOfSamuisOwnTroubleAndNobodyIsCalled(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		wall := opened("w", journey.Blocked)
		wall.Kind, wall.Journey, wall.Title = incident.KindWall, "", ""
		wall.Worst.Message, wall.Worst.WaitMs = "a challenge page", nil
		probe := opened("p", journey.ProbeError)
		probe.Kind, probe.Client, probe.Site, probe.Journey, probe.Title = incident.KindProbe, "", "", "", ""
		probe.Worst.Message, probe.Worst.WaitMs = "no Chrome", nil
		s.tell(wall, probe)
		s.want("oncall")
		s.tell(then(wall, incident.Worsened, "")) // it spreads
		s.want("ops",
			"⚠️ BLOCKED acme · Demo shop: the site turns the robot away · since 00:00",
			"! Worse now: ⚠️ BLOCKED acme · Demo shop: the site turns the robot away · since 00:00",
			"⚠️ PROBE ERROR Samui can't look from tlv-1: no Chrome · since 00:00")
	})
}

func TestASiteHasAChannelOfItsOwnAndItsMessagesStayWhereTheyAre(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		a := opened("a", journey.Bad)
		s.adorn("a", func(n *Notice) { n.Channel = "#acme" })
		s.tell(a)
		s.adorn("a", func(n *Notice) { n.Channel = "#oncall" })
		s.tell(then(a, incident.Worsened, journey.Failed))
		s.want("acme", failing, "! Worse now: "+failing+" <!here>")
		s.want("oncall")
	})
}

func TestTheDeliveriesOfAnIncidentAreOneTelling(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		s.set(then(opened("a", journey.Bad), incident.Worsened, journey.Failed), opened("b", journey.Bad))
		r := s.send("a", "b", "a", "gone")
		if len(r.Delivered) != 4 || r.Err != nil {
			t.Errorf("%+v, want all four delivered", r)
		}
		s.want("oncall", failing+" <!here>", "🟠 BAD acme · Buy b › Pay 4.0 s · since 00:00")
	})
}

func TestAMessageASecondAndChannel(t *testing.T) {
	play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
		var all []incident.Incident
		for k, id := range names(6) {
			i := opened(id, journey.Bad)
			i.Site = id // no storm
			all = append(all, i)
			s.set(i)
			if k%2 == 1 {
				s.adorn(id, func(n *Notice) { n.Channel = "#acme" })
			}
		}
		begun := time.Now()
		s.tell(all...)
		if took := time.Since(begun); took < 2*time.Second || took > 3*time.Second {
			t.Errorf("three messages in each of two channels took %v, want 2 s: they don't wait for each other", took)
		}
		same(t, "refusals", []string(nil), s.slack.Refusals())
	})
}

func TestABatchEndsAfterAMinute(t *testing.T) {
	play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
		ids := names(99)
		for _, id := range ids {
			i := opened(id, journey.Bad)
			i.Site = id
			s.set(i)
		}
		begun := time.Now()
		r := s.send(ids...)
		if took := time.Since(begun); took > 62*time.Second || len(r.Delivered) < 55 || r.Err == nil || r.Blocked {
			t.Errorf("%d delivered in %v, error %v; want about sixty in a minute, and why the rest waits", len(r.Delivered), took, r.Err)
		}
	})
}
