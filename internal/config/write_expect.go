package config

import (
	"strconv"

	"samui/internal/journey"
)

func writtenExpectation(e journey.Expectation) string { return written(e, false) }

// written is an expectation in a line of its own, or within another.
func written(e journey.Expectation, flow bool) string {
	claim := string(e.Claim)
	plain := e.Target == nil && (e.Op == journey.Contains && (e.Claim == journey.ClaimText || e.Claim == journey.ClaimNoText) ||
		e.Op == journey.Is && (e.Claim == journey.ClaimTitle || e.Claim == journey.ClaimDownload && e.Bytes == 0) || e.Claim == journey.ClaimScript || e.Path)
	if plain && !e.Text.IsZero() {
		return claim + ": " + scalarText(textSource(e.Text), flow)
	}
	var k flowKeys
	switch e.Claim {
	case journey.ClaimAny, journey.ClaimSoft:
		return claim + ": " + writtenOthers(e)
	case journey.ClaimVisible, journey.ClaimHidden, journey.ClaimEnabled, journey.ClaimDisabled, journey.ClaimChecked, journey.ClaimUnchecked:
		return claim + ": " + writtenTarget(*e.Target, flow)
	case journey.ClaimNoConsoleErrors, journey.ClaimNoFailedRequests, journey.ClaimNoBrokenImages:
		return claim
	case journey.ClaimResponse, journey.ClaimSent:
		return claim + ": " + writtenExchange(*e.Exchange)
	case journey.ClaimText, journey.ClaimNoText, journey.ClaimNumber:
		if e.Target != nil {
			k.add("in", flowTarget(*e.Target))
		}
	case journey.ClaimCount, journey.ClaimValue:
		k.target(e.Target)
	case journey.ClaimAttribute, journey.ClaimCookie:
		k.target(e.Target)
		k.add("named", scalarText(escaped(e.Name), true))
	case journey.ClaimURL, journey.ClaimTitle, journey.ClaimScript, journey.ClaimDownload:
	}
	switch {
	case e.Claim == journey.ClaimCount, e.Claim == journey.ClaimNumber && e.Op != journey.OpNone:
		k.add(string(e.Op), strconv.FormatFloat(e.Number, 'f', -1, 64))
	case e.Op != journey.OpNone:
		k.add(string(e.Op), scalarText(textSource(e.Text), true))
	}
	if e.Bytes > 0 {
		k.add("min_size", strconv.FormatInt(e.Bytes, 10)+"B")
	}
	return claim + ": " + k.String()
}
