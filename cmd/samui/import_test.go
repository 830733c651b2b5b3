package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"samui/internal/config"
	"samui/internal/demo"
)

// recordedAt is where the recordings of the demo shop were made.
const recordedAt = "http://127.0.0.1:8099"

func recordings(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/recordings/*.json")
	if err != nil || len(paths) < 10 {
		t.Fatalf("%d recordings (%v), want at least ten", len(paths), err)
	}
	return paths
}

// samui carries out a command line and returns what it prints.
func samui(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// Every recording becomes the journey of its golden file, says on stderr what
// its golden file says, and has no mistake; what check warns of is explained
// by a comment in the same step.
func TestRecordings(t *testing.T) {
	for _, path := range recordings(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			code, journey, said := samui(t, "import", path)
			if code != exitFine {
				t.Fatalf("exit code %d: %s", code, said)
			}
			base := strings.TrimSuffix(path, ".json")
			goldenFile(t, base+".yaml", journey)
			goldenFile(t, base+".stderr", strings.ReplaceAll(said, filepath.Dir(path)+"/", ""))

			js, problems := config.Review(config.Default(), []string{base + ".yaml"}, config.Env{NoSecrets: true})
			if len(js) != 1 || len(problems.Errors()) > 0 {
				t.Errorf("%d journeys, %v", len(js), problems.Errors())
			}
			for _, p := range problems.Warnings() {
				if !explained(journey, p.Line) {
					t.Errorf("nothing in the file explains: %s", p)
				}
			}
		})
	}
}

// explained reports whether a comment stands in the step that a line is in.
func explained(text string, line int) bool {
	lines := strings.Split(text, "\n")
	begins := func(s string) bool { return strings.HasPrefix(s, "  - step: ") }
	first, last := line-1, line
	for first > 0 && !begins(lines[first]) {
		first--
	}
	for last < len(lines) && !begins(lines[last]) {
		last++
	}
	return slices.ContainsFunc(lines[first:last], func(s string) bool { return strings.HasPrefix(strings.TrimSpace(s), "# ") })
}

func goldenFile(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
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

// The recordings hold every type of step, every field that says where it is
// done and every kind of selector that the format has.
func TestRecordingsHoldAllOfTheFormat(t *testing.T) {
	var all strings.Builder
	for _, path := range recordings(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, data); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all.WriteString(compact.String())
	}
	for kind := range strings.FieldsSeq(`navigate setViewport emulateNetworkConditions click doubleClick hover change keyDown keyUp scroll close customStep
		waitForElement waitForExpression navigation`) {
		if !strings.Contains(all.String(), `"type":"`+kind+`"`) {
			t.Errorf("no recording holds a %s", kind)
		}
	}
	for _, part := range []string{
		`"aria/`, `"text/`, `"xpath/`, `"pierce/`, `["#`, `"frame":[0,1]`, `"target":"main"`, `"target":"https://`, `"timeout":`, `"selectorAttribute":`, `"assertedEvents":`,
		`"operator":"=="`, `"operator":">="`, `"operator":"<="`, `"count":`, `"visible":false`, `"properties":`, `"attributes":`, `"deviceType":"touch"`, `"deviceType":"pen"`, `"duration":`,
		`"button":"secondary"`, `"button":"auxiliary"`, `"button":"back"`, `"parameters":`,
	} {
		if !strings.Contains(all.String(), part) {
			t.Errorf("no recording holds %s", part)
		}
	}
}

// No secret that was typed is in what is written or said.
func TestImportKeepsNoSecret(t *testing.T) {
	_, journey, said := samui(t, "import", "testdata/recordings/secrets.json")
	for _, secret := range []string{"hunter22", "123456", "4111", "737", "other-pass", "eyJhbG", "99887766"} {
		for what, text := range map[string]string{"the journey": journey, "stderr": said} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %q:\n%s", what, secret, text)
			}
		}
	}
}

// What was done in frames, and with all of a mouse, is imported and walked.
func TestImportedFramesRun(t *testing.T) {
	const file = "frames-and-mouse.json"
	server := httptest.NewServer(http.FileServer(http.Dir("testdata/reference")))
	t.Cleanup(server.Close)
	data, err := os.ReadFile("testdata/recordings/" + file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string][]byte{file: bytes.ReplaceAll(data, []byte("http://127.0.0.1:8098"), []byte(server.URL)), "me.png": []byte("a picture")} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("SAMUI_SECRET_FRAMES_AND_MOUSE_CARD_NUMBER", "4242424242424242")
	journey := filepath.Join(dir, "j.yaml")
	if code, _, said := samui(t, "import", "-o", journey, filepath.Join(dir, file)); code != exitFine {
		t.Fatalf("import: exit code %d: %s", code, said)
	}
	if code, report, said := samui(t, "run", "--no-sandbox", "--pace", "300ms", "--fail-on", "failed", journey); code != exitFine {
		t.Errorf("run: exit code %d\n%s%s", code, report, said)
	}
}

// What was done in three tabs, one of which closes itself, is imported and
// walked.
func TestImportedTabsRun(t *testing.T) {
	const file = "two-tabs.json"
	site := conformanceSite(t)
	data, err := os.ReadFile("testdata/recordings/" + file)
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(strings.TrimPrefix(site, "http://"), ":")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, file), bytes.ReplaceAll(data, []byte(":8097"), []byte(":"+port)), 0o600); err != nil {
		t.Fatal(err)
	}
	journey := filepath.Join(dir, "j.yaml")
	if code, _, said := samui(t, "import", "-o", journey, filepath.Join(dir, file)); code != exitFine {
		t.Fatalf("import: exit code %d: %s", code, said)
	}
	if code, report, said := samui(t, "run", "--no-sandbox", "--pace", "300ms", "--fail-on", "failed", journey); code != exitFine {
		t.Errorf("run: exit code %d\n%s%s", code, report, said)
	}
}

// The recordings that were made of the demo shop are imported and walked: with
// a real Chrome, by the commands that a person would type.
func TestImportedJourneysRun(t *testing.T) {
	shop, err := demo.NewShop()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(shop)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"BUY_SHOES_CARD_NUMBER": "4242 4242 4242 4242", "BUY_SHOES_CARD_CODE": "012", "BUY_SHOES_HE_CARD_NUMBER": "4242 4242 4242 4242", "MEMBERS_CLUB_PASSWORD": "mountain",
	} {
		t.Setenv("SAMUI_SECRET_"+name, value)
	}
	dir := t.TempDir()
	var files []string
	for _, path := range recordings(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(data, []byte(recordedAt)) {
			continue
		}
		file := filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(file, bytes.ReplaceAll(data, []byte(recordedAt), []byte(server.URL)), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	if len(files) < 6 {
		t.Fatalf("%d recordings of the demo shop, want at least six", len(files))
	}
	probes := filepath.Join(dir, "probes")
	if code, _, said := samui(t, append([]string{"import", "--out", probes}, files...)...); code != exitFine {
		t.Fatalf("import: exit code %d: %s", code, said)
	}
	journeys, err := filepath.Glob(probes + "/*.yaml")
	if err != nil || len(journeys) != len(files) {
		t.Fatalf("%d journeys of %d recordings (%v)", len(journeys), len(files), err)
	}
	if code, problems, said := samui(t, "check", probes); code != exitFine {
		t.Fatalf("check: exit code %d: %s%s", code, problems, said)
	}
	code, report, said := samui(t, append([]string{"run", "--no-sandbox", "--pace", "300ms", "--fail-on", "failed"}, journeys...)...)
	if code != exitFine {
		t.Errorf("run: exit code %d\n%s%s", code, report, said)
	}
	if walked := regexp.MustCompile(`(?m)^  [A-Z]+ · waited`).FindAllString(report, -1); len(walked) != len(journeys) {
		t.Errorf("%d of %d journeys were walked:\n%s", len(walked), len(journeys), report)
	}
}
