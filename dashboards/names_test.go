package dashboards

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"samui/internal/influx"
)

// TestOnlyNamesThatAreWritten: InfluxDB answers nothing, and complains of
// nothing, where a name is wrong.
func TestOnlyNamesThatAreWritten(t *testing.T) {
	for _, b := range boards(t) {
		for _, q := range b.questions() {
			for _, mistake := range mistakes(q.query) {
				t.Errorf("%s: %s: %s\n%s", b.file, q.of, mistake, q.query)
			}
		}
	}
}

func TestWrongNamesAreNoticed(t *testing.T) {
	const filter = ` WHERE "site" =~ /^x$/ AND $timeFilter`
	for query, want := range map[string]string{
		`SELECT "wait_ms" FROM "journey_run"` + filter:                                                        "",
		`SELECT "wait_ms" FROM "journey_runs"` + filter:                                                       `no measurement "journey_runs"`,
		`SELECT "waitms" FROM "journey_run"` + filter:                                                         `journey_run has no "waitms"`,
		`SELECT mean("wait_ms") AS "w" FROM "journey_run" WHERE "step" =~ /^x$/`:                              `journey_run has no "step"`,
		`SELECT mean("site") AS "w" FROM "journey_run"` + filter:                                              `"site" is no number of journey_run`,
		`SELECT sum("error") FROM "journey_run"` + filter:                                                     `"error" is no number of journey_run`,
		`SELECT "error" FROM "journey_run" WHERE "wait_ms" =~ /^x$/`:                                          `"wait_ms" is no tag of journey_run`,
		`SELECT "error" FROM "journey_run"` + filter + ` GROUP BY "error"`:                                    `"error" is no tag of journey_run`,
		`SHOW TAG VALUES FROM "journey_run" WITH KEY = "wait_ms"` + filter:                                    `"wait_ms" is no tag of journey_run`,
		`SELECT "w" FROM (SELECT mean("wait_ms") AS "w" FROM "journey_run"` + filter + `)`:                    "",
		`SELECT "v" FROM (SELECT mean("wait_ms") AS "w" FROM "journey_run"` + filter + `)`:                    `the inner query has no "v"`,
		`SELECT "site" FROM (SELECT mean("wait_ms") AS "w" FROM "journey_run"` + filter + `)`:                 `the inner query has no "site"`,
		`SELECT "site" FROM (SELECT mean("wait_ms") AS "w" FROM "journey_run"` + filter + ` GROUP BY "site")`: "",
	} {
		if got := strings.Join(mistakes(query), "; "); got != want {
			t.Errorf("%s\nis found to have %q, want %q", query, got, want)
		}
	}
}

var (
	alias     = regexp.MustCompile(`AS "([^"]+)"`)
	from      = regexp.MustCompile(`FROM "([^"]+)"`)
	name      = regexp.MustCompile(`"([^"]+)"`)
	called    = regexp.MustCompile(`\w\("([^"]+)"`)
	matched   = regexp.MustCompile(`"([^"]+)" =~`)
	groupedBy = regexp.MustCompile(`GROUP BY (.*)$`)
	shown     = regexp.MustCompile(`^SHOW TAG VALUES .* WITH KEY = ("[^"]+")`)
)

// mistakes are the names in a query that nobody writes.
func mistakes(query string) []string {
	start := strings.Index(query, "(SELECT ")
	if start < 0 {
		return inside(query)
	}
	end, open := start, 0
	for ; end < len(query); end++ {
		open += strings.Count(query[end:end+1], "(") - strings.Count(query[end:end+1], ")")
		if open == 0 {
			break
		}
	}
	inner := query[start+1 : end]
	return append(inside(inner), outside(query[:start]+query[end+1:], inner)...)
}

// inside are the mistakes of a query of a measurement.
func inside(query string) []string {
	m := from.FindStringSubmatch(query)
	if m == nil {
		return []string{"no measurement at all"}
	}
	schema, known := influx.Schema()[m[1]]
	if !known {
		return []string{fmt.Sprintf("no measurement %q", m[1])}
	}
	var wrong []string
	for _, name := range unaliased(query) {
		if _, field := schema.Fields[name]; name != m[1] && !field && !slices.Contains(schema.Tags, name) {
			wrong = append(wrong, fmt.Sprintf("%s has no %q", m[1], name))
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	for _, c := range called.FindAllStringSubmatch(query, -1) {
		if kind := schema.Fields[c[1]]; kind != "float" && kind != "integer" {
			wrong = append(wrong, fmt.Sprintf("%q is no number of %s", c[1], m[1]))
		}
	}
	for _, name := range tagsOf(query) {
		if !slices.Contains(schema.Tags, name) {
			wrong = append(wrong, fmt.Sprintf("%q is no tag of %s", name, m[1]))
		}
	}
	return wrong
}

// outside are the mistakes of a query of what an inner one answers.
func outside(query, inner string) []string {
	known := tagsGrouped(inner)
	for _, a := range alias.FindAllStringSubmatch(inner, -1) {
		known = append(known, a[1])
	}
	selected, _, _ := strings.Cut(inner, " FROM ")
	for part := range strings.SplitSeq(strings.TrimPrefix(selected, "SELECT "), ", ") {
		if m := name.FindStringSubmatch(part); m != nil && m[0] == part { // a field taken as it is
			known = append(known, m[1])
		}
	}
	var wrong []string
	for _, name := range unaliased(query) {
		if !slices.Contains(known, name) {
			wrong = append(wrong, fmt.Sprintf("the inner query has no %q", name))
		}
	}
	return wrong
}

// unaliased are the names that a query asks for, not those that it gives.
func unaliased(query string) []string {
	var all []string
	for _, m := range name.FindAllStringSubmatch(alias.ReplaceAllString(query, ""), -1) {
		all = append(all, m[1])
	}
	return all
}

// tagsOf are the names that a query uses as only a tag can be used.
func tagsOf(query string) []string {
	tags := tagsGrouped(query)
	for _, m := range matched.FindAllStringSubmatch(query, -1) {
		tags = append(tags, m[1])
	}
	if m := shown.FindStringSubmatch(query); m != nil {
		tags = append(tags, strings.Trim(m[1], `"`))
	}
	return tags
}

func tagsGrouped(query string) []string {
	var tags []string
	if m := groupedBy.FindStringSubmatch(query); m != nil {
		for _, g := range name.FindAllStringSubmatch(m[1], -1) {
			tags = append(tags, g[1])
		}
	}
	return tags
}
