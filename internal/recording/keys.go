package recording

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The modifiers, as the DOM calls them and in the order in which they are
// written.
func modifiers() []string { return []string{"Control", "Alt", "Shift", "Meta"} }

// modifier is the modifier that a recorded key is, or empty.
func modifier(key string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(key, "Left"), "Right")
	if slices.Contains(modifiers(), name) {
		return name
	}
	return ""
}

// keyOf is a recorded key as press: calls it; false where press: doesn't know
// it. Recordings hold DOM names ("Enter", "a") and codes ("KeyA").
func keyOf(key string) (string, bool) {
	switch key {
	case "\r", "\n", "NumpadEnter":
		return "Enter", true
	case " ", "Space":
		return " ", true
	case "Semicolon":
		return ";", true
	case "Equal", "NumpadEqual":
		return "=", true
	case "Comma":
		return ",", true
	case "Minus", "NumpadSubtract":
		return "-", true
	case "Period", "NumpadDecimal":
		return ".", true
	case "Slash", "NumpadDivide":
		return "/", true
	case "Backquote":
		return "`", true
	case "BracketLeft":
		return "[", true
	case "BracketRight":
		return "]", true
	case "Backslash":
		return `\`, true
	case "Quote":
		return "'", true
	case "NumpadMultiply":
		return "*", true
	case "NumpadAdd":
		return "+", true
	}
	named := strings.Fields(`Enter Tab Escape Backspace Delete Insert Home End PageUp PageDown
		ArrowUp ArrowDown ArrowLeft ArrowRight F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12`)
	if slices.Contains(named, key) {
		return key, true
	}
	for _, prefix := range []string{"Key", "Digit", "Numpad"} {
		if rest, ok := strings.CutPrefix(key, prefix); ok && len(rest) == 1 && (rest >= "0" && rest <= "9" || prefix == "Key") {
			return strings.ToLower(rest), true
		}
	}
	r, size := utf8.DecodeRuneInString(key)
	return key, size == len(key) && size > 0 && unicode.IsPrint(r)
}

// types reports whether a key only writes, or moves in what is written: in a
// field its effect is part of what the field holds afterwards.
func types(key string) bool {
	if modifier(key) != "" {
		return true
	}
	switch key {
	case "Backspace", "Delete", "Tab", "CapsLock", "AltGraph", "Home", "End", "ArrowLeft", "ArrowRight", "Space", "Dead", "Process", "Unidentified", "Compose", "NumLock":
		return true
	}
	name, ok := keyOf(key)
	return ok && utf8.RuneCountInString(name) == 1
}
