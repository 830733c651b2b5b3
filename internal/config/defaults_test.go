package config

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

// shared is a tree of journeys and defaults, as one that belongs to testdata's
// samui.yaml.
func sharedTree() Settings {
	s := Default()
	s.Dir = "testdata/shared"
	return s
}

// one is the only journey of a file.
func onlyOf(t *testing.T, path string) journey.Journey {
	t.Helper()
	js, problems := LoadJourneys(sharedTree(), []string{path}, testEnv())
	if len(problems) > 0 || len(js) != 1 {
		t.Fatalf("%s: %d journeys, problems %v", path, len(js), problems)
	}
	return js[0]
}

// The nearest folder's word counts, key by key; the journey's own over all.
func TestDefaultsAreTaken(t *testing.T) {
	top := onlyOf(t, "testdata/shared/top.yaml")
	if top.Stage != journey.Service || top.Schedule.Every != 5*time.Minute || top.Timeout != 3*time.Minute || top.Schedule.Active == nil || top.Conditions.Locale != "he-IL" || !slices.Equal(top.Tags, []string{"all"}) {
		t.Errorf("top = %+v", top)
	}
	if got := top.Steps[0].Expect[0].Text.String(); got != "dana boots" {
		t.Errorf("top's text = %q", got)
	}

	buy := onlyOf(t, "testdata/shared/shop/buy.yaml")
	if buy.Stage != journey.Purchase || buy.Schedule.Every != 0 || buy.Schedule.Cron != "*/10 * * * *" || buy.Schedule.Active == nil || buy.Timeout != 3*time.Minute || buy.Pace != 2*time.Second {
		t.Errorf("buy = %+v", buy)
	}
	if c := buy.Conditions; c.Locale != "he-IL" || c.ColorScheme != "light" || c.ReducedMotion == nil {
		t.Errorf("buy's visit = %+v", c)
	}
	if len(buy.Visits) != 1 || buy.Visits[0].Device.Name != "phone" || buy.Consent != journey.ConsentReject || len(buy.Mask) != 1 || !slices.Equal(buy.Tags, []string{"smoke"}) {
		t.Errorf("buy = %+v", buy)
	}
	if got := buy.Steps[0].Expect[0].Text.String(); got != "avi shoes" {
		t.Errorf("buy's text = %q", got)
	}
	if o := buy.Overlays; len(o) != 1 || o[0].Pos.String() != "testdata/shared/shop/defaults.yaml:7" {
		t.Errorf("buy's overlays = %+v", o)
	}
	want := journey.ThresholdSet{
		Page:   journey.Thresholds{Slow: time.Second, Bad: 5 * time.Second, Critical: 20 * time.Second},
		InPage: journey.Thresholds{Slow: 500 * time.Millisecond, Bad: 3 * time.Second, Critical: 10 * time.Second},
	}
	if diff := cmp.Diff(want, buy.Steps[0].Thresholds); diff != "" {
		t.Errorf("buy's thresholds (-want +got):\n%s", diff)
	}

	often := onlyOf(t, "testdata/shared/shop/phone/often.yaml")
	if often.Stage != journey.Discover || often.Schedule.Every != time.Hour || often.Schedule.Cron != "" || often.Visits[0].Device.Name != "phone" {
		t.Errorf("often = %+v", often)
	}
}

// A journey elsewhere has the defaults of its own folder, of none around it.
func TestDefaultsEndAtTheTree(t *testing.T) {
	s := sharedTree()
	s.Dir = "testdata/secrets"
	_, problems := LoadJourneys(s, []string{"testdata/shared/shop/buy.yaml"}, testEnv())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	js, _, files := LoadJourneysFrom(s, []string{"testdata/shared/shop/buy.yaml"}, testEnv())
	if js[0].Timeout != 2*time.Minute {
		t.Errorf("the timeout is %s, that of a folder above", js[0].Timeout)
	}
	if want := []string{"testdata/shared/shop/buy.yaml", "testdata/shared/shop/defaults.yaml"}; !slices.Equal(files, want) {
		t.Errorf("made of %v, want %v", files, want)
	}
}

// Defaults that aren't there yet are looked for, too: they may come.
func TestDefaultsAreAmongTheFiles(t *testing.T) {
	_, _, files := LoadJourneysFrom(sharedTree(), []string{"testdata/shared/shop/phone/often.yaml"}, testEnv())
	want := []string{"testdata/shared/defaults.yaml", "testdata/shared/shop/defaults.yaml", "testdata/shared/shop/phone/defaults.yaml", "testdata/shared/shop/phone/often.yaml"}
	if !slices.Equal(files, want) {
		t.Errorf("made of %v, want %v", files, want)
	}
}

func TestDefaultsAreNoJourneys(t *testing.T) {
	for _, path := range []string{"testdata/shared/shop", "testdata/shared/shop/*.yaml"} {
		files, problems := JourneyFiles([]string{path})
		if len(problems) > 0 || !slices.Equal(files, []string{"testdata/shared/shop/buy.yaml"}) {
			t.Errorf("%s: files %v, problems %v", path, files, problems)
		}
	}
	js, problems := LoadJourneys(sharedTree(), []string{"testdata/shared/shop/defaults.yaml"}, testEnv())
	if len(js) > 0 || len(problems) > 0 {
		t.Errorf("by itself: %d journeys, problems %v", len(js), problems)
	}
}

// What is wrong with defaults is told once, where it stands; each journey that
// can't be walked for it says so.
func TestMistakesInDefaults(t *testing.T) {
	paths := []string{"testdata/shared/wrong", "testdata/shared/wrong/defaults.yaml", "testdata/shared/cart", "testdata/shared/nowhere/defaults.yaml"}
	js, problems := Review(sharedTree(), paths, testEnv())
	var lines []string
	for _, p := range problems {
		lines = append(lines, filepath.ToSlash(p.String()))
	}
	golden(t, "testdata/shared/problems.golden", strings.Join(lines, "\n")+"\n")
	if got, want := ids(js), "none/knows"; got != want {
		t.Errorf("journeys = %s, want %s", got, want)
	}
}
