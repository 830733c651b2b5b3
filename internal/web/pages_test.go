package web_test

import (
	"errors"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/web"
)

// contains reports whether a text has all of these parts.
func contains(text string, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

func allAre(all []string, part string) bool {
	for _, one := range all {
		if !strings.Contains(one, part) {
			return false
		}
	}
	return true
}

// wants fails a test for each part that a text lacks.
func wants(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			main := text
			if _, after, found := strings.Cut(text, `<main id="main"`); found {
				main = after
			}
			t.Errorf("%s lacks %q:\n%.6000s", what, part, main)
		}
	}
}

func TestTheOverviewShowsEveryStage(t *testing.T) {
	b := everything()
	text := pageOf(t, b, withAll(t, b))("/").Body
	wants(t, "the overview", text,
		`<bdi>קניית נעליים</bdi>`, "nobody looks here", "1 of 5 stages watched",
		"1 open incident", `action="/incidents/20260101-1/acknowledge"`, "probes/typo.yaml:1:1: this is wrong",
		"failed</span>", "at <bdi>Place the order</bdi>", "no run yet", `href="/?client=bank"`, `href="/?period=7d"`,
	)
	if n := strings.Count(text, "nobody looks here"); n != 8 {
		t.Errorf("there are %d gaps, want four for each site", n)
	}
	for _, stage := range []string{"discover", "browse", "purchase", "service", "retain"} {
		if !strings.Contains(text, ">"+stage+"</th>") {
			t.Errorf("the stage %s isn't shown", stage)
		}
	}
}

func TestPercentilesWantEnoughRuns(t *testing.T) {
	for runs, want := range map[int][]string{
		1:  {"p50 needs 2 timed runs; there are 1", "p75 needs 4", "p95 needs 20"},
		3:  {"p75 needs 4 timed runs; there are 3", "p95 needs 20"},
		19: {"p95 needs 20 timed runs; there are 19"},
		20: nil,
	} {
		b := &book{}
		for i := range runs {
			b.buy(time.Duration(i+1)*time.Minute, nil, 500, 500, 500)
		}
		b.buy(time.Hour, func(r *journey.Run) { r.Probe.Starved = new(true) }, 500, 500, 500) // counts for nothing
		row, _, _ := strings.Cut(pageOf(t, b)("/").Body, "phone</bdi>")
		wants(t, "the row", row, want...)
		if n := strings.Count(row, "timed runs; there are"); n != len(want) {
			t.Errorf("with %d runs, %d percentiles are left out, want %d", runs, n, len(want))
		}
	}
}

func TestWhatCustomersMetLastStandsWhereNobodyCouldLook(t *testing.T) {
	b := &book{}
	b.buy(10*time.Minute, nil, 500, 500, 500)
	b.buy(5*time.Minute, errorOfOurs(journey.ErrorNetwork))
	text := pageOf(t, b)("/").Body
	wants(t, "the overview", text, `<svg class="mark" aria-hidden="true"><use href="#m-good"/></svg>good</span> <span class="where">then probe error</span>`)
}

func TestTheFunnelEstimatesRanges(t *testing.T) {
	b := &book{}
	for i := range 10 {
		b.buy(time.Duration(i+1)*time.Minute, nil, 3000, 5000, 900)
	}
	text := pageOf(t, b)("/journeys/shop/buy").Body
	// 7.2 % and 20.2 %: at least the worst, at most both together.
	wants(t, "the funnel", text,
		"estimated 20–26% (assumed bounce 22.4%)", "estimated 7%</td>", "estimated 20%</td>", "estimated 0%</td>",
		`<span class="left-text">93%</span>`, `<span class="left-text">74–80%</span>`, `aria-label="74–80% still there"`, "assumed bounce 22.4%: of a step",
		"on <bdi>desktop</bdi>",
	)
}

func TestWhatFailedHasNoEstimate(t *testing.T) {
	b := &book{}
	b.buy(time.Hour, nil, 900, 900, 900)
	for i := range 5 {
		b.buy(time.Duration(i+1)*time.Minute, nil, 900, 4500, -1)
	}
	text := pageOf(t, b)("/journeys/shop/buy").Body
	wants(t, "the journey", text,
		"no estimate: not every step was timed often enough", "not known", "16.7% of 6 visits",
		`<bdi>Place the order</bdi></a> <span class="muted">failed in 5 of 6 runs</span>`,
		`<bdi>מחפשים נעליים</bdi></a> <span class="muted">p75 4.50 s, bad from 4 s</span>`,
		`<bdi>Open the shop</bdi></a> <span class="muted">p75 0.90 s, where 2.5 s would be slow</span>`,
		`<bdi>Place the order</bdi>: <bdi class="muted">&#34;Order confirmed&#34; was not seen</bdi>`,
	)
}

func TestRunsOfAJourneyArePaged(t *testing.T) {
	b := &book{}
	for i := range 60 {
		b.buy(time.Duration(i+1)*time.Minute, nil, 500, 500, 500)
	}
	page := pageOf(t, b)
	path, listed := "/journeys/shop/buy?device=desktop", 0
	link := regexp.MustCompile(`<a href="([^"]+)">Older runs`)
	for range 3 {
		text := page(path).Body
		_, table, _ := strings.Cut(text, `<table class="runs"`)
		listed += strings.Count(table, `<tr role="row">`+"\n"+`<th role="rowheader"`)
		older := link.FindStringSubmatch(text)
		if older == nil {
			path = ""
			break
		}
		path = html.UnescapeString(older[1])
	}
	if listed != 60 || path != "" {
		t.Errorf("%d runs are listed on three pages, then comes %q", listed, path)
	}
	if text := page("/journeys/shop/buy?before=" + runID(0)).Body; !strings.Contains(text, "Back to the newest") {
		t.Errorf("no way back to the newest:\n%s", text)
	}
}

func TestAJourneyThatIsNotRegisteredAnyMore(t *testing.T) {
	b := &book{}
	b.buy(time.Hour, nil, 500, 500, 500)
	page := pageOf(t, b, func(o *web.Options) { o.Journeys = func() []web.Journey { return nil } })
	wants(t, "the journey", page("/journeys/shop/buy").Body, "not registered any more", "קניית נעליים")
}

func TestPagesThatAreNot(t *testing.T) {
	page := pageOf(t, &book{})
	for path, want := range map[string]int{
		"/runs/none": 404, "/journeys/shop/none": 404, "/incidents/none": 404, "/nowhere": 404, "/?period=1y": 400, "/journeys/shop/buy?period=24": 400,
	} {
		got := page(path)
		if got.StatusCode != want || !contains(got.Body, "<h1>", "Go to the overview") {
			t.Errorf("%s: status %d, want %d and a page that leads on:\n%s", path, got.StatusCode, want, got.Body)
		}
	}
	broken := errors.New("the disk at /secret/place is gone")
	h := handler(t, records{latest: func() ([]journey.Run, error) { return nil, broken }})
	if got := get(h, "/"); got.StatusCode != http.StatusInternalServerError || strings.Contains(got.Body, "/secret/place") || !strings.Contains(got.Body, "The log says why") {
		t.Errorf("status %d: %s", got.StatusCode, got.Body)
	}
}

func TestEmptyPagesSayWhatToDo(t *testing.T) {
	nothing := pageOf(t, &book{}, func(o *web.Options) { o.Journeys = func() []web.Journey { return nil } })
	wants(t, "the overview of nothing", nothing("/").Body, "No journey is registered yet", "samui check", "samui demo", "every: 5m")
	registered := pageOf(t, &book{})
	wants(t, "the overview before the first run", registered("/").Body, "no run yet", "nobody looks here", "No incident is open")
	wants(t, "a journey before its first run", registered("/journeys/shop/buy").Body, "No run yet", "every 5m", "samui run")
	wants(t, "a client that isn't", registered("/?client=nobody").Body, "Nothing of “<bdi>nobody</bdi>” is visited", `href="/"`)
	wants(t, "incidents", registered("/incidents").Body, "None is open")
	wants(t, "Samui of a window", registered("/samui").Body, "no visits are made from here")
}

func TestARunTellsWhyItFailed(t *testing.T) {
	b := everything()
	page := pageOf(t, b, withAll(t, b))
	last := len(b.runs) - 1
	wants(t, "the failed run", page("/runs/"+runID(last)).Body,
		"&#34;Order confirmed&#34; was not seen", "{text: Order confirmed}", "{text: Sorry}", "name what is there instead", "probes/buy.yaml:33",
		"gave up after 30.0 s", `<details class="console" open><summary>2 errors in the page's console`, "TypeError: &lt;b&gt;x&lt;/b&gt; is undefined", "app.js:2:25", "and 1 other", "2.43 s", `href="http://shop.example/home" rel="noopener noreferrer"`,
		`<img src="/evidence/`+runID(last)+`/01-home.png" alt="What the customer saw at the end of step 1, Open the shop"`,
		"The picture is gone", "it was too busy", `href="/runs/`+runID(last-1)+`">`, "newest run", "no estimate: not every step was timed",
	)
	wants(t, "the blocked run", page("/runs/"+runID(last-1)).Body, "The site turned the robot away")
	wants(t, "the missed run", page("/runs/"+runID(last-2)).Body, "Nobody looked", "Samui was not running at that time.", "This says nothing about the site.", "No step was walked")
	wants(t, "the run of ours", page("/runs/"+runID(last-3)).Body, "Samui could not look", "Chrome died")
	wants(t, "the slow run", page("/runs/"+runID(40)).Body, "estimated 28–39% (assumed bounce 22.4%)", "lost in this step: estimated 28% (assumed bounce 22.4%)", "11.0 s is critical: slow from 2.5 s, bad from 4 s, critical from 10 s")
}

func TestPagesAreBounded(t *testing.T) {
	page := pageOf(t, &book{}, func(o *web.Options) {
		var rows []web.Journey
		for i := range 230 {
			rows = append(rows,
				web.Journey{Client: "acme", Site: fmt.Sprintf("shop-%03d", i), Journey: "buy", Title: "Buy", Stage: journey.Purchase, Every: "5m", Device: "desktop"},
				web.Journey{Title: "typo", Refused: fmt.Sprintf("probes/%d.yaml:1:1: wrong", i)})
		}
		o.Journeys = func() []web.Journey { return rows }
	})
	text := page("/").Body
	wants(t, "the overview", text, "30 journeys are not shown", "230 journey files have mistakes", "210 more files are not shown")
	if n := strings.Count(text, `class="strip"`); n != 200 {
		t.Errorf("%d journeys are shown, want 200", n)
	}
}
