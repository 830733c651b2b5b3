package recording

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"samui/internal/journey"
)

// element is what a step's selectors tell of what they lead to, all of them
// together.
type element struct {
	name  string // accessible name, text or label; empty = not told
	role  string
	tag   string
	input string   // the type of an <input>
	text  string   // what it shows; of a field, what is typed into it
	words []string // everything that might say what a field is for
}

func elementOf(s step) element {
	var e element
	set := func(into *string, s string) {
		if *into == "" {
			*into = s
		}
	}
	for _, chain := range s.selectors {
		last := chain[len(chain)-1]
		if len(last) > longestSelector {
			continue
		}
		kind, selector := kindOf(last)
		switch kind {
		case inARIA:
			name, role := parseARIA(selector)
			set(&e.name, name)
			set(&e.role, role)
		case inText:
			set(&e.text, shown(selector))
		case inXPath:
			if m := regexp.MustCompile(`(?:^|/)([a-z][a-z0-9-]*)(?:\[[0-9]+\])?$`).FindStringSubmatch(selector); m != nil {
				set(&e.tag, m[1])
			}
			if m := regexp.MustCompile(`\[@[a-z-]+=["']([^"']*)["']\]$`).FindStringSubmatch(selector); m != nil {
				e.words = append(e.words, m[1])
			}
		case inCSS, inPierce:
			c := lastCompound(selector)
			set(&e.tag, c.tag)
			set(&e.input, c.attribute("type"))
			e.words = append(e.words, c.id)
			for _, a := range c.attributes {
				e.words = append(e.words, a.value)
			}
			if c.attribute("placeholder") != "" {
				set(&e.name, shown(c.attribute("placeholder")))
			}
		}
	}
	e.words = append(e.words, e.name)
	if s.kind != "change" {
		set(&e.name, e.text)
	}
	return e
}

// leads reports whether something is there to be pressed, as buttons and links
// are, rather than to be filled, ticked or chosen: what shows a text and is no
// part of a form.
func (e element) leads() bool {
	switch e.role {
	case "button", "link", "tab", "menuitem", "treeitem":
		return true
	case "":
	default:
		return false
	}
	switch e.tag {
	case "a", "button", "summary":
		return true
	case "input":
		return e.input == "submit" || e.input == "button" || e.input == "image"
	case "label", "select", "option", "textarea":
		return false
	}
	return e.text != ""
}

// isPlane reports whether it matters where in an element one clicks: what is
// drawn there and how far a slider is pushed is known to programs alone.
func (e element) isPlane() bool {
	return e.tag == "canvas" || e.role == "slider" || e.input == "range"
}

// spot is where in its element a click was, nil where a journey can't say it.
func (s step) spot() *journey.Point {
	p := journey.Point{X: math.Round(s.x), Y: math.Round(s.y)}
	if min(p.X, p.Y) < 0 || max(p.X, p.Y) > mostPixels || p == (journey.Point{}) {
		return nil
	}
	return &p
}

// same reports whether two steps are about the same element: they share a
// selector.
func same(a, b step) bool {
	if a.target != b.target || !slices.Equal(a.frame, b.frame) {
		return false
	}
	return slices.ContainsFunc(a.selectors, func(chain []string) bool {
		return slices.ContainsFunc(b.selectors, func(other []string) bool { return slices.Equal(chain, other) })
	})
}

// labelled reports whether a click is on the label of a field: it has the
// field's name.
func labelled(click, field element) bool {
	return field.name != "" && strings.EqualFold(click.name, field.name)
}
