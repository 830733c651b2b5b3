package config

import (
	"regexp"
	"slices"
	"strings"

	"samui/internal/journey"
)

// moments are the verbs of what a customer sees at one moment.
func (g *grammar) moments() []verb[journey.Expectation] {
	target := func(name, doc string) verb[journey.Expectation] {
		return verb[journey.Expectation]{name: name, doc: doc, read: mapped(g.target, func(t journey.Target) journey.Expectation {
			return journey.Expectation{Target: &t}
		})}
	}
	return []verb[journey.Expectation]{
		{name: "text", doc: "The visible page, or a target, holds this text.", read: g.textClaim("text", journey.Contains, true)},
		{name: "no_text", doc: "The visible page, or a target, does not hold this text.", read: g.textClaim("no_text", journey.Contains, true)},
		target("visible", "At least one such target is seen."),
		target("hidden", "No such target is seen."),
		target("enabled", "The target can be used."),
		target("disabled", "The target can't be used."),
		target("checked", "The checkbox is ticked, or the radio button chosen."),
		target("unchecked", "The checkbox isn't ticked, or the radio button not chosen."),
		{name: "url", doc: "The path behind the site's url: equals this one, or the whole URL is compared.", read: g.urlClaim()},
		{name: "title", doc: "The page's title.", read: g.textClaim("title", journey.Is, false)},
		{name: "count", doc: "How many such targets are seen.", read: g.countClaim()},
		{name: "value", doc: "What a field holds; of a select, the label.", read: g.valueClaim()},
		{name: "attribute", doc: "What the page's source says of a target; what people see lasts longer.", read: g.attributeClaim()},
		{name: "script", doc: "The last resort: this JavaScript expression gives something true in the page's own world. What people see lasts longer.", read: scriptClaim()},
		{name: "number", doc: "The number that a target shows.", read: g.numberClaim()},
	}
}

// wholes are the verbs of what a whole step did, which is judged when it has
// ended.
func (g *grammar) wholes() []verb[journey.Expectation] {
	ofStep := func(claim journey.Claim, doc string) verb[journey.Expectation] {
		return verb[journey.Expectation]{name: string(claim), doc: doc, alone: true, read: mapped(bare(), func(struct{}) journey.Expectation { return journey.Expectation{} })}
	}
	return []verb[journey.Expectation]{
		{name: "download", doc: "A file of this name was downloaded; without this word no download is let through. At most 50 files in a step, of 100 MiB together; they are thrown away.", read: downloadClaim()},
		{name: "cookie", doc: "At the step's end the page's address has this cookie.", read: cookieClaim()},
		{name: "response", doc: "A response that the page got during the step, by url:, or that of the step's last request. It is waited for, but no part of the customer's wait. A page that answers 400 or more fails its step, unless the step expects just that status: {status: 404}.", read: g.responseClaim()},
		{name: "sent", doc: "The page sent such a request during the step, whether it was answered or not, and also when block: stopped it. It is waited for, but no part of the customer's wait. A page that answers 400 or more fails its step, unless the step expects just that status: {status: 404}.", read: g.sentClaim()},
		ofStep(journey.ClaimNoConsoleErrors, "Until the step's end nothing was written to the console as an error."),
		ofStep(journey.ClaimNoFailedRequests, "Until the step's end no request failed or was answered with an error; what block: stops doesn't count."),
		ofStep(journey.ClaimNoBrokenImages, "Every picture that the page has loaded can be shown."),
	}
}

// expectations are the verbs of expect:.
func (g *grammar) expectations() codec[journey.Expectation] {
	return claims("an expectation", slices.Concat(g.moments(), g.wholes(), g.holders()), claimTips())
}

// claims are expectations that begin with one of the verbs.
func claims(what string, verbs []verb[journey.Expectation], tips map[string]string) codec[journey.Expectation] {
	for i, v := range verbs {
		verbs[i].read = finished(v.read, func(n *node, r reader, e *journey.Expectation) { e.Claim = journey.Claim(v.name) })
	}
	return finished(oneVerb(what, verbs, tips), func(n *node, r reader, e *journey.Expectation) {
		e.Pos = journey.Pos{File: r.src.name, Line: n.line, Column: n.column}
	})
}

// claimTips tell those who write an expectation in other words.
func claimTips() map[string]string {
	return map[string]string{
		"status": "write response: {status: 200}", "header": "write response: {header: …}", "json": "write response: {json: …}", "body": "write response: {body: …}", "request": "write sent: …, for what the page sent", "beacon": "write sent: …",
		"optional": "only actions are optional; an expectation decides when the step is over", "click": "put it under do:", "fill": "put it under do:", "open": "put it under do:",
		"contains": "write text: …", "see": "write text: …", "exists": "write visible: …", "present": "write visible: …", "not_visible": "write hidden: …",
		"notext": "write no_text: …", "not_text": "write no_text: …", "path": "write url: /…", "element": "write visible: …", "selector": "write visible: {css: …}",
		"js": "write script: …", "javascript": "write script: …", "eval": "write script: …", "evaluate": "write script: …", "file": "write download: …", "downloaded": "write download: …",
		"or": "write any: […]", "any_of": "write any: […]", "one_of": "write any: […]", "either": "write any: […]", "all": "everything under expect: must hold; alternatives are any: […]",
		"warn": "write soft: …", "should": "write soft: …", "note": "write soft: …",
	}
}

func textOps() []string { return []string{"is", "contains", "matches"} }

const wantTextOp = "exactly one of is, contains or matches"

// textComparators are is, contains and matches.
func textComparators() []field[journey.Expectation] {
	compare := func(op journey.Op, doc string, c codec[journey.Text]) field[journey.Expectation] {
		return key(string(op), doc, c, func(e *journey.Expectation, t journey.Text) { e.Op, e.Text = op, t })
	}
	return []field[journey.Expectation]{
		compare(journey.Is, "It equals this text.", textCodec(true)),
		compare(journey.Contains, "It contains this text.", textCodec(false)),
		compare(journey.Matches, "It matches this regular expression (RE2).", expression()),
	}
}

// expression is a regular expression in RE2, to be matched against a text.
func expression() codec[journey.Text] {
	c := textCodec(false)
	read := c.read
	c.read = func(r reader, n *node) (journey.Text, bool) {
		t, ok := read(r, n)
		if !ok {
			return t, false
		}
		if _, err := regexp.Compile(t.Pattern(sample(t))); err != nil {
			hint := "Go's regular expressions (RE2) have no look-around and no back-references"
			if !strings.Contains(n.value, "${") {
				hint = strings.TrimPrefix(err.Error(), "error parsing regexp: ") + "; " + hint
			}
			r.fail(n, r.subject(n)+" is not a regular expression", "an RE2 expression", hint)
			return t, false
		}
		return t, true
	}
	return c
}

func claimTarget(e *journey.Expectation) *journey.Target {
	if e.Target == nil {
		e.Target = &journey.Target{}
	}
	return e.Target
}

// in is the key that names the target beside comparators.
func (g *grammar) in(doc string) field[journey.Expectation] {
	return key("in", doc, g.target, func(e *journey.Expectation, t journey.Target) { e.Target = &t })
}

// inTips tell those who leave out in:.
func inTips() map[string]string {
	tips := map[string]string{"equals": "write is: …", "regex": "write matches: …", "target": "write in: …", "within": "write in: …", "frame": "put it under in: {in: {css: body, frame: …}, …}"}
	for _, k := range targetKinds() {
		tips[k] = "put it under in: {in: {" + k + ": …}, …}"
	}
	return tips
}

// textClaim is a text of the page, of a target or of the title.
func (g *grammar) textClaim(name string, op journey.Op, in bool) codec[journey.Expectation] {
	plain := mapped(textCodec(false), func(t journey.Text) journey.Expectation { return journey.Expectation{Op: op, Text: t} })
	o := object[journey.Expectation]{
		name: name, example: "a text, or {contains: TEXT}",
		fields: textComparators(),
		rules:  []rule{exactlyOne(wantTextOp, "add contains: TEXT", textOps())},
		tips:   withTips(inTips(), map[string]string{"in": "the title has no parts to look in"}),
	}
	if in {
		o.example = "a text, or {in: TARGET, is: TEXT}"
		o.fields = append([]field[journey.Expectation]{g.in("Only in this target; the whole page without it.")}, o.fields...)
	}
	return either(plain, o.codec())
}

// urlClaim is a path, an absolute URL, or comparators for the whole URL.
func (g *grammar) urlClaim() codec[journey.Expectation] {
	address := siteAddress()
	read := address.read
	plain := codec[journey.Expectation]{
		want: address.want, schema: address.schema,
		read: func(r reader, n *node) (journey.Expectation, bool) {
			t, ok := read(r, n)
			if !ok {
				return journey.Expectation{}, false
			}
			path := !isAbsolute(t.Address(sample(t)))
			if path && strings.ContainsAny(n.value, "?#") && !strings.Contains(n.value, "${") {
				_, rest, _ := cutAny(n.value, "?#")
				r.fail(n, r.subject(n)+" is more than a path, and would never be equal to one", "a path such as /cart", "write url: {contains: "+doubleQuoted(rest)+"}")
				return journey.Expectation{}, false
			}
			return journey.Expectation{Op: journey.Is, Text: t, Path: path}, true
		},
	}
	o := object[journey.Expectation]{
		name: "url", example: `a path, or {contains: "q=shoes"}`,
		fields: textComparators(),
		rules:  []rule{exactlyOne(wantTextOp, "add contains: TEXT", textOps())},
		tips:   map[string]string{"path": "write url: /…", "in": "a URL has no parts to look in"},
	}
	return either(plain, o.codec())
}

func cutAny(s, chars string) (before, rest string, found bool) {
	i := strings.IndexAny(s, chars)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

func setNumber(op journey.Op) func(*journey.Expectation, float64) {
	return func(e *journey.Expectation, v float64) { e.Op, e.Number = op, v }
}

// countClaim is a number of targets.
func (g *grammar) countClaim() codec[journey.Expectation] {
	n := mapped(whole(0, 100_000).codec(), func(v int) float64 { return float64(v) })
	return object[journey.Expectation]{
		name: "count", example: "{css: .product, at_least: 3}",
		fields: append(targetKeys(g.target, claimTarget),
			key("is", "Exactly so many.", n, setNumber(journey.Is)),
			key("at_least", "So many or more.", n, setNumber(journey.AtLeast)),
			key("at_most", "So many or fewer.", n, setNumber(journey.AtMost)),
		),
		rules: append(targetRules(), exactlyOne("exactly one of is, at_least or at_most", "add at_least: 1", []string{"is", "at_least", "at_most"})),
		tips:  withTips(targetTips(), map[string]string{"above": "write at_least: and one more", "below": "write at_most: and one less", "in": "the target's keys stand beside the comparator: {css: …, at_least: 1}"}),
	}.codec()
}

// valueClaim is what a field holds.
func (g *grammar) valueClaim() codec[journey.Expectation] {
	return object[journey.Expectation]{
		name: "value", example: "{label: Email, is: me@shop.example}",
		fields: append(targetKeys(g.target, claimTarget), textComparators()...),
		rules:  append(targetRules(), exactlyOne(wantTextOp, "add is: TEXT", textOps())),
		tips:   withTips(targetTips(), map[string]string{"in": "the target's keys stand beside the comparator: {label: …, is: …}", "with": "write is: …"}),
	}.codec()
}

// attributeClaim is an attribute of an element.
func (g *grammar) attributeClaim() codec[journey.Expectation] {
	name := attributeName()
	named := must(key("named", "The attribute's name.", name.exactly(), func(e *journey.Expectation, s string) { e.Name = s }))
	return object[journey.Expectation]{
		name: "attribute", example: "{role: link, name: Cart, named: href, contains: /cart}",
		fields: append(append(targetKeys(g.target, claimTarget), named), textComparators()...),
		rules:  append(targetRules(), exactlyOne(wantTextOp, "add is: TEXT", textOps())),
		tips: withTips(targetTips(), map[string]string{
			"in": "the target's keys stand beside the comparator: {css: …, named: …, is: …}", "attribute": "write named: …", "href": "write named: href", "src": "write named: src", "value": "write is: …",
		}),
	}.codec()
}

func attributeName() word[string] {
	return word[string]{
		noun: "the name of an attribute", want: "the name of an attribute such as href or aria-label", pattern: `^[A-Za-z_:][A-Za-z0-9_:.-]*$`,
		parse: func(s string) (string, fault) {
			if !regexp.MustCompile(`^[A-Za-z_:][A-Za-z0-9_:.-]*$`).MatchString(s) {
				return "", fault{"is not the name of an attribute", invisibleHint(s)}
			}
			return s, fault{}
		},
	}
}

// cookieClaim is a cookie that is there, or what is in it.
func cookieClaim() codec[journey.Expectation] {
	name := cookieName()
	o := object[journey.Expectation]{
		name: "cookie", example: "the name of a cookie, or {named: seen, contains: sale}",
		fields: append([]field[journey.Expectation]{
			must(key("named", "The cookie's name.", name.exactly(), func(e *journey.Expectation, s string) { e.Name = s })),
		}, textComparators()...),
		rules: []rule{exactlyOne(wantTextOp, "write cookie: NAME for one that is only there", textOps())},
		tips:  map[string]string{"name": "write named: …", "value": "write is: …"},
	}
	plain := mapped(name.exactly(), func(s string) journey.Expectation { return journey.Expectation{Name: s} })
	return either(plain, o.codec())
}

func cookieName() word[string] {
	const pattern = `^[!#$%&'*+.^_|~0-9A-Za-z-]+$` // RFC 6265, but for the backquote
	return word[string]{
		noun: "the name of a cookie", want: "the name of a cookie such as session", pattern: pattern,
		parse: func(s string) (string, fault) {
			if !regexp.MustCompile(pattern).MatchString(s) {
				return "", fault{"is not the name of a cookie", invisibleHint(s)}
			}
			return s, fault{}
		},
	}
}

// numberClaim is a number that a target shows.
func (g *grammar) numberClaim() codec[journey.Expectation] {
	n := number().codec()
	ops := []string{"is", "at_least", "at_most", "above", "below"}
	return object[journey.Expectation]{
		name: "number", example: "{in: TARGET, above: 0}",
		fields: slices.Concat([]field[journey.Expectation]{
			must(g.in("Where the number itself stands, not its label.")),
			key("is", "Exactly this number.", n, setNumber(journey.Is)),
			key("at_least", "This number or more.", n, setNumber(journey.AtLeast)),
			key("at_most", "This number or less.", n, setNumber(journey.AtMost)),
			key("above", "More than this number.", n, setNumber(journey.Above)),
			key("below", "Less than this number.", n, setNumber(journey.Below)),
		}),
		rules: []rule{atMostOne("at most one comparator", ops...)},
		tips:  withTips(inTips(), map[string]string{"contains": "write is: …", "matches": "write is: …"}),
	}.codec()
}
