package incident_test

import (
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// As long as the browser is new, twice the results open an incident: so many of
// twice as many. Outages open it, and what is open goes on and ends, as ever; an
// incident tells of the browser where that is why it opened late.
func TestANewBrowserIsJudgedWithTwiceTheResults(t *testing.T) {
	const at = 20 // minutes
	update := &incident.Update{At: epoch.Add(at * time.Minute), From: "chrome 156.0.1", To: "chrome 157.0.2"}
	for name, l := range map[string]struct {
		alerts       journey.Alerts // the zero value: the defaults
		script, want string
		of           int
		updated      bool // the incident tells of the browser
	}{
		"two of three before it":                 {script: "desktop: G G B B", want: "15 opened bad", of: 3},
		"two of three with it":                   {script: "desktop: 4G B B G G"},
		"three of five":                          {script: "desktop: 4G B B G B G G G"},
		"four of six":                            {script: "desktop: 4G B B G B G B", want: "45 opened bad", of: 6, updated: true},
		"the first four ever":                    {script: "desktop: 4- 4B", want: "35 opened bad", of: 4, updated: true},
		"what was before it counts, too":         {script: "desktop: 3G B 3B", want: "30 opened bad", of: 6, updated: true},
		"an outage opens as ever":                {script: "desktop: 4G F G F", want: "30 opened failed", of: 3},
		"an outage among waits, too":             {script: "desktop: 4G B F F", want: "30 opened failed", of: 3},
		"one that failed among waits is none":    {script: "desktop: 4G B F B B", want: "35 opened bad", of: 6, updated: true},
		"what is open ends as ever":              {script: "desktop: G G B B G G", want: "15 opened bad, 25 resolved bad", of: 3},
		"what is open gets worse as ever":        {script: "desktop: G G B B F F", want: "15 opened bad, 25 worsened failed", of: 3},
		"what opened late tells so to its end":   {script: "desktop: 4G 576B 2B F F G G", want: "35 opened bad, 2915 worsened failed, 2925 resolved failed", of: 3, updated: true},
		"what opens after its end does not":      {script: "desktop: 4G 4B 2G 570G B B", want: "35 opened bad, 45 resolved bad, 2905 opened bad", of: 3},
		"one of one is two of two":               {alerts: journey.Alerts{At: journey.Bad, Open: 1, Of: 1, Resolve: 1}, script: "desktop: 4G B G B B", want: "35 opened bad", of: 2, updated: true},
		"two of three once it is new no more":    {script: "desktop: 580G B B", want: "2905 opened bad", of: 3},
		"the first after it judges what was new": {script: "desktop: 579G B B", want: "2900 opened bad", of: 3},
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
