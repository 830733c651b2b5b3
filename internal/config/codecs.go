package config

import (
	"fmt"
	"slices"
	"strings"
)

// listOf is a list of values, which want names; one mistake does not hide the
// others.
func listOf[V any](want string, item codec[V], least int) codec[[]V] {
	return codec[[]V]{
		want: want, partial: true,
		schema: func() *schema {
			return &schema{Type: []string{"array"}, Items: item.schema(), MinItems: least}
		},
		read: func(r reader, n *node) ([]V, bool) {
			if n.kind != list {
				hint := "begin each with -"
				switch {
				case n.kind == scalar && item.meant != nil:
					hint = fmt.Sprintf("write [%s]", item.meant(n.value))
				case n.kind == scalar:
					hint = fmt.Sprintf("write [%s]", doubleQuoted(n.value))
				case len(n.entries) > 0:
					if _, dash := dashTrap(n.entries[0].key.value); dash != "" {
						hint = dash
					}
				}
				r.fail(n, fmt.Sprintf("%s is %s", r.key, n.describe()), want, hint)
				return nil, false
			}
			if len(n.items) < least {
				r.fail(n, r.key+" is empty", want, "")
				return nil, false
			}
			all, ok := make([]V, 0, len(n.items)), true
			for _, i := range n.items {
				v, good := item.parse(r, i)
				ok = ok && good
				if good || item.partial {
					all = append(all, v)
				}
			}
			return all, ok
		},
	}
}

// named is an entry of a map whose keys are the user's.
type named[V any] struct {
	key   *node
	value V
}

// mapOf is a map whose keys are the user's. inside is the reader for an
// entry; nil = the map's own.
func mapOf[V any](names word[string], item codec[V], inside func(r reader, key *node) reader) codec[[]named[V]] {
	return codec[[]named[V]]{
		want: "a map of " + names.noun + " to " + item.want, partial: true,
		schema: func() *schema {
			return &schema{Type: []string{"object"}, Names: &schema{Pattern: names.pattern}, Additional: item.schema()}
		},
		read: func(r reader, n *node) ([]named[V], bool) {
			if n.kind != mapping {
				r.mistyped(n, "a map of "+names.noun+" to "+item.want)
				return nil, false
			}
			all, ok := make([]named[V], 0, len(n.entries)), true
			for _, e := range n.entries {
				if _, f := names.parse(e.key.value); f.bad() {
					r.fail(e.key, fmt.Sprintf("%s %s", quoted(e.key.value), f.or("is not "+names.noun)), names.want, f.hint)
					ok = false
				}
				ir := r.under(e.key.value)
				if inside != nil {
					ir = inside(ir, e.key)
				}
				v, good := item.parse(ir, e.value)
				ok = ok && good
				if good || item.partial {
					all = append(all, named[V]{e.key, v})
				}
			}
			return all, ok
		},
	}
}

// either is a value that is written as a scalar or as something larger, whose
// want names both.
func either[V any](small, large codec[V]) codec[V] {
	return codec[V]{
		want: large.want, partial: large.partial,
		schema: func() *schema {
			return &schema{AnyOf: []*schema{small.schema(), large.schema()}}
		},
		read: func(r reader, n *node) (V, bool) {
			if n.kind == scalar {
				return small.read(r, n)
			}
			return large.read(r, n)
		},
	}
}

// located is a value that remembers where it was written.
type located[V any] struct {
	value V
	node  *node
}

func withPlace[V any](c codec[V]) codec[located[V]] {
	return codec[located[V]]{
		// What isn't there has a place too, which a mistake beside it may need.
		want: c.want, schema: c.schema, nothing: true, partial: c.partial,
		read: func(r reader, n *node) (located[V], bool) {
			v, ok := c.parse(r, n)
			return located[V]{v, n}, ok
		},
	}
}

// mapped is a codec whose value becomes another's.
func mapped[V, W any](c codec[V], to func(V) W) codec[W] {
	return codec[W]{
		want: c.want, schema: c.schema, nothing: c.nothing, partial: c.partial,
		read: func(r reader, n *node) (W, bool) {
			v, ok := c.read(r, n)
			return to(v), ok
		},
	}
}

// choice is one of a few words. They are taken as written: a ${…} among them
// would hide from the reader of a file what it does.
func choice[V ~string](values ...V) codec[V] {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return codec[V]{
		want:   oneOfWords(words),
		schema: func() *schema { return &schema{Enum: words} },
		read: func(r reader, n *node) (V, bool) {
			if n.kind != scalar {
				r.mistyped(n, oneOfWords(words))
				return "", false
			}
			if !slices.Contains(words, n.value) {
				r.fail(n, fmt.Sprintf("%s is unknown", r.subject(n)), oneOfWords(words), didYouMean(n.value, words))
				return "", false
			}
			return V(n.value), true
		},
	}
}

// yesNo is a boolean, in the two words that YAML 1.2 knows.
func yesNo() codec[bool] {
	return codec[bool]{
		want:   "true or false",
		schema: func() *schema { return &schema{Type: []string{"boolean"}} },
		read: func(r reader, n *node) (bool, bool) {
			if n.kind == scalar && (n.value == "true" || n.value == "false") {
				return n.value == "true", true
			}
			hint := ""
			switch strings.ToLower(n.value) {
			case "yes", "on", "y", "1", "true":
				hint = "write true"
			case "no", "off", "n", "0", "false":
				hint = "write false"
			}
			if n.kind != scalar {
				r.mistyped(n, "true or false")
			} else {
				r.fail(n, r.subject(n)+" is neither true nor false", "true or false", hint)
			}
			return false, false
		},
	}
}

// bare is a value that must not be there: back and reload take none.
func bare() codec[struct{}] {
	return codec[struct{}]{
		want:    "no value",
		schema:  func() *schema { return &schema{Type: []string{"null"}} },
		nothing: true,
		read: func(r reader, n *node) (struct{}, bool) {
			if n.null {
				return struct{}{}, true
			}
			r.fail(n, fmt.Sprintf("%s has a value", r.key), "the word alone", "write - "+r.key)
			return struct{}{}, false
		},
	}
}

// oneOfWords lists words for people: "a, b or c".
func oneOfWords(words []string) string {
	switch len(words) {
	case 0:
		return "nothing"
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
