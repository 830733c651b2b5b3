// Package config reads samui.yaml and journey files, strictly: every mistake
// is told at once, with its place and what to type instead.
//
// A file's bytes become a tree of nodes, which is walked along a table of keys
// (see table.go). The JSON Schemas are made of the same tables, so that an
// editor and the loader never disagree. What comes out is complete: defaults
// are filled in, sites, devices, variables and thresholds are resolved.
//
// The one rule not to break is that what is returned is valid: no later code
// checks it again. Values of secrets and of the environment never appear in a
// problem.
package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"samui/internal/journey"
)

// Load reads samui.yaml. Where there are errors the settings hold what could
// be read and defaults for the rest.
func Load(path string, env Env) (Settings, Problems) {
	s := Default()
	s.File, s.Dir = path, filepath.Dir(path)
	src := &source{name: path}
	root := src.load()
	if root != nil && !root.null {
		folder := s.Secrets
		if n := root.find("secrets"); n != nil && n.kind == scalar && !n.null && !strings.Contains(n.value, "${") {
			folder = s.inDir(n.value)
		}
		r := reader{src: src, scope: &scope{env: env, secrets: folder}}
		newGrammar().settingsTable().readInto(r, root, &s)
		checkSettings(r, root, s)
	}
	s.resolve()
	return s, src.sink.sorted()
}

// inDir is a path of samui.yaml as the rest of the program uses it.
func (s Settings) inDir(path string) string {
	if path == "" || filepath.IsAbs(path) || s.Dir == "" {
		return path
	}
	return filepath.Join(s.Dir, path)
}

// resolve makes what samui.yaml says relative to itself usable elsewhere.
func (s *Settings) resolve() {
	s.Data, s.Secrets = s.inDir(s.Data), s.inDir(s.Secrets)
	for i, glob := range s.Journeys {
		s.Journeys[i] = s.inDir(glob)
	}
	// A bare name is looked for in $PATH, as a shell does.
	if s.Chrome.Path != "auto" && strings.ContainsRune(s.Chrome.Path, filepath.Separator) {
		s.Chrome.Path = s.inDir(s.Chrome.Path)
	}
	for i := range s.Sites {
		s.Sites[i] = s.Sites[i].completed(s.Sites[i].ID, s.Alerts)
	}
}

// checkSettings is what several keys say together.
func checkSettings(r reader, root *node, s Settings) {
	if n := root.find("listen"); n != nil && s.Auth == nil && root.find("auth") == nil && !loopback(s.Listen) {
		r.under("listen").fail(n, "listen "+quoted(n.value)+" is reached from other machines, and there is no auth:", "a password, or an address such as 127.0.0.1:8090", `add auth: {user: ops, password: "${secret:PAGE_PASSWORD}"}`)
	}
	sites := root.find("sites")
	for _, site := range s.Sites {
		n := sites.find(site.ID).find("slack")
		if n == nil {
			continue
		}
		in := r.in("site " + quoted(site.ID))
		switch {
		case root.find("slack") == nil:
			in.warn(n, "slack "+quoted(n.value)+" is not used: there is no slack: beside sites:", "", `add slack: {token: "${secret:SLACK_TOKEN}", channel: …}`)
		case s.Slack != nil && !s.Slack.Webhook.IsZero():
			in.warn(n, "slack "+quoted(n.value)+" is not used: a webhook posts to its own channel only", "", "a bot's token: can post anywhere")
		}
	}
}

// LoadJourneys reads journey files, the *.yaml and *.yml files in folders, and
// what matches a pattern. A file with errors is refused alone; the journeys of
// the others are returned, for each of its sites one.
func LoadJourneys(s Settings, paths []string, env Env) ([]journey.Journey, Problems) {
	journeys, problems, _ := LoadJourneysFrom(s, paths, env)
	return journeys, problems
}

// LoadJourneysFrom is [LoadJourneys] for those who look whether files change:
// it also returns every file that had a part in it, or would have if it were
// there.
func LoadJourneysFrom(s Settings, paths []string, env Env) ([]journey.Journey, Problems, []string) {
	l := newLoader(s, env)
	journeys, problems := l.all(paths)
	return journeys, problems, l.files()
}

func newLoader(s Settings, env Env) *journeyLoader {
	g := newGrammar()
	g.shared = newSharedFiles(s)
	return &journeyLoader{settings: s, env: env, grammar: g, table: g.journeyTable(), first: map[[2]string]journey.Pos{}, told: map[Problem]bool{}, shared: map[string]commons{}}
}

func (l *journeyLoader) all(paths []string) ([]journey.Journey, Problems) {
	files, problems := JourneyFiles(paths)
	var all []journey.Journey
	for _, f := range files {
		journeys, some := l.load(f)
		all = append(all, journeys...)
		problems = append(problems, some...)
	}
	return all, problems
}

// files are those that were looked for.
func (l *journeyLoader) files() []string { return slices.Sorted(maps.Keys(l.grammar.shared.looked)) }

// journeyLoader reads one file after the other.
type journeyLoader struct {
	settings Settings
	env      Env
	grammar  *grammar
	table    object[draft]
	review   bool                      // tells what may be meant, too: see [Review]
	first    map[[2]string]journey.Pos // site and journey → where it was first
	told     map[Problem]bool          // of files that several journeys use
	shared   map[string]commons        // defaults.yaml, by path
}

func (l *journeyLoader) load(path string) ([]journey.Journey, Problems) {
	if isDefaults(path) {
		return nil, l.loadDefaults(path)
	}
	src := &source{name: path}
	root := src.load()
	if root == nil || root.null {
		if len(src.sink.problems.Errors()) == 0 {
			src.sink.add(Problem{File: path, What: "the file is empty", Want: "a journey", Hint: "begin with journey: NAME"})
		}
		return nil, src.sink.sorted()
	}
	if root.kind == mapping && root.find("journey") == nil && settingsRoot(root, path) {
		src.sink.add(Problem{File: path, Line: root.line, Column: root.column, What: "these are settings, not a journey", Want: "a journey, which begins with journey: NAME", Hint: "give it with -c"})
		return nil, src.sink.sorted()
	}
	r := reader{src: src, scope: &scope{env: l.env, secrets: l.settings.Secrets}}
	l.grammar.shared.begin(src)
	if isFragment(root) {
		if l.review {
			l.fragment(r, root)
		}
		return nil, l.once(src)
	}
	if hint := misnamed(path); hint != "" && root.kind == mapping && root.find("journey") == nil && root.find("steps") == nil {
		r.fail(root, "this is no journey", "a journey, which begins with journey: NAME", hint)
		return nil, src.sink.sorted()
	}
	above := l.above(path)
	for _, c := range above {
		for _, p := range c.problems {
			src.sink.add(p)
		}
	}
	root = inherit(root, above)
	limits := commonLimits(r, above)
	var all []journey.Journey
	for _, v := range l.sites(r, root) {
		all = append(all, l.one(r, root, limits, v))
	}
	if len(src.sink.problems.Errors()) == 0 {
		l.claim(r, root, all)
	}
	if len(src.sink.problems.Errors()) > 0 {
		all = nil
		l.grammar.shared.tellUsed(r)
		tellShared(r, root, above)
	}
	return all, l.once(src)
}

// once are the problems of a file, and those of the files that it uses that
// weren't told yet.
func (l *journeyLoader) once(src *source) Problems {
	return slices.DeleteFunc(src.sink.sorted(), func(p Problem) bool {
		known := l.told[p]
		l.told[p] = true
		return known
	})
}

// visited is a site that a journey file names.
type visited struct {
	site Site
	name string // as named by the file; empty where there are no sites
	ok   bool   // false stands for a site that isn't there
}

// one reads the file for one of its sites: variables may differ in each.
func (l *journeyLoader) one(r reader, root *node, common []limitSet, v visited) journey.Journey {
	r.scope = r.scope.journeyScope(root.find("vars"), v.site.Vars)
	r.scope.unknown = !v.ok
	r.scope.later = l.grammar.shared.saves(root, r.src.name)
	if v.name != "" {
		r.scope.site = " for site " + quoted(v.name)
	}
	d := draft{common: common}
	l.grammar.shared.steps = 0
	l.table.readInto(r, root, &d)
	site := v.site
	switch {
	case v.ok && v.name == "" && d.url != nil:
		site = unregistered(d.url.value, l.settings.Alerts)
	case v.ok && v.name == "" && root.find("url") == nil && root.kind == mapping:
		r.fail(root, "the journey has no url, and no sites are registered", "url: with the site's address", "add url: https://…, or register sites: in samui.yaml and give it with -c")
	case v.name != "" && d.url != nil:
		r.warn(d.url.node, "url is not used: sites are registered, and the journey's has a URL of its own", "", "remove it")
	}
	j := d.finish(r, l.settings, site)
	if len(r.src.sink.problems.Errors()) > 0 {
		return j // half of it may be missing
	}
	checkCertain(r, root, j)
	if l.review {
		reviewJourney(r, root, d, j)
	}
	return j
}

// sites finds the sites that a file names. One that isn't there still has the
// rest of the file read, so that every mistake is told.
func (l *journeyLoader) sites(r reader, root *node) []visited {
	if len(l.settings.Sites) == 0 {
		return []visited{{ok: true}}
	}
	known := make([]string, len(l.settings.Sites))
	for i, s := range l.settings.Sites {
		known[i] = s.ID
	}
	var found []visited
	seen := map[string]int{}
	for _, n := range namesOf(root) {
		i := slices.Index(known, n.value)
		line, twice := seen[n.value]
		switch {
		case twice:
			r.fail(n, fmt.Sprintf("site %s is there twice, first in line %d", quoted(n.value), line), "each site once", "remove one of the two")
		case i < 0 && n.kind == scalar && !n.null:
			r.fail(n, "site "+quoted(n.value)+" is not registered", "one of "+oneOfWords(known), withDefault(didYouMean(n.value, known), "add it to sites: of "+withDefault(l.settings.File, "samui.yaml")))
		case i >= 0:
			seen[n.value] = n.line
			found = append(found, visited{l.settings.Sites[i], n.value, true})
		}
	}
	if root.kind == mapping && root.find("site") == nil && root.find("sites") == nil {
		r.fail(root, "the journey has no site", "one of "+oneOfWords(known), "add site: "+known[0])
	}
	if len(found) == 0 {
		return []visited{{name: none}}
	}
	return found
}

func withDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// namesOf are the scalars of site: and sites:.
func namesOf(root *node) []*node {
	var names []*node
	for _, key := range []string{"site", "sites"} {
		if n := root.find(key); n != nil {
			if n.kind == list {
				names = append(names, n.items...)
			} else if n.kind == scalar && key == "site" {
				names = append(names, n)
			}
		}
	}
	return names
}

// claim refuses a journey whose name is taken on its site.
func (l *journeyLoader) claim(r reader, root *node, all []journey.Journey) {
	n := root.find("journey")
	for _, j := range all {
		key := [2]string{j.Site.ID, j.ID}
		if at, taken := l.first[key]; taken {
			on := ""
			if j.Site.ID != none {
				on = " on site " + quoted(j.Site.ID)
			}
			r.fail(n, fmt.Sprintf("journey %s%s is there already, in %s", quoted(j.ID), on, at), "each journey once on a site", "give one of them another name")
			return
		}
	}
	for _, j := range all {
		l.first[[2]string{j.Site.ID, j.ID}] = journey.Pos{File: r.src.name, Line: n.line, Column: n.column}
	}
}

// settingsIn tells samui.yaml from a journey file: by its keys, else by its
// name. A file that isn't YAML is looked through for keys all the same.
func settingsIn(data []byte, path string) bool {
	keys := lineKeys(data)
	if slices.Contains(keys, "journey") && slices.Contains(keys, "steps") && !isSettings(keys, path) {
		return false // a journey as people write it: it needn't be parsed twice
	}
	src := &source{name: path}
	if root := parse(src, data); root != nil && root.kind == mapping {
		return settingsRoot(root, path)
	}
	return isSettings(keys, path)
}

// lineKeys are the keys that stand at the beginning of a line.
func lineKeys(data []byte) []string {
	var keys []string
	for line := range strings.Lines(string(data[:min(len(data), maxBytes)])) {
		if key, _, ok := strings.Cut(line, ":"); ok {
			keys = append(keys, strings.Trim(key, `"'`))
		}
	}
	return keys
}

// settingsRoot reports whether a map is that of samui.yaml: only there sites
// are a map.
func settingsRoot(root *node, path string) bool {
	if n := root.find("sites"); n != nil && n.kind == mapping && root.find("journey") == nil && root.find("steps") == nil {
		return true
	}
	return isSettings(keysOf(root), path)
}

func keysOf(root *node) []string {
	keys := make([]string, len(root.entries))
	for i, e := range root.entries {
		keys[i] = e.key.value
	}
	return keys
}

func isSettings(keys []string, path string) bool {
	score := 0
	for _, k := range keys {
		switch k {
		case "journey", "steps", "stage", "site", "every", "cron", "title", "pace", "active", "visit", "vars", "mask", "url", "timeout":
			score--
		case "data", "journeys", "secrets", "location", "listen", "auth", "public_url", "chrome", "concurrency", "networks", "identity",
			"reference", "heartbeat", "influxdb", "slack", "webhook", "alerts", "retention":
			score++
		}
	}
	if score != 0 {
		return score > 0
	}
	if slices.Contains(keys, "sites") && slices.Contains(keys, "journey") {
		return false
	}
	return regexp.MustCompile(`^samui([.-].*)?\.ya?ml$`).MatchString(strings.ToLower(filepath.Base(path)))
}

// JourneySchema is the JSON Schema (draft 2020-12) of a journey file.
func JourneySchema() []byte {
	g := newGrammar()
	return document(g.journeyTable().schema(), "Samui: a journey", g.definitions())
}

// SettingsSchema is the JSON Schema (draft 2020-12) of samui.yaml.
func SettingsSchema() []byte {
	g := newGrammar()
	return document(g.settingsTable().schema(), "Samui: settings (samui.yaml)", g.definitions())
}
