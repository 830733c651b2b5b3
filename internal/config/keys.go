package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// keyNames are the DOM's names of keys that press: knows besides single
// characters.
func keyNames() []string {
	return strings.Fields(`Enter Tab Escape Backspace Delete Insert Space Home End PageUp PageDown
		ArrowUp ArrowDown ArrowLeft ArrowRight F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12`)
}

func modifiers() []string { return strings.Fields("Control Shift Alt Meta") }

// keyName is a DOM key name, with modifiers: Enter, a, Control+a.
func keyName() word[string] {
	return word[string]{
		noun: "a key", want: "a key such as Enter, Tab, Escape, ArrowDown, a or Control+a", number: true,
		pattern: `^((` + strings.Join(modifiers(), "|") + `)\+)*(` + strings.Join(keyNames(), "|") + `|.)$`,
		parse: func(s string) (string, fault) {
			rest, held := s, ""
			for {
				name, after, more := strings.Cut(rest, "+")
				if !more || name == "" || after == "" {
					break
				}
				if !slices.Contains(modifiers(), name) {
					return "", fault{fmt.Sprintf("begins with %q, which is not held down", name), keyHint(name, modifiers())}
				}
				if strings.Contains("+"+held, "+"+name+"+") {
					return "", fault{"holds " + name + " down twice", ""}
				}
				held, rest = held+name+"+", after
			}
			switch {
			case rest == "Space":
				return held + " ", fault{}
			case slices.Contains(keyNames(), rest):
				return s, fault{}
			case utf8.RuneCountInString(rest) == 1 && !unicode.IsControl([]rune(rest)[0]):
				return s, fault{}
			}
			return "", fault{"is not a key", keyHint(rest, keyNames())}
		},
	}
}

// pressedKey is the codec of a key, whose named ones an editor offers.
func pressedKey() codec[string] {
	c := keyName().codec()
	other := c.schema
	c.schema = func() *schema { return &schema{AnyOf: []*schema{{Enum: keyNames()}, other()}} }
	return c
}

func keyHint(written string, known []string) string {
	instead := ""
	switch strings.ToLower(written) {
	case "esc":
		instead = "Escape"
	case "return", "submit", "cr":
		instead = "Enter"
	case "up", "down", "left", "right":
		instead = "Arrow" + strings.ToUpper(written[:1]) + strings.ToLower(written[1:])
	case "ctrl", "strg":
		instead = "Control"
	case "cmd", "command", "win", "windows", "super":
		instead = "Meta"
	case "option", "opt":
		instead = "Alt"
	case "del":
		instead = "Delete"
	case "pgup":
		instead = "PageUp"
	case "pgdn", "pgdown":
		instead = "PageDown"
	case "spacebar":
		instead = "Space"
	}
	if slices.Contains(known, instead) {
		return "write " + instead
	}
	if hint := didYouMean(written, known); hint != "" {
		return hint
	}
	return "a text is typed with type: {…, with: TEXT}"
}
