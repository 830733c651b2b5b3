package recording

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"samui/internal/journey"
)

// use is what an element is wanted for.
type use int

const (
	toPress use = iota // anything that can be pressed, pointed at or seen
	toFill             // a field
	toCount            // all of a kind
)

// The ranks of the ways to find an element, the most human first. What counts
// elements is the last resort, being the first to break.
const (
	byRoleAndName = 10 * iota
	byLabel
	byName
	byText
	byRoleAlone
	byPlaceholder
	byTestID
	byCSS
	byXPath
	positionally // added
)

// candidate is a way to find an element.
type candidate struct {
	target journey.Target
	rank   int
	note   string // what to know of it; empty = nothing
}

const (
	longestSelector = 1000 // bytes; one that is longer is no help to anybody
	longestName     = 80   // characters; longer names hold texts that change
	longestChain    = 8
)

// targetOf chooses the most human of a step's selectors; false where there is
// none that a journey can use.
func (im *importer) targetOf(s step, u use) (candidate, bool) {
	best, found := candidate{}, false
	for _, chain := range s.selectors {
		c, ok := chained(unfold(chain), u, im.testIDs())
		if ok && !slices.ContainsFunc(chain, im.shows) && (!found || c.rank < best.rank) {
			best, found = c, true
		}
	}
	best.target = framed(best.target, s)
	return best, found
}

// shows reports whether a selector repeats a secret that the page showed. What
// programmers call things is theirs.
func (im *importer) shows(selector string) bool {
	kind, _ := kindOf(selector)
	told := kind == inARIA || kind == inText || strings.Contains(selector, "value=")
	return told && im.leaks(selector)
}

// unfold makes one chain of the deep combinators of CSS.
func unfold(chain []string) []string {
	var parts []string
	for _, part := range chain {
		if kind, _ := kindOf(part); kind != inCSS && kind != inPierce {
			parts = append(parts, part)
			continue
		}
		for p := range strings.SplitSeq(strings.ReplaceAll(part, ">>>>", ">>>"), ">>>") {
			parts = append(parts, strings.TrimSpace(p))
		}
	}
	return parts
}

// chained is a chain of selectors as a target: each is looked for within the
// one before it. Inside an element that has a name, one that says nothing to a
// customer is a part of it.
func chained(parts []string, u use, ids []string) (candidate, bool) {
	if len(parts) > longestChain {
		return candidate{}, false
	}
	var whole candidate
	found := false
	for i, part := range parts {
		as := u
		if i < len(parts)-1 {
			as = toPress
		}
		c, ok := one(part, as, ids)
		switch kind, _ := kindOf(part); {
		case !ok && kind == inARIA && found && u == toPress:
			whole.rank = max(whole.rank, byCSS+5)
			continue
		case !ok:
			return candidate{}, false
		}
		if found {
			outer := whole.target
			c.target.Within = &outer
			c.target = withKey(c.target)
			c.rank = max(c.rank, min(whole.rank, c.rank+5))
			if whole.rank >= positionally {
				c.rank = max(c.rank, whole.rank)
			}
			c.note = cmp.Or(c.note, whole.note)
		}
		whole, found = c, true
	}
	return whole, found
}

type selectorKind int

const (
	inCSS selectorKind = iota
	inARIA
	inText
	inXPath
	inPierce
)

// kindOf is what a selector is written in, and the selector without the prefix
// that says so.
func kindOf(selector string) (selectorKind, string) {
	for kind, prefix := range map[selectorKind]string{inARIA: "aria/", inText: "text/", inXPath: "xpath/", inPierce: "pierce/"} {
		if rest, ok := strings.CutPrefix(selector, prefix); ok {
			return kind, rest
		}
	}
	if strings.HasPrefix(selector, "//") || strings.HasPrefix(selector, "(/") {
		return inXPath, selector
	}
	return inCSS, selector
}

// one is a single selector as a target.
func one(selector string, u use, ids []string) (candidate, bool) {
	kind, rest := kindOf(selector)
	unusable := strings.TrimSpace(rest) == "" || len(rest) > longestSelector || strings.ContainsFunc(rest, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' })
	if unusable {
		return candidate{}, false
	}
	switch kind {
	case inARIA:
		return ofARIA(rest, u)
	case inText:
		// The text of a field is what somebody typed into it.
		text := shown(rest)
		return candidate{target: plainText(text, u), rank: byText + brittle(text)}, u != toFill && text != ""
	case inXPath:
		c := candidate{target: target(journey.ByXPath, rest), rank: byXPath}
		if regexp.MustCompile(`\[\s*(\d+|last\(\)|position\(\).*)\s*\]`).MatchString(rest) {
			c.rank += positionally
		}
		return forAll(c, u), true
	case inCSS, inPierce:
		c, ok := ofCSS(rest, u, ids)
		if kind == inPierce && c.target.By == journey.ByCSS {
			c.rank += 5
			c.note = "the selector was of the kind pierce/; css: looks into open shadow roots too"
		}
		return c, ok
	}
	return candidate{}, false
}

func target(by journey.By, value string) journey.Target {
	return journey.Target{By: by, Value: journey.Plain(value)}
}

// plainText is a text or a name. What is counted has to be named by a key.
func plainText(text string, u use) journey.Target {
	if u == toCount {
		return target(journey.ByText, text)
	}
	return target(journey.ByAny, text)
}

// brittle puts names that hold half of the page, or a price, behind everything
// that doesn't count elements.
func brittle(name string) int {
	if utf8.RuneCountInString(name) > longestName || regexp.MustCompile(`[$€£¥₪₹₽] ?\d|\d ?[$€£¥₪₹₽]`).MatchString(name) {
		return byXPath
	}
	return 0
}

func ofARIA(selector string, u use) (candidate, bool) {
	name, role := parseARIA(selector)
	late := brittle(name)
	switch {
	case name == "" && role == "":
		return candidate{}, false
	case role != "":
		c := candidate{target: target(journey.ByRole, role), rank: byRoleAlone}
		if name != "" {
			c.target.Name = journey.Plain(name)
			c.rank = byRoleAndName + late
		}
		return forAll(c, u), true
	case u == toFill:
		return candidate{target: target(journey.ByLabel, name), rank: byLabel + late}, true
	}
	return forAll(candidate{target: plainText(name, u), rank: byName + late}, u), true
}

// forAll puts what finds one element behind what finds all of a kind.
func forAll(c candidate, u use) candidate {
	if u == toCount && c.target.By != journey.ByCSS && c.target.By != journey.ByTestID {
		c.rank += byXPath
	}
	return c
}

func ofCSS(selector string, u use, ids []string) (candidate, bool) {
	if strings.Contains(selector, "::-p-") {
		return candidate{}, false
	}
	css := candidate{target: target(journey.ByCSS, strings.Join(strings.Fields(selector), " ")), rank: byCSS}
	if strings.ContainsAny(selector, `"'\`) {
		css.target.Value = journey.Plain(strings.TrimSpace(selector)) // its white space may count
	}
	if positional(selector) {
		css.rank += positionally
	}
	last := lastCompound(selector)
	if !last.alone || last.more || last.id != "" || len(last.attributes) != 1 {
		return css, true
	}
	a := last.attributes[0]
	text := shown(a.value)
	switch {
	case text == "":
	case slices.Contains(ids, a.key):
		return candidate{target: target(journey.ByTestID, a.value), rank: byTestID}, true
	case a.key == "placeholder":
		return forAll(candidate{target: target(journey.ByPlaceholder, text), rank: byPlaceholder}, u), true
	case a.key == "aria-label" && u == toFill:
		return candidate{target: target(journey.ByLabel, text), rank: byLabel}, true
	case a.key == "alt":
		return forAll(candidate{target: target(journey.ByAlt, text), rank: byName}, u), true
	}
	return css, true
}

// testIDs are the attributes that testid: looks at.
func (im *importer) testIDs() []string {
	if im.registered != nil && len(im.registered.TestIDs) > 0 {
		return im.registered.TestIDs
	}
	return []string{"data-testid", "data-test", "data-test-id", "data-qa", "data-cy"}
}
