package recording_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"samui/internal/config"
	"samui/internal/journey"
	"samui/internal/recording"
)

// recordings are those that the command's tests import.
const recordings = "../../cmd/samui/testdata/recordings/*.json"

// written is a recording as a file, with its notes as comments.
func written(r recording.Result) []byte {
	var comments []config.Comment
	for _, n := range r.Notes {
		comments = append(comments, config.Comment{Text: n.String(), Key: n.At.Key, Step: n.At.Step, Do: n.At.Do, Expect: n.At.Expect})
	}
	return config.Write(r.Journey, comments...)
}

// checkWritten wants a file that is right, and is read as it was meant.
func checkWritten(t *testing.T, r recording.Result, sites ...config.Site) {
	t.Helper()
	data := written(r)
	dir := t.TempDir()
	path := filepath.Join(dir, "j.yaml")
	for _, s := range r.Journey.Steps {
		for _, a := range s.Do {
			if a.Verb != journey.Upload {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, a.File), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	settings := config.Default()
	settings.Sites = sites
	js, problems := config.Review(settings, []string{path}, config.Env{NoSecrets: true})
	if len(problems.Errors()) > 0 || len(js) != 1 {
		t.Fatalf("%v\n%s", problems.Errors(), data)
	}
	want := r.Journey
	if want.Timeout == 0 {
		want.Timeout = 2 * time.Minute
	}
	want.Steps = append([]journey.Step(nil), want.Steps...)
	for i := range want.Steps {
		if want.Steps[i].Timeout == 0 {
			want.Steps[i].Timeout = 30 * time.Second
		}
	}
	sameText := cmp.Comparer(func(a, b journey.Text) bool { return sources(a) == sources(b) })
	if diff := cmp.Diff(want, js[0], sameText, cmpopts.EquateEmpty(), cmpopts.IgnoreTypes(journey.Pos{}, journey.ThresholdSet{}),
		cmpopts.IgnoreFields(journey.Journey{}, "Site", "File"), cmpopts.IgnoreFields(journey.Schedule{}, "Timezone")); diff != "" {
		t.Errorf("(-meant +read):\n%s\n%s", diff, data)
	}
}

// sources is a text with the names of its secrets instead of their values.
func sources(t journey.Text) string {
	var b strings.Builder
	for _, p := range t.Parts() {
		if p.Source != "" {
			b.WriteString("\x00" + p.Source + "\x00")
		} else {
			b.WriteString(p.Literal)
		}
	}
	return b.String()
}

// small are recordings of a few bytes, which a fuzzer gets further with.
func small() []string {
	const page = `{"type":"navigate","url":"https://shop.example/a?b=1#c","assertedEvents":[{"type":"navigation","url":"https://shop.example/a","title":"A"}]}`
	all := []string{"", "{}", `{"steps":[]}`, `{"title":"t","steps":[` + page + `]}`}
	for _, step := range []string{
		`{"type":"setViewport","width":1,"height":2,"isMobile":true}`, `{"type":"emulateNetworkConditions","download":1,"upload":2,"latency":3}`,
		`{"type":"click","selectors":[["aria/A","aria/B[role=\"button\"]"],["#a > b"],["text/C"]]}`, `{"type":"change","selectors":["pierce/[placeholder='x']"],"value":"v"}`,
		`{"type":"change","selectors":["#password"],"value":"hunter22"},{"type":"keyDown","key":"Enter"}`, `{"type":"scroll","y":5},{"type":"scroll","selectors":["xpath//a[1]"]}`,
		`{"type":"waitForElement","selectors":["a"],"operator":"==","count":2,"properties":{"value":"x"}}`, `{"type":"waitForExpression","expression":"document.title === 'x'"}`,
		`{"type":"customStep","name":"n","parameters":{"a":[1]}},{"type":"close","target":"https://p.example"}`, `{"type":"hover","selectors":["a"],"frame":[0]}`,
		`{"type":"change","selectors":["aria/A"],"value":"C:\\fakepath\\a.png","frame":[1,0]},{"type":"doubleClick","selectors":["text/B"],"button":"secondary","frame":[1]}`,
		`{"type":"keyDown","key":"Shift"},{"type":"click","selectors":["canvas"],"offsetX":3.5,"offsetY":2},{"type":"keyUp","key":"Shift"}`,
	} {
		all = append(all, `{"steps":[`+page+`,`+step+`]}`)
	}
	return all
}

// checkImport is what holds for any file.
func checkImport(t *testing.T, data []byte) {
	t.Helper()
	site := config.Site{Site: journey.Site{ID: "shop", URL: "https://shop.example/in/", Hosts: []string{"shop.example"}, Timezone: time.UTC}}
	for _, sites := range [][]config.Site{nil, {site}} {
		o := recording.Options{File: "some file.json", Every: 5 * time.Minute}
		for _, s := range sites {
			o.Sites = append(o.Sites, s.Site)
		}
		r, err := recording.Import(data, o)
		var invalid *recording.InvalidError
		switch {
		case errors.As(err, &invalid):
			if len(invalid.Mistakes) == 0 || len(err.Error()) > 50_000 {
				t.Errorf("%d mistakes: %.500v", len(invalid.Mistakes), err)
			}
		case err != nil:
			t.Error(err)
		default:
			checkWritten(t, r, sites...)
		}
	}
}

// FuzzImport gives the importer any bytes.
func FuzzImport(f *testing.F) {
	paths, err := filepath.Glob(recordings)
	if err != nil || len(paths) < 10 {
		f.Fatalf("%d recordings match %s (%v)", len(paths), recordings, err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, text := range small() {
		f.Add([]byte(text))
	}
	f.Fuzz(checkImport)
}

// FuzzTexts puts any text into every place of a recording that takes one.
func FuzzTexts(f *testing.F) {
	for _, text := range []string{
		"Add to cart", `Name[role="button"]`, `a > b[c='d']`, "//a[1]", "01234", "a: b #c", "${x}", "“q”", "\u200f\t\n\x00", "😀", "https://shop.example/p?utm_source=x&token=y%20z", "https://u:p@x.example:81//a:b/%zz?#!/x", "2026-01-01",
		"password", "4242424242424242", "Shift", "(1) ", "new Promise(r => setTimeout(r, 99999))", "document.title === 'x'", "main", "checkbox", "C:\\fakepath\\x", "null",
	} {
		f.Add(text, "x")
		f.Add("x", text)
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		if len(one)+len(other) > 5000 {
			return
		}
		selectors := [][]string{{"aria/" + one}, {"aria/" + other, "aria/" + one + `[role="button"]`}, {one}, {"[data-testid='" + one + "']"}, {"pierce/" + one, other}, {"xpath/" + one}, {"text/" + one}}
		events := []map[string]any{{"type": "navigation", "url": one, "title": other}}
		var steps []map[string]any
		add := func(kind string, more map[string]any) {
			for from := range selectors {
				step := map[string]any{"type": kind}
				maps.Copy(step, more)
				if _, has := more["selectors"]; has {
					step["selectors"] = selectors[from:]
				} else if from > 0 {
					return
				}
				steps = append(steps, step)
			}
		}
		add("navigate", map[string]any{"url": "https://shop.example/", "assertedEvents": events})
		add("navigate", map[string]any{"url": one})
		add("navigate", map[string]any{"url": "https://shop.example/" + one + "?" + other + "=" + one, "assertedEvents": []map[string]any{{"type": "navigation", "url": "https://shop.example/" + other + "?" + one, "title": one}}})
		add("click", map[string]any{"selectors": nil})
		add("change", map[string]any{"selectors": nil, "value": other})
		add("change", map[string]any{"selectors": nil, "value": one})
		add("keyDown", map[string]any{"key": one})
		add("hover", map[string]any{"selectors": nil, "target": other, "frame": []int{0}})
		add("waitForElement", map[string]any{"selectors": nil, "count": 2, "properties": map[string]any{"textContent": other, "value": one, one: other}})
		add("waitForElement", map[string]any{"selectors": nil, "visible": false})
		add("waitForExpression", map[string]any{"expression": one})
		add("change", map[string]any{"selectors": nil, "value": `C:\fakepath\` + other})
		add("customStep", map[string]any{"name": one, "parameters": map[string]any{one: other}})
		add("close", map[string]any{"target": one, "assertedEvents": events})
		data, err := json.Marshal(map[string]any{"title": one, "selectorAttribute": other, "steps": steps})
		if err != nil {
			t.Fatal(err)
		}
		checkImport(t, data)
	})
}
