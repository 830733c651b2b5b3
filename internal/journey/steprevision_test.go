package journey

import "testing"

func TestAStepsRevisionIsItsOwn(t *testing.T) {
	j := Journey{Site: Site{URL: "https://shop.example"}, Steps: []Step{
		{ID: "home", Do: []Action{{Verb: Open, URL: Plain("/")}}},
		{ID: "search", Do: []Action{{Verb: Press, Key: "Enter"}}},
	}}
	of := func(change func(*Journey)) (home, search string) {
		c := j
		c.Steps = append([]Step{}, j.Steps...)
		change(&c)
		return c.StepRevision(0), c.StepRevision(len(c.Steps) - 1)
	}
	home, search := of(func(*Journey) {})
	if home == search || len(home) != 16 {
		t.Fatalf("revisions %q and %q", home, search)
	}
	for _, c := range []struct {
		name         string
		change       func(*Journey)
		home, search bool // it is another one
	}{
		{"the other step", func(j *Journey) { j.Steps[1].Do = []Action{{Verb: Press, Key: "Tab"}} }, false, true},
		{"a title", func(j *Journey) { j.Steps[0].Title = "Home" }, false, false},
		{"a step in between", func(j *Journey) { j.Steps = []Step{j.Steps[0], {ID: "new"}, j.Steps[1]} }, false, false},
		{"where it stops", func(j *Journey) { j.StopBefore = "search" }, false, false},
		{"another site", func(j *Journey) { j.Site.URL = "https://else.example" }, true, true},
	} {
		h, s := of(c.change)
		if (h != home) != c.home || (s != search) != c.search {
			t.Errorf("%s: home changed %v, search changed %v; want %v, %v", c.name, h != home, s != search, c.home, c.search)
		}
	}
}
