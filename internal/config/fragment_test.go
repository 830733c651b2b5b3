package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

// Steps of a fragment are the journey's own, with what was said where it is
// used; each keeps its place.
func TestFragmentsAreUsed(t *testing.T) {
	js, problems := LoadJourneys(Default(), []string{"testdata/uses/good.yaml"}, testEnv())
	if len(problems) > 0 || len(js) != 1 {
		t.Fatalf("%d journeys, problems %v", len(js), problems)
	}
	var got []string
	for _, s := range js[0].Steps {
		got = append(got, s.ID+" "+s.Pos.String())
	}
	want := []string{
		"home testdata/uses/good.yaml:7", "page testdata/uses/fragments/page.yaml:4", "log-in testdata/uses/fragments/login.yaml:6",
		"again-page testdata/uses/fragments/page.yaml:4", "again-log-in testdata/uses/fragments/login.yaml:6",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	login := js[0].Steps[2]
	if got := login.Do[0].With.String(); got != "dana" {
		t.Errorf("typed %q", got)
	}
	if !login.Do[1].With.HasSecret() || len(js[0].Secrets()) == 0 {
		t.Error("the secret is none any more")
	}
	if got := js[0].Steps[4].Expect[0].Text.Reveal(journey.Facts{}); got != "Hello avi" {
		t.Errorf("expected %q", got)
	}
	if got := login.Do[0].Pos.String(); got != "testdata/uses/fragments/login.yaml:9" {
		t.Errorf("the action stands in %s", got)
	}
}

// Whatever is wrong is told once, where it stands; each journey that can't be
// walked for it says so.
func TestMistakesWithFragments(t *testing.T) {
	_, problems := Review(Default(), []string{"testdata/uses", "testdata/uses/fragments"}, testEnv())
	var lines []string
	for _, p := range problems {
		lines = append(lines, filepath.ToSlash(p.String()))
	}
	golden(t, "testdata/uses/problems.golden", strings.Join(lines, "\n")+"\n")
	js, _ := LoadJourneys(Default(), []string{"testdata/uses", "testdata/uses/fragments"}, testEnv())
	if got, want := ids(js), "none/good"; got != want {
		t.Errorf("journeys = %s, want %s", got, want)
	}
}

// What a param stands for isn't known where its fragment is checked by itself:
// only where it is used can it be no number.
func TestParamsThatAreNoTexts(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("wait.yaml", "fragment: wait\nparams: [time, limit, rows, key]\nsteps:\n  - step: look\n    timeout: ${limit}\n    do: [{pause: \"${time}\"}, {press: \"${key}\"}]\n    expect: [{count: {css: li, is: \"${rows}\"}}]\n")
	journey := "journey: j\nstage: browse\nurl: https://shop.example\nevery: 5m\nsteps:\n  - {step: home, do: [{open: /}], expect: [{text: Hi}]}\n  - {use: wait.yaml, with: {time: 2s, limit: 40s, rows: \"%s\", key: Enter}}\n"
	write("j.yaml", fmt.Sprintf(journey, "3"))
	js, problems := Review(Default(), []string{folder}, testEnv())
	if len(js) != 1 || len(problems.Errors()) > 0 {
		t.Errorf("%d journeys, problems %v", len(js), problems)
	}
	write("j.yaml", fmt.Sprintf(journey, "many"))
	js, problems = Review(Default(), []string{folder}, testEnv())
	if len(js) != 0 || !strings.Contains(fmt.Sprint(problems), "look at what its ${…} stands for") {
		t.Errorf("%d journeys, problems %v", len(js), problems)
	}
	write("j.yaml", fmt.Sprintf(journey, "3"))
	write("wait.yaml", "fragment: wait\nparams: [time]\nsteps:\n  - step: look\n    do: [{pause: \"${tme}\"}]\n")
	if _, problems = Review(Default(), []string{filepath.Join(folder, "wait.yaml")}, testEnv()); !strings.Contains(fmt.Sprint(problems), "${tme}, which is not set") {
		t.Errorf("problems %v", problems)
	}
}

// Fragments that use others again and again are refused before they fill the
// memory.
func TestFragmentsMultiply(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	many := func(next string) string {
		var b strings.Builder
		for i := range 40 {
			fmt.Fprintf(&b, "  - use: %s\n    as: n%d\n", next, i)
		}
		return b.String()
	}
	write("d.yaml", "fragment: d\nsteps:\n  - {step: d, do: [{open: /}], expect: [{text: Hi}]}\n")
	write("c.yaml", "fragment: c\nsteps:\n"+many("d.yaml"))
	write("b.yaml", "fragment: b\nsteps:\n"+many("c.yaml"))
	write("a.yaml", "fragment: a\nsteps:\n"+many("b.yaml"))
	write("j.yaml", "journey: j\nstage: browse\nurl: https://shop.example\nevery: 5m\nsteps:\n"+many("a.yaml"))
	js, problems := LoadJourneys(Default(), []string{filepath.Join(folder, "j.yaml")}, testEnv())
	if len(js) > 0 || len(problems) == 0 {
		t.Fatalf("%d journeys, problems %v", len(js), problems)
	}
	if text := problems.Err().Error(); !strings.Contains(text, "fragments bring more than 500 steps") {
		t.Errorf("problems %.500s", text)
	}
}
