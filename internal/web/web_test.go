package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"samui/internal/journey"
	"samui/internal/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func now() time.Time { return time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC) }

// records is a History and Figures of funcs; nil ones find nothing.
type records struct {
	run        func(id string) (journey.Run, bool, error)
	runs       func(web.Query) ([]journey.Run, error)
	latest     func() ([]journey.Run, error)
	nearest    func(web.Near) (string, bool, error)
	points     func(site, id, device string, since time.Time) ([]web.Point, error)
	steps      func(runIDs ...string) ([]web.StepPoint, error)
	neighbours func(id string) (before, after string, err error)
}

func (r records) Run(_ context.Context, id string) (journey.Run, bool, error) {
	if r.run == nil {
		return journey.Run{}, false, nil
	}
	return r.run(id)
}

func (r records) Runs(_ context.Context, q web.Query) ([]journey.Run, error) {
	if r.runs == nil {
		return nil, nil
	}
	return r.runs(q)
}

func (r records) Latest(context.Context) ([]journey.Run, error) {
	if r.latest == nil {
		return nil, nil
	}
	return r.latest()
}

func (r records) Nearest(_ context.Context, n web.Near) (string, bool, error) {
	if r.nearest == nil {
		return "", false, nil
	}
	return r.nearest(n)
}

func (r records) Points(_ context.Context, site, id, device string, since time.Time) ([]web.Point, error) {
	if r.points == nil {
		return nil, nil
	}
	return r.points(site, id, device, since)
}

func (r records) StepPoints(_ context.Context, runIDs ...string) ([]web.StepPoint, error) {
	if r.steps == nil {
		return nil, nil
	}
	return r.steps(runIDs...)
}

func (r records) Turns(context.Context, string, string, string, time.Time) ([]web.Turn, error) {
	return nil, nil
}

func (r records) Neighbours(_ context.Context, id string) (before, after string, err error) {
	if r.neighbours == nil {
		return "", "", nil
	}
	return r.neighbours(id)
}

func healthy(context.Context) web.Health {
	return web.Health{Chrome: "ok", Store: "ok", InfluxDB: "off", Slack: "off"}
}

// handler is a page of the given records, changed as a test wants it.
func handler(t *testing.T, r records, change ...func(*web.Options)) http.Handler {
	t.Helper()
	o := web.Options{
		History: r, Figures: r, Health: healthy, Clock: now,
		Journeys: func() []web.Journey { return nil },
	}
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

// answer is what came back.
type answer struct {
	StatusCode int
	Header     http.Header
	Body       string
}

// get asks as somebody on the same machine does.
func get(h http.Handler, path string, change ...func(*http.Request)) answer {
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8090"+path, nil)
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

func aRun(id string) journey.Run {
	at, picture := now(), id+"/01-home.png"
	return journey.Run{
		RunID: id, Site: "shop", Journey: "buy", Device: "desktop", Slot: &at, StartedAt: &at, Outcome: journey.Good,
		Steps: []journey.StepResult{{Step: "home", Outcome: journey.Good, Evidence: journey.Evidence{Screenshot: &picture}}},
	}
}

func TestJourneysAreListedWithTheirFigures(t *testing.T) {
	h := handler(t, records{
		latest: func() ([]journey.Run, error) { return []journey.Run{aRun("R1")}, nil },
		points: func(site, _, device string, since time.Time) ([]web.Point, error) {
			if want := now().Add(-24 * time.Hour); !since.Equal(want) {
				t.Errorf("asked since %s, want %s", since, want)
			}
			if site != "shop" || device != "desktop" {
				return nil, nil
			}
			points := []web.Point{{Outcome: journey.Slow, WaitMs: new(9000.0), Starved: true}, {Outcome: journey.Failed, WaitMs: new(8000.0)}}
			for _, wait := range []float64{400, 100, 300, 200} {
				points = append(points, web.Point{Outcome: journey.Good, WaitMs: &wait})
			}
			return points, nil
		},
	}, func(o *web.Options) {
		o.Journeys = func() []web.Journey {
			return []web.Journey{
				{Client: "acme", Site: "shop", Journey: "buy", Title: "קנייה", Stage: journey.Purchase, Every: "5m", Device: "desktop"},
				{Client: "none", Site: "none", Journey: "typo", Title: "probes/typo.yaml", Refused: "probes/typo.yaml:1:1: wrong"},
			}
		}
	})
	var got []struct {
		Client, Site, Journey, Title, Stage, Every, Device string
		LastRun                                            *journey.Run            `json:"last_run"`
		Runs                                               map[journey.Outcome]int `json:"runs_24h"`
		Wait                                               map[string]*float64     `json:"wait_ms"`
		Refused                                            *string
		Effects                                            *struct {
			Leaves, Step, Limit string
			Used                int
		}
		StopBefore *string  `json:"stop_before"`
		Tags       []string `json:"tags"`
		Enabled    bool     `json:"enabled"`
	}
	text := get(h, "/api/journeys").Body
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if len(got) != 2 || got[0].LastRun == nil || got[0].LastRun.RunID != "R1" || got[0].Every != "5m" || got[0].Refused != nil {
		t.Fatalf("got %s", text)
	}
	if n := got[0].Runs; n[journey.Good] != 4 || n[journey.Failed] != 1 || n[journey.Bad] != 0 || len(n) != 8 {
		t.Errorf("runs_24h = %v, want every outcome of a run, 4 of them good", n)
	}
	for q, want := range map[string]float64{"p50": 200, "p75": 300, "p95": 400} {
		if p := got[0].Wait[q]; p == nil || *p != want {
			t.Errorf("wait_ms of %s = %v, want %v", q, p, want)
		}
	}
	if got[1].Refused == nil || !strings.Contains(*got[1].Refused, "typo.yaml:1:1") || got[1].LastRun != nil || got[1].Wait["p50"] != nil {
		t.Errorf("the refused file is %+v", got[1])
	}
}

func TestRunsArePaged(t *testing.T) {
	var asked web.Query
	r := records{
		run: func(id string) (journey.Run, bool, error) { return aRun(id), id == "R7", nil },
		runs: func(q web.Query) ([]journey.Run, error) {
			asked = q
			return []journey.Run{aRun("R6")}, nil
		},
	}
	h := handler(t, r)
	for _, c := range []struct {
		query  string
		status int
		want   web.Query
	}{
		{"", 200, web.Query{Limit: 50}},
		{"?limit=3", 200, web.Query{Limit: 3}},
		{"?before=R7", 200, web.Query{Limit: 50, BeforeID: "R7", Before: now()}},
		{"?before=2026-01-01T12:00:00%2B02:00", 200, web.Query{Limit: 50, Before: now()}},
		{"?before=2026-01-01T12:00:00+02:00", 200, web.Query{Limit: 50, Before: now()}},
		{"?limit=0", 400, web.Query{}},
		{"?limit=501", 400, web.Query{}},
		{"?before=nobody", 400, web.Query{}},
	} {
		asked = web.Query{}
		response := get(h, "/api/journeys/shop/buy/runs"+c.query)
		text := response.Body
		if response.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d: %s", c.query, response.StatusCode, c.status, text)
			continue
		}
		if c.status != 200 {
			if !strings.Contains(text, `"hint":`) {
				t.Errorf("%s: %s has no hint", c.query, text)
			}
			continue
		}
		c.want.Site, c.want.Journey = "shop", "buy"
		if asked != c.want {
			t.Errorf("%s: asked for %+v, want %+v", c.query, asked, c.want)
		}
		if !strings.Contains(text, `"screenshot":"/evidence/R6/01-home.png"`) {
			t.Errorf("%s: the picture is no URL in %s", c.query, text)
		}
	}
}

func TestNothingIsAnEmptyList(t *testing.T) {
	h := handler(t, records{})
	for _, path := range []string{"/api/journeys", "/api/journeys/a/b/runs", "/api/incidents", "/api/incidents?state=open"} {
		if got := get(h, path).Body; got != "[]\n" {
			t.Errorf("%s answers %q, want an empty list", path, got)
		}
	}
}

func TestOneRun(t *testing.T) {
	h := handler(t, records{run: func(id string) (journey.Run, bool, error) {
		if id == "broken" {
			return journey.Run{}, false, errors.New("the disk at /secret/place is gone")
		}
		return aRun(id), id == "R1", nil
	}})
	for path, want := range map[string]int{"R1": 200, "R2": 404, "broken": 500} {
		response := get(h, "/api/runs/"+path)
		text := response.Body
		if response.StatusCode != want || strings.Contains(text, "/secret/place") {
			t.Errorf("run %s: status %d and %s, want %d and nothing of the disk", path, response.StatusCode, text, want)
		}
	}
}

func TestAtLeadsToTheNearestRun(t *testing.T) {
	var asked web.Near
	h := handler(t, records{nearest: func(n web.Near) (string, bool, error) {
		asked = n
		return "R1", n.Site == "shop", nil
	}})
	for _, c := range []struct {
		query    string
		status   int
		location string
	}{
		{"?site=shop&journey=buy&step=pay&location=tlv&time=2026-01-01T10:00:00Z", 302, "/runs/R1"},
		{"?site=shop&time=1767261600000", 302, "/runs/R1"},
		{"?site=elsewhere&time=1767261600000", 404, ""},
		{"?site=shop", 400, ""},
		{"?site=shop&time=yesterday", 400, ""},
	} {
		response := get(h, "/at"+c.query)
		if response.StatusCode != c.status || response.Header.Get("Location") != c.location {
			t.Errorf("%s: %d to %q, want %d to %q", c.query, response.StatusCode, response.Header.Get("Location"), c.status, c.location)
		}
		if c.status == 302 && !asked.At.Equal(now()) {
			t.Errorf("%s: asked for %s, want %s", c.query, asked.At, now())
		}
	}
}

func TestHealth(t *testing.T) {
	for _, c := range []struct {
		health web.Health
		want   int
	}{
		{web.Health{Chrome: "ok", Store: "ok", InfluxDB: "behind", Slack: "off"}, 200},
		{web.Health{Chrome: "off", Store: "ok", InfluxDB: "ok", Slack: "off"}, 200},
		{web.Health{Chrome: "off", Store: "down", InfluxDB: "ok", Slack: "off"}, 503},
		{web.Health{Chrome: "down", Store: "ok", InfluxDB: "ok", Slack: "off"}, 503},
		{web.Health{Chrome: "ok", Store: "down", InfluxDB: "ok", Slack: "off"}, 503},
	} {
		h := handler(t, records{}, func(o *web.Options) {
			o.Health = func(context.Context) web.Health { return c.health }
			o.Auth = &web.Auth{User: "ops", Password: journey.NewSecret("sesame")} // not asked for here
		})
		response := get(h, "/healthz")
		want, err := json.Marshal(c.health)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(response.Body); response.StatusCode != c.want || got != string(want) {
			t.Errorf("%+v: %d %s", c.health, response.StatusCode, got)
		}
	}
}

func TestPicturesAreShownAndNothingElse(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("evidence/R1/01-home.png", "picture")
	write("evidence/R1/.samui-1.png", "unfinished")
	write("evidence/R1/page.html", "<script>")
	write("evidence/R1/01-home.dom.txt", "<script>alert(1)</script>")
	write("evidence/R1/folder.png/x", "inside")
	write("outside.png", "outside")
	for link, target := range map[string]string{"evidence/R1/02-link.png": "../../outside.png", "evidence/R2": ".."} {
		if err := os.Symlink(target, filepath.Join(folder, link)); err != nil {
			t.Fatal(err)
		}
	}
	h := handler(t, records{}, func(o *web.Options) { o.Evidence = filepath.Join(folder, "evidence") })
	response := get(h, "/evidence/R1/01-home.png")
	if got := response.Body; response.StatusCode != http.StatusOK || got != "picture" {
		t.Errorf("the picture: %d %q", response.StatusCode, got)
	}
	for key, want := range map[string]string{
		"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
	} {
		if got := response.Header.Get(key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
	html := get(h, "/evidence/R1/01-home.dom.txt")
	if html.StatusCode != http.StatusOK || html.Header.Get("Content-Type") != "text/plain; charset=utf-8" || html.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the page's HTML: %d %v", html.StatusCode, html.Header)
	}
	for _, path := range []string{
		"/evidence/R1/02-link.png", "/evidence/R2/outside.png", "/evidence/R1/.samui-1.png", "/evidence/R1/page.html",
		"/evidence/R1/folder.png", "/evidence/R1/none.png", "/evidence/..%2f/outside.png", "/evidence/R1/..%2f..%2f..%2foutside.png", "/evidence/%00/x.png",
	} {
		if response := get(h, path); response.StatusCode == http.StatusOK {
			t.Errorf("%s is shown: %q", path, response.Body)
		}
	}
}
