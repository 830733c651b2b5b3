package web

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"time"

	"samui/internal/journey"
)

// waterfall is what a step fetched, drawn over one span of time.
type waterfall struct {
	Rows   []wireRow
	Ticks  []wireTick
	Marks  []wireTick
	Counts wireCounts
	Beyond int // requests that were only counted
	Inline int
	Cut    int // more rows than are shown
}

// wireRow is one request.
type wireRow struct {
	N      int    // from 1, as it was sent
	Name   string // the end of its address
	Host   string // empty where it is the page's own
	URL    string
	Status string
	Wrong  bool   // it failed
	Off    string // what refused it of the visit's conditions; empty = nothing
	Kind   string
	Notes  string // where it came from, and who sent it
	Size   string
	Took   string
	Bars   template.HTML // numbers only
	Told   string        // its phases in words
}

// wireTable is a piece of a waterfall's table.
type wireTable struct {
	waterfall
	Rows  []wireRow
	First bool // it shows its heading
}

// wireTick is a place on the span of time, in percent.
type wireTick struct {
	X     string
	Text  string
	Class string
}

// wireCounts is what several requests amount to.
type wireCounts struct {
	Name                  string
	N, Failed, ThirdParty int
	Bytes                 int64
	Foreign               bool // all are a third party's
}

func (c *wireCounts) add(f journey.Fetch) {
	c.N++
	c.Bytes += f.Transferred
	if f.Failed() {
		c.Failed++
	}
	if f.ThirdParty {
		c.ThirdParty++
	}
}

// clock is the span of time that a waterfall is drawn over.
type clock struct {
	zero time.Time
	span time.Duration
}

// percent is where a time lies.
func (c clock) percent(at time.Time) float64 {
	return min(100, max(0, 100*float64(at.Sub(c.zero))/float64(c.span)))
}

// newWaterfall draws the requests for which shows holds, at most so many.
func newWaterfall(w journey.Waterfall, page *journey.Page, most int, shows func(journey.Fetch) bool) waterfall {
	view := waterfall{Beyond: w.Beyond, Inline: w.Inline}
	marks := marksOf(w, page)
	c := clockOf(w, marks)
	home := ""
	for _, f := range w.Requests {
		if f.Navigation {
			home = hostOf(f.URL)
		}
	}
	for i, f := range w.Requests {
		view.Counts.add(f)
		switch {
		case !shows(f):
		case len(view.Rows) >= most:
			view.Cut++
		default:
			view.Rows = append(view.Rows, wireRowOf(i+1, f, c, home))
		}
	}
	for _, m := range marks {
		view.Marks = append(view.Marks, wireTick{decimal(c.percent(m.at)), m.text, m.class})
	}
	for _, at := range ticksOf(c.span) {
		view.Ticks = append(view.Ticks, wireTick{X: decimal(c.percent(c.zero.Add(at))), Text: millis(float64(at.Milliseconds()))})
	}
	return view
}

// wireMark is a moment of the page.
type wireMark struct {
	at          time.Time
	text, class string
}

// marksOf are the moments of the last document that the step loaded.
func marksOf(w journey.Waterfall, page *journey.Page) []wireMark {
	var start time.Time
	for _, f := range w.Requests {
		if f.Navigation && !f.Redirect {
			start = f.Start
		}
	}
	if page == nil || page.Navigation != journey.NavigationHard || start.IsZero() {
		return nil
	}
	var marks []wireMark
	for _, m := range []struct {
		ms          *float64
		text, class string
	}{{page.FCPMs, "first paint", "fcp"}, {page.LCPMs, "main content", "lcp"}, {page.DOMContentLoadedMs, "DOM ready", "dcl"}, {page.LoadMs, "load", "load"}} {
		if m.ms != nil {
			marks = append(marks, wireMark{start.Add(journey.FromMs(*m.ms)), m.text + " " + millis(*m.ms), m.class})
		}
	}
	return marks
}

// clockOf spans all that ended, and the page's moments: what never ends, and
// sockets, would make the rest too small to see.
func clockOf(w journey.Waterfall, marks []wireMark) clock {
	c := clock{zero: w.Began}
	if len(w.Requests) > 0 {
		c.zero = w.Requests[0].Start
	}
	var last, all time.Time
	later := func(to *time.Time, at time.Time) {
		if at.After(*to) {
			*to = at
		}
	}
	for _, f := range w.Requests {
		later(&all, f.End())
		if !f.Open && !lasting(f.Kind) {
			later(&last, f.End())
		}
	}
	for _, m := range marks {
		later(&last, m.at)
	}
	if last.IsZero() {
		last = all
	}
	c.span = max(last.Sub(c.zero), time.Millisecond)
	return c
}

// lasting reports whether a request is meant to go on.
func lasting(kind string) bool {
	return kind == "websocket" || kind == "webtransport" || kind == "eventsource"
}

// ticksOf cuts a span at round times, into six at most.
func ticksOf(span time.Duration) []time.Duration {
	step := 100 * time.Microsecond
	for i := 0; span/step > 5; i++ {
		if i%3 == 1 {
			step = step * 5 / 2 // 2 → 5
		} else {
			step *= 2
		}
	}
	var all []time.Duration
	for at := step; at < span; at += step {
		all = append(all, at)
	}
	return all
}

func wireRowOf(n int, f journey.Fetch, c clock, home string) wireRow {
	row := wireRow{
		N: n, Name: nameOf(f.URL), URL: f.URL, Wrong: f.Failed(), Off: refusedBy(f.HeldBack), Kind: cmp.Or(f.Kind, "other"),
		Notes: notesOf(f), Size: size(f.Transferred), Took: millis(float64(f.Phases.Total()) / float64(time.Millisecond)),
		Bars: barsOf(f, c), Told: phasesInWords(f),
	}
	if host := hostOf(f.URL); host != home {
		row.Host = host
	}
	switch {
	case f.HeldBack != "":
		row.Status, row.Size, row.Took = "off", "", ""
	case f.Failure == "ERR_ABORTED":
		row.Status = "called off"
	case f.Failure != "":
		row.Status = "failed"
	case f.Status > 0:
		row.Status = strconv.Itoa(f.Status)
	}
	switch {
	case f.Open:
		row.Took = "open"
	case f.Phases.Total() == 0:
		row.Took = ""
	}
	if f.Transferred == 0 {
		row.Size = ""
	}
	return row
}

// mostSums is how many hosts are told one by one.
const mostSums = 10

// wireGroups is what requests amount to by a name, the most bytes first, and
// those beyond mostSums as one.
func wireGroups(w journey.Waterfall, of func(journey.Fetch) (name string, foreign bool)) []wireCounts {
	sums := map[string]*wireCounts{}
	for _, f := range w.Requests {
		key, foreign := of(f)
		if sums[key] == nil {
			sums[key] = &wireCounts{Name: key, Foreign: foreign}
		}
		sums[key].add(f)
	}
	all := make([]wireCounts, 0, len(sums))
	for _, s := range sums {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b wireCounts) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name))
	})
	if len(all) <= mostSums {
		return all
	}
	rest := wireCounts{Name: fmt.Sprintf("%d others", len(all)-mostSums+1)}
	for _, s := range all[mostSums-1:] {
		rest.N += s.N
		rest.Bytes += s.Bytes
		rest.Failed += s.Failed
	}
	return append(all[:mostSums-1], rest)
}
