package config

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"gopkg.in/yaml.v3"
)

const (
	referencePage     = "../../docs/journeys.md"
	referenceExamples = "testdata/reference.txtar"
	mostVerbs         = 60
)

// The reference is written from the tables that drive the loader and the
// schemas, so that none of the three can say what the others don't.
func TestReferenceIsWhatTheTablesSay(t *testing.T) {
	want := newReference(t).page()
	if *update {
		if err := os.WriteFile(referencePage, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(referencePage)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s isn't what the tables say; run go test ./internal/config -run Reference -update (-want +got):\n%s", referencePage, diff)
	}
}

// Every word of the schema stands in an example of the reference; cmd/samui
// runs them all.
func TestEveryWordOfTheReferenceHasAnExample(t *testing.T) {
	ref := newReference(t)
	known, used := map[string]bool{}, map[string]bool{}
	ref.walk(ref.root, "journey", wholeForm, known)
	ref.walk(ref.root.Defs.find("target"), "target", wholeForm, known)
	for _, e := range ref.examples {
		if _, isStep := e.value["do"]; isStep {
			ref.walk(ref.step, "journey/steps", e.value, used)
		} else {
			ref.walk(ref.root, "journey", e.value, used)
		}
	}
	for _, word := range slices.Sorted(maps.Keys(known)) {
		if !used[word] {
			t.Errorf("no example uses %s; add one to %s", word, referenceExamples)
		}
	}
	if len(known) < 80 {
		t.Errorf("only %d words were found: %v", len(known), slices.Sorted(maps.Keys(known)))
	}
	for _, v := range valueForms() {
		if ref.example("value/"+v.form) == nil {
			t.Errorf("no example of %s", v.form)
		}
	}
}

func TestThereAreFewVerbs(t *testing.T) {
	ref := newReference(t)
	if n := len(ref.actions) + len(ref.claims); n > mostVerbs {
		t.Errorf("the language has %d verbs, and must stay small enough to be read aloud: at most %d", n, mostVerbs)
	}
}

// example is a part of a journey that uses a word, with what it runs on.
type example struct {
	word, on, text string
	value          map[string]any
}

type referenceDoc struct {
	root            *schema
	step, use       *schema
	fragment        *schema
	defaults        *schema
	target          properties
	actions, claims properties
	alone           []string
	examples        []example
	out             bytes.Buffer
}

func newReference(t *testing.T) *referenceDoc {
	t.Helper()
	g := newGrammar()
	root := g.journeyTable().schema()
	root.Defs = g.definitions()
	ref := &referenceDoc{root: root, step: root.Properties.find("steps").Items.AnyOf[0], use: root.Properties.find("steps").Items.AnyOf[1], fragment: g.fragmentTable().schema(), defaults: g.defaultsTable().schema()}
	ref.target = ref.object(root.Defs.find("target")).Properties
	do, expect := ref.step.Properties.find("do").Items, ref.step.Properties.find("expect").Items
	ref.actions, ref.claims = ref.object(do).Properties, ref.object(expect).Properties
	for _, s := range append(slices.Clone(do.AnyOf), expect.AnyOf...) {
		ref.alone = append(ref.alone, s.Enum...)
	}
	archive, err := txtar.ParseFile(referenceExamples)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		word, on, ok := strings.Cut(f.Name, " on ")
		e := example{word: word, on: on, text: string(f.Data)}
		if err := yaml.Unmarshal(f.Data, &e.value); err != nil || !ok {
			t.Fatalf("%s: %q is no example: %v", referenceExamples, f.Name, err)
		}
		ref.examples = append(ref.examples, e)
	}
	return ref
}

func (ps properties) find(name string) *schema {
	for _, p := range ps {
		if p.name == name {
			return p.schema
		}
	}
	return nil
}

func (r *referenceDoc) example(word string) *example {
	i := slices.IndexFunc(r.examples, func(e example) bool { return e.word == word })
	if i < 0 {
		return nil
	}
	return &r.examples[i]
}

// object is the form of a value that is a map.
func (r *referenceDoc) object(s *schema) *schema {
	if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok {
		s = r.root.Defs.find(name)
	}
	for _, some := range s.AnyOf {
		if o := r.object(some); o != nil {
			return o
		}
	}
	if s.Properties != nil {
		return s
	}
	return nil
}

// shared are the words that mean the same wherever they stand.
func shared() []string {
	return append(textOps(), "at_least", "at_most", "above", "below", "in", "optional", "for", "slow", "bad", "critical")
}

// wholeForm stands for a value that holds every word.
const wholeForm = "\x00"

// walk notes the words that a value uses.
func (r *referenceDoc) walk(s *schema, path string, value any, seen map[string]bool) {
	if s == nil || value == wholeForm && s.Ref != "" {
		return // a target, whose words are noted once
	}
	for _, some := range slices.Concat(s.AnyOf, []*schema{s.Items}) {
		if list, ok := value.([]any); ok && some != nil && some == s.Items {
			for _, v := range list {
				r.walk(some, path, v, seen)
			}
			continue
		}
		r.walk(some, path, value, seen)
	}
	if word, ok := value.(string); ok && slices.Contains(s.Enum, word) {
		seen[path+"/"+word] = true
	}
	if s.Ref == "#/$defs/target" {
		r.walk(r.root.Defs.find("target"), "target", value, seen)
	}
	if values, ok := s.Additional.(*schema); ok { // a map whose keys are the user's
		inner, _ := value.(map[string]any)
		if value == wholeForm {
			r.walk(values, path, value, seen)
		}
		for _, v := range inner {
			r.walk(values, path, v, seen)
		}
	}
	for _, p := range s.Properties {
		inner, used := any(wholeForm), true
		if value != wholeForm {
			var m map[string]any
			m, used = value.(map[string]any)
			if used {
				inner, used = m[p.name]
			}
		}
		if used {
			word := r.wordOf(path, p.name)
			seen[word] = true
			r.walk(p.schema, word, inner, seen)
		}
	}
}

// wordOf names a key by where it stands, or by itself where it means the same
// everywhere.
func (r *referenceDoc) wordOf(path, key string) string {
	switch inVerb := strings.Count(path, "/") > 1 || path == "target"; {
	case inVerb && r.target.find(key) != nil && (r.object(r.verbOf(path)) == nil || r.object(r.verbOf(path)).Properties.find("css") != nil):
		return "target/" + key
	case slices.Contains(shared(), key):
		return "shared/" + key
	}
	return path + "/" + key
}

// verbOf is the schema of the verb that a path leads to, or of a target.
func (r *referenceDoc) verbOf(path string) *schema {
	for prefix, verbs := range map[string]properties{"journey/steps/do/": r.actions, "journey/steps/expect/": r.claims} {
		if name, ok := strings.CutPrefix(path, prefix); ok && verbs.find(name) != nil {
			return verbs.find(name)
		}
	}
	return r.root.Defs.find("target")
}

type valueForm struct{ form, doc string }

// valueForms are the forms of ${…}, which stand inside texts.
func valueForms() []valueForm {
	return []valueForm{
		{"${NAME}", "A variable of `vars:`; the site's own win."},
		{"${env:NAME}", "The environment of Samui; `${env:NAME:-default}` where it may be unset."},
		{"${secret:NAME}", "`SAMUI_SECRET_NAME` in the environment, else the file `NAME` in the folder `secrets:`. It is typed only into pages of the site's hosts and stands in no output."},
		{"${date:+30d}", "A date counted from today in the site's time zone, as 2026-01-31 or, with `${date:+30d:02/01/2006}`, as you write the second of January 2006."},
		{"${now}", "The time at which the visit began, in the site's time zone, as 2026-01-31T15:04:05+02:00; `${now:15:04}` as you write four past three in the afternoon of the second of January 2006, `${now:+2h}` and `${now:-90m:15:04}` so much later or earlier."},
		{"${uuid}", "A name that nobody had before, as f3b6c1de-8d0c-4f5e-9b1a-2f4c7d9e0a13; also for an address that nobody had before: `samui-${uuid}@example.com`."},
		{"${random:a|b}", "One of several texts, chosen anew for each visit."},
		{"${run}", "The name of the run, by which it is found on Samui's own page: what it leaves behind on the site can be traced."},
		{"${location}", "From where it is visited: `location:` of samui.yaml, else local."},
		{"${totp:NAME}", "The code of an authenticator app, made when it is typed from the secret NAME: the key that the site shows beside its QR code, in base32, or the whole `otpauth://` address. A code that ends within 3 s isn't typed any more; the next one is waited for, which is no wait. It is kept like a secret. Two visits within one code's 30 s would use it twice, which some sites refuse: give each device an account of its own, or leave a minute between them."},
		{"$${", "The characters `${` themselves."},
	}
}

func (r *referenceDoc) printf(format string, args ...any) { fmt.Fprintf(&r.out, format, args...) }

// page is the reference as Markdown.
func (r *referenceDoc) page() []byte {
	r.printf(`# The language of journeys

<!-- Written by go test ./internal/config -run Reference -update from the tables of the loader; don't edit it here. -->

Every word that a journey file knows, each with an example that Samui's own tests run in Chrome. The examples without a name of their own are parts of a
journey: a step, begun on a page that has what they name. For the beginning, read [The first journey](first-journey.md).

The language has %d verbs: %d for what the customer does, %d for what they must then see.

`, len(r.actions)+len(r.claims), len(r.actions), len(r.claims))
	r.printf("## A journey\n\nA file is one journey. Keys that begin with `x-` are yours.\n\n")
	r.keys(r.root, r.root.Properties, nil)
	r.show("journey")
	r.printf("One journey for several sites, by the clock; for now it is only walked when somebody asks for it, as with `samui run --tag smoke`:\n\n")
	r.show("schedule")
	r.printf("A journey that leaves something behind says what, and how often the site's owner bears it. `stop_before:` rehearses it without: the step that orders is\nnot walked, and the run is what the others are. Without that line each visit orders, and the fifth of a day isn't made.\n\n")
	r.show("effects")
	r.printf("The conditions of the visits, all of them; [Conditions of a visit](visits.md) says what each does. Most journeys need none:\n\n")
	r.show("visit")
	r.printf("## A step\n\nOne thing that the customer wants.\n\n")
	r.keys(r.step, r.step.Properties, nil)
	r.show("step")
	r.printf("A step can be left out of some visits: `when:` and `unless:` say of which. It is then skipped, and the run is what the others are. Both may stand; both must\nagree.\n\n")
	r.show("conditions")
	r.printf("Some things are done again and again, as asking for more of a list. Each round waits for its targets as a customer does; between two rounds the page has\ntime to come to rest, which is no wait. `retry:` is for what a customer just tries again; a refusal of the robot and a crash are not tried again.\n\n")
	r.show("repetition")
	r.printf("### `save`\n\nWhat a later step needs and only this page knows: the number of an order, the address of a download, a balance to compare with. It is read when all that the\nstep expects holds, and is no wait; where there is nothing to read, the step fails. From the next step on `${NAME}` is it, in texts, targets, addresses and\n`matches:`, where it stands for itself; `css:` and `xpath:` can't hold it. It is at most 4 KiB long. `samui run` shows it on a terminal.\n\n")
	if values, ok := r.step.Properties.find("save").Additional.(*schema); ok {
		r.keys(values, values.Properties, nil)
	}
	r.show("save")
	r.printf("## Fragments\n\nSteps that several journeys share stand in a file of their own, which begins with `fragment:`. Where `- use:` names it, its steps stand. It knows\nnothing of the journey but its params. Its file lies in the folder of samui.yaml (of the journey, where that lies elsewhere) or below; fragments use others, 5 deep.\n\n")
	r.keys(r.use, r.use.Properties, nil)
	r.printf("The keys of the fragment's own file:\n\n")
	r.keys(r.fragment, r.fragment.Properties, nil)
	fragment := r.example("fragments/search.yaml")
	r.printf("<!-- as %s -->\n```yml\n# %s\n%s```\n\n", fragment.word, fragment.word, fragment.text)
	r.show("use")
	r.printf("## Defaults\n\nWhat the journeys of a folder have in common stands in a file called `defaults.yaml` in that folder. Each of these keys counts for the journeys of the folder,\nand of those below, that don't say it themselves; the nearest `defaults.yaml` wins, key by key. `vars` and `visit` are joined by their own keys, `thresholds` laid\nover each other; any other key is replaced as a whole, a list too. `every` and `cron` replace each other. They reach as far as fragments do. What only one journey\ncan say (`title`, `steps`, `effects`, `enabled`…) is refused there.\n\n")
	r.keys(r.defaults, r.defaults.Properties, nil)
	defaults := r.example(defaultsFile)
	r.printf("<!-- as %s -->\n```yml\n# %s\n%s```\n\nSo this is a whole journey:\n\n", defaults.word, defaults.word, defaults.text)
	r.show("defaults")
	r.printf("## Targets\n\nHow an element is found: a text, which is what people see or what a screen reader says, or a map with exactly one of\n`%s`.\nPrefer what people see: `css` and `xpath` break first.\n\n", strings.Join(targetKinds(), "` `"))
	r.keys(&schema{}, r.target, nil)
	r.show("target")
	r.printf("## Actions\n\n`do:` is a list of them. A verb takes a text or a map: the keys of a target, and what is listed beside it. Where several elements match, an action fails\nand lists them; choose with `nth:`, or narrow.\n\n")
	r.verbs("action", r.actions)
	r.printf("### `optional`\n\nEvery action on a target takes `optional: true` for what may not be there, as a cookie banner: it is tried for 2 s, or `for:` so long; its time is no wait,\nand its absence no failure.\n\n")
	r.show("optional")
	r.printf("## Expectations\n\n`expect:` is a list of them. All are waited for; the step ends in the first frame in which all hold. Texts are compared as people see them.\n`matches` takes a regular expression (RE2).\n\n")
	r.verbs("expectation", r.claims)
	r.printf("## Values\n\n`${…}` stands inside texts, also of `vars:`. What comes up on the visit, as a time or a chance, is one value per visit: the same words mean\nthe same wherever they stand, also through a variable. In `matches:` it stands for itself, whatever signs it holds. A variable of `vars:` called `now`, `uuid`,\n`run` or `location` wins over the word.\n\n")
	for _, v := range valueForms() {
		r.printf("### `%s`\n\n%s\n\n", v.form, v.doc)
		r.show("value/" + v.form)
	}
	return append(bytes.TrimRight(r.out.Bytes(), "\n"), '\n')
}

func (r *referenceDoc) verbs(kind string, verbs properties) {
	for _, p := range verbs {
		r.printf("### `%s`\n\n%s", p.name, p.schema.Description)
		o := r.object(p.schema)
		isTarget := p.schema.Ref == "#/$defs/target" || o != nil && o.Properties.find("css") != nil
		if isTarget {
			r.printf(" Takes a target.")
		}
		if slices.Contains(r.alone, p.name) {
			r.printf(" The word stands alone.")
		}
		r.printf("\n\n")
		if o != nil && p.schema.Ref == "" {
			r.keys(o, o.Properties, func(key string) bool {
				return isTarget && r.target.find(key) != nil || key == "optional" || key == "for"
			})
		}
		r.show(kind + "/" + p.name)
	}
}

// keys is a table of keys, but for those to be left out.
func (r *referenceDoc) keys(of *schema, keys properties, without func(string) bool) {
	begun := false
	for _, p := range keys {
		if without != nil && without(p.name) {
			continue
		}
		if !begun {
			r.printf("| key | |\n|---|---|\n")
			begun = true
		}
		needed := ""
		if slices.Contains(of.Required, p.name) {
			needed = " Needed."
		}
		r.printf("| `%s` | %s%s |\n", p.name, strings.ReplaceAll(p.schema.Description, "|", "\\|"), needed)
		if inner := p.schema; inner.Properties != nil {
			for _, q := range inner.Properties {
				r.printf("| `%s: {%s: …}` | %s |\n", p.name, q.name, q.schema.Description)
			}
		}
	}
	if begun {
		r.printf("\n")
	}
}

// show prints an example: whole journeys as such, parts of them with the page
// on which they run.
func (r *referenceDoc) show(word string) {
	e := r.example(word)
	if e == nil {
		return // said by a test of its own
	}
	language := "yml"
	if e.value["journey"] != nil && e.value["stage"] != nil && !strings.Contains(e.text, "- use: ") { // those need a file beside them
		language = "yaml"
	}
	r.printf("<!-- on %s -->\n```%s\n%s```\n\n", e.on, language, e.text)
}
