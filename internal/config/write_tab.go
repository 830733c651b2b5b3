package config

import (
	"strconv"

	"samui/internal/journey"
)

// writtenTab is what is done about the tabs as tab: reads it.
func writtenTab(a journey.Action) string {
	switch {
	case a.Edge != "":
		return a.Edge
	case a.Index > 0:
		return strconv.Itoa(a.Index)
	case !a.With.IsZero():
		return "{title: " + scalarText(textSource(a.With), true) + "}"
	}
	return "{url: " + scalarText(textSource(a.URL), true) + "}"
}
