package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"samui/internal/browser"
	"samui/internal/config"
	"samui/internal/demo"
	"samui/internal/journey"
	"samui/internal/probe"
)

// demoAddress is where the demo shop is, as the manual has it.
const demoAddress = "http://127.0.0.1:8099"

// wordExample is an example of the reference, with what it runs on.
type wordExample struct{ heading, on, text string }

// wordExamples are the examples of the reference.
func wordExamples(t *testing.T) []wordExample {
	t.Helper()
	page := pages(t)["journeys.md"]
	var all []wordExample
	for _, m := range regexp.MustCompile("(?s)<!-- on (.*?) -->\n```ya?ml\n(.*?)```\n").FindAllStringSubmatchIndex(page, -1) {
		headings := regexp.MustCompile("(?m)^##+ (.*)$").FindAllStringSubmatch(page[:m[0]], -1)
		all = append(all, wordExample{headings[len(headings)-1][1], page[m[2]:m[3]], page[m[4]:m[5]]})
	}
	return all
}

// fragmentExamples are the files that examples use, by their names.
func fragmentExamples(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, m := range regexp.MustCompile("(?s)<!-- as (\\S+) -->\n```yml\n(.*?)```\n").FindAllStringSubmatch(pages(t)["journeys.md"], -1) {
		all[m[1]] = m[2]
	}
	return all
}

// journey is the example as a whole journey on a server of pages.
func (e wordExample) journey(pages, shop string) string {
	if strings.HasPrefix(e.text, "journey: ") {
		return strings.ReplaceAll(e.text, demoAddress, shop)
	}
	step := e.text
	if !strings.HasPrefix(step, "step: ") {
		step = "step: example\n" + step
	}
	return "journey: example\nstage: browse\nevery: 1h\nurl: " + pages + "\nsteps:\n" +
		"  - step: page\n    do: [{open: /" + e.on + "}]\n" +
		"  - " + strings.ReplaceAll(strings.TrimSuffix(step, "\n"), "\n", "\n    ") + "\n"
}

// Every example of the reference does in Chrome what the page says.
func TestEveryExampleOfTheReferenceRuns(t *testing.T) {
	b, err := browser.New(browser.Options{NoSandbox: os.Geteuid() == 0})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	served := httptest.NewServer(http.FileServer(http.Dir("testdata/reference")))
	t.Cleanup(served.Close)
	demoShop, err := demo.NewShop()
	if err != nil {
		t.Fatal(err)
	}
	shop := httptest.NewServer(demoShop)
	t.Cleanup(shop.Close)
	examples := wordExamples(t)
	if len(examples) < 30 {
		t.Fatalf("only %d examples; are they found?", len(examples))
	}
	fragments := fragmentExamples(t)
	for _, e := range examples {
		t.Run(strings.Trim(e.heading, "`"), func(t *testing.T) {
			t.Parallel()
			text := e.journey(served.URL, shop.URL)
			file := filepath.Join(t.TempDir(), "example.yaml")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(filepath.Dir(file), "photo.jpg"), []byte("a picture"), 0o600); err != nil {
				t.Fatal(err)
			}
			for name, text := range fragments {
				path := filepath.Join(filepath.Dir(file), filepath.FromSlash(name))
				if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
					t.Fatal(err)
				}
			}
			js, problems := config.LoadJourneys(config.Default(), []string{file}, docsEnv())
			if err := problems.Err(); err != nil {
				t.Fatalf("%v in\n%s", err, text)
			}
			for _, j := range js {
				for _, v := range j.Visits {
					if f := firstFailure(probe.Run(context.Background(), b, j, v, probe.Options{})); f != "" {
						t.Errorf("%s\n%s", f, text)
					}
				}
			}
		})
	}
}

// firstFailure is what went wrong on a visit, empty where nothing did.
func firstFailure(r journey.Run) string {
	if r.Error != nil {
		return r.Error.Message
	}
	for _, s := range r.Steps {
		if s.Failure != nil {
			return s.Step + ": " + s.Failure.Message
		}
	}
	return ""
}
