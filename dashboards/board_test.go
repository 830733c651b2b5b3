package dashboards

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"testing"
)

// board is what the tests look at of a dashboard.
type board struct {
	UID, Title, Description string
	Tags                    []string
	SchemaVersion           int
	Time                    struct{ From, To string }
	Templating              struct{ List []variable }
	Annotations             struct{ List []annotation }
	Panels                  []panel

	file string
	raw  []byte
}

type variable struct {
	Name, Type, AllValue string
	Query                string
	Datasource           *datasource
	Multi, IncludeAll    bool
	SkipURLSync          bool `json:"skipUrlSync"`
	Hide, Refresh        int
	Current              struct{ Value any }
}

type datasource struct{ Type, UID string }

type annotation struct {
	Name       string
	Datasource *datasource
	Target     struct {
		Query                                          string
		TextColumn, TagsColumn, TitleColumn, QueryType string
		FromAnnotations, RawQuery                      bool
	}
}

type panel struct {
	ID                       int
	Type, Title, Description string
	GridPos                  struct{ X, Y, W, H int }
	Datasource               *datasource
	Interval, TimeShift      string
	MaxDataPoints            int
	Targets                  []target
	Transformations          []transformation
	FieldConfig              struct {
		Defaults  field
		Overrides []struct {
			Matcher struct {
				ID      string
				Options string
			}
			Properties []property
		}
	}
	Options struct {
		SortBy []struct{ DisplayName string }
	}
}

type target struct {
	RefID, Query, ResultFormat, Alias string
	RawQuery                          bool
	Datasource                        *datasource
}

type transformation struct {
	ID      string
	Options json.RawMessage
}

type field struct {
	Unit, NoValue string
	Decimals      *int
	Links         []link
	Mappings      []mapping
	Custom        struct {
		DrawStyle, ShowPoints string
		SpanNulls             any
	}
	Thresholds struct {
		Steps []struct {
			Color string
			Value *float64
		}
	}
}

type mapping struct {
	Type    string
	Options map[string]json.RawMessage
}

type property struct {
	ID    string
	Value json.RawMessage
}

type link struct {
	Title, URL  string
	TargetBlank bool
}

// boards are all that ship.
func boards(t *testing.T) []board {
	t.Helper()
	names, err := fs.Glob(Files(), "*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("the dashboards are %v, %v", names, err)
	}
	var all []board
	for _, name := range names {
		data, err := fs.ReadFile(Files(), name)
		if err != nil {
			t.Fatal(err)
		}
		b := board{file: name, raw: data}
		if err := json.NewDecoder(bytes.NewReader(data)).Decode(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, b)
	}
	return all
}

// String is how errors name a panel.
func (p panel) String() string { return fmt.Sprintf("panel %d %q", p.ID, p.Title) }

// question is something that a dashboard asks InfluxDB.
type question struct {
	of    string // the panel, variable or annotation
	panel panel  // empty where it isn't a panel's
	query string // as it stands in the dashboard
}

// questions are all that a board asks.
func (b board) questions() []question {
	var all []question
	for _, v := range b.Templating.List {
		if v.Type == "query" {
			all = append(all, question{of: fmt.Sprintf("variable %q", v.Name), query: v.Query})
		}
	}
	for _, a := range b.Annotations.List {
		all = append(all, question{of: fmt.Sprintf("annotation %q", a.Name), query: a.Target.Query})
	}
	for _, p := range b.Panels {
		for _, t := range p.Targets {
			all = append(all, question{of: fmt.Sprintf("%s, query %s", p, t.RefID), panel: p, query: t.Query})
		}
	}
	return all
}

// links are a panel's, those of overrides included.
func (p panel) links(t *testing.T) []link {
	t.Helper()
	all := p.FieldConfig.Defaults.Links
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			if property.ID == "links" {
				var some []link
				if err := json.Unmarshal(property.Value, &some); err != nil {
					t.Fatalf("%s: links: %v", p, err)
				}
				all = append(all, some...)
			}
		}
	}
	return all
}
