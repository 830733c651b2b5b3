package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"samui/internal/journey"
)

// nasty are texts that YAML, or the loader, has another idea of.
func nasty() []string {
	return []string{
		"yes", "No", "on", "null", "~", "true", "01234", "5m", "0x1F", "1e3", ".5", "+1", "12:30", "2026-01-01", "2026-01-01 10:00:00", "1_000", "<<", "=", "...", "---",
		"a: b", "a:b", "ends:", "# x", "a #b", "a#b", `"q"`, `'q'`, `it's`, `say "hi"`, `say "it's"`, `a\b`, `^\d+$`, "a, b", "[x]", "{y}", "*a", "&a", "!a", "|", ">", "%", "@x", "`x", "- x", "-", "?", "? x", "what?", "a?b", "a - b", "x}", "a & b", "a * b", "a ! b", "a | b", "a > b", "50%", "a@b", "<a>", "(a)",
		"top", "${x}", "$${x}", "a ${date:+1d} b", "${", "$", "$$", "tab\tx", "two\nlines", "\n", " lead", "trail ", "a\u00a0b", "\u2028", "\ufeffx", "\u0085", "\u200fx\u200e", "\x01",
		"😀 hi", `שלום "עולם"`, "מע״מ", "״מרכאות״", "“quotes”", "«guillemets»", "سلام", "می\u200cخواهم", "e\u0301", "\U0010ffff", "\ue000", "\ufffd", "//*[@id=\"x\"]", "[data-x='y']", "#q", strings.Repeat("long ", 100) + "x",
	}
}

// everything is a journey that says all that can be said, with one text
// everywhere.
func everything(text string) journey.Journey {
	t := journey.Plain(text)
	secret := journey.NewText(journey.Part{Literal: "a"}, journey.Part{Secret: journey.NewSecret(canary + "TOKEN"), Source: "${secret:TOKEN}"}, journey.Part{Literal: text})
	date := journey.NewText(journey.Part{Source: "${date:+30d:02/01/2006}", Date: &journey.Date{Days: 30, Layout: "02/01/2006"}})
	headerText, headerSecret := journey.Plain("a: b"), journey.NewText(journey.Part{Secret: journey.NewSecret(canary + "TOKEN"), Source: "${secret:TOKEN}"})
	target := func(by journey.By) *journey.Target { return &journey.Target{By: by, Value: t} }
	within := journey.Target{By: journey.ByRole, Value: journey.Plain("listitem"), Has: t}
	row := &journey.Target{By: journey.ByRole, Value: journey.Plain("button"), Name: t, Within: &within, Nth: journey.Last}
	framed := &journey.Target{By: journey.ByLabel, Value: t, Frame: &journey.Target{By: journey.ByCSS, Value: t, Nth: 2, Frame: &journey.Target{By: journey.ByAny, Value: t}}}
	first := &journey.Target{By: journey.ByFirst, Within: &within, Nth: 2, FirstOf: []journey.Target{{By: journey.ByAny, Value: t}, *row, {By: journey.ByFirst, FirstOf: []journey.Target{{By: journey.ByCSS, Value: t}}}}}
	worded := func(by journey.By, op journey.Op) *journey.Target { return &journey.Target{By: by, Value: t, Op: op} }
	named := &journey.Target{By: journey.ByRole, Value: journey.Plain("link"), Name: journey.Plain(`^Cart \(\d+\)$`), NameOp: journey.Matches}
	return journey.Journey{
		ID: "j", Title: title(text), Stage: journey.Purchase, Site: journey.Site{ID: "none", URL: "https://shop.example"},
		Schedule: journey.Schedule{Cron: "*/10 8-22 * * SUN-THU", Active: &journey.Active{Days: [7]bool{true, false, true}, From: 8 * time.Hour, To: 24 * time.Hour}},
		Visits:   []journey.Visit{{Device: journey.Devices()[0], Network: journey.Networks()[0]}, {Device: journey.Devices()[3], Network: journey.Networks()[2], CPU: 4}},
		Conditions: journey.Conditions{
			Locale: "he-IL", Timezone: "Asia/Jerusalem", Geolocation: &journey.Place{Latitude: 32.0853, Longitude: -34.5, Accuracy: 50},
			Permissions: []string{"geolocation", "notifications"}, UserAgent: "Shopper/3 #1", Viewport: &journey.Size{Width: 1280, Height: 720},
			ColorScheme: "dark", ReducedMotion: new(bool), CPU: 2.5, Returning: new(true), Cache: journey.Off, ServiceWorkers: journey.On,
			Headers: map[string]journey.Text{"X-Robot": headerText, "X-Token": headerSecret}, Auth: &journey.Login{User: journey.Plain("ops"), Password: secret},
			Proxy: &journey.Proxy{Server: "http://proxy.example:8080", User: journey.Plain("a@b c"), Password: journey.NewText(journey.Part{Literal: "p:/"}, journey.Part{Secret: journey.NewSecret(canary + "TOKEN"), Source: "${secret:TOKEN}"})},
			Block: []string{"chat.example", "*://x.example/*"}, Analytics: journey.Allow, ThirdParty: journey.Block,
		},
		Overlays: []journey.Overlay{{See: target(journey.ByAny), Click: row, AtMost: 3}, {See: row, Click: row, AtMost: 1}, {See: framed, Click: framed, AtMost: 3}}, Consent: journey.ConsentReject,
		Mask:    []journey.Target{{By: journey.ByAny, Value: t}, *target(journey.ByTestID)},
		Timeout: 3 * time.Minute, Pace: 1500 * time.Millisecond,
		Effects:    journey.Effects{Name: "הזמנה", Step: "three", Limit: journey.Limit{N: 4, Per: journey.PerDay}},
		StopBefore: "three",
		Timings:    []string{"hero-shown", "no"},
		Tags:       []string{"smoke", "yes"}, Disabled: true,
		Steps: []journey.Step{
			{ID: "one", Title: title(text), Do: []journey.Action{
				{Verb: journey.Open, URL: journey.Plain("/a?b=$c&d=${e}#f")},
				{Verb: journey.Open, URL: journey.Plain("https://other.example/x")},
				{Verb: journey.Click, Target: target(journey.ByAny)},
				{Verb: journey.Click, Target: row},
				{Verb: journey.Click, Target: framed},
				{Verb: journey.Click, Target: target(journey.ByText), Optional: true, For: 2 * time.Second},
				{Verb: journey.Hover, Target: target(journey.ByCSS), Optional: true, For: 5 * time.Second},
				{Verb: journey.Check, Target: target(journey.ByLabel)},
				{Verb: journey.Uncheck, Target: target(journey.ByPlaceholder)},
				{Verb: journey.Clear, Target: target(journey.ByAlt)},
				{Verb: journey.Fill, Target: target(journey.ByTooltip), With: t},
				{Verb: journey.Fill, Target: target(journey.ByXPath), With: secret},
				{Verb: journey.Type, Target: target(journey.ByLabel), With: date},
				{Verb: journey.Fill, Target: target(journey.ByLabel), With: journey.Text{}},
				{Verb: journey.Press, Key: "Enter"},
				{Verb: journey.Press, Key: "Control+ "},
				{Verb: journey.Press, Key: "#"},
				{Verb: journey.Press, Key: "+", Target: target(journey.ByLabel)},
				{Verb: journey.Select, Target: target(journey.ByLabel), Option: t},
				{Verb: journey.Select, Target: target(journey.ByLabel), Options: []journey.Text{t, journey.Plain("Large")}},
				{Verb: journey.Select, Target: target(journey.ByLabel), Index: 3},
				{Verb: journey.Select, Target: target(journey.ByLabel), Index: journey.Last},
				{Verb: journey.Press, Key: "Tab", Count: 3},
				{Verb: journey.Press, Key: "Tab", Target: target(journey.ByLabel), Count: 2},
				{Verb: journey.Scroll, By: &journey.Point{X: 0, Y: 500}},
				{Verb: journey.Scroll, Target: target(journey.ByCSS), By: &journey.Point{X: -20, Y: 0}},
				{Verb: journey.Click, Target: first},
				{Verb: journey.Click, Target: named},
				{Verb: journey.Click, Target: worded(journey.ByText, journey.Is)},
				{Verb: journey.Click, Target: worded(journey.ByLabel, journey.Contains)},
				{Verb: journey.Scroll, Edge: "bottom"},
				{Verb: journey.Scroll, Target: target(journey.ByCSS)},
				{Verb: journey.Back},
				{Verb: journey.Forward},
				{Verb: journey.Reload},
				{Verb: journey.Dialog, Reply: "accept"},
				{Verb: journey.Tab, Edge: "close"},
				{Verb: journey.Tab, Index: 2},
				{Verb: journey.Tab, With: t},
				{Verb: journey.Tab, URL: t},
				{Verb: journey.Dialog, Reply: "answer", With: t},
				{Verb: journey.Click, Target: target(journey.ByText), Count: 2, Button: "right", Keys: "Control+Shift", At: &journey.Point{X: 3, Y: 5}},
				{Verb: journey.Drag, Target: target(journey.ByText), To: row},
				{Verb: journey.Drag, Target: target(journey.ByText), By: &journey.Point{X: -30, Y: 0}},
				{Verb: journey.Set, Kept: journey.KeptCookie, Name: "a$b", With: date},
				{Verb: journey.Set, Kept: journey.KeptStorage, Name: "cart: ${x} '#", With: t},
				{Verb: journey.Set, Kept: journey.KeptSession, Name: "yes", With: secret},
				{Verb: journey.Forget, Kept: journey.KeptCookies},
				{Verb: journey.Forget, Kept: journey.KeptEverything},
				{Verb: journey.Forget, Kept: journey.KeptCookie, Name: "a'b"},
				{Verb: journey.Pause, Pause: 1500 * time.Millisecond},
			}, Expect: []journey.Expectation{
				{Claim: journey.ClaimText, Op: journey.Contains, Text: t},
				{Claim: journey.ClaimText, Op: journey.Is, Text: t, Target: target(journey.ByAny)},
				{Claim: journey.ClaimText, Op: journey.Matches, Text: journey.Plain(`^[A-Z]{2}-\d+$`), Target: row},
				{Claim: journey.ClaimNoText, Op: journey.Contains, Text: journey.Plain("Nothing found"), Target: row},
				{Claim: journey.ClaimVisible, Target: target(journey.ByAny)},
				{Claim: journey.ClaimHidden, Target: target(journey.ByTooltip)},
				{Claim: journey.ClaimHidden, Target: first},
				{Claim: journey.ClaimCount, Target: worded(journey.ByAlt, journey.Is), Op: journey.Is, Number: 3},
				{Claim: journey.ClaimText, Op: journey.Is, Text: t, Target: worded(journey.ByText, journey.Contains)},
				{Claim: journey.ClaimURL, Op: journey.Is, Text: journey.Plain("/cart"), Path: true},
				{Claim: journey.ClaimURL, Op: journey.Contains, Text: t},
				{Claim: journey.ClaimTitle, Op: journey.Is, Text: t},
				{Claim: journey.ClaimTitle, Op: journey.Contains, Text: t},
				{Claim: journey.ClaimCount, Target: target(journey.ByCSS), Op: journey.AtLeast, Number: 3},
				{Claim: journey.ClaimValue, Target: target(journey.ByLabel), Op: journey.Is, Text: t},
				{Claim: journey.ClaimDisabled, Target: target(journey.ByText)},
				{Claim: journey.ClaimChecked, Target: target(journey.ByLabel)},
				{Claim: journey.ClaimUnchecked, Target: target(journey.ByAny)},
				{Claim: journey.ClaimAttribute, Target: row, Name: "href", Op: journey.Contains, Text: t},
				{Claim: journey.ClaimCookie, Name: "seen", Op: journey.Is, Text: t},
				{Claim: journey.ClaimNoConsoleErrors},
				{Claim: journey.ClaimNoFailedRequests},
				{Claim: journey.ClaimNoBrokenImages},
				{Claim: journey.ClaimScript, Text: journey.Plain(`app["x"]?.ready && '#' !== "a: b"`)},
				{Claim: journey.ClaimDownload, Op: journey.Is, Text: journey.Plain("invoice.pdf")},
				{Claim: journey.ClaimDownload, Op: journey.Contains, Text: t, Bytes: 10_000},
				{Claim: journey.ClaimAny, Of: []journey.Expectation{{Claim: journey.ClaimText, Op: journey.Contains, Text: t}, {Claim: journey.ClaimVisible, Target: target(journey.ByAny)}, {Claim: journey.ClaimURL, Op: journey.Is, Text: journey.Plain("/cart"), Path: true}}},
				{Claim: journey.ClaimSoft, Of: []journey.Expectation{{Claim: journey.ClaimNoConsoleErrors}}},
				{Claim: journey.ClaimSoft, Of: []journey.Expectation{{Claim: journey.ClaimAny, Of: []journey.Expectation{{Claim: journey.ClaimTitle, Op: journey.Is, Text: t}, {Claim: journey.ClaimHidden, Target: row}}}}},
				{Claim: journey.ClaimNumber, Target: target(journey.ByTestID)},
				{Claim: journey.ClaimNumber, Target: target(journey.ByTestID), Op: journey.Above, Number: 19.9},
			}, Save: []journey.Save{
				{Name: "order", From: journey.SaveText, Target: row, Matches: journey.Plain(`^#(\d+), "it's"$`)},
				{Name: "plain", From: journey.SaveText, Target: target(journey.ByAny)},
				{Name: "mail", From: journey.SaveValue, Target: target(journey.ByLabel)},
				{Name: "next", From: journey.SaveAttribute, Target: row, Named: "href"},
				{Name: "here", From: journey.SaveURL},
				{Name: "title", From: journey.SaveTitle},
				{Name: "session", From: journey.SaveCookie, Named: "sid", Secret: true},
			}},
			{ID: "uses", Title: "uses", Timeout: defaultStepTimeout, Do: []journey.Action{
				{Verb: journey.Open, URL: journey.NewText(journey.Part{Literal: "/orders/"}, saved("order", false))},
				{Verb: journey.Fill, Target: target(journey.ByLabel), With: journey.NewText(saved("session", true), journey.Part{Source: "${uuid}", Live: &journey.Live{Kind: journey.LiveUUID}})},
			}},
			{ID: "ask", Title: "ask", Timeout: defaultStepTimeout, Do: asking(text, t, secret), Expect: []journey.Expectation{
				{Claim: journey.ClaimResponse, Exchange: &journey.Exchange{URL: &journey.Comparison{Op: journey.Is, Text: journey.Plain("/cart"), Path: true}}},
				{Claim: journey.ClaimResponse, Exchange: &journey.Exchange{
					URL: &journey.Comparison{Op: journey.Contains, Text: t}, Method: "POST", Status: "2xx",
					Header: &journey.Comparison{Name: "Content-Type", Op: journey.Is, Text: t}, Body: &journey.Comparison{Op: journey.Contains, Text: t},
					JSON: &journey.Comparison{Name: `["odd name"][0]`, Op: journey.Below, Number: -0.5},
				}},
				{Claim: journey.ClaimResponse, Exchange: &journey.Exchange{
					Status: "200", Header: &journey.Comparison{Name: "ETag"}, Body: &journey.Comparison{Op: journey.Is, Text: secret}, JSON: &journey.Comparison{Name: "a.b"},
				}},
				{Claim: journey.ClaimSoft, Of: []journey.Expectation{{Claim: journey.ClaimResponse, Exchange: &journey.Exchange{JSON: &journey.Comparison{Name: "a", Op: journey.Is, Text: t}}}}},
			}, Save: []journey.Save{{Name: "id", From: journey.SaveJSON, Named: `["odd name"][0].id`, Secret: true}}},
			{ID: "beacon", Title: "beacon", Timeout: defaultStepTimeout, Do: []journey.Action{{Verb: journey.Reload}}, Expect: []journey.Expectation{
				{Claim: journey.ClaimSent, Exchange: &journey.Exchange{URL: &journey.Comparison{Op: journey.Matches, Text: journey.Plain(`/collect\?`)}, Body: &journey.Comparison{Op: journey.Contains, Text: t}}},
			}},
			{
				ID: "two", Title: "two", Do: []journey.Action{{Verb: journey.Reload}}, Timeout: 40 * time.Second, Always: true,
				Conditions: []journey.Condition{{See: &journey.Expectation{Claim: journey.ClaimVisible, Target: target(journey.ByAny)}}, {Unless: true, Devices: []string{"desktop", "phone"}}},
				Repeat:     &journey.Repeat{Until: &journey.Expectation{Claim: journey.ClaimVisible, Target: row}, Times: 10}, Retry: 2,
			},
			{ID: "three", Title: "three", Do: []journey.Action{{Verb: journey.Reload}}, Timeout: defaultStepTimeout, Repeat: &journey.Repeat{Times: 3}, Conditions: []journey.Condition{{Var: "plan", Value: t, Op: journey.Is, Text: t}}},
		},
	}
}

// asking are requests that say all that can be said.
func asking(text string, t, secret journey.Text) []journey.Action {
	source := jsonSource(text)
	parts := []journey.Part{
		{Literal: `{` + source + `: [1, -2.5e3, true, null, "01234"], "a": {"b": {}, "c": []}, "d": "a`},
		secret.Parts()[1],
		{Literal: source[1:len(source)-1] + `"}`},
	}
	headers := map[string]journey.Text{"X-One": secret, "Accept": t}
	for _, c := range text {
		if c < ' ' && c != '\t' || c == 0x7f {
			headers = map[string]journey.Text{"X-One": journey.Plain("plain")}
		}
	}
	return []journey.Action{
		{Verb: journey.Request, URL: journey.Plain("/api"), Call: &journey.Call{Method: "GET"}},
		{Verb: journey.Request, URL: journey.Plain("https://shop.example/a?b"), Call: &journey.Call{Method: "HEAD", Headers: headers, Clean: true, Stay: true}},
		{Verb: journey.Request, URL: journey.Plain("/api"), Call: &journey.Call{Method: "DELETE"}},
		{Verb: journey.Request, URL: journey.Plain("/api"), Call: &journey.Call{Method: "POST", JSON: journey.NewText(parts...)}},
		{Verb: journey.Request, URL: journey.Plain("/api"), Call: &journey.Call{Method: "PUT", Form: []journey.Field{{Name: "z", Value: t}, {Name: title(text), Value: secret}}}},
		{Verb: journey.Request, URL: journey.Plain("/api"), Call: &journey.Call{Method: "PATCH", Body: t}},
	}
}

// saved is what an earlier step saved.
func saved(name string, secret bool) journey.Part {
	return journey.Part{Source: "${" + name + "}", Live: &journey.Live{Kind: journey.LiveSaved, Name: name, Hidden: secret}}
}

// title is a text that can be a title.
func title(text string) string {
	if strings.TrimSpace(text) == "" {
		return "x"
	}
	return text
}

// reload writes a journey and loads it again.
func reload(t *testing.T, j journey.Journey, comments ...Comment) (journey.Journey, string) {
	t.Helper()
	data := Write(j, comments...)
	path := filepath.Join(t.TempDir(), "j.yaml")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	js, problems := LoadJourneys(Default(), []string{path}, testEnv())
	if len(js) != 1 {
		t.Fatalf("%v\n%s", problems, data)
	}
	return js[0], string(data)
}

// What is written is read as it was meant, whatever its texts are.
func TestWhatIsWrittenIsRead(t *testing.T) {
	ignored := []cmp.Option{
		cmpopts.IgnoreTypes(journey.Pos{}, journey.ThresholdSet{}),
		cmpopts.IgnoreFields(journey.Journey{}, "Site", "File"), cmpopts.IgnoreFields(journey.Schedule{}, "Timezone"),
	}
	for _, text := range nasty() {
		want := everything(text)
		got, data := reload(t, want, Comment{Text: text}, Comment{Step: 1, Do: 3, Text: text + "\n- click: x"}, Comment{Step: 2, Expect: 1, Text: text})
		want.Steps[0].Timeout = defaultStepTimeout
		if diff := cmp.Diff(want, got, ignored...); diff != "" {
			t.Errorf("text %q (-want +got):\n%s\n%s", text, diff, data)
		}
		if got.Site.URL != want.Site.URL {
			t.Errorf("url %q, want %q", got.Site.URL, want.Site.URL)
		}
	}
}

func TestWrittenJourneyReadsWell(t *testing.T) {
	j := everything("Tents & sleep")
	j.Title, j.Schedule = "קניית נעליים", journey.Schedule{Every: 5 * time.Minute}
	golden(t, "testdata/written.yaml", string(Write(
		j,
		Comment{Text: "Imported from somewhere."},
		Comment{Key: "stage", Text: "guessed"},
		Comment{Key: "devices", Text: strings.TrimSpace(strings.Repeat("a comment that needs more than one line ", 5))},
		Comment{Step: 1, Do: 2, Text: "above the second click, 😀"},
		Comment{Step: 1, Do: 99, Text: "behind the last action"},
		Comment{Step: 1, Expect: 1, Text: "above the first expectation"},
		Comment{Step: 1, Expect: 99, Text: "behind the last expectation"},
		Comment{Step: 2, Do: 1, Text: "nothing was to be seen"},
	)))
}

func TestRegisteredSiteIsNamed(t *testing.T) {
	j := everything("x")
	j.Site = journey.Site{ID: "demo-shop", URL: "https://shop.example"}
	if got := string(Write(j)); !strings.Contains(got, "\nsite: demo-shop\n") || strings.Contains(got, "\nurl:") {
		t.Errorf("got\n%s\nwant the site's name and no URL", got)
	}
}

func FuzzWrite(f *testing.F) {
	for _, text := range nasty() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		if text == "" || len(text) > 1000 {
			return
		}
		want := everything(text)
		got, data := reload(t, want, Comment{Text: text}, Comment{Step: 1, Do: 3, Text: text})
		if diff := cmp.Diff(want.Steps[0].Do[2:12], got.Steps[0].Do[2:12], cmpopts.IgnoreTypes(journey.Pos{})); diff != "" || got.Title != want.Title {
			t.Errorf("title %q, want %q; actions (-want +got):\n%s\n%s", got.Title, want.Title, diff, data)
		}
	})
}
