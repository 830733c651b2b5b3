package journey

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Call is what a request action asks a server, besides its URL. At most one of
// Body, JSON and Form is set.
type Call struct {
	Method  string          // GET, POST, PUT, PATCH, DELETE or HEAD
	Headers map[string]Text // nil = none of its own
	Body    Text
	// JSON is a body as JSON: its literals are the source, and every other part
	// stands inside a string of it (see [Call.Payload]).
	JSON Text
	Form []Field // in this order
	// Clean is without the customer's cookies: neither are they sent, nor is what
	// the answer sets kept.
	Clean bool
	Stay  bool // a redirect is the answer, and isn't followed
}

// Field is a name with its value.
type Field struct {
	Name  string
	Value Text
}

// Payload is the body as it is sent and its type, both empty where there is
// none. reveal is a text as it is used on the visit.
func (c Call) Payload(reveal func(Text) string) (body, contentType string) {
	switch {
	case c.JSON.parts != nil:
		var b strings.Builder
		for _, p := range c.JSON.parts {
			if p.Source == "" {
				b.WriteString(p.Literal)
			} else {
				b.WriteString(inString(reveal(NewText(p))))
			}
		}
		return b.String(), "application/json"
	case c.Form != nil:
		var pairs []string
		for _, f := range c.Form {
			pairs = append(pairs, url.QueryEscape(f.Name)+"="+url.QueryEscape(reveal(f.Value)))
		}
		return strings.Join(pairs, "&"), "application/x-www-form-urlencoded"
	case !c.Body.IsZero():
		return reveal(c.Body), "text/plain; charset=utf-8"
	}
	return "", ""
}

// inString is a text as it stands inside a string of JSON.
func inString(s string) string {
	quoted := JSONString(s)
	return quoted[1 : len(quoted)-1]
}

// JSONString is a text as a string of JSON.
func JSONString(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		panic("BUG: a text can't be written as JSON: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Texts are all that the call sends besides its URL.
func (c Call) Texts() []Text { return append(slices.Collect(maps.Values(c.Headers)), c.BodyTexts()...) }

// BodyTexts are what its body is made of.
func (c Call) BodyTexts() []Text {
	texts := []Text{c.Body, c.JSON}
	for _, f := range c.Form {
		texts = append(texts, f.Value)
	}
	return texts
}

// Asks reports whether the step asks a server rather than using the page: its
// actions are requests, apart from pauses and what changes cookies.
func (s Step) Asks() bool {
	asks := false
	for _, a := range s.Do {
		if a.Verb != Request && !a.NeedsNoPage() {
			return false
		}
		asks = asks || a.Verb == Request
	}
	return asks
}

// NeedsBrowser reports whether any step uses a page or depends on one: a
// journey of requests alone opens no browser.
func (j Journey) NeedsBrowser() bool {
	looks := func(c Condition) bool { return c.See != nil }
	return slices.ContainsFunc(j.Steps, func(s Step) bool { return !s.Asks() || slices.ContainsFunc(s.Conditions, looks) })
}

// callMeaning is a call as it counts for the revision.
type callMeaning struct {
	Method  string            `json:"method"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitzero"`
	JSON    string            `json:"json,omitzero"`
	Form    [][2]string       `json:"form,omitempty"`
	Clean   bool              `json:"clean,omitzero"`
	Stay    bool              `json:"stay,omitzero"`
}

func callMeaningOf(c *Call) *callMeaning {
	if c == nil {
		return nil
	}
	m := callMeaning{Method: c.Method, Body: source(c.Body), JSON: source(c.JSON), Clean: c.Clean, Stay: c.Stay, Headers: map[string]string{}}
	for name, value := range c.Headers {
		m.Headers[strings.ToLower(name)] = source(value)
	}
	for _, f := range c.Form {
		m.Form = append(m.Form, [2]string{f.Name, source(f.Value)})
	}
	return &m
}
