package influx

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	lineprotocol "github.com/influxdata/line-protocol"

	"samui/internal/influx/influxtest"
	"samui/internal/journey"
)

// position is a place of a run into which words from elsewhere can get.
type position struct {
	measurement, column string
	tag                 bool
	put                 func(r *journey.Run, s string)
}

func positions() []position {
	var all []position
	tags := map[string]func(*journey.Run, string){
		"client":   func(r *journey.Run, s string) { r.Client = s },
		"site":     func(r *journey.Run, s string) { r.Site = s },
		"env":      func(r *journey.Run, s string) { r.Env = s },
		"journey":  func(r *journey.Run, s string) { r.Journey = s },
		"stage":    func(r *journey.Run, s string) { r.Stage = journey.Stage(s) },
		"device":   func(r *journey.Run, s string) { r.Device = s },
		"network":  func(r *journey.Run, s string) { r.Network = s },
		"location": func(r *journey.Run, s string) { r.Location = s },
	}
	for name, put := range tags {
		all = append(all, position{"journey_run", name, true, put}, position{"journey_step", name, true, put})
	}
	return append(all,
		position{"journey_step", "step", true, func(r *journey.Run, s string) { r.Steps[0].Step = s }},
		position{"journey_run", "run_id", false, func(r *journey.Run, s string) { r.RunID = s }},
		position{"journey_step", "run_id", false, func(r *journey.Run, s string) { r.RunID = s }},
		position{"journey_run", "failed_step", false, func(r *journey.Run, s string) { r.Steps[0].Step = s }},
		position{"journey_run", "revision", false, func(r *journey.Run, s string) { r.Revision = s }},
		position{"journey_run", "browser", false, func(r *journey.Run, s string) { r.Browser = &journey.Browser{Name: "b", Version: s} }},
		position{"journey_run", "error", false, func(r *journey.Run, s string) { r.Steps[0].Failure.Message = s }},
		position{"journey_step", "error", false, func(r *journey.Run, s string) { r.Steps[0].Failure.Message = s }},
	)
}

// oneStep is a failed run of one step, so that every position is in use.
func oneStep() journey.Run {
	r := fullRun()
	r.Steps = r.Steps[1:2]
	return r
}

// hostile is what a person or a page writes, and what must be read of it.
func hostile() map[string]struct{ tag, field string } {
	same := func(s string) struct{ tag, field string } { return struct{ tag, field string }{s, s} }
	return map[string]struct{ tag, field string }{
		"חנות נעליים":            same("חנות נעליים"),
		"فروشگاه می\u200cروم":    same("فروشگاه می\u200cروم"),
		"a, b = c":               same("a, b = c"),
		`"quoted" 'and' "`:       same(`"quoted" 'and' "`),
		"👟🛒 👩\u200d💻":            same("👟🛒 👩\u200d💻"),
		"# no comment":           same("# no comment"),
		"1i":                     same("1i"),
		"true":                   same("true"),
		`C:\shop`:                {"C:/shop", `C:\shop`},
		"":                       {"none", ""},
		"\t \n":                  {"none", ""},
		"line one\nline,two=2 3": same("line one line,two=2 3"),
		"cr\r\nlf\x00nul":        same("cr lf nul"),
		"\u200fמימין\u202c":      same("מימין"),
		"\xff\xfe":               same("\ufffd\ufffd"),
		`trailing\`:              {"trailing/", `trailing\`},
		`trailing\\`:             {"trailing//", `trailing\\`},
		`a\,b\ c\=d\"e`:          {`a/,b/ c/=d/"e`, `a\,b\ c\=d\"e`},
		`\`:                      {"/", `\`},
		strings.Repeat("א", 2000): {
			strings.Repeat("א", 126) + "…",
			strings.Repeat("א", 510) + "…",
		},
	}
}

// wantText is what a position's column holds of a text.
func (p position) wantText(tag, field string) any {
	switch {
	case p.tag:
		return tag
	case p.column == "error":
		// The browser's and the error's texts have a start of their own.
		return prefixed("expectation: ", field)
	case p.column == "browser":
		return prefixed("b ", field)
	case field == "":
		return nil
	}
	return field
}

func prefixed(prefix, field string) string {
	whole := strings.TrimSpace(prefix + field)
	if cut, ok := strings.CutSuffix(field, "…"); ok && len(whole) > 1024 {
		return shorten(prefix+cut+cut, 1024) // the text is longer than both
	}
	return whole
}

// writeAll writes lines to a real InfluxDB and fails unless it takes them all.
func writeAll(t *testing.T, s *influxtest.Server, lines ...[]byte) {
	t.Helper()
	sender, err := New(Options{URL: s.URL(), Bucket: influxtest.Database})
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	if err := sender.post(t.Context(), lines); err != nil {
		t.Fatalf("writing %d lines: %v", len(lines), err)
	}
}

func TestHostileTextsInEveryPositionOnARealServer(t *testing.T) {
	server := influxtest.Start(t)
	type sent struct {
		position
		in   string
		want any
	}
	bySlot := map[string]sent{}
	var lines [][]byte
	for in, want := range hostile() {
		for _, p := range positions() {
			r := oneStep()
			slot := ten().Add(time.Duration(len(bySlot)) * time.Second)
			r.Slot = &slot
			p.put(&r, in)
			bySlot[fmt.Sprint(slot.UnixNano())] = sent{p, in, p.wantText(want.tag, want.field)}
			lines = append(lines, Lines(r)...)
		}
	}
	writeAll(t, server, lines...)

	untouched := columns(t, Lines(oneStep()))
	seen := 0
	for _, measurement := range []string{"journey_run", "journey_step"} {
		for _, row := range server.Query("SELECT * FROM " + measurement) {
			sent, ok := bySlot[string(row["time"].(json.Number))]
			if !ok {
				t.Fatalf("%s holds a point that nobody sent: %v", measurement, row)
			}
			if sent.measurement != measurement {
				continue
			}
			seen++
			if diff := cmp.Diff(sent.want, row[sent.column]); diff != "" {
				t.Errorf("%s.%s: %q is stored as (-want +got):\n%s", measurement, sent.column, sent.in, diff)
			}
			for column, want := range untouched[measurement] {
				// What stands in two places changes in both.
				if column == sent.column || column == "failed_step" || column == "step" {
					continue
				}
				if diff := cmp.Diff(want, row[column]); diff != "" {
					t.Errorf("%s.%s changed because %s is %q (-want +got):\n%s", measurement, column, sent.column, sent.in, diff)
				}
			}
		}
	}
	if want := len(hostile()) * len(positions()); seen != want {
		t.Errorf("%d points are stored, want %d", seen, want)
	}
}

// columns are the tags and texts of lines, by measurement, as a parser that
// isn't ours reads them.
func columns(t *testing.T, lines [][]byte) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	for _, line := range lines {
		m := parse(t, line)
		all[m.Name()] = map[string]any{}
		for _, tag := range m.TagList() {
			all[m.Name()][tag.Key] = tag.Value
		}
		for _, f := range m.FieldList() {
			if s, ok := f.Value.(string); ok {
				all[m.Name()][f.Key] = s
			}
		}
	}
	return all
}

// parse reads exactly one point.
func parse(t *testing.T, line []byte) lineprotocol.Metric {
	t.Helper()
	points, err := lineprotocol.NewParser(lineprotocol.NewMetricHandler()).Parse(append(line, '\n'))
	if err != nil || len(points) != 1 {
		t.Fatalf("line %q is %d points: %v; want one", line, len(points), err)
	}
	return points[0]
}

func TestExtremeNumbersOnARealServer(t *testing.T) {
	server := influxtest.Start(t)
	floats := []float64{0, math.Copysign(0, -1), 0.1, -1.5, 1e21, 1e-9, math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, math.NaN(), math.Inf(1), math.Inf(-1)}
	ints := []int64{0, -1, math.MaxInt64, math.MinInt64}
	var lines [][]byte
	for i, f := range floats {
		r := fullRun()
		r.Slot, r.WaitMs, r.Probe.OverheadMs = new(ten().Add(time.Duration(i)*time.Second)), &f, &f
		r.Steps = []journey.StepResult{{Outcome: journey.Good, Requests: &journey.RequestCounts{Bytes: ints[i%len(ints)]}}}
		lines = append(lines, Lines(r)...)
	}
	writeAll(t, server, lines...)
	rows := server.Query("SELECT wait_ms, overhead_ms, attempt FROM journey_run")
	if len(rows) != len(floats) {
		t.Fatalf("%d points are stored, want %d: a number that is none must not cost its point", len(rows), len(floats))
	}
	for i, f := range floats {
		got, stored := rows[i]["wait_ms"].(json.Number)
		if measured := !math.IsNaN(f) && !math.IsInf(f, 0); measured != stored {
			t.Errorf("%v: stored as %v", f, rows[i]["wait_ms"])
		} else if back, _ := got.Float64(); measured && back != f {
			t.Errorf("%v: stored as %v", f, got)
		}
	}
	for i, row := range server.Query("SELECT bytes FROM journey_step") {
		if want := fmt.Sprint(ints[i%len(ints)]); fmt.Sprint(row["bytes"]) != want {
			t.Errorf("%s bytes are stored as %v", want, row["bytes"])
		}
	}
}

// Every field has the type that the table gives it, whatever was written first.
func TestTypesOnARealServer(t *testing.T) {
	server := influxtest.Start(t)
	writeAll(t, server, append(append(Lines(missedRun()), Lines(fullRun())...), SelfLine(fullSelf()), IncidentLine(fullIncident()))...)
	for measurement, want := range Schema() {
		got := map[string]string{}
		for _, row := range server.Query("SHOW FIELD KEYS FROM " + measurement) {
			got[row["fieldKey"].(string)] = row["fieldType"].(string)
		}
		if diff := cmp.Diff(want.Fields, got); diff != "" {
			t.Errorf("%s: types (-want +got):\n%s", measurement, diff)
		}
	}
}

// nasty makes texts of what line protocol gives a meaning to.
func nasty(random *rand.Rand) string {
	alphabet := []string{`\`, `\\`, ",", " ", "=", `"`, "\n", "\r", "\t", "\x00", "#", "a", "1i", "א", "می\u200c", "👟", "\u200e", "\xff", "\u2028", "…"}
	var b strings.Builder
	for range random.IntN(9) {
		b.WriteString(alphabet[random.IntN(len(alphabet))])
	}
	return b.String()
}

func TestAnyMixOfSpecialCharactersOnARealServer(t *testing.T) {
	server := influxtest.Start(t)
	random := rand.New(rand.NewPCG(1, 2))
	in := map[string]string{}
	var lines [][]byte
	for i := range 2000 {
		r := oneStep()
		r.Slot = new(ten().Add(time.Duration(i) * time.Second))
		r.Client, r.Location, r.RunID, r.Revision = nasty(random), nasty(random), "run", nasty(random)
		in[fmt.Sprint(r.Slot.UnixNano())] = r.Client + "\n" + r.Location + "\n" + r.Revision
		lines = append(lines, Lines(r)[0])
	}
	for some := range slices.Chunk(lines, 500) {
		writeAll(t, server, some...)
	}
	rows := server.Query("SELECT * FROM journey_run")
	if len(rows) != len(lines) {
		t.Fatalf("%d points are stored, want %d", len(rows), len(lines))
	}
	text := func(v any) string { s, _ := v.(string); return s }
	for i, row := range rows {
		client, location, revision := text(row["client"]), text(row["location"]), text(row["revision"])
		back := oneStep()
		back.Slot, back.RunID = new(ten().Add(time.Duration(i)*time.Second)), "run"
		back.Client, back.Location, back.Revision = client, location, revision
		if got := Lines(back)[0]; string(got) != string(lines[i]) {
			t.Errorf("%q was sent as %s\nand is stored as %s", in[string(row["time"].(json.Number))], lines[i], got)
		}
		for _, s := range []string{client, location, revision} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\n\r\t\x00") {
				t.Errorf("%q is stored as %q", in[string(row["time"].(json.Number))], s)
			}
		}
	}
}

func FuzzLines(f *testing.F) {
	for in := range hostile() {
		f.Add(in, 1.5, int64(3))
	}
	f.Add("x", math.NaN(), int64(math.MinInt64))
	f.Fuzz(func(t *testing.T, s string, figure float64, slot int64) {
		plain := columns(t, Lines(oneStep()))
		for _, p := range positions() {
			r := oneStep()
			r.Slot, r.WaitMs, r.Steps[0].GaveUpMs = new(time.Unix(0, slot)), &figure, &figure
			p.put(&r, s)
			lines := Lines(r)
			for _, line := range lines {
				if strings.ContainsAny(string(line), "\n\r\x00") || !utf8.Valid(line) {
					t.Fatalf("%s.%s = %q: line %q holds what no line may", p.measurement, p.column, s, line)
				}
				if at := parse(t, line).Time().UnixNano(); at != slot {
					t.Fatalf("%s.%s = %q: the time is %d, want %d", p.measurement, p.column, s, at, slot)
				}
			}
			got := columns(t, lines)
			for measurement, want := range plain {
				if p.tag && measurement == p.measurement && len(got[measurement]) != len(want) {
					t.Errorf("%s.%s = %q: columns %v, want those of %v", p.measurement, p.column, s, got[measurement], want)
				}
				for column, text := range got[measurement] {
					touched := column == p.column || column == "failed_step" || column == "step"
					if !touched && text != want[column] {
						t.Errorf("%s.%s = %q changes %s.%s to %q", p.measurement, p.column, s, measurement, column, text)
					}
				}
			}
			// What was read, written again, is the same line.
			again := oneStep()
			again.Slot, again.WaitMs, again.Steps[0].GaveUpMs = r.Slot, r.WaitMs, r.Steps[0].GaveUpMs
			if p.tag && p.column != "step" {
				p.put(&again, got[p.measurement][p.column].(string))
				if diff := cmp.Diff(string(lines[0]), string(Lines(again)[0])); diff != "" {
					t.Errorf("%s.%s = %q, read and written again (-first +second):\n%s", p.measurement, p.column, s, diff)
				}
			}
		}
	})
}
