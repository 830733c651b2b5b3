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
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

func compile(t testing.TB, schema []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("samui.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("samui.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asEditor is a file as an editor with a YAML plug-in sees it; ok is false for
// what it can't even read.
func asEditor(data []byte) (v any, ok bool) {
	if yaml.Unmarshal(data, &v) != nil {
		return nil, false
	}
	return asJSON(v), true
}

func asJSON(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = asJSON(v[k])
		}
		return v
	case map[any]any:
		m := map[string]any{}
		for k := range v {
			m[fmt.Sprint(k)] = asJSON(v[k])
		}
		return m
	case []any:
		for i := range v {
			v[i] = asJSON(v[i])
		}
		return v
	case time.Time:
		return v.Format(time.RFC3339)
	case int:
		return float64(v)
	}
	return v
}

func schemaFor(data []byte, path string, journeys, settings *jsonschema.Schema) *jsonschema.Schema {
	if settingsIn(data, path) {
		return settings
	}
	return journeys
}

func TestSchemaAcceptsEveryGoodFile(t *testing.T) {
	journeys, settings := compile(t, JourneySchema()), compile(t, SettingsSchema())
	for _, path := range files(t, "testdata/good/*.yaml") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		v, ok := asEditor(data)
		if !ok {
			t.Fatalf("%s: is not YAML", path)
		}
		if err := schemaFor(data, path, journeys, settings).Validate(v); err != nil {
			t.Errorf("%s: the loader accepts it, the schema says: %v", path, err)
		}
	}
}

// beyondSchema is the mistakes that no schema can express, with the reason.
func beyondSchema() map[string]string {
	const (
		syntax = "the file is no YAML, or no text, so that there is nothing to check"
		gone   = "YAML's data model holds no trace of it"
		other  = "it lies between this file and the settings, other files or the world"
		two    = "it lies between two values, and a schema compares none"
		value  = "it takes more than a regular expression to tell"
		warns  = "it is a warning"
		nearby = "defaults.yaml may say it"
	)
	return map[string]string{
		"no-schedule": nearby, "bytes-bom": warns, "bytes-nul": syntax, "bytes-utf8": syntax, "key-not-a-word": syntax,
		"duplicate-key": syntax, "second-document": gone, "second-document-empty": gone,
		"alias-bomb": gone, "alias-many": gone, "alias-self": syntax, "deep": gone, "merge-not-a-map": syntax,
		"duplicate-step": two, "sites-twice": other, "device-twice": two, "thresholds-order": two, "settings-thresholds": two, "active-no-time": two,
		"expectations-contradict": two, "pauses-too-long": two, "step-unreachable": two, "active-never": two, "effects-twice": two, "effects-again": two,
		"timeout-below-critical": two, "timeout-default-below-critical": two, "timeout-longer-than-run": warns,
		"site-unknown": other, "site-missing": other, "url-ignored": warns, "url-password": warns, "references": other, "vars-cycle": two, "vars-growing": two, "site-vars": two,
		"env-not-shown": other, "env-not-shown-in-parts": other, "env-of-a-secret": value, "secret-shown": other, "secret-abroad": other, "settings-webhook": other, "settings-var": other,
		"step-without-expect": warns, "step-expects-nothing": warns, "trap-hebrew-quotes": warns, "settings-plain-secrets": warns,
		"settings-slack-webhook-channel": warns, "site-slack": warns, "settings-listen-open": two, "settings-listen-port": value,
		"every-zero": value, "cron-minute-60": value, "cron-weekday-7": value, "cron-backwards": value, "cron-weekend": value, "cron-step-zero": value, "cron-name": value, "cron-never": value,
		"site-timezone": value, "site-timezone-local": value, "site-timezone-case": value, "site-timezone-offset": value, "site-bounce-over": value,
	}
}

func TestSchemaRefusesWhatTheLoaderRefuses(t *testing.T) {
	journeys, settings := compile(t, JourneySchema()), compile(t, SettingsSchema())
	excused := beyondSchema()
	for _, path := range files(t, "testdata/bad/*.yaml") {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		v, ok := asEditor(data)
		if !ok {
			if excused[name] == "" && !strings.HasPrefix(name, "trap-") && name != "cron-unquoted" && name != "alias-unknown" {
				t.Errorf("%s: is not YAML; say so in beyondSchema", name)
			}
			delete(excused, name)
			continue
		}
		err = schemaFor(data, path, journeys, settings).Validate(v)
		switch {
		case err == nil && excused[name] == "":
			t.Errorf("%s: the loader refuses it, the schema accepts it", name)
		case err != nil && excused[name] != "":
			t.Errorf("%s: the schema refuses it although it is excused (%s): %v", name, excused[name], err)
		}
		delete(excused, name)
	}
	for name := range excused {
		t.Errorf("beyondSchema excuses %s, which isn't there", name)
	}
}

// A key that the schema knows is a key that the loader knows, everywhere.
func TestSchemasDescribeEveryKey(t *testing.T) {
	for name, schema := range map[string][]byte{"journey": JourneySchema(), "settings": SettingsSchema(), "fragment": FragmentSchema(), "defaults": DefaultsSchema()} {
		var v map[string]any
		if err := json.Unmarshal(schema, &v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		keys, bare := 0, []string(nil)
		var walk func(path string, v any)
		walk = func(path string, v any) {
			switch v := v.(type) {
			case map[string]any:
				if properties, ok := v["properties"].(map[string]any); ok {
					for k, p := range properties {
						keys++
						if d, _ := p.(map[string]any)["description"].(string); d == "" {
							bare = append(bare, path+"/"+k)
						}
					}
				}
				for k := range v {
					walk(path+"/"+k, v[k])
				}
			case []any:
				for i := range v {
					walk(fmt.Sprintf("%s/%d", path, i), v[i])
				}
			}
		}
		walk("", v)
		slices.Sort(bare)
		if keys < 40 || len(bare) > 0 {
			t.Errorf("%s: %d keys, without a description: %v", name, keys, bare)
		}
	}
}

// Files that aren't journeys have schemas of their own, which say what the
// loader says.
func TestSchemasOfWhatIsShared(t *testing.T) {
	defaults, fragments := compile(t, DefaultsSchema()), compile(t, FragmentSchema())
	for path, want := range map[string]struct {
		schema *jsonschema.Schema
		good   bool
	}{
		"testdata/shared/defaults.yaml":       {defaults, true},
		"testdata/shared/shop/defaults.yaml":  {defaults, true},
		"testdata/shared/cart/defaults.yaml":  {defaults, true},
		"testdata/shared/wrong/defaults.yaml": {defaults, false},
		"testdata/shared/shop/buy.yaml":       {defaults, false},
		"testdata/uses/fragments/login.yaml":  {fragments, true},
		"testdata/uses/fragments/page.yaml":   {fragments, true},
		"testdata/uses/good.yaml":             {fragments, false},
	} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		v, ok := asEditor(data)
		if !ok {
			t.Fatalf("%s: is not YAML", path)
		}
		if err := want.schema.Validate(v); (err == nil) != want.good {
			t.Errorf("%s: the schema says: %v", path, err)
		}
	}
}
