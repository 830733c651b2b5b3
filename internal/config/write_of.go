package config

import (
	"strings"

	"samui/internal/journey"
)

// writtenOthers is what stands behind any: and soft:.
func writtenOthers(e journey.Expectation) string {
	if e.Claim == journey.ClaimAny {
		return flowList(e.Of, writtenOther)
	}
	return writtenOther(e.Of[0])
}

func writtenOther(e journey.Expectation) string {
	text := written(e, true)
	if !strings.Contains(text, ": ") {
		return text
	}
	return "{" + text + "}"
}
