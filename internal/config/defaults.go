package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// defaultsFile is the name of the file that says what the journeys of its
// folder, and of those below, have in common.
const defaultsFile = "defaults.yaml"

// isDefaults reports whether a file is one of defaults: its name says it.
func isDefaults(path string) bool { return filepath.Base(path) == defaultsFile }

// sharedKeys are the keys of a journey that its defaults may say. What only one
// journey can say isn't among them.
func sharedKeys() []string {
	return []string{"site", "stage", "every", "cron", "active", "devices", "visit", "vars", "overlays", "consent", "mask", "timeout", "pace", "thresholds", "timings", "tags"}
}

// oneSaying are keys of which one replaces the other.
func oneSaying(key string) []string {
	for _, same := range [][]string{{"every", "cron"}, {"site", "sites"}} {
		if slices.Contains(same, key) {
			return same
		}
	}
	return []string{key}
}

// defaultsTable is the keys of a defaults.yaml: some of a journey's.
func (g *grammar) defaultsTable() object[draft] {
	const alone = " belongs to a single journey: "
	o := g.journeyTable()
	o.name, o.example = "defaults.yaml", "what journeys have in common, such as every: 5m"
	o.fields = slices.DeleteFunc(slices.Clone(o.fields), func(f field[draft]) bool { return !slices.Contains(sharedKeys(), f.name) })
	for i := range o.fields {
		o.fields[i].required = false
	}
	o.rules = []rule{atMostOne("every: or cron:", "every", "cron")}
	o.tips = maps.Clone(o.tips)
	maps.Copy(o.tips, map[string]string{
		"journey": "a file of this name is no journey; give the journey's another", "steps": "steps that several journeys share stand in a fragment, and - use: names it",
		"fragment": "a file of this name is no fragment; give the fragment's another", "title": "title:" + alone + "people tell it by that", "url": "url:" + alone + "where several share one, register the site in samui.yaml and write site:",
		"sites": "sites:" + alone + "it says which it is made for; one site for all of them is site:", "effects": "effects:" + alone + "what a visit leaves behind is said where it does", "limit": "limit: stands beside effects:, in the journey",
		"stop_before": "stop_before:" + alone + "it names one of its steps", "enabled": "enabled:" + alone + "a line far away must not stop the watching", "disabled": "enabled:" + alone + "a line far away must not stop the watching",
	})
	return o
}

// commons is a defaults.yaml that was read.
type commons struct {
	path     string
	root     *node    // nil = it says nothing, or can't be read
	problems Problems // told where it is used, too
}

// above are the defaults of a journey's file, the nearest first: of its folder
// and of those around it, up to where its fragments may lie.
func (l *journeyLoader) above(file string) []commons {
	shared := l.grammar.shared
	top, err := filepath.Abs(shared.tree)
	if err != nil {
		return nil
	}
	var all []commons
	for folder := filepath.Dir(file); ; folder = filepath.Join(folder, "..") {
		if c := l.common(filepath.Join(folder, defaultsFile)); c.root != nil || len(c.problems) > 0 {
			all = append(all, c)
		}
		whole, err := filepath.Abs(folder)
		if err != nil || whole == top || whole == filepath.Dir(whole) {
			return all
		}
	}
}

// common reads a defaults.yaml once; the zero value stands for one that isn't
// there.
func (l *journeyLoader) common(path string) commons {
	shared := l.grammar.shared
	if c, known := l.shared[path]; known {
		return c
	}
	shared.looked[path] = true
	c := commons{path: path}
	switch what, hint := shared.wrong(path); {
	case what == notThere:
		c.path = ""
	case what != "":
		c.problems = Problems{{File: path, What: "this file " + what, Want: "a file in the folder of the journeys", Hint: hint}}
	default:
		f := shared.parse(path)
		src := &source{name: path, lines: f.src.lines}
		if f.root != nil && !f.root.null {
			c.root = f.root
			l.defaults(reader{src: src, scope: &scope{env: l.env, secrets: l.settings.Secrets}}, f.root)
		}
		c.problems = slices.Concat(f.src.sink.problems, src.sink.problems)
	}
	l.shared[path] = c
	return c
}

// defaults checks a defaults.yaml by itself. Variables that the journeys set
// aren't known here.
func (l *journeyLoader) defaults(r reader, root *node) {
	if root.kind == mapping && root.find("site") != nil {
		l.sites(r, root)
	}
	r.scope = r.scope.journeyScope(root.find("vars"), nil)
	r.scope.unknown = true
	var d draft
	l.grammar.defaultsTable().readInto(r, root, &d)
	if len(d.visits) > 0 {
		d.conditions(r, l.settings)
	}
}

// inherit adds to a journey what its defaults say and it doesn't. Each value
// keeps its place, so that what is wrong with it is told there.
func inherit(root *node, all []commons) *node {
	if root.kind != mapping {
		return root
	}
	whole := *root
	for _, c := range all {
		if c.root == nil || c.root.kind != mapping {
			continue
		}
		said := slices.Clone(whole.entries)
		for _, e := range c.root.entries {
			switch key := e.key.value; {
			case !slices.Contains(sharedKeys(), key), key == "thresholds": // which are laid over each other
			case key == "vars" || key == "visit":
				whole.entries = joined(whole.entries, e)
			case !slices.ContainsFunc(said, func(o entry) bool { return slices.Contains(oneSaying(key), o.key.value) }):
				whole.entries = append(slices.Clip(whole.entries), e)
			}
		}
	}
	return &whole
}

// joined adds a map, or those of its keys that the one that is there lacks.
func joined(entries []entry, e entry) []entry {
	i := slices.IndexFunc(entries, func(o entry) bool { return o.key.value == e.key.value })
	switch {
	case i < 0:
		return append(slices.Clip(entries), e)
	case entries[i].value.kind != mapping || e.value.kind != mapping:
		return entries // what is wrong with it is said
	}
	both := *entries[i].value
	for _, inner := range e.value.entries {
		if both.find(inner.key.value) == nil {
			both.entries = append(slices.Clip(both.entries), inner)
		}
	}
	entries = slices.Clone(entries)
	entries[i].value = &both
	return entries
}

// commonLimits are the thresholds of the defaults, the farthest first.
func commonLimits(r reader, all []commons) []limitSet {
	var sets []limitSet
	for _, c := range slices.Backward(all) {
		if n := c.root.find("thresholds"); n != nil {
			set, _ := limitSetTable().parse(r.under("thresholds"), n)
			sets = append(sets, set)
		}
	}
	return sets
}

// tellShared says that a journey is refused for what is wrong with its
// defaults, which is told in its own place.
func tellShared(r reader, root *node, all []commons) {
	for _, c := range all {
		i := slices.IndexFunc(r.src.sink.problems, func(p Problem) bool { return !p.Warning && p.File == c.path })
		if i < 0 {
			continue
		}
		at := root
		if n := root.find("journey"); n != nil {
			at = n
		}
		where := c.path
		if line := r.src.sink.problems[i].Line; line > 0 {
			where = fmt.Sprintf("%s:%d", c.path, line)
		}
		r.fail(at, fmt.Sprintf("%s can't be used: there is a mistake in %s", c.path, where), "defaults without mistakes", "put it right there")
	}
}

// misnamed is what to say to a file that looks like defaults under another
// name; empty where it doesn't.
func misnamed(path string) string {
	switch strings.ToLower(filepath.Base(path)) {
	case defaultsFile, "defaults.yml", "default.yaml", "default.yml":
		return "what the journeys of a folder have in common stands in a file called " + defaultsFile
	}
	return ""
}

// DefaultsSchema is the JSON Schema (draft 2020-12) of a defaults.yaml.
func DefaultsSchema() []byte {
	g := newGrammar()
	return document(g.defaultsTable().schema(), "Samui: defaults.yaml", g.definitions())
}

// FragmentSchema is the JSON Schema (draft 2020-12) of a fragment.
func FragmentSchema() []byte {
	g := newGrammar()
	return document(g.fragmentTable().schema(), "Samui: a fragment", g.definitions())
}

// scheduled is the rule that a journey has one rhythm. That there is none is
// no mistake of its file alone: its defaults may say it.
func scheduled() rule {
	one := exactlyOne("every: or cron:", "add every: 5m", []string{"every", "cron"})
	one.schema = atMostOneOf("every", "cron")
	return one
}

// loadDefaults checks a defaults.yaml that was named itself.
func (l *journeyLoader) loadDefaults(path string) Problems {
	src := &source{name: path}
	l.grammar.shared.begin(src)
	c := l.common(filepath.Clean(path))
	if c.path == "" {
		return Problems{{File: path, What: "there is no such file", Hint: "look at the name and at the folder you are in"}}
	}
	for _, p := range c.problems {
		src.sink.add(p)
	}
	return l.once(src)
}
