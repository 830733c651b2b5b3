package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"samui/internal/journey"
)

// mostUses is how deep fragments may use others.
const mostUses = 5

// mostFragmentSteps is how many steps fragments may bring to a journey, all
// together: one that uses another many times multiplies them.
const mostFragmentSteps = 500

// fragmentDraft is a file of steps that journeys use.
type fragmentDraft struct {
	id     located[string]
	params []located[string]
	steps  []located[stepDraft]
}

// useDraft is a place in a list of steps where those of a fragment stand.
type useDraft struct {
	file located[string]
	with []named[journey.Text]
	as   *located[string]
}

// fragmentTable is the keys of a fragment.
func (g *grammar) fragmentTable() object[fragmentDraft] {
	return object[fragmentDraft]{
		name: "the fragment", example: "a fragment with fragment:, params: and steps:", free: true,
		fields: []field[fragmentDraft]{
			must(key("fragment", "The fragment's name: a-z, 0-9 and -.", withPlace(id().exactly()), func(f *fragmentDraft, v located[string]) { f.id = v })),
			key("params", "What a journey has to say with the fragment; `${NAME}` in its texts.", listOf("a list of names such as [user, password]", withPlace(varName().exactly()), 0), func(f *fragmentDraft, v []located[string]) { f.params = v }),
			must(key("steps", "What the customer does there, one thing after the other.", g.steps(), func(f *fragmentDraft, v []located[stepDraft]) { f.steps = v })),
		},
		tips: map[string]string{
			"vars": "write params: [NAME], and say them where it is used: with: {NAME: …}", "parameters": "write params: [NAME]", "with": "with: stands where the fragment is used; here write params: [NAME]",
			"name": "write fragment: …", "every": "a schedule belongs to the journeys", "stage": "a stage belongs to the journeys", "site": "a site belongs to the journeys", "title": "titles belong to the journeys and the steps",
		},
	}
}

// useTable is the keys of - use:.
func (g *grammar) useTable() object[useDraft] {
	return object[useDraft]{
		name: "use", example: "{use: fragments/login.yaml, with: {user: dana}}",
		fields: []field[useDraft]{
			must(key("use", "The file of a fragment, whose steps stand here; relative to the file that uses it.", withPlace(fileBeside("a file such as fragments/login.yaml", nil)), func(u *useDraft, v located[string]) { u.file = v })),
			key("with", "What stands for the fragment's params.", mapOf(varName(), textCodec(true), nil), func(u *useDraft, v []named[journey.Text]) { u.with = v }),
			key("as", "What is put before the names of the fragment's steps, where it is used twice.", withPlace(id().exactly()), func(u *useDraft, v located[string]) { u.as = &v }),
		},
		tips: map[string]string{"params": "write with: {NAME: …}", "vars": "write with: {NAME: …}", "prefix": "write as: …", "name": "write as: …", "step": "a step of its own begins with its own -", "when": "conditions belong to the fragment's steps", "unless": "conditions belong to the fragment's steps"},
	}
}

// steps is a list of steps, in which those of fragments may stand.
func (g *grammar) steps() codec[[]located[stepDraft]] {
	step, use := withPlace(g.savingStep()), g.useTable()
	item := step
	items := codec[[]located[stepDraft]]{
		want: item.want, partial: true, nothing: true,
		schema: func() *schema { return &schema{AnyOf: []*schema{step.schema(), use.schema()}} },
		read: func(r reader, n *node) ([]located[stepDraft], bool) {
			if n.kind != mapping || n.find("use") == nil {
				v, ok := step.read(r, n)
				return []located[stepDraft]{v}, ok
			}
			u, ok := use.codec().read(r, n)
			if u.file.value == "" {
				return nil, false
			}
			some, good := g.used(r, n, u)
			return some, ok && good
		},
	}
	return mapped(listOf("a list of steps, each beginning with - step: NAME", items, 1), func(all [][]located[stepDraft]) []located[stepDraft] { return slices.Concat(all...) })
}

// used are the steps of a fragment where it is used. Its own mistakes are told
// in its own file.
func (g *grammar) used(r reader, n *node, u useDraft) ([]located[stepDraft], bool) {
	at := u.file.node
	in := r.under("use")
	f, path, ok := g.shared.open(in, at, u.file.value)
	if !ok {
		return nil, false
	}
	if g.shared.steps > mostFragmentSteps {
		if !g.shared.many {
			g.shared.many = true
			in.fail(at, fmt.Sprintf("fragments bring more than %d steps to the journey", mostFragmentSteps), "fewer steps", "fragments that use others several times multiply them")
		}
		return nil, false
	}
	given := map[string]*variable{}
	params := paramsOf(f.root)
	for _, w := range u.with {
		if !slices.Contains(params, w.key.value) {
			in.fail(w.key, fmt.Sprintf("%s has no param %s", path, quoted(w.key.value)), withDefault(oneOfWords(params), "no with:"), didYouMean(w.key.value, params))
			ok = false
		}
		given[w.key.value] = &variable{text: w.value, ok: true, state: expanded}
	}
	var missing []string
	for _, p := range params {
		if given[p] == nil {
			given[p] = &variable{state: expanded}
			if with := n.find("with"); with == nil || with.find(p) == nil {
				missing = append(missing, p)
			}
		}
	}
	if len(missing) > 0 {
		in.fail(at, fmt.Sprintf("%s needs %s", path, strings.Join(missing, ", ")), "a text for each of its params", fmt.Sprintf("add with: {%s: …}", strings.Join(missing, ": …, ")))
		ok = false
	}
	inside := *r.scope
	inside.vars, inside.params = given, true
	draft, good := g.readFragment(r, f, path, &inside)
	g.shared.steps += len(draft.steps)
	if r.src == g.shared.top {
		g.shared.uses = append(g.shared.uses, usedAt{at, path, r.where})
	}
	for i := range draft.steps {
		s := &draft.steps[i].value
		s.via = at
		if u.as != nil && s.id.value != "" {
			s.id.value = u.as.value + "-" + s.id.value
			if _, f := id().parse(s.id.value); f.bad() {
				r.under("as").fail(u.as.node, fmt.Sprintf("%s is no name of a step", quoted(s.id.value)), id().want, "a shorter as:")
			}
		}
	}
	return draft.steps, ok && good
}

// readFragment reads a fragment with a scope that knows its params. What is
// wrong with it is told among the problems of the file that uses it.
func (g *grammar) readFragment(r reader, f *parsedFile, path string, inside *scope) (fragmentDraft, bool) {
	src := &source{name: path, lines: f.src.lines}
	var draft fragmentDraft
	ok := g.fragmentTable().readInto(reader{src: src, scope: inside, uses: append(slices.Clip(r.uses), path)}, f.root, &draft)
	for _, p := range slices.Concat(f.src.sink.problems, src.sink.problems) {
		r.src.sink.add(p)
	}
	return draft, ok
}

// paramsOf are the names of params:, as far as they are some.
func paramsOf(root *node) []string {
	var names []string
	if params := root.find("params"); params != nil {
		for _, n := range params.items {
			if n.kind == scalar && isName(n.value) {
				names = append(names, n.value)
			}
		}
	}
	return names
}

// sharedFiles are the other files that journeys are made of, each parsed once.
type sharedFiles struct {
	files  map[string]*parsedFile // by name
	looked map[string]bool        // every file that was looked for
	base   string                 // the folder of samui.yaml, or where we are

	top  *source // of the file that is loaded
	tree string  // the folder that its fragments may not leave
	uses []usedAt

	steps int  // that fragments brought to it so far
	many  bool // too many, and that was said
}

// parsedFile is a file as YAML.
type parsedFile struct {
	src  *source
	root *node // nil = it can't be read
}

// usedAt is a place in a journey's own file that uses another.
type usedAt struct {
	node  *node
	path  string
	where string
}

func newSharedFiles(s Settings) *sharedFiles {
	return &sharedFiles{files: map[string]*parsedFile{}, looked: map[string]bool{}, base: cmp.Or(s.Dir, ".")}
}

// begin turns to another file. What it uses has to lie in the folder of
// samui.yaml, or where we are; where it lies elsewhere itself, in its own.
func (l *sharedFiles) begin(src *source) {
	l.top, l.uses, l.steps, l.many = src, nil, 0, false
	l.tree = l.base
	if !liesIn(l.base, src.name) {
		l.tree = filepath.Dir(src.name)
	}
	l.looked[src.name] = true
}

// liesIn reports whether a file lies in a folder, by its name.
func liesIn(folder, file string) bool {
	from, err := filepath.Abs(folder)
	to, err2 := filepath.Abs(file)
	if err != nil || err2 != nil {
		return false
	}
	rel, err := filepath.Rel(from, to)
	return err == nil && filepath.IsLocal(rel)
}

// parse reads a file once.
func (l *sharedFiles) parse(path string) *parsedFile {
	l.looked[path] = true
	f := l.files[path]
	if f == nil {
		f = &parsedFile{src: &source{name: path}}
		f.root = f.src.load()
		l.files[path] = f
	}
	return f
}

// open finds the fragment that a file uses and says what is wrong with that.
func (l *sharedFiles) open(r reader, at *node, name string) (f *parsedFile, path string, ok bool) {
	path = filepath.Join(filepath.Dir(r.src.name), filepath.FromSlash(name))
	const want = "the file of a fragment, seen from this one"
	chain := append([]string{l.top.name}, r.uses...)
	if i := slices.IndexFunc(chain, func(f string) bool { return filepath.Clean(f) == path }); i >= 0 {
		r.fail(at, fmt.Sprintf("%s leads back to itself: %s", quoted(name), strings.Join(append(chain[i:], path), " → ")), "fragments that end somewhere", "")
		return nil, path, false
	}
	if len(r.uses) >= mostUses {
		r.fail(at, fmt.Sprintf("%s is used too deep, by a fragment in a fragment: %s", quoted(name), strings.Join(chain, " → ")), fmt.Sprintf("at most %d levels", mostUses), "")
		return nil, path, false
	}
	l.looked[path] = true
	if what, hint := l.wrong(path); what != "" {
		if what == notThere {
			hint = withDefault(l.elsewhere(r.src.name, name), hint)
		}
		r.fail(at, fmt.Sprintf("%s %s", quoted(name), what), want, hint)
		return nil, path, false
	}
	f = l.parse(path)
	switch {
	case f.root == nil && len(f.src.sink.problems.Errors()) > 0:
		for _, p := range f.src.sink.problems {
			r.src.sink.add(p)
		}
		if r.src == l.top {
			l.uses = append(l.uses, usedAt{at, path, r.where})
		}
		return nil, path, false
	case f.root == nil || f.root.kind != mapping || f.root.find("fragment") == nil:
		hint := "a fragment begins with fragment: NAME"
		if f.root != nil && f.root.find("journey") != nil {
			hint = "that is a journey; put the steps that several share into a file that begins with fragment: NAME"
		}
		r.fail(at, fmt.Sprintf("%s is no fragment", quoted(name)), want, hint)
		return nil, path, false
	}
	return f, path, true
}

// notThere is what [sharedFiles.wrong] says of a file that doesn't exist.
const notThere = "isn't there"

// wrong says why a file can't be used, also through a link.
func (l *sharedFiles) wrong(path string) (what, hint string) {
	const out = "leads out of the folder of the journeys"
	stay := "put it below " + l.tree
	tree, err := filepath.Abs(l.tree)
	whole, err2 := filepath.Abs(path)
	if err := errors.Join(err, err2); err != nil {
		return "can't be looked for: " + reason(err), ""
	}
	rel, err := filepath.Rel(tree, whole)
	if err != nil || !filepath.IsLocal(rel) {
		return out, stay
	}
	root, err := os.OpenRoot(tree)
	if err != nil {
		return "can't be looked for: " + reason(err), ""
	}
	defer root.Close()
	info, err := root.Stat(rel)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return notThere, "it is looked for as " + path
	case err != nil:
		return "can't be used: " + reason(err), stay
	case !info.Mode().IsRegular():
		return "is no file", ""
	}
	return "", ""
}

// tellUsed says, where a journey uses other files, that they hold mistakes:
// those stand in their own place.
func (l *sharedFiles) tellUsed(r reader) {
	told := map[*node]bool{}
	for _, u := range l.uses {
		var wrong Problems
		for _, p := range r.src.sink.problems.Errors() {
			if p.File != r.src.name {
				wrong = append(wrong, p)
			}
		}
		if len(wrong) == 0 || told[u.node] {
			continue
		}
		if i := slices.IndexFunc(wrong, func(p Problem) bool { return p.File == u.path }); i >= 0 {
			wrong[0] = wrong[i]
		} else if len(l.uses) > 1 {
			continue // it is another's
		}
		told[u.node] = true
		r.where = u.where
		r.under("use").fail(u.node, fmt.Sprintf("%s can't be used: there is a mistake in %s:%d", u.path, wrong[0].File, wrong[0].Line), "a fragment without mistakes", "put it right there")
	}
}

// isFragment reports whether a file is one, by its tree.
func isFragment(root *node) bool {
	return root != nil && root.kind == mapping && root.find("fragment") != nil && root.find("journey") == nil
}

// fragment checks a fragment by itself. What is said of its params where it is
// used isn't known: each stands for its name.
func (l *journeyLoader) fragment(r reader, root *node) {
	names := map[string]*variable{}
	for _, p := range paramsOf(root) {
		names[p] = &variable{text: journey.Plain(p), ok: true, state: expanded}
	}
	r.scope = r.scope.journeyScope(nil, nil)
	unsaid := false
	r.scope.vars, r.scope.params, r.scope.unsaid = names, true, &unsaid
	r.scope.later = l.grammar.shared.saves(root, r.src.name)
	var f fragmentDraft
	l.grammar.fragmentTable().readInto(r, root, &f)
	if unsaid || len(r.src.sink.problems.Errors()) > 0 {
		return
	}
	j := draft{steps: f.steps}.finish(r, l.settings, unregistered("http://localhost", l.settings.Alerts))
	if len(r.src.sink.problems.Errors()) == 0 {
		checkCertain(r, root, j)
	}
}
