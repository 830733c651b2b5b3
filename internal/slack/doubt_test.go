package slack

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/slack/slacktest"
)

// A gateway that never lets an answer through, and nobody may look.
func TestWhatIsNeverAnsweredIsNotToldForEver(t *testing.T) {
	for name, c := range map[string]struct {
		method    string
		workspace slacktest.Options
		o         Options
	}{
		"webhook":                      {"webhook", slacktest.Options{}, hooked()},
		"a bot that may not look":      {"chat.postMessage", slacktest.Options{Scopes: []string{"chat:write"}}, Options{}},
		"a bot that is refused a look": {"chat.postMessage", slacktest.Options{}, Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, c.workspace, c.o, func(t *testing.T, s *scene) {
				s.slack.FailAlways(c.method, slacktest.Fault{Status: http.StatusGatewayTimeout, Accept: true})
				s.slack.FailAlways("conversations.history", slacktest.Fault{Code: "gremlins"})
				a := opened("a", journey.Failed)
				begun := time.Now()
				s.tell(a)
				if took := time.Since(begun); took < time.Hour || took > 4*time.Hour {
					t.Errorf("taken as told after %v, want some hours: until then Slack may have been away", took)
				}
				got := s.see("oncall")
				if calls := strings.Count(strings.Join(got, "\n"), "<!here>"); len(got) != 6 || calls > 2 {
					t.Errorf("%d messages, %d of which call:\n%s", len(got), calls, strings.Join(got, "\n"))
				}
				contains(t, "log", s.log.String(), takenAsTold)
				s.tell(then(a, incident.Acknowledged, ""))
				same(t, "messages when nothing is news", len(got), len(s.see("oncall")))

				s.slack.FailAlways(c.method, slacktest.Fault{})
				s.tell(then(then(a, incident.Acknowledged, ""), incident.Reminded, ""))
				same(t, "news", "It goes on: "+failing+" <!here>", s.see("oncall")[len(got)])
				s.tell(then(then(then(a, incident.Acknowledged, ""), incident.Reminded, ""), incident.Resolution, ""))
				same(t, "the end", resolved+"40 min", strings.TrimSpace(s.see("oncall")[len(s.see("oncall"))-1]))
			})
		})
	}
}

func TestALookIsBoundedByTimeAndNeverUnfinished(t *testing.T) {
	play(t, slacktest.Options{Burst: 100_000}, Options{}, func(t *testing.T, s *scene) {
		s.slack.Fail("chat.postMessage", slacktest.Fault{Accept: true, Reset: true})
		s.set(opened("a", journey.Failed))
		s.send("a")
		pass(90 * time.Minute)
		for k := range mostPages * pageSize { // later than it can have come
			s.slack.Post("oncall", fmt.Sprint("later ", k))
		}
		s.until("a")
		same(t, "looks", 1, s.slack.Calls()["conversations.history"])
		same(t, "messages", 1, len(heads(s.see("oncall")))-mostPages*pageSize)
	})
	play(t, slacktest.Options{Burst: 100_000}, Options{}, func(t *testing.T, s *scene) {
		s.slack.Fail("chat.postMessage", slacktest.Fault{Accept: true, Reset: true})
		s.set(opened("a", journey.Failed))
		s.send("a")
		for k := range mostPages * pageSize {
			s.slack.Post("oncall", fmt.Sprint("others ", k))
		}
		r := s.send("a")
		if w := r.Later[s.ids]; w.Why == nil || len(r.Delivered) > 0 || s.slack.Calls()["chat.postMessage"] != 1 {
			t.Errorf("%+v, want it to wait: nobody looked to the end", r)
		}
	})
}

// Clocks of other people's machines are wrong, and are put right.
func TestClocks(t *testing.T) {
	for ahead, most := range map[time.Duration]time.Duration{
		15 * time.Minute: time.Minute, -15 * time.Minute: time.Minute,
		24 * time.Hour: time.Minute, // and put right since
	} {
		for name, o := range map[string]Options{"bot": {}, "webhook": hooked()} {
			t.Run(fmt.Sprint(name, " ", ahead), func(t *testing.T) {
				play(t, slacktest.Options{}, o, func(t *testing.T, s *scene) {
					method := "chat.postMessage"
					if name == "webhook" {
						method = "webhook"
					}
					s.slack.Fail(method, slacktest.Fault{Accept: true, Reset: true})
					s.set(opened("a", journey.Bad))
					s.send("a")
					kept, _, err := s.memory.Thread(t.Context(), "a")
					if err != nil || kept.Posting == nil {
						t.Fatalf("%+v %v, want a mark", kept, err)
					}
					kept.Posting.At, kept.Posting.Until = kept.Posting.At.Add(ahead), kept.Posting.Until.Add(ahead)
					if err := s.memory.Keep(t.Context(), kept); err != nil {
						t.Fatal(err)
					}
					begun := time.Now()
					s.until("a")
					if took := time.Since(begun); took > most {
						t.Errorf("told after %v, want at most %v", took, most)
					}
					if name == "bot" {
						s.want("oncall", bad)
					}
				})
			})
		}
	}
}

func TestAReplyIsFoundWhateverTheClocksSay(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		a := opened("a", journey.Bad)
		s.tell(a)
		s.slack.Fail("chat.postMessage", slacktest.Fault{Accept: true, Reset: true})
		s.set(then(a, incident.Worsened, journey.Failed))
		s.send("a")
		kept, _, err := s.memory.Thread(t.Context(), "a")
		if err != nil || kept.Posting == nil {
			t.Fatalf("%+v %v, want a mark", kept, err)
		}
		kept.Posting.At, kept.Posting.Until = kept.Posting.At.Add(30*24*time.Hour), kept.Posting.Until.Add(30*24*time.Hour)
		if err := s.memory.Keep(t.Context(), kept); err != nil {
			t.Fatal(err)
		}
		s.until("a")
		s.want("oncall", failing, "! Worse now: "+failing+" <!here>")
	})
}
