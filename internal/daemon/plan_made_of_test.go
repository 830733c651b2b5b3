package daemon

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"samui/internal/config"
)

// A journey is made of more files than its own: what changes in a fragment or
// in defaults, or comes as such, is taken up.
func TestFilesThatJourneysAreMadeOfAreLookedAt(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const steps = "steps:\n  - step: home\n    title: Open\n    do: [{open: /}]\n    expect: [{text: "
	write("probes/shop/buy.yaml", "journey: buy\ntitle: Buy\nurl: https://shop.example\nsteps:\n  - use: ../fragments/home.yaml\n")
	write("probes/fragments/home.yaml", "fragment: home\n"+steps+"Shop}]\n")
	write("probes/defaults.yaml", "stage: browse\nevery: 5m\n")

	s := config.Default()
	s.Dir, s.Journeys = dir, []string{filepath.Join(dir, "probes/shop/*.yaml")}
	d := &daemon{Options: Options{Settings: s}}
	p := d.read(s, nil)
	if len(p.journeys) != 1 || len(p.refused) > 0 {
		t.Fatalf("%d journeys, refused %v", len(p.journeys), p.refused)
	}
	last := p
	changes := func(what string) {
		t.Helper()
		now := fingerprint(s, last.files)
		last = d.read(s, last)
		if fingerprint(s, last.files) != now {
			t.Errorf("%s: what is looked at isn't what was read", what)
		}
	}
	before := fingerprint(s, p.files)
	write("probes/fragments/home.yaml", "fragment: home\n"+steps+"Our new shop}]\n")
	if fingerprint(s, p.files) == before {
		t.Error("a fragment changed, and nobody saw it")
	}
	changes("fragment")
	if got := last.journeys[0].Steps[0].Expect[0].Text.String(); got != "Our new shop" {
		t.Errorf("after the change %q is expected", got)
	}

	before = fingerprint(s, last.files)
	write("probes/shop/defaults.yaml", "every: 30m\nstage: nowhere\n") // which comes
	if fingerprint(s, last.files) == before {
		t.Error("defaults came, and nobody saw it")
	}
	changes("wrong defaults")
	if len(last.journeys) != 1 || last.journeys[0].Schedule.Every != 5*time.Minute || len(last.refused) == 0 {
		t.Errorf("with wrong defaults: %d journeys, refused %v; want the one that was right walked on", len(last.journeys), last.refused)
	}
	write("probes/shop/defaults.yaml", "every: 30m\n")
	changes("defaults")
	if len(last.journeys) != 1 || last.journeys[0].Schedule.Every != 30*time.Minute || len(last.refused) > 0 {
		t.Errorf("with defaults: %+v, refused %v", last.journeys, last.refused)
	}
}

// What is disabled is there, and shown as such, but has no slots.
func TestDisabledJourneysHaveNoSlots(t *testing.T) {
	path := filepath.Join(t.TempDir(), "off.yaml")
	text := "journey: off\ntitle: Off\nurl: https://shop.example\nstage: browse\nevery: 5m\nenabled: false\nsteps:\n  - step: home\n    title: Open\n    do: [{open: /}]\n    expect: [{text: Shop}]\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := config.Default()
	s.Journeys = []string{path}
	p := (&daemon{Options: Options{Settings: s}}).read(s, nil)
	if len(p.journeys) != 1 || len(p.refused) > 0 {
		t.Fatalf("%d journeys, refused %v", len(p.journeys), p.refused)
	}
	for _, every := range []time.Duration{0, time.Minute} {
		if jobs := p.jobs(every); len(jobs) > 0 {
			t.Errorf("every %s: it has slots: %v", every, jobs)
		}
		if rows := p.rows(every); len(rows) != 1 || !rows[0].Disabled {
			t.Errorf("every %s: it is listed as %+v", every, rows)
		}
	}
}
