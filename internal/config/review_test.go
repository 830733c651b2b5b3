package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

// What a file is warned of has a file of its own, and its golden file is all
// that is said.
func TestReview(t *testing.T) {
	for _, path := range files(t, "testdata/review/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			js, problems := Review(settingsFor(t, path), []string{path}, testEnv())
			var b strings.Builder
			for _, p := range problems {
				fmt.Fprintln(&b, p)
				if !p.Warning {
					t.Errorf("a review refuses a file: %s", p)
				}
			}
			if len(js) == 0 {
				t.Error("there is no journey")
			}
			golden(t, strings.TrimSuffix(path, ".yaml")+".golden", b.String())
			if _, problems := LoadJourneys(settingsFor(t, path), []string{path}, testEnv()); len(problems) > 0 {
				t.Errorf("loading says what only a review should: %v", problems)
			}
		})
	}
}

// A journey that is written as it should be has nothing to be told.
func TestReviewOfAGoodJourney(t *testing.T) {
	own := "testdata/good/buy-shoes.yaml"
	_, problems := Review(settingsFor(t, own), []string{own}, testEnv())
	_, more := Review(Default(), files(t, "../../probes/*.yaml"), testEnv())
	for _, p := range append(problems, more...) {
		t.Error(p)
	}
}

func TestAlike(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"buy-shoes", "buyshoes", true},
		{"buy-shoes", "buy-shoe", true},
		{"checkout", "chekcout", true},
		{"search", "searrch", true},
		{"buy-shoes", "buy-shoes", false},
		{"buy-boots", "buy-books", false}, // another word
		{"shop-1", "shop-11", false},      // numbers tell apart
		{"page-1a", "page-1", false},
		{"tea", "team", false}, // too short to be sure
		{"buy-shoe", "sell-shoes", false},
		{"abcd-efgh", "abcde-efghi", false}, // two slips
		{"login", "logout", false},
	} {
		for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			if got := alike(pair[0], pair[1]); got != c.want {
				t.Errorf("alike(%q, %q) = %v, want %v", pair[0], pair[1], got, c.want)
			}
			shared := slices.ContainsFunc(remainders(c.a), func(r string) bool { return slices.Contains(remainders(c.b), r) })
			if c.want && !shared {
				t.Errorf("%q and %q are alike and have no remainder in common", c.a, c.b)
			}
		}
	}
}

func TestNamesThatAreTakenForEachOther(t *testing.T) {
	dir := write(t, "a.yaml", simple("buy-shoes"), "b.yaml", simple("buy-shoe"), "c.yaml", simple("find-shoes"), "d.yaml", simple("buyshoes"))
	_, problems := Review(Default(), []string{dir}, Env{})
	var got []string
	for _, p := range problems {
		if strings.Contains(p.What, "taken for") {
			got = append(got, strings.ReplaceAll(fmt.Sprintf("%s:%d %s", filepath.Base(p.File), p.Line, p.What), dir+"/", ""))
		}
	}
	want := []string{
		`b.yaml:1 journey "buy-shoe" is easily taken for "buy-shoes" in a.yaml:1`,
		`d.yaml:1 journey "buyshoes" is easily taken for "buy-shoes" in a.yaml:1`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestSeries(t *testing.T) {
	many := func(journeys, devices, steps int) []journey.Journey {
		js := make([]journey.Journey, journeys)
		for i := range js {
			js[i] = journey.Journey{File: fmt.Sprintf("%d.yaml", i), Visits: make([]journey.Visit, devices), Steps: make([]journey.Step, steps)}
		}
		js[0].Visits = make([]journey.Visit, devices+1)
		return js
	}
	for _, c := range []struct {
		journeys, devices, steps int
		want                     string // how the problem begins; empty = none
	}{
		{100, 4, 20, ""},
		{1000, 2, 4, "0.yaml: warning: the journeys make 10,005 series of metrics"},
		{2500, 4, 4, "0.yaml: the journeys make 50,005 series of metrics"},
	} {
		got := ""
		for _, p := range reviewSeries(Default(), many(c.journeys, c.devices, c.steps)) {
			got = p.String()
		}
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%d journeys × %d devices × %d steps: %q, want %q", c.journeys, c.devices, c.steps, got, c.want)
		}
		if c.want != "" && !strings.Contains(got, "most come from 0.yaml") {
			t.Errorf("%q doesn't say where most come from", got)
		}
	}
}

func activeIn(days [7]bool, from, to int) *journey.Active {
	return &journey.Active{Days: days, From: time.Duration(from) * time.Hour, To: time.Duration(to) * time.Hour}
}

func TestShortestTimeBetweenTwoVisits(t *testing.T) {
	week := [7]bool{true, true, true, true, true, true, true}
	for _, c := range []struct {
		cron   string
		active *journey.Active
		want   time.Duration
	}{
		{"*/10 8-22 * * SUN-THU", nil, 10 * time.Minute},
		{"0 8 * * *", nil, day},
		{"0 8 * * SUN,THU", nil, 0}, // on no day twice
		{"0,59 8 * * *", nil, 59 * time.Minute},
		{"59 23 * * *", nil, day},
		{"0,59 0,23 * * *", nil, time.Minute}, // over midnight
		{"0,59 0,23 * * MON", nil, time.Hour - time.Minute},
		{"* * * * *", activeIn(week, 8, 9), time.Minute},
		{"0 8-20 * * *", activeIn(week, 12, 13), 0},
		{"0 */4 * * *", activeIn(week, 19, 5), 4 * time.Hour}, // 20:00, and 0:00 and 4:00 after it
	} {
		times, ok := cronTimes(c.cron)
		if got := times.shortest(c.active); got != c.want || !ok {
			t.Errorf("%q within %v: %v, want %v", c.cron, c.active, got, c.want)
		}
	}
}

func TestActiveHoursThatCronNeverMeets(t *testing.T) {
	only := func(days ...int) (set [7]bool) {
		for _, d := range days {
			set[d] = true
		}
		return set
	}
	for _, c := range []struct {
		cron     string
		days     [7]bool
		from, to int  // o'clock
		want     bool // they meet
	}{
		{"30 8 * * *", only(0, 1, 2, 3, 4), 8, 9, true},
		{"30 8 * * *", only(0, 1, 2, 3, 4), 9, 8, false},
		{"0 9 * * *", only(0), 8, 9, false}, // the end is not inside
		{"0 8 * * FRI", only(0, 1, 2, 3, 4), 8, 22, false},
		{"0 8 1 * FRI", only(0), 8, 22, true}, // the first falls on every day
		{"0 8 1 1 *", only(0), 8, 22, true},
		{"0 2 * * FRI", only(4), 22, 6, true}, // in the night that begins on Thursday
		{"0 2 * * THU", only(4), 22, 6, false},
		{"0 2 * * SUN", only(6), 22, 6, true},
		{"*/20 * * * *", only(3), 12, 13, true},
	} {
		times, ok := cronTimes(c.cron)
		got := len(times.within(*activeIn(c.days, c.from, c.to))) > 0
		if got != c.want || !ok {
			t.Errorf("%q on %v from %d to %d: meet %v, want %v", c.cron, c.days, c.from, c.to, got, c.want)
		}
	}
}

func TestWithoutSecretsNoneIsLookedUp(t *testing.T) {
	env := Env{NoSecrets: true, Lookup: func(name string) (string, bool) {
		if strings.HasPrefix(name, "SAMUI_SECRET_") {
			t.Errorf("%s is looked up", name)
		}
		return "", false
	}}
	dir := write(t, "samui.yaml", `
secrets: nowhere
auth: {user: ops, password: "${secret:A}"}
heartbeat: {url: "${secret:B}"}
slack: {webhook: "https://hooks.example/${secret:C}"}
webhook: {url: "${secret:D}", secret: "${secret:E}"}
sites:
  shop: {url: "https://shop.example", headers: {X-Robot: "${secret:F}"}, vars: {password: "${secret:G}"}}
`, "a.yaml", `
journey: a
site: shop
stage: browse
every: 5m
steps:
  - step: home
    do: [{open: "${secret:H}"}, {open: "https://shop.example/?t=${secret:I}"}, {fill: {label: L, with: "${password}"}}]
    expect: [{text: {matches: "${secret:J}"}}]
`, "b.yaml", strings.Replace(simple("b"), "open: /", `open: "https://other.example/?t=${secret:K}"`, 1))
	s, problems := Load(filepath.Join(dir, "samui.yaml"), env)
	if len(problems) > 0 {
		t.Errorf("settings: %v", problems)
	}
	if js, problems := LoadJourneys(s, []string{filepath.Join(dir, "a.yaml")}, env); len(js) != 1 || len(problems) > 0 {
		t.Errorf("%d journeys, problems %v", len(js), problems)
	}
	// What is wrong whatever the secret is stays a mistake.
	_, problems = LoadJourneys(Default(), []string{filepath.Join(dir, "b.yaml")}, env)
	if len(problems) != 1 || !strings.Contains(problems[0].What, "a host that is not the site's") {
		t.Errorf("a secret that is sent abroad: %v", problems)
	}
}
