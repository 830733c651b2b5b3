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
	rowOpens     = 5 // of a location, whoever's results they are
)

// Rules are what results are counted by. The zero value opens nothing of
// KindSite.
type Rules struct {
	Alerts journey.Alerts // of KindSite
	// Registered are the members that there are now, as [Incident.Affected]
	// spells them: what isn't among them is forgotten, so that a device that
	// nobody looks from can't keep an incident open. Nil = whoever has results.
	Registered []string
	// Update is how the browser of the result's device came to be what it is. As
	// long as it is new, an incident of KindSite needs twice the results to open,
	// or as many as ever that failed. Nil = it isn't new.
	Update *Update
	// Remind is after how long somebody is reminded of an incident that nobody
	// acknowledged; 0 = never.
	Remind time.Duration
}

func (r Rules) registered(name string) bool {
	return r.Registered == nil || slices.Contains(r.Registered, name)
}

// read makes a mark of a result; false where it counts neither for nor
// against. That is what keeps the site's troubles and ours apart.
func (k Key) read(run journey.Run, a journey.Alerts) (Mark, bool) {
	m := Mark{At: run.Slot.UTC(), Outcome: run.Outcome}
	if run.Error != nil && run.Error.Kind == journey.ErrorLimit {
		return m, false // nobody looked because nobody may: that is as it should be
	}
	starved := run.Probe.Starved != nil && *run.Probe.Starved
	looked := run.Outcome.Timed() || run.Outcome == journey.Failed || run.Outcome == journey.Blocked
	bad := false
	switch k.Kind {
	case KindSite:
		if !looked || starved || run.Outcome == journey.Blocked || a.At.Level() < journey.Slow.Level() {
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
		m.Seen = sight(run, m)
	}
	return m, true
}
