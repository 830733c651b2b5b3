package incident

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"samui/internal/journey"
)

// Follow is the track of a key after one more result, and what the result
// changed; nil = nothing that anybody has to be told. run is a result of one
// of the key's members. A result whose slot isn't newer than the member's last
// one changes nothing: what was told is not told again.
func Follow(k Key, t Track, run journey.Run, r Rules) (Track, *Change) {
	if run.Slot == nil {
		return t, nil
	}
	mark, counts := k.read(run, r.Alerts)
	name := k.Member(run)
	before := t.Members[name]
	if !counts || len(before.Marks) > 0 && !mark.At.After(before.Marks[len(before.Marks)-1].At) {
		return t, nil
	}
	after := k.count(before, mark, r.Alerts)
	if len(before.Marks)+len(after.Marks) == 0 {
		return t, nil // all is well, as it was
	}
	t = t.clone()
	t.keep(r.Registered)
	t.Members[name] = after
	if len(after.Marks) == 0 {
		delete(t.Members, name)
	}

	e := Event{At: *run.Slot, RunID: run.RunID}
	if run.FinishedAt != nil {
		e.At = *run.FinishedAt
	}
	was := t.open()
	switch now := t.affected(); {
	case was == nil && len(now) == 0:
		return t, nil
	case was == nil:
		return k.opened(t, run, r, e)
	case len(now) == 0:
		return t.resolved(e)
	default:
		return k.goesOn(t, run, r, e, mark.against())
	}
}

// count is a member after one more mark. Of Samui's own troubles nothing is
// remembered but results in a row that count against: a track of all journeys
// that are well stays empty, and needn't be written.
func (k Key) count(m Member, mark Mark, a journey.Alerts) Member {
	if k.Kind != KindSite && !mark.against() {
		return Member{}
	}
	m.Marks = append(slices.Clone(newest(m.Marks, k.remembered(a)-1)), mark)
	switch {
	case mark.against() && k.quorum(m.Marks, a):
		m.Open = true
	case m.Open && better(m.Marks) >= max(1, a.Resolve):
		// Counting begins anew: what opened the incident must not open the next.
		return Member{Marks: newest(m.Marks, 1)}
	}
	if seen := k.worst(m.Marks, a); m.Open && seen != nil {
		m.Worst = seen
	}
	return m
}

// opened begins an incident, or takes the last one up again.
func (k Key) opened(t Track, run journey.Run, r Rules, e Event) (Track, *Change) {
	e.Kind = Opened
	inc := &Incident{ID: k.id(e.At), Kind: k.Kind, OpenedAt: e.At}
	if t.Last != nil && t.Last.ResolvedAt != nil && e.At.Sub(*t.Last.ResolvedAt) <= ReopenWithin {
		e.Kind, inc = Reopened, t.Last
	}
	t.Last = inc
	inc.State, inc.ResolvedAt, inc.Ack = Open, nil, nil
	k.describe(inc, run)
	t.look(k)
	inc.Peak = inc.Severity
	m := k.window(t.Members[k.Member(run)].Marks, r.Alerts)
	inc.Bad = against(m)
	inc.Since = m[slices.IndexFunc(m, Mark.against)].At
	return t.changed(e)
}

// resolved ends the open incident.
func (t Track) resolved(e Event) (Track, *Change) {
	e.Kind = Resolution
	t.Last.State, t.Last.ResolvedAt = Resolved, &e.At
	return t.changed(e)
}

// goesOn says what became of the open incident.
func (k Key) goesOn(t Track, run journey.Run, r Rules, e Event, bad bool) (Track, *Change) {
	inc, was := t.Last, *t.Last
	k.describe(inc, run)
	t.look(k)
	if bad {
		inc.Bad++
	}
	switch {
	case inc.Severity.Level() > inc.Peak.Level():
		e.Kind, inc.Peak = Worsened, inc.Severity
	case inc.Severity.Level() < was.Severity.Level():
		e.Kind = Improved
	case inc.Severity != was.Severity || inc.Worst.Step != was.Worst.Step || inc.Worst.Device != was.Worst.Device || !slices.Equal(inc.Affected, was.Affected):
		e.Kind = Moved
	case bad && inc.Ack == nil && r.Remind > 0 && e.At.Sub(inc.told()) >= r.Remind:
		e.Kind = Reminded
	default:
		return t, nil
	}
	return t.changed(e)
}

// told is when somebody was last called because of the incident.
func (i *Incident) told() time.Time {
	for _, e := range slices.Backward(i.Events) {
		switch e.Kind {
		case Opened, Reopened, Worsened, Reminded:
			return e.At
		case Improved, Moved, Acknowledged, Resolution:
		}
	}
	return i.OpenedAt
}

// describe says whose incident it is, as the newest result has it.
func (k Key) describe(inc *Incident, run journey.Run) {
	inc.Site, inc.Journey, inc.Location = k.Site, k.Journey, k.Location
	switch k.Kind {
	case KindSite:
		inc.Title, inc.Stage = run.Title, string(run.Stage)
		inc.Client, inc.Env = run.Client, run.Env
	case KindWall:
		inc.Client, inc.Env = run.Client, run.Env
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
	if len(inc.Events) > MaxEvents {
		inc.Events = slices.Delete(inc.Events, 1, 2)
	}
	change := &Change{Incident: *inc, Events: []Event{e}}
	change.Incident.Events = slices.Clone(inc.Events)
	return t, change
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
	t.Last.Ack = &Acknowledgement{At: at, By: by}
	return t.changed(Event{Kind: Acknowledged, At: at, By: by})
}

// Retire ends the open incident where none of its members is registered any
// more: nobody looks there, so nobody would ever see it end. The others are
// forgotten too.
func Retire(t Track, r Rules, at time.Time) (Track, *Change) {
	if t.open() == nil {
		return t, nil
	}
	t = t.clone()
	t.keep(r.Registered)
	if len(t.affected()) > 0 {
		return t, nil
	}
	return t.resolved(Event{At: at, Text: "nobody looks there any more"})
}

// id names an incident after the time of its opening and its key.
func (k Key) id(at time.Time) string {
	sum := sha256.Sum256([]byte(string(k.Kind) + "\x00" + k.Site + "\x00" + k.Journey + "\x00" + k.Location))
	return at.UTC().Format("20060102t150405") + "-" + hex.EncodeToString(sum[:5])
}
