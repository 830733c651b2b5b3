package dashboards

import (
	"maps"
	"slices"
	"testing"
	"time"

	"samui/internal/influx/influxtest"
)

// TestEveryQuestionIsAnswered: whatever a panel, a variable or an annotation
// asks has an answer in which every column says something, for everything, for
// a choice of everything, and for one site whose name is hostile.
func TestEveryQuestionIsAnswered(t *testing.T) {
	server := history(t)
	for _, b := range boards(t) {
		t.Run(b.file, func(t *testing.T) {
			everything := b.opened(t)
			answered(t, server, b, everything)

			chosen := everything
			chosen.all, chosen.values = map[string]string{}, maps.Clone(everything.values)
			for _, v := range b.Templating.List {
				if v.Type == "query" {
					chosen.values[v.Name] = choices(server, everything.query(v.Query))
				}
			}
			answered(t, server, b, chosen)

			if len(chosen.values["site"]) == 0 {
				return // Samui itself has no sites
			}
			if !slices.Contains(chosen.values["site"], hostile) {
				t.Fatalf("the sites are %q, without the hostile one", chosen.values["site"])
			}
			evil := everything
			evil.all, evil.values = maps.Clone(everything.all), maps.Clone(everything.values)
			for _, name := range []string{"client", "site"} {
				delete(evil.all, name)
				evil.values[name] = []string{hostile}
			}
			for _, q := range b.questions() {
				for _, row := range server.Query(evil.of(t, q.panel).query(q.query)) {
					if site, ok := row["site"]; ok && site != hostile {
						t.Errorf("%s: the hostile site's answer tells of %q", q.of, site)
					}
				}
			}
			if got := choices(server, evil.query(b.variable("journey").Query)); !slices.Equal(got, []string{"buy-shoes"}) {
				t.Errorf("the hostile site's journeys are %q", got)
			}
		})
	}
}

func answered(t *testing.T, server *influxtest.Server, b board, g grafana) {
	t.Helper()
	for _, q := range b.questions() {
		query := g.of(t, q.panel).query(q.query)
		rows := server.Query(query)
		if len(rows) == 0 {
			t.Errorf("%s has no answer to\n%s", q.of, query)
			continue
		}
		says := map[string]bool{}
		for _, row := range rows {
			for column, value := range row {
				says[column] = says[column] || value != nil
			}
		}
		for column, something := range says {
			if !something {
				t.Errorf("%s: in every row of the answer, %q is nothing\n%s", q.of, column, query)
			}
		}
	}
}

// opened is Grafana as it shows the board when it is opened at the tests' time.
func (b board) opened(t *testing.T) grafana {
	t.Helper()
	g := grafana{values: map[string][]string{}, all: map[string]string{}, to: now()}
	ago := b.Time.From[len("now-"):]
	g.from = now().Add(-grafanaDuration(t, ago))
	g.interval = time.Minute
	for _, v := range b.Templating.List {
		switch v.Type {
		case "query":
			g.all[v.Name] = v.AllValue
		default:
			g.values[v.Name] = []string{v.Query}
		}
	}
	return g
}

func (b board) variable(name string) variable {
	return b.Templating.List[slices.IndexFunc(b.Templating.List, func(v variable) bool { return v.Name == name })]
}

// choices are what a variable offers.
func choices(server *influxtest.Server, query string) []string {
	var all []string
	for _, row := range server.Query(query) {
		all = append(all, row["value"].(string))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
