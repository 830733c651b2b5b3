package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"samui/internal/config"
)

// goPackage is what `go list` tells of a package.
type goPackage struct {
	ImportPath string
	Doc        string
	Imports    []string
}

func goList(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Doc,Imports", "samui/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// packageTable reads README's table: package → what it may import.
func packageTable(t *testing.T) map[string][]string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(readme), "| package | what lives there | may import (besides std) |\n")
	if !found {
		t.Fatal("README.md has no package table")
	}
	row := regexp.MustCompile("^\\| `([^`]+)` \\| .+ \\| ([^|]+) \\|$")
	may := map[string][]string{}
	for _, line := range strings.Split(table, "\n")[1:] {
		cells := row.FindStringSubmatch(line)
		if cells == nil {
			break
		}
		may["samui/"+cells[1]] = []string{}
		if cells[2] == "nothing" {
			continue
		}
		for name := range strings.SplitSeq(cells[2], ", ") {
			if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
				name = "samui/" + name
			}
			may["samui/"+cells[1]] = append(may["samui/"+cells[1]], name)
		}
	}
	return may
}

func allowed(path string, may []string) bool {
	return slices.ContainsFunc(may, func(m string) bool {
		if all, ok := strings.CutSuffix(m, "/*"); ok {
			m = all
		}
		return path == m || strings.HasPrefix(path, m+"/")
	})
}

// The package table of README.md is the code's: every package is in it, and
// imports nothing that the table doesn't say.
func TestImportsAreThoseOfTheTable(t *testing.T) {
	table := packageTable(t)
	packages := goList(t)
	for _, p := range packages {
		may, listed := table[p.ImportPath]
		if !listed {
			t.Errorf("%s isn't in README's package table", p.ImportPath)
			continue
		}
		for _, path := range p.Imports {
			first, _, _ := strings.Cut(path, "/")
			if outside := first == "samui" || strings.Contains(first, "."); outside && !allowed(path, may) {
				t.Errorf("%s imports %s; README's package table allows %q", p.ImportPath, path, may)
			}
		}
	}
	for name := range table {
		if !slices.ContainsFunc(packages, func(p goPackage) bool { return p.ImportPath == name }) {
			t.Errorf("README's package table lists %s, which doesn't exist", name)
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, p := range goList(t) {
		if len(strings.Fields(p.Doc)) < 5 {
			t.Errorf("%s has no package doc", p.ImportPath)
		}
	}
}

func TestEveryMakeTargetHasHelp(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	targets := regexp.MustCompile(`(?m)^([a-z]+):(.*)$`).FindAllStringSubmatch(string(makefile), -1)
	var names []string
	for _, target := range targets {
		names = append(names, target[1])
		if !strings.Contains(target[2], "## ") {
			t.Errorf("make %s has no ## help", target[1])
		}
	}
	for _, want := range []string{"demo", "test", "lint", "bench", "build", "help"} {
		if !slices.Contains(names, want) {
			t.Errorf("the Makefile makes %q, not %s", names, want)
		}
	}
}

// What `make` takes for a Chrome is what Samui finds.
func TestPrepareLooksWhereTheBrowserIsLookedFor(t *testing.T) {
	code, err := os.ReadFile("../../internal/browser/executable.go")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("../../.ci/prepare")
	if err != nil {
		t.Fatal(err)
	}
	places := regexp.MustCompile(`(?m)^\t+\{(?:nameHeadlessShell|"\w+"), "([^"]+)"\},$`).FindAllSubmatch(code, -1)
	if len(places) < 10 {
		t.Fatalf("executable.go names %d places; has it another form?", len(places))
	}
	for _, p := range places {
		if !strings.Contains(string(script), string(p[1])) {
			t.Errorf(".ci/prepare doesn't look for %s", p[1])
		}
	}
}

// What the README shows is right: its blocks of YAML are a journey and
// settings that have no mistake.
func TestReadmeExamplesHaveNoMistake(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(readme, -1)
	if len(blocks) != 2 {
		t.Fatalf("README.md has %d blocks of YAML, want a journey and settings", len(blocks))
	}
	t.Chdir(t.TempDir())
	env := config.Env{Lookup: func(name string) (string, bool) { return "x", strings.HasPrefix(name, "SAMUI_SECRET_") }}
	if err := os.WriteFile("journey.yaml", blocks[0][1], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(settingsFile, blocks[1][1], 0o600); err != nil {
		t.Fatal(err)
	}
	journeys, problems := config.LoadJourneys(config.Default(), []string{"journey.yaml"}, env)
	if len(journeys) != 1 || len(problems) > 0 {
		t.Errorf("the journey gives %d journeys and %v", len(journeys), problems)
	}
	if _, problems := config.Load(settingsFile, env); len(problems) > 0 {
		t.Errorf("the settings: %v", problems)
	}
}
