package recording

import (
	"fmt"
	"strconv"
	"strings"
)

// events are the page loads that were seen during a step.
func (r reader) events(v *value) []navigation {
	list := r.field(v, "assertedEvents", aList, false)
	if list == nil {
		return nil
	}
	var all []navigation
	for _, e := range list.items {
		if e.kind != aMap {
			r.fail(e, "an asserted event is "+e.describe(), "a map with a type", "")
			continue
		}
		kind := r.text(e, "type", true)
		if kind != "navigation" && kind != "" {
			r.fail(e.find("type"), fmt.Sprintf("the asserted event %q is unknown", clip(kind, 40)), "navigation", "take it out")
			continue
		}
		all = append(all, navigation{r.text(e, "url", false), r.text(e, "title", false)})
	}
	return all
}

// frame is the way to a frame, by the index of each in its parent.
func (r reader) frame(v *value) []int {
	list := r.field(v, "frame", aList, false)
	if list == nil {
		return nil
	}
	var way []int
	for _, i := range list.items {
		n, err := strconv.Atoi(i.text)
		if i.kind != aNumber || err != nil || n < 0 {
			r.fail(i, "frame holds "+i.describe(), "whole numbers from 0", "")
			continue
		}
		way = append(way, n)
	}
	return way
}

// selectors are the alternatives that lead to an element. One that stands
// alone is a chain of one.
func (r reader) selectors(v *value, required bool) [][]string {
	const want = "a list of selectors, each a text or a list of texts"
	list := v.find("selectors")
	switch {
	case list == nil && required:
		r.fail(v, "there are no selectors", want, "")
		return nil
	case list == nil:
		return nil
	case list.kind != aList:
		r.fail(list, "selectors is "+list.describe(), want, "")
		return nil
	}
	var all [][]string
	for _, alternative := range list.items {
		parts := []*value{alternative}
		if alternative.kind == aList {
			parts = alternative.items
		}
		var chain []string
		for _, p := range parts {
			if p.kind != aText {
				r.fail(p, "a selector is "+p.describe(), want, "")
				chain = nil
				break
			}
			chain = append(chain, p.text)
		}
		if len(chain) > 0 {
			all = append(all, chain)
		}
	}
	return all
}

// awaited is what a waitForElement wants.
func (r reader) awaited(v *value, s *step) {
	s.operator = r.choice(v, "operator", ">=", "==", "<=")
	if f := r.field(v, "count", aNumber, false); f != nil {
		n, err := strconv.ParseFloat(f.text, 64)
		if err != nil || n < 0 || n > 100_000 || n != float64(int(n)) {
			r.fail(f, "count is "+f.describe(), "a whole number from 0 to 100000", "")
		} else {
			s.count = int(n)
		}
	}
	s.hidden = v.find("visible") != nil && !r.yes(v, "visible")
	s.properties, s.attributes = r.pairs(v, "properties"), r.pairs(v, "attributes")
}

func (r reader) pairs(v *value, key string) []pair {
	m := r.field(v, key, aMap, false)
	if m == nil {
		return nil
	}
	var all []pair
	for _, f := range m.fields {
		p := pair{f.key, f.text, f.kind}
		if f.kind != aText {
			p.value = f.json(0)
		}
		all = append(all, p)
	}
	return all
}

// longestDump is how much of a value a note repeats, in bytes.
const longestDump = 120

// json is a value in one line, cut to what a note can hold.
func (v *value) json(already int) string {
	var b strings.Builder
	put := func(s string) { b.WriteString(s) }
	full := func() bool { return already+b.Len() > longestDump }
	switch v.kind {
	case aText:
		put(strconv.Quote(clip(v.text, longestDump)))
	case aNumber:
		put(v.text)
	case aBool:
		put(strconv.FormatBool(v.yes))
	case aNull:
		put("null")
	case aList:
		put("[")
		for i, item := range v.items {
			if i > 0 {
				put(", ")
			}
			if full() {
				put("…")
				break
			}
			put(item.json(already + b.Len()))
		}
		put("]")
	case aMap:
		put("{")
		for i, f := range v.fields {
			if i > 0 {
				put(", ")
			}
			if full() {
				put("…")
				break
			}
			put(f.key + ": " + f.json(already+b.Len()))
		}
		put("}")
	}
	return b.String()
}
