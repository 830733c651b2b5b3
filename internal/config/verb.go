package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// verb is one of the words that an action or an expectation may begin with.
type verb[T any] struct {
	name, doc string
	alone     bool // may stand without a map: - reload
	read      codec[T]
}

// oneVerb is a map with one key, its verb, or the verb alone.
func oneVerb[T any](what string, verbs []verb[T], tips map[string]string) codec[T] {
	names := make([]string, len(verbs))
	for i, v := range verbs {
		names[i] = v.name
	}
	o := verbReader[T]{what, verbs, names, tips}
	return codec[T]{want: what + " such as " + names[0] + ": …", schema: o.schema, read: o.read, partial: true, meant: o.meant}
}

type verbReader[T any] struct {
	what  string // "an action"
	verbs []verb[T]
	names []string
	tips  map[string]string
}

func (o verbReader[T]) schema() *schema {
	s := &schema{Type: []string{"object"}, Additional: false, MinProperties: 1, MaxProperties: 1}
	var alone []string
	for _, v := range o.verbs {
		vs := *v.read.schema()
		vs.Description, vs.Examples = v.doc, examples(o.what, v.name)
		s.Properties = append(s.Properties, property{v.name, &vs})
		if v.alone {
			alone = append(alone, v.name)
		}
	}
	if len(alone) == 0 {
		return s
	}
	return &schema{AnyOf: []*schema{{Enum: alone}, s}}
}

// meant is a text as an action or an expectation: one that begins with a verb,
// else with the first of them.
func (o verbReader[T]) meant(text string) string {
	verb, rest := o.names[0], text
	if first, after, found := strings.Cut(text, " "); found && slices.Contains(o.names, first) {
		verb, rest = first, strings.TrimSpace(after)
	}
	return verb + ": " + flowText(clipped(rest, longest))
}

// noun is what it is called without its article.
func (o verbReader[T]) noun() string {
	_, noun, _ := strings.Cut(o.what, " ")
	return noun
}

func (o verbReader[T]) find(name string) (verb[T], bool) {
	i := slices.Index(o.names, name)
	if i < 0 {
		return verb[T]{}, false
	}
	return o.verbs[i], true
}

func (o verbReader[T]) read(r reader, n *node) (T, bool) {
	var zero T
	switch n.kind {
	case list:
		r.fail(n, o.what+" is a list", o.what+" such as "+o.names[0]+": …", "one - is enough")
		return zero, false
	case scalar:
		return o.word(r, n)
	case mapping:
	}
	if len(n.entries) == 0 {
		r.fail(n, o.what+" is empty", oneOfWords(o.names), "")
		return zero, false
	}
	if len(n.entries) > 1 {
		o.several(r, n)
		return zero, false
	}
	e := n.entries[0]
	v, ok := o.find(e.key.value)
	if !ok {
		hint := keyHintFor(n, e, o.tips, o.names)
		r.fail(e.key, fmt.Sprintf("%s is no %s", quoted(e.key.value), o.noun()), oneOfWords(o.names), hint)
		return zero, false
	}
	return v.read.parse(r.under(v.name), e.value)
}

// word reads a verb that stands alone.
func (o verbReader[T]) word(r reader, n *node) (T, bool) {
	var zero T
	v, known := o.find(n.value)
	switch {
	case known && v.alone:
		return v.read.parse(r.under(v.name), &node{null: true, line: n.line, column: n.column})
	case known:
		r.fail(n, fmt.Sprintf("%s says not what", n.value), n.value+": "+v.read.want, "")
	case n.null:
		r.under(o.noun()).empty(n, oneOfWords(o.names))
	default:
		hint := cmp.Or(o.tips[n.value], didYouMean(n.value, o.names))
		if name, rest, ok := strings.Cut(n.value, ":"); ok && slices.Contains(o.names, name) {
			hint = fmt.Sprintf("put a space after the colon: %s: %s", name, rest)
		} else if name, rest, ok := strings.Cut(n.value, " "); ok && slices.Contains(o.names, name) {
			hint = fmt.Sprintf("put a colon after the verb: %s: %s", name, rest)
		}
		r.fail(n, fmt.Sprintf("%s is no %s", quoted(n.value), o.noun()), oneOfWords(o.names), hint)
	}
	return zero, false
}

// several reports more than one key where one verb is wanted.
func (o verbReader[T]) several(r reader, n *node) {
	first, second := n.entries[0], n.entries[1]
	noun := o.noun()
	hint := unquotedHint(n, second)
	_, isVerb := o.find(second.key.value)
	_, begins := o.find(first.key.value)
	switch {
	case hint != "":
	case isVerb && begins:
		hint = "begin each " + noun + " with its own -"
	case begins && first.value.kind == scalar && !first.value.null:
		hint = fmt.Sprintf("write %s: {label: %s, %s: …}", first.key.value, flowText(first.value.value), second.key.value)
	case begins:
		hint = fmt.Sprintf("put %s inside the map of %s:, two spaces deeper", second.key.value, first.key.value)
	default:
		hint = didYouMean(first.key.value, o.names)
	}
	r.fail(second.key, fmt.Sprintf("%s has both %s and %s", o.what, quoted(first.key.value), quoted(second.key.value)), "one verb and what belongs to it", hint)
}

// flowText is a text as it may stand inside {…}.
func flowText(s string) string {
	if strings.ContainsAny(s, "{}[],:#&*!|>'\"%@`$?") || strings.TrimSpace(s) != s || s == "" {
		return doubleQuoted(s)
	}
	return s
}
