package config

import (
	"slices"
	"strconv"

	"samui/internal/journey"
)

// maxTab is the number of the last tab that a visit can have.
const maxTab = 10

// tab is what is done about the browser's tabs.
func tab() codec[journey.Action] {
	const want = "close, first, last, a number or {title: TEXT}"
	plain := word[journey.Action]{
		noun: "a tab", want: want, pattern: `^(close|first|last|[1-9]|10)$`, number: true,
		parse: func(s string) (journey.Action, fault) {
			if slices.Contains([]string{"close", "first", "last"}, s) {
				return journey.Action{Edge: s}, fault{}
			}
			n, err := strconv.Atoi(s)
			switch {
			case err != nil:
				return journey.Action{}, fault{"is no tab", "write tab: {title: " + flowText(clipped(s, longest)) + "} for the tab of that title"}
			case n < 1 || n > maxTab:
				return journey.Action{}, fault{"is out of range", "the first tab is 1, and a visit has at most 10"}
			}
			return journey.Action{Index: n}, fault{}
		},
	}
	o := object[journey.Action]{
		name: "tab", example: want,
		fields: []field[journey.Action]{
			key("title", "What the tab's title contains; it is waited for.", textCodec(true), func(a *journey.Action, t journey.Text) { a.With = t }),
			key("url", "What the tab's address contains; it is waited for.", textCodec(true), func(a *journey.Action, t journey.Text) { a.URL = t }),
		},
		rules: []rule{exactlyOne("title: or url:", "", []string{"title", "url"})},
		tips:  map[string]string{"close": "write tab: close", "index": "write tab: 2", "number": "write tab: 2", "name": "write title: …", "text": "write title: …"},
	}
	return either(plain.codec(), o.codec())
}
