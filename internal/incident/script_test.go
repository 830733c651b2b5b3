package incident_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// epoch is the first slot of every script, and visits are the time between two
// slots and from a slot to the end of its visit.
var epoch = time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC)

const (
	interval = 5 * time.Minute
	visit    = 20 * time.Second
)

// moment is a result that comes in, or a person's click.
type moment struct {
	run journey.Run
	ack bool
	at  time.Time
}

// step is what a moment makes of a track.
func (m moment) step(k incident.Key, tr incident.Track, r incident.Rules) (incident.Track, *incident.Change) {
	if m.ack {
		return incident.Acknowledge(tr, m.at, "Dana")
	}
	return incident.Follow(k, tr, m.run, r)
}

// script reads moments in a compact notation. Lanes are divided by |, each
// begins with the name of a member; site and journey are shop and buy where the
// name has none. A lane's words are what became of its slots:
//
//	G S B C F W E M ?  good slow bad critical failed blocked probe_error missed unknown
//	G*                 from a starved machine
//	B@search           it was the step search, not pay
//	9G                 nine of them
//	-                  nothing
//	ack                in the lane "person": a click
//
// Of one slot, the results come in the order of the lanes.
func script(t testing.TB, text string) []moment {
	t.Helper()
	var all []moment
	for lane := range strings.SplitSeq(text, "|") {
		name, words, found := strings.Cut(lane, ":")
		if !found {
			t.Fatalf("lane %q has no name", lane)
		}
		at := epoch
		for word := range strings.FieldsSeq(words) {
			m := regexp.MustCompile(`^(\d*)(ack|[GSBCFWEM?-])(\*?)(?:@(.+))?$`).FindStringSubmatch(word)
			if m == nil {
				t.Fatalf("%q is not a word of a script", word)
			}
			times, _ := strconv.Atoi(m[1])
			for range max(1, times) {
				switch m[2] {
				case "-":
				case "ack":
					all = append(all, moment{ack: true, at: at.Add(visit)})
				default:
					all = append(all, moment{run: result(strings.TrimSpace(name), at, m[2], m[3] != "", m[4]), at: at})
				}
				at = at.Add(interval)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int { return a.at.Truncate(interval).Compare(b.at.Truncate(interval)) })
	return all
}

// result is a run as probe and schedule make them, of the member with this
// name.
func result(member string, slot time.Time, outcome string, starved bool, step string) journey.Run {
	names := append([]string{"shop", "buy"}, strings.Split(member, "/")...)
	names = names[len(names)-3:]
	if strings.Count(member, "/") == 1 {
		names[0] = "shop"
	}
	if step == "" {
		step = "pay"
	}
	r := journey.Run{
		RunID:  fmt.Sprintf("%s-%s-%s-%s", names[0], names[1], names[2], slot.Format("02-1504")),
		Client: "acme", Site: names[0], Env: "production", Journey: names[1], Title: "Buy", Stage: "purchase",
		Device: names[2], Network: "4g", Location: "tlv", Slot: &slot, Attempt: 1, FinishedAt: new(slot.Add(visit)),
		Probe: journey.Probe{Starved: &starved},
	}
	last := journey.StepResult{Index: 1, Step: step, Title: strings.ToUpper(step[:1]) + step[1:]}
	timed := func(o journey.Outcome, wait, loss float64) {
		r.Outcome, last.Outcome, last.WaitMs, last.Abandonment = o, o, &wait, &loss
		last.ThresholdsMs = &journey.ThresholdsMs{Slow: 2500, Bad: 4000, Critical: 10000}
		r.Abandonment = &journey.Abandonment{Low: loss, High: loss, Basis: "assumed bounce 22.4%"}
	}
	failed := func(o journey.Outcome, kind journey.FailureKind, message string) {
		r.Outcome, last.Outcome = o, o
		last.Failure = &journey.Failure{Kind: kind, Message: message}
	}
	unseen := func(o journey.Outcome, kind journey.ErrorKind, message string) {
		r.Outcome, last.Outcome = o, journey.Skipped
		r.Error = &journey.RunError{Kind: kind, Message: message}
	}
	switch outcome {
	case "G":
		timed(journey.Good, 700, 0)
	case "S":
		timed(journey.Slow, 3000, 0.07)
	case "B":
		timed(journey.Bad, 5000, 0.2)
	case "C":
		timed(journey.Critical, 12000, 0.4)
	case "F":
		failed(journey.Failed, journey.KindExpectation, `"Order confirmed" not seen`)
	case "W":
		failed(journey.Blocked, journey.KindBlocked, "the site asks for a captcha")
	case "E":
		unseen(journey.ProbeError, journey.ErrorBrowser, "Chrome died")
		if starved {
			r.Error.Kind = journey.ErrorStarved
		}
	case "M":
		unseen(journey.Missed, journey.ErrorDown, "Samui was down")
		r.Attempt, r.FinishedAt = 0, nil
	case "?":
		r.Outcome = "odd"
	}
	if r.Outcome != journey.Missed {
		home := journey.StepResult{Step: "home", Title: "Home", Outcome: journey.Good, WaitMs: new(600.0), Abandonment: new(0.0)}
		r.Steps = []journey.StepResult{home, last}
	}
	return r
}

// The keys that scripts are followed in, and the rules that samui.yaml has
// where nothing is said.
var (
	site  = incident.Key{Kind: incident.KindSite, Site: "shop", Journey: "buy", Location: "tlv"}
	wall  = incident.Key{Kind: incident.KindWall, Site: "shop", Location: "tlv"}
	probe = incident.Key{Kind: incident.KindProbe, Location: "tlv"}

	defaults = journey.Alerts{At: journey.Bad, Open: 2, Of: 3, Resolve: 2}
)

// story is what moments made of a track.
type story struct {
	track   incident.Track
	changes []incident.Change
}

// last is the incident as it was left.
func (s story) last(t testing.TB) incident.Incident {
	t.Helper()
	if s.track.Last == nil {
		t.Fatal("there is no incident")
	}
	return *s.track.Last
}

// events are the story's, as "5 opened failed": the minutes since the epoch,
// what happened, and the severity from then on.
func (s story) events() string {
	var all []string
	for _, c := range s.changes {
		all = append(all, fmt.Sprintf("%d %s %s", int(c.Event.At.Sub(epoch).Minutes()), c.Event.Kind, c.Event.Severity))
	}
	return strings.Join(all, ", ")
}

// tell follows moments, and checks with each what has to hold of any.
func tell(t testing.TB, k incident.Key, r incident.Rules, moments []moment) story {
	t.Helper()
	var s story
	written := map[string]any{}
	for _, m := range moments {
		before := s.track
		written[text(t, before)] = before
		after, change := m.step(k, before, r)
		lawful(t, before, after, change)
		s.track = after
		if change != nil {
			written[text(t, *change)] = *change
			s.changes = append(s.changes, *change)
		}
	}
	for was, now := range written {
		if now := text(t, now); now != was {
			t.Errorf("what was handed out is written later:\nwas %s\nnow %s", was, now)
		}
	}
	return s
}

// lawful checks what has to hold of any step.
func lawful(t testing.TB, before, after incident.Track, change *incident.Change) {
	t.Helper()
	was, now := incident.Incident{}, incident.Incident{}
	if before.Last != nil {
		was = *before.Last
	}
	if after.Last != nil {
		now = *after.Last
	}
	if change == nil {
		if now.Revision != was.Revision || len(now.Events) != len(was.Events) || now.State != was.State || now.Severity != was.Severity || !slices.Equal(now.Affected, was.Affected) {
			t.Errorf("nothing is said to have changed, yet\nwas %s\nnow %s", text(t, was), text(t, now))
		}
		return
	}
	if got, want := text(t, change.Incident), text(t, now); got != want {
		t.Errorf("change.Incident = %s\nthe track's is %s", got, want)
	}
	e := change.Event
	if newest := now.Events[len(now.Events)-1]; text(t, newest) != text(t, e) {
		t.Errorf("newest event of the incident = %+v, want %+v", newest, e)
	}
	if now.ID != was.ID {
		was = incident.Incident{State: incident.Resolved}
	}
	if now.Revision != was.Revision+1 || e.Revision != now.Revision {
		t.Errorf("revision %d after %d, the event's is %d, want one more", now.Revision, was.Revision, e.Revision)
	}
	if e.Severity != now.Severity {
		t.Errorf("severity of the event = %s, the incident's is %s", e.Severity, now.Severity)
	}
	opens := e.Kind == incident.Opened || e.Kind == incident.Reopened
	if opens == (was.State == incident.Open) {
		t.Errorf("%s where the incident was %q", e.Kind, was.State)
	}
	if open := e.Kind != incident.Resolution; open != (now.State == incident.Open) || open != (now.ResolvedAt == nil) {
		t.Errorf("after %s: state %s, resolved_at %v", e.Kind, now.State, now.ResolvedAt)
	}
	if now.Peak.Level() < now.Severity.Level() || e.Kind == incident.Worsened && now.Ack != nil {
		t.Errorf("%s: severity %s, peak %s after %s", e.Kind, now.Severity, now.Peak, was.Peak)
	}
	if now.State == incident.Open && (len(now.Affected) == 0 || now.Severity == "" || now.Worst.At.IsZero()) {
		t.Errorf("an open incident without a member, a severity or a sighting: %s", text(t, now))
	}
	if now.Worst.Count > now.Worst.Of || now.Worst.Count < 1 {
		t.Errorf("%d of %d", now.Worst.Count, now.Worst.Of)
	}
	if len(now.Events) > incident.MaxEvents {
		t.Errorf("%d events, want at most %d", len(now.Events), incident.MaxEvents)
	}
}

// text is a value as the store keeps it.
func text(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// replaceWord puts a word into the places of a script that wait for it.
func replaceWord(script, word string) string { return strings.ReplaceAll(script, "WORD", word) }
