package recording

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// compound is what a CSS selector says of the element itself: its last part,
// behind the last combinator.
type compound struct {
	tag, id    string
	attributes []pair
	alone      bool // nothing stands before it, so it says all
	more       bool // there is more in it: classes, pseudo-classes
}

// attribute is the value of an attribute that must be equal to it.
func (c compound) attribute(name string) string {
	for _, a := range c.attributes {
		if a.key == name {
			return a.value
		}
	}
	return ""
}

// positional reports whether a selector counts elements: the first to break
// when a page changes.
func positional(css string) bool {
	for _, p := range []string{":nth-", ":first-", ":last-", ":only-"} {
		if strings.Contains(css, p) {
			return true
		}
	}
	return false
}

// lastCompound reads the end of a CSS selector. Of one that it doesn't
// understand it says nothing.
func lastCompound(css string) compound {
	css = strings.TrimSpace(css)
	start := lastStart(css)
	c := compound{alone: strings.TrimSpace(css[:start]) == ""}
	rest := css[start:]
	c.tag, rest = identifier(rest)
	for rest != "" {
		switch rest[0] {
		case '#':
			c.id, rest = identifier(rest[1:])
		case '[':
			var p pair
			var equal bool
			if p, equal, rest = attributeOf(rest[1:]); equal {
				c.attributes = append(c.attributes, p)
			} else {
				c.more = true
			}
		default:
			c.more = true
			return c
		}
	}
	return c
}

// lastStart is where the last compound of a selector begins.
func lastStart(css string) int {
	start, depth := 0, 0
	var quote byte
	for i := 0; i < len(css); i++ {
		switch b := css[i]; {
		case b == '\\' && i+1 < len(css):
			_, rest := escape(css[i+1:])
			i = len(css) - len(rest) - 1
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '[' || b == '(':
			depth++
		case b == ']' || b == ')':
			depth--
		case depth == 0 && strings.IndexByte(" >+~,\t\n", b) >= 0 && strings.Trim(css[i:], " \t\n") != "":
			start = i + 1
		}
	}
	return min(start, len(css))
}

// identifier reads a name, its escapes undone.
func identifier(s string) (name, rest string) {
	var b strings.Builder
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '\\' && len(s) > 1:
			var c string
			c, s = escape(s[1:])
			b.WriteString(c)
			continue
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r >= utf8.RuneSelf:
			b.WriteRune(r)
		default:
			return b.String(), s
		}
		s = s[size:]
	}
	return b.String(), ""
}

// escape reads what stands behind a backslash.
func escape(s string) (string, string) {
	n := 0
	for n < len(s) && n < 6 && strings.IndexByte("0123456789abcdefABCDEF", s[n]) >= 0 {
		n++
	}
	if n == 0 {
		_, size := utf8.DecodeRuneInString(s)
		return s[:size], s[size:]
	}
	code, err := strconv.ParseUint(s[:n], 16, 32)
	if err != nil || code == 0 || code > utf8.MaxRune {
		code = utf8.RuneError
	}
	return string(rune(code)), strings.TrimPrefix(s[n:], " ")
}

// attributeOf reads an attribute selector behind its bracket. Only one that
// says what the attribute is equal to tells something.
func attributeOf(s string) (p pair, equal bool, rest string) {
	p.key, s = identifier(strings.TrimLeft(s, " "))
	inside, rest, closed := cutBracket(s)
	value, isEqual := strings.CutPrefix(strings.TrimSpace(inside), "=")
	value = strings.TrimSpace(value)
	if !closed || !isEqual || p.key == "" || value == "" {
		return p, false, rest
	}
	if q := value[0]; q == '"' || q == '\'' {
		end := len(value) - 1
		if end < 1 || value[end] != q {
			return p, false, rest // with a flag behind it, as [type="a" i]
		}
		value = value[1:end]
	}
	var b strings.Builder
	for value != "" {
		if value[0] == '\\' && len(value) > 1 {
			var c string
			c, value = escape(value[1:])
			b.WriteString(c)
			continue
		}
		_, size := utf8.DecodeRuneInString(value)
		b.WriteString(value[:size])
		value = value[size:]
	}
	p.value = b.String()
	return p, p.value != "", rest
}

// cutBracket splits at the ] that closes what is open, outside of quotes.
func cutBracket(s string) (inside, rest string, closed bool) {
	var quote byte
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b == '\\':
			i++
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == ']':
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}
