package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ofSteps are the keys that only a step has.
func ofSteps() []string {
	return []string{"step", "do", "expect", "save", "when", "unless", "repeat", "retry", "always"}
}

// strayHint is for a step's key that stands at the beginning of a line, where
// the file's own keys stand; empty for others.
func strayHint(src *source, e entry) string {
	if e.key.column != 1 || e.key.value == "step" || !slices.Contains(ofSteps(), e.key.value) {
		return ""
	}
	key := e.key.value + ":"
	for n := e.key.line - 1; n > 0; n-- {
		text := src.line(n)
		at := indentBytes(text)
		for strings.HasPrefix(text[at:], "- ") {
			at += 2 + indentBytes(text[at+2:])
		}
		if before := keyIn(text[at:]); at > 0 && slices.Contains(ofSteps(), strings.TrimSuffix(before, ":")) {
			return fmt.Sprintf("%s belongs to a step: put %d spaces before it, as before %s in line %d", key, at, before, n)
		}
	}
	return key + " belongs to a step, below steps:"
}

// gluedHint is for {label:Search}, which has no space after its colon, and for
// {contains 1 result}, which has none at all.
func gluedHint(n *node, e entry, names []string) string {
	if !n.flow || !e.value.null || e.value.value != "" {
		return ""
	}
	m := regexp.MustCompile(`^([a-z_]+)(:| +)(\S.*)$`).FindStringSubmatch(e.key.value)
	switch {
	case m == nil || !slices.Contains(names, m[1]):
		return ""
	case m[2] == ":":
		return "put a space after the colon: " + m[1] + ": " + clipped(m[3], longest)
	}
	return "put a colon after the word: " + m[1] + ": " + clipped(m[3], longest)
}

// listAbove is where a list belongs whose lines begin to the left of the key
// that has no value yet, as below do:.
func listAbove(src *source, number int) string {
	at := indentBytes(src.line(number))
	if key := strings.TrimSuffix(keyIn(strings.TrimSpace(src.line(number))), ":"); slices.Contains(ofSteps(), key) || key == "use" {
		return ""
	}
	for n := number - 1; n > 0; n-- {
		text := src.line(n)
		if rest := strings.TrimSpace(text); rest == "" || strings.HasPrefix(rest, "#") {
			continue
		}
		key := indentBytes(text)
		for strings.HasPrefix(text[key:], "- ") {
			key += 2 + indentBytes(text[key+2:])
		}
		rest, _, _ := strings.Cut(text[key:], " #")
		if name := keyIn(rest); name == "" || name != strings.TrimSpace(rest) || at >= key {
			return ""
		}
		return fmt.Sprintf("%d spaces: it belongs to %s in line %d", key+2, strings.TrimSpace(rest), n)
	}
	return ""
}
