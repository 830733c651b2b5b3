package recording

import (
	"slices"
	"strings"
)

// tidy leaves of a recording's steps what a customer would tell: a field that
// was typed into in pieces was filled once, the click into it and the keys are
// part of that; of scrolling, where it ended.
//
// A step during which a page was seen to load is never left out.
func tidy(steps []step) []step {
	var kept []step
	for i := 0; i < len(steps); i++ {
		s := steps[i]
		switch s.kind {
		case "change":
			kept = beforeChange(kept, s)
			for {
				next, ok := nextChange(steps, i)
				if !ok {
					break
				}
				s.value, s.events, i = steps[next].value, steps[next].events, next
			}
		case "scroll":
			for i+1 < len(steps) && len(steps[i].events) == 0 && steps[i+1].kind == "scroll" && sameScroll(s, steps[i+1]) {
				i++
				s = steps[i]
			}
		}
		kept = append(kept, s)
	}
	return kept
}

// nextChange is the change that goes on with that of the same field: only keys
// that write stand between them.
func nextChange(steps []step, i int) (int, bool) {
	if len(steps[i].events) > 0 {
		return 0, false
	}
	for next := i + 1; next < len(steps); next++ {
		switch s := steps[next]; {
		case s.kind == "change":
			return next, same(s, steps[i])
		case s.kind != "keyDown" && s.kind != "keyUp", !types(s.key), len(s.events) > 0:
			return 0, false
		}
	}
	return 0, false
}

// beforeChange drops what a change makes needless: the keys that write, and
// the click into its field.
func beforeChange(kept []step, change step) []step {
	keep := len(kept)
	for keep > 0 {
		s := kept[keep-1]
		if s.kind != "keyDown" && s.kind != "keyUp" || !types(s.key) || len(s.events) > 0 {
			break
		}
		keep--
	}
	// A key that is let go of only here was pressed before.
	for keep < len(kept) && kept[keep].kind == "keyUp" {
		keep++
	}
	kept = kept[:keep]
	for len(kept) > 0 {
		s := kept[len(kept)-1]
		press := s.kind == "click" && (s.button == "" || s.button == "primary") || s.kind == "doubleClick"
		into := same(s, change) || press && s.target == change.target && slices.Equal(s.frame, change.frame) && labelled(elementOf(s), elementOf(change))
		if !press || !into || len(s.events) > 0 {
			break
		}
		kept = kept[:len(kept)-1]
	}
	return kept
}

func sameScroll(a, b step) bool {
	return a.target == b.target && slices.Equal(a.frame, b.frame) && (len(a.selectors) == 0 && len(b.selectors) == 0 || same(a, b))
}

// chord is a key that was pressed, with the modifiers that were held.
type chord struct {
	key  string   // as press: calls it, or as it was recorded
	held []string // in the order in which they are written
	ok   bool     // press: knows it
}

func (c chord) String() string { return strings.Join(append(slices.Clone(c.held), c.key), "+") }

// held follows which modifiers are down.
type held map[string]bool

// press takes note of a modifier that goes down; false where nobody lets go of
// it on this page or the next: the window lost it, as with Alt+Tab.
func (h held) press(name string, later []step) bool {
	pages := 0
	for _, s := range later {
		if s.kind == "keyUp" && modifier(s.key) == name {
			h[name] = true
			return true
		}
		if len(s.events) > 0 {
			pages++
		}
		if s.kind == "navigate" || pages > 1 {
			break
		}
	}
	return false
}

func (h held) names() []string {
	var names []string
	for _, m := range modifiers() {
		if h[m] {
			names = append(names, m)
		}
	}
	return names
}

// chordOf is a key with what is held. Shift is part of the character that it
// makes.
func (h held) chordOf(key string) chord {
	c := chord{held: h.names()}
	c.key, c.ok = keyOf(key)
	if len([]rune(c.key)) == 1 && slices.Equal(c.held, []string{"Shift"}) {
		c.held = nil
	}
	return c
}
