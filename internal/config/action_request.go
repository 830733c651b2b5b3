package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"samui/internal/journey"
)

// methods are the keys that say how a server is asked, and where.
func methods() []string { return []string{"get", "post", "put", "patch", "delete", "head"} }

const wantMethod = "exactly one of get, post, put, patch, delete or head"

// request is an API call.
func request() codec[journey.Action] {
	plain := mapped(siteAddress(), func(t journey.Text) journey.Action {
		return journey.Action{URL: t, Call: &journey.Call{Method: "GET"}}
	})
	o := object[journey.Action]{
		name: "request", example: "a path such as /api/health, or {post: /api/cart, json: {product: shoes}}",
		fields: append(methodKeys(),
			key("headers", "Headers of this request, besides the site's own.", headers(), func(a *journey.Action, h map[string]journey.Text) { call(a).Headers = h }),
			key("body", "What is sent, as it stands; its type is text/plain where headers: don't say another.", textCodec(true), func(a *journey.Action, t journey.Text) { call(a).Body = t }),
			key("json", "What is sent as JSON: a map, a list or a value. Numbers, true, false and null without quotes are sent as such; a ${…} is a text.", jsonBody(), func(a *journey.Action, t journey.Text) { call(a).JSON = t }),
			key("form", "What is sent as a form: names with their values.", formBody(), func(a *journey.Action, f []journey.Field) { call(a).Form = f }),
			key("clean", "Without the customer's cookies: none are sent, and none are kept.", yesNo(), func(a *journey.Action, yes bool) { call(a).Clean = yes }),
			key("redirects", "false: a redirect is the answer; without it up to 10 are followed.", yesNo(), func(a *journey.Action, yes bool) { call(a).Stay = !yes }),
		),
		rules: []rule{exactlyOne(wantMethod, "write get: with the path", methods()), atMostOne("one of body:, json: and form:", "body", "json", "form")},
		tips: map[string]string{
			"url": "write get: …", "path": "write get: …", "open": "write get: …", "method": "the method is the key: write post: /…", "options": "write get: …", "data": "write json: {…} or form: {…}", "params": "put it behind the path: /search?q=…", "query": "put it behind the path: /search?q=…",
			"content_type": "write headers: {Content-Type: …}", "header": "write headers: {NAME: …}", "auth": `write headers: {Authorization: "Bearer ${secret:NAME}"}`, "authorization": `write headers: {Authorization: "Bearer ${secret:NAME}"}`,
			"cookies": "the browser's cookies are sent; clean: true sends none", "follow": "write redirects: false", "follow_redirects": "write redirects: false", "timeout": "a step has a timeout",
			"status": "put it under expect: - response: {status: 200}", "expect": "begin expect: at the depth of do:", "response": "put it under expect:",
		},
		check: func(r reader, n *node, a *journey.Action) bool {
			if m := call(a).Method; m != "GET" && m != "HEAD" {
				return true
			}
			if sends := present(n, []string{"body", "json", "form"}); len(sends) > 0 {
				r.fail(sends[0], "request sends "+sends[0].value+": with "+strings.ToLower(call(a).Method)+":, which asks and brings nothing", "post:, put: or patch:", "write post: …, or put it behind the path: /search?q=…")
				return false
			}
			return true
		},
	}
	o.meant = func(text string) string { return "{get: " + flowText(clipped(text, longest)) + "}" }
	return either(plain, o.codec())
}

func call(a *journey.Action) *journey.Call {
	if a.Call == nil {
		a.Call = &journey.Call{}
	}
	return a.Call
}

func methodKeys() []field[journey.Action] {
	docs := map[string]string{
		"get": "The path or URL that is read.", "post": "The path or URL to which something is sent.", "put": "The path or URL that is replaced.",
		"patch": "The path or URL that is changed.", "delete": "The path or URL that is removed.", "head": "The path or URL of which only the headers are asked for.",
	}
	var all []field[journey.Action]
	for _, m := range methods() {
		all = append(all, key(m, docs[m], siteAddress(), func(a *journey.Action, t journey.Text) {
			a.URL, call(a).Method = t, strings.ToUpper(m)
		}))
	}
	return all
}

// formBody is names with their values, in the order in which they stand.
func formBody() codec[[]journey.Field] {
	name := word[string]{
		noun: "the names of fields", want: "the name of a field", pattern: `.`,
		parse: func(s string) (string, fault) {
			if s == "" {
				return "", fault{"is empty", ""}
			}
			return s, fault{}
		},
	}
	return mapped(mapOf(name, textCodec(true), nil), func(all []named[journey.Text]) []journey.Field {
		fields := make([]journey.Field, 0, len(all))
		for _, f := range all {
			fields = append(fields, journey.Field{Name: f.key.value, Value: f.value})
		}
		return fields
	})
}

// jsonBody is any YAML, as the JSON that it stands for.
func jsonBody() codec[journey.Text] {
	return codec[journey.Text]{
		want:   "a map, a list or a value, as {product: shoes, count: 2}",
		schema: func() *schema { return &schema{} },
		read: func(r reader, n *node) (journey.Text, bool) {
			var b jsonBuilder
			ok := b.add(r, n)
			return journey.NewText(b.parts...), ok
		},
	}
}

// jsonBuilder writes JSON, with what is known only on the visit left open.
type jsonBuilder struct{ parts []journey.Part }

func (b *jsonBuilder) literal(s string) {
	if last := len(b.parts) - 1; last >= 0 && b.parts[last].Source == "" {
		b.parts[last].Literal += s
		return
	}
	b.parts = append(b.parts, journey.Part{Literal: s})
}

// jsonNumber is what JSON takes for a number: 01234 is a text.
const jsonNumber = `^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`

func (b *jsonBuilder) add(r reader, n *node) bool {
	ok := true
	switch n.kind {
	case list:
		b.literal("[")
		for i, item := range n.items {
			b.separate(i)
			ok = b.add(r, item) && ok
		}
		b.literal("]")
	case mapping:
		b.literal("{")
		for i, e := range n.entries {
			b.separate(i)
			ok = b.text(r, e.key) && ok
			b.literal(": ")
			ok = b.add(r.under(e.key.value), e.value) && ok
		}
		b.literal("}")
	case scalar:
		switch {
		case n.null:
			b.literal("null")
		case !n.quoted && (n.value == "true" || n.value == "false" || regexp.MustCompile(jsonNumber).MatchString(n.value)):
			b.literal(n.value)
		default:
			return b.text(r, n)
		}
	}
	return ok
}

func (b *jsonBuilder) separate(i int) {
	if i > 0 {
		b.literal(", ")
	}
}

func (b *jsonBuilder) text(r reader, n *node) bool {
	t, ok := r.text(n, "a text")
	if !ok {
		return false
	}
	b.literal(`"`)
	for _, p := range t.Parts() {
		if p.Source == "" {
			quoted := jsonSource(p.Literal)
			b.literal(quoted[1 : len(quoted)-1])
		} else {
			b.parts = append(b.parts, p)
		}
	}
	b.literal(`"`)
	return true
}

// jsonSource is a text as JSON, in which nothing stands that YAML refuses.
func jsonSource(s string) string {
	var b strings.Builder
	for _, c := range journey.JSONString(s) {
		if c <= 0xffff && !strconv.IsPrint(c) {
			b.WriteString(`\u` + strconv.FormatInt(0x10000+int64(c), 16)[1:])
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// checkCalls keeps steps that ask a server apart from those that use the page.
func checkCalls(r reader, j journey.Journey) {
	for _, s := range j.Steps {
		in := r.in("step " + quoted(s.ID))
		isCall := func(a journey.Action) bool { return a.Verb == journey.Request }
		isPage := func(a journey.Action) bool {
			return a.Verb != "" && a.Verb != journey.Request && !a.NeedsNoPage()
		}
		switch call, page := slices.IndexFunc(s.Do, isCall), slices.IndexFunc(s.Do, isPage); {
		case call >= 0 && page >= 0:
			in.fail(placed(s.Do[max(call, page)].Pos), "the step asks a server with request: and uses the page with "+string(s.Do[page].Verb)+":", "one of the two", "put request: into a step of its own")
		case call >= 0 && s.Repeat != nil && s.Repeat.Until != nil:
			in.fail(placed(s.Repeat.Until.Pos), "until: is about a page, and a step of requests has none", "a number of times", "write repeat: 3, or retry: for a step that may fail at first")
		}
		for _, e := range s.Expect {
			checkAsked(in, s, e)
		}
	}
}

// checkAsked reports an expectation that a step can't meet: without a page
// nothing is seen, and a page has more than one response.
func checkAsked(r reader, s journey.Step, e journey.Expectation) {
	if e.Claim == journey.ClaimSoft {
		checkAsked(r, s, e.Of[0])
		return
	}
	switch {
	case s.Asks() && e.Claim == journey.ClaimText && e.Target == nil:
		r.fail(placed(e.Pos), "text: is about a page, and a step of requests has none", "response:", "write response: {body: …}")
	case s.Asks() && e.Claim != journey.ClaimResponse:
		r.fail(placed(e.Pos), string(e.Claim)+": is about a page, and a step of requests has none", "response:", "put it into a step that uses the page")
	case !s.Asks() && e.Exchange != nil && e.Exchange.URL == nil:
		r.fail(placed(e.Pos), string(e.Claim)+": doesn't say which of the page's many it is", "url: beside it", "add url: with its path, or {contains: …}")
	}
}

// sendsSecret reports whether an action sends a secret to an address, and that
// address as it is known before the visit.
func sendsSecret(a journey.Action) (address string, sends bool) {
	switch {
	case a.Verb != journey.Open && a.Verb != journey.Request:
		return "", false
	case a.URL.HasSecret(), a.Call != nil && slices.ContainsFunc(a.Call.Texts(), journey.Text.HasSecret):
		return a.URL.Address(sample(a.URL)), true
	}
	return "", false
}
