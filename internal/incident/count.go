package incident

import (
	"slices"
	"time"

	"samui/internal/journey"
)

// count is a member after one more mark; false where the mark changes nothing
// of it.
func (k Key) count(m Member, mark Mark, r Rules) (Member, bool) {
	if k.Kind == KindSite {
		return m.ofLast(mark, r)
	}
	return m.inRow(mark, k.opens)
}

// ofLast counts so many of the last so many results.
//
// What a new browser paints otherwise makes other waits, but no outage: as many
// that failed as ever open an incident, and of all others it takes twice as many.
func (m Member) ofLast(mark Mark, r Rules) (Member, bool) {
	a, doubled := r.Alerts, !m.open() && r.Update.Holds(mark.At)
	if doubled {
		a = twice(a)
	}
	m.Marks = mark.past(m.Marks)
	if !mark.newerThan(m.Marks) {
		return m, false
	}
	m.Marks = append(slices.Clone(newest(m.Marks, max(1, a.Of, a.Resolve)-1)), mark)
	if m.open() && better(m.Marks) >= max(1, a.Resolve) {
		// Counting begins anew: what opened the incident must not open the next.
		return Member{Marks: newest(m.Marks, 1)}, true
	}
	if !m.open() {
		m.Update = nil
		if !mark.against() {
			return m, true
		}
	}
	if doubled {
		if m.Worst = enough(m.Marks, r.Alerts, Mark.failed); m.open() {
			return m, true
		}
	}
	if worst := enough(m.Marks, a, Mark.against); worst != nil {
		m.Worst = worst
		if doubled {
			m.Update = r.Update
		}
	}
	return m, true
}

// enough is what enough of the last marks amount to, of those that count; nil
// where they are too few.
func enough(marks []Mark, a journey.Alerts, counts func(Mark) bool) *Sighting {
	window := newest(marks, a.Of)
	bad := those(window, counts)
	if a.Open <= 0 || len(bad) < a.Open {
		return nil
	}
	return reached(bad, a.Open).within(window)
}

// reached is the newest of those marks that are as bad as the member is: the
// worst outcome that n of them reach, so that a single one makes nothing worse.
func reached(bad []Mark, n int) Mark {
	worstFirst := slices.SortedFunc(slices.Values(bad), func(x, y Mark) int { return y.Outcome.Level() - x.Outcome.Level() })
	for _, m := range slices.Backward(bad) {
		if m.Outcome == worstFirst[n-1].Outcome {
			return m
		}
	}
	panic("BUG: an outcome that no mark has")
}

// inRow counts results in a row that are against. Nothing else is remembered
// but the good look before them, so that a track of members that are well stays
// empty, and needn't be written.
//
// A good look may come late: the slot that is missed while a visit still goes
// on is recorded before it. It ends what it is newer than.
func (m Member) inRow(mark Mark, opens func(row []Mark) bool) (Member, bool) {
	past := mark.past(m.Marks)
	wrong := len(past) < len(m.Marks)
	m.Marks = past
	var marks []Mark
	if mark.against() {
		if !mark.newerThan(m.Marks) {
			return m, false
		}
		marks = append(slices.Clone(newest(m.Marks, starvedOpens-1)), mark)
	} else {
		ended, _ := slices.BinarySearchFunc(m.Marks, mark.At, func(m Mark, at time.Time) int { return m.At.Compare(at) })
		if len(against(m.Marks[:ended])) == 0 && !wrong {
			return m, false
		}
		marks = append([]Mark{mark}, m.Marks[ended:]...)
	}
	after := Member{Marks: marks}
	if row := against(marks); opens(row) || m.open() && mark.against() {
		after.Worst = row[len(row)-1].within(row)
	}
	return after, true
}

// row is what a result makes of the newest results of a location in a row that
// nobody could look at: where Samui can't look any more, that is seen sooner by
// all members than by each. counted says that the result was counted for its
// member.
//
// What a restart leaves behind says nothing: Samui is back. Nor does a starved
// machine, which can look.
func (k Key) row(row []time.Time, mark Mark, counted bool) []time.Time {
	if k.Kind != KindProbe {
		return nil
	}
	kept := slices.DeleteFunc(slices.Clone(row), func(at time.Time) bool {
		return at.Sub(mark.At) > wrongClock || !mark.against() && !at.After(mark.At)
	})
	if !counted || !mark.against() {
		return kept
	}
	switch mark.Seen.ErrorKind {
	case journey.ErrorStarved, journey.ErrorDown, journey.ErrorInterrupted:
		return kept
	case journey.ErrorBrowser, journey.ErrorNetwork, journey.ErrorInternal, journey.ErrorOverlap, journey.ErrorLate, journey.ErrorLimit:
	}
	kept = append(kept, mark.At)
	return kept[max(0, len(kept)-rowOpens):]
}

// opens reports whether results in a row open an incident of Samui's own.
func (k Key) opens(row []Mark) bool {
	if k.Kind == KindWall {
		return len(row) >= wallOpens
	}
	errors := 0
	for _, m := range newest(row, probeOpens) {
		if m.Outcome == journey.ProbeError && m.Seen.ErrorKind != journey.ErrorStarved {
			errors++
		}
	}
	return errors >= probeOpens || len(row) >= starvedOpens
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
