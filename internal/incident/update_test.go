package incident_test

import (
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// As long as the browser is new, twice the results open an incident: so many of
// twice as many. What is open goes on, and ends, as ever.
func TestANewBrowserIsJudgedWithTwiceTheResults(t *testing.T) {
	const at = 20 // minutes
	update := &incident.Update{At: epoch.Add(at * time.Minute), From: "chrome 156.0.1", To: "chrome 157.0.2"}
	for name, l := range map[string]struct {
		alerts       journey.Alerts // the zero value: the defaults
		script, want string
		of           int
		updated      bool // the incident tells of the browser
	}{
		"two of three before it":                 {script: "desktop: G G F F", want: "15 opened failed", of: 3},
		"two of three with it":                   {script: "desktop: 4G F F G G"},
		"three of five":                          {script: "desktop: 4G F F G F G G G"},
		"four of six":                            {script: "desktop: 4G F F G F G F", want: "45 opened failed", of: 6, updated: true},
		"the first four ever":                    {script: "desktop: 4- 4F", want: "35 opened failed", of: 4, updated: true},
		"what was before it counts, too":         {script: "desktop: 3G F 3F", want: "30 opened failed", of: 6, updated: true},
		"what is open ends as ever":              {script: "desktop: G G F F G G", want: "15 opened failed, 25 resolved failed", of: 3, updated: true},
		"what is open gets worse as ever":        {script: "desktop: G G B B F F", want: "15 opened bad, 25 worsened failed", of: 3, updated: true},
		"one of one is two of two":               {alerts: journey.Alerts{At: journey.Bad, Open: 1, Of: 1, Resolve: 1}, script: "desktop: 4G F G F F", want: "35 opened failed", of: 2, updated: true},
		"two of three once it is new no more":    {script: "desktop: 580G F F", want: "2905 opened failed", of: 3},
		"the first after it judges what was new": {script: "desktop: 579G F F", want: "2900 opened failed", of: 3},
	} {
		rules := incident.Rules{Alerts: l.alerts, Update: update}
		if rules.Alerts == (journey.Alerts{}) {
			rules.Alerts = defaults
		}
		s := tell(t, site, rules, script(t, l.script))
		if got := s.events(); got != l.want {
			t.Errorf("%s: %s\n got %q\nwant %q", name, l.script, got, l.want)
			continue
		}
		if l.want == "" {
			continue
		}
		last := s.last(t)
		if last.Worst.Of != l.of || (last.Update != nil) != l.updated {
			t.Errorf("%s: of %d results, told of the browser %v; want %d, %v", name, last.Worst.Of, last.Update != nil, l.of, l.updated)
		}
	}
}

func TestVersionsOfAnUpdate(t *testing.T) {
	for _, c := range [][4]string{
		{"chrome 156.0.1", "chrome 157.0.2", "156.0.1", "157.0.2"},
		{"headless-shell 156.0.1", "chrome 156.0.1", "headless-shell 156.0.1", "chrome 156.0.1"},
		{"chrome", "chrome 1", "chrome", "chrome 1"},
		{"", "chrome 1", "", "chrome 1"},
	} {
		from, to := incident.Update{From: c[0], To: c[1]}.Versions()
		if from != c[2] || to != c[3] {
			t.Errorf("from %q to %q is told as %q to %q; want %q, %q", c[0], c[1], from, to, c[2], c[3])
		}
	}
}
