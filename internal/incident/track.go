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
}

// Member is a part of a key that is counted by itself: for KindSite a device,
// for KindWall a journey/device, for KindProbe a site/journey/device.
type Member struct {
	Marks []Mark `json:"marks"` // the last results that counted, oldest first
	Open  bool   `json:"open"`  // it is a part of the open incident
	// Worst is why it is: the newest of the results that made it as bad as it
	// is. Nil = it isn't.
	Worst *Sighting `json:"worst"`
}

// Mark is a result that counted.
type Mark struct {
	At      time.Time       `json:"at"` // its slot
	Outcome journey.Outcome `json:"outcome"`
	Seen    *Sighting       `json:"seen"` // nil = it counts for, not against
}

func (m Mark) against() bool { return m.Seen != nil }

// against counts the marks that count against.
func against(marks []Mark) int {
	n := 0
	for _, m := range marks {
		if m.against() {
			n++
		}
	}
	return n
}

// better is how many of the newest marks in a row count for.
func better(marks []Mark) int {
	n := 0
	for n < len(marks) && !marks[len(marks)-1-n].against() {
		n++
	}
	return n
}

// newest is the last n marks, or all where there are fewer.
func newest(marks []Mark, n int) []Mark { return marks[max(0, len(marks)-n):] }

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

// keep forgets the members that aren't registered any more; nil = all are.
func (t Track) keep(registered []string) {
	if registered == nil {
		return
	}
	for name := range t.Members {
		if !slices.Contains(registered, name) {
			delete(t.Members, name)
		}
	}
}

// affected are the members that make up the open incident, sorted.
func (t Track) affected() []string {
	var names []string
	for name, m := range t.Members {
		if m.Open {
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
