package config

import (
	"fmt"
	"reflect"
	"regexp/syntax"
	"slices"
	"strings"

	"samui/internal/journey"
)

// checkExpectations reports what can never be met: a step ends with the frame
// in which everything that it expects holds at once, so two expectations that
// rule each other out make it fail on every visit. Only what is certain
// whatever the page does is reported; no message repeats a text, which may
// stand for a value of the environment.
func checkExpectations(r reader, s journey.Step) {
	r = r.in("step " + quoted(s.ID))
	for _, e := range s.Expect {
		checkAlternatives(r, s, e)
	}
	for i, later := range s.Expect {
		for _, earlier := range s.Expect[:i] {
			if excludes(earlier, later) || excludes(later, earlier) {
				r.fail(placed(later.Pos), fmt.Sprintf("%s: rules out the %s: of line %d, so that the step always fails", later.Claim, earlier.Claim, earlier.Pos.Line),
					"what can hold at the same moment", "remove one of the two, or put it into a step of its own")
				break
			}
		}
	}
}

// placed is a node at the place of something that was read already.
func placed(at journey.Pos) *node {
	return &node{line: at.Line, column: at.Column, src: &source{name: at.File}}
}

// excludes reports whether two expectations can't hold in one moment, as far
// as the order in which they are given lets it see that.
func excludes(a, b journey.Expectation) bool {
	are := func(one, other journey.Claim) bool { return a.Claim == one && b.Claim == other }
	both := func(c journey.Claim) bool { return are(c, c) }
	exact := a.Op == journey.Is && b.Op == journey.Is
	switch {
	case !understood(a) || !understood(b) || !reflect.DeepEqual(a.Target, b.Target):
		return false
	case are(journey.ClaimVisible, journey.ClaimHidden), are(journey.ClaimEnabled, journey.ClaimDisabled), are(journey.ClaimChecked, journey.ClaimUnchecked):
		return true
	case are(journey.ClaimVisible, journey.ClaimCount):
		return rangeOf(b).high < 1
	case are(journey.ClaimHidden, journey.ClaimCount):
		return rangeOf(b).low >= 1
	case both(journey.ClaimCount), both(journey.ClaimNumber):
		return !rangeOf(a).meets(rangeOf(b))
	case are(journey.ClaimText, journey.ClaimNoText):
		return a.Op == b.Op && (a.Text.Equal(b.Text) || a.Op == journey.Contains && holds(a.Text, b.Text))
	case both(journey.ClaimText): // what a style spells in capitals is compared in both spellings
		return a.Target != nil && exact && differ(strings.ToLower, a.Text, b.Text)
	case both(journey.ClaimTitle), both(journey.ClaimValue):
		return exact && differ(nil, a.Text, b.Text)
	case both(journey.ClaimURL):
		return a.Path && b.Path && differ(pathOf, a.Text, b.Text)
	}
	return false
}

// understood reports whether an expectation says nothing but what is judged
// here: whatever else it says may make it hold after all.
func understood(e journey.Expectation) bool {
	return reflect.DeepEqual(e, journey.Expectation{Claim: e.Claim, Target: e.Target, Op: e.Op, Text: e.Text, Number: e.Number, Path: e.Path, Pos: e.Pos})
}

// holds reports whether every page that says whole says part as well. Beyond
// ASCII nothing is certain: a part may be joined with what follows it into
// other characters.
func holds(whole, part journey.Text) bool {
	w, okWhole := ascii(whole)
	p, okPart := ascii(part)
	return okWhole && okPart && strings.Contains(w, p)
}

// differ reports whether two texts are surely not the same. as is how they are
// compared: nil = as they are, and what becomes empty is like every other.
func differ(as func(string) string, a, b journey.Text) bool {
	one, okOne := ascii(a)
	other, okOther := ascii(b)
	if as != nil {
		one, other = as(one), as(other)
	}
	return okOne && okOther && one != other && (as == nil || one != "" && other != "")
}

// ascii is a text that is known before the visit and has one spelling, its
// white space folded.
func ascii(t journey.Text) (string, bool) {
	for _, p := range t.Parts() {
		if p.Source != "" || strings.ContainsFunc(p.Literal, func(r rune) bool { return r > '~' }) {
			return "", false
		}
	}
	return strings.Join(strings.Fields(t.String()), " "), true
}

// pathOf is a path as it is compared. One that is written in a way that a
// browser would change is empty.
func pathOf(s string) string {
	if strings.ContainsAny(s, `%?#:\`) || strings.Contains(s, "./") || strings.HasSuffix(s, ".") {
		return ""
	}
	return "/" + strings.TrimLeft(s, "/")
}

// numbers are what an expectation allows.
type numbers struct {
	low, high         float64
	openLow, openHigh bool // the bound itself is not allowed
}

func rangeOf(e journey.Expectation) numbers {
	const most = 1e300
	all := numbers{low: -most, high: most}
	if e.Claim == journey.ClaimCount {
		all.low = 0
	}
	switch e.Op {
	case journey.Is:
		return numbers{low: e.Number, high: e.Number}
	case journey.AtLeast:
		all.low = e.Number
	case journey.AtMost:
		all.high = e.Number
	case journey.Above:
		all.low, all.openLow = e.Number, true
	case journey.Below:
		all.high, all.openHigh = e.Number, true
	case journey.OpNone, journey.Contains, journey.Matches:
	}
	return all
}

// meets reports whether a number may be in both. Pages' numbers are compared
// with a billionth to spare, so what is nearly equal is.
func (n numbers) meets(o numbers) bool {
	low, high := max(n.low, o.low), min(n.high, o.high)
	near := 1e-6 * max(1, abs(low), abs(high))
	if abs(low-high) > near || low < high {
		return low < high
	}
	// They touch: that number has to be allowed by the bounds that touch.
	open := func(is bool, bound, at float64) bool { return is && abs(bound-at) <= near }
	return !open(n.openLow, n.low, low) && !open(o.openLow, o.low, low) && !open(n.openHigh, n.high, high) && !open(o.openHigh, o.high, high)
}

func abs(v float64) float64 { return max(v, -v) }

// cannotFail reports whether an expectation holds on every page.
func cannotFail(e journey.Expectation) bool {
	switch {
	case e.Claim == journey.ClaimScript:
		text, _ := ascii(e.Text)
		return text == "true" || text == "1"
	case e.Claim == journey.ClaimAny:
		return slices.ContainsFunc(e.Of, cannotFail)
	case e.Claim == journey.ClaimCount:
		return e.Op == journey.AtLeast && e.Number <= 0
	case e.Op != journey.Matches || e.Claim == journey.ClaimNoText:
		return false
	case e.Target != nil: // which must be there, if nothing else
		return false
	}
	pattern, known := ascii(e.Text)
	if !known {
		return false
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	return err == nil && matchesNothing(tree)
}

// matchesNothing reports whether a regular expression matches the empty text
// wherever it is looked for: then it matches everything.
func matchesNothing(re *syntax.Regexp) bool {
	switch op := re.Op; {
	case op == syntax.OpStar, op == syntax.OpQuest, op == syntax.OpEmptyMatch, op == syntax.OpRepeat && re.Min == 0:
		return true
	case op == syntax.OpCapture, op == syntax.OpPlus, op == syntax.OpRepeat:
		return matchesNothing(re.Sub[0])
	case op == syntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !matchesNothing(sub) })
	case op == syntax.OpAlternate:
		return slices.ContainsFunc(re.Sub, matchesNothing)
	}
	return false // characters, and places such as the end
}

// checkAlternatives warns of alternatives that can't hold beside what else the
// step expects, and of those that are there twice.
func checkAlternatives(r reader, s journey.Step, e journey.Expectation) {
	if e.Claim != journey.ClaimAny {
		return
	}
	for i, one := range e.Of {
		for _, other := range s.Expect {
			if excludes(other, one) || excludes(one, other) {
				r.warn(placed(one.Pos), fmt.Sprintf("%s: rules out the %s: of line %d, so that this alternative never holds", one.Claim, other.Claim, other.Pos.Line), "alternatives that can hold beside it", "remove one of the two")
				break
			}
		}
		if slices.ContainsFunc(e.Of[:i], func(earlier journey.Expectation) bool { return sameClaim(earlier, one) }) {
			r.warn(placed(one.Pos), "the same alternative stands there twice", "each once", "")
		}
	}
}

func sameClaim(a, b journey.Expectation) bool {
	a.Pos, b.Pos = journey.Pos{}, journey.Pos{}
	return reflect.DeepEqual(a, b)
}
