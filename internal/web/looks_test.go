package web_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"samui/internal/har"
	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/web"
)

// everything is a book with all that pages can show.
func everything() *book {
	b := &book{}
	for i := range 40 {
		b.buy(23*time.Hour-time.Duration(i)*30*time.Minute, nil, 800+float64(i)*20, 1200, 2600)
	}
	b.buy(3*time.Hour, nil, 900, 4200, 11_000)
	b.buy(2*time.Hour, nil, 900, -1)
	b.buy(100*time.Minute, errorOfOurs(journey.ErrorBrowser))
	b.buy(90*time.Minute, func(r *journey.Run) {
		r.Outcome, r.Attempt = journey.Missed, 0
		r.Error = &journey.RunError{Kind: journey.ErrorDown, Message: "samui was not running"}
	})
	b.buy(80*time.Minute, func(r *journey.Run) {
		r.Steps[0].Failure.Kind = journey.KindBlocked
		r.Steps[0].Outcome, r.Outcome = journey.Blocked, journey.Blocked
	}, -1)
	b.buy(time.Minute, func(r *journey.Run) {
		r.Steps[0].Evidence.Screenshot = new(r.RunID + "/01-home.png")
		r.Steps[2].Evidence.Screenshot = new(r.RunID + "/03-gone.png")
		r.Probe = journey.Probe{OverheadMs: new(120.0), Starved: new(true), CPUDelay: new(0.312)}
	}, 900, 1300, -1)
	open := anIncident(b)
	over := open
	over.ID, over.State, over.ResolvedAt, over.Severity = "20260101-0", incident.Resolved, new(now().Add(-3*time.Hour)), journey.Critical
	over.Since = now().Add(-4 * time.Hour)
	over.Ack = &incident.Acknowledgement{At: now(), By: "נועה"}
	b.incidents = []incident.Incident{open, over}
	return b
}

// shown are the addresses of every kind of page, of a book of everything.
func shown(b *book) map[string]string {
	newest := len(b.runs) - 1
	return map[string]string{
		"overview": "/", "overview of a month": "/?period=30d", "overview of a client": "/?client=acme", "overview of nobody": "/?client=nobody",
		"journey": "/journeys/shop/buy?device=desktop", "journey without a run": "/journeys/shop/buy?device=phone",
		"failed run": "/runs/" + runID(newest), "requests": "/runs/" + runID(newest) + "/steps/1/requests", "no failed request": "/runs/" + runID(newest) + "/steps/2/requests?show=wrong", "blocked run": "/runs/" + runID(newest-1), "missed run": "/runs/" + runID(newest-2),
		"run of ours": "/runs/" + runID(newest-3), "good run": "/runs/" + runID(0),
		"incidents": "/incidents", "open incident": "/incidents/20260101-1", "incident that is over": "/incidents/20260101-0",
		"samui": "/samui", "api": "/api", "nothing": "/nowhere",
	}
}

// withAll is how a page of everything is set up.
func withAll(t *testing.T, b *book) func(*web.Options) {
	folder := t.TempDir()
	picture := filepath.Join(folder, runID(len(b.runs)-1), "01-home.png")
	if err := os.MkdirAll(filepath.Dir(picture), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(picture, onePixel(), 0o600); err != nil {
		t.Fatal(err)
	}
	last := &b.runs[len(b.runs)-1]
	keep(t, folder, last, 0, fetchedBy(260))
	keep(t, folder, last, 1, fetchedBy(3))
	return func(o *web.Options) {
		o.Evidence, o.Waterfall = folder, har.Read
		o.Journeys = func() []web.Journey {
			return append(rowsOfBuy(),
				web.Journey{Client: "bank", Site: "bank", Journey: "login", Title: "Log in", Stage: journey.Service, Every: "*/10 8-22 * * SUN-THU", Device: "phone"},
				web.Journey{Client: "none", Site: "none", Journey: "typo", Title: "probes/typo.yaml", Refused: "probes/typo.yaml:1:1: this is wrong"})
		}
		o.Self = func(context.Context) (*web.Self, error) {
			return &web.Self{
				Parts: []web.Part{
					{Name: "Chrome", State: "ok", Detail: "214 MB"},
					{Name: "InfluxDB", State: "behind", Reason: "connection refused", Hint: "is it running?"},
					{Name: "Slack", State: "off"},
				},
				Running: 1, Queued: 2, Lag: 3 * time.Minute, Due: 9, Done: 8, Missed: 1, Admitted: 1, Carries: new(12.04), Offered: 12.3, Browser: "headless-shell 156.0", NoSandbox: true, More: 3,
				Deliveries: []web.Delivery{
					{ID: 1, Sink: "influxdb", Created: now().Add(-time.Hour), Due: now().Add(time.Minute), Attempts: 3, Reason: "connection refused"},
					{ID: 2, Sink: "slack", Refused: true, Created: now().Add(-2 * time.Hour), Attempts: 1, Reason: "channel_not_found"},
				},
			}, nil
		}
	}
}

// onePixel is a picture.
func onePixel() []byte {
	return []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89" +
		"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82")
}

// Every page can be used by everybody, in light and dark, and fits a phone.
func TestPagesAreAccessible(t *testing.T) {
	source := axe(t)
	b := everything()
	empty := look(t, bookHandler(t, &book{}, func(o *web.Options) { o.Journeys = func() []web.Journey { return nil } }))
	full := look(t, bookHandler(t, b, withAll(t, b)))
	type view struct {
		name, path string
		at         *tab
	}
	views := []view{{"overview of nothing", "/", empty}, {"no incidents", "/incidents", empty}, {"window only", "/samui", empty}}
	for name, path := range shown(b) {
		views = append(views, view{name, path, full})
	}
	for _, v := range views {
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{390, 1400} {
				v.at.dress(width, scheme)
				v.at.open(v.path)
				if wide := ask[int64](v.at, `document.documentElement.scrollWidth`); wide > width {
					t.Errorf("%s at %d px: it is %d px wide; %s sticks out", v.name, width, wide, ask[string](v.at, sticksOut))
				}
				ask[any](v.at, `document.querySelectorAll("details").forEach((d) => { d.open = true }), null`)
				ask[any](v.at, source+"; null")
				faults := ask[[]fault](v.at, `axe.run(document, {resultTypes: ["violations"]}).then((r) => r.violations)`)
				for _, f := range faults {
					t.Errorf("%s (%s), %s, %d px: %s", v.name, v.path, scheme, width, f)
				}
			}
		}
		for _, complaint := range v.at.heard() {
			if v.path == "/nowhere" && complaint != "" {
				continue // that it answers 404 is said in the console
			}
			t.Errorf("%s: %s", v.name, complaint)
		}
	}
}

// sticksOut finds what makes a page wider than its window.
const sticksOut = `(() => {
	const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("svg svg"));
	return out.slice(0, 3).map((e) => e.localName + "." + e.className + " " + e.textContent.slice(0, 30)).join("; ");
})()`
