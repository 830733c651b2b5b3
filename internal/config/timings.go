package config

import "strconv"

const (
	mostTimings   = 20
	longestTiming = 100 // characters
)

// timings are names that a site gives to what it measures.
func timings() codec[[]string] {
	name := word[string]{
		noun: "a name", want: "a name as the site gives it, such as hero-shown", pattern: `^.{1,` + strconv.Itoa(longestTiming) + `}$`,
		parse: func(s string) (string, fault) {
			if n := len([]rune(s)); n == 0 || n > longestTiming {
				return "", fault{"is no name of a timing", "give it at most " + strconv.Itoa(longestTiming) + " characters"}
			}
			return s, fault{}
		},
	}
	all := listOf("a list of names such as [hero-shown]", name.exactly(), 1)
	read, schemaOf := all.read, all.schema
	all.schema = func() *schema {
		s := schemaOf()
		s.MaxItems = mostTimings
		return s
	}
	all.read = func(r reader, n *node) ([]string, bool) {
		names, ok := read(r, n)
		if ok && len(names) > mostTimings {
			r.fail(n, "these are "+strconv.Itoa(len(names))+" timings", "at most "+strconv.Itoa(mostTimings), "name those that somebody looks at")
			return nil, false
		}
		return names, ok
	}
	return all
}
