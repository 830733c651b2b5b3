package main

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/width"
)

// Titles come in every language and texts come from pages, which may be
// hostile. This file knows how much room a text takes on a terminal and makes
// it safe to print there.

const (
	firstStrongIsolate = '\u2068'
	popIsolate         = '\u2069'
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// printable makes a text that comes from elsewhere safe for a terminal: white
// space becomes single spaces, controls (an escape sequence is harmless without
// its first byte) become U+FFFD, and what is invisible or reorders its
// surroundings is dropped. Emoji and Persian keep their joiners.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.IsControl(r):
			b.WriteRune(utf8.RuneError)
		case unicode.Is(unicode.Cf, r) && r != zeroWidthJoiner && r != zeroWidthNonJoiner:
		case unicode.Is(unicode.Co, r), unicode.Is(unicode.Cs, r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// columns is how many columns of a terminal the text takes.
func columns(s string) int {
	n := 0
	for _, c := range clusters(s) {
		n += c.columns
	}
	return n
}

// cluster is what a terminal shows in one place: a character with its marks.
type cluster struct {
	text    string
	columns int
}

// clusters splits a text between the places where it may be cut. Combining
// marks, joiners and what a joiner joins belong to the character before them,
// and two regional indicators are one flag.
func clusters(s string) []cluster {
	var all []cluster
	joined, flag := false, false
	for _, r := range s {
		w := runeColumns(r)
		regional := r >= 0x1f1e6 && r <= 0x1f1ff
		if len(all) > 0 && (w == 0 || joined || (regional && flag)) {
			last := &all[len(all)-1]
			last.text += string(r)
			if regional && flag {
				last.columns = 2
			}
			flag = false
		} else {
			all = append(all, cluster{string(r), w})
			flag = regional
		}
		joined = r == zeroWidthJoiner
	}
	return all
}

func runeColumns(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc):
		return 0
	case r >= 0x1160 && r <= 0x11ff: // Hangul vowels and finals sit in the syllable before them
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	case width.Neutral, width.EastAsianAmbiguous, width.EastAsianNarrow, width.EastAsianHalfwidth:
		return 1
	}
	return 1
}

// isolate keeps the order of a right-to-left text from spilling into its
// surroundings. Other texts are left alone, since not everything that shows a
// log hides the two marks.
func isolate(s string) string {
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		if c := p.Class(); c == bidi.R || c == bidi.AL || c == bidi.AN {
			return string(firstStrongIsolate) + s + string(popIsolate)
		}
	}
	return s
}

// safe is a text from elsewhere that becomes part of a sentence.
func safe(s string) string { return isolate(printable(s)) }

// pad fills a text with spaces up to a number of columns. The spaces stand
// outside of the isolate, so that they stay on the right.
func pad(s string, to int) string {
	return isolate(s) + strings.Repeat(" ", max(0, to-columns(s)))
}

// truncate cuts a text to a number of columns, the last one an ellipsis.
func truncate(s string, to int) string {
	if columns(s) <= to {
		return s
	}
	var b strings.Builder
	n := 0
	for _, c := range clusters(s) {
		if n += c.columns; n > to-1 {
			break
		}
		b.WriteString(c.text)
	}
	return strings.TrimRight(b.String(), " ") + "…"
}

// wrap breaks a text into lines of at most so many columns, between words
// where it can. There is always at least one line.
func wrap(s string, to int) []string {
	var lines []string
	line, used := "", 0
	flush := func() { lines, line, used = append(lines, line), "", 0 }
	for word := range strings.FieldsSeq(s) {
		w := columns(word)
		if used > 0 && used+1+w > to {
			flush()
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		for _, c := range clusters(word) {
			if used > 0 && used+c.columns > to {
				flush()
			}
			line, used = line+c.text, used+c.columns
		}
	}
	if line != "" || len(lines) == 0 {
		flush()
	}
	return lines
}
