package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

// write puts files, name and content in turn, into a new folder.
func write(t testing.TB, pairs ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(pairs); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, pairs[i]), []byte(pairs[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func simple(name string) string {
	return "journey: " + name + "\nstage: browse\nurl: https://shop.example\nevery: 5m\nsteps:\n  - step: home\n    do: [{open: /}]\n    expect: [{text: Hi}]\n"
}

func ids(js []journey.Journey) string {
	var all []string
	for _, j := range js {
		all = append(all, j.Site.ID+"/"+j.ID)
	}
	return strings.Join(all, " ")
}

func TestBadFileIsRefusedAlone(t *testing.T) {
	dir := write(t, "a.yaml", simple("a"), "b.yaml", "journey: b\n", "c.yml", simple("c"), "notes.txt", "x", "samui.yaml", "data: x\n")
	js, problems := LoadJourneys(Default(), []string{dir}, Env{})
	if got, want := ids(js), "none/a none/c"; got != want {
		t.Errorf("journeys = %s, want %s", got, want)
	}
	for _, p := range problems {
		if filepath.Base(p.File) != "b.yaml" {
			t.Errorf("problem in a good file: %s", p)
		}
	}
	if problems.Err() == nil {
		t.Error("no error for b.yaml")
	}
}

// A mistake in a site is told where it is; its journeys are checked against
// the site all the same, and not told that it isn't there.
func TestSiteWithAMistakeIsStillRegistered(t *testing.T) {
	dir := write(t, "samui.yaml", "sites:\n  shop: {url: \"https://shop.example\", bounce: 0.35, vars: {product: shoes}}\n",
		"a.yaml", strings.Replace(simple("a"), "url: https://shop.example", "site: shop", 1))
	s, problems := Load(filepath.Join(dir, "samui.yaml"), Env{})
	if len(problems) != 1 {
		t.Errorf("problems of the settings: %v, want one", problems)
	}
	js, problems := LoadJourneys(s, []string{filepath.Join(dir, "a.yaml")}, Env{})
	if got, want := ids(js), "shop/a"; got != want || len(problems) > 0 {
		t.Errorf("journeys = %s, want %s; problems %v", got, want, problems)
	}
}

func TestNameTakenByAnotherFile(t *testing.T) {
	dir := write(t, "a.yaml", simple("same"), "b.yaml", simple("same"))
	js, problems := LoadJourneys(Default(), []string{filepath.Join(dir, "a.yaml"), dir}, Env{})
	if len(js) != 1 || len(problems) != 1 {
		t.Fatalf("%d journeys, problems %v; want one of each", len(js), problems)
	}
	want := filepath.Join(dir, "b.yaml") + `:1:10: journey "same" is there already, in ` + filepath.Join(dir, "a.yaml") + ":1; want each journey once on a site (hint: give one of them another name)"
	if got := problems[0].String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPathsThatHoldNoJourney(t *testing.T) {
	dir := write(t, "samui.yaml", "data: x\n")
	for path, want := range map[string]string{
		filepath.Join(dir, "nowhere.yaml"): "there is no such file",
		filepath.Join(dir, "samui.yaml"):   "these are settings, not a journey",
		filepath.Join(dir, "x*.yaml"):      "no file matches this pattern",
		dir:                                "the folder holds no journey",
	} {
		_, problems := LoadJourneys(Default(), []string{path}, Env{})
		if len(problems) != 1 || problems[0].What != want {
			t.Errorf("%s: problems %v, want %q", path, problems, want)
		}
	}
	if _, problems := Load(filepath.Join(dir, "none.yaml"), Env{}); problems.Err() == nil {
		t.Error("a samui.yaml that isn't there: no error")
	}
}

func TestFileThatIsTooLarge(t *testing.T) {
	dir := write(t, "big.yaml", simple("big")+strings.Repeat("# filler\n", maxBytes/9))
	_, problems := LoadJourneys(Default(), []string{dir}, Env{})
	if len(problems) != 1 || problems[0].What != "the file is larger than 1 MiB" {
		t.Errorf("problems %v", problems)
	}
}

func TestThresholdsMergeOverEveryLevel(t *testing.T) {
	dir := write(t, "samui.yaml", `
thresholds: {page: {slow: 6s}}
sites:
  shop: {url: "https://shop.example", thresholds: {page: {bad: 7s}, in_page: {slow: 2s}}}
`, "j.yaml", `
journey: j
site: shop
stage: browse
every: 1h
thresholds: {page: {slow: 1s}}
steps:
  - {step: a, do: [{open: /}], expect: [{text: Hi}]}
  - {step: b, do: [{open: /}], expect: [{text: Hi}], thresholds: {critical: 5s}}
`)
	s, problems := Load(filepath.Join(dir, "samui.yaml"), Env{})
	js, more := LoadJourneys(s, []string{filepath.Join(dir, "j.yaml")}, Env{})
	if len(problems)+len(more) > 0 {
		t.Fatal(problems, more)
	}
	type th = journey.Thresholds
	want := []journey.ThresholdSet{
		{Page: th{Slow: time.Second, Bad: 7 * time.Second, Critical: 10 * time.Second}, InPage: th{Slow: 2 * time.Second, Bad: 3 * time.Second, Critical: 10 * time.Second}},
		{Page: th{Slow: time.Second, Bad: 7 * time.Second, Critical: 7 * time.Second}, InPage: th{Slow: 2 * time.Second, Bad: 3 * time.Second, Critical: 5 * time.Second}},
	}
	got := []journey.ThresholdSet{js[0].Steps[0].Thresholds, js[0].Steps[1].Thresholds}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSitesVariablesWinAndAreTheSitesOwn(t *testing.T) {
	v, _ := load(t, "testdata/good/everything.yaml")
	for i, want := range []string{"shoes ${not} 31/01/2026", "boots ${not} 31/01/2026"} {
		j := v.([]journey.Journey)[i]
		got := j.Steps[1].Do[5].With.Reveal(journey.Facts{At: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)})
		if got != want {
			t.Errorf("site %s: typed %q, want %q", j.Site.ID, got, want)
		}
	}
}

func TestTimezoneIsTheSitesOrUTC(t *testing.T) {
	v, _ := load(t, "testdata/good/everything.yaml")
	for i, want := range []string{"Asia/Jerusalem", "UTC"} {
		j := v.([]journey.Journey)[i]
		if j.Site.Timezone.String() != want || j.Schedule.Timezone != j.Site.Timezone {
			t.Errorf("site %s: timezone %v, schedule's %v; want %s", j.Site.ID, j.Site.Timezone, j.Schedule.Timezone, want)
		}
	}
}

func TestTextIsTakenAsWritten(t *testing.T) {
	for _, written := range []string{"01234", "yes", "no", "1_000", "12:30", "0x10", "1e3", "2026-01-01", "true", ".5", "+1", "NaN", "=", "<<"} {
		dir := write(t, "j.yaml", strings.Replace(simple("j"), "[{open: /}]", "[{fill: {label: L, with: "+written+"}}]", 1))
		js, problems := LoadJourneys(Default(), []string{dir}, Env{})
		if len(problems) > 0 {
			t.Errorf("with: %s: %v", written, problems)
			continue
		}
		if got := js[0].Steps[0].Do[0].With.String(); got != written {
			t.Errorf("with: %s is read as %q", written, got)
		}
	}
}

func TestSettingsAreKnownByWhatTheyHold(t *testing.T) {
	for _, c := range []struct {
		data, path string
		want       bool
	}{
		{"journey: a\nsteps: []\n", "samui.yaml", false},
		{"data: a\n", "buy.yaml", true},
		{"", "samui.yaml", true},
		{"", "deploy/samui.prod.yaml", true},
		{"", "buy.yaml", false},
		{"influxdb: {url: *\nslack:\n", "x.yaml", true},
		{"journey: {url: *\nstage: x\n", "x.yaml", false},
		{"\"journey\": a\n'stage': b\n\t", "x.yaml", false},
		{"sites: [a, b]\njourney: x\n", "x.yaml", false},
		{"sites: {}\n", "samui.yaml", true},
		{"sites: {shop: {url: x}}\n", "production.yaml", true},
		{"sites: {shop: {url: x}}\nsteps: []\n", "buy.yaml", false},
	} {
		if got := settingsIn([]byte(c.data), c.path); got != c.want {
			t.Errorf("settingsIn(%q, %s) = %v", c.data, c.path, got)
		}
	}
}

func TestErrNamesEveryErrorAndNoWarning(t *testing.T) {
	ps := Problems{{File: "a", What: "x", Warning: true}, {File: "a", Line: 2, Column: 3, What: "y", Want: "z", Hint: "w"}}
	var invalid *InvalidError
	if err := ps.Err(); !errors.As(err, &invalid) || err.Error() != "a:2:3: y; want z (hint: w)" {
		t.Errorf("Err() = %v", err)
	}
	if err := ps.Warnings().Err(); err != nil {
		t.Errorf("Err() of warnings = %v", err)
	}
}

// No value of a secret, and none of the environment, is in anything that can
// be printed.
func TestNoSecretIsEverPrinted(t *testing.T) {
	seen := func(what, s string) {
		if i := strings.Index(s, canary); i >= 0 {
			t.Errorf("%s shows a secret: …%s", what, s[max(0, i-60):i+20])
		}
	}
	print := func(name string, v any) {
		// Each element by itself too: fmt prints what is behind a pointer only at the top.
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			seen(name+" "+verb, fmt.Sprintf(verb, v))
		}
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		seen(name+" JSON", string(data))
	}
	for _, path := range append(files(t, "testdata/good/*.yaml"), files(t, "testdata/bad/*.yaml")...) {
		v, problems := load(t, path)
		for _, p := range problems {
			print(path, p)
			seen(path, p.String())
		}
		if err := problems.Err(); err != nil {
			seen(path, err.Error())
		}
		print(path, v)
		if s, ok := v.(Settings); ok {
			for _, p := range []any{s.Auth, s.Heartbeat, s.InfluxDB, s.Slack, s.Webhook} {
				if !reflect.ValueOf(p).IsNil() {
					print(path, p)
				}
			}
		}
	}
	// The canaries were really there.
	v, _ := load(t, "testdata/good/samui.yaml")
	if got := v.(Settings).InfluxDB.Token.Reveal(); got != canary+"INFLUX_TOKEN" {
		t.Errorf("token = %q", got)
	}
	if got := v.(Settings).Auth.Password.Reveal(); got != "canary-page-pässword" {
		t.Errorf("password = %q: the newline at the end of the file should be gone", got)
	}
}

func BenchmarkLoad50Journeys(b *testing.B) {
	data, err := os.ReadFile("testdata/good/everything.yaml")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	for i := range 50 {
		text := strings.Replace(string(data), "journey: everything", fmt.Sprintf("journey: everything-%d", i), 1)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d.yaml", i)), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	s, _ := Load("testdata/good/samui.yaml", testEnv())
	b.ReportAllocs()
	for b.Loop() {
		js, problems := LoadJourneys(s, []string{dir}, testEnv())
		if len(js) != 100 || len(problems) > 0 {
			b.Fatalf("%d journeys, %v", len(js), problems)
		}
	}
}
