package incident

import (
	"slices"
	"time"

	"samui/internal/journey"
)

// Follow is the track of a key after one more result, and what the result
// changed; nil = nothing that anybody has to be told. run is a result of one
// of the key's members, whose results come in the order of their slots; only a
// slot that was missed while a visit went on may come before that visit.
// Following a result of the last day twice changes nothing: what was told is not
// told again. What is older than that comes where a clock was put right.
func Follow(k Key, t Track, run journey.Run, r Rules) (Track, *Change) {
	name := k.Member(run)
	if run.Slot == nil || !r.registered(name) {
		return t, nil
	}
	mark, counts := k.read(run, r.Alerts)
	if !counts {
		return t, nil
	}
	before, known := t.Members[name]
	after, changed := k.count(before, mark, r)
	crowded := k.Kind != KindSite && !known && len(t.Members) >= mostMembers
	if crowded && t.expendable() == "" {
		changed = false // those that are remembered tell it all
	}
	row := k.row(t.Row, mark, changed)
	if !changed && len(row) == len(t.Row) {
		return t, nil
	}
	t = t.clone()
	if t.Row = row; changed {
		if crowded {
			delete(t.Members, t.expendable())
		}
		t.Members[name] = after
	}
	t.keep(r)
	if mark.against() && len(row) == rowOpens {
		t.openAll()
	}

	e := Event{At: mark.At, RunID: run.RunID}
	if run.FinishedAt != nil {
		e.At = run.FinishedAt.UTC()
	}
	opened, affected := t.open() != nil, len(t.affected()) > 0
	switch {
	case !opened && !affected:
		return t, nil
	case !opened:
		return t.opened(k, run, e)
	case !affected:
		return t.resolved(e)
	default:
		return t.goesOn(k, run, r.Remind, e, mark.against())
	}
}

// opened begins an incident, or takes the last one up again.
func (t Track) opened(k Key, run journey.Run, e Event) (Track, *Change) {
	e.Kind = Reopened
	if t.Last == nil || t.Last.ResolvedAt == nil || e.At.Sub(*t.Last.ResolvedAt) > ReopenWithin {
		e.Kind, t.Last = Opened, &Incident{ID: k.id(e.At), Kind: k.Kind, OpenedAt: e.At}
	}
	inc := t.Last
	inc.State, inc.ResolvedAt, inc.Ack = Open, nil, nil
	inc.describe(k, run)
	t.look(k)
	inc.Peak = inc.Severity

	bad := against(t.Members[t.Worst].Marks)
	inc.Since = bad[len(bad)-inc.Worst.Count].At
	if len(t.Row) > 0 && t.Row[0].Before(inc.Since) {
		inc.Since = t.Row[0]
	}
	inc.Bad = 0
	for _, m := range t.Members {
		for _, mark := range against(m.Marks) {
			if !mark.At.Before(inc.Since) {
				inc.Bad++
			}
		}
	}
	return t.changed(e)
}

// resolved ends the open incident.
func (t Track) resolved(e Event) (Track, *Change) {
	e.Kind = Resolution
	t.Last.State, t.Last.ResolvedAt = Resolved, new(e.At)
	return t.changed(e)
}

// goesOn says what became of the open incident.
func (t Track) goesOn(k Key, run journey.Run, remind time.Duration, e Event, bad bool) (Track, *Change) {
	inc, was := t.Last, *t.Last
	inc.describe(k, run)
	t.look(k)
	if bad {
		inc.Bad++
	}
	if inc.Severity.Level() > inc.Peak.Level() {
		inc.Peak = inc.Severity
	}
	switch {
	case inc.Severity.Level() > was.worstSince(e.At.Add(-calm)).Level():
		// Somebody took care of what was less bad.
		e.Kind, inc.Ack = Worsened, nil
	case k.Kind != KindSite && t.Told > 0 && len(inc.Affected) > 2*t.Told && len(inc.Affected) >= t.Told+3:
		e.Kind, inc.Ack = Worsened, nil // it spreads
	case inc.Severity.Level() < was.Severity.Level():
		e.Kind = Improved
	case bad && inc.Ack == nil && remind > 0 && (e.At.Sub(inc.told()) >= remind || inc.told().Sub(e.At) > wrongClock):
		e.Kind = Reminded // before Moved, or a trouble that moves each time would never be
	case inc.Severity != was.Severity || inc.Worst.Step != was.Worst.Step || inc.Worst.Device != was.Worst.Device || !slices.Equal(inc.Affected, was.Affected):
		e.Kind = Moved
	default:
		return t, nil
	}
	return t.changed(e)
}

// worstSince is the worst that it was from a time on, since it was opened or
// reopened.
func (i *Incident) worstSince(at time.Time) journey.Outcome {
	worst := i.Severity
	for _, e := range slices.Backward(i.Events) {
		if e.Severity.Level() > worst.Level() {
			worst = e.Severity
		}
		if !e.At.After(at) || e.Kind == Opened || e.Kind == Reopened {
			break
		}
	}
	return worst
}

// told is when somebody was last called because of the incident.
func (i *Incident) told() time.Time {
	for _, e := range slices.Backward(i.Events) {
		if e.calls() {
			return e.At
		}
	}
	return i.OpenedAt
}

// calls reports whether the event is one that calls somebody.
func (e Event) calls() bool {
	switch e.Kind {
	case Opened, Reopened, Worsened, Reminded:
		return true
	case Improved, Moved, Acknowledged, Resolution:
	}
	return false
}

// silent reports whether the event is one that called nobody, and that the
// others can do without.
func (e Event) silent() bool { return e.Kind == Improved || e.Kind == Moved }

// describe says whose incident it is, as the newest result has it.
func (i *Incident) describe(k Key, run journey.Run) {
	i.Site, i.Journey, i.Location = k.Site, k.Journey, k.Location
	switch k.Kind {
	case KindSite:
		i.Title, i.Stage = run.Title, string(run.Stage)
		i.Client, i.Env = run.Client, run.Env
	case KindWall:
		i.Client, i.Env = run.Client, run.Env
	case KindProbe:
	}
}

// look finds the worst of the members: how bad it is, and what was seen there.
// Of equally bad ones the one that was the worst before stays it.
func (t *Track) look(k Key) {
	inc := t.Last
	inc.Affected = t.affected()
	name := inc.Affected[0]
	for _, n := range inc.Affected {
		more := k.severity(*t.Members[n].Worst).Level() - k.severity(*t.Members[name].Worst).Level()
		if more > 0 || more == 0 && n == t.Worst {
			name = n
		}
	}
	t.Worst, inc.Worst = name, *t.Members[name].Worst
	inc.Severity = k.severity(inc.Worst)
	inc.Update = t.Members[name].Update
}

// changed notes an event of the track's incident.
func (t Track) changed(e Event) (Track, *Change) {
	inc := t.Last
	inc.Revision++
	e.Revision, e.Severity = inc.Revision, inc.Severity
	if e.Text == "" {
		e.Text = inc.Cause()
	}
	inc.Events = append(inc.Events, e)
	if e.calls() {
		t.Told = len(inc.Affected)
	}
	if len(inc.Events) > MaxEvents {
		i := max(1, slices.IndexFunc(inc.Events[:MaxEvents], Event.silent))
		inc.Events = slices.Delete(inc.Events, i, i+1)
	}
	return t, &Change{Incident: *inc, Event: e}
}

// Acknowledge notes that somebody takes care of the open incident, at a time;
// nil = none is open, or somebody does already.
func Acknowledge(t Track, at time.Time, by string) (Track, *Change) {
	if t.open() == nil || t.Last.Ack != nil {
		return t, nil
	}
	if by == "" {
		by = "somebody"
	}
	t = t.clone()
	at = at.UTC()
	t.Last.Ack = &Acknowledgement{At: at, By: by}
	return t.changed(Event{Kind: Acknowledged, At: at, By: by})
}

// Retire ends the open incident where none of its members is registered any
// more: nobody looks there, so nobody would ever see it end. Where some are, it
// forgets the others.
func Retire(t Track, r Rules, at time.Time) (Track, *Change) {
	if t.open() == nil {
		return t, nil
	}
	t = t.clone()
	t.keep(r)
	if len(t.affected()) > 0 {
		return t, nil
	}
	return t.resolved(Event{At: at.UTC(), Text: "nobody looks there any more"})
}
