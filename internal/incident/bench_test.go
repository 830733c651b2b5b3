package incident_test

import (
	"testing"
	"time"

	"samui/internal/incident"
)

// What a result costs where all is well, and while an incident that goes on
// for long is open.
func BenchmarkFollow(b *testing.B) {
	rules := incident.Rules{Alerts: defaults, Remind: 4 * time.Hour}
	for name, bm := range map[string]struct {
		key     incident.Key
		before  string
		outcome string
	}{
		"good, all is well":              {site, "desktop: 9G | phone: 9G", "G"},
		"failed, open for two days":      {site, "desktop: 600F", "F"},
		"looked, nobody was turned away": {wall, "desktop: 9G", "G"},
	} {
		b.Run(name, func(b *testing.B) {
			before := tell(b, bm.key, rules, script(b, bm.before)).track
			run := result("desktop", epoch.AddDate(0, 0, 3), bm.outcome, false, "")
			b.ReportAllocs()
			for b.Loop() {
				incident.Follow(bm.key, before, run, rules)
			}
		})
	}
}
