package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"samui/internal/journey"
)

// fault is what is wrong with a word, in words that follow it: "is not …". The
// zero value is no fault.
type fault struct{ what, hint string }

func (f fault) bad() bool { return f.what != "" }

func (f fault) or(what string) string {
	if f.what == "" {
		return what
	}
	return f.what
}

// word is a scalar that is parsed: 5m, 20mbps, a URL.
type word[V any] struct {
	noun    string // "a duration"
	want    string // "a duration such as 90s, 5m or 14d"
	pattern string // that every right word matches, for the schema
	number  bool   // may look like a number to an editor
	parse   func(s string) (V, fault)
}

// codec reads the word with its ${…} resolved. What a message repeats is what
// was written: it may stand for something that nobody should read.
func (w word[V]) codec() codec[V] {
	return codec[V]{
		want: w.want,
		schema: func() *schema {
			s := &schema{Type: []string{"string"}, Pattern: orReference(w.pattern)}
			if w.number {
				s.Type = []string{"string", "number"}
			}
			return s
		},
		read: func(r reader, n *node) (V, bool) {
			var zero V
			s, ok := r.plain(n, w.want)
			if !ok {
				return zero, false
			}
			return w.judge(r, n, s)
		},
	}
}

// exactly is the codec of a word in which ${…} has no meaning: a name.
func (w word[V]) exactly() codec[V] {
	return codec[V]{
		want:   w.want,
		schema: func() *schema { return &schema{Type: scalarTypes(), Pattern: w.pattern} },
		read: func(r reader, n *node) (V, bool) {
			if n.kind != scalar {
				var zero V
				r.mistyped(n, w.want)
				return zero, false
			}
			return w.judge(r, n, n.value)
		},
	}
}

func (w word[V]) judge(r reader, n *node, s string) (V, bool) {
	v, f := w.parse(s)
	if f.bad() {
		if s != n.value { // what is wrong with it might repeat it
			f = fault{"is not " + w.noun, "look at what its ${…} stands for"}
		}
		r.fail(n, r.subject(n)+" "+f.what, w.want, f.hint)
		return v, false
	}
	return v, true
}

// id is a name that appears in addresses, tags and file names.
func id() word[string] {
	const want = "a name of a-z, 0-9 and -"
	return word[string]{
		noun: "a name", want: want, pattern: `^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$`,
		parse: func(s string) (string, fault) {
			ok := len(s) > 0 && len(s) <= 100 && !strings.HasPrefix(s, "-") && !strings.HasSuffix(s, "-")
			for _, r := range s {
				ok = ok && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-')
			}
			if ok {
				return s, fault{}
			}
			hint := invisibleHint(s)
			if tame := tamed(s); hint == "" && tame != "" {
				hint = "write " + tame
			} else if hint == "" {
				hint = "title: takes any language"
			}
			return "", fault{"is not a name", hint}
		},
	}
}

// tamed is the name that somebody probably meant, or empty.
func tamed(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ' ' || r == '_' || r == '-' || r == '.' || r == '/':
			b.WriteByte('-')
		default:
			return ""
		}
	}
	return strings.Trim(b.String(), "-")
}

// plainText is a text that is shown, so it can't hold a secret.
func plainText() word[string] {
	return word[string]{
		noun: "a text", want: "a text", pattern: `^[^\x00]+$`, number: true,
		parse: func(s string) (string, fault) {
			if strings.TrimSpace(s) == "" {
				return "", fault{"is empty", ""}
			}
			return s, fault{}
		},
	}
}

// shown is the codec of a plain text, taken as written whatever YAML thinks
// of it: no is no.
func shown() codec[string] {
	c := plainText().codec()
	c.schema = func() *schema { return &schema{Type: scalarTypes(), MinLen: 1} }
	return c
}

// textCodec is a text that may hold secrets and dates.
func textCodec(mayBeEmpty bool) codec[journey.Text] {
	return codec[journey.Text]{
		want: "a text",
		schema: func() *schema {
			s := &schema{Type: scalarTypes()}
			if !mayBeEmpty {
				s.MinLen = 1
			}
			return s
		},
		read: func(r reader, n *node) (journey.Text, bool) {
			t, ok := r.text(n, "a text")
			if ok && !mayBeEmpty && t.IsZero() {
				r.fail(n, r.key+" is empty", "a text", "")
				return t, false
			}
			if ok {
				r.checkQuotes(n)
			}
			return t, ok
		},
	}
}

// checkQuotes warns of typographic quotes that somebody took for YAML's.
func (r reader) checkQuotes(n *node) {
	const opening, closing = "״“”„«‟", "״“”»‟"
	first, last := []rune(n.value), len([]rune(n.value))-1
	if last < 1 || !strings.ContainsRune(opening, first[0]) || !strings.ContainsRune(closing, first[last]) {
		return
	}
	r.warn(n, fmt.Sprintf("the quotes of %s are part of the text", r.subject(n)), `" or ' round a text`, "write "+doubleQuoted(string(first[1:last])))
}

// secretCodec is a value that nobody may see, whether it was written as a
// secret or not.
func secretCodec(warnPlain bool) codec[journey.Secret] {
	return codec[journey.Secret]{
		want:   `"${secret:NAME}"`,
		schema: func() *schema { return &schema{Type: []string{"string", "number"}, MinLen: 1} },
		read: func(r reader, n *node) (journey.Secret, bool) {
			t, ok := r.text(n, `"${secret:NAME}"`)
			if !ok {
				return journey.Secret{}, false
			}
			if t.IsZero() {
				r.fail(n, r.key+" is empty", `"${secret:NAME}"`, "")
				return journey.Secret{}, false
			}
			if warnPlain && !strings.Contains(n.value, "${") {
				r.warn(n, r.key+" is written in the file, where everybody reads it", `"${secret:NAME}"`, "set SAMUI_SECRET_NAME, or put it into a file of that name in the folder of secrets:")
			}
			return reveal(t), true
		},
	}
}

// number is any finite number.
func number() word[float64] {
	return word[float64]{
		noun: "a number", want: "a number such as 3 or 19.90", pattern: `^-?[0-9]+(\.[0-9]+)?$`, number: true,
		parse: func(s string) (float64, fault) {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || strings.ContainsAny(s, "xXpP_eE") || strings.HasPrefix(s, "+") {
				hint := ""
				if plain := strings.NewReplacer(",", "", " ", "").Replace(s); plain != s {
					hint = "write it without separators: " + plain
				}
				return 0, fault{"is not a number", hint}
			}
			return v, fault{}
		},
	}
}

// whole is a whole number within limits.
func whole(least, most int) word[int] {
	want := fmt.Sprintf("a whole number from %d to %d", least, most)
	return word[int]{
		noun: "a whole number", want: want, pattern: `^[0-9]+$`, number: true,
		parse: func(s string) (int, fault) {
			v, err := strconv.Atoi(s)
			switch {
			case err != nil || strings.HasPrefix(s, "+"):
				return 0, fault{"is not a whole number", ""}
			case v < least || v > most:
				return 0, fault{"is out of range", ""}
			}
			return v, fault{}
		},
	}
}
