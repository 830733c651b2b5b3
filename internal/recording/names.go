package recording

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"samui/internal/journey"
)

// longestTitle is how many characters of a title people read.
const longestTitle = 60

// name gives the journey and its steps their titles and ids, in the words of
// the recording.
func (im *importer) name() (title string, steps []journey.Step) {
	used := map[string]bool{}
	for i, g := range im.groups {
		title, id := im.nameOf(g, i)
		id = cmp.Or(slug(id), slug(title), slug(lastSegment(g.landed)), fmt.Sprintf("step-%d", i+1))
		for n, base := 2, id; used[id]; n++ {
			id = fmt.Sprintf("%s-%d", base, n)
		}
		used[id] = true
		steps = append(steps, journey.Step{ID: id, Title: shortened(title)})
	}
	if t := shown(im.flow.title); !untitled(im.flow.title) && !im.leaks(t) {
		title = t
	}
	if title == "" && len(im.groups) > 0 {
		title = im.groups[0].title
	}
	return shortened(cmp.Or(title, im.site.Hostname())), steps
}

// nameOf is what a customer would call a step, and what an id can be made of
// where that isn't it.
func (im *importer) nameOf(g *group, i int) (title, id string) {
	if g.do[0].Verb == journey.Open {
		path := g.landed
		if path == "" {
			path, _, _ = strings.Cut(g.do[0].URL.String(), "?")
			path, _, _ = strings.Cut(path, "#")
		}
		title = g.title
		if title == "" || im.leaks(title) {
			title = path
		}
		if latin(title) {
			title = "Open " + title
		}
		if i == 0 {
			return title, "open"
		}
		return title, cmp.Or(lastSegment(path), "open")
	}
	if t, ok := g.find(func(t telling) bool {
		return t.search && t.value != "" && t.verb != journey.Press && t.verb != journey.Click
	}); ok {
		if latin(t.words+t.value) && (t.words == "" || strings.Contains(wordsOf(t.words), "search")) {
			return "Look for " + t.value, "search"
		}
		return strings.TrimPrefix(t.words+": "+t.value, ": "), "search"
	}
	password, signsIn := g.find(func(t telling) bool { return t.secret == "PASSWORD" })
	if t, ok := g.find(func(t telling) bool { return t.verb == journey.Click && t.words != "" }); ok {
		if signsIn && slug(t.words) == "" {
			return t.words, "sign-in"
		}
		return t.words, t.words
	}
	if signsIn {
		if password.words == "" || latin(password.words) {
			return "Sign in", "sign-in"
		}
		return password.words, "sign-in"
	}
	if t, ok := g.find(func(t telling) bool { return t.words != "" }); ok {
		if t.value != "" {
			return t.words + ": " + t.value, t.words
		}
		return t.words, t.words
	}
	if g.title != "" && !im.leaks(g.title) {
		return g.title, ""
	}
	if path := steady(g.landed); path != "" && !im.leaks(path) {
		return path, lastSegment(path)
	}
	if t, ok := g.find(func(t telling) bool { return t.value != "" && t.verb == journey.Select }); ok {
		return t.value, ""
	}
	if t, ok := g.find(func(t telling) bool { return t.verb == journey.Press }); ok {
		return "Press " + t.value, "press-" + t.value
	}
	if _, turns := g.find(func(t telling) bool { return t.verb == journey.Tab }); turns {
		return "Back to another tab", "back"
	}
	return fmt.Sprintf("Step %d", i+1), ""
}

// find is the last action that was told so.
func (g *group) find(fits func(telling) bool) (telling, bool) {
	for _, t := range slices.Backward(g.told) {
		if fits(t) {
			return t, true
		}
	}
	return telling{}, false
}

func shortened(s string) string {
	runes := []rune(shown(s))
	if len(runes) <= longestTitle {
		return string(runes)
	}
	return strings.TrimSpace(string(runes[:longestTitle-1])) + "…"
}

// steady is a path up to what is another each time.
func steady(path string) string {
	segments := strings.Split(path, "/")
	if i := slices.IndexFunc(segments, looksRandom); i >= 0 {
		segments = segments[:i]
	}
	return strings.Join(segments, "/")
}

// lastSegment is the last part of a path that says something.
func lastSegment(path string) string {
	path, _, _ = strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	for _, s := range slices.Backward(strings.Split(path, "/")) {
		if s = unescaped(s); s != "" && !looksRandom(s) {
			s, _, _ = strings.Cut(s, ".")
			return s
		}
	}
	return ""
}

// stage guesses where in the customer's life the journey belongs: by the
// addresses and the words that came by.
func (im *importer) stage() journey.Stage {
	var texts []string
	for _, g := range im.groups {
		texts = append(texts, strings.ReplaceAll(g.landed, "/", " "), g.do[0].URL.String())
		for _, t := range g.told {
			texts = append(texts, t.words)
		}
	}
	has := func(inside, whole string) bool {
		return lexicon{strings.Fields(inside), strings.Fields(whole)}.says(texts...)
	}
	switch {
	case has("checkout basket payment warenkorb panier carrito לתשלום קופה", "cart pay order buy kasse סל"):
		return journey.Purchase
	case has("support contact returns תמיכה החזרות", "help faq return orders ticket hilfe"):
		return journey.Service
	case has("account login signin newsletter members מועדון", "club member profile konto"):
		return journey.Retain
	case len(im.groups) == 1:
		return journey.Discover
	}
	return journey.Browse
}
