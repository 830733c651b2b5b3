package config

import (
	"fmt"
	"slices"
	"strings"
)

// codec is one kind of value: how it is read, and what the JSON Schema says of
// it. read reports every mistake and is false where there was one.
type codec[V any] struct {
	want   string // what to write, as a message says it
	schema func() *schema
	read   func(r reader, n *node) (V, bool)
	// nothing says that read deals with a value that isn't there.
	nothing bool
	// partial says that a value with mistakes in it is still worth looking at,
	// to find more of them.
	partial bool
	// meant is what somebody probably meant who wrote a text instead of a map, as
	// it stands inside […]; nil = nobody knows.
	meant func(text string) string
}

func (c codec[V]) parse(r reader, n *node) (V, bool) {
	if n.null && !c.nothing {
		var zero V
		r.empty(n, c.want)
		return zero, false
	}
	return c.read(r, n)
}

// field is one key of an object and where its value goes.
type field[T any] struct {
	name, doc, want string
	required        bool
	elsewhere       bool // or another file may say it, which a schema doesn't see
	schema          func() *schema
	read            func(r reader, n *node, into *T) bool
}

// key is a field of an object.
func key[T, V any](name, doc string, c codec[V], set func(*T, V)) field[T] {
	return field[T]{
		name: name, doc: doc, want: c.want, schema: c.schema,
		read: func(r reader, n *node, into *T) bool {
			v, ok := c.parse(r.under(name), n)
			if ok || c.partial {
				set(into, v)
			}
			return ok
		},
	}
}

// must is a field that may not be missing.
func must[T any](f field[T]) field[T] {
	f.required = true
	return f
}

// orDefaults is a field that the journey's defaults may say as well.
func orDefaults[T any](f field[T]) field[T] {
	f.elsewhere = true
	return f
}

// object is the table of a map's keys.
type object[T any] struct {
	name    string // as a message names it: "a step"
	example string // of the whole, for messages
	fields  []field[T]
	rules   []rule
	free    bool                     // x-… keys are nobody's business
	tips    map[string]string        // what to say to keys that people try
	meant   func(text string) string // what somebody probably meant who wrote a text; nil = nobody knows
	// naming says how messages call this one, from its node; nil = as what is
	// around it.
	naming func(n *node) string
	check  func(r reader, n *node, v *T) bool // what no single key can say; nil = nothing
}

// as is the codec of an object that starts out as the given value.
func (o object[T]) as(initial func() T) codec[T] {
	return codec[T]{
		want: o.want(), schema: o.schema, partial: true,
		read: func(r reader, n *node) (T, bool) {
			v := initial()
			ok := o.readInto(r, n, &v)
			return v, ok
		},
	}
}

func (o object[T]) codec() codec[T] {
	return o.as(func() T { var zero T; return zero })
}

func (o object[T]) want() string {
	if o.example == "" {
		return "a map"
	}
	return o.example
}

func (o object[T]) readInto(r reader, n *node, into *T) bool {
	if n.kind != mapping {
		o.noMap(r, n)
		return false
	}
	if o.naming != nil {
		if name := o.naming(n); name != "" {
			r = r.in(name)
		}
	}
	ok, hints := true, []string(nil)
	for _, e := range n.entries {
		i := slices.IndexFunc(o.fields, func(f field[T]) bool { return f.name == e.key.value })
		switch {
		case i >= 0:
			ok = o.fields[i].read(r, e.value, into) && ok
		case o.free && strings.HasPrefix(e.key.value, "x-"):
		default:
			hints = append(hints, o.unknown(r, n, e))
			ok = false
		}
	}
	for _, f := range o.fields {
		if f.required && n.find(f.name) == nil {
			ok = false
			if !o.explained(f.name, hints) {
				r.fail(n, fmt.Sprintf("%s has no %s:", o.name, f.name), f.name+": "+f.want, nameHint(n, f.name))
			}
		}
	}
	for _, rule := range o.rules {
		ok = rule.check(r, n, o.name, len(hints) > 0) && ok
	}
	if ok && o.check != nil {
		ok = o.check(r, n, into)
	}
	return ok
}

// noMap reports what stands where a map is wanted.
func (o object[T]) noMap(r reader, n *node) {
	switch {
	case n.kind == list && !n.flow && r.key != "":
		r.fail(n, r.key+" is a list", o.want(), "its keys stand without a -")
	case n.kind == scalar && !n.null && o.meant != nil:
		r.fail(n, r.key+" is "+n.describe(), o.want(), "write "+r.key+": "+o.meant(n.value))
	default:
		r.mistyped(n, o.want())
	}
}

// explained reports whether a hint about an unknown key says already that it
// should have been this one.
func (o object[T]) explained(name string, hints []string) bool {
	return slices.ContainsFunc(hints, func(hint string) bool {
		return hint == "did you mean "+name+"?" || strings.HasPrefix(hint, "write "+name+":")
	})
}

// unknown reports a key that means nothing here, and returns its hint.
func (o object[T]) unknown(r reader, n *node, e entry) string {
	names := make([]string, len(o.fields))
	for i, f := range o.fields {
		names[i] = f.name
	}
	hint := keyHintFor(n, e, o.tips, names)
	if o.name == "the journey" || o.name == "the fragment" {
		hint = withDefault(strayHint(r.source(e.key), e), hint)
	}
	r.fail(e.key, fmt.Sprintf("%s has no key %s", o.name, quoted(e.key.value)), oneOfWords(names), hint)
	return hint
}

// keyHintFor is what to do about a key that means nothing: what is known of
// it, the key that differs only in what people mix up, quotes, or the nearest.
func keyHintFor(n *node, e entry, tips map[string]string, names []string) string {
	same := slices.IndexFunc(names, func(name string) bool { return plainWord(name) == plainWord(e.key.value) })
	if hint := tips[e.key.value]; hint != "" {
		return hint
	}
	if same < 0 {
		if hint := gluedHint(n, e, names); hint != "" {
			return hint
		}
		if hint := unquotedHint(n, e); hint != "" {
			return hint
		}
	}
	return didYouMean(e.key.value, names)
}

// unquotedHint is for {text: Hi, Bob}, which YAML reads as two keys, and for
// Checkout: Your Information, which it reads as a map.
func unquotedHint(n *node, e entry) string {
	if n.flow && e.value.null && e.value.value == "" {
		for i, other := range n.entries {
			if i+1 < len(n.entries) && n.entries[i+1].key == e.key && other.value.kind == scalar {
				return fmt.Sprintf("a text with a comma must be quoted: {%s: %s}", other.key.value, doubleQuoted(other.value.value+", "+e.key.value))
			}
		}
	}
	if !n.flow && len(n.entries) == 1 && strings.ContainsAny(e.key.value, " ABCDEFGHIJKLMNOPQRSTUVWXYZ") && e.value.kind == scalar && !e.value.null {
		return "a text with a colon must be quoted: " + doubleQuoted(e.key.value+": "+e.value.value)
	}
	return ""
}

func (o object[T]) schema() *schema {
	s := &schema{Type: []string{"object"}, Additional: false}
	for _, f := range o.fields {
		fs := *f.schema()
		if f.doc != "" {
			fs.Description = f.doc
		}
		fs.Examples = examples(o.name, f.name)
		s.Properties = append(s.Properties, property{f.name, &fs})
		if f.required && !f.elsewhere {
			s.Required = append(s.Required, f.name)
		}
	}
	if o.free {
		s.PatternProps = map[string]*schema{"^x-": {}}
	}
	for _, rule := range o.rules {
		s.AllOf = append(s.AllOf, rule.schema)
	}
	return s
}

// rule is what the keys of a map must be to each other.
type rule struct {
	schema *schema
	// check has in unknown whether the map holds keys that mean nothing: then
	// what is missing is probably one of them, misspelt.
	check func(r reader, n *node, name string, unknown bool) bool
}

func present(n *node, keys []string) []*node {
	var found []*node
	for _, e := range n.entries {
		if slices.Contains(keys, e.key.value) {
			found = append(found, e.key)
		}
	}
	return found
}

// tooMany reports the second of several keys of which only one may stand.
func tooMany(r reader, found []*node, name, want string) bool {
	if len(found) < 2 {
		return true
	}
	r.fail(found[1], fmt.Sprintf("%s has both %s: and %s:", name, found[0].value, found[1].value), want, "remove one of the two")
	return false
}

// lacks says that a map has none of the keys.
func lacks(keys []string) string {
	if len(keys) == 2 {
		return fmt.Sprintf(" has neither %s: nor %s:", keys[0], keys[1])
	}
	return " has none of " + oneOfWords(keys)
}

// exactlyOne is the rule that one of the keys must stand. Where one of instead
// stands, its absence is another rule's mistake.
func exactlyOne(want, hint string, keys []string, instead ...string) rule {
	return rule{
		schema: exactlyOneOf(keys...),
		check: func(r reader, n *node, name string, unknown bool) bool {
			found := present(n, keys)
			if len(found) == 0 {
				if !unknown && len(present(n, instead)) == 0 {
					r.fail(n, name+lacks(keys), want, hint)
				}
				return false
			}
			return tooMany(r, found, name, want)
		},
	}
}

// atMostOne is the rule that no two of the keys may stand.
func atMostOne(want string, keys ...string) rule {
	return rule{
		schema: atMostOneOf(keys...),
		check: func(r reader, n *node, name string, _ bool) bool {
			return tooMany(r, present(n, keys), name, want)
		},
	}
}

// needs is the rule that a key makes no sense without another.
func needs(key, other, hint string) rule {
	return rule{
		schema: &schema{DependentRequire: map[string][]string{key: {other}}},
		check: func(r reader, n *node, name string, _ bool) bool {
			for _, e := range n.entries {
				if e.key.value == key && n.find(other) == nil {
					r.fail(e.key, fmt.Sprintf("%s has %s: without %s:", name, key, other), other+": beside it", hint)
					return false
				}
			}
			return true
		},
	}
}

// atLeastOne is the rule that a map with neither key says nothing.
func atLeastOne(keys ...string) rule {
	var s schema
	for _, k := range keys {
		s.AnyOf = append(s.AnyOf, required(k))
	}
	return rule{
		schema: &s,
		check: func(r reader, n *node, name string, unknown bool) bool {
			if len(present(n, keys)) > 0 {
				return true
			}
			if !unknown {
				r.fail(n, name+lacks(keys), "at least one of them", "")
			}
			return false
		},
	}
}

// nameHint is for who gave a journey or a step the title that people see in
// place of its name.
func nameHint(n *node, key string) string {
	if key != "journey" && key != "step" {
		return ""
	}
	title := n.find("title")
	if title == nil || title.kind != scalar {
		return ""
	}
	name := tamed(title.value)
	if _, f := id().parse(name); f.bad() {
		name = "NAME"
	}
	return "title: is what people see; add " + key + ": " + name
}
