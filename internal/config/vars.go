package config

import (
	"fmt"
	"strings"

	"samui/internal/journey"
)

// maxText is the length, in bytes, to which ${…} may let a text grow: variables
// in variables double it each time.
const maxText = 64 << 10

// scope is what ${…} means at some place of a file.
type scope struct {
	env     Env
	secrets string // the folder

	vars    map[string]*variable // nil = there are none here
	dates   bool                 // texts are used on a visit, which has a date
	saved   map[string]savedBy   // by the steps that were read so far
	later   map[string]savedBy   // by any step
	unknown bool                 // the site is not known, so a variable may be
	site    string               // for messages
	params  bool                 // they are those of a fragment
	unsaid  *bool                // of a fragment checked by itself, whose params stand for their names: a value could not be judged
}

// standIn reports whether what is wrong with a value may be nothing but that
// nobody has said yet what a fragment's params are.
func (s *scope) standIn(n *node) bool {
	if s.unsaid == nil || n == nil || n.kind != scalar {
		return false
	}
	found := false
	for _, p := range pieces(n.value) {
		if p.isRef {
			if s.vars[p.inside] == nil || p.open {
				return false
			}
			found = true
		}
	}
	*s.unsaid = *s.unsaid || found
	return found
}

// variable is an entry of vars:, expanded when it is first used.
type variable struct {
	node  *node // nil for a site's, which is expanded already
	text  journey.Text
	ok    bool
	state state
}

type state int

const (
	untouched state = iota
	expanding
	expanded
)

// journeyScope holds a journey's variables, and the site's, which win.
func (s scope) journeyScope(vars *node, site map[string]journey.Text) *scope {
	s.vars, s.saved, s.dates = map[string]*variable{}, map[string]savedBy{}, true
	if vars != nil && vars.kind == mapping {
		for _, e := range vars.entries {
			s.vars[e.key.value] = &variable{node: e.value}
		}
	}
	for name, t := range site {
		s.vars[name] = &variable{text: t, ok: true, state: expanded}
	}
	return &s
}

// text resolves the ${…} of a scalar.
func (r reader) text(n *node, want string) (journey.Text, bool) {
	if n.kind != scalar || n.null {
		r.mistyped(n, want)
		return journey.Text{}, false
	}
	if !strings.Contains(n.value, "${") {
		return journey.Plain(n.value), true
	}
	var parts []journey.Part
	length, ok := 0, true
	for _, p := range pieces(n.value) {
		some, good := r.resolve(n, p)
		ok = ok && good
		for _, part := range some {
			length += len(part.Literal) + len(part.Source)
			last := len(parts) - 1
			if last >= 0 && part.Source == "" && parts[last].Source == "" {
				parts[last].Literal += part.Literal
				continue
			}
			parts = append(parts, part)
		}
		if length > maxText || len(parts) > maxText/64 {
			r.fail(n, r.subject(n)+" grows beyond 64 KiB once its ${…} are resolved", "a shorter text", "")
			return journey.Text{}, false
		}
	}
	if !ok {
		return journey.Text{}, false
	}
	return journey.NewText(parts...), true
}

// plain resolves the ${…} of a scalar that is shown or must be known before
// the visit.
func (r reader) plain(n *node, want string) (string, bool) {
	t, ok := r.text(n, want)
	if !ok {
		return "", false
	}
	for _, p := range t.Parts() {
		switch {
		case p.Live != nil:
			r.fail(n, fmt.Sprintf("%s holds %s, which is known only on a visit", r.key, p.Source), "a text that is known before", "")
			return "", false
		case p.Date != nil:
			r.fail(n, fmt.Sprintf("%s holds %s, and a date is known only on a visit", r.key, p.Source), "a text without dates", "")
			return "", false
		case !p.Secret.IsZero():
			r.fail(n, fmt.Sprintf("%s holds %s, and would show it", r.key, p.Source), "a text without secrets", "use ${env:NAME} for what everybody may see")
			return "", false
		}
	}
	return t.String(), true
}

// reveal is a whole text as a secret.
func reveal(t journey.Text) journey.Secret { return journey.NewSecret(t.Reveal(journey.Facts{})) }

// piece is a stretch of a text: literal, or the inside of a ${…}.
type piece struct {
	literal string
	inside  string
	isRef   bool
	open    bool // the ${ is never closed
}

// pieces takes a text apart. $${ is a ${ that means itself.
func pieces(s string) []piece {
	var all []piece
	var b strings.Builder
	for i := 0; i < len(s); {
		switch {
		case strings.HasPrefix(s[i:], "$${"):
			b.WriteString("${")
			i += 3
		case strings.HasPrefix(s[i:], "${"):
			if b.Len() > 0 {
				all = append(all, piece{literal: b.String()})
				b.Reset()
			}
			end := strings.IndexByte(s[i:], '}')
			if end < 0 {
				return append(all, piece{inside: s[i+2:], isRef: true, open: true})
			}
			all = append(all, piece{inside: s[i+2 : i+end], isRef: true})
			i += end + 1
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	if b.Len() > 0 {
		all = append(all, piece{literal: b.String()})
	}
	return all
}
