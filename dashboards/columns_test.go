package dashboards

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestOverridesAreOfColumnsThatThereAre: Grafana says nothing of an override, a
// sorting, a transformation or a link for a column that isn't there.
func TestOverridesAreOfColumnsThatThereAre(t *testing.T) {
	for _, b := range boards(t) {
		for _, p := range b.Panels {
			if p.Type == "row" {
				continue
			}
			fields, shown := columns(t, p)
			for _, o := range p.FieldConfig.Overrides {
				switch o.Matcher.ID {
				case "byName":
					if !slices.Contains(shown, o.Matcher.Options) {
						t.Errorf("%s: %s: an override of %q; there are %q", b.file, p, o.Matcher.Options, shown)
					}
				case "byRegexp":
					is := regexp.MustCompile(strings.Trim(o.Matcher.Options, "/"))
					if !slices.ContainsFunc(shown, is.MatchString) {
						t.Errorf("%s: %s: an override of %s; there are %q", b.file, p, o.Matcher.Options, shown)
					}
				default:
					t.Errorf("%s: %s: an override by %q", b.file, p, o.Matcher.ID)
				}
			}
			for _, s := range p.Options.SortBy {
				if !slices.Contains(shown, s.DisplayName) {
					t.Errorf("%s: %s is sorted by %q; there are %q", b.file, p, s.DisplayName, shown)
				}
			}
			for _, l := range p.links(t) {
				for _, f := range inLink(l.URL) {
					name, ok := strings.CutPrefix(f, "__data.fields")
					if !ok {
						continue
					}
					name = strings.Trim(strings.TrimSuffix(name, ".numeric"), `.[]"`)
					if !slices.Contains(fields, name) {
						t.Errorf("%s: %s: %q links by %q; there are %q", b.file, p, l.Title, name, fields)
					}
				}
				for _, label := range regexp.MustCompile(`__field\.labels\.(\w+)`).FindAllStringSubmatch(l.URL, -1) {
					for _, target := range p.Targets {
						if !slices.Contains(tagsGrouped(target.Query), label[1]) {
							t.Errorf("%s: %s: %q links by the tag %q; the query is grouped by %q", b.file, p, l.Title, label[1], tagsGrouped(target.Query))
						}
					}
				}
			}
		}
	}
}

// columns are the names of what a panel's queries answer, after its
// transformations: as links know them, and as they are shown.
func columns(t *testing.T, p panel) (fields, shown []string) {
	t.Helper()
	for _, target := range p.Targets {
		if p.Type == "table" {
			fields = append(fields, "Time")
		}
		fields = append(fields, selected(target)...)
	}
	shown = slices.Clone(fields)
	for _, tr := range p.Transformations {
		var o struct {
			ExcludeByName map[string]bool
			IndexByName   map[string]int
			RenameByName  map[string]string
			Alias         string
			Binary        struct{ Left, Right string }
			Fields        map[string]struct {
				Operation    string
				Aggregations []string
			}
		}
		if err := json.Unmarshal(tr.Options, &o); err != nil {
			t.Fatalf("%s: %s: %v", p, tr.ID, err)
		}
		there := func(name string) {
			if !slices.Contains(fields, name) {
				t.Errorf("%s: %s of %q; there are %q", p, tr.ID, name, fields)
			}
		}
		switch tr.ID {
		case "organize":
			for name := range o.ExcludeByName {
				there(name)
			}
			for name := range o.IndexByName {
				there(name)
			}
			for name := range o.RenameByName {
				there(name)
			}
			var kept, as []string
			for _, name := range fields {
				if o.ExcludeByName[name] {
					continue
				}
				if _, placed := o.IndexByName[name]; !placed && len(o.IndexByName) > 0 {
					t.Errorf("%s: nobody says where %q stands", p, name)
				}
				kept = append(kept, name)
				if to := o.RenameByName[name]; to != "" {
					name = to
				}
				as = append(as, name)
			}
			fields, shown = kept, as
		case "merge":
			slices.Sort(fields)
			fields = slices.Compact(fields)
			shown = slices.Clone(fields)
		case "calculateField":
			there(o.Binary.Left)
			there(o.Binary.Right)
			fields = append(fields, o.Alias)
			shown = append(shown, o.Alias)
		case "groupBy":
			var grouped []string
			for _, name := range fields {
				f, used := o.Fields[name]
				if !used {
					t.Errorf("%s: %q is lost in grouping", p, name)
				}
				if f.Operation == "groupby" {
					grouped = append(grouped, name)
				}
				for _, how := range f.Aggregations {
					grouped = append(grouped, name+" ("+how+")")
				}
			}
			for name := range o.Fields {
				there(name)
			}
			fields, shown = grouped, slices.Clone(grouped)
		default:
			t.Errorf("%s: the test doesn't know the transformation %q", p, tr.ID)
		}
	}
	return fields, shown
}

// selected are the columns of an answer, by their aliases where there are some;
// tags that stand in an alias are left out.
func selected(target target) []string {
	list, _, _ := strings.Cut(strings.TrimPrefix(target.Query, "SELECT "), " FROM ")
	var all []string
	for part := range strings.SplitSeq(list, ", ") {
		column := strings.Trim(part, `"`)
		if m := alias.FindStringSubmatch(part); m != nil {
			column = m[1]
		}
		if target.Alias != "" {
			column = strings.ReplaceAll(target.Alias, "$col", column)
		}
		all = append(all, column)
	}
	return all
}

// inLink are the variables in a link.
func inLink(url string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`\$\{([^:}]+)`).FindAllStringSubmatch(url, -1) {
		all = append(all, m[1])
	}
	return all
}
