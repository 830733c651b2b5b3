package incident

import (
	"slices"
	"time"

	"samui/internal/journey"
)

// ReopenWithin is how soon after its resolution the same trouble is the same
// incident: its message is taken up again instead of another one.
const ReopenWithin = time.Hour

// How many results in a row have to be Samui's own trouble before somebody is
// told: a robot that is turned away, or a Chrome that is gone, is nearly always
// still so at the next visit; a starved machine or a missed slot often isn't.
const (
	wallOpens    = 3
	probeOpens   = 3
	starvedOpens = 5
)

// Rules are what results are counted by. The zero value opens nothing of
// KindSite.
type Rules struct {
	Alerts journey.Alerts // of KindSite
	// Registered are the members that there are now, as [Incident.Affected]
	// spells them: what isn't among them is forgotten, so that a device that
	// nobody looks from can't keep an incident open. Nil = whoever has results.
	Registered []string
	// Remind is after how long somebody is reminded of an incident that nobody
	// acknowledged; 0 = never.
	Remind time.Duration
}

// Keys are the keys whose tracks a result has to be followed in: that of its
// journey, and those of Samui's own troubles. A visit outside the schedule has
// none: it says nothing about how things usually are.
func Keys(run journey.Run) []Key {
	if run.Slot == nil {
		return nil
	}
	return []Key{
		{Kind: KindSite, Site: run.Site, Journey: run.Journey, Location: run.Location},
		{Kind: KindWall, Site: run.Site, Location: run.Location},
		{Kind: KindProbe, Location: run.Location},
	}
}

// Member is the name of the part of a key that a result is counted for.
func (k Key) Member(run journey.Run) string { return k.member(run.Site, run.Journey, run.Device) }

func (k Key) member(site, id, device string) string {
	switch k.Kind {
	case KindSite:
		return device
	case KindWall:
		return id + "/" + device
	case KindProbe:
		return site + "/" + id + "/" + device
	}
	panic("BUG: an incident of kind " + string(k.Kind))
}

// Members are the names of those parts of a key that a journey has.
func (k Key) Members(j journey.Journey) []string {
	if k.Kind == KindSite && (k.Site != j.Site.ID || k.Journey != j.ID) || k.Kind == KindWall && k.Site != j.Site.ID {
		return nil
	}
	var names []string
	for _, v := range j.Visits {
		names = append(names, k.member(j.Site.ID, j.ID, v.Device.Name))
	}
	return names
}

// read makes a mark of a result; false where it counts neither for nor
// against. That is what keeps the site's troubles and ours apart.
func (k Key) read(run journey.Run, a journey.Alerts) (Mark, bool) {
	m := Mark{At: *run.Slot, Outcome: run.Outcome}
	starved := run.Probe.Starved != nil && *run.Probe.Starved
	looked := run.Outcome.Timed() || run.Outcome == journey.Failed || run.Outcome == journey.Blocked
	bad := false
	switch k.Kind {
	case KindSite:
		if !looked || starved || run.Outcome == journey.Blocked || a.At == "" {
			return m, false
		}
		bad = run.Outcome.Level() >= a.At.Level()
	case KindWall:
		if !looked {
			return m, false
		}
		bad = run.Outcome == journey.Blocked
	case KindProbe:
		bad = !looked || starved
		if looked && starved {
			m.Outcome = journey.ProbeError
		}
	}
	if bad {
		m.Seen = sight(run, m.Outcome)
	}
	return m, true
}

// quorum reports whether the marks of a member, the newest of which counts
// against, open an incident.
func (k Key) quorum(marks []Mark, a journey.Alerts) bool {
	switch k.Kind {
	case KindSite:
		return a.Open > 0 && against(newest(marks, a.Of)) >= a.Open
	case KindWall:
		return len(marks) >= wallOpens
	case KindProbe:
		errors := 0
		for _, m := range newest(marks, probeOpens) {
			if m.Outcome == journey.ProbeError && m.Seen.ErrorKind != journey.ErrorStarved {
				errors++
			}
		}
		return errors >= probeOpens || len(marks) >= starvedOpens
	}
	return false
}

// remembered is how many marks are of use.
func (k Key) remembered(a journey.Alerts) int {
	if k.Kind == KindSite {
		return max(1, a.Of, a.Resolve)
	}
	return max(wallOpens, probeOpens, starvedOpens)
}

// window is the marks of which "so many of so many" is said.
func (k Key) window(marks []Mark, a journey.Alerts) []Mark {
	if k.Kind == KindSite {
		return newest(marks, max(1, a.Of))
	}
	return marks // all of them in a row
}

// severity is how bad it is that a member was seen so.
func (k Key) severity(s Sighting) journey.Outcome {
	switch k.Kind {
	case KindWall:
		return journey.Blocked
	case KindProbe:
		return journey.ProbeError
	case KindSite:
	}
	return s.Outcome
}

// worst is what the newest of those results found that are as bad as the member
// is: of KindSite, the worst outcome that as many results reach as open an
// incident, so that a single one makes nothing worse. It is nil where they
// reach none.
func (k Key) worst(marks []Mark, a journey.Alerts) *Sighting {
	marks = k.window(marks, a)
	bad := slices.DeleteFunc(slices.Clone(marks), func(m Mark) bool { return !m.against() })
	if k.Kind == KindSite {
		if len(bad) < max(1, a.Open) {
			return nil
		}
		levels := slices.SortedFunc(slices.Values(bad), func(x, y Mark) int { return y.Outcome.Level() - x.Outcome.Level() })
		outcome := levels[max(1, a.Open)-1].Outcome
		bad = slices.DeleteFunc(bad, func(m Mark) bool { return m.Outcome != outcome })
	}
	if len(bad) == 0 {
		return nil
	}
	s := *bad[len(bad)-1].Seen
	s.Count, s.Of = against(marks), len(marks)
	return &s
}
