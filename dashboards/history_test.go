package dashboards

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/config"
	"samui/internal/demo"
	"samui/internal/incident"
	"samui/internal/influx"
	"samui/internal/influx/influxtest"
	"samui/internal/journey"
	"samui/internal/probe"
	"samui/probes"
)

// now is when the tests look at the dashboards.
func now() time.Time { return time.Date(2026, 1, 15, 10, 2, 0, 0, time.UTC) }

// hostile is a name that means something to InfluxQL, regular expressions,
// URLs, HTML and Grafana.
const hostile = `a/b (c) [d]|e+f^$1.5*? 'g' "h" &site=x#<script>${client} שלום`

// visits are what a real Chrome found in the demo shop, at least one of each
// stage, and one of each thing that can go wrong.
type visits struct {
	discover, browse, buy, phone, chat, club journey.Run
	slow, stuck, refused, unseen             journey.Run
}

func visit(t *testing.T) visits {
	t.Helper()
	shop, err := demo.NewShop()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(shop)
	defer server.Close()
	// The machine has CPUs to spare, whatever else is running on it.
	b, err := browser.New(browser.Options{NoSandbox: os.Geteuid() == 0, CPUDelays: func() map[int]time.Duration { return map[int]time.Duration{1: 0} }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	journeys := shipped(t, server.URL)
	walk := func(ctx context.Context, id, device string, want func(journey.Outcome) bool) journey.Run {
		t.Helper()
		j := journeys[slices.IndexFunc(journeys, func(j journey.Journey) bool { return j.ID == id })]
		how := slices.IndexFunc(j.Visits, func(v journey.Visit) bool { return v.Device.Name == device })
		run := probe.Run(ctx, b, j, j.Visits[how], probe.Options{Location: "tlv-1"})
		if !want(run.Outcome) {
			t.Fatalf("%s on %s: %s, %+v", id, device, run.Outcome, run.Steps)
		}
		return run
	}
	troubled := func(trouble, id string, want journey.Outcome) journey.Run {
		t.Helper()
		defer func() { _ = shop.Set(trouble, false) }()
		if err := shop.Set(trouble, true); err != nil {
			t.Fatal(err)
		}
		return walk(t.Context(), id, "desktop", func(o journey.Outcome) bool { return o == want })
	}
	timed := journey.Outcome.Timed
	ended, end := context.WithCancel(t.Context())
	end()
	return visits{
		discover: walk(t.Context(), "first-visit", "desktop", timed), browse: walk(t.Context(), "search", "desktop", timed),
		buy: walk(t.Context(), "buy-shoes", "desktop", timed), phone: walk(t.Context(), "buy-shoes", "phone", timed),
		chat: walk(t.Context(), "support-chat", "desktop", timed), club: walk(t.Context(), "members-club", "desktop", timed),
		slow: troubled("slow-search", "search", journey.Bad), stuck: troubled("failing-checkout", "buy-shoes", journey.Failed),
		refused: troubled("bot-wall", "first-visit", journey.Blocked),
		unseen:  walk(ended, "support-chat", "desktop", func(o journey.Outcome) bool { return o == journey.ProbeError }),
	}
}

// shipped are the journeys that ship, with the shop at url, without pauses.
func shipped(t *testing.T, url string) []journey.Journey {
	t.Helper()
	dir, files := t.TempDir(), probes.Files()
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), bytes.ReplaceAll(data, []byte("http://127.0.0.1:8099"), []byte(url)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	journeys, problems := config.LoadJourneys(config.Default(), []string{dir}, config.Env{})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	for i := range journeys {
		journeys[i].Pace = 0
		journeys[i].Site.ID, journeys[i].Site.Client, journeys[i].Site.Env = "demo-shop", "demo", "production"
	}
	return journeys
}

// history is InfluxDB with two weeks of results up to now: many in the last day
// and in the same day of the week before, fewer in between.
func history(t *testing.T) *influxtest.Server {
	t.Helper()
	var lines [][]byte
	v := visit(t)
	for at, n := now().Truncate(10*time.Minute), 0; now().Sub(at) < 14*24*time.Hour; n++ {
		lines = append(lines, v.slot(at, n)...)
		if ago := now().Sub(at) % (7 * 24 * time.Hour); ago < 26*time.Hour {
			at = at.Add(-10 * time.Minute)
		} else {
			at = at.Add(-3 * time.Hour)
		}
	}
	lines = append(lines, incidents()...)
	lines = append(lines, reports()...)
	server := influxtest.Start(t)
	sender, err := influx.New(influx.Options{URL: server.URL(), Bucket: influxtest.Database})
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	for some := range slices.Chunk(lines, 500) {
		if got := sender.Send(t.Context(), []influx.Delivery{{ID: 1, Payload: influx.Payload(some...)}}); got.Err != nil || len(got.Refused) > 0 {
			t.Fatalf("writing %d lines: %+v", len(some), got)
		}
	}
	return server
}

// slot is what was found at a time, the n-th from now back.
func (v visits) slot(at time.Time, n int) [][]byte {
	runs := []journey.Run{v.discover, v.browse, v.buy, v.phone, v.chat, v.club}
	switch {
	case n%4 == 0:
		runs[1] = v.slow
	case n%20 == 9:
		busy := true
		runs[1].Probe.Starved = &busy
	}
	if n%36 < 3 {
		runs[2] = v.stuck
	}
	if n%30 == 7 {
		runs[0] = v.refused
	}
	if n%25 == 5 {
		runs[4] = v.unseen
	}
	if n%25 == 3 {
		missed := v.club
		missed.Attempt, missed.Outcome, missed.Steps, missed.WaitMs, missed.Abandonment = 0, journey.Missed, nil, nil, nil
		missed.StartedAt, missed.FinishedAt, missed.Browser, missed.Probe, missed.Actions = nil, nil, nil, journey.Probe{}, nil
		missed.Error = &journey.RunError{Kind: journey.ErrorDown, Message: "Samui was not running"}
		runs[5] = missed
	}
	other := v.buy
	other.Client, other.Site, other.Env, other.Location = hostile, hostile, "staging", "fra-1"
	var lines [][]byte
	for i, r := range append(runs, other) {
		r.RunID, r.Slot = fmt.Sprintf("%d-%d", n, i), &at
		lines = append(lines, influx.Lines(r)...)
	}
	return lines
}

// incidents are one that is over, one that isn't, one of a whole site, and one
// of Samui's own.
func incidents() [][]byte {
	buy := influx.Incident{
		Client: "demo", Site: "demo-shop", Env: "production", Journey: "buy-shoes", Stage: "purchase", Step: "pay", Location: "tlv-1",
		Title: "קניית נעליים › Place the order", Cause: `"Order confirmed" not seen`, ID: "01-buy",
	}
	search := buy
	search.Journey, search.Stage, search.Step, search.Title, search.Cause, search.ID = "search", "browse", "results", "Find the right tent › Look", "6.1 s", "02-search"
	wall := influx.Incident{Client: "demo", Site: "demo-shop", Env: "production", Location: "tlv-1", Title: "the site turns the robot away", Cause: "403", ID: "03-wall"}
	own := influx.Incident{Location: "tlv-1", Title: "Samui can't look from tlv-1", Cause: "no Chrome", ID: "04-probe"}
	var lines [][]byte
	add := func(i influx.Incident, ago time.Duration, event incident.EventKind, severity journey.Outcome) {
		i.At, i.Event, i.Severity = now().Add(-ago), string(event), string(severity)
		lines = append(lines, influx.IncidentLine(i))
	}
	add(buy, 8*time.Hour, incident.Opened, journey.Bad)
	add(buy, 7*time.Hour, incident.Worsened, journey.Failed)
	add(buy, 6*time.Hour, incident.Acknowledged, journey.Failed)
	add(buy, 5*time.Hour, incident.Resolution, journey.Failed)
	add(search, 2*time.Hour, incident.Opened, journey.Bad)
	add(wall, 3*time.Hour, incident.Opened, journey.Blocked)
	add(own, 4*time.Hour, incident.Opened, journey.ProbeError)
	return lines
}

// reports are those of two Samuis on themselves: one with everything, one that
// sends to InfluxDB alone, on a machine without gauges.
func reports() [][]byte {
	var lines [][]byte
	yes := true
	for i := range 24 * 60 {
		self := influx.Self{
			At: now().Add(time.Duration(i-24*60) * time.Minute), Location: "tlv-1", Host: "box",
			Running: i % 2, Queued: i % 3, ScheduleLag: time.Duration(i%7) * time.Second, Missed: int64(i / 60), OutboxDepth: i % 40,
			OutboxOldest: time.Duration(i%40) * time.Second, Due: int64(7 * i), Done: int64(7*i - i/60), Journeys: 10, StoreUp: &yes, ChromeUp: &yes, ChromeRestarts: i / 300,
			ChromeRSSBytes: new(int64(400e6 + 1e5*i)), CPUDelay: new(float64(i%30) / 100),
			Slack: &influx.Backlog{Depth: i % 3}, Webhook: &influx.Backlog{Refused: i / 1000},
		}
		lines = append(lines, influx.SelfLine(self))
		self.Location, self.Host = "fra-1", "mac"
		self.ChromeRSSBytes, self.CPUDelay, self.Slack, self.Webhook = nil, nil, nil, nil
		lines = append(lines, influx.SelfLine(self))
	}
	return lines
}
