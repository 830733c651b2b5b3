package config

import (
	"fmt"
	"strings"
)

// reader is where the walk along a file is. It is a value: to go down is to
// change a copy.
type reader struct {
	src   *source
	where string   // the thing around, as `step "pay": `
	key   string   // the key whose value is read; empty at the top
	scope *scope   // what ${…} means here
	uses  []string // the fragments that are being read, the outermost first
}

// in is the reader for what is inside a thing that a message should name.
func (r reader) in(where string) reader {
	r.where = where + ": "
	return r
}

func (r reader) under(key string) reader {
	r.key = key
	return r
}

// source is the file in which a node stands: a journey is made of several.
func (r reader) source(n *node) *source {
	if n.src != nil {
		return n.src
	}
	return r.src
}

// fail reports a mistake at a node. What is said of it begins with the thing
// around it.
func (r reader) fail(n *node, what, want, hint string) {
	if r.scope != nil && r.scope.standIn(n) {
		return
	}
	r.src.sink.add(Problem{File: r.source(n).name, Line: n.line, Column: n.column, What: r.where + what, Want: want, Hint: hint})
}

// warn is fail for what may be meant.
func (r reader) warn(n *node, what, want, hint string) {
	r.src.sink.add(Problem{File: r.source(n).name, Line: n.line, Column: n.column, What: r.where + what, Want: want, Hint: hint, Warning: true})
}

// subject names the value that is read: its key and what stands there.
func (r reader) subject(n *node) string {
	if r.key == "" {
		return n.describe()
	}
	return r.key + " " + n.describe()
}

// mistyped reports a value of the wrong kind.
func (r reader) mistyped(n *node, want string) {
	if n.null {
		r.empty(n, want)
		return
	}
	name := r.key
	if name == "" {
		name = "this"
	}
	hint := ""
	if n.kind == mapping && !n.flow && len(n.entries) == 1 && n.entries[0].value.kind == scalar && n.entries[0].key.line == n.entries[0].value.line {
		e := n.entries[0]
		hint = "a text with a colon must be quoted: " + doubleQuoted(e.key.value+": "+e.value.value)
	}
	r.fail(n, fmt.Sprintf("%s is %s", name, n.describe()), want, hint)
}

// empty reports a value that is not there.
func (r reader) empty(n *node, want string) {
	name := r.key
	if name == "" {
		name = "this"
	}
	what, hint := name+" has no value", ""
	if rest := after(r.source(n).line(n.line), n.column-1); strings.HasPrefix(rest, "&") {
		hint = "& begins an anchor; quote the text: " + doubleQuoted(rest)
	} else if c := r.source(n).comment(n); c != "" {
		hint = "# begins a comment; quote the text: " + doubleQuoted(c)
	} else if n.value != "" {
		what = fmt.Sprintf("%s %s means no value", name, n.value)
		hint = "quote it if it is a text: " + doubleQuoted(n.value)
	}
	r.fail(n, what, want, hint)
}
