package dashboards

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"samui/internal/journey"
)

// Bookmarks, links between the dashboards and Grafana's own database hold on to
// these.
func TestDashboardsKeepTheirNames(t *testing.T) {
	want := map[string]string{
		"overview.json": "samui-overview Samui: overview",
		"journey.json":  "samui-journey Samui: journey",
		"samui.json":    "samui-self Samui: itself",
	}
	all := boards(t)
	if len(all) != len(want) {
		t.Errorf("there are %d dashboards, want %d", len(all), len(want))
	}
	for _, b := range all {
		if got := b.UID + " " + b.Title; got != want[b.file] {
			t.Errorf("%s is %q, want %q", b.file, got, want[b.file])
		}
		if b.SchemaVersion < 39 || b.SchemaVersion > 42 || !slices.Contains(b.Tags, "samui") || b.Description == "" {
			t.Errorf("%s: schema version %d, tags %q, description %q", b.file, b.SchemaVersion, b.Tags, b.Description)
		}
	}
}

func TestPanelsStandBesideEachOther(t *testing.T) {
	for _, b := range boards(t) {
		taken, ids := map[[2]int]string{}, map[int]bool{}
		for _, p := range b.Panels {
			if ids[p.ID] {
				t.Errorf("%s: %s: another panel has its id", b.file, p)
			}
			ids[p.ID] = true
			g := p.GridPos
			if g.W < 1 || g.H < 1 || g.X < 0 || g.X+g.W > 24 {
				t.Errorf("%s: %s lies at %+v", b.file, p, g)
			}
			for x := g.X; x < g.X+g.W; x++ {
				for y := g.Y; y < g.Y+g.H; y++ {
					if other := taken[[2]int{x, y}]; other != "" {
						t.Errorf("%s: %s lies on %s", b.file, p, other)
					}
					taken[[2]int{x, y}] = p.String()
				}
			}
		}
	}
}

func TestEveryPanelExplainsItself(t *testing.T) {
	for _, b := range boards(t) {
		for _, p := range b.Panels {
			if p.Type == "row" {
				continue
			}
			if words := len(strings.Fields(p.Description)); p.Title == "" || words < 8 || !strings.HasSuffix(p.Description, ".") {
				t.Errorf("%s: %s says %q of itself", b.file, p, p.Description)
			}
			estimate := slices.ContainsFunc(p.Targets, func(t target) bool { return strings.Contains(t.Query, "abandonment") })
			if estimate && (!strings.Contains(p.Title, "estimated") || !strings.Contains(p.Description, "basis")) {
				t.Errorf("%s: %s shows an estimate and doesn't say so, or not its basis", b.file, p)
			}
		}
	}
}

func TestOneDataSourceByVariable(t *testing.T) {
	for _, b := range boards(t) {
		check := func(of string, d *datasource) {
			if d == nil || *d != (datasource{"influxdb", "${datasource}"}) {
				t.Errorf("%s: %s asks %+v", b.file, of, d)
			}
		}
		if v := b.variable("datasource"); v.Type != "datasource" || v.Query != "influxdb" || v.Current.Value != "samui" {
			t.Errorf("%s: the data source is chosen by %+v", b.file, v)
		}
		for _, v := range b.Templating.List {
			if v.Type == "query" {
				check(v.Name, v.Datasource)
			}
		}
		for _, a := range b.Annotations.List {
			check(a.Name, a.Datasource)
		}
		for _, p := range b.Panels {
			if p.Type == "row" {
				continue
			}
			check(p.String(), p.Datasource)
			for _, target := range p.Targets {
				check(p.String()+" "+target.RefID, target.Datasource)
			}
		}
	}
}

var (
	chosen    = regexp.MustCompile(`"(\w+)" =~ /\^\$\{(\w+):regex\}\$/`)
	variables = regexp.MustCompile(`\$\{?(\w+)`)
	measured  = regexp.MustCompile(`(?:mean|median|percentile|max)\("(?:wait_ms|\w+b_ms|.cp_ms|inp_ms|cls|good|failed|level)"|SELECT "wait_ms" FROM`)
	sources   = regexp.MustCompile(`FROM ("\w+" WHERE|"\w+" WITH KEY = "\w+" WHERE|\(SELECT) `)
)

// TestQueriesThatEveryInfluxDBUnderstands: what InfluxDB 3 and Grafana can't do.
func TestQueriesThatEveryInfluxDBUnderstands(t *testing.T) {
	for _, b := range boards(t) {
		for _, q := range b.questions() {
			fault := func(format string, args ...any) {
				t.Errorf("%s: %s: %s\n%s", b.file, q.of, fmt.Sprintf(format, args...), q.query)
			}
			if strings.Count(q.query, "FROM ") != len(sources.FindAllString(q.query, -1)) {
				fault("a source is no bare measurement")
			}
			for _, word := range []string{";", "SLIMIT", "SOFFSET", "sample(", "now()", " ON ", "|>", "from(bucket", "INTO "} {
				if strings.Contains(q.query, word) {
					fault("it says %q", word)
				}
			}
			rest := q.query
			for _, m := range chosen.FindAllStringSubmatch(q.query, -1) {
				if m[1] != m[2] {
					fault("%q is compared with the variable %q", m[1], m[2])
				}
				if !slices.ContainsFunc(b.Templating.List, func(v variable) bool { return v.Name == m[2] }) {
					fault("there is no variable %q", m[2])
				}
				rest = strings.Replace(rest, m[0], "", 1)
			}
			for _, m := range variables.FindAllStringSubmatch(rest, -1) {
				if !slices.Contains([]string{"timeFilter", "__interval", "__from", "__to"}, m[1]) {
					fault("%q isn't compared as =~ /^${%s:regex}$/", m[1], m[1])
				}
			}
			if !strings.Contains(q.query, "$timeFilter") && !strings.Contains(q.query, "time >= ${__from}ms") {
				fault("it asks for all times")
			}
			if strings.Contains(q.query, "percentile(") && !strings.Contains(q.query, `WHERE "n" >= 20`) {
				fault("its percentile may be of a handful")
			}
			if measured.MatchString(q.query) && !strings.Contains(q.query, `"starved" = 0`) {
				fault("visits that measured the machine count")
			}
		}
		for _, v := range b.Templating.List {
			if v.Type == "query" && (!v.Multi || !v.IncludeAll || v.AllValue != ".*" || v.Refresh != 2) {
				t.Errorf("%s: the variable %+v can't be All and several", b.file, v)
			}
		}
		for _, a := range b.Annotations.List {
			// Grafana looks for these as parts of "journey_incident.column".
			for tag := range strings.SplitSeq(a.Target.TagsColumn, ",") {
				if tag == "" || strings.Contains("journey_incident.title", tag) {
					t.Errorf("%s: %q: the tag %q is in every column's name", b.file, a.Name, tag)
				}
			}
			if a.Target.TextColumn != "title" || strings.Contains(a.Target.Query, `"cause"`) || !a.Target.FromAnnotations || !a.Target.RawQuery {
				t.Errorf("%s: %q shows %+v; want the title, and nothing that a page wrote", b.file, a.Name, a.Target)
			}
		}
		for _, p := range b.Panels {
			for _, target := range p.Targets {
				if !target.RawQuery || target.ResultFormat != map[bool]string{true: "table", false: "time_series"}[p.Type == "table"] {
					t.Errorf("%s: %s: query %s is %+v", b.file, p, target.RefID, target)
				}
				// Some Grafanas mix up the tags of a table.
				if p.Type == "table" && strings.Contains(sources.ReplaceAllString(target.Query, ""), `) GROUP BY "`) {
					t.Errorf("%s: %s groups a table by tags outside of a subquery", b.file, p)
				}
			}
		}
	}
}

// TestShownAsItIs: what a real Grafana showed otherwise.
func TestShownAsItIs(t *testing.T) {
	for _, b := range boards(t) {
		for _, p := range b.Panels {
			fault := func(format string, args ...any) {
				t.Errorf("%s: %s: %s", b.file, p, fmt.Sprintf(format, args...))
			}
			d := p.FieldConfig.Defaults
			rounded := func(unit string, decimals *int) {
				if unit == "ms" && decimals != nil && *decimals == 0 {
					fault("1,640 ms is shown as 2 s")
				}
			}
			rounded(d.Unit, d.Decimals)
			for _, o := range p.FieldConfig.Overrides {
				unit, decimals := d.Unit, d.Decimals
				for _, property := range o.Properties {
					switch property.ID {
					case "unit":
						unit = strings.Trim(string(property.Value), `"`)
					case "decimals":
						decimals = new(int)
						if err := json.Unmarshal(property.Value, decimals); err != nil {
							t.Fatal(err)
						}
					}
				}
				rounded(unit, decimals)
			}
			switch p.Type {
			case "stat":
				if s := d.Thresholds.Steps; len(s) == 0 || s[0].Value != nil || s[0].Color != "text" || d.NoValue == "" {
					fault("nothing at all looks like %+v, %q", s, d.NoValue)
				}
			case "timeseries":
				if c := d.Custom; c.DrawStyle != "bars" && c.ShowPoints != "always" {
					fault("single points are not shown: %+v", c)
				}
				if c := d.Custom; c.DrawStyle == "line" {
					if _, limited := c.SpanNulls.(float64); !limited {
						fault("gaps are closed however long: %+v", c)
					}
				}
			case "state-timeline", "table":
				if d.NoValue == "" {
					fault("nothing at all is not explained")
				}
			}
		}
	}
}

// TestLevelsAreCalledAsEverywhere: in every mapping of a level or severity the
// words are Samui's, and the colours the same.
func TestLevelsAreCalledAsEverywhere(t *testing.T) {
	type shown struct{ Text, Color string }
	colours, found := map[string]string{}, 0
	check := func(of string, mappings []mapping) {
		if len(mappings) == 0 || mappings[0].Type != "value" {
			return
		}
		m := mappings[0].Options
		byLevel, byWord := m["4"] != nil, m["failed"] != nil
		if !byLevel && !byWord {
			return
		}
		found++
		for _, o := range []journey.Outcome{journey.Good, journey.Slow, journey.Bad, journey.Critical, journey.Failed, journey.Blocked, journey.ProbeError, journey.Missed} {
			key := string(o)
			if byLevel {
				key = fmt.Sprint(o.Level())
			}
			var s shown
			if err := json.Unmarshal(m[key], &s); err != nil || s.Text != strings.ReplaceAll(string(o), "_", " ") {
				t.Errorf("%s shows %s as %+v, %v", of, key, s, err)
			}
			if before := colours[s.Text]; before != "" && before != s.Color {
				t.Errorf("%s shows %s in %s, elsewhere it is %s", of, key, s.Color, before)
			}
			colours[s.Text] = s.Color
		}
	}
	for _, b := range boards(t) {
		for _, p := range b.Panels {
			check(b.file+": "+p.String(), p.FieldConfig.Defaults.Mappings)
			for _, o := range p.FieldConfig.Overrides {
				for _, property := range o.Properties {
					if property.ID == "mappings" {
						var some []mapping
						if err := json.Unmarshal(property.Value, &some); err != nil {
							t.Fatal(err)
						}
						check(b.file+": "+p.String(), some)
					}
				}
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d mappings of levels were found", found)
	}
}
