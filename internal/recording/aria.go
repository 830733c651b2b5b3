package recording

import (
	"regexp"
	"slices"
	"strings"
)

// parseARIA takes an aria/ selector apart: the accessible name, then what is
// put in brackets behind it, as Add to cart[role="button"]. A name may hold
// brackets of its own.
func parseARIA(s string) (name, role string) {
	attribute := regexp.MustCompile(`\[\s*(role|name)\s*=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z-]+)\s*\]\s*$`)
	rest := strings.TrimSpace(s)
	var named string
	for range 4 {
		m := attribute.FindStringSubmatchIndex(rest)
		if m == nil {
			break
		}
		value := rest[m[4]:m[5]]
		if value[0] == '"' || value[0] == '\'' {
			value = regexp.MustCompile(`\\(.)`).ReplaceAllString(value[1:len(value)-1], "$1")
		}
		if rest[m[2]:m[3]] == "role" {
			role = value
		} else {
			named = value
		}
		rest = strings.TrimSpace(rest[:m[0]])
	}
	if rest == "" {
		rest = named
	}
	return shown(rest), knownRole(role)
}

// knownRole is a role as journeys call it; empty where it says nothing to a
// customer. Chrome has names of its own for what ARIA has no role for.
func knownRole(role string) string {
	switch role {
	case "DisclosureTriangle", "DisclosureTriangleGrouped", "ToggleButton", "PopUpButton":
		return "button"
	case "Date", "DateTime", "InputTime", "ColorWell":
		return "textbox"
	case "image":
		return "img"
	}
	if slices.Contains(roles(), role) {
		return role
	}
	return ""
}

// roles are those by which a customer might tell an element.
func roles() []string {
	return strings.Fields(`alert alertdialog application article banner blockquote button cell checkbox columnheader combobox
		complementary contentinfo dialog document figure form grid gridcell group heading img link list listbox listitem log main
		menu menubar menuitem menuitemcheckbox menuitemradio meter navigation option progressbar radio radiogroup region row
		rowgroup rowheader search searchbox separator slider spinbutton status switch tab table tablist tabpanel term textbox
		timer toolbar tooltip tree treegrid treeitem`)
}
