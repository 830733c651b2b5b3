package journey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// By names the way an element is found.
type By string

// The ways of finding an element, in the user's terms first. ByAny is a plain
// string: visible text or accessible name.
const (
	ByAny         By = "any"
	ByRole        By = "role"
	ByLabel       By = "label"
	ByText        By = "text"
	ByPlaceholder By = "placeholder"
	ByTestID      By = "testid"
	ByAlt         By = "alt"
	ByTooltip     By = "tooltip"
	ByCSS         By = "css"
	ByXPath       By = "xpath"
	ByFirst       By = "first_of"
)

// Last as Target.Nth is the last of several matches.
const Last = -1

// Target says how an element is found.
type Target struct {
	By     By
	Value  Text    // the role, label, text, selector …
	Op     Op      // how Value is compared: Is, Contains or Matches; OpNone = whole, where that finds nothing in part
	Name   Text    // the accessible name; only with ByRole, empty = any
	NameOp Op      // how Name is compared, as Op
	Within *Target // searched only inside this one; nil = the whole page
	Has    Text    // contains this text; empty = anything
	Nth    int     // from 1, or Last; 0 = the only one

	Frame   *Target  // the iframe in whose document it is looked for; nil = the page itself
	FirstOf []Target // ByFirst: alternatives, of which the first is meant that is there
}

// String is the target as a person would write it in YAML, secrets hidden.
func (t Target) String() string {
	if t.By == ByAny && t.Within == nil && t.Has.IsZero() && t.Nth == 0 && t.Frame == nil {
		return fmt.Sprintf("%q", t.Value)
	}
	return "{" + t.keys() + "}"
}

// keys are the target's own keys, as they stand between the braces of a map.
func (t Target) keys() string {
	var b strings.Builder
	key := t.By
	if key == ByAny {
		key = ByText // a plain string has no keys; text is the nearest that can be narrowed
	}
	if key == ByFirst {
		fmt.Fprintf(&b, "%s: %s", key, listed(t.FirstOf))
	} else {
		fmt.Fprintf(&b, "%s: %s", key, compared(t.Op, t.Value))
	}
	if !t.Name.IsZero() {
		fmt.Fprintf(&b, ", name: %s", compared(t.NameOp, t.Name))
	}
	if t.Within != nil {
		fmt.Fprintf(&b, ", within: %s", t.Within)
	}
	if !t.Has.IsZero() {
		fmt.Fprintf(&b, ", has: %s", quoteYAML(t.Has.String()))
	}
	switch {
	case t.Nth == Last:
		b.WriteString(", nth: last")
	case t.Nth > 0:
		fmt.Fprintf(&b, ", nth: %d", t.Nth)
	}
	if t.Frame != nil {
		fmt.Fprintf(&b, ", frame: %s", t.Frame)
	}
	return b.String()
}

// listed are alternatives as they stand in a flow list.
func listed(all []Target) string {
	texts := make([]string, len(all))
	for i, t := range all {
		texts[i] = t.String()
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// compared is a text with the way in which it is compared.
func compared(op Op, t Text) string {
	if op == OpNone {
		return quoteYAML(t.String())
	}
	return fmt.Sprintf("{%s: %s}", op, quoteYAML(t.String()))
}

// quoteYAML writes a value of a flow map: bare where a person would leave it
// bare, quoted where YAML would read something else. Go's escapes are all
// YAML's too.
func quoteYAML(s string) string {
	if bareYAML(s) {
		return s
	}
	return strconv.Quote(s)
}

// bareYAML reports whether YAML reads s, unquoted in a flow map, as the very
// same text, and a person sees every character of it.
func bareYAML(s string) bool {
	unseen := func(r rune) bool { return !strconv.IsPrint(r) }
	switch {
	case s == "", !utf8.ValidString(s), s[0] == '-', s[0] == '=', strings.TrimSpace(s) != s:
		return false
	case strings.ContainsAny(s, "{}[],:#&*!|<>'\"%@`$?~"), strings.ContainsFunc(s, unseen):
		return false
	case slices.Contains([]string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(s)):
		return false
	}
	return !strings.ContainsAny(s[:1], "0123456789.+") || strings.Contains(s, " ")
}
