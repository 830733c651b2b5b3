package dashboards

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// grafana fills in a dashboard's texts as Grafana does: the page does so with
// variables first, its server with macros afterwards. What was filled in isn't
// looked at again.
type grafana struct {
	values   map[string][]string // of variables, and of __data.fields and the like by their whole name
	all      map[string]string   // what "All" stands for, taken as it is
	from, to time.Time
	interval time.Duration
}

// placeholder is what Grafana takes for a variable: $name, [[name:format]],
// ${name.field:format}.
var placeholder = regexp.MustCompile(`\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}`)

// fill replaces variables, in the given format where a text names none.
func (g grafana) fill(text, format string) string {
	return placeholder.ReplaceAllStringFunc(text, func(whole string) string {
		m := placeholder.FindStringSubmatch(whole)
		name, how := m[1]+m[2]+m[4], m[3]+m[6]
		if m[5] != "" {
			name += "." + m[5]
		}
		if how == "" {
			how = format
		}
		switch name {
		case "__from":
			return strconv.FormatInt(g.from.UnixMilli(), 10)
		case "__to":
			return strconv.FormatInt(g.to.UnixMilli(), 10)
		}
		if all, ok := g.all[name]; ok {
			return all
		}
		if values, ok := g.values[name]; ok {
			return formatted(values, how)
		}
		return whole
	})
}

func formatted(values []string, how string) string {
	switch how {
	case "regex":
		var escaped []string
		for _, v := range values {
			escaped = append(escaped, regexSign.ReplaceAllString(v, `\$0`))
		}
		if len(escaped) == 1 {
			return escaped[0]
		}
		return "(" + strings.Join(escaped, "|") + ")"
	case "percentencode":
		s := strings.Join(values, ",")
		if len(values) > 1 {
			s = "{" + s + "}"
		}
		return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
	case "uriencode":
		return strings.ReplaceAll((&url.URL{Path: strings.Join(values, ",")}).EscapedPath(), "+", "%20")
	}
	return strings.Join(values, ",")
}

var regexSign = regexp.MustCompile(`[\\^$*+?.()|\[\]{}/]`)

// query is what InfluxDB gets to see.
func (g grafana) query(text string) string {
	text = g.fill(text, "")
	filter := fmt.Sprintf("time >= %dms and time <= %dms", g.from.UnixMilli(), g.to.UnixMilli())
	return strings.NewReplacer("$timeFilter", filter, "$__interval", fmt.Sprintf("%dms", g.interval.Milliseconds())).Replace(text)
}

// href is where a link leads.
func (g grafana) href(text string) string { return g.fill(text, "uriencode") }

// of is the same Grafana as a panel with its own settings sees it.
func (g grafana) of(t *testing.T, p panel) grafana {
	t.Helper()
	if p.TimeShift != "" {
		shift := grafanaDuration(t, p.TimeShift)
		g.from, g.to = g.from.Add(-shift), g.to.Add(-shift)
	}
	points := 1000 // about the pixels of a wide panel
	if p.MaxDataPoints > 0 {
		points = p.MaxDataPoints
	}
	g.interval = max(g.to.Sub(g.from)/time.Duration(points), time.Millisecond)
	if p.Interval != "" {
		g.interval = max(g.interval, grafanaDuration(t, p.Interval))
	}
	return g
}

// grafanaDuration reads 15m, 6h or 7d.
func grafanaDuration(t *testing.T, s string) time.Duration {
	t.Helper()
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil {
			t.Fatalf("%q is no time: %v", s, err)
		}
		return time.Duration(n) * 24 * time.Hour
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestFilledInAsGrafanaDoes(t *testing.T) {
	g := grafana{
		values: map[string][]string{"one": {"a/b"}, "more": {"a.b", "c"}, "__data.fields.site": {"a&b c'é"}, "evil": {"${one}"}},
		all:    map[string]string{"every": ".*"},
		from:   time.UnixMilli(1000), to: time.UnixMilli(2000), interval: 15 * time.Minute,
	}
	for in, want := range map[string]string{
		`x =~ /^${one:regex}$/`:                  `x =~ /^a\/b$/`,
		`x =~ /^${more:regex}$/`:                 `x =~ /^(a\.b|c)$/`,
		`x =~ /^${every:regex}$/`:                `x =~ /^.*$/`,
		`[[one:regex]] $one ${one}`:              `a\/b a/b a/b`,
		`$tag_x ${unknown:regex}`:                `$tag_x ${unknown:regex}`,
		`?s=${__data.fields.site:percentencode}`: `?s=a%26b%20c%27%C3%A9`,
		`?s=${more:percentencode}`:               `?s=%7Ba.b%2Cc%7D`,
		`${evil:raw}`:                            `${one}`,
		`time >= ${__from}ms - 7d`:               `time >= 1000ms - 7d`,
		`$timeFilter GROUP BY time($__interval)`: `time >= 1000ms and time <= 2000ms GROUP BY time(900000ms)`,
	} {
		if got := g.query(in); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", in, got, want)
		}
	}
}
