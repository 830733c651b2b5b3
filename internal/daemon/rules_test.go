package daemon

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/config"
	"samui/internal/incident"
	"samui/internal/journey"
)

// What is registered decides which results count, and which incidents end
// because nobody looks any more.
func TestRulesOfAPlan(t *testing.T) {
	alerts := journey.Alerts{At: journey.Bad, Open: 2, Of: 3, Resolve: 2, Remind: 4 * time.Hour}
	own := journey.Alerts{At: journey.Failed, Open: 1, Of: 1, Resolve: 1, Remind: -1}
	on := func(site, id string, alerts journey.Alerts, devices ...string) journey.Journey {
		j := journey.Journey{ID: id, Site: journey.Site{ID: site, Alerts: alerts}}
		for _, d := range devices {
			j.Visits = append(j.Visits, journey.Visit{Device: journey.Device{Name: d}})
		}
		return j
	}
	p := &plan{
		settings: config.Settings{Location: "tlv-1", Alerts: alerts},
		journeys: []journey.Journey{on("shop", "buy", own, "desktop", "phone"), on("shop", "look", own, "desktop"), on("bank", "login", alerts, "phone")},
	}
	mistaken := &plan{settings: p.settings, journeys: p.journeys, refused: []refusal{{file: "probes/pay.yaml"}}}
	site := func(site, id, location string) incident.Key {
		return incident.Key{Kind: incident.KindSite, Site: site, Journey: id, Location: location}
	}
	tests := []struct {
		name   string
		plan   *plan
		key    incident.Key
		alerts journey.Alerts
		want   []string // registered; nil = whoever has results
	}{
		{"a journey", p, site("shop", "buy", "tlv-1"), own, []string{"desktop", "phone"}},
		{"another site's alerts", p, site("bank", "login", "tlv-1"), alerts, []string{"phone"}},
		{"a journey that was taken away", p, site("shop", "pay", "tlv-1"), alerts, []string{}},
		{"a journey that may be in the file with mistakes", mistaken, site("shop", "pay", "tlv-1"), alerts, nil},
		{"a place from which nobody looks any more", p, site("shop", "buy", "fra-1"), alerts, []string{}},
		{"the same with mistakes", mistaken, site("shop", "buy", "fra-1"), alerts, []string{}},
		{"a wall", p, incident.Key{Kind: incident.KindWall, Site: "shop", Location: "tlv-1"}, alerts, []string{"buy/desktop", "buy/phone", "look/desktop"}},
		{"the probe", p, incident.Key{Kind: incident.KindProbe, Location: "tlv-1"}, alerts, []string{"shop/buy/desktop", "shop/buy/phone", "shop/look/desktop", "bank/login/phone"}},
		{"a probe elsewhere", p, incident.Key{Kind: incident.KindProbe, Location: "fra-1"}, alerts, []string{}},
	}
	for _, tt := range tests {
		got := tt.plan.rules(tt.key)
		if diff := cmp.Diff(tt.want, got.Registered); diff != "" {
			t.Errorf("%s: registered (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.alerts, got.Alerts); diff != "" {
			t.Errorf("%s: alerts (-want +got):\n%s", tt.name, diff)
		}
	}
}
