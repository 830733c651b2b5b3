package main

import (
	"bytes"
	"cmp"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"samui/internal/config"
	"samui/internal/demo"
)

const docsFolder = "../../docs"

// What the manual says is right: these tests hold what can be held without
// reading it.

// pages are the manual's, by name.
func pages(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(docsFolder, "*.md"))
	if err != nil || len(files) < 7 {
		t.Fatalf("the manual has the pages %q: %v", files, err)
	}
	all := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = string(data)
	}
	return all
}

// fences are the blocks of a page in a language, without their fences.
func fences(page, language string) []string {
	var all []string
	for _, m := range regexp.MustCompile("(?s)(?:^|\n)```(\\w*)\n(.*?)\n```").FindAllStringSubmatch(page, -1) {
		if m[1] == language {
			all = append(all, m[2]+"\n")
		}
	}
	return all
}

// prose is a page without its blocks of code.
func prose(page string) string {
	page = regexp.MustCompile("(?s)(^|\n)```.*?\n```").ReplaceAllString(page, "")
	return regexp.MustCompile(`(?m)^    .*$`).ReplaceAllString(page, "")
}

// docsEnv has every secret that the manual names.
func docsEnv() config.Env {
	return config.Env{Lookup: func(name string) (string, bool) {
		if name == "SAMUI_SECRET_SHOP_TOTP" {
			return "GEZDGNBVGY3TQOJQ", true
		}
		return "https://example.com/x", strings.HasPrefix(name, "SAMUI_SECRET_")
	}}
}

// Every block of YAML is a journey, or begins with "# settings" and is a
// samui.yaml; neither gives as much as a warning.
func TestDocsExamplesHaveNoMistake(t *testing.T) {
	all := pages(t)
	t.Chdir(t.TempDir())
	journeys, settings := 0, 0
	for name, page := range all {
		for _, block := range fences(page, "yaml") {
			var problems config.Problems
			switch {
			case strings.HasPrefix(block, "# settings\n"):
				settings++
				if err := os.WriteFile(settingsFile, []byte(block), 0o600); err != nil {
					t.Fatal(err)
				}
				_, problems = config.Load(settingsFile, docsEnv())
			case strings.HasPrefix(block, "journey: "):
				journeys++
				if err := os.WriteFile("journey.yaml", []byte(block), 0o600); err != nil {
					t.Fatal(err)
				}
				_, problems = config.LoadJourneys(config.Default(), []string{"journey.yaml"}, docsEnv())
			default:
				t.Errorf("%s: this block is neither a journey nor # settings:\n%s", name, block)
			}
			if len(problems) > 0 {
				t.Errorf("%s: %v in\n%s", name, problems, block)
			}
		}
	}
	if journeys < 2 || settings < 5 {
		t.Errorf("the manual shows %d journeys and %d settings; are the blocks found?", journeys, settings)
	}
}

// helpOf is what a command's --help says, empty where there is no such command.
func helpOf(name string) string {
	var out, errs bytes.Buffer
	if run(context.Background(), []string{name, "--help"}, strings.NewReader(""), &out, &errs) != exitFine {
		return ""
	}
	return out.String()
}

// commandLines are the lines in which a page has somebody call samui, in its
// blocks for a shell and within its sentences.
func commandLines(page string) []string {
	var all []string
	for _, block := range fences(page, "sh") {
		for line := range strings.Lines(block) {
			line, _, _ = strings.Cut(line, " #")
			for _, part := range regexp.MustCompile(`\|\||&&|[|;]`).Split(line, -1) {
				if strings.HasPrefix(strings.TrimSpace(part), "samui ") {
					all = append(all, strings.TrimSpace(part))
				}
			}
		}
	}
	for _, m := range regexp.MustCompile("`(samui [^`]+)`").FindAllStringSubmatch(prose(page), -1) {
		all = append(all, m[1])
	}
	return all
}

func TestDocsCommandsAreReal(t *testing.T) {
	found := 0
	for name, page := range pages(t) {
		for _, line := range commandLines(page) {
			found++
			words := strings.Fields(line)
			help := helpOf(words[1])
			if help == "" {
				t.Errorf("%s: %s: there is no such command", name, line)
				continue
			}
			for _, word := range words[2:] {
				flag, _, _ := strings.Cut(word, "=")
				if strings.HasPrefix(flag, "-") && !regexp.MustCompile(`(?m)^  `+regexp.QuoteMeta(flag)+`\s`).MatchString(help) {
					t.Errorf("%s: %s: there is no flag %s; want one of\n%s", name, line, flag, help)
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("the manual calls samui %d times; are the lines found?", found)
	}
}

// anchors are the headings of a page as links name them.
func anchors(page string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(prose(page), -1) {
		heading := strings.ToLower(regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(m[1], "$1"))
		heading = regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(heading, "")
		all = append(all, strings.ReplaceAll(heading, " ", "-"))
	}
	return all
}

func TestDocsLinksResolve(t *testing.T) {
	found := 0
	for name, page := range pages(t) {
		for _, m := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(prose(page), -1) {
			link := m[1]
			if strings.Contains(link, "://") {
				continue
			}
			found++
			path, anchor, _ := strings.Cut(link, "#")
			file := filepath.Join(docsFolder, cmp.Or(path, name))
			if !exists(file) {
				t.Errorf("%s: the link %s leads to nothing", name, link)
				continue
			}
			if anchor == "" {
				continue
			}
			target, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if all := anchors(string(target)); !slices.Contains(all, anchor) {
				t.Errorf("%s: the link %s names a heading that isn't there; want one of %q", name, link, all)
			}
		}
	}
	if found < 15 {
		t.Errorf("the manual has %d links; are they found?", found)
	}
}

// Every page can be reached from the first one.
func TestDocsIndexNamesEveryPage(t *testing.T) {
	all := pages(t)
	for name := range all {
		if name != "README.md" && !strings.Contains(all["README.md"], "]("+name) {
			t.Errorf("docs/README.md doesn't lead to %s", name)
		}
	}
}

// A metric that the manual names is there, and one that is there is explained.
func TestDocsMetricsAreThoseThatAreThere(t *testing.T) {
	golden, err := os.ReadFile("../../internal/daemon/testdata/metrics.golden")
	if err != nil {
		t.Fatal(err)
	}
	var real []string
	for line := range strings.Lines(string(golden)) {
		name, _, _ := strings.Cut(line, " ")
		real = append(real, strings.TrimSpace(name))
	}
	all := pages(t)
	for name, page := range all {
		for _, m := range regexp.MustCompile("`(samui_[a-z_]+)").FindAllStringSubmatch(page, -1) {
			if !slices.Contains(real, m[1]) {
				t.Errorf("%s: there is no metric %s", name, m[1])
			}
		}
	}
	for _, metric := range real {
		if !strings.Contains(all["running.md"], "`"+metric+"`") {
			t.Errorf("running.md doesn't explain %s", metric)
		}
	}
}

// Who follows the page of the first journey gets where it says.
func TestDocsFirstJourneyIsWalked(t *testing.T) {
	page := pages(t)["first-journey.md"]
	journeys, settings := fences(page, "yaml")[0], fences(page, "yaml")[1]
	shop, err := demo.NewShop()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(shop)
	defer server.Close()
	t.Chdir(t.TempDir())
	if err := os.Mkdir("probes", 0o700); err != nil {
		t.Fatal(err)
	}
	const file = "probes/fill-cart.yaml"
	follow := func(journey string, want int, args ...string) string {
		t.Helper()
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(journey, "http://"+shopAddress, server.URL)), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		if got := run(t.Context(), args, strings.NewReader(""), &out, &errs); got != want {
			t.Errorf("samui %q exits %d, want %d:\n%s%s", args, got, want, &out, &errs)
		}
		return out.String() + errs.String()
	}

	mistake := follow(strings.Replace(journeys, "with: boots", "wit: boots", 1), exitUsage, "check", file)
	said, _, _ := strings.Cut(page[strings.Index(page, file+":16:"):], "; want")
	if !strings.Contains(mistake, said+"; want") || !strings.Contains(mistake, "did you mean with?") {
		t.Errorf("the mistake is %q; the page says %q", mistake, said)
	}
	if fine := follow(journeys, exitFine, "check", file); !strings.Contains(fine, "0 mistakes") {
		t.Errorf("the check says %q, and the page 0 mistakes", fine)
	}
	if report := follow(journeys, exitFine, "run", "--no-sandbox", file); !strings.Contains(report, "GOOD · waited") {
		t.Errorf("the run says\n%s", report)
	}
	if err := os.WriteFile(settingsFile, []byte(strings.ReplaceAll(settings, "http://"+shopAddress, server.URL)), 0o600); err != nil {
		t.Fatal(err)
	}
	registered := regexp.MustCompile(`(?m)^url: .*$`).ReplaceAllString(journeys, "site: demo-shop")
	follow(registered, exitFine, "check")
}
