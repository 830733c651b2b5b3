package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/slack/slacktest"
)

const bad = "🟠 BAD acme · Buy a › Pay 4.0 s · since 00:00"

func TestWhatSomebodyHasToActOnBlocksAndSaysWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		trouble, cure func(*slacktest.Server)
		err, hint     string
	}{
		"the bot is not invited": {
			func(s *slacktest.Server) { s.Change("oncall", func(c *slacktest.Channel) { c.Absent = true }) },
			func(s *slacktest.Server) { s.Change("oncall", func(c *slacktest.Channel) { c.Absent = false }) },
			"telling Slack (chat.postMessage #oncall): not_in_channel", "type /invite @samui in #oncall",
		},
		"a private channel": {
			func(s *slacktest.Server) {
				s.Change("oncall", func(c *slacktest.Channel) { c.Absent, c.Private = true, true })
			},
			func(s *slacktest.Server) { s.Change("oncall", func(c *slacktest.Channel) { c.Absent = false }) },
			"telling Slack (chat.postMessage #oncall): channel_not_found", "is there a channel #oncall?",
		},
		"archived": {
			func(s *slacktest.Server) { s.Change("oncall", func(c *slacktest.Channel) { c.Archived = true }) },
			func(s *slacktest.Server) { s.Change("oncall", func(c *slacktest.Channel) { c.Archived = false }) },
			"telling Slack (chat.postMessage #oncall): is_archived", "#oncall is archived",
		},
		"revoked": {
			func(s *slacktest.Server) { s.Revoke(true) },
			func(s *slacktest.Server) { s.Revoke(false) },
			"telling Slack (chat.postMessage #oncall): token_revoked", "check slack.token",
		},
		"no scope": {
			func(s *slacktest.Server) { s.Allow("files:write") },
			func(s *slacktest.Server) { s.Allow(slacktest.Scopes()...) },
			"telling Slack (chat.postMessage #oncall): missing_scope: chat:write", "add the scope chat:write to the Slack app",
		},
		"a proxy": {
			func(s *slacktest.Server) { s.FailAlways("*", slacktest.Fault{Status: 407}) },
			func(s *slacktest.Server) { s.FailAlways("*", slacktest.Fault{}) },
			"telling Slack (chat.postMessage #oncall): it answered 407 Proxy Authentication Required", "is there a proxy between",
		},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
				c.trouble(s.slack)
				s.set(opened("a", journey.Bad))
				r := s.send("a")
				w := why(r)
				if len(r.Delivered) > 0 || !w.Blocked || w.Why == nil {
					t.Fatalf("%+v, want it blocked", r)
				}
				same(t, "error", c.err, w.Why.Error())
				contains(t, "hint", hint(w.Why), c.hint)
				c.cure(s.slack)
				pass(30 * time.Second)
				s.until("a")
				same(t, "messages", []string{bad}, s.see("oncall"))
			})
		})
	}
}

func TestABadChannelHoldsUpNoOther(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		s.slack.Change("acme", func(c *slacktest.Channel) { c.Absent = true })
		s.set(opened("a", journey.Bad), opened("b", journey.Bad), opened("c", journey.Bad), opened("d", journey.Bad))
		for _, id := range []string{"b", "d"} {
			s.adorn(id, func(n *Notice) { n.Channel = "#acme" })
		}
		r := s.send("b", "a", "d", "c")
		same(t, "delivered", 2, len(r.Delivered))
		if r.Err != nil || r.Blocked || len(r.Later) != 2 || !r.Later[1].Blocked || !r.Later[3].Blocked {
			t.Errorf("%+v, want only the first and the third to wait for somebody", r)
		}
		same(t, "calls", 3, s.slack.Calls()["chat.postMessage"])
		same(t, "messages", 2, len(s.see("oncall")))
	})
}

func TestSlackIsLeftAloneAsLongAsItWants(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		s.slack.Fail("chat.postMessage", slacktest.Fault{Status: http.StatusTooManyRequests, RetryAfter: "17"})
		s.set(opened("a", journey.Bad), opened("b", journey.Bad))
		r := s.send("a", "b")
		if r.RetryAfter != 17*time.Second || r.Blocked || len(r.Delivered) > 0 {
			t.Errorf("%+v, want to come again in 17 s", r)
		}
		same(t, "calls", 1, s.slack.Calls()["chat.postMessage"])
		begun := time.Now()
		if r := s.send("a"); r.RetryAfter != 17*time.Second || time.Since(begun) > 0 {
			t.Errorf("%+v after %v, want to be told so at once", r, time.Since(begun))
		}
		pass(17 * time.Second)
		s.until("a", "b")
	})
}

func TestWhatNeverLeftIsNotLookedFor(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		s.set(opened("a", journey.Bad))
		s.slack.Close()
		r := s.send("a")
		if r.Err == nil || r.Blocked {
			t.Errorf("%+v, want it to wait", r)
		}
		contains(t, "hint", hint(r.Err), "is there a way from here to Slack?")
		kept, _, err := s.memory.Thread(t.Context(), "a")
		if err != nil || kept.Posting != nil {
			t.Errorf("%+v %v, want no mark: nothing was sent", kept, err)
		}
	})
}

func TestAMessageThatSomebodyDeleted(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		a := opened("a", journey.Failed)
		s.tell(a)
		s.slack.Delete(s.slack.Roots("oncall")[0].TS)
		a = then(a, incident.Acknowledged, "")
		s.tell(a)
		same(t, "posted anew", []string{failing + " <!here>"}, s.see("oncall"))
		s.slack.Delete(s.slack.Roots("oncall")[0].TS)
		a = then(a, incident.Resolution, "")
		s.tell(a)
		same(t, "let go", []string{}, s.see("oncall"))
		s.tell(a)
		same(t, "let go for good", []string{}, s.see("oncall"))
	})
}

func TestAMessageThatCannotBeEditedAnyMore(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		a := opened("a", journey.Bad)
		s.tell(a)
		s.slack.Freeze(s.slack.Roots("oncall")[0].TS)
		a = then(a, incident.Worsened, journey.Failed)
		s.tell(a)
		s.tell(then(a, incident.Resolution, ""))
		same(t, "messages", []string{bad, "! Worse now: " + failing + " <!here>", "  " + resolved + "30 min"}, s.see("oncall"))
		same(t, "edits", 1, s.slack.Calls()["chat.update"])
	})
}

func TestWhatSlackDoesNotTakeIsSentAsTextThenRefused(t *testing.T) {
	for _, code := range []string{"msg_too_long", "msg_blocks_too_long", "invalid_blocks"} {
		play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
			s.slack.Fail("chat.postMessage", slacktest.Fault{Code: code})
			s.tell(opened("a", journey.Bad))
			m := s.slack.Roots("oncall")[0]
			contains(t, "text", m.Text, bad+"\nWhere: Pay · desktop")
			contains(t, "text", m.Text, "<https://samui.example/runs/01RUN|Open the run> · <https://samui.example/incidents/a|")
			same(t, "blocks", "", string(m.Blocks))

			s.slack.Fail("chat.postMessage", slacktest.Fault{Code: code}, slacktest.Fault{Code: code})
			s.set(opened("b", journey.Bad), opened("c", journey.Bad))
			r := s.send("b", "c")
			if len(r.Refused) != 1 || len(r.Delivered) != 1 || r.Err != nil {
				t.Errorf("%+v, want one refused and the other delivered", r)
			}
		})
	}
}

func TestTroubleOfTheMemoryIsToldAndNothingIsTwice(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		full := errors.New("disk is full")
		keeps := 0
		s.memory.before = func() error {
			if keeps++; keeps > 1 {
				return full
			}
			return nil
		}
		s.set(opened("a", journey.Bad))
		r := s.send("a")
		if !errors.Is(r.Err, full) || len(r.Delivered) > 0 {
			t.Errorf("%+v, want it to wait because the disk is full", r)
		}
		s.memory.before = nil
		s.until("a")
		s.want("oncall", bad)
	})
}

func TestStoppingEndsABatchSoon(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		for k, id := range names(20) {
			i := opened(id, journey.Bad)
			i.Site = fmt.Sprint(k)
			s.set(i)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 4500*time.Millisecond)
		defer cancel()
		var batch []Delivery
		for k, id := range names(20) {
			batch = append(batch, Delivery{ID: int64(k), Incident: id})
		}
		begun := time.Now()
		r := s.sender.Send(ctx, batch)
		if took := time.Since(begun); took > 5*time.Second || len(r.Delivered) != 5 || !errors.Is(r.Err, context.DeadlineExceeded) {
			t.Errorf("%d delivered in %v, %v; want five in 4.5 s", len(r.Delivered), took, r.Err)
		}
	})
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		workspace slacktest.Options
		trouble   func(*slacktest.Server)
		err, hint string
		optional  bool
	}{
		"all well":            {},
		"revoked":             {trouble: func(s *slacktest.Server) { s.Revoke(true) }, err: "token_revoked", hint: "check slack.token"},
		"down":                {trouble: func(s *slacktest.Server) { s.FailAlways("*", slacktest.Fault{Reset: true}) }, err: "auth.test", hint: "is there a way"},
		"may not post":        {workspace: slacktest.Options{Scopes: []string{"channels:read"}}, err: "may not chat:write", hint: "add the scope chat:write"},
		"not there":           {trouble: func(s *slacktest.Server) { s.Change("ops", func(c *slacktest.Channel) { c.Absent = true }) }, err: "#ops", hint: "/invite @samui in #ops"},
		"may not see":         {workspace: slacktest.Options{Scopes: []string{"chat:write", "channels:history", "files:write"}}, err: "may not channels:read", hint: "add the scope channels:read", optional: true},
		"may not see private": {workspace: slacktest.Options{Scopes: []string{"chat:write", "channels:history", "channels:read", "files:write"}}, trouble: func(s *slacktest.Server) { s.Change("ops", func(c *slacktest.Channel) { c.Private = true }) }, err: "may not groups:read", hint: "add the scope groups:read", optional: true},
		"sees all it needs":   {workspace: slacktest.Options{Scopes: []string{"chat:write", "channels:history", "channels:read", "files:write"}}},
		"may post anywhere":   {workspace: slacktest.Options{Scopes: append(slacktest.Scopes(), "chat:write.public")}, trouble: func(s *slacktest.Server) { s.Change("ops", func(c *slacktest.Channel) { c.Absent = true }) }, err: "#ops", hint: "/invite", optional: true},
		"may not look":        {workspace: slacktest.Options{Scopes: []string{"chat:write", "files:write"}}, err: "may not channels:history", hint: "add the scope channels:history", optional: true},
		"may show no images":  {workspace: slacktest.Options{Scopes: []string{"chat:write", "channels:history", "channels:read"}}, err: "may not files:write", hint: "add the scope files:write", optional: true},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, c.workspace, Options{}, func(t *testing.T, s *scene) {
				if c.trouble != nil {
					c.trouble(s.slack)
				}
				err := s.sender.Check(t.Context(), "#acme")
				if c.err == "" {
					if err != nil {
						t.Fatalf("%v, want nothing", err)
					}
					return
				}
				if err == nil {
					t.Fatalf("no error, want %q", c.err)
				}
				contains(t, "error", err.Error(), c.err)
				contains(t, "hint", hint(err), c.hint)
				e, _ := errors.AsType[*Error](err)
				same(t, "optional", c.optional, e.Optional)
				same(t, "messages", 0, len(s.slack.Messages("oncall")))
			})
		})
	}
}

func TestNoSecretInAnyError(t *testing.T) {
	const path = "/services/T00000000/B00000000/"
	for name, fault := range faults() {
		for _, webhook := range []journey.Secret{{}, journey.NewSecret("https://x")} {
			play(t, slacktest.Options{}, Options{Webhook: webhook}, func(t *testing.T, s *scene) {
				fault.Accept = false
				s.slack.FailAlways("*", fault)
				s.set(opened("a", journey.Bad))
				var said []string
				for _, err := range []error{why(s.send("a")).Why, s.sender.Check(t.Context())} {
					for err != nil {
						said = append(said, fmt.Sprintf("%v %+v %#v %s", err, err, err, hint(err)))
						err = errors.Unwrap(err)
					}
				}
				if len(said) == 0 {
					t.Errorf("%s: no error", name)
				}
				for _, text := range append(said, s.log.String()) {
					for _, secret := range []string{slacktest.Token, path, "webhook-secret"} {
						if strings.Contains(text, secret) {
							t.Errorf("%s: %q shows %q", name, text, secret)
						}
					}
				}
			})
		}
	}
}

func TestAPieceOfTheWebhooksAddressIsASecretToo(t *testing.T) {
	play(t, slacktest.Options{}, hooked(), func(t *testing.T, s *scene) {
		x := explainer{journey.NewRedactor(s.o.secrets()...)}
		if got := x.explain("webhook", "", errors.New("no hook oncall-webhook-secret here")).Error(); strings.Contains(got, "webhook-secret") {
			t.Errorf("%q shows a secret", got)
		}
	})
}

func TestMistakesInOptions(t *testing.T) {
	fine := Options{Token: journey.NewSecret("xoxb-1"), Channel: "#oncall", Memory: &notebook{}, Notice: (&scene{}).notice}
	for name, c := range map[string]struct {
		how       func(*Options)
		err, hint string
	}{
		"neither":        {func(o *Options) { o.Token = journey.Secret{} }, "needs a bot's token or an incoming webhook", "slack.token"},
		"both":           {func(o *Options) { o.Webhook = journey.NewSecret("https://x/services/1") }, "needs a bot's token or", "one of"},
		"no channel":     {func(o *Options) { o.Channel = "" }, "slack.channel is empty", "#oncall"},
		"mention":        {func(o *Options) { o.Mention = "<!here> <https://evil.example|x>" }, "is no mention", "<!here>"},
		"api":            {func(o *Options) { o.APIURL = "slack.com" }, "slack.api_url", "leave it out"},
		"webhook":        {func(o *Options) { o.Token, o.Webhook = journey.Secret{}, journey.NewSecret("s3cret") }, "slack.webhook is no URL", "https://hooks"},
		"nowhere to ask": {func(o *Options) { o.Memory = nil }, "BUG", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := fine
			c.how(&o)
			_, err := New(o)
			if err == nil {
				t.Fatal("no error")
			}
			contains(t, "error", err.Error(), c.err)
			contains(t, "hint", hint(err), c.hint)
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%v shows a secret", err)
			}
		})
	}
	for _, mention := range []string{"", "<!here>", "<@U012ABC> <!subteam^S0123|oncall>"} {
		o := fine
		o.Mention = mention
		if _, err := New(o); err != nil {
			t.Errorf("mention %q: %v", mention, err)
		}
	}
}
