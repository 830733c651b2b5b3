package slack

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/bidi"
)

// mrkdwn is a text that Slack parses, ready to be sent. Texts from elsewhere
// become one by [escape] alone.
type mrkdwn string

const (
	wordJoiner = "\u2060" // shows nothing
	ownWay     = "\u2068" // what follows has a direction of its own …
	ltrWay     = "\u2066" // what follows goes from left to right …
	endOfWay   = "\u2069" // … until here
	zwnj       = '\u200c'
	zwj        = '\u200d'

	// mostMarks is how many combining marks a character may carry: a word needs
	// three or four, and a hundred would cover the lines around it.
	mostMarks = 5
)

// line is a text from elsewhere as one line shows it, at most limit UTF-16
// units long: white space folded, without control characters and without those
// that turn the direction of what follows, and with addresses and names that
// are no links. It is for places where Slack parses nothing.
func line(s string, limit int) string {
	// What Slack takes for an address or a name is broken where nobody sees it.
	dead := strings.NewReplacer("://", ":"+wordJoiner+"//", "@", "@"+wordJoiner)
	return cut(dead.Replace(tidy(s, limit)), limit)
}

// tidy is a text from elsewhere on one line, at least limit UTF-16 units of it.
func tidy(s string, limit int) string {
	var b strings.Builder
	space, marks := false, 0
	for _, r := range s {
		if b.Len() > 4*limit {
			break // more than enough to be cut
		}
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Cc, r):
			space = b.Len() > 0
			continue
		case unicode.Is(unicode.Cf, r) && r != zwj && r != zwnj:
			continue
		case unicode.Is(unicode.M, r):
			if marks++; marks > mostMarks {
				continue
			}
		default:
			marks = 0
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// escape is for a text of [line] where Slack parses it: nothing of it is a
// mention, a link or a format. The characters that format are escaped by
// nothing, so others that look like them stand for them where they could.
func escape(s string) mrkdwn {
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '*', '_', '~', '`':
			if r != '`' && i > 0 && i+1 < len(runes) && inWord(runes[i-1]) && inWord(runes[i+1]) {
				b.WriteRune(r)
				continue
			}
			b.WriteRune(twin(r))
		default:
			b.WriteRune(r)
		}
	}
	return mrkdwn(b.String())
}

// twin looks like a character that formats, and doesn't.
func twin(r rune) rune {
	switch r {
	case '*':
		return '∗'
	case '_':
		return '＿'
	case '~':
		return '∼'
	default:
		return 'ˋ'
	}
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// named is a name from elsewhere, in a line beside others. One that goes from
// right to left doesn't turn around what stands beside it.
func named(s string, limit int) string { return isolated(ownWay, line(s, limit)) }

// sentence is a sentence in English that may quote what is written from right
// to left.
func sentence(s string, limit int) string { return isolated(ltrWay, line(s, limit)) }

func isolated(way, s string) string {
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		if class := p.Class(); class == bidi.R || class == bidi.AL {
			return way + s + endOfWay
		}
	}
	return s
}

// cut shortens a text to limit UTF-16 units, between characters as people see
// them.
func cut(s string, limit int) string {
	if utf16Length(s) <= limit {
		return s
	}
	const sign = "…"
	length, end, flags := 0, 0, 0
	var previous rune
	for i, r := range s {
		if !joined(previous, r, flags) {
			end = i
		}
		if length += utf16.RuneLen(r); length > limit-utf16Length(sign) {
			break
		}
		if isFlag(r) {
			flags++
		} else {
			flags = 0
		}
		previous = r
	}
	return strings.TrimRight(s[:end], " ") + sign
}

// joined reports whether r shows as one character with what stands before it,
// which are so many letters of flags.
func joined(previous, r rune, flags int) bool {
	skin := r >= 0x1f3fb && r <= 0x1f3ff
	return unicode.Is(unicode.M, r) || skin || r == zwj || previous == zwj || isFlag(r) && flags%2 == 1
}

func isFlag(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// utf16Length is the length of a text as Slack counts it, at most.
func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
