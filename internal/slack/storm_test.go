package slack

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/slack/slacktest"
)

func many(n int, severity journey.Outcome) (all []incident.Incident) {
	for _, id := range names(n) {
		all = append(all, opened(id, severity))
	}
	return all
}

// heads are the first lines of what a channel shows.
func heads(lines []string) (all []string) {
	for _, l := range lines {
		if !strings.HasPrefix(l, "  ") {
			all = append(all, l)
		}
	}
	return all
}

// threads are the messages of a channel, each with its thread, sorted: what was
// looked for before it was posted again comes after others.
func (s *scene) threads(channel string) (all []string) {
	for _, l := range s.see(channel) {
		if strings.HasPrefix(l, "  ") || strings.HasPrefix(l, "! ") {
			all[len(all)-1] += "\n" + l
		} else {
			all = append(all, l)
		}
	}
	slices.Sort(all)
	return all
}

func TestFiftyJourneysOfOneSiteFailAtOnce(t *testing.T) {
	for name, batch := range map[string]int{"in one batch": 50, "one after the other": 1, "in batches of eight": 8} {
		t.Run(name, func(t *testing.T) {
			play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
				begun := time.Now()
				all := many(50, journey.Failed)
				for group := range slices.Chunk(all, batch) {
					s.tell(group...)
				}
				took := time.Since(begun)
				seen := heads(s.see("oncall"))
				if len(seen) != 4 {
					t.Fatalf("%d messages, want three and one for the rest:\n%s", len(seen), strings.Join(seen, "\n"))
				}
				storm := "🔴 FAILED acme · 47 more journeys of Demo shop · since 00:00 <!here>"
				same(t, "storm", storm, seen[3])
				posts, edits := s.slack.Calls()["chat.postMessage"], s.slack.Calls()["chat.update"]
				t.Logf("50 incidents: %d messages posted, %d edits, %v", posts, edits, took)
				if rate := float64(posts+edits) / max(1, took.Seconds()+1); rate > 1 {
					t.Errorf("%d posts and edits in %v, want at most one a second", posts+edits, took)
				}
				for k, i := range all {
					all[k] = then(i, incident.Resolution, "")
				}
				s.tell(all...)
				over := "✅ RESOLVED acme · 47 more journeys of Demo shop · lasted 20 min"
				got := s.see("oncall")
				same(t, "the end", []string{over, "  " + over}, got[len(got)-2:])
				same(t, "messages", 4, len(heads(got)))
				same(t, "refusals", []string(nil), s.slack.Refusals())
			})
		})
	}
}

func TestAStormIsListedUpToTwenty(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		s.tell(many(50, journey.Bad)...)
		blocks := string(s.slack.Roots("oncall")[3].Blocks)
		if n := strings.Count(blocks, "/incidents/i"); n != 20 {
			t.Errorf("%d linked incidents, want 20: %s", n, blocks)
		}
		contains(t, "blocks", blocks, "and 27 more")
	})
}

func TestAStormIsLoudOnlyWhenItGetsWorse(t *testing.T) {
	play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
		all := many(6, journey.Bad)
		s.tell(all...)
		storm := "🟠 BAD acme · 3 more journeys of Demo shop · since 00:00"
		same(t, "storm", storm, s.see("oncall")[3])

		all[5] = then(all[5], incident.Worsened, journey.Failed)
		all[4] = then(all[4], incident.Worsened, journey.Failed)
		s.tell(all[4:]...)
		worse := "🔴 FAILED acme · 3 more journeys of Demo shop · since 00:00"
		same(t, "worse", []string{worse, "! Worse now: " + worse + " <!here>"}, s.see("oncall")[3:])

		all[4] = then(all[4], incident.Improved, journey.Bad)
		all[5] = then(all[5], incident.Resolution, "")
		all[3] = then(all[3], incident.Reminded, "")
		s.tell(all[3:]...)
		better := "🟠 BAD acme · 2 of 3 more journeys of Demo shop · since 00:00"
		same(t, "better", []string{better, "! Worse now: " + worse + " <!here>"}, s.see("oncall")[3:])

		all[3], all[4] = then(all[3], incident.Resolution, ""), then(all[4], incident.Resolution, "")
		s.tell(all[3], all[4])
		over := "✅ RESOLVED acme · 3 more journeys of Demo shop · lasted 40 min"
		same(t, "over", []string{over, "! Worse now: " + worse + " <!here>", "  " + over}, s.see("oncall")[3:])

		s.tell(then(all[4], incident.Reopened, ""))
		back := "🟠 BAD acme · 1 of 3 more journeys of Demo shop · since 00:00"
		same(t, "back", []string{back, "! Worse now: " + worse + " <!here>", "  " + over, "! It is back: " + back}, s.see("oncall")[3:])
		same(t, "refusals", []string(nil), s.slack.Refusals())
	})
}

func TestWhatOpensOnItsOwnIsToldOnItsOwn(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		all := many(3, journey.Bad)
		s.tell(all...)
		pass(11 * time.Minute)
		s.tell(opened("later", journey.Bad))
		other := opened("other", journey.Bad)
		other.Site = "another"
		s.tell(other)
		same(t, "messages", 5, len(s.see("oncall")))

		s.tell(opened("l2", journey.Bad))
		s.tell(opened("l3", journey.Bad))
		s.tell(then(opened("l2", journey.Bad), incident.Resolution, ""))
		s.tell(opened("l4", journey.Bad)) // of the last three one is over
		got := heads(s.see("oncall"))
		same(t, "last", "🟠 BAD acme · Buy l4 › Pay 4.0 s · since 00:00", got[len(got)-1])
	})
}

func TestWhatALongOutageLeavesBehindIsGatheredToo(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		all := many(30, journey.Failed)
		for k, i := range all {
			all[k] = then(i, incident.Resolution, "")
		}
		s.tell(all...)
		got := s.see("oncall")
		same(t, "messages", 4, len(got))
		same(t, "the rest", "✅ RESOLVED acme · 27 more journeys of Demo shop · lasted 20 min", got[3])
	})
}

func TestAStormIsKilledAtEveryMoment(t *testing.T) {
	all := many(5, journey.Bad)
	worse := then(all[4], incident.Worsened, journey.Failed)
	over := slices.Clone(all)
	over[4] = worse
	for k := range over {
		over[k] = then(over[k], incident.Resolution, "")
	}
	for at := 0; ; at++ {
		k := &killer{at: at}
		play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
			s.killable(k)
			for _, turn := range [][]incident.Incident{all[:4], all[4:], {worse}, over} {
				s.set(turn...)
				var ids []string
				for _, i := range turn {
					ids = append(ids, i.ID)
				}
				s.endure(k, ids...)
			}
			storm := "✅ RESOLVED acme · 2 more journeys of Demo shop · lasted 30 min"
			want := []string{storm + "\n! Worse now: 🔴 FAILED acme · 2 more journeys of Demo shop · since 00:00 <!here>\n  " + storm}
			for _, id := range names(3) {
				line := fmt.Sprintf("✅ RESOLVED acme · Buy %s › Pay 4.0 s · lasted 20 min", id)
				want = append(want, line+"\n  "+line)
			}
			same(t, "messages in any order", want, s.threads("oncall"))
			same(t, "refusals", []string(nil), s.slack.Refusals())
		})
		if t.Failed() {
			t.Fatalf("killed at moment %d", at)
		}
		if k.at >= 0 {
			t.Logf("killed at each of %d moments", at)
			return
		}
	}
}

func TestAStormThatWasKilledAtItsBeginningIsStillOne(t *testing.T) {
	all := many(7, journey.Bad)
	for at := 0; ; at++ {
		k := &killer{at: 1 << 30}
		play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
			s.killable(k)
			s.set(all...)
			s.endure(k, names(3)...)
			k.at = k.moments + at
			s.send("i04")
			killed := k.dead
			k.dead, k.at = false, -1
			s.restartKillable(k)
			for _, id := range []string{"i05", "i06", "i07", "i04"} { // what was tried is tried later than the others
				s.endure(k, id)
			}
			same(t, "messages", 4, len(s.slack.Roots("oncall")))
			contains(t, "storm", s.see("oncall")[3], "4 more journeys")
			if !killed {
				at = -2
			}
		})
		if t.Failed() {
			t.Fatalf("killed at moment %d", at)
		}
		if at < 0 {
			return
		}
	}
}

func TestWhatIsOverIsNotAskedForAgain(t *testing.T) {
	play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
		all := many(6, journey.Bad)
		s.tell(all...)
		for k, i := range all {
			all[k] = then(i, incident.Resolution, "")
		}
		s.tell(all...)
		pass(61 * time.Minute)
		left, err := s.memory.Threads(t.Context(), "shop")
		if err != nil || len(left) > 0 {
			t.Errorf("%+v %v, want no thread that is open or new", left, err)
		}
	})
}
