package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/config"
	"samui/internal/incident"
	"samui/internal/influx"
	"samui/internal/influx/influxtest"
	"samui/internal/journey"
)

// The figures and tables of the manual are what the code says.

// table are the cells of the rows of a page's table with this head.
func table(t *testing.T, page, head string) [][]string {
	t.Helper()
	_, after, found := strings.Cut(page, head+"\n")
	if !found {
		t.Fatalf("there is no table %q", head)
	}
	var rows [][]string
	for _, line := range strings.Split(after, "\n")[1:] {
		if !strings.HasPrefix(line, "| ") {
			break
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	if len(rows) == 0 {
		t.Fatalf("the table %q has no rows", head)
	}
	return rows
}

func waitOf(t *testing.T, cell string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(strings.ReplaceAll(cell, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDocsCurveIsTheOneThatIsUsed(t *testing.T) {
	page := pages(t)["abandonment.md"]
	assumed, own := journey.Curve{}, journey.Curve{Bounce: new(0.35)}
	points := journey.Curve{Points: []journey.CurvePoint{{Wait: time.Second, Share: 0.05}, {Wait: 3 * time.Second, Share: 0.10}, {Wait: 10 * time.Second, Share: 0.45}}}
	short := journey.Curve{Points: points.Points[1:]}
	for _, row := range table(t, page, "| wait | m | lost, b assumed 22.4% | lost, b = 35% |") {
		wait := waitOf(t, row[0])
		// 1 % leave at 1 s: what is lost is then a hundredth of m − 1.
		m := 1 + 100*journey.Curve{Bounce: new(0.01)}.Abandonment(wait)
		want := []string{
			row[0], fmt.Sprintf("%.2f", m), percents(assumed.Abandonment(wait)), percents(own.Abandonment(wait)),
		}
		if diff := cmp.Diff(want, row); diff != "" {
			t.Errorf("at %v (-code +page):\n%s", wait, diff)
		}
	}
	for _, c := range []struct {
		curve journey.Curve
		said  string
	}{{assumed, "*assumed bounce 22.4%*"}, {own, "`site's bounce 35%`"}, {points, "`site's curve`"}} {
		if basis := c.curve.Basis(); !strings.Contains(c.said, basis) || !strings.Contains(page, c.said) {
			t.Errorf("the basis is %q, and the page says %s: %t", basis, c.said, strings.Contains(page, c.said))
		}
	}
	half := journey.AssumedBounce + assumed.Abandonment(10*time.Second)
	if half < 0.495 || half > 0.505 {
		t.Errorf("at 10 s %.3f have left, not half", half)
	}
	for _, c := range []struct {
		curve journey.Curve
		wait  time.Duration
		want  string
	}{{points, 3 * time.Second, "5.0"}, {points, 6 * time.Second, "20.0"}, {short, 3 * time.Second, "0.0"}} {
		if got := fmt.Sprintf("%.1f", 100*c.curve.Abandonment(c.wait)); got != c.want {
			t.Errorf("a curve of one's own costs %s %% at %v, and the page says %s %%", got, c.wait, c.want)
		}
	}
}

func percents(share float64) string { return fmt.Sprintf("%.1f%%", 100*share) }

func TestDocsWorkedExampleIsJudgedSo(t *testing.T) {
	page := pages(t)["abandonment.md"]
	j, r := journey.Journey{}, journey.Run{Attempt: 1}
	rows := table(t, page, "| step | wait | band | estimated lost |")
	for i, row := range rows {
		j.Steps = append(j.Steps, journey.Step{ID: strconv.Itoa(i), Thresholds: journey.DefaultThresholds()})
		r.Steps = append(r.Steps, journey.StepResult{Index: i, WaitMs: journey.Ms(waitOf(t, row[1])), Page: &journey.Page{Navigation: journey.NavigationHard}})
	}
	r = journey.Judge(j, r)
	for i, s := range r.Steps {
		want := []string{rows[i][0], rows[i][1], string(s.Outcome), percents(*s.Abandonment)}
		if diff := cmp.Diff(want, rows[i]); diff != "" {
			t.Errorf("step %d (-code +page):\n%s", i, diff)
		}
	}
	said := fmt.Sprintf("*%s · waited %.2f s · lost: %s*", strings.ToUpper(string(r.Outcome)), *r.WaitMs/1000, r.Abandonment)
	if !strings.Contains(page, said) || !strings.Contains(page, fmt.Sprintf("= %.3f.", r.Abandonment.High)) {
		t.Errorf("the page lacks %q, or the high end %.3f", said, r.Abandonment.High)
	}
	thresholds := journey.DefaultThresholds()
	for _, row := range table(t, page, "| from this wait on a step is | slow | bad | critical |") {
		l := thresholds.Page
		if strings.Contains(row[0], "within") {
			l = thresholds.InPage
		}
		if got := []time.Duration{waitOf(t, row[1]), waitOf(t, row[2]), waitOf(t, row[3])}; !slices.Equal(got, []time.Duration{l.Slow, l.Bad, l.Critical}) {
			t.Errorf("%s: the page says %v, the code %v", row[0], got, l)
		}
	}
}

// The tables of measurements are the schema, name for name and type for type.
func TestDocsInfluxTablesAreTheSchema(t *testing.T) {
	page := pages(t)["influxdb-grafana.md"]
	names := regexp.MustCompile("`([a-z_]+)`")
	said := map[string]influx.Measurement{}
	for _, part := range strings.Split(page, "\n### ")[1:] {
		name, _, _ := strings.Cut(part, ":")
		m := influx.Measurement{Fields: map[string]string{}}
		tags := regexp.MustCompile(`(?m)^Tags: ([^.]+)\.`).FindStringSubmatch(part)
		if tags == nil {
			t.Fatalf("%s has no line of tags", name)
		}
		for _, tag := range names.FindAllStringSubmatch(tags[1], -1) {
			m.Tags = append(m.Tags, tag[1])
		}
		for _, row := range table(t, part, "| field | type | |") {
			for _, field := range names.FindAllStringSubmatch(row[0], -1) {
				m.Fields[field[1]] = row[1]
			}
		}
		said[name] = m
	}
	if diff := cmp.Diff(influx.Schema(), said); diff != "" {
		t.Errorf("what is written (-) isn't what the page says (+):\n%s", diff)
	}
}

// Every query of the manual finds something in an InfluxDB that holds results.
func TestDocsQueriesAnswer(t *testing.T) {
	db := influxtest.Start(t)
	var lines [][]byte
	slot := time.Now().Add(-time.Hour)
	for i, outcome := range []journey.Outcome{journey.Good, journey.Failed, journey.Missed} {
		run := journey.Run{
			RunID: strconv.Itoa(i), Site: "shop", Journey: "buy-shoes", Device: "desktop", Slot: new(slot.Add(time.Duration(i) * time.Minute)), Outcome: outcome,
			Steps: []journey.StepResult{{Step: "pay", Outcome: outcome, WaitMs: new(800.0), Page: &journey.Page{TLSDaysLeft: new(60)}}},
		}
		if outcome == journey.Good {
			run.WaitMs = new(800.0)
		}
		if outcome == journey.Failed {
			run.Steps[0].Failure = &journey.Failure{Kind: journey.KindTarget, Message: "gone"}
		}
		lines = append(lines, influx.Lines(run)...)
	}
	sender, err := influx.New(influx.Options{URL: db.URL(), Bucket: influxtest.Database})
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	if sent := sender.Send(t.Context(), []influx.Delivery{{ID: 1, Payload: influx.Payload(lines...)}}); len(sent.Delivered) != 1 {
		t.Fatalf("InfluxDB doesn't take the results: %+v", sent)
	}
	found := 0
	for _, block := range fences(pages(t)["influxdb-grafana.md"], "sql") {
		for query := range strings.Lines(block) {
			if query = strings.TrimSpace(query); query == "" || strings.HasPrefix(query, "--") {
				continue
			}
			found++
			if len(db.Query(query)) == 0 {
				t.Errorf("this query finds nothing: %s", query)
			}
		}
	}
	if found < 5 {
		t.Errorf("the page shows %d queries; are they found?", found)
	}
}

// The table of what opens an incident is what happens with the defaults.
func TestDocsAlertsOpenSo(t *testing.T) {
	page := pages(t)["alerts.md"]
	defaults := config.Default().Alerts
	key := incident.Key{Kind: incident.KindSite, Site: "shop", Journey: "buy"}
	for _, row := range table(t, page, "| results of a device, oldest first | what happens |") {
		var track incident.Track
		var happened []string
		for i, word := range strings.Fields(row[0]) {
			at := time.Date(2026, 1, 1, 3, 5*i, 0, 0, time.UTC)
			run := journey.Run{Site: "shop", Journey: "buy", Device: "desktop", Slot: &at, FinishedAt: &at, Outcome: journey.Outcome(word), Steps: []journey.StepResult{{Outcome: journey.Outcome(word)}}}
			var change *incident.Change
			track, change = incident.Follow(key, track, run, incident.Rules{Alerts: defaults, Remind: defaults.Remind})
			if change == nil || change.Event.Kind == incident.Moved {
				continue // edited silently, which the table leaves out
			}
			text := string(change.Event.Kind)
			if change.Event.Kind != incident.Resolution {
				text += " " + string(change.Event.Severity)
			}
			happened = append(happened, fmt.Sprintf("%s at %d", text, i+1))
		}
		got := strings.Join(happened, ", ")
		if got == "" {
			got = "nothing"
		}
		if got != row[1] {
			t.Errorf("%s: %s; the page says %s", row[0], got, row[1])
		}
	}
	said := fmt.Sprintf("alerts: {at: %s, open: %d of %d, resolve: %d, remind: %.0fh}", defaults.At, defaults.Open, defaults.Of, defaults.Resolve, defaults.Remind.Hours())
	if !strings.Contains(page, "\n"+said+"\n") {
		t.Errorf("the page doesn't show the defaults: %s", said)
	}
}
