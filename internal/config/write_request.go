package config

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"samui/internal/journey"
)

// writtenCall is what stands behind request:.
func writtenCall(a journey.Action) string {
	c := *a.Call
	if c.Method == http.MethodGet && len(c.Headers) == 0 && !c.Clean && !c.Stay {
		return scalarText(textSource(a.URL), false)
	}
	var k flowKeys
	k.text(strings.ToLower(c.Method), a.URL)
	if len(c.Headers) > 0 {
		var h flowKeys
		for _, name := range slices.Sorted(maps.Keys(c.Headers)) {
			h.add(scalarText(name, true), scalarText(textSource(c.Headers[name]), true))
		}
		k.add("headers", h.String())
	}
	switch {
	case !c.JSON.IsZero():
		k.add("json", textSource(c.JSON)) // JSON is YAML
	case c.Form != nil:
		var f flowKeys
		for _, field := range c.Form {
			f.add(scalarText(field.Name, true), scalarText(textSource(field.Value), true))
		}
		k.add("form", f.String())
	default:
		k.text("body", c.Body)
	}
	if c.Clean {
		k.add("clean", "true")
	}
	if c.Stay {
		k.add("redirects", "false")
	}
	return k.String()
}

// writtenExchange is what stands behind response: and sent:.
func writtenExchange(x journey.Exchange) string {
	var k flowKeys
	if x.URL != nil {
		url := comparedTo("", *x.URL)
		if x.URL.Path {
			url = scalarText(textSource(x.URL.Text), true)
		}
		k.add("url", url)
	}
	if x.Method != "" {
		k.add("method", x.Method)
	}
	if x.Status != "" {
		k.add("status", x.Status)
	}
	if x.Header != nil {
		k.add("header", comparedTo("named", *x.Header))
	}
	if x.Body != nil {
		body := comparedTo("", *x.Body)
		if x.Body.Op == journey.Contains {
			body = scalarText(textSource(x.Body.Text), true)
		}
		k.add("body", body)
	}
	if x.JSON != nil {
		k.add("json", comparedTo("path", *x.JSON))
	}
	if len(k) == 1 && x.URL != nil && x.URL.Path {
		return scalarText(textSource(x.URL.Text), false)
	}
	return k.String()
}

// comparedTo is a comparison of something that has a name under the given key.
func comparedTo(key string, c journey.Comparison) string {
	if c.Op == journey.OpNone {
		return scalarText(c.Name, true)
	}
	var k flowKeys
	if key != "" {
		k.add(key, scalarText(c.Name, true))
	}
	switch c.Op {
	case journey.AtLeast, journey.AtMost, journey.Above, journey.Below:
		k.add(string(c.Op), strconv.FormatFloat(c.Number, 'f', -1, 64))
	case journey.OpNone, journey.Is, journey.Contains, journey.Matches:
		k.add(string(c.Op), scalarText(textSource(c.Text), true))
	}
	return k.String()
}
