package recording

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// change is what a field held after somebody was in it: typed, chosen or
// ticked, as far as the recording tells.
func (im *importer) change(i int) {
	s := im.steps[i]
	c, ok := im.targetOf(s, toFill)
	if !ok {
		im.refuse(s, "it has no selector that a journey understands")
		return
	}
	if len(s.value) > longestTyped {
		im.refuse(s, "the text is longer than a journey's may be")
		return
	}
	if file, ok := chosenFile(s.value); ok {
		im.upload(s, c, file)
		return
	}
	e := elementOf(s)
	t := telling{words: e.name, value: shown(clip(s.value, 200)), search: searches().says(append(slices.Clone(e.words), e.role)...)}
	if im.leaks(t.words) {
		t.words = ""
	}
	notes := im.explained(s, c)
	a := journey.Action{Verb: journey.Fill, Target: &c.target, With: journey.Plain(typed(s.value))}
	secret, private := im.vault.byStep[s.n]
	switch {
	case private:
		a.With, t.value, t.secret = secret.text(), "", secret.sort
		notes = append(notes, kept(secret.noun+" was typed here, and", secret))
		if im.here != nil && !im.hosts.OwnsURL(im.here.String()) {
			notes = append(notes, loud("secrets are typed only into pages of the site: register it in samui.yaml with hosts: that name %s", im.here.Hostname()))
		}
	case isBox(e):
		a = journey.Action{Verb: ticking(e, s.value), Target: &c.target}
	case s.value == "":
		a = journey.Action{Verb: journey.Clear, Target: &c.target}
	case isDropDown(e, im.steps[i+1:]):
		a = journey.Action{Verb: journey.Select, Target: &c.target, Option: a.With}
	case guessDropDown(e, s.value):
		a = journey.Action{Verb: journey.Select, Target: &c.target, Option: a.With}
		notes = append(notes, quiet("taken for a drop-down; if one types into it, write fill: {…, with: …}"))
	case suggests(im.steps[i+1:]):
		a.Verb = journey.Type
	}
	if im.leaks(t.value) {
		t.value = ""
	}
	im.do(s, a, t, append(notes, aboutValue(s.value, private)...)...)
	if a.Verb == journey.Type && im.latest().open() && byKey(im.steps[i+1:]) {
		im.do(step{n: s.n}, journey.Action{Verb: journey.Pause, Pause: glance}, telling{}, quiet("suggestions are seen before one is chosen by key"))
		im.latest().paused += glance
	}
}

// longestTyped is how long a text may be that is typed, in bytes.
const longestTyped = 10_000

// glance is the time that it takes to see what came.
const glance = time.Second

// aboutValue is what is to be known of what was typed.
func aboutValue(value string, private bool) []Note {
	day := regexp.MustCompile(`^(\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./](\d{4}|\d{2}))$`)
	switch {
	case private:
		return nil
	case day.MatchString(strings.TrimSpace(value)):
		return []Note{loud(`this day will be past: write "${date:+30d}", or "${date:+30d:02/01/2006}", for one that moves on`)}
	case quoted(strings.TrimSpace(value)):
		return []Note{quiet("the quotes are part of what was typed")}
	}
	return nil
}

// isBox reports whether a field is ticked rather than filled.
func isBox(e element) bool {
	return slices.Contains([]string{"checkbox", "radio", "switch"}, e.role) || e.input == "checkbox" || e.input == "radio"
}

func ticking(e element, value string) journey.Verb {
	off := slices.Contains([]string{"", "false", "off", "0", "no", "unchecked"}, strings.ToLower(value))
	if off && e.role != "radio" && e.input != "radio" {
		return journey.Uncheck
	}
	return journey.Check
}

// isDropDown reports whether a field is a <select>. A combobox is one unless
// what was done next belongs to suggestions.
func isDropDown(e element, later []step) bool {
	switch {
	case e.tag == "select", e.role == "listbox":
		return true
	case e.tag == "input", e.tag == "textarea", e.input != "":
		return false
	}
	return e.role == "combobox" && !suggests(later) && !sends(later)
}

// guessDropDown reports whether a field that may be anything is probably a
// drop-down: by what it is called, and because what it holds is no text of
// people.
func guessDropDown(e element, value string) bool {
	if e.tag != "" || e.role != "" || e.input != "" {
		return false
	}
	return choices().says(e.name) && regexp.MustCompile(`^-?[a-z0-9_-]{1,12}$|^[A-Z]{2,3}$`).MatchString(value)
}

// suggests reports whether somebody went on to choose among suggestions: those
// come only while one types key by key.
func suggests(later []step) bool {
	next := afterKeyUps(later)
	return byKey(later) || next.kind == "click" && elementOf(next).role == "option"
}

// byKey reports whether an arrow key came next.
func byKey(later []step) bool {
	next := afterKeyUps(later)
	return next.kind == "keyDown" && (next.key == "ArrowDown" || next.key == "ArrowUp")
}

// afterKeyUps is the first step in which something is done.
func afterKeyUps(later []step) step {
	for _, s := range later {
		if s.kind != "keyUp" {
			return s
		}
	}
	return step{}
}

// sends reports whether Enter came next.
func sends(later []step) bool {
	next := afterKeyUps(later)
	return next.kind == "keyDown" && (next.key == "Enter" || next.key == "NumpadEnter")
}
