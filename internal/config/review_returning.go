package config

import "samui/internal/journey"

// reviewReturning warns of a customer who returns to what keeps nothing.
func reviewReturning(r reader, root *node, j journey.Journey) {
	c := j.Conditions.Over(j.Site.Conditions)
	if !c.Returns() {
		return
	}
	at := root.find("visit")
	if at == nil {
		at = root.find("journey")
	}
	switch {
	case !j.NeedsBrowser():
		r.warn(at, "returning: says nothing to a journey of requests alone, which needs no browser", "returning: for journeys on pages", "leave out returning: true")
	case c.Cache == journey.Off:
		r.warn(at, "the customer returns, and their browser keeps no cache", "one of returning: true and cache: off", "leave out cache: off")
	}
}
