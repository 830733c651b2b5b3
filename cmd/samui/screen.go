package main

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"

	"samui/internal/journey"
)

// screen is what the results are shown on. The zero value is a plain file.
type screen struct {
	live    bool // a terminal whose lines can be rewritten
	colours bool
	columns int        // from $COLUMNS; 0 = ask
	size    func() int // of the terminal, now; 0 = unknown, nil = no terminal
}

// The widths that reports are laid out for. A log has no width, and lines that
// are broken are harder to search.
const (
	narrowest  = 40
	widest     = 120
	plainWidth = 100
)

// newScreen looks at what the output is. NO_COLOR (no-color.org) and
// TERM=dumb are respected.
func newScreen(out io.Writer, lookup func(string) (string, bool)) screen {
	get := func(name string) string { v, _ := lookup(name); return v }
	var s screen
	s.columns, _ = strconv.Atoi(get("COLUMNS"))
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return s
	}
	s.size = func() int {
		w, _, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return 0
		}
		return w
	}
	s.live = get("TERM") != "dumb"
	s.colours = s.live && get("NO_COLOR") == ""
	return s
}

// width is how many columns a line may take now.
func (s screen) width() int {
	w := s.columns
	if w <= 0 && s.size != nil {
		w = s.size()
	}
	if w <= 0 {
		w = plainWidth
	}
	return min(max(w, narrowest), widest)
}

// The styles of a report, as ANSI attributes.
const (
	bold    = "1"
	dim     = "2"
	red     = "31"
	redBold = "1;31"
	green   = "32"
	yellow  = "33"
	orange  = "1;33" // bright yellow: terminals with eight colours have no orange
	magenta = "35"
	cyan    = "36"
)

// paint gives a text a style where there are colours.
func (s screen) paint(style, text string) string {
	if !s.colours || style == "" || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// look is how an outcome is shown: the word always stands beside the mark and
// the colour.
type look struct{ mark, style string }

func lookOf(o journey.Outcome) look {
	switch o {
	case journey.Good:
		return look{"✓", green}
	case journey.Slow:
		return look{"~", yellow}
	case journey.Bad:
		return look{"!", orange}
	case journey.Critical:
		return look{"!", red}
	case journey.Failed:
		return look{"✗", redBold}
	case journey.Blocked:
		return look{"⊘", cyan}
	case journey.ProbeError, journey.Missed:
		return look{"?", magenta}
	case journey.Skipped:
		return look{"–", dim}
	}
	return look{"?", magenta}
}

// words is an outcome as people say it.
func words(o journey.Outcome) string {
	if o == journey.ProbeError {
		return "probe error"
	}
	return string(o)
}
