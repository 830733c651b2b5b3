package journey

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Redactor hides known secrets in texts that come from elsewhere: a page's
// URL, a console message, an error. The zero value hides nothing. It is safe
// for concurrent use.
//
// A secret is found as it is, in either case, hexadecimal, base64-encoded on its
// own or within a longer text (as in a Basic authorization header), and with any
// of its characters percent-encoded, escaped by a backslash as JSON, JavaScript
// and Go do, or written as an HTML entity, up to twice; also the part of it that
// is left where a text was cut off with …. It is not found where it was encoded
// three times, or cut off without a mark.
type Redactor struct {
	needles []needle
}

// needle is a spelling of a secret. It is kept as secrets are, so that a printed
// Redactor gives nothing away.
type needle struct {
	Secret
	// within says that it is what all base64 texts share that hold the secret in
	// one of three positions; the characters beside it hold parts of it too.
	within bool
}

// minRedacted is the length in bytes below which a secret is not searched for
// in foreign text: replacing every "7" would destroy the output and tell the
// reader the secret.
const minRedacted = 4

// NewRedactor hides the given secrets.
func NewRedactor(secrets ...Secret) Redactor {
	var r Redactor
	add := func(form string, within bool) {
		n := needle{NewSecret(form), within}
		if len(form) >= minRedacted && !slices.ContainsFunc(r.needles, func(o needle) bool { return o.Equal(n.Secret) }) {
			r.needles = append(r.needles, n)
		}
	}
	for _, s := range secrets {
		v := s.Reveal()
		if len(v) < minRedacted {
			continue
		}
		add(v, false)
		add(hex.EncodeToString([]byte(v)), false)
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			add(e.EncodeToString([]byte(v)), false)
			for offset := range 3 {
				add(shared(e, v, offset), true)
			}
		}
	}
	return r
}

// shared is what is the same in the base64 of every text that holds v so many
// bytes behind a multiple of three.
func shared(e *base64.Encoding, v string, offset int) string {
	text := e.EncodeToString(append(make([]byte, offset), v...))
	from := (offset*8 + 5) / 6 // the first character without a bit of what stands before
	to := (offset + len(v)) * 8 / 6
	return text[min(from, to):to]
}

// Redact returns s with every known secret replaced by <secret>. Secrets that
// overlap in s are replaced together: nothing of either is left.
func (r Redactor) Redact(s string) string {
	if len(r.needles) == 0 {
		return s
	}
	return r.inPlain(r.inBase64(s))
}

// encodedLeast is the length of the base64 texts that are decoded and looked
// into. In shorter ones a secret stands as it is, if at all.
const encodedLeast = 16

// inBase64 replaces each base64 text of s that holds a secret in whatever
// spelling: an address that was encoded as a whole.
func (r Redactor) inBase64(s string) string {
	var out strings.Builder
	done := 0 // s[:done] is in out
	for from := 0; from < len(s); {
		if !isBase64(s[from]) {
			from++
			continue
		}
		to := from
		for to < len(s) && isBase64(s[to]) {
			to++
		}
		if to-from >= encodedLeast && r.decodes(s[from:to], strings.HasPrefix(s[to:], cutMark)) {
			out.WriteString(s[done:from])
			out.WriteString(hidden)
			done = to
		}
		from = to
	}
	out.WriteString(s[done:])
	return out.String()
}

// decodes reports whether base64 characters hold a secret, wherever among them
// its text begins: a path may stand before it. cut says that its end is missing.
func (r Redactor) decodes(text string, cut bool) bool {
	text = strings.NewReplacer("+", "-", "/", "_").Replace(text)
	for k := range 4 {
		rest := text[k:]
		if len(rest)%4 == 1 {
			rest = rest[:len(rest)-1]
		}
		data, err := base64.RawURLEncoding.DecodeString(rest)
		found := string(data)
		if cut {
			found += cutMark
		}
		if err == nil && r.inPlain(found) != found {
			return true
		}
	}
	return false
}

// inPlain replaces secrets that aren't hidden in another text's base64.
func (r Redactor) inPlain(s string) string {
	var out strings.Builder
	done := 0 // s[:done] is in out
	for i := 0; i < len(s); {
		if from, to := r.longest(s, i); to > from {
			if from = max(from, done); i >= done {
				out.WriteString(s[done:from])
				out.WriteString(hidden)
			}
			done = max(done, to)
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	out.WriteString(s[done:])
	return out.String()
}

// longest is where the longest secret at s[i] begins and ends.
func (r Redactor) longest(s string, i int) (from, to int) {
	from, to = i, i
	afterCut := strings.HasSuffix(s[:i], cutMark)
	start := read(s[i:])
	for _, n := range r.needles {
		secret := n.Reveal()
		length := 0
		if start.begins(secret) {
			length = spelled(s[i:], secret)
		}
		if length == 0 && afterCut && !n.within {
			length = spelledEnd(s[i:], secret)
		}
		if i+length > to {
			to = i + length
		}
		if length > 0 && n.within {
			// The bits of its first and last byte that are left.
			if i > 0 && isBase64(s[i-1]) {
				from = i - 1
			}
			if to < len(s) && isBase64(s[to]) {
				to++
			}
		}
	}
	return from, to
}

func isBase64(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("+/-_", c) >= 0
}

// cutMark stands where a text was cut off.
const cutMark = "…"

// spelledEnd is the number of bytes at the start of s, which was cut off before
// it, that spell the end of a secret.
func spelledEnd(s, secret string) int {
	length := 0
	for k := range secret {
		if k > 0 && len(secret)-k >= minRedacted {
			length = max(length, spelled(s, secret[k:]))
		}
	}
	return length
}

// spelled is the number of bytes at the start of s that spell secret, or as
// much of it as was left before a cut; 0 where they don't. A backslash or
// percent sign in s may open an escape or stand for itself: whoever escapes at
// all escapes those too, so one rule for all of s will do.
func spelled(s, secret string) int {
	length := 0
	for _, order := range [][]int{{0, 1, 2}, {1, 0, 2}, {2, 1, 0}} {
		length = max(length, spelledBy(s, secret, order))
	}
	return length
}

func spelledBy(s, secret string, order []int) int {
	length := 0
	for k, want := range secret {
		here := read(s[length:])
		size := 0
		for _, i := range order {
			if same(here[i].char, want) {
				size = here[i].size
				break
			}
		}
		if size == 0 && k >= minRedacted && cutHere(s[length:]) {
			return length
		}
		if size == 0 {
			return 0
		}
		length += size
	}
	return length
}

// cutHere reports whether a text was cut off here, or within the escape that
// begins here.
func cutHere(s string) bool {
	const longest = 8
	if s == "" || !strings.ContainsRune(`%\&`, rune(s[0])) {
		return strings.HasPrefix(s, cutMark)
	}
	return strings.Contains(s[:min(len(s), longest+len(cutMark))], cutMark)
}

// same reports whether two characters are one, but for their case: pages show
// texts in capitals that aren't written so.
func same(a, b rune) bool { return a == b || a >= 0 && unicode.ToLower(a) == unicode.ToLower(b) }

// reading is a character and the number of bytes that spell it; char -1 is no
// reading at all.
type reading struct {
	char rune
	size int
}

// readings are the ways to read the start of a text.
type readings [3]reading

// begins reports whether a secret may begin here: most often it doesn't.
func (r readings) begins(secret string) bool {
	first, _ := utf8.DecodeRuneInString(secret)
	return same(r[0].char, first) || same(r[1].char, first) || same(r[2].char, first)
}

// read gives the ways to read the start of s: as it stands, as an escape, and
// as an escape that was escaped.
func read(s string) readings {
	none := reading{char: -1}
	if s == "" {
		return readings{none, none, none}
	}
	char, size := utf8.DecodeRuneInString(s)
	r := readings{{char, size}, readEscape(s), none}
	if r[1].char >= 0 && strings.ContainsRune(`%\&+`, r[1].char) {
		r[2] = readTwice(s)
	}
	return r
}

// readEscape reads what opens with an escape's sign.
func readEscape(s string) reading {
	switch s[0] {
	case '+':
		return reading{' ', 1}
	case '%':
		return readPercent(s)
	case '\\':
		return readBackslash(s)
	case '&':
		return readEntity(s)
	}
	return reading{char: -1}
}

// readTwice reads an escape in what escapes stand for: %2541.
func readTwice(s string) reading {
	const longest = 12 // of an escape, in characters
	var once strings.Builder
	ends := map[int]int{} // in once → in s
	for n, i := 0, 0; n < longest && i < len(s); n++ {
		r := readEscape(s[i:])
		if r.char < 0 || s[i] == '+' {
			r.char, r.size = utf8.DecodeRuneInString(s[i:])
		}
		i += r.size
		once.WriteRune(r.char)
		ends[once.Len()] = i
	}
	r := readEscape(once.String())
	r.size = ends[r.size]
	return r
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
