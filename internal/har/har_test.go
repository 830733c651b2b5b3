package har_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/har"
	"samui/internal/journey"
	"samui/internal/npmtest"
)

func began() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC) }

// everything is a waterfall with all that one can hold.
func everything() journey.Waterfall {
	at := func(ms int) time.Time { return began().Add(time.Duration(ms) * time.Millisecond) }
	const ms = time.Millisecond
	return journey.Waterfall{Began: began(), Beyond: 7, Inline: 3, Requests: []journey.Fetch{
		{
			URL: "http://shop.example/old?q=%D7%A0&token=<hidden>", Method: "GET", Status: 302, StatusText: "Found", Protocol: "http/1.1", Kind: "document", Priority: "VeryHigh",
			Initiator: journey.Initiator{Kind: "other"}, Navigation: true, Location: "https://shop.example/", Server: "192.0.2.7", Connection: "12", Start: began(),
			Phases: journey.FetchPhases{Queued: ms, DNS: 2 * ms, Connect: 30 * ms, TLS: 20 * ms, Send: 250 * time.Microsecond, Wait: 80 * ms, Receive: 1 * ms}, Transferred: 300,
		},
		{
			URL: "https://shop.example/", Method: "GET", Status: 200, StatusText: "OK", Protocol: "h2", MIME: "text/html", Kind: "document", Navigation: true, Redirect: true,
			Initiator: journey.Initiator{Kind: "other"}, Server: "2001:db8::1", Start: at(120), Phases: journey.FetchPhases{Wait: 90 * ms, Receive: 15 * ms}, Transferred: 4000, Decoded: 16000,
		},
		{
			URL: "https://cdn.example/a.js?v={1}|<secret>", Method: "GET", Status: 200, Protocol: "h3", MIME: "text/javascript", Kind: "script", ThirdParty: true, Source: journey.FromDisk,
			Initiator: journey.Initiator{Kind: "parser", URL: "https://shop.example/", Line: 1}, Start: at(130), Decoded: 900,
		},
		{
			URL: "https://shop.example/api", Method: "POST", Kind: "fetch", Sender: journey.SenderServiceWorker, Failure: "ERR_CONNECTION_REFUSED",
			Initiator: journey.Initiator{Kind: "script", URL: "https://shop.example/sw.js", Line: 12}, Start: at(140), Phases: journey.FetchPhases{Wait: 3 * ms},
		},
		{
			URL: "https://www.google-analytics.com/g/collect", Method: "POST", Kind: "ping", ThirdParty: true, HeldBack: "analytics", Failure: "ERR_INTERNET_DISCONNECTED",
			Initiator: journey.Initiator{Kind: "script"}, Start: at(150),
		},
		{URL: "wss://shop.example/live", Method: "GET", Status: 101, Kind: "websocket", Messages: 4, Initiator: journey.Initiator{Kind: "script"}, Start: at(160), Open: true, Phases: journey.FetchPhases{Wait: 2 * ms, Receive: 900 * ms}},
		{URL: "https://shop.example/worked", Method: "GET", Status: 200, Kind: "document", Source: journey.FromServiceWorker, Navigation: true, Initiator: journey.Initiator{Kind: "script"}, Start: at(1200), Phases: journey.FetchPhases{Queued: 1500 * time.Microsecond}},
	}}
}

func run() journey.Run {
	return journey.Run{
		RunID: "01J", Title: "קניית נעליים", Journey: "buy", Site: "shop", Device: "phone", Browser: &journey.Browser{Name: "headless-shell", Version: "156.0"},
		Steps: []journey.StepResult{
			{Index: 0, Step: "home", Title: "Open the shop", Outcome: journey.Good, WaitMs: new(612.3), Page: &journey.Page{Navigation: journey.NavigationHard, DOMContentLoadedMs: new(210.0), LoadMs: new(590.1)}},
			{Index: 1, Step: "search", Title: "Search", Outcome: journey.Skipped},
		},
	}
}

func written(t *testing.T, visits ...har.Visit) []byte {
	t.Helper()
	var file bytes.Buffer
	w := har.NewWriter(&file)
	for _, v := range visits {
		if err := w.Add(v); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// TestReadBack: what is written of a step is read back as it was.
func TestReadBack(t *testing.T) {
	for name, w := range map[string]journey.Waterfall{"everything": everything(), "nothing": {Began: began(), Requests: []journey.Fetch{}}} {
		got, err := har.Read(bytes.NewReader(written(t, har.Visit{Run: run(), Steps: []har.Step{{Index: 0, Waterfall: w}}})))
		if err != nil {
			t.Fatal(err)
		}
		if len(w.Requests) > 2 {
			w.Requests[2].URL = "https://cdn.example/a.js?v=%7B1%7D%7C<secret>" // Chrome left something as it was
		}
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("%s (-written +read):\n%s", name, diff)
		}
	}
	if _, err := har.Read(strings.NewReader(`{"log":{"entries":[`)); err == nil {
		t.Error("half a file was read")
	}
}

// archive is what the tests look at of a file.
type archive struct {
	Log struct {
		Version string
		Creator struct{ Name, Version string }
		Browser *struct{ Name, Version string }
		Pages   []struct {
			ID, Title, StartedDateTime string
			PageTimings                struct{ OnContentLoad, OnLoad float64 }
		}
		Entries []struct {
			Pageref string
			Time    float64
			Request struct {
				URL              string
				Headers, Cookies []any
				PostData         any
			}
			Response struct {
				Status           int
				Headers, Cookies []any
				Content          map[string]any
				Error            *string `json:"_error"`
			}
			Timings map[string]float64
		}
	}
}

func read(t *testing.T, file []byte) (a archive) {
	t.Helper()
	if err := json.Unmarshal(file, &a); err != nil {
		t.Fatalf("%v in %s", err, file)
	}
	return a
}

// TestPages: each step has its pages, one for each document that it loaded, and
// the times of a page are with the document that they were measured of.
func TestPages(t *testing.T) {
	a := read(t, written(t, har.Visit{Run: run(), Steps: []har.Step{{Index: 0, Waterfall: everything()}, {Index: 1, Waterfall: journey.Waterfall{Began: began()}}}}))
	var pages []string
	for _, p := range a.Log.Pages {
		pages = append(pages, strings.Join([]string{p.ID, p.Title, p.StartedDateTime[11:]}, " | "))
	}
	want := []string{
		"01J-1 | קניית נעליים › 1. Open the shop | 03:04:05.678000Z",
		"01J-1-2 | קניית נעליים › 1. Open the shop (2) | 03:04:06.878000Z",
		"01J-2 | קניית נעליים › 2. Search | 03:04:05.678000Z",
	}
	if diff := cmp.Diff(want, pages); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	if got := a.Log.Pages[1].PageTimings; got.OnContentLoad != 210 || got.OnLoad != 590.1 || a.Log.Pages[0].PageTimings.OnLoad != -1 {
		t.Errorf("page timings: %+v, %+v", a.Log.Pages[0].PageTimings, got)
	}
	for i, e := range a.Log.Entries {
		want := "01J-1"
		if i == 6 {
			want = "01J-1-2"
		}
		if e.Pageref != want {
			t.Errorf("entry %d is of page %q, want %q", i, e.Pageref, want)
		}
		sum := 0.0
		for name, ms := range e.Timings {
			if name != "ssl" && ms > 0 {
				sum += ms
			}
		}
		if diff := e.Time - sum; diff > 0.001 || diff < -0.001 {
			t.Errorf("entry %d: time %g, its timings sum to %g", i, e.Time, sum)
		}
		if len(e.Request.Headers)+len(e.Request.Cookies)+len(e.Response.Headers)+len(e.Response.Cookies) > 0 || e.Request.PostData != nil || e.Response.Content["text"] != nil {
			t.Errorf("entry %d holds what may be private: %+v", i, e)
		}
	}
	if url := a.Log.Entries[2].Request.URL; url != "https://cdn.example/a.js?v=%7B1%7D%7C%3Csecret%3E" {
		t.Errorf("what no URL may hold: %s", url)
	}
}

// TestValid: files are what others expect of a HAR 1.2 file, by its schema.
func TestValid(t *testing.T) {
	modules := npmtest.Install(t, "testdata/validator")
	many := journey.Waterfall{Began: began()}
	for i := range 5000 {
		f := everything().Requests[i%7]
		f.URL += strings.Repeat("x", i%900)
		many.Requests = append(many.Requests, f)
	}
	for name, visits := range map[string][]har.Visit{
		"nothing":     nil,
		"one step":    {{Run: run(), Steps: []har.Step{{Index: 0, Waterfall: everything()}}}},
		"two visits":  {{Run: run(), Steps: []har.Step{{Index: 0, Waterfall: everything()}}}, {Run: run(), Steps: []har.Step{{Index: 1, Waterfall: everything()}}}},
		"no request":  {{Run: journey.Run{RunID: "01K"}, Steps: []har.Step{{Index: 4, Waterfall: journey.Waterfall{Began: began()}}}}},
		"5000 of one": {{Run: run(), Steps: []har.Step{{Index: 0, Waterfall: many}}}},
	} {
		file := filepath.Join(t.TempDir(), "a.har")
		if err := os.WriteFile(file, written(t, visits...), 0o600); err != nil {
			t.Fatal(err)
		}
		const check = `require(process.argv[1] + "/har-validator").har(JSON.parse(require("fs").readFileSync(process.argv[2]))).catch((e) => { console.log(JSON.stringify(e.errors || String(e), null, 1)); process.exit(1) })`
		if out, err := exec.CommandContext(t.Context(), "node", "-e", check, modules, file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%.2000s", name, err, out)
		}
	}
}
