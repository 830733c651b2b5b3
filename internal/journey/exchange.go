package journey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Exchange is what an expectation says of a request and of what answered it.
// What is zero or nil is not looked at.
type Exchange struct {
	URL    *Comparison
	Method string // GET, POST …
	Status string // "200", or "2xx" for 200 to 299
	Header *Comparison
	Body   *Comparison // of the answer; of a request that was sent, its own
	JSON   *Comparison
}

// Comparison is something that is compared: which, how and with what.
type Comparison struct {
	Name   string // of a header; a JSON path
	Op     Op     // OpNone: it is there
	Text   Text
	Number float64
	Path   bool // of a URL: the path must equal Text, on one of the site's hosts
}

// NeedsBody reports whether the body is looked at.
func (x Exchange) NeedsBody() bool { return x.Body != nil || x.JSON != nil }

// String is the map in which a person would write it.
func (x Exchange) String() string {
	if x.URL != nil && x.URL.Path && x.Method == "" && x.Status == "" && x.Header == nil && !x.NeedsBody() {
		return quoteText(x.URL.Text)
	}
	var keys []string
	add := func(key, value string) { keys = append(keys, key+": "+value) }
	if x.URL != nil {
		value := quoteText(x.URL.Text)
		if !x.URL.Path {
			value = joinMap("", x.URL.comparison())
		}
		add("url", value)
	}
	if x.Method != "" {
		add("method", x.Method)
	}
	if x.Status != "" {
		add("status", x.Status)
	}
	if x.Header != nil {
		add("header", x.Header.of("named"))
	}
	if x.Body != nil {
		value := quoteText(x.Body.Text)
		if x.Body.Op != Contains {
			value = joinMap("", x.Body.comparison())
		}
		add("body", value)
	}
	if x.JSON != nil {
		add("json", x.JSON.of("path"))
	}
	return "{" + strings.Join(keys, ", ") + "}"
}

func quoteText(t Text) string { return fmt.Sprintf("%q", t) }

// of is a comparison of something that has a name.
func (c Comparison) of(key string) string {
	if c.Op == OpNone {
		return strconv.Quote(c.Name)
	}
	return joinMap(key+": "+strconv.Quote(c.Name), c.comparison())
}

// comparison is the comparator's key with its value.
func (c Comparison) comparison() string {
	if c.Op == OpNone {
		return ""
	}
	value := quoteYAML(c.Text.String())
	if c.numeric() {
		value = strconv.FormatFloat(c.Number, 'f', -1, 64)
	}
	return string(c.Op) + ": " + value
}

// numeric reports whether a number is compared.
func (c Comparison) numeric() bool {
	return slices.Contains([]Op{AtLeast, AtMost, Above, Below}, c.Op)
}

// Revealer knows what a journey's texts are on a visit.
type Revealer interface {
	Reveal(t Text) string
	Pattern(t Text) string // of a regular expression
	Address(t Text) string // of an address
}

// Resolved is the exchange with its texts as they are on a visit. It holds their
// secrets: it is for comparing, never to be shown.
func (x Exchange) Resolved(by Revealer) Exchange {
	for _, c := range []**Comparison{&x.URL, &x.Header, &x.Body, &x.JSON} {
		if *c == nil {
			continue
		}
		resolved := **c
		switch {
		case resolved.Op == Matches:
			resolved.Text = Plain(by.Pattern(resolved.Text))
		case resolved.Path:
			resolved.Text = Plain(by.Address(resolved.Text))
		default:
			resolved.Text = Plain(by.Reveal(resolved.Text))
		}
		*c = &resolved
	}
	return x
}

// texts are what the exchange is compared with.
func (x *Exchange) texts() []Text {
	if x == nil {
		return nil
	}
	var texts []Text
	for _, c := range []*Comparison{x.URL, x.Header, x.Body, x.JSON} {
		if c != nil {
			texts = append(texts, c.Text)
		}
	}
	return texts
}

type exchangeMeaning struct {
	URL    *comparisonMeaning `json:"url,omitzero"`
	Method string             `json:"method,omitzero"`
	Status string             `json:"status,omitzero"`
	Header *comparisonMeaning `json:"header,omitzero"`
	Body   *comparisonMeaning `json:"body,omitzero"`
	JSON   *comparisonMeaning `json:"json,omitzero"`
}

type comparisonMeaning struct {
	Name   string  `json:"name,omitzero"`
	Op     Op      `json:"op,omitzero"`
	Text   string  `json:"text,omitzero"`
	Number float64 `json:"number,omitzero"`
	Path   bool    `json:"path,omitzero"`
}

func exchangeMeaningOf(x *Exchange) *exchangeMeaning {
	if x == nil {
		return nil
	}
	of := func(c *Comparison) *comparisonMeaning {
		if c == nil {
			return nil
		}
		return &comparisonMeaning{Name: c.Name, Op: c.Op, Text: source(c.Text), Number: c.Number, Path: c.Path}
	}
	return &exchangeMeaning{URL: of(x.URL), Method: x.Method, Status: x.Status, Header: of(x.Header), Body: of(x.Body), JSON: of(x.JSON)}
}
