package slack

import (
	"strings"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/slack/slacktest"
)

const critical = "🔴 CRITICAL acme · Buy a › Pay 6.0 s · since 00:00"

// Whether somebody is called depends on what people heard, and not on what
// happened while nobody told them.
func TestWorseIsWhatIsWorseThanPeopleHeard(t *testing.T) {
	type turn struct {
		kind     incident.EventKind
		severity journey.Outcome
		untold   bool
		after    time.Duration // before it is told
	}
	for name, c := range map[string]struct {
		opened journey.Outcome
		turns  []turn
		want   []string
	}{
		"a worsening that collapsed, and another that is none to the incident": {
			journey.Bad,
			[]turn{{incident.Worsened, journey.Failed, true, 0}, {incident.Improved, journey.Bad, false, 0}, {incident.Moved, journey.Failed, false, 0}},
			[]string{failing, "! Worse now: " + failing + " <!here>"},
		},
		"it opened worse than the first message said": {
			journey.Failed,
			[]turn{{incident.Improved, journey.Bad, false, 0}, {incident.Moved, journey.Failed, false, 0}},
			[]string{failing, "! Worse now: " + failing + " <!here>"},
		},
		"better than it was, and still worse than people heard": {
			journey.Bad,
			[]turn{{incident.Worsened, journey.Failed, true, 0}, {incident.Improved, journey.Critical, false, 0}},
			[]string{critical, "! Worse now: " + critical + " <!here>"},
		},
		"a short improvement is no news, nor is its end": {
			journey.Failed,
			[]turn{{incident.Improved, journey.Bad, false, 0}, {incident.Moved, journey.Failed, false, 59 * time.Minute}},
			[]string{failing + " <!here>"},
		},
		"an hour's improvement is": {
			journey.Failed,
			[]turn{{incident.Improved, journey.Bad, false, 0}, {incident.Moved, journey.Failed, false, time.Hour}},
			[]string{failing + " <!here>", "! Worse now: " + failing + " <!here>"},
		},
		"of several improvements the least": {
			journey.Failed,
			[]turn{{incident.Improved, journey.Bad, false, 0}, {incident.Moved, journey.Critical, false, 50 * time.Minute}, {incident.Moved, journey.Failed, false, 20 * time.Minute}},
			[]string{failing + " <!here>", "! Worse now: " + failing + " <!here>"},
		},
		"what was told as worse is what people heard": {
			journey.Bad,
			[]turn{{incident.Worsened, journey.Failed, false, 0}, {incident.Improved, journey.Bad, false, 0}, {incident.Moved, journey.Failed, false, 0}, {incident.Acknowledged, "", false, 0}},
			[]string{failing, "! Worse now: " + failing + " <!here>"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for hook, o := range map[string]Options{"bot": {}, "webhook": hooked()} {
				play(t, slacktest.Options{}, o, func(t *testing.T, s *scene) {
					i := opened("a", c.opened)
					if first := c.turns[0]; !first.untold && c.opened == journey.Failed && !strings.HasSuffix(c.want[0], "<!here>") {
						s.set(i) // not told before the first turn
					} else {
						s.tell(i)
					}
					for _, turn := range c.turns {
						i = then(i, turn.kind, turn.severity)
						pass(turn.after)
						if !turn.untold {
							s.tell(i)
						}
					}
					if hook == "bot" {
						s.want("oncall", c.want...)
						return
					}
					loud := 0
					for _, line := range s.see("oncall") {
						if strings.HasPrefix(line, "Worse now: ") {
							loud++
						}
					}
					same(t, "worse by a webhook", len(c.want)-1, loud)
				})
			}
		})
	}
}

func TestAMessageThatSomebodyDeletedCallsWhenItIsSevereByNow(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		a := opened("a", journey.Bad)
		s.tell(a)
		s.slack.Delete(s.slack.Roots("oncall")[0].TS)
		s.tell(then(a, incident.Worsened, journey.Failed))
		same(t, "posted anew", []string{failing + " <!here>"}, s.see("oncall"))
	})
}

// told are the replies in the thread of the storm, which is the fourth message.
func (s *scene) stormReplies() []string {
	var lines []string
	for _, r := range s.slack.Replies("oncall", s.slack.Roots("oncall")[3].TS) {
		head, _, _ := strings.Cut(r.Text, ":")
		lines = append(lines, head)
	}
	return lines
}

func TestAStormGoesDownWithItsWorst(t *testing.T) {
	play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
		all := many(6, journey.Bad)
		all[4] = opened("i05", journey.Failed)
		s.tell(all...)
		all[4] = then(all[4], incident.Resolution, "")
		s.tell(all[4])
		pass(2 * time.Hour)
		all[5] = then(all[5], incident.Worsened, journey.Failed)
		s.tell(all[5])
		same(t, "replies", []string{"Worse now"}, s.stormReplies())
	})
}

func TestAStormIsRemindedOfOnceForAll(t *testing.T) {
	for name, o := range map[string]Options{"bot": {}, "webhook": hooked()} {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Options{Burst: 1}, o, func(t *testing.T, s *scene) {
				all := many(8, journey.Bad)
				s.tell(all...)
				before := len(s.see("oncall"))
				for range 2 {
					pass(4 * time.Hour)
					for k := 3; k < 8; k++ {
						all[k] = then(all[k], incident.Reminded, "")
						s.tell(all[k])
						pass(time.Minute)
					}
				}
				got := s.see("oncall")
				same(t, "messages", before+2, len(got))
				contains(t, "reminder", got[len(got)-1], "It goes on: 🟠 BAD acme · 5 more journeys")
			})
		})
	}
}

func TestAStormTakesNobodyInAfterAnHour(t *testing.T) {
	play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
		for _, i := range many(20, journey.Bad) {
			s.tell(i)
			if i.ID > "i04" {
				pass(9 * time.Minute)
			}
		}
		got := heads(s.see("oncall"))
		same(t, "messages", 6, len(got))
		for _, m := range got[3:] {
			contains(t, "storm", m, "more journey")
		}
	})
}

func TestWhatNeverWasIsNotBack(t *testing.T) {
	play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
		all := many(6, journey.Bad)
		s.tell(all[:3]...)
		s.tell(then(all[3], incident.Resolution, "")) // over before anybody heard of it
		s.tell(all[4])
		same(t, "replies", []string{"More of it"}, s.stormReplies())
		all[4] = then(all[4], incident.Resolution, "")
		s.tell(all[4])
		s.tell(then(all[4], incident.Reopened, ""))
		same(t, "the last reply", "It is back", s.stormReplies()[2])
	})
}

func TestWhoJoinsHidesNothingOfAWebhook(t *testing.T) {
	play(t, slacktest.Options{Burst: 1}, hooked(), func(t *testing.T, s *scene) {
		all := many(7, journey.Bad)
		s.tell(all[:5]...)
		all[4] = then(all[4], incident.Worsened, journey.Failed)
		s.tell(all[4], all[5]) // one gets worse, and one joins
		got := s.see("oncall")
		same(t, "the last message", "Worse now: 🔴 FAILED acme · 3 more journeys of Demo shop · since 00:00 <!here>", got[len(got)-1])
		s.tell(all[6]) // less bad than the others
		got = s.see("oncall")
		same(t, "who joins", "🟠 BAD acme · 1 more journey of Demo shop · since 00:00", got[len(got)-1])
		all[6] = then(all[6], incident.Moved, "")
		s.tell(all[6])
		same(t, "messages", len(got), len(s.see("oncall")))
	})
}
