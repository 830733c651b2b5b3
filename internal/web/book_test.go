package web_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/web"
)

// book is a History, Figures and Incidents of what a test writes into it.
type book struct {
	runs      []journey.Run
	folder    string // of the evidence
	turns     []web.Turn
	incidents []incident.Incident
}

// runID is of the n-th run of a book, from 0.
func runID(n int) string { return fmt.Sprintf("R%05d", n) }

func (b *book) Run(_ context.Context, id string) (journey.Run, bool, error) {
	i := slices.IndexFunc(b.runs, func(r journey.Run) bool { return r.RunID == id })
	if i < 0 {
		return journey.Run{}, false, nil
	}
	return b.runs[i], true, nil
}

// series are the rows of a journey on a device, oldest first; empty words match
// everything.
func (b *book) series(site, id, device string) []int {
	var rows []int
	for i, r := range b.runs {
		if (site == "" || r.Site == site) && (id == "" || r.Journey == id) && (device == "" || r.Device == device) {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(x, y int) int {
		return cmp.Or(b.runs[x].Slot.Compare(*b.runs[y].Slot), cmp.Compare(b.runs[x].RunID, b.runs[y].RunID))
	})
	return rows
}

func (b *book) Runs(_ context.Context, q web.Query) ([]journey.Run, error) {
	var found []journey.Run
	for _, row := range slices.Backward(b.series(q.Site, q.Journey, q.Device)) {
		r := b.runs[row]
		before := q.Before.IsZero() || r.Slot.Before(q.Before) || (r.Slot.Equal(q.Before) && r.RunID < q.BeforeID)
		if before && len(found) < q.Limit {
			found = append(found, r)
		}
	}
	return found, nil
}

func (b *book) Latest(context.Context) ([]journey.Run, error) {
	newest := map[[3]string]journey.Run{}
	for _, row := range b.series("", "", "") {
		r := b.runs[row]
		newest[[3]string{r.Site, r.Journey, r.Device}] = r
	}
	var all []journey.Run
	for _, r := range newest {
		all = append(all, r)
	}
	return all, nil
}

func (b *book) Nearest(context.Context, web.Near) (string, bool, error) { return "", false, nil }

func (b *book) Points(_ context.Context, site, id, device string, since time.Time) ([]web.Point, error) {
	var points []web.Point
	for _, row := range b.series(site, id, device) {
		if r := b.runs[row]; !r.Slot.Before(since) {
			points = append(points, web.Point{
				RunID: r.RunID, At: *r.Slot, Outcome: r.Outcome, WaitMs: r.WaitMs,
				Starved: r.Probe.Starved != nil && *r.Probe.Starved,
			})
		}
	}
	return points, nil
}

func (b *book) StepPoints(ctx context.Context, runIDs ...string) ([]web.StepPoint, error) {
	var points []web.StepPoint
	for _, id := range runIDs {
		run, _, _ := b.Run(ctx, id)
		for _, s := range run.Steps {
			points = append(points, web.StepPoint{RunID: id, Index: s.Index, Step: s.Step, Outcome: s.Outcome, WaitMs: s.WaitMs})
		}
	}
	return points, nil
}

func (b *book) Turns(context.Context, string, string, string, time.Time) ([]web.Turn, error) {
	return b.turns, nil
}

func (b *book) Neighbours(_ context.Context, id string) (before, after string, err error) {
	r, _, _ := b.Run(context.Background(), id)
	rows := b.series(r.Site, r.Journey, r.Device)
	i := slices.IndexFunc(rows, func(row int) bool { return b.runs[row].RunID == id })
	if i > 0 {
		before = b.runs[rows[i-1]].RunID
	}
	if i >= 0 && i < len(rows)-1 {
		after = b.runs[rows[i+1]].RunID
	}
	return before, after, nil
}

func (b *book) Incidents(_ context.Context, q web.IncidentQuery) ([]incident.Incident, error) {
	var found []incident.Incident
	for _, i := range b.incidents {
		if (q.State == "" || i.State == q.State) && (q.Site == "" || i.Site == q.Site) && (q.Journey == "" || i.Journey == q.Journey) && len(found) < q.Limit {
			found = append(found, i)
		}
	}
	return found, nil
}

func (b *book) Incident(_ context.Context, id string) (incident.Incident, bool, error) {
	i := slices.IndexFunc(b.incidents, func(i incident.Incident) bool { return i.ID == id })
	if i < 0 {
		return incident.Incident{}, false, nil
	}
	return b.incidents[i], true, nil
}

func (b *book) Acknowledge(_ context.Context, id, by string) (bool, error) {
	for i := range b.incidents {
		if one := &b.incidents[i]; one.ID == id && one.State == incident.Open {
			one.Ack = &incident.Acknowledgement{At: now(), By: by}
			return true, nil
		}
	}
	return false, nil
}

// stepsOfBuy are the steps of the journey that most tests are about.
func stepsOfBuy() []journey.Step {
	limits := journey.DefaultThresholds()
	return []journey.Step{
		{ID: "home", Title: "Open the shop", Thresholds: limits},
		{ID: "search", Title: "מחפשים נעליים", Thresholds: limits},
		{ID: "pay", Title: "Place the order", Thresholds: limits},
	}
}

// buy adds a run of the journey "buy" of the site "shop", so long before now,
// with these waits in milliseconds; a negative one failed, and those after it
// were skipped. edit may be nil.
func (b *book) buy(before time.Duration, edit func(*journey.Run), waits ...float64) {
	at := now().Add(-before)
	run := journey.Run{
		RunID: runID(len(b.runs)), Client: "acme", Site: "shop", Env: "production", Journey: "buy", Title: "קניית נעליים", Stage: journey.Purchase,
		Device: "desktop", Network: "unthrottled", Location: "tlv", Revision: "9f2c", Slot: &at, Attempt: 1, StartedAt: &at, FinishedAt: new(at.Add(9 * time.Second)),
		Browser: &journey.Browser{Name: "headless-shell", Version: "156.0"},
	}
	steps := stepsOfBuy()
	for i, wait := range waits {
		s := journey.StepResult{
			Index: i, Step: steps[i].ID, Title: steps[i].Title,
			Page: &journey.Page{URL: "http://shop.example/" + steps[i].ID, Navigation: journey.NavigationHard, Status: new(200), TTFBMs: new(41.0), LCPMs: new(2431.5), CLS: new(0.01), Causes: causes()},
		}
		if wait >= 0 {
			s.WaitMs = new(wait)
			run.Steps = append(run.Steps, s)
			continue
		}
		s.GaveUpMs, s.ConsoleErrors = new(30_000.0), new(2)
		s.Evidence.DOM = new(run.RunID + "/02.dom.txt")
		s.Console = journey.Console{{Text: "TypeError: <b>x</b> is undefined", Source: new("http://shop.example/app.js:2:25"), Times: 1}}
		s.Failure = &journey.Failure{
			Kind: journey.KindTarget, Message: `"Order confirmed" was not seen`, Target: new(`{text: Order confirmed}`),
			Nearest: []string{"{text: Sorry}"}, Hint: new("name what is there instead"), Line: new("probes/buy.yaml:33"),
		}
		run.Steps = append(run.Steps, s)
		for k := i + 1; k < len(steps); k++ {
			run.Steps = append(run.Steps, journey.StepResult{Index: k, Step: steps[k].ID, Title: steps[k].Title})
		}
		break
	}
	if len(waits) > 0 {
		run = journey.Judge(journey.Journey{Steps: steps}, run)
	}
	if edit != nil {
		edit(&run)
	}
	b.runs = append(b.runs, run)
}

// errorOfOurs makes a run one that could not look.
func errorOfOurs(kind journey.ErrorKind) func(*journey.Run) {
	return func(r *journey.Run) {
		r.Outcome, r.Error, r.Steps, r.WaitMs = journey.ProbeError, &journey.RunError{Kind: kind, Message: "it went away"}, nil, nil
	}
}

// rowsOfBuy are what is registered of it.
func rowsOfBuy() []web.Journey {
	j := web.Journey{Client: "acme", Site: "shop", Journey: "buy", Title: "קניית נעליים", Stage: journey.Purchase, Every: "5m", Device: "desktop"}
	phone := j
	phone.Device = "phone"
	return []web.Journey{j, phone}
}

// anIncident is open since a while, about the newest run of a book.
func anIncident(b *book) incident.Incident {
	last := b.runs[len(b.runs)-1]
	return incident.Incident{
		ID: "20260101-1", Kind: incident.KindSite, Client: "acme", Site: "shop", Journey: "buy", Title: "קניית נעליים", Stage: "purchase", Location: "tlv",
		State: incident.Open, Severity: journey.Failed, Peak: journey.Failed, Since: now().Add(-time.Hour), OpenedAt: now().Add(-50 * time.Minute),
		Affected: []string{"desktop"}, Bad: 4, Revision: 1,
		Worst: incident.Sighting{
			RunID: last.RunID, Device: "desktop", Network: "unthrottled", At: *last.Slot, Outcome: journey.Failed, Step: "pay", StepTitle: "Place the order",
			Message: `"Order confirmed" was not seen`, Nearest: []string{"{text: Sorry}"}, Hint: "name what is there instead", Line: "probes/buy.yaml:33", Count: 2, Of: 2,
		},
		Events: []incident.Event{{Kind: incident.Opened, At: now().Add(-50 * time.Minute), Severity: journey.Failed, Revision: 1, RunID: last.RunID, Text: "was not seen"}},
	}
}

// pageOf shows a book, with its journeys registered.
func pageOf(t *testing.T, b *book, change ...func(*web.Options)) func(path string) answer {
	t.Helper()
	h := bookHandler(t, b, change...)
	return func(path string) answer {
		return get(h, path, func(r *http.Request) { r.Header.Set("Accept", "text/html") })
	}
}

func bookHandler(t *testing.T, b *book, change ...func(*web.Options)) *web.Handler {
	t.Helper()
	o := web.Options{History: b, Figures: b, Incidents: b, Health: healthy, Clock: now, Journeys: rowsOfBuy}
	for _, c := range change {
		c(&o)
	}
	h, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// causes are what stands behind the numbers of a page.
func causes() *journey.Causes {
	return &journey.Causes{
		LCP: &journey.Painted{Element: new("{alt: \"תמונה ראשית\"}"), URL: new("http://shop.example/pictures/hero.png?w=900")},
		CLS: &journey.Shift{Element: new("{text: Below}"), Shift: 0.0123, AtMs: 310},
		INP: &journey.Phases{Element: new("{role: button, name: Buy}"), Event: "click", DelayMs: 2, ProcessingMs: 120, PresentationMs: 16},
		LongFrames: []journey.LongFrame{
			{AtMs: 1200, DurationMs: 180, BlockingMs: 100, Script: new("http://shop.example/app.js"), Function: new("recount"), ScriptMs: 150},
			{AtMs: 2200, DurationMs: 80, BlockingMs: 30},
		},
	}
}
