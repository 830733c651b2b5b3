package recording

import (
	"fmt"
	"time"

	"samui/internal/journey"
)

// group is a step of the journey while it is gathered.
type group struct {
	do      []journey.Action
	expect  []journey.Expectation
	notes   []Note // their At says where in this step
	told    []telling
	landed  string // the path of the page that it led to; empty = none
	title   string // of that page
	closed  bool   // what is done next is another step
	timeout time.Duration
	paused  time.Duration
}

// telling is an action in the words of the recording, for the step's name.
type telling struct {
	verb   journey.Verb
	words  string // of the element; empty = not known
	value  string // what was typed, chosen or pressed; empty where nobody should read it
	search bool   // the field is one to search with
	secret string // the sort of it, where what was typed is one
}

// latest is the last step that there is, or nil.
func (im *importer) latest() *group {
	if len(im.groups) == 0 {
		return nil
	}
	return im.groups[len(im.groups)-1]
}

// open reports whether the last step is one that goes on: nothing was to be
// seen in it yet.
func (g *group) open() bool { return g != nil && !g.closed && len(g.expect) == 0 }

// current is the step that is being gathered, a new one where the last is
// over. What waits to be noted comes first in it.
func (im *importer) current() *group {
	if g := im.latest(); g.open() {
		return g
	}
	g := &group{notes: im.ahead}
	im.ahead = nil
	im.groups = append(im.groups, g)
	return g
}

// A recording's timeout counts where it is longer than a step's own.
const (
	longTimeout = 30_000 // ms
	mostTimeout = 100 * time.Second
)

// do adds an action, with what is to be known of it. Opening a page is a step
// of its own.
func (im *importer) do(s step, a journey.Action, t telling, notes ...Note) {
	if g := im.latest(); a.Verb == journey.Open && g.open() && len(g.do) > 0 {
		g.closed = true
	}
	if len(im.groups) == 0 && a.Verb != journey.Open {
		im.do(step{}, journey.Action{Verb: journey.Open, URL: journey.Plain("/")}, telling{})
		im.note(s, "the recording begins in the middle of a page, so open: / was put before it")
	}
	g := im.current()
	for _, n := range notes {
		n.Step, n.Text, n.At.Do = s.n, im.redacted(n.Text), len(g.do)
		g.notes = append(g.notes, n)
	}
	g.do = append(g.do, a)
	t.verb = a.Verb
	g.told = append(g.told, t)
	if s.timeout > longTimeout {
		g.timeout = max(g.timeout, min(time.Duration(s.timeout)*time.Millisecond, mostTimeout))
	}
	im.arrive(s)
	if a.Verb == journey.Open {
		g.closed = true
	}
}

// arrive ends the last step with the page that was seen to load. Of several
// the earlier ones only led on.
func (im *importer) arrive(s step) {
	g := im.latest()
	if len(s.events) == 0 || g == nil {
		return
	}
	for i, e := range s.events {
		before := im.title
		expect, note := im.arrival(e)
		if i < len(s.events)-1 {
			continue
		}
		if note != "" {
			im.noteExpected(s, note, true)
		}
		g.add(expect)
		if u, ok := web(e.url); ok {
			_, g.landed = im.relative(u)
		}
		if im.title != before { // else it may be that of the page before
			g.title = im.title
		}
	}
	g.closed = true
}

// see adds what was to be seen: to the step before it.
func (im *importer) see(s step, expect []journey.Expectation, note string) {
	if note != "" {
		im.noteExpected(s, note, false)
	}
	g := im.latest()
	switch {
	case g == nil && len(expect) > 0:
		im.note(s, "%s: nothing was done before it", what(s))
	case g != nil:
		if gone := g.add(expect); gone != "" {
			im.noteExpected(s, gone+" was to be so only before this; a step ends when all holds at once", false)
		}
		im.arrive(s)
	}
}

// add adds expectations. What they rule out was to be seen only for a moment,
// as a sign that something loads, and gives way to them.
func (g *group) add(expect []journey.Expectation) (gone string) {
	for _, later := range expect {
		kept := g.expect[:0]
		for _, e := range g.expect {
			switch {
			case !rivals(e, later):
				kept = append(kept, e)
			case e.String() != later.String():
				gone = e.String()
			}
		}
		g.expect = append(kept, later)
	}
	return gone
}

// rivals reports whether two expectations are about the same thing, so that
// only one of them can be meant.
func rivals(a, b journey.Expectation) bool {
	about := func(e journey.Expectation) string {
		target := ""
		if e.Target != nil {
			target = e.Target.String()
		}
		switch e.Claim {
		case journey.ClaimVisible, journey.ClaimHidden, journey.ClaimCount:
			return "seen " + target
		case journey.ClaimEnabled, journey.ClaimDisabled:
			return "usable " + target
		case journey.ClaimChecked, journey.ClaimUnchecked:
			return "checked " + target
		case journey.ClaimText, journey.ClaimNoText, journey.ClaimValue, journey.ClaimNumber:
			if e.Op == journey.Is {
				return string(e.Claim) + " " + target
			}
		case journey.ClaimURL:
			if e.Path {
				return "path"
			}
		case journey.ClaimTitle:
			return "title"
		case journey.ClaimAny, journey.ClaimSoft, journey.ClaimScript, journey.ClaimDownload, journey.ClaimAttribute, journey.ClaimCookie, journey.ClaimNoConsoleErrors, journey.ClaimNoFailedRequests, journey.ClaimNoBrokenImages, journey.ClaimResponse, journey.ClaimSent:
		}
		return e.String()
	}
	return about(a) == about(b)
}

// loud and quiet are notes on an action, for do.
func loud(format string, args ...any) Note { return Note{Text: fmt.Sprintf(format, args...)} }

func quiet(text string) Note { return Note{Text: text, Quiet: true} }

// note tells what isn't carried over, at its place among the actions.
func (im *importer) note(s step, format string, args ...any) {
	n := Note{Step: s.n, Text: im.redacted(fmt.Sprintf(format, args...))}
	g := im.latest()
	if !g.open() {
		im.ahead = append(im.ahead, n)
		return
	}
	n.At.Do = len(g.do)
	g.notes = append(g.notes, n)
}

// noteExpected is a note among the expectations of the last step.
func (im *importer) noteExpected(s step, text string, quiet bool) {
	n := Note{Step: s.n, Text: im.redacted(text), Quiet: quiet}
	g := im.latest()
	if g == nil {
		im.ahead = append(im.ahead, n)
		return
	}
	n.At.Expect = len(g.expect) + 1
	g.notes = append(g.notes, n)
}

// redacted is a note in one line, without secrets.
func (im *importer) redacted(text string) string { return im.vault.redacted(oneLine(text)) }

// gather makes steps of the journey of what was gathered, and gives the notes
// their places.
func (im *importer) gather(steps []journey.Step) []Note {
	if g := im.latest(); g != nil {
		for _, n := range im.ahead { // nothing came behind them
			n.At.Do = len(g.do)
			if len(g.expect) > 0 {
				n.At.Expect = len(g.expect) + 1
			}
			g.notes = append(g.notes, n)
		}
	}
	notes := im.notes
	for i, g := range im.groups {
		steps[i].Do, steps[i].Expect, steps[i].Timeout = g.do, g.expect, g.timeout
		for _, n := range g.notes {
			n.At.Step = i + 1
			notes = append(notes, n)
		}
		if len(g.expect) == 0 {
			notes = append(notes, Note{
				Text:  "nothing was to be seen after this: add expect: with what the customer must then see, a text: for example",
				Quiet: true, At: Place{Step: i + 1, Expect: 1},
			})
		}
	}
	return notes
}
