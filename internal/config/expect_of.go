package config

import (
	"maps"
	"slices"

	"samui/internal/journey"
)

// Expectations that hold others. What stands in them is read by tables of
// their own, so that what makes no sense there is refused with the reason.

const (
	anAlternative = "an alternative"
	aSoftOne      = "a soft expectation"
)

// holders are any: and soft:.
func (g *grammar) holders() []verb[journey.Expectation] {
	return []verb[journey.Expectation]{
		g.any(),
		{name: "soft", doc: "This should be so, but the step doesn't depend on it: it is neither waited for nor a failure. Where it isn't so 2 s after the step's end, the result has a note.", read: mapped(g.soft, func(e journey.Expectation) journey.Expectation {
			return journey.Expectation{Of: []journey.Expectation{e}}
		})},
	}
}

func (g *grammar) any() verb[journey.Expectation] {
	alternatives := listOf(`a list of alternatives such as [{text: Thanks}, {url: /done}]`, g.alternative, 2)
	several, read := alternatives, alternatives.read
	several.read = func(r reader, n *node) ([]journey.Expectation, bool) {
		if n.kind == list && len(n.items) == 1 {
			r.fail(n, "any has only one alternative", "two or more", "write it without any:")
			return nil, false
		}
		return read(r, n)
	}
	return verb[journey.Expectation]{name: "any", doc: "At least one of these holds. Each is about what is seen at one moment.", read: mapped(several, func(all []journey.Expectation) journey.Expectation {
		return journey.Expectation{Of: all}
	})}
}

// nested builds the tables of what stands in any: and soft:, and their schemas.
func (g *grammar) nested() {
	const wholeStep = "it is judged when the step has ended, and alternatives moment by moment; put it beside any:"
	tips := claimTips()
	for _, v := range g.wholes() {
		tips[v.name] = wholeStep
	}
	maps.Copy(tips, map[string]string{
		"any":  "put all alternatives into the one list",
		"soft": "a soft alternative would never fail; put any: into soft:, or soft: beside it",
	})
	full := claims(anAlternative, g.moments(), tips)
	g.defs = append(g.defs, definition{"alternative", full.schema})
	g.alternative = full
	g.alternative.schema = func() *schema { return &schema{Ref: "#/$defs/alternative"} }

	tips = claimTips()
	tips["soft"] = "once is enough"
	full = claims(aSoftOne, slices.Concat(g.moments(), g.wholes(), []verb[journey.Expectation]{g.any()}), tips)
	g.defs = append(g.defs, definition{"soft", full.schema})
	g.soft = full
	g.soft.schema = func() *schema { return &schema{Ref: "#/$defs/soft"} }
}
