package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// described are the keys of a schema with what is said of them, by their JSON
// pointer.
func described(t *testing.T, schema []byte) map[string]map[string]any {
	t.Helper()
	var root any
	if err := json.Unmarshal(schema, &root); err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string]any{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if properties, ok := v["properties"].(map[string]any); ok {
				for k, p := range properties {
					found[path+"/properties/"+k], _ = p.(map[string]any)
				}
			}
			for k := range v {
				if k != "examples" {
					walk(path+"/"+k, v[k])
				}
			}
		case []any:
			for i := range v {
				walk(fmt.Sprintf("%s/%d", path, i), v[i])
			}
		}
	}
	walk("", root)
	return found
}

// Every key of both schemas has examples, and each is one by the key's own
// schema.
func TestEveryKeyHasExamples(t *testing.T) {
	for name, schema := range map[string][]byte{"journey": JourneySchema(), "settings": SettingsSchema()} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource("samui.json", doc); err != nil {
			t.Fatal(err)
		}
		for path, key := range described(t, schema) {
			some, _ := key["examples"].([]any)
			if len(some) == 0 {
				t.Errorf("%s: %s has no example", name, path)
			}
			s, err := c.Compile("samui.json#" + path)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range some {
				if err := s.Validate(v); err != nil {
					t.Errorf("%s: %s: the example %v is none: %v", name, path, v, err)
				}
			}
		}
	}
}

// An example is taken out of an editor into a file: the loader accepts it there.
func TestTheLoaderAcceptsEveryExample(t *testing.T) {
	const step = "steps:\n  - {step: home, do: [{open: /}], expect: [{text: Hi}]}\n  - {step: pay, do: [{click: Pay}], expect: [{text: Thanks}]}\n"
	for _, c := range []struct {
		name   string
		schema []byte
		path   string // of the keys
		file   func(key, value string) string
	}{
		{"a journey's keys", JourneySchema(), "/properties/", func(key, value string) string {
			text := key + ": " + value + "\n"
			if key == "limit" {
				text += "effects: order\n"
			}
			for _, needed := range []string{"journey: x\n", "stage: browse\n", "site: demo-shop\n", "every: 5m\n", step} {
				name, _, _ := strings.Cut(needed, ":")
				if name != key && (name != "every" || key != "cron") && (name != "site" || key != "sites") {
					text += needed
				}
			}
			return text
		}},
		{"a step's keys", JourneySchema(), "/properties/steps/items/anyOf/0/properties/", func(key, value string) string {
			text := "journey: x\nstage: browse\nsite: demo-shop\nevery: 5m\nvars: {plan: gold}\nsteps:\n  - " + key + ": " + value + "\n"
			for _, needed := range []string{"step: home\n", "do: [{open: /}]\n", "expect: [{text: Hi}]\n"} {
				if name, _, _ := strings.Cut(needed, ":"); name != key {
					text += "    " + needed
				}
			}
			return text
		}},
		{"actions", JourneySchema(), "/properties/steps/items/anyOf/0/properties/do/items/anyOf/1/properties/", func(key, value string) string {
			return "journey: x\nstage: browse\nsite: demo-shop\nevery: 5m\nsteps:\n  - step: home\n    do:\n      - " + key + ": " + value + "\n"
		}},
		{"expectations", JourneySchema(), "/properties/steps/items/anyOf/0/properties/expect/items/anyOf/1/properties/", func(key, value string) string {
			return "journey: x\nstage: browse\nsite: demo-shop\nevery: 5m\nsteps:\n  - step: home\n    do: [{open: /}]\n    expect:\n      - " + key + ": " + value + "\n"
		}},
		{"settings", SettingsSchema(), "/properties/", func(key, value string) string { return key + ": " + value + "\n" }},
		{"a site's keys", SettingsSchema(), "/properties/sites/additionalProperties/properties/", func(key, value string) string {
			text := "slack: {token: \"${secret:SLACK_TOKEN}\", channel: \"#oncall\"}\nsites:\n  shop:\n    " + key + ": " + value + "\n"
			if key != "url" {
				text += "    url: https://shop.example\n"
			}
			return text
		}},
	} {
		tried := 0
		for path, key := range described(t, c.schema) {
			name, own := strings.CutPrefix(path, c.path)
			if !own || strings.Contains(name, "/") {
				continue
			}
			some, _ := key["examples"].([]any)
			for _, v := range some {
				tried++
				value, err := json.Marshal(v) // which YAML reads too
				if err != nil {
					t.Fatal(err)
				}
				text := c.file(name, string(value))
				file := filepath.Join(t.TempDir(), "x.yaml")
				if err := os.WriteFile(filepath.Join(filepath.Dir(file), "photo.jpg"), nil, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				_, problems := loadAs(t, file, !slices.Contains([]string{"settings", "a site's keys"}, c.name))
				if problems = problems.Errors(); len(problems) > 0 {
					t.Errorf("%s: %s\n%s", c.name, text, problems.Err())
				}
			}
		}
		if tried < 5 {
			t.Errorf("%s: only %d examples were tried; has the schema another form?", c.name, tried)
		}
	}
}

// loadAs reads a file as a journey on the sites of testdata, or as settings.
func loadAs(t *testing.T, path string, asJourney bool) (any, Problems) {
	t.Helper()
	if !asJourney {
		return Load(path, secretEnv())
	}
	s, _ := Load("testdata/good/samui.yaml", testEnv())
	return LoadJourneys(s, []string{path}, testEnv())
}

// secretEnv is an environment in which every secret is set.
func secretEnv() Env {
	return Env{Lookup: func(name string) (string, bool) {
		return "https://secret.example", strings.HasPrefix(name, "SAMUI_SECRET_")
	}}
}
