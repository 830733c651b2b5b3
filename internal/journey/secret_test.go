package journey

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const canary = "canary-5f3a"

// leaks reports whether a text holds the canary in a form that a person or a
// script could turn back.
func leaks(s string) bool {
	return strings.Contains(s, canary) || strings.Contains(s, fmt.Sprintf("%x", canary)) || strings.Contains(s, fmt.Sprintf("%X", canary)) ||
		strings.Contains(s, fmt.Sprintf("%d", []byte(canary)))
}

// holders are the ways in which code that knows nothing of secrets may come to
// print one: itself, in a text, deep in a journey, in fields that package fmt
// can't call methods on.
func holders() map[string]any {
	secret := NewSecret(canary)
	text := NewText(Part{Literal: "pw "}, Part{Secret: secret, Source: "${secret:PW}"})
	target := Target{By: ByLabel, Value: text, Name: text, Has: text, Within: &Target{By: ByCSS, Value: text}}
	action := Action{Verb: Fill, Target: &target, URL: text, With: text, Option: text}
	expectation := Expectation{Claim: ClaimText, Target: &target, Op: Is, Text: text}
	j := Journey{
		ID: "buy", Mask: []Target{target}, Site: Site{Headers: map[string]Text{"X-Allow": text}},
		Steps: []Step{{ID: "a", Do: []Action{action}, Expect: []Expectation{expectation}}},
	}
	type unexported struct {
		secret  Secret
		text    Text
		parts   []Part
		pointer *Secret
		journey Journey
		any     any
	}
	return map[string]any{
		"secret": secret, "pointer to secret": &secret, "secrets": []Secret{secret}, "map": map[string]Secret{"k": secret},
		"text": text, "pointer to text": &text, "part": text.parts[1], "parts": text.Parts(),
		"target": target, "pointer to target": &target, "action": action, "expectation": expectation, "journey": j, "pointer to journey": &j,
		"redactor":          NewRedactor(secret),
		"unexported fields": unexported{secret, text, text.parts, &secret, j, secret},
		"pointer to them":   &unexported{secret, text, text.parts, &secret, j, text},
	}
}

func TestSecretsNeverPrint(t *testing.T) {
	verbs := []string{"%v", "%+v", "%#v", "%s", "%q", "%+q", "%#q", "%x", "% X", "%d", "%p", "%T", "%t", "%c", "%U", "%e", "%20s", "%-20.3s", "%[2]v", "%!", "%d %d", "%z %v"}
	for name, holder := range holders() {
		t.Run(name, func(t *testing.T) {
			outputs := map[string]string{
				"Print":   fmt.Sprint(holder),
				"Println": fmt.Sprintln(holder, holder),
				"wrapped": fmt.Errorf("typing %v: %w", holder, errors.New("refused")).Error(),
				"panic":   recovered(holder),
			}
			for _, verb := range verbs {
				outputs[verb] = fmt.Sprintf(verb, holder)
				outputs[verb+" twice"] = fmt.Sprintf("%d"+verb, holder, holder, holder)
			}
			if data, err := json.Marshal(holder); err == nil {
				outputs["JSON"] = string(data)
			} else {
				outputs["JSON"] = err.Error()
			}
			for kind, log := range map[string]func(*bytes.Buffer) slog.Handler{
				"slog text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
				"slog JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
			} {
				var b bytes.Buffer
				slog.New(log(&b)).With("with", holder).Info("typed", "value", holder, slog.Group("in", slog.Any("group", holder)))
				outputs[kind] = b.String()
			}
			for kind, output := range outputs {
				if leaks(output) {
					t.Errorf("%s shows the secret: %s", kind, output)
				}
			}
		})
	}
}

// recovered is what a crash prints of a value.
func recovered(v any) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	panic(fmt.Errorf("value %v", v))
}

func TestSecretShowsThatItIsThere(t *testing.T) {
	secret := NewSecret(canary)
	text := NewText(Part{Literal: "id="}, Part{Secret: secret, Source: "${secret:ID}"}, Part{Literal: "&x"})
	for got, want := range map[string]string{
		secret.String():             "<secret>",
		fmt.Sprintf("%v", secret):   "<secret>",
		fmt.Sprintf("%x", secret):   "<secret>",
		fmt.Sprint(NewSecret("")):   "",
		text.String():               "id=<secret>&x",
		fmt.Sprintf("%q", text):     `"id=<secret>&x"`,
		fmt.Sprintf("%15s|", text):  "  id=<secret>&x|",
		fmt.Sprintf("%-15v|", text): "id=<secret>&x  |",
		show(secret):                `"\u003csecret\u003e"`,
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if secret.Reveal() != canary || text.Reveal(noon()) != "id="+canary+"&x" {
		t.Errorf("Reveal() = %q, %q, want the value", secret.Reveal(), text.Reveal(noon()))
	}
}

func TestSecretEqual(t *testing.T) {
	if !NewSecret("a").Equal(NewSecret("a")) || NewSecret("a").Equal(NewSecret("b")) || NewSecret("a").Equal(Secret{}) {
		t.Error("Equal compares something else than values")
	}
	if NewSecret("") != (Secret{}) {
		t.Error(`NewSecret("") is not the zero value`)
	}
}

// TestSecretsListsEveryOne fills every Text that a Journey can hold, found by
// reflection, so that a new field can't be forgotten by the redactor.
func TestHoldsSecrets(t *testing.T) {
	saves := func(s Save) Journey { return Journey{Steps: []Step{{Save: []Save{s}}}} }
	own := Journey{Site: Site{Headers: map[string]Text{"X-Key": NewText(Part{Secret: NewSecret("hush"), Source: "${secret:KEY}"})}}}
	for name, c := range map[string]struct {
		journey Journey
		want    bool
	}{
		"nothing":        {Journey{}, false},
		"its own":        {own, true},
		"a saved text":   {saves(Save{From: SaveText}), false},
		"a saved secret": {saves(Save{From: SaveText, Secret: true}), true},
		"a saved cookie": {saves(Save{From: SaveCookie}), true},
		"a saved field":  {saves(Save{From: SaveValue}), true},
	} {
		if got := c.journey.HoldsSecrets(); got != c.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestSecretsListsEveryOne(t *testing.T) {
	var j Journey
	var want []string
	nested := func(path string) int {
		return strings.Count(path, "Within") + strings.Count(path, "Frame") + strings.Count(path, "Of[")
	}
	var fill func(v reflect.Value, path string)
	fill = func(v reflect.Value, path string) {
		if _, ok := reflect.TypeAssert[Text](v); ok {
			want = append(want, path)
			v.Set(reflect.ValueOf(NewText(Part{Literal: "-"}, Part{Secret: NewSecret(path)})))
			return
		}
		switch kind := v.Kind(); {
		case kind == reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() {
					fill(v.Field(i), path+"."+f.Name)
				}
			}
		case kind == reflect.Slice && nested(path) >= 2:
		case kind == reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			for i := range v.Len() {
				fill(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
			}
		case kind == reflect.Map:
			element := reflect.New(v.Type().Elem()).Elem()
			fill(element, path+"[key]")
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(reflect.ValueOf("key"), element)
		case v.Type() == reflect.TypeFor[*Target]() && nested(path) < 2,
			v.Type() == reflect.TypeFor[*Login](), v.Type() == reflect.TypeFor[*Proxy](), v.Type() == reflect.TypeFor[*Repeat](), v.Type() == reflect.TypeFor[*Expectation](),
			v.Type() == reflect.TypeFor[*Call](), v.Type() == reflect.TypeFor[*Exchange](), v.Type() == reflect.TypeFor[*Comparison]():
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), path)
		}
	}
	fill(reflect.ValueOf(&j).Elem(), "Journey")

	got := map[string]bool{}
	for _, s := range j.Secrets() {
		got[s.Reveal()] = true
	}
	for _, at := range []string{"Journey.Site.Conditions", "Journey.Conditions"} {
		want = append(want, "-"+at+".Auth.User:-"+at+".Auth.Password") // as a Basic header has them
	}
	slices.Sort(want)
	if found := slices.Sorted(maps.Keys(got)); !slices.Equal(found, want) {
		t.Errorf("Secrets() found\n%s\nwant\n%s", strings.Join(found, "\n"), strings.Join(want, "\n"))
	}
	if len(want) < 30 {
		t.Errorf("only %d texts were filled; the journey has more", len(want))
	}
}
