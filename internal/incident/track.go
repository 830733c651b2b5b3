package incident

import (
	"maps"
	"slices"
	"time"

	"samui/internal/journey"
)

// Track is what has to be remembered of a [Key] between two results. It is a
// value that JSON can keep; the zero value is one of which nothing is known.
// What Follow returns shares nothing that is ever written with what it was
// given.
type Track struct {
	Members map[string]Member `json:"members"`
	// Worst is the name of the member that Last.Worst is of; empty = none was.
	Worst string `json:"worst"`
	// Last is the incident that is open or, if none is, the last one, which may
	// be reopened; nil = there was none.
	Last *Incident `json:"last"`
	// Told is how many members the incident had when somebody was last called.
	Told int `json:"told,omitempty"`
	// Row are, of KindProbe, the slots of the newest results of the location in a
	// row that nobody could look at, of whatever members.
	Row []time.Time `json:"row,omitempty"`
}

// Member is a part of a key that is counted by itself: for KindSite a device,
// for KindWall a journey/device, for KindProbe a site/journey/device.
type Member struct {
	Marks []Mark `json:"marks"` // the last results that counted, oldest first
	// Worst is why it is a part of the open incident: the newest of the results
	// that made it as bad as it is. Nil = it is none.
	Worst *Sighting `json:"worst"`
	// Update is why, of KindSite, it took twice as many marks to make it a part of
	// the open incident; nil = it didn't.
	Update *Update `json:"update,omitempty"`
}

func (m Member) open() bool { return m.Worst != nil }

// Mark is a result that counted.
type Mark struct {
	At      time.Time       `json:"at"` // its slot
	Outcome journey.Outcome `json:"outcome"`
	Seen    *Sighting       `json:"seen"` // nil = it counts for, not against
}

func (m Mark) against() bool { return m.Seen != nil }

func (m Mark) failed() bool { return m.against() && m.Outcome == journey.Failed }

// newerThan reports whether the mark's slot is newer than those of marks, which
// are in order.
func (m Mark) newerThan(marks []Mark) bool {
	return len(marks) == 0 || m.At.After(marks[len(marks)-1].At)
}

// past are marks, which are in order, without those that are newer than this
// one by more than wrongClock.
func (m Mark) past(marks []Mark) []Mark {
	for len(marks) > 0 && marks[len(marks)-1].At.Sub(m.At) > wrongClock {
		marks = marks[:len(marks)-1]
	}
	return marks
}

// within is what the mark found, as one of so many that were counted.
func (m Mark) within(counted []Mark) *Sighting {
	s := *m.Seen
	s.Count, s.Of = len(against(counted)), len(counted)
	return &s
}

// against are the marks that count against.
func against(marks []Mark) []Mark { return those(marks, Mark.against) }

// those are the marks of which it is so.
func those(marks []Mark, so func(Mark) bool) []Mark {
	var found []Mark
	for _, m := range marks {
		if so(m) {
			found = append(found, m)
		}
	}
	return found
}

// better is how many of the newest marks in a row count for.
func better(marks []Mark) int {
	n := 0
	for n < len(marks) && !marks[len(marks)-1-n].against() {
		n++
	}
	return n
}

// wrongClock is by how much a slot that was recorded before is newer where the
// clock was wrong then, and was put right. What is older by less came late.
const wrongClock = 24 * time.Hour

// newest is the last n marks, or all where there are fewer.
func newest(marks []Mark, n int) []Mark { return marks[max(0, len(marks)-max(0, n)):] }

// clone is a track whose members can be replaced and whose incident changed.
func (t Track) clone() Track {
	t.Members = maps.Clone(t.Members)
	if t.Members == nil {
		t.Members = map[string]Member{}
	}
	if t.Last != nil {
		last := *t.Last
		last.Events = slices.Clone(last.Events)
		t.Last = &last
	}
	return t
}

// keep forgets the members that aren't registered any more.
func (t Track) keep(r Rules) {
	maps.DeleteFunc(t.Members, func(name string, _ Member) bool { return !r.registered(name) })
}

// openAll makes every member a part of the incident that nobody could look at
// last.
func (t Track) openAll() {
	for name, m := range t.Members {
		if row := against(m.Marks); len(row) > 0 && !m.open() {
			m.Worst = row[len(row)-1].within(row)
			t.Members[name] = m
		}
	}
}

// affected are the members that make up the open incident, sorted.
func (t Track) affected() []string {
	var names []string
	for name, m := range t.Members {
		if m.open() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// open is the incident that is open, or nil.
func (t Track) open() *Incident {
	if t.Last == nil || t.Last.State != Open {
		return nil
	}
	return t.Last
}

// mostMembers bounds what is remembered of Samui's own troubles: where hundreds
// of journeys can't be looked at, the first of them say so, and a track is
// written with every result that touches it.
const mostMembers = 50

// expendable is a member that can be forgotten because all is well with it, or
// empty: the first one by name, so that the same results give the same track.
func (t Track) expendable() string {
	for _, name := range slices.Sorted(maps.Keys(t.Members)) {
		if m := t.Members[name]; !m.open() && len(against(m.Marks)) == 0 {
			return name
		}
	}
	return ""
}
