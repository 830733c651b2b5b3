package config

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// kind is what a node is.
type kind int

const (
	scalar kind = iota
	list
	mapping
)

// node is a value of a file with its place: what is left of YAML once aliases
// and merge keys are resolved. A scalar keeps the text as it was written;
// what it means is decided by the codec that reads it.
type node struct {
	kind    kind
	value   string // of a scalar
	null    bool   // a scalar that stands for nothing: empty, ~ or null
	quoted  bool   // a scalar in quotes, or a block of text
	flow    bool   // a list or mapping in brackets
	items   []*node
	entries []entry
	line    int     // from 1
	column  int     // from 1, in characters
	src     *source // where it stands; nil = in the file that is read
}

type entry struct{ key, value *node }

// find returns the value of a key of a mapping, or nil.
func (n *node) find(key string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.entries {
		if e.key.value == key {
			return e.value
		}
	}
	return nil
}

// describe is the node as a message names it.
func (n *node) describe() string {
	switch n.kind {
	case list:
		return "a list"
	case mapping:
		return "a map"
	case scalar:
		if n.null {
			return "nothing"
		}
	}
	return quoted(n.value)
}

// longest is how much of a value a message repeats, in bytes.
const longest = 60

// quoted is a value for a message: quoted, cut to a readable length.
func quoted(s string) string {
	// What can't be seen is escaped, other scripts stay readable.
	return fmt.Sprintf("%q", clipped(s, longest))
}

// clipped is s cut to so many bytes, between two characters.
func clipped(s string, most int) string {
	if len(s) <= most {
		return s
	}
	s = s[:most]
	for {
		r, size := utf8.DecodeLastRuneInString(s)
		if r != utf8.RuneError || size != 1 {
			return s + "…"
		}
		s = s[:len(s)-1]
	}
}

// source is one file while it is read.
type source struct {
	name  string
	lines []string
	sink  sink
}

// line is the text of a line from 1, empty outside the file.
func (s *source) line(number int) string {
	if number < 1 || number > len(s.lines) {
		return ""
	}
	return s.lines[number-1]
}

// comment is the comment that swallowed a value: what stands after "key:" on
// the line of a node that turned out to be nothing.
func (s *source) comment(n *node) string {
	rest := after(s.line(n.line), n.column-1)
	rest = strings.TrimLeft(rest, ": \t")
	if strings.HasPrefix(rest, "#") {
		return rest
	}
	return ""
}

// after is s without its first so many characters.
func after(s string, characters int) string {
	for range max(0, characters) {
		_, size := utf8.DecodeRuneInString(s)
		s = s[size:]
	}
	return s
}
