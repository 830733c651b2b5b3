package config

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"samui/internal/journey"
)

// textSource is a text with its ${…} as they are written.
func textSource(t journey.Text) string {
	var b strings.Builder
	for _, p := range t.Parts() {
		if p.Source != "" {
			b.WriteString(p.Source)
		} else {
			b.WriteString(escaped(p.Literal))
		}
	}
	return b.String()
}

// escaped is a text in which ${ means itself.
func escaped(s string) string { return strings.ReplaceAll(s, "${", "$${") }

// scalarText is a text as YAML reads it back: without quotes where nobody could take
// it for anything else, and between double quotes otherwise, or single ones
// round texts that hold double ones. Inside {…} more needs quotes.
func scalarText(s string, flow bool) string {
	switch {
	case isPlainScalar(s, flow):
		return s
	case strings.ContainsAny(s, `"\`) && !strings.Contains(s, "'") && !strings.ContainsFunc(s, invisibleInYAML):
		return "'" + s + "'"
	}
	return strconv.Quote(s)
}

func invisibleInYAML(r rune) bool { return !strconv.IsPrint(r) || r == utf8.RuneError }

func isPlainScalar(s string, flow bool) bool {
	switch {
	case s == "", strings.TrimSpace(s) != s, strings.ContainsFunc(s, invisibleInYAML):
		return false
	case strings.ContainsRune("-?:,[]{}#&*!|>'\"%@`=~$", rune(s[0])), strings.HasPrefix(s, "<<"), strings.HasPrefix(s, "..."):
		return false
	case strings.Contains(s, ": "), strings.Contains(s, " #"), strings.HasSuffix(s, ":"), strings.Contains(s, "${"):
		return false
	case flow && strings.ContainsAny(s, ",[]{}:?"):
		return false
	case strings.ContainsRune("0123456789.+", rune(s[0])) && !strings.Contains(s, " "):
		return false
	case s[0] >= '0' && s[0] <= '9' && strings.ContainsAny(s, ":") && len(s) < 40:
		return false // a time of day, or a moment
	}
	return !slices.Contains([]string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(s))
}
