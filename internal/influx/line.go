package influx

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest texts that are written, in bytes. A tag is part of an index that
// lies in memory; a field is read by a person in a table.
const (
	longestTag   = 256
	longestField = 1024
)

// none stands for an empty tag: line protocol has no way to write one, and a
// tag that comes and goes splits a series in two.
const none = "none"

// line is the point that v becomes, or nil where there is none.
//
// It is spelled here and not by the client library, whose encoder leaves a
// backslash at the end of a tag unescaped, which makes the rest of the line
// part of the tag, and refuses a whole batch because of one NaN.
func (t table[T]) line(v T) []byte {
	at := t.at(v)
	if at.IsZero() {
		return nil
	}
	line := []byte(t.measurement)
	for _, tag := range t.tags {
		line = append(line, ',')
		line = append(line, tag.name...)
		line = append(line, '=')
		line = appendTag(line, tag.of(v))
	}
	separator := byte(' ')
	for _, f := range t.fields {
		name := len(line)
		line = append(line, separator)
		line = append(line, f.name...)
		line = append(line, '=')
		value := len(line)
		line = f.append(line, v)
		if len(line) == value {
			line = line[:name]
			continue
		}
		separator = ','
	}
	if separator == ' ' {
		return nil // line protocol knows no point without a field
	}
	line = append(line, ' ')
	return strconv.AppendInt(line, at.UnixNano(), 10)
}

// float is a field with a fraction. NaN and the infinities are not written:
// they are nothing that was measured, and no InfluxDB takes them.
func float[T any](name string, get func(T) *float64) field[T] {
	return field[T]{name, floating, func(line []byte, v T) []byte {
		f := get(v)
		if f == nil || math.IsNaN(*f) || math.IsInf(*f, 0) {
			return line
		}
		return strconv.AppendFloat(line, *f, 'f', -1, 64)
	}}
}

// whole is a field without a fraction.
func whole[T any, N int | int64](name string, get func(T) *N) field[T] {
	return field[T]{name, integer, func(line []byte, v T) []byte {
		n := get(v)
		if n == nil {
			return line
		}
		return append(strconv.AppendInt(line, int64(*n), 10), 'i')
	}}
}

// text is a field of words; an empty one is not written.
func text[T any](name string, get func(T) string) field[T] {
	return field[T]{name, words, func(line []byte, v T) []byte {
		return appendText(line, get(v))
	}}
}

// appendTag writes a tag's value. A backslash is written as a slash: in tags
// it escapes, has no escape itself, and the servers don't agree on what it
// escapes.
func appendTag(line []byte, s string) []byte {
	s = strings.ReplaceAll(shorten(clean(s), longestTag), `\`, "/")
	if s == "" {
		s = none
	}
	for i := range len(s) {
		if c := s[i]; c == ',' || c == ' ' || c == '=' {
			line = append(line, '\\')
		}
		line = append(line, s[i])
	}
	return line
}

// appendText writes a field of words, nothing where there are none.
func appendText(line []byte, s string) []byte {
	s = shorten(clean(s), longestField)
	if s == "" {
		return line
	}
	line = append(line, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			line = append(line, '\\')
		}
		line = append(line, s[i])
	}
	return append(line, '"')
}

// clean makes one line of any text: white space and control characters become
// single spaces, and what isn't UTF-8 the sign for it. Marks of direction go,
// because two names that look the same must be the same series; joiners stay,
// because Persian and emoji are spelled with them.
func clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s { // invalid bytes come as utf8.RuneError
		switch {
		case unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff':
			continue
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// shorten cuts s to at most so many bytes, between characters, and says so.
func shorten(s string, longest int) string {
	const mark = "…"
	if len(s) <= longest {
		return s
	}
	end := longest - len(mark)
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.TrimSuffix(s[:end], " ") + mark
}
