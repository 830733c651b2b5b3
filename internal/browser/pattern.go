package browser

import (
	"fmt"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"
)

// jsPattern translates a regular expression of Go's (RE2) into one of
// JavaScript's that matches the same texts, so that `matches` can be judged in
// the page. It works from the parse tree, where flags, classes and the folding
// of case have been resolved: what is left means the same in both languages.
//
// Groups lose their names and numbers: only whether a text matches is asked.
// Unlike RE2, JavaScript may take exponential time over nested repetitions of
// the same thing, as in (a*)*b.
func jsPattern(expr string) (source, flags string, err error) {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return "", "", fmt.Errorf("pattern %q: %w", expr, err)
	}
	var b strings.Builder
	writePattern(&b, re)
	return b.String(), "u", nil
}

func writePattern(b *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpNoMatch:
		b.WriteString("[]")
	case syntax.OpEmptyMatch:
		b.WriteString("(?:)")
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			writeLiteral(b, r, re.Flags&syntax.FoldCase != 0)
		}
	case syntax.OpCharClass:
		writeClass(b, re.Rune)
	case syntax.OpAnyCharNotNL:
		b.WriteString(`[^\n]`) // JavaScript's dot excludes other line ends too
	case syntax.OpAnyChar:
		b.WriteString(`[^]`)
	case syntax.OpBeginLine:
		b.WriteString(`(?<![^\n])`)
	case syntax.OpEndLine:
		b.WriteString(`(?![^\n])`)
	case syntax.OpBeginText:
		b.WriteString(`^`)
	case syntax.OpEndText:
		b.WriteString(`$`)
	case syntax.OpWordBoundary:
		b.WriteString(`\b`)
	case syntax.OpNoWordBoundary:
		b.WriteString(`\B`)
	case syntax.OpCapture:
		writeGroup(b, re.Sub[0])
	case syntax.OpStar:
		writeRepeat(b, re, "*")
	case syntax.OpPlus:
		writeRepeat(b, re, "+")
	case syntax.OpQuest:
		writeRepeat(b, re, "?")
	case syntax.OpRepeat:
		writeRepeat(b, re, bounds(re.Min, re.Max))
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			writePattern(b, sub)
		}
	case syntax.OpAlternate:
		b.WriteString("(?:")
		for i, sub := range re.Sub {
			if i > 0 {
				b.WriteByte('|')
			}
			writePattern(b, sub)
		}
		b.WriteByte(')')
	}
}

func writeGroup(b *strings.Builder, re *syntax.Regexp) {
	b.WriteString("(?:")
	writePattern(b, re)
	b.WriteByte(')')
}

func writeRepeat(b *strings.Builder, re *syntax.Regexp, times string) {
	writeGroup(b, re.Sub[0])
	b.WriteString(times)
	if re.Flags&syntax.NonGreedy != 0 {
		b.WriteByte('?')
	}
}

// bounds is a repetition's {min,max}; max -1 is no limit.
func bounds(least, most int) string {
	switch most {
	case least:
		return fmt.Sprintf("{%d}", least)
	case -1:
		return fmt.Sprintf("{%d,}", least)
	default:
		return fmt.Sprintf("{%d,%d}", least, most)
	}
}

// writeLiteral writes a rune; with fold, all that differ from it in case only.
func writeLiteral(b *strings.Builder, r rune, fold bool) {
	if !fold || unicode.SimpleFold(r) == r {
		b.WriteString(quoteRune(r, `^$\.*+?()[]{}|/`))
		return
	}
	var alike []rune
	for f := unicode.SimpleFold(r); ; f = unicode.SimpleFold(f) {
		alike = append(alike, f, f)
		if f == r {
			break
		}
	}
	writeClass(b, alike)
}

// writeClass writes ranges, given as pairs of first and last rune. Short ones
// are written out: the page's scripts look for quotes among the single runes.
func writeClass(b *strings.Builder, ranges []rune) {
	b.WriteByte('[')
	for i := 0; i+1 < len(ranges); i += 2 {
		first, last := ranges[i], ranges[i+1]
		if last-first < 4 {
			for r := first; r <= last; r++ {
				b.WriteString(quoteRune(r, `^\]-[`))
			}
			continue
		}
		b.WriteString(escapeRune(first) + "-" + escapeRune(last))
	}
	b.WriteByte(']')
}

// quoteRune writes a rune as itself where it can be read, with a backslash
// before the special ones.
func quoteRune(r rune, special string) string {
	switch {
	case strings.ContainsRune(special, r):
		return `\` + string(r)
	case r == ' ' || unicode.IsPrint(r):
		return string(r)
	default:
		return escapeRune(r)
	}
}

func escapeRune(r rune) string {
	return `\u{` + strconv.FormatInt(int64(r), 16) + "}"
}
