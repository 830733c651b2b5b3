package probe

import (
	"samui/internal/browser"
	"samui/internal/journey"
)

// tellConnection says whether a slowed network was as slow as was asked for, by
// what came over it. s is nil on a visit that only asks.
func (v *visit) tellConnection(n journey.Network, s *browser.Session) {
	came := v.requests.Transfers()
	if s != nil {
		came = append(s.Transfers(), came...)
	}
	v.run.Connection = journey.ConnectionOf(n, came)
}
