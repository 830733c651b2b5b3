package slack

import (
	"strings"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/slack/slacktest"
)

func hooked() Options {
	return Options{Webhook: journey.NewSecret("https://hooks.slack.test/services/x")}
}

func TestAWebhookPostsWhatPeopleMustHear(t *testing.T) {
	play(t, slacktest.Options{Burst: 1}, hooked(), func(t *testing.T, s *scene) {
		i := opened("a", journey.Bad)
		s.tell(i)
		for _, turn := range []struct {
			kind     incident.EventKind
			severity journey.Outcome
		}{
			{incident.Moved, ""},
			{incident.Worsened, journey.Failed},
			{incident.Acknowledged, ""},
			{incident.Reminded, ""},
			{incident.Improved, journey.Bad},
			{incident.Resolution, ""},
			{incident.Reopened, journey.Failed},
		} {
			i = then(i, turn.kind, turn.severity)
			s.tell(i)
			pass(time.Second)
			s.restart()
			s.tell(i)
		}
		s.want("oncall",
			bad,
			"Worse now: "+failing+" <!here>",
			"It goes on: "+failing+" <!here>",
			"✅ RESOLVED acme · Buy a › Pay 4.0 s · lasted 1 h 10 min",
			"It is back: "+failing+" <!here>")
	})
}

func TestAWebhookLosesNothing(t *testing.T) {
	turns, _ := life()
	want := []string{bad, "Worse now: " + failing + " <!here>", resolved + "40 min", "It is back: " + failing + " <!here>", resolved + "1 h"}
	for name, fault := range faults() {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Options{}, hooked(), func(t *testing.T, s *scene) {
				for _, i := range turns {
					s.slack.Fail("webhook", fault)
					s.tell(i)
				}
				var got []string
				for _, m := range s.see("oncall") {
					if len(got) == 0 || m != got[len(got)-1] { // twice will do
						got = append(got, m)
					}
				}
				if !fault.Accept && fault.Late == 0 {
					got = s.see("oncall")
				}
				same(t, "messages", want, got)
			})
		})
	}
}

func TestAWebhookGathersAStorm(t *testing.T) {
	play(t, slacktest.Options{Burst: 1}, hooked(), func(t *testing.T, s *scene) {
		all := many(50, journey.Failed)
		s.tell(all[:48]...)
		s.tell(all[48:]...)
		got := s.see("oncall")
		if len(got) != 5 {
			t.Fatalf("%d messages, want five:\n%s", len(got), strings.Join(got, "\n"))
		}
		same(t, "storm", []string{
			"🔴 FAILED acme · 45 more journeys of Demo shop · since 00:00 <!here>",
			"🔴 FAILED acme · 2 more journeys of Demo shop · since 00:00 <!here>",
		}, got[3:])
		for k, i := range all {
			all[k] = then(i, incident.Resolution, "")
		}
		s.tell(all[:30]...)
		same(t, "messages when some are over", 8, len(s.see("oncall")))
		s.tell(all[30:]...)
		got = s.see("oncall")
		same(t, "the end", "✅ RESOLVED acme · 47 more journeys of Demo shop · lasted 20 min", got[len(got)-1])
		same(t, "messages in the end", 9, len(got))
	})
}

func TestAWebhookThatIsGoneBlocks(t *testing.T) {
	for code, c := range map[string]struct {
		status int
		blocks bool
		hint   string
	}{
		"no_service":                 {404, true, "make a new incoming webhook"},
		"invalid_token":              {403, true, "make a new incoming webhook"},
		"action_prohibited":          {403, true, "doesn't let"},
		"channel_is_archived":        {410, true, "archived"},
		"channel_not_found":          {404, true, "make a new incoming webhook"},
		"<html>not here</html>":      {404, true, "proxy"},
		"rollup_error":               {500, false, ""},
		"user_not_found":             {400, true, "new incoming webhook"},
		"something nobody knows yet": {400, true, ""},
	} {
		t.Run(code, func(t *testing.T) {
			play(t, slacktest.Options{}, hooked(), func(t *testing.T, s *scene) {
				s.slack.Fail("webhook", slacktest.Fault{Status: c.status, Code: code})
				s.set(opened("a", journey.Bad))
				r := s.send("a")
				if r.Err == nil || r.Blocked != c.blocks || len(r.Delivered)+len(r.Refused) > 0 {
					t.Fatalf("%+v, want blocked %v", r, c.blocks)
				}
				contains(t, "hint", hint(r.Err), c.hint)
				pass(time.Minute)
				s.until("a")
				s.want("oncall", bad)
			})
		})
	}
}

func TestAWebhookThatDoesNotTakeBlocksGetsText(t *testing.T) {
	play(t, slacktest.Options{}, hooked(), func(t *testing.T, s *scene) {
		s.slack.Fail("webhook", slacktest.Fault{Status: 400, Code: "invalid_blocks"})
		s.tell(opened("a", journey.Bad))
		contains(t, "message", s.see("oncall")[0], bad+"\nWhere:")
	})
}

func TestCheckOfAWebhookPostsNothing(t *testing.T) {
	play(t, slacktest.Options{}, hooked(), func(t *testing.T, s *scene) {
		if err := s.sender.Check(t.Context()); err != nil {
			t.Error(err)
		}
		s.slack.Change("oncall", func(c *slacktest.Channel) { c.Archived = true })
		err := s.sender.Check(t.Context())
		if err == nil {
			t.Fatal("no error of an archived channel")
		}
		contains(t, "error", err.Error(), "channel_is_archived")
		same(t, "messages", 0, len(s.see("oncall")))
	})
}
