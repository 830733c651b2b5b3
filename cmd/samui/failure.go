package main

import (
	"fmt"
	"strings"

	"samui/internal/journey"
)

// labelWidth is the column of the labels in what stands beneath a row.
const labelWidth = 8

// failure prints why a step failed: what was wanted and what was there
// instead, the nearest things that are there, where the step is written and
// what to do.
func (r *report) failure(s journey.StepResult) {
	f, e := *s.Failure, s.Evidence
	r.field(kindLabel(f.Kind), f.Message, red)
	if f.Target != nil {
		r.field("wanted", *f.Target, "")
	}
	for i, near := range f.Nearest {
		label := ""
		if i == 0 {
			label = "nearest"
		}
		r.field(label, near, "")
	}
	if f.Hint != nil {
		r.field("hint", *f.Hint, green)
	}
	r.console(s)
	if f.Line != nil {
		r.field("written", *f.Line, "")
	}
	if e.Screenshot != nil {
		r.field("picture", *e.Screenshot, "")
	}
	if e.DOM != nil {
		r.field("html", *e.DOM, "")
	}
}

// console prints what the page's console showed: often the reason why.
func (r *report) console(s journey.StepResult) {
	told := 0
	for i, e := range s.Console {
		label := ""
		if i == 0 {
			label = "console"
		}
		text := e.Text
		if e.Times > 1 {
			text += fmt.Sprintf(" (%d times)", e.Times)
		}
		if e.Source != nil {
			text += " at " + *e.Source
		}
		r.field(label, text, "")
		told += e.Times
	}
	if n := s.ConsoleErrors; n != nil && told > 0 && *n > told {
		r.field("", fmt.Sprintf("and %d others", *n-told), "")
	}
}

// kindLabel is the label before the message: the kinds whose message needs no
// explanation say what it is.
func kindLabel(k journey.FailureKind) string {
	switch k {
	case journey.KindExpectation, journey.KindTarget:
		return "because"
	case journey.KindNavigation:
		return "no page"
	case journey.KindHTTP, journey.KindTimeout, journey.KindDialog, journey.KindCrash, journey.KindScript, journey.KindBlocked:
		return string(k)
	}
	return string(k)
}

// field prints a labelled text beneath a row, its lines under each other.
func (r *report) field(label, text, style string) {
	indent := len(textIndent) + labelWidth + 1
	for i, line := range wrap(printable(text), r.screen.width()-indent) {
		if i > 0 {
			label = ""
		}
		fmt.Fprintf(r.out, "%s%s %s\n", textIndent, r.screen.paint(dim, pad(label, labelWidth)), r.screen.paint(style, isolate(line)))
	}
}

// tally is several runs in one line, the best first.
func tally(s screen, runs []journey.Run) string {
	var parts []string
	for _, o := range []journey.Outcome{
		journey.Good, journey.Slow, journey.Bad, journey.Critical,
		journey.Failed, journey.Blocked, journey.ProbeError,
	} {
		n := 0
		for _, r := range runs {
			if r.Outcome == o {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, s.paint(lookOf(o).style, fmt.Sprintf("%d %s", n, words(o))))
		}
	}
	return fmt.Sprintf("%d runs: %s", len(runs), strings.Join(parts, " · "))
}
