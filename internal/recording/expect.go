package recording

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"samui/internal/journey"
)

// mostParameters is how many parameters of an address are expected again.
const mostParameters = 2

// arrival is what is expected of a page that was seen to load: its address and
// its title, as far as they will be the same next time.
func (im *importer) arrival(e navigation) (expect []journey.Expectation, note string) {
	u, ok := web(e.url)
	if ok {
		expect, note = im.expectPath(u)
		expect = append(expect, im.expectQuery(u)...)
	}
	title := shown(e.title)
	switch {
	case title == "", im.vault.leaks(title), isAddress(title, u), title == im.title:
		// The last two say nothing: Chrome shows the address before there is a
		// title, and on a page that only changes its address keeps the old one.
	default:
		expect = append(expect, expectTitle(title))
	}
	if title != "" && !isAddress(title, u) {
		im.title = title
	}
	if ok {
		im.here = u
	}
	return expect, note
}

// expectTitle leaves out the number of news that some pages count.
func expectTitle(title string) journey.Expectation {
	if rest := regexp.MustCompile(`^\(\d+\+?\) `).ReplaceAllString(title, ""); rest != title && rest != "" {
		return journey.Expectation{Claim: journey.ClaimTitle, Op: journey.Contains, Text: journey.Plain(rest)}
	}
	return journey.Expectation{Claim: journey.ClaimTitle, Op: journey.Is, Text: journey.Plain(title)}
}

// isAddress reports whether a title is what Chrome shows of a page without
// one: its address.
func isAddress(title string, u *url.URL) bool {
	if strings.Contains(title, "://") {
		return true
	}
	bare := func(s string) string { return strings.Trim(strings.ToLower(s), "/") }
	return u != nil && (bare(title) == u.Host || strings.HasPrefix(bare(title), u.Host+"/"))
}

// expectPath is the address up to what looks different each time.
func (im *importer) expectPath(u *url.URL) (expect []journey.Expectation, note string) {
	start, path := im.relative(u)
	if im.vault.leaks(path) || im.vault.leaks(readable(path)) {
		return nil, "the address of the page holds a secret and is not expected"
	}
	claim := journey.Expectation{Claim: journey.ClaimURL}
	segments := strings.Split(path, "/")
	if i := slices.IndexFunc(segments, func(s string) bool { return looksRandom(unescaped(s)) }); i >= 0 {
		kept := strings.Join(segments[:i], "/") + "/"
		note = fmt.Sprintf("the address went on with %q, which looks different each time", clip(segments[i], 60))
		if start+kept == "/" {
			return nil, note
		}
		claim.Op, claim.Text = journey.Contains, journey.Plain(start+readable(kept))
		return append(expect, claim), note
	}
	if start != "" {
		claim.Op, claim.Text = journey.Contains, journey.Plain(start+readable(path))
	} else {
		claim.Op, claim.Path, claim.Text = journey.Is, true, journey.Plain(readable(path))
	}
	expect = append(expect, claim)
	// A # and what follows is a page of its own where it looks like a path.
	if f := fragment(u); strings.HasPrefix(f, "/") || strings.HasPrefix(f, "!") {
		if !im.vault.leaks(f) && !slices.ContainsFunc(strings.Split(f, "/"), looksRandom) {
			expect = append(expect, journey.Expectation{Claim: journey.ClaimURL, Op: journey.Contains, Text: journey.Plain("#" + readable(f))})
		}
	}
	return expect, note
}

func (im *importer) expectQuery(u *url.URL) []journey.Expectation {
	var expect []journey.Expectation
	for _, p := range parameters(u.RawQuery) {
		if im.meaningOf(p) != itself || len(p.raw) > 200 || len(expect) == mostParameters || !strings.Contains(p.raw, "=") || p.value == "" {
			continue
		}
		expect = append(expect, journey.Expectation{Claim: journey.ClaimURL, Op: journey.Contains, Text: journey.Plain(readable(p.raw))})
	}
	return expect
}

// readable undoes the escapes of letters, digits and single spaces, as people
// write them; an address is compared in both forms.
func readable(s string) string {
	plain, err := url.PathUnescape(s)
	if err != nil || !utf8.ValidString(plain) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '%' {
			b.WriteByte(s[i])
			i++
			continue
		}
		end := i
		for end+2 < len(s) && s[end] == '%' {
			end += 3
		}
		run, err := url.PathUnescape(s[i:end])
		if err != nil || end == i {
			return s
		}
		for _, r := range run {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
				return s
			}
		}
		b.WriteString(run)
		i = end
	}
	return b.String()
}

// awaited is what a waitForElement wants to see, or why a journey can't say
// it.
func (im *importer) awaited(s step) (expect []journey.Expectation, note string) {
	u := toPress
	many := s.count > 1 || s.count >= 0 && s.operator != "" && s.count != 1
	if many {
		u = toCount
	}
	c, ok := im.targetOf(s, u)
	if !ok {
		return nil, "waits for an element, and has no selector that a journey understands"
	}
	t := &c.target
	claim := func(claim journey.Claim) { expect = append(expect, journey.Expectation{Claim: claim, Target: t}) }
	count := func(op journey.Op) {
		some, _ := im.targetOf(s, toCount)
		expect = append(expect, journey.Expectation{Claim: journey.ClaimCount, Target: &some.target, Op: op, Number: float64(s.count)})
	}
	for _, p := range slices.Concat(s.properties, s.attributes) {
		if im.vault.leaks(p.value) {
			note = fmt.Sprintf("%s was to be a secret, which is not expected", p.key)
			continue
		}
		e, known := hasProperty(p, c.target)
		if !known {
			note = fmt.Sprintf("the element was to have %s: %s, which journeys can't expect yet", clip(p.key, 40), clip(p.value, 80))
			continue
		}
		expect = append(expect, e)
	}
	seen := len(expect) > 0 // what an element says can only be seen where it is
	switch n := s.count; {
	case s.hidden, n == 0 && s.operator != ">=":
		claim(journey.ClaimHidden)
	case n == 0:
		note = "waits for nothing: any number of elements is enough"
	case s.operator == "<=":
		count(journey.AtMost)
	case many && s.operator == "==":
		count(journey.Is)
	case many:
		count(journey.AtLeast)
	case !seen:
		claim(journey.ClaimVisible)
	}
	return expect, note
}

// hasProperty is a property or attribute of an element as a journey expects
// it.
func hasProperty(p pair, t journey.Target) (journey.Expectation, bool) {
	e := journey.Expectation{Target: &t}
	yes := p.kind == aBool && p.value == "true" || p.kind == aText
	switch {
	case p.key == "disabled":
		e.Claim = journey.ClaimEnabled
		if yes {
			e.Claim = journey.ClaimDisabled
		}
		return e, true
	case (p.key == "textContent" || p.key == "innerText") && p.kind == aText:
		e.Claim, e.Op, e.Text = journey.ClaimText, journey.Is, journey.Plain(shown(p.value))
		return e, true
	case p.key == "value" && p.kind == aText:
		e.Claim, e.Op, e.Text = journey.ClaimValue, journey.Is, journey.Plain(shown(p.value))
		t.By = keyed(t)
		return e, true
	case p.key == "checked" && p.kind == aBool:
		word := "unchecked"
		if yes {
			word = "checked"
		}
		e.Claim, e.Op, e.Text = journey.ClaimValue, journey.Is, journey.Plain(word)
		t.By = keyed(t)
		return e, true
	}
	return journey.Expectation{}, false
}

// keyed is a way to find an element that has a key: a field is called by its
// label where a plain text would do.
func keyed(t journey.Target) journey.By {
	if t.By == journey.ByAny || t.By == journey.ByText && t.Frame != nil {
		return journey.ByLabel
	}
	return t.By
}

// condition is what a JavaScript expression waits for, where it is one of
// those that people write: a pause, or what a journey can expect.
func (im *importer) condition(expression string) (pause float64, expect []journey.Expectation, ok bool) {
	if len(expression) > 500 || im.vault.leaks(expression) {
		return 0, nil, false
	}
	e := strings.TrimSuffix(strings.Join(strings.Fields(expression), " "), ";")
	const text = `("(?:[^"\\]|\\.)+"|'(?:[^'\\]|\\.)+')`
	match := func(pattern string) []string { return regexp.MustCompile(`^` + pattern + `$`).FindStringSubmatch(e) }
	say := func(claim journey.Claim, op journey.Op, literal string) (float64, []journey.Expectation, bool) {
		s := shown(regexp.MustCompile(`\\(.)`).ReplaceAllString(literal[1:len(literal)-1], "$1"))
		if s == "" || strings.Contains(literal, `\`) {
			return 0, nil, false
		}
		return 0, []journey.Expectation{{Claim: claim, Op: op, Text: journey.Plain(s)}}, true
	}
	if m := match(`new Promise\(\(?(\w+)\)? ?=> ?setTimeout\((?:\(\) ?=> ?)?\w+(?:\(\w*\))?, ?(\d{1,6})\)\)`); m != nil {
		ms, err := strconv.ParseFloat(m[2], 64)
		return ms, nil, err == nil && ms > 0
	}
	if m := match(`document\.title ?={2,3} ?` + text); m != nil {
		return say(journey.ClaimTitle, journey.Is, m[1])
	}
	if m := match(`document\.title\.includes\(` + text + `\)`); m != nil {
		return say(journey.ClaimTitle, journey.Contains, m[1])
	}
	if m := match(`(?:window\.|document\.)?location\.(?:href|pathname|search|hash)\.includes\(` + text + `\)`); m != nil {
		return say(journey.ClaimURL, journey.Contains, m[1])
	}
	if m := match(`document\.body\.(?:innerText|textContent)\.includes\(` + text + `\)`); m != nil {
		return say(journey.ClaimText, journey.Contains, m[1])
	}
	return 0, nil, false
}
