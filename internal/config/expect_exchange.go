package config

import (
	"errors"
	"regexp"

	"samui/internal/journey"
)

// responseClaim is a response that the page got, or that of the step's own
// request.
func (g *grammar) responseClaim() codec[journey.Expectation] {
	o := object[journey.Expectation]{
		name: "response", example: `a path, or {url: /api/cart, status: 200, json: {path: items.length, at_least: 1}}`,
		fields: append(g.exchangeKeys(),
			key("status", "The status of the answer: 200, or 2xx for all of that kind.", status().exactly(), func(e *journey.Expectation, s string) { exchange(e).Status = s }),
			key("header", "A header of the answer: its name, or {named: NAME, contains: TEXT}.", headerComparison(), func(e *journey.Expectation, c journey.Comparison) { exchange(e).Header = &c }),
			key("body", "A text that the answer's body holds, or {is: TEXT} for all of it.", bodyComparison(), func(e *journey.Expectation, c journey.Comparison) { exchange(e).Body = &c }),
			key("json", "A place in the answer's JSON, as items[0].price or items.length: its path, or {path: PATH, at_least: 1}.", jsonComparison(), func(e *journey.Expectation, c journey.Comparison) { exchange(e).JSON = &c }),
		),
		rules: []rule{atLeastOne("url", "method", "status", "header", "body", "json")},
		tips: withTips(exchangeTips(), map[string]string{
			"code": "write status: …", "status_code": "write status: …", "headers": "write header: {named: NAME, contains: TEXT}", "content_type": "write header: {named: Content-Type, contains: …}",
			"jsonpath": "write json: …", "json_path": "write json: …", "named": "write header: {named: …, contains: …}", "time": "a request step's wait is judged by its thresholds:",
		}),
	}
	return either(g.exchangePath(), o.codec())
}

// sentClaim is a request that the page sent.
func (g *grammar) sentClaim() codec[journey.Expectation] {
	o := object[journey.Expectation]{
		name: "sent", example: `a path, or {url: {contains: /collect}, body: purchase}`,
		fields: append(g.exchangeKeys(),
			key("body", "A text that the request's body holds, or {is: TEXT} for all of it.", bodyComparison(), func(e *journey.Expectation, c journey.Comparison) { exchange(e).Body = &c }),
		),
		rules: []rule{atLeastOne("url", "method", "body")},
		tips: withTips(exchangeTips(), map[string]string{
			"status": "that is the answer's: write response: {url: …, status: …}", "json": "write body: with a part of it", "header": "headers that are sent can't be expected",
		}),
	}
	return either(g.exchangePath(), o.codec())
}

func exchange(e *journey.Expectation) *journey.Exchange {
	if e.Exchange == nil {
		e.Exchange = &journey.Exchange{}
	}
	return e.Exchange
}

func exchangeTips() map[string]string {
	tips := map[string]string{"path": "write url: /…", "get": "write url: …, method: GET", "post": "write url: …, method: POST", "in": "write url: …", "text": "write body: …"}
	for _, op := range textOps() {
		tips[op] = "put it under what it compares: body: {" + op + ": …}"
	}
	return tips
}

// exchangeKeys say which request is meant.
func (g *grammar) exchangeKeys() []field[journey.Expectation] {
	return []field[journey.Expectation]{
		key("url", "The path behind the site's url:, on one of the site's hosts, whatever stands behind it, or {contains: TEXT} for the whole URL.", g.urlComparison(), func(e *journey.Expectation, c journey.Comparison) { exchange(e).URL = &c }),
		key("method", "How it was asked.", choice("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"), func(e *journey.Expectation, m string) { exchange(e).Method = m }),
	}
}

// ofURL turns what url: reads into a comparison.
func ofURL(e journey.Expectation) journey.Comparison {
	return journey.Comparison{Op: e.Op, Text: e.Text, Path: e.Path}
}

func (g *grammar) urlComparison() codec[journey.Comparison] { return mapped(g.urlClaim(), ofURL) }

// exchangePath is the short form: the path alone.
func (g *grammar) exchangePath() codec[journey.Expectation] {
	path := mapped(g.urlComparison(), func(c journey.Comparison) journey.Expectation {
		return journey.Expectation{Exchange: &journey.Exchange{URL: &c}}
	})
	path.schema = siteAddress().schema // a map holds the exchange's own keys
	return path
}

// compared are is, contains and matches.
func compared() []field[journey.Comparison] {
	compare := func(op journey.Op, doc string, c codec[journey.Text]) field[journey.Comparison] {
		return key(string(op), doc, c, func(into *journey.Comparison, t journey.Text) { into.Op, into.Text = op, t })
	}
	return []field[journey.Comparison]{
		compare(journey.Is, "It equals this text.", textCodec(true)),
		compare(journey.Contains, "It contains this text.", textCodec(false)),
		compare(journey.Matches, "It matches this regular expression (RE2).", expression()),
	}
}

func bodyComparison() codec[journey.Comparison] {
	plain := mapped(textCodec(false), func(t journey.Text) journey.Comparison { return journey.Comparison{Op: journey.Contains, Text: t} })
	o := object[journey.Comparison]{
		name: "body", example: "a text, or {matches: EXPRESSION}", fields: compared(),
		rules: []rule{exactlyOne(wantTextOp, "add contains: TEXT", textOps())},
		tips:  map[string]string{"equals": "write is: …", "regex": "write matches: …", "json": "json: stands beside body:", "in": "a body has no parts to look in; write json: {path: …, is: …}"},
	}
	return either(plain, o.codec())
}

func headerComparison() codec[journey.Comparison] {
	const pattern = "^[A-Za-z0-9!#$%&'*+.^_|~-]+$"
	name := word[string]{
		noun: "the name of a header", want: "the name of a header such as Content-Type", pattern: pattern,
		parse: func(s string) (string, fault) {
			if !regexp.MustCompile(pattern).MatchString(s) {
				return "", fault{"is not the name of a header", "write {named: NAME, contains: TEXT} for what it holds"}
			}
			return s, fault{}
		},
	}
	plain := mapped(name.exactly(), func(s string) journey.Comparison { return journey.Comparison{Name: s} })
	o := object[journey.Comparison]{
		name: "header", example: "the name of a header, or {named: Content-Type, contains: json}",
		fields: append([]field[journey.Comparison]{must(key("named", "The header's name.", name.exactly(), func(c *journey.Comparison, s string) { c.Name = s }))}, compared()...),
		rules:  []rule{exactlyOne(wantTextOp, "write header: NAME for one that is only there", textOps())},
		tips:   map[string]string{"name": "write named: …", "value": "write is: …", "equals": "write is: …", "regex": "write matches: …"},
	}
	return either(plain, o.codec())
}

func jsonPath() word[string] {
	return word[string]{
		noun: "a path into JSON", want: "a path such as items[0].price or items.length", pattern: `^[^$.\s]`,
		parse: func(s string) (string, fault) {
			_, err := journey.ParseJSONPath(s)
			if bad, wrong := errors.AsType[*journey.JSONPathError](err); wrong {
				return "", fault{bad.What, bad.Hint}
			}
			return s, fault{}
		},
	}
}

func jsonComparison() codec[journey.Comparison] {
	path := jsonPath()
	plain := mapped(path.exactly(), func(s string) journey.Comparison { return journey.Comparison{Name: s} })
	n := number().codec()
	measure := func(op journey.Op, doc string) field[journey.Comparison] {
		return key(string(op), doc, n, func(c *journey.Comparison, v float64) { c.Op, c.Number = op, v })
	}
	ops := append(textOps(), "at_least", "at_most", "above", "below")
	o := object[journey.Comparison]{
		name: "json", example: "a path such as items[0].price, or {path: items.length, at_least: 1}",
		fields: append(append([]field[journey.Comparison]{must(key("path", "Names joined by dots, places in a list in brackets from 0, length for how many there are.", path.exactly(), func(c *journey.Comparison, s string) { c.Name = s }))}, compared()...),
			measure(journey.AtLeast, "This number or more."), measure(journey.AtMost, "This number or less."),
			measure(journey.Above, "More than this number."), measure(journey.Below, "Less than this number.")),
		rules: []rule{exactlyOne("exactly one of "+oneOfWords(ops), "write json: PATH for what is only there", ops)},
		tips:  map[string]string{"equals": "write is: …", "regex": "write matches: …", "named": "write path: …", "at": "write path: …", "value": "write is: …", "count": "write path: ….length"},
	}
	return either(plain, o.codec())
}

// status is an HTTP status, or all of a kind.
func status() word[string] {
	const pattern = `^[1-5]([0-9][0-9]|xx)$`
	return word[string]{
		noun: "a status", want: "a status such as 200, or 2xx", pattern: pattern, number: true,
		parse: func(s string) (string, fault) {
			if !regexp.MustCompile(pattern).MatchString(s) {
				return "", fault{"is not an HTTP status", "write 200, or 2xx for all that went well"}
			}
			return s, fault{}
		},
	}
}
