package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// canary begins every secret of the tests, so that one can be searched for.
const canary = "canary-"

// testEnv is the environment of every test. All that it holds is a canary, but
// for what tests want to see.
func testEnv() Env {
	return Env{Lookup: func(name string) (string, bool) {
		if secret, ok := strings.CutPrefix(name, "SAMUI_SECRET_"); ok {
			if strings.HasPrefix(secret, "UNSET") || secret == "PAGE_PASSWORD" {
				return "", false
			}
			if secret == "SAYS_NOTHING" {
				return "", true
			}
			return canary + secret, true
		}
		switch name {
		case "SHOP_URL":
			return "https://alone.example", true
		case "HIDDEN":
			return canary + "env", true
		case "BLANK":
			return "", true
		}
		return "", false
	}}
}

// settingsFor are the settings that a journey of testdata is loaded with: none
// where it brings its own URL.
func settingsFor(t testing.TB, path string) Settings {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte("\nurl:")) && !bytes.Contains(data, []byte("\nsite")) {
		return Default()
	}
	s, problems := Load("testdata/good/samui.yaml", testEnv())
	if len(problems) > 0 {
		t.Fatalf("testdata/good/samui.yaml: %v", problems)
	}
	return s
}

// load reads a file of testdata as what it is.
func load(t testing.TB, path string) (any, Problems) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if settingsIn(data, path) {
		s, problems := Load(path, testEnv())
		return s, problems
	}
	j, problems := LoadJourneys(settingsFor(t, path), []string{path}, testEnv())
	return j, problems
}

func files(t testing.TB, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		t.Fatalf("no files match %s (%v)", pattern, err)
	}
	return found
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// Every mistake has a file of its own, and its golden file is all that is said
// of it.
func TestMistakes(t *testing.T) {
	for _, path := range files(t, "testdata/bad/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			_, problems := load(t, path)
			if len(problems) == 0 {
				t.Fatalf("%s: no mistake was found", path)
			}
			var b strings.Builder
			for _, p := range problems {
				fmt.Fprintln(&b, p)
			}
			golden(t, strings.TrimSuffix(path, ".yaml")+".golden", b.String())
		})
	}
}

func TestGoodFiles(t *testing.T) {
	for _, path := range files(t, "testdata/good/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			v, problems := load(t, path)
			if len(problems) > 0 {
				t.Fatalf("%s: %v", path, problems)
			}
			dump, err := json.MarshalIndent(v, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(path, ".yaml")+".golden", string(dump)+"\n")
		})
	}
}

func TestDefaultIsWhatAnEmptyFileMeans(t *testing.T) {
	path := filepath.Join(t.TempDir(), "samui.yaml")
	if err := os.WriteFile(path, []byte("# nothing yet\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, problems := Load(path, Env{})
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	want := Default()
	want.File, want.Dir = path, filepath.Dir(path)
	want.Data = filepath.Join(want.Dir, want.Data)
	want.Journeys = []string{filepath.Join(want.Dir, want.Journeys[0])}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOneJourneyForEachSiteInOrder(t *testing.T) {
	v, _ := load(t, "testdata/good/everything.yaml")
	var got []string
	for _, j := range v.([]journey.Journey) {
		got = append(got, j.Site.ID)
	}
	if want := []string{"demo-shop", "other-shop"}; !slices.Equal(got, want) {
		t.Errorf("sites = %v, want %v", got, want)
	}
}
