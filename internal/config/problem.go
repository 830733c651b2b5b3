package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Problem is one mistake in a file, told to the person who wrote it. No
// problem ever holds the value of a secret or of an environment variable.
type Problem struct {
	File    string // as the user named it
	Line    int    // from 1; 0 = the file as a whole
	Column  int    // from 1, in characters
	What    string // what is wrong
	Want    string // what was wanted instead; may be empty
	Hint    string // what to type next; may be empty
	Warning bool   // the file is used all the same
}

// String is "file:line:col: what; want … (hint: …)".
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(p.What)
	if p.Want != "" {
		b.WriteString("; want " + p.Want)
	}
	if p.Hint != "" {
		b.WriteString(" (hint: " + p.Hint + ")")
	}
	return b.String()
}

// Problems are every mistake of some files: by file in the order in which they
// were given, then by place.
type Problems []Problem

// Errors are the problems for which a file is refused.
func (ps Problems) Errors() Problems { return ps.only(false) }

// Warnings are the problems in spite of which a file is used.
func (ps Problems) Warnings() Problems { return ps.only(true) }

func (ps Problems) only(warning bool) Problems {
	var some Problems
	for _, p := range ps {
		if p.Warning == warning {
			some = append(some, p)
		}
	}
	return some
}

// Err is an [*InvalidError] of the errors, or nil where there are none.
func (ps Problems) Err() error {
	if errs := ps.Errors(); len(errs) > 0 {
		return &InvalidError{Problems: errs}
	}
	return nil
}

// InvalidError says that files hold mistakes.
type InvalidError struct{ Problems Problems }

// Error is every mistake on a line of its own.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// sink collects the problems of one file. The same place may be read several
// times (through an alias, or once for each site), so what was said is not
// said again.
type sink struct {
	problems Problems
	said     map[Problem]bool
}

func (s *sink) add(p Problem) {
	p.What, p.Want, p.Hint = oneLine(p.What), oneLine(p.Want), oneLine(p.Hint)
	if s.said[p] {
		return
	}
	if s.said == nil {
		s.said = map[Problem]bool{}
	}
	s.said[p] = true
	s.problems = append(s.problems, p)
}

// longestMessage bounds what a file can make a message repeat, in bytes.
const longestMessage = 600

// oneLine is a message that can't disturb the terminal it is shown on: what
// people type into a file may hold line breaks, escapes and bidi controls.
func oneLine(s string) string {
	harmful := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }
	if strings.ContainsFunc(s, harmful) {
		var b strings.Builder
		for _, r := range s {
			if harmful(r) {
				fmt.Fprintf(&b, "\\u%04x", r)
			} else {
				b.WriteRune(r)
			}
		}
		s = b.String()
	}
	return clipped(s, longestMessage)
}

// most is how many problems of one file are told: more are no help.
const most = 200

// sorted returns the problems by place, of very many the first.
func (s *sink) sorted() Problems {
	slices.SortStableFunc(s.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if len(s.problems) <= most {
		return s.problems
	}
	rest := s.problems[most:]
	more := rest[0]
	more.What, more.Want, more.Hint = fmt.Sprintf("there are %d more mistakes from here on", len(rest)), "", "put the first ones right and check again"
	more.Warning = len(rest.Errors()) == 0
	return append(slices.Clone(s.problems[:most]), more)
}
