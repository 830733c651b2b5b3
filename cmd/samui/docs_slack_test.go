package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/slack"
	"samui/internal/slack/slacktest"
)

// thread is a memory of one incident.
type thread struct{ kept *slack.Thread }

func (m thread) Thread(_ context.Context, id string) (slack.Thread, bool, error) {
	return *m.kept, m.kept.ID == id, nil
}
func (m thread) Threads(context.Context, string) ([]slack.Thread, error) { return nil, nil }

func (m thread) Keep(_ context.Context, t slack.Thread) error {
	*m.kept = t
	return nil
}

// The first lines that the page shows are those that come, for the incidents
// that they are about.
func TestDocsAlertsBeginSo(t *testing.T) {
	page := pages(t)["alerts.md"]
	since := time.Now().UTC().Truncate(24 * time.Hour).Add(3*time.Hour + 4*time.Minute)
	failed := incident.Incident{
		Kind: incident.KindSite, Client: "acme", Site: "shop", Journey: "buy", Title: "Buy shoes", State: incident.Open, Severity: journey.Failed, Since: since, Revision: 1,
		Worst: incident.Sighting{StepTitle: "Place the order", Message: `"Order confirmed" not seen`, Count: 2, Of: 2},
	}
	bad := failed
	bad.Severity, bad.Worst = journey.Bad, incident.Sighting{StepTitle: "Look for shoes", WaitMs: new(9200.0)}
	over := bad
	over.State, over.ResolvedAt = incident.Resolved, new(since.Add(40*time.Minute))
	wall, probe := failed, failed
	wall.Kind, wall.Severity = incident.KindWall, journey.Blocked
	probe.Kind, probe.Severity = incident.KindProbe, journey.ProbeError
	for _, c := range []struct {
		i     incident.Incident
		usual *float64
		whole bool // the page shows the line, and not only how it begins
	}{{failed, nil, true}, {bad, new(2100.0), true}, {over, new(2100.0), true}, {wall, nil, false}, {probe, nil, false}} {
		workspace := slacktest.New(slacktest.Options{})
		sender, err := slack.New(slack.Options{
			Token: journey.NewSecret(slacktest.Token), APIURL: workspace.URL(), Channel: "#oncall", Memory: thread{&slack.Thread{}},
			Notice: func(context.Context, string) (slack.Notice, bool, error) {
				return slack.Notice{Incident: c.i, SiteTitle: "Shop", UsualMs: c.usual}, true, nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		sent := sender.Send(t.Context(), []slack.Delivery{{ID: 1, Incident: "one"}})
		said := workspace.Messages("oncall")
		sender.Close()
		workspace.Close()
		if len(said) != 1 {
			t.Fatalf("%+v; Slack has %d messages, want one", sent, len(said))
		}
		// Here a day is a day of UTC, which may have begun after 03:04.
		line := strings.Replace(said[0].Text, since.Format("2 Jan 15:04"), since.Format("15:04"), 1)
		if c.whole && !strings.Contains(page, "\n    "+line+"\n") {
			t.Errorf("the page doesn't show %q", line)
		}
		begins, _, _ := strings.Cut(line, " acme")
		begins, _, _ = strings.Cut(begins, " Samui")
		if !strings.Contains(page, "| "+begins+" |") {
			t.Errorf("the page doesn't say what to do about %q", begins)
		}
	}
}
