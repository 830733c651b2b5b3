package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// level is a depth at which something goes on that was begun above.
type level struct {
	indent int
	list   bool   // its lines begin with -
	name   string // of the line that set it, as "do:" or "- open:"
	line   int
}

// levels are the depths at which a line may go on, the innermost first: those
// of the lines above it that nothing has ended yet.
func (s *source) levels(number int) []level {
	var open []level
	least := maxBytes
	for n := number - 1; n > 0 && least > 0; n-- {
		text := s.line(n)
		at := indentBytes(text)
		rest := strings.TrimSpace(text)
		if rest == "" || strings.HasPrefix(rest, "#") || at >= least {
			continue
		}
		var found []level
		for strings.HasPrefix(text[at:], "- ") {
			found = append(found, level{at, true, "- " + keyIn(text[at+2:]), n})
			at += 2 + indentBytes(text[at+2:])
		}
		if key := keyIn(text[at:]); key != "" {
			found = append(found, level{at, false, key, n})
		}
		for _, l := range slices.Backward(found) {
			if l.indent < least {
				open = append(open, l)
			}
		}
		least = indentBytes(s.line(n))
	}
	return open
}

// keyIn is the key that a text begins with and its colon, behind any dashes, or
// empty.
func keyIn(text string) string {
	text = strings.TrimLeft(text, "- ")
	if m := regexp.MustCompile(`^[^\s:{}\[\]"']+:(\s|$)`).FindString(text); m != "" {
		return strings.TrimSpace(m)
	}
	return ""
}

func (l level) place() string {
	spaces := "no spaces"
	switch {
	case l.indent == 1:
		spaces = "1 space"
	case l.indent > 1:
		spaces = fmt.Sprintf("%d spaces", l.indent)
	}
	return fmt.Sprintf("%s, as before %s in line %d", spaces, quoted(l.name), l.line)
}

// misplaced says what is wrong with the indentation of a line that fits nothing
// above it, and where it could stand.
func misplaced(src *source, number int) (trap, bool) {
	text := src.line(number)
	at := indentBytes(text)
	rest := strings.TrimSpace(text)
	dash := rest == "-" || strings.HasPrefix(rest, "- ")
	var same *level
	var fitting []level
	for _, l := range src.levels(number) {
		if l.indent == at {
			same = &l
		}
		if l.list == dash {
			fitting = append(fitting, l)
		}
	}
	if len(fitting) == 0 {
		return trap{}, false
	}
	// The nearest is the likeliest; of two, the one that is less deep.
	away := func(l level) int { return max(l.indent-at, at-l.indent) }
	slices.SortStableFunc(fitting, func(a, b level) int { return cmp.Or(cmp.Compare(away(a), away(b)), cmp.Compare(a.indent, b.indent)) })
	t := trap{column: at + 1, want: fitting[0].place()}
	if len(fitting) > 1 {
		t.want += ", or " + fitting[1].place()
	}
	if dash {
		t.want = withDefault(listAbove(src, number), t.want)
	}
	name := quoted(withDefault(keyIn(rest), rest))
	switch {
	case same != nil && same.list && !dash:
		t.what = fmt.Sprintf("%s has no -, and the lines at this depth have one, as %s in line %d", name, quoted(same.name), same.line)
	case same != nil && !same.list && dash:
		t.what = fmt.Sprintf("%s has a -, and the lines at this depth have none, as %s in line %d", name, quoted(same.name), same.line)
		t.hint = "or leave the - out"
	default:
		t.what = fmt.Sprintf("%s is indented as nothing above it is", name)
	}
	return t, true
}

// oddIndent finds what only looks like spaces before a line's text, or behind
// its dashes; -1 where there is nothing of the kind.
func oddIndent(text string) (byteIndex int, odd rune) {
	for i, r := range text {
		switch {
		case r == ' ' || r == '-':
		case r == '\t' || r > unicode.MaxASCII && (unicode.IsSpace(r) || invisible(r)):
			return i, r
		default:
			return -1, 0
		}
	}
	return -1, 0
}

// dashes are the signs that word processors make of a - or a list.
const dashes = "–—−‐‑•·●▪*"

// dashTrap is what is wrong with -open: and •open:, of which YAML makes a key
// or nothing at all, and what to write; empty where it is something else.
func dashTrap(key string) (what, hint string) {
	first, size := utf8.DecodeRuneInString(key)
	rest := strings.TrimSpace(key[size:])
	switch {
	case first == '-' && rest == key[size:] && rest != "" && rest[0] != '-':
		return "has no space after its -", "write - " + clipped(rest, longest) + ": …"
	case strings.ContainsRune(dashes, first) && rest != "":
		return fmt.Sprintf("begins with %c, which is no -", first), "write - " + clipped(rest, longest) + ": …"
	}
	return "", ""
}

// keyBefore is what stands before a line's first colon.
func keyBefore(text string) string {
	key, _, _ := strings.Cut(strings.TrimSpace(text), ":")
	return key
}
