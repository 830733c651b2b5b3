package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"samui/internal/journey"
)

// savedBy is where a value is saved under a name.
type savedBy struct {
	step   string
	file   string
	line   int
	secret bool
}

// wantSave is what may stand behind a name of save:.
const wantSave = `where it is read, as in {in: {testid: order-number}, matches: "#([0-9]+)"}`

// saving is save: names, and where each is read.
func (g *grammar) saving() codec[[]journey.Save] {
	c := mapOf(varName(), g.saveTable().codec(), nil)
	read := c.read
	c.want = "a map such as {order: {in: {testid: order-number}}}"
	c.read = func(r reader, n *node) ([]named[journey.Save], bool) {
		if n.kind == mapping && len(n.entries) == 0 {
			r.fail(n, "save is empty", c.want, "")
			return nil, false
		}
		all, ok := read(r, n)
		for i, v := range all {
			all[i].value.Name = v.key.value
			all[i].value.Pos = journey.Pos{File: r.src.name, Line: v.key.line, Column: v.key.column}
			switch {
			case r.scope.vars[v.key.value] != nil:
				r.fail(v.key, "save: "+v.key.value+" is a variable of vars: already", "another name", "")
				ok = false
			case slices.Contains(journey.BuiltIns(), v.key.value):
				r.fail(v.key, "save: ${"+v.key.value+"} means something already", "another name", "write my-"+v.key.value)
				ok = false
			}
		}
		return all, ok
	}
	return mapped(c, func(all []named[journey.Save]) []journey.Save {
		saved := make([]journey.Save, len(all))
		for i, v := range all {
			saved[i] = v.value
		}
		return saved
	})
}

// saveTable is one value: exactly one place, and what is taken of it.
func (g *grammar) saveTable() object[journey.Save] {
	from := func(s *journey.Save, f journey.SaveFrom, t *journey.Target, named string) {
		s.From, s.Target, s.Named = f, t, named
	}
	places := []string{"in", "value", "attribute", "page", "cookie", "json"}
	return object[journey.Save]{
		name: "what is saved", example: wantSave,
		fields: []field[journey.Save]{
			key("in", "The text that this target shows.", g.target, func(s *journey.Save, t journey.Target) { from(s, journey.SaveText, &t, "") }),
			key("value", "What is in this field; a select's label.", g.target, func(s *journey.Save, t journey.Target) { from(s, journey.SaveValue, &t, "") }),
			key("attribute", "An attribute of a target; of a link, the whole address.", g.savedAttribute(), func(s *journey.Save, a journey.Save) {
				from(s, journey.SaveAttribute, a.Target, a.Named)
			}),
			key("page", "The page's own url or title.", choice(journey.SaveURL, journey.SaveTitle), func(s *journey.Save, f journey.SaveFrom) { from(s, f, nil, "") }),
			key("cookie", "What is in the cookie of this name; always a secret.", cookieName().exactly(), func(s *journey.Save, name string) {
				from(s, journey.SaveCookie, nil, name)
				s.Secret = true
			}),
			key("json", "What stands at this path of the answer to the step's last request:, as order.id or items[0].price.", jsonPath().exactly(), func(s *journey.Save, path string) { from(s, journey.SaveJSON, nil, path) }),
			key("matches", "Only what this regular expression (RE2) finds there: its first group, or all of it.", expression(), func(s *journey.Save, t journey.Text) { s.Matches = t }),
			key("secret", "It is kept like a secret: shown nowhere from then on, and sent only to the site's own hosts. The result of a visit hides it in earlier steps, too; what the terminal had printed of them by then stays.", yesNo(), func(s *journey.Save, yes bool) { s.Secret = s.Secret || yes }),
		},
		rules: []rule{exactlyOne(wantSave, "add in: TARGET", places)},
		tips:  saveTips(),
		meant: func(text string) string { return "{in: " + flowText(clipped(text, longest)) + "}" },
	}
}

// saveTips tell those who write a target, or what they know from elsewhere.
func saveTips() map[string]string {
	tips := map[string]string{
		"from": "write in: …", "target": "write in: …", "url": `write {page: url, matches: "…"}`, "title": "write page: title", "header": "write json: …, or save a cookie",
		"regex": "write matches: …", "pattern": "write matches: …", "contains": "write matches: …", "is": "save: reads; what must be there stands in expect:",
		"href": "write attribute: {…, named: href}", "named": "it stands in attribute: {…, named: …}", "as": "the name stands before the colon: save: {order: {in: …}}", "name": "the name stands before the colon: save: {order: {in: …}}",
	}
	for _, k := range targetKinds() {
		if tips[k] == "" {
			tips[k] = "put it under in: {in: {" + k + ": …}}"
		}
	}
	return tips
}

// savedAttribute is a target and the name of its attribute.
func (g *grammar) savedAttribute() codec[journey.Save] {
	target := func(s *journey.Save) *journey.Target {
		if s.Target == nil {
			s.Target = &journey.Target{}
		}
		return s.Target
	}
	return object[journey.Save]{
		name: "the attribute", example: "{role: link, name: Next page, named: href}",
		fields: append(targetKeys(g.target, target), must(key("named", "The attribute's name.", attributeName().exactly(), func(s *journey.Save, name string) { s.Named = name }))),
		rules:  targetRules(),
		tips:   withTips(targetTips(), map[string]string{"in": "the target's keys stand beside named: {role: link, named: href}", "attribute": "write named: …", "href": "write named: href", "matches": "put matches: beside attribute:"}),
	}.codec()
}

// checkSaves holds what is saved against what the step does: only requests have
// an answer to read, and they have no page.
func checkSaves(r reader, s *stepDraft) bool {
	asks, ok := journey.Step{Do: s.do}.Asks(), true
	for _, v := range s.save {
		switch at := placed(v.Pos); {
		case v.From == journey.SaveJSON && !asks:
			r.fail(at, "save: "+v.Name+" is read from the answer to a request, and the step has no request:", "another place, as in: or page:", "make the request in a step of its own, and save there")
			ok = false
		case v.From != journey.SaveJSON && asks:
			r.fail(at, "save: "+v.Name+" is read from a page, and a step of requests has none", "json: with a path of the answer", "write "+v.Name+": {json: …}")
			ok = false
		}
	}
	return ok
}

// savingStep is a step. What it saves means something from there on, whatever
// else is wrong with it.
func (g *grammar) savingStep() codec[stepDraft] {
	return finished(g.stepTable().codec(), func(_ *node, r reader, s *stepDraft) {
		for _, v := range s.save {
			before := r.scope.saved[v.Name]
			r.scope.saved[v.Name] = savedBy{step: s.id.value, file: v.Pos.File, line: v.Pos.Line, secret: v.Secret || before.secret}
		}
	})
}

// saves are the names that the steps of a journey save, with the first place.
func (l *sharedFiles) saves(root *node, file string) map[string]savedBy {
	all := map[string]savedBy{}
	l.addSaves(all, root, file, map[string]bool{file: true})
	return all
}

// addSaves also looks into the fragments that are used, each once; their
// mistakes are told elsewhere.
func (l *sharedFiles) addSaves(all map[string]savedBy, root *node, file string, looked map[string]bool) {
	steps := root.find("steps")
	if steps == nil {
		return
	}
	for _, s := range steps.items {
		if use := s.find("use"); s.kind == mapping && use != nil && use.value != "" {
			path := filepath.Join(filepath.Dir(file), filepath.FromSlash(use.value))
			if what, _ := l.wrong(path); what == "" && !looked[path] {
				looked[path] = true
				l.addSaves(all, l.parse(path).root, path, looked)
			}
			continue
		}
		if s.kind != mapping || s.find("save") == nil {
			continue
		}
		name := ""
		if id := s.find("step"); id != nil {
			name = id.value
		}
		for _, e := range s.find("save").entries {
			if _, there := all[e.key.value]; !there {
				all[e.key.value] = savedBy{step: name, file: file, line: e.key.line}
			}
		}
	}
}

// savedValue is ${NAME} of what a step saves; false where none ever does.
func (r reader) savedValue(n *node, name string) (parts []journey.Part, ok, known bool) {
	if by, there := r.scope.saved[name]; there {
		return []journey.Part{{Source: "${" + name + "}", Live: &journey.Live{Kind: journey.LiveSaved, Name: name, Hidden: by.secret}}}, true, true
	}
	by, later := r.scope.later[name]
	if !later {
		return nil, false, false
	}
	where := fmt.Sprintf("in line %d", by.line)
	if by.file != r.source(n).name {
		where = fmt.Sprintf("in %s:%d", by.file, by.line)
	}
	r.fail(n, fmt.Sprintf("%s holds ${%s}, which step %s saves %s, when it has ended", r.key, name, quoted(by.step), where), "a value that an earlier step saved", "use it in a step after that one")
	return nil, false, true
}

// unsaved is a text in which nothing stands that a page showed.
func unsaved(what, want, hint string, c codec[journey.Text]) codec[journey.Text] {
	return finishedText(c, func(r reader, n *node, t journey.Text) bool {
		for _, p := range t.Parts() {
			if p.Live != nil && p.Live.Kind == journey.LiveSaved {
				r.fail(n, fmt.Sprintf("%s holds %s, and what a page showed can't be a part of %s", r.key, p.Source, what), want, hint)
				return false
			}
		}
		return true
	})
}

// finishedText lets a text be looked at once it has been read well.
func finishedText(c codec[journey.Text], check func(r reader, n *node, t journey.Text) bool) codec[journey.Text] {
	read := c.read
	c.read = func(r reader, n *node) (journey.Text, bool) {
		t, ok := read(r, n)
		return t, ok && check(r, n, t)
	}
	return c
}

// sample are facts with which a text can be looked at before any visit.
func sample(t journey.Text) journey.Facts {
	f := journey.Facts{Saved: map[string]journey.Saved{}}
	for _, name := range f.Unsaved(t) {
		f.Saved[name] = journey.Saved{Value: "saved"}
	}
	return f
}

// savedHost reports whether what a page showed would decide to which host an
// address leads, behind a beginning that the journey's author wrote.
func savedHost(t journey.Text) bool {
	before := ""
	for _, p := range t.Parts() {
		_, host, begun := strings.Cut(before, "://")
		if p.Live != nil && p.Live.Kind == journey.LiveSaved && begun && !strings.ContainsAny(host, "/?#") {
			return true
		}
		before += p.Literal + p.Source
	}
	return false
}
