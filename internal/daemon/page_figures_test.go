package daemon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/store"
	"samui/internal/web"
)

func TestThePagesShowWhatTheDaemonDoes(t *testing.T) {
	in := install(t, "")
	in.visits("home", "/", "New arrivals")
	in.begin(func(o *Options) { o.Pictures = true })
	await(t, "a good result", func() bool { return len(in.good("home")) > 0 })
	run := in.good("home")[0]
	for path, want := range map[string][]string{
		"/":                   {"/journeys/shop/home?device=desktop", "good</span>", "nobody looks here"},
		"/journeys/shop/home": {run.RunID, "Where customers get stuck", "Where they are well served"},
		"/runs/" + run.RunID:  {`<img src="/evidence/` + run.RunID, "headless-shell", "critical from"},
		"/samui":              {"<strong>Chrome</strong>", "<strong>InfluxDB</strong>", "<strong>Webhook</strong>", run.Browser.Version, "without its sandbox"},
		"/incidents":          {"None is open"},
	} {
		text := in.text(path)
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %q:\n%s", path, part, text)
			}
		}
	}
}

// BenchmarkPages makes the overview and the page of a journey, of a short and
// of a long history, of a day and of the month that holds all of it. What the
// long one costs beside the short one is reported as a ratio.
func BenchmarkPages(b *testing.B) {
	took := map[string]time.Duration{} // of the short history
	for _, runs := range []int{1_000, 100_000} {
		handler := longHistory(b, runs)
		for name, path := range map[string]string{
			"overview": "/", "overview-30d": "/?period=30d",
			"journey": "/journeys/site-1/journey-1?device=desktop", "journey-30d": "/journeys/site-1/journey-1?device=desktop&period=30d",
		} {
			b.Run(fmt.Sprintf("%s/of=%d", name, runs), func(b *testing.B) {
				var size int
				for b.Loop() {
					answer := httptest.NewRecorder()
					handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil))
					if answer.Code != http.StatusOK {
						b.Fatalf("status %d: %s", answer.Code, answer.Body)
					}
					size = answer.Body.Len()
				}
				b.ReportMetric(float64(size)/1000, "kB")
				each := b.Elapsed() / time.Duration(b.N)
				if before, measured := took[name]; measured {
					b.ReportMetric(float64(each)/float64(before), "times-the-short")
				} else {
					took[name] = each
				}
			})
		}
	}
}

// longHistory is the pages of so many runs of 20 series over the last 30 days,
// five steps each, one in twenty of them not good.
func longHistory(b *testing.B, runs int) http.Handler {
	b.Helper()
	st, err := store.Open(b.Context(), b.TempDir(), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := st.Close(); err != nil {
			b.Error(err)
		}
	})
	now := time.Now().Truncate(time.Second)
	var rows []web.Journey
	record := make(chan journey.Run)
	failed := make(chan error, writers)
	for range writers { // who write at once share the waiting for the disk
		go func() {
			var errs error
			for run := range record {
				slot := journey.Slot{Site: run.Site, Journey: run.Journey, Device: run.Device, Location: run.Location, At: *run.Slot}
				errs = errors.Join(errs, st.Record(context.Background(), slot, store.Result{Run: run}))
			}
			failed <- errs
		}()
	}
	for i := range runs {
		series := i % 20
		at := now.Add(-30 * 24 * time.Hour).Add(time.Duration(float64(i) / float64(runs) * float64(30*24*time.Hour))).Truncate(time.Second)
		record <- aLongRun(series, i, at)
		if i < 20 {
			run := aLongRun(series, i, at)
			rows = append(rows, web.Journey{Client: run.Client, Site: run.Site, Journey: run.Journey, Title: run.Title, Stage: run.Stage, Every: "5m", Device: run.Device})
		}
	}
	close(record)
	for range writers {
		if err := <-failed; err != nil {
			b.Fatal(err)
		}
	}
	handler, err := web.New(web.Options{
		History: history{st}, Figures: figures{st}, Journeys: func() []web.Journey { return rows },
		Health: func(context.Context) web.Health { return web.Health{} },
	})
	if err != nil {
		b.Fatal(err)
	}
	return handler
}

// writers is how many record at once.
const writers = 64

// aLongRun is the n-th run of all, in a series.
func aLongRun(series, n int, at time.Time) journey.Run {
	device := []string{"desktop", "phone"}[series/10]
	j := journey.Journey{ID: fmt.Sprintf("journey-%d", series/5%2), Site: journey.Site{ID: fmt.Sprintf("site-%d", series%5)}}
	run := journey.Run{
		RunID: fmt.Sprintf("RUN%07d", n), Client: fmt.Sprintf("client-%d", series%5/2), Site: j.Site.ID, Env: "production", Journey: j.ID, Title: "קניית נעליים",
		Stage: journey.Stages()[series%5], Device: device, Network: "unthrottled", Location: "tlv", Revision: "9f2c4b", Slot: &at, Attempt: 1, StartedAt: &at,
		Browser: &journey.Browser{Name: "headless-shell", Version: "156.0.8078.79"},
	}
	for i, name := range []string{"home", "search", "product", "cart", "pay"} {
		j.Steps = append(j.Steps, journey.Step{ID: name, Title: "A step of some length", Thresholds: journey.DefaultThresholds()})
		step := journey.StepResult{Index: i, Step: name, Title: "A step of some length", WaitMs: new(300 + float64((n*7919+i*104729)%900)), Page: &journey.Page{
			URL: "https://shop.example/" + name, Navigation: journey.NavigationHard, Status: new(200), TTFBMs: new(41.5), FCPMs: new(180.2), LCPMs: new(420.9), CLS: new(0.01), LoadMs: new(590.1),
		}, Requests: &journey.RequestCounts{Count: 42, Bytes: 813220}, ConsoleErrors: new(0)}
		switch {
		case n/20%20 == 0 && i == n/400%5:
			step.WaitMs = new(2600 + float64(n%9000))
		case n/20%150 == 1 && i == 4:
			step.WaitMs, step.Failure = nil, &journey.Failure{Kind: journey.KindExpectation, Message: `"Order confirmed" was not seen`}
		}
		run.Steps = append(run.Steps, step)
	}
	return journey.Judge(j, run)
}
