package journey

import (
	"encoding/base64"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Redactor hides known secrets in texts that come from elsewhere: a page's
// URL, a console message, an error. The zero value hides nothing. It is safe
// for concurrent use.
//
// A secret is found as it is, base64-encoded on its own, and with any of its
// characters percent-encoded, escaped by a backslash as JSON, JavaScript and
// Go do, or written as an HTML entity. It is not found where it was encoded
// twice, cut off (so redact before shortening), or is one piece of a longer
// text that was base64-encoded as a whole, as in a Basic authorization header.
type Redactor struct {
	needles []Secret // as secrets, so that a printed Redactor gives nothing away
}

// minRedacted is the length in bytes below which a secret is not searched for
// in foreign text: replacing every "7" would destroy the output and tell the
// reader the secret.
const minRedacted = 4

// NewRedactor hides the given secrets.
func NewRedactor(secrets ...Secret) Redactor {
	var r Redactor
	for _, s := range secrets {
		v := s.Reveal()
		if len(v) < minRedacted {
			continue
		}
		for _, form := range []string{
			v,
			base64.RawStdEncoding.EncodeToString([]byte(v)),
			base64.RawURLEncoding.EncodeToString([]byte(v)),
		} {
			if needle := NewSecret(form); !slices.ContainsFunc(r.needles, needle.Equal) {
				r.needles = append(r.needles, needle)
			}
		}
	}
	return r
}

// Redact returns s with every known secret replaced by <secret>. Secrets that
// overlap in s are replaced together: nothing of either is left.
func (r Redactor) Redact(s string) string {
	if len(r.needles) == 0 {
		return s
	}
	var out strings.Builder
	done := 0 // s[:done] is in out
	for i := 0; i < len(s); {
		if end := i + r.longest(s[i:]); end > i {
			if i >= done {
				out.WriteString(s[done:i])
				out.WriteString(hidden)
			}
			done = max(done, end)
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	out.WriteString(s[done:])
	return out.String()
}

// longest is the length of the longest secret at the start of s, 0 for none.
func (r Redactor) longest(s string) int {
	length := 0
	for _, n := range r.needles {
		length = max(length, spelled(s, n.Reveal()))
	}
	return length
}

// spelled is the number of bytes at the start of s that spell secret, 0 where
// they don't. A backslash or percent sign in s may open an escape or stand for
// itself: whoever escapes at all escapes those too, so one rule for all of s
// will do.
func spelled(s, secret string) int {
	return max(spelledBy(s, secret, true), spelledBy(s, secret, false))
}

func spelledBy(s, secret string, escapesFirst bool) int {
	length := 0
	for _, want := range secret {
		first, second := read(s[length:])
		if escapesFirst {
			first, second = second, first
		}
		switch want {
		case first.char:
			length += first.size
		case second.char:
			length += second.size
		default:
			return 0
		}
	}
	return length
}

// reading is a character and the number of bytes that spell it; char -1 is no
// reading at all.
type reading struct {
	char rune
	size int
}

// read gives the two ways to read the start of s: as it stands, and as an
// escape.
func read(s string) (plain, escaped reading) {
	escaped.char = -1
	if s == "" {
		return reading{char: -1}, escaped
	}
	plain.char, plain.size = utf8.DecodeRuneInString(s)
	switch s[0] {
	case '+':
		escaped = reading{' ', 1}
	case '%':
		escaped = readPercent(s)
	case '\\':
		escaped = readBackslash(s)
	case '&':
		escaped = readEntity(s)
	}
	return plain, escaped
}

// readPercent reads %41, and %D7%A9 as the one character that its bytes are.
func readPercent(s string) reading {
	var char []byte
	for len(char) < utf8.UTFMax && len(s) >= 3 && s[0] == '%' {
		b, ok := hexRune(s[1:3])
		if !ok {
			break
		}
		char, s = append(char, byte(b)), s[3:]
		if utf8.FullRune(char) {
			break
		}
	}
	r, size := utf8.DecodeRune(char)
	if size != len(char) || size == 0 {
		return reading{char: -1}
	}
	return reading{r, 3 * size}
}

// readBackslash reads \n, \", \x41 and \u05e9, also as a pair of surrogates.
func readBackslash(s string) reading {
	if len(s) < 2 {
		return reading{char: -1}
	}
	digits := 0
	switch s[1] {
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	}
	if digits > 0 && len(s) >= 2+digits {
		if char, ok := hexRune(s[2 : 2+digits]); ok {
			if low := readLowSurrogate(s[2+digits:]); utf16.IsSurrogate(char) && low >= 0 {
				return reading{utf16.DecodeRune(char, low), 12}
			}
			return reading{char, 2 + digits}
		}
	}
	if i := strings.IndexByte("abfnrtv0", s[1]); i >= 0 {
		return reading{rune("\a\b\f\n\r\t\v\x00"[i]), 2}
	}
	char, size := utf8.DecodeRuneInString(s[1:])
	return reading{char, 1 + size}
}

// readLowSurrogate is the second half of a pair at the start of s, or -1.
func readLowSurrogate(s string) rune {
	if len(s) < 6 || !strings.HasPrefix(s, `\u`) {
		return -1
	}
	if char, ok := hexRune(s[2:6]); ok && utf16.IsSurrogate(char) {
		return char
	}
	return -1
}

// readEntity reads &amp;, &#39; and &#x27;.
func readEntity(s string) reading {
	const longest = len("&thetasym;")
	end := strings.IndexByte(s[:min(len(s), longest)], ';')
	if end < 0 {
		return reading{char: -1}
	}
	entity := s[:end+1]
	char, size := utf8.DecodeRuneInString(html.UnescapeString(entity))
	if html.UnescapeString(entity) != string(char) || size == 0 {
		return reading{char: -1}
	}
	return reading{char, len(entity)}
}

func hexRune(digits string) (rune, bool) {
	n, err := strconv.ParseUint(digits, 16, 32)
	return rune(n), err == nil
}
