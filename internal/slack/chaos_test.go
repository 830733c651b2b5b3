package slack

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/slack/slacktest"
)

// life is an incident at each of its turns, and what people must have seen in
// the end, however much went wrong on the way.
func life() (turns []incident.Incident, want []string) {
	i := opened("a", journey.Bad)
	turns = append(turns, i)
	for _, turn := range []struct {
		kind     incident.EventKind
		severity journey.Outcome
	}{
		{incident.Worsened, journey.Failed},
		{incident.Acknowledged, ""},
		{incident.Resolution, ""},
		{incident.Reopened, ""},
		{incident.Resolution, ""},
	} {
		i = then(i, turn.kind, turn.severity)
		turns = append(turns, i)
	}
	return turns, []string{
		resolved + "1 h",
		"! Worse now: " + failing + " <!here>",
		"  " + resolved + "40 min",
		"! It is back: " + failing + " <!here>",
		"  " + resolved + "1 h",
	}
}

func faults() map[string]slacktest.Fault {
	return map[string]slacktest.Fault{
		"no answer":                         {Hang: true},
		"accepted, no answer":               {Hang: true, Accept: true},
		"no answer, accepted when we left":  {Hang: true, Late: 3 * time.Second},
		"cut off":                           {Reset: true},
		"accepted, cut off":                 {Reset: true, Accept: true},
		"503":                               {Status: 503},
		"503 with a date":                   {Status: 503, RetryAfter: "Sat, 01 Jan 2000 00:01:00 GMT"},
		"accepted, 500":                     {Status: 500, Accept: true},
		"429":                               {Status: 429, RetryAfter: "7"},
		"429 with a date":                   {Status: 429, RetryAfter: "Sat, 01 Jan 2000 00:01:00 GMT"},
		"429 that doesn't say when":         {Status: 429},
		"a login page":                      {HTML: true},
		"accepted, a login page":            {HTML: true, Accept: true},
		"internal_error":                    {Code: "internal_error"},
		"accepted, internal_error":          {Code: "fatal_error", Accept: true},
		"rate limit in words":               {Code: "ratelimited"},
		"something that nobody knows about": {Code: "gremlins"},
	}
}

func TestWhateverGoesWrongNothingIsLostOrTwice(t *testing.T) {
	turns, want := life()
	for name, fault := range faults() {
		for _, method := range []string{"chat.postMessage", "chat.update", "*"} {
			t.Run(name+" of "+method, func(t *testing.T) {
				for at := range turns {
					play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
						s.late = fault.Late > 0
						for k, i := range turns {
							if k == at {
								s.slack.Fail(method, fault, fault)
							}
							s.tell(i)
						}
						s.want("oncall", want...)
					})
				}
			})
		}
	}
}

func TestLookingMayFailToo(t *testing.T) {
	turns, want := life()
	for name, fault := range faults() {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
				for _, i := range turns {
					s.slack.Fail("chat.postMessage", slacktest.Fault{Accept: true, Reset: true})
					s.slack.Fail("conversations.history", fault)
					s.slack.Fail("conversations.replies", fault)
					s.slack.Fail("users.conversations", fault)
					s.tell(i)
				}
				s.want("oncall", want...)
			})
		})
	}
}

func TestAMinuteOf503(t *testing.T) {
	turns, want := life()
	for at := range turns {
		play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
			for k, i := range turns {
				if k == at {
					s.slack.FailAlways("*", slacktest.Fault{Status: 503})
					time.AfterFunc(time.Minute, func() { s.slack.FailAlways("*", slacktest.Fault{}) })
				}
				s.tell(i)
			}
			s.want("oncall", want...)
		})
	}
}

var errDead = errors.New("killed")

// killer kills a sender at a moment: from then on nothing that it does has an
// effect.
type killer struct {
	http.RoundTripper
	moments int // that passed
	at      int // it is killed at this one
	dead    bool
}

// moment is one at which it may be killed.
func (k *killer) moment() error {
	k.dead = k.dead || k.moments == k.at
	k.moments++
	if k.dead {
		return errDead
	}
	return nil
}

func (k *killer) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := k.moment(); err != nil {
		return nil, err
	}
	resp, err := k.RoundTripper.RoundTrip(r)
	if dead := k.moment(); dead != nil {
		if err == nil {
			resp.Body.Close()
		}
		return nil, dead
	}
	return resp, err
}

// killable has a scene's senders be killed by k.
func (s *scene) killable(k *killer) {
	k.RoundTripper = s.slack.Transport()
	s.memory.before, s.memory.after = k.moment, k.moment
	s.restartKillable(k)
}

func (s *scene) restartKillable(k *killer) {
	s.t.Helper()
	s.sender.Close()
	sender, err := newSender(s.o, k)
	if err != nil {
		s.t.Fatal(err)
	}
	s.sender = sender
}

// endure tells of incidents as the outbox of a Samui does that is killed and
// started again.
func (s *scene) endure(k *killer, ids ...string) {
	s.t.Helper()
	for range 50 {
		r := s.send(ids...)
		if k.dead {
			k.dead, k.at = false, -1
			s.restartKillable(k)
			pass(3 * time.Second)
			continue
		}
		if len(r.Delivered) == len(ids) {
			return
		}
		pass(max(why(r).For, time.Second))
	}
	s.t.Fatal("not told after 50 attempts")
}

func TestKilledAtEveryMomentOfALife(t *testing.T) {
	turns, want := life()
	killed := 0
	for at := 0; ; at++ {
		k := &killer{at: at}
		play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
			s.killable(k)
			for _, i := range turns {
				s.set(i)
				s.endure(k, i.ID)
			}
			s.want("oncall", want...)
		})
		if t.Failed() {
			t.Fatalf("killed at moment %d", at)
		}
		if k.at >= 0 {
			break // it lived to the end
		}
		killed++
	}
	t.Logf("killed at each of %d moments", killed)
	if killed < 50 {
		t.Errorf("killed at %d moments, want all of a life's", killed)
	}
}

func TestKilledAgainAndAgainWhileSlackFails(t *testing.T) {
	turns, want := life()
	var kinds []slacktest.Fault
	for _, f := range faults() {
		kinds = append(kinds, f)
	}
	for seed := range uint64(150) {
		dice := rand.New(rand.NewPCG(seed, 4))
		k := &killer{at: dice.IntN(10)}
		play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
			s.late = true
			s.killable(k)
			for _, i := range turns {
				if dice.IntN(2) == 0 {
					s.slack.Fail("chat.postMessage", kinds[dice.IntN(len(kinds))])
				}
				s.set(i)
				s.endure(k, i.ID)
				k.at = k.moments + dice.IntN(8)
			}
			s.want("oncall", want...)
		})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestWhereNobodyMayLookItIsToldTwiceRatherThanNotAtAll(t *testing.T) {
	play(t, slacktest.Options{Scopes: []string{"chat:write"}}, Options{}, func(t *testing.T, s *scene) {
		s.slack.Fail("chat.postMessage", slacktest.Fault{Accept: true, Hang: true})
		s.tell(opened("a", journey.Failed))
		same(t, "messages", []string{failing + " <!here>", failing + " <!here>"}, s.see("oncall"))
		s.tell(then(opened("a", journey.Failed), incident.Resolution, ""))
		same(t, "messages", []string{failing + " <!here>", resolved + "20 min", "  " + resolved + "20 min"}, s.see("oncall"))
		contains(t, "log", s.log.String(), "add the scopes channels:history and channels:read")
		if n := strings.Count(s.log.String(), "level=WARN"); n != 1 {
			t.Errorf("%d warnings, want one:\n%s", n, s.log.String())
		}
	})
}

func TestAPostIsFoundInABusyChannel(t *testing.T) {
	play(t, slacktest.Options{Burst: 1000}, Options{}, func(t *testing.T, s *scene) {
		s.slack.Fail("chat.postMessage", slacktest.Fault{Accept: true, Reset: true})
		s.set(opened("a", journey.Failed))
		if r := s.send("a"); r.Err == nil {
			t.Fatal("told, although the answer was lost")
		}
		for k := range 450 { // other people's messages since
			i := opened(fmt.Sprintf("x%d", k), journey.Bad)
			s.slack.Post("oncall", i.Title)
		}
		s.until("a")
		if n := len(s.see("oncall")); n != 451 {
			t.Errorf("%d messages, want 451", n)
		}
		same(t, "looks", 3, s.slack.Calls()["conversations.history"])
	})
}
