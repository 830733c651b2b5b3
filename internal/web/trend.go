package web

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// The measures of a trend, in its own units: it is 360 wide and 132 high.
const (
	trendLeft  = 34.0 // where the times begin
	trendRight = 354.0
	trendTop   = 16.0 // above it stand the failures
	trendBase  = 114.0
	// mostDots bounds one trend: more would lie on each other.
	mostDots = 160
)

// trend is a step's waits over time: every run a dot.
type trend struct {
	*stepFigures
	Dots    []dot
	Median  string // a path, where a dot stands for several runs; else empty
	Limits  []limitLine
	Times   []timeTick
	Waits   []tick
	Marks   []turnMark // where the browser, or the step, changed
	Anew    *moment    // since when its figures count; nil = the whole period
	Summary string
	Thinned int // so many runs the dots stand for; 0 = each for one
}

// dot is a run.
type dot struct {
	X, Y    float64
	Outcome journey.Outcome
	RunID   string
	Text    string
	Cross   bool // it failed: it has no wait, and stands at the top
	Starved bool
}

// limitLine is a threshold.
type limitLine struct {
	Y, TextY float64
	Band     journey.Outcome // what waits above it are
	Text     string
}

// timeTick is a time on the axis; scripts write it as the reader's own.
type timeTick struct {
	X    float64
	At   time.Time
	Form string // how it is written: time or date
}

// Exact is the time by which scripts know it.
func (t timeTick) Exact() string { return t.At.Format(time.RFC3339) }

// Text is the time for people.
func (t timeTick) Text() string {
	if t.Form == "date" {
		return t.At.Format("2 Jan")
	}
	return t.At.Format("15:04")
}

// x is the place of a time.
func (a axis) x(at time.Time) float64 {
	share := float64(at.Sub(a.From)) / float64(a.To.Sub(a.From))
	return trendLeft + share*(trendRight-trendLeft)
}

func newTrend(f *stepFigures, a axis) trend {
	t := trend{stepFigures: f, Times: timeTicks(a)}
	top := topOf(f)
	y := func(ms float64) float64 { return round1(trendBase - min(1, ms/top)*(trendBase-trendTop)) }
	for step, ms := niceStep(top), 0.0; ms <= top; ms += step {
		t.Waits = append(t.Waits, tick{X: trendLeft - 5, Y: y(ms), Text: limit(ms)})
	}
	if l := f.Thresholds; l != nil {
		for band, ms := range map[journey.Outcome]float64{journey.Slow: l.Slow, journey.Bad: l.Bad, journey.Critical: l.Critical} {
			if ms <= top {
				t.Limits = append(t.Limits, limitLine{y(ms), y(ms) - 2.5, band, word(band) + " " + limit(ms)})
			}
		}
		slices.SortFunc(t.Limits, func(a, b limitLine) int { return b.Band.Level() - a.Band.Level() })
		for i := range t.Limits {
			if i > 0 && t.Limits[i].TextY-t.Limits[i-1].TextY < 9 {
				t.Limits[i].TextY = max(t.Limits[i].Y+8.5, t.Limits[i-1].TextY+9) // below its line
			}
		}
	}
	seen := slices.DeleteFunc(slices.Clone(f.Walks), func(w walk) bool {
		return w.Run.At.Before(a.From) || (w.WaitMs == nil && w.Outcome.Timed())
	})
	t.Summary = t.spoken(seen)
	if len(seen) > mostDots {
		t.Thinned = len(seen)
		t.Median = medianPath(seen, a, y)
		seen = thinned(seen, a)
	}
	for _, w := range seen {
		d := dot{X: round1(a.x(w.Run.At)), Y: trendTop - 8, Outcome: w.Outcome, RunID: w.Run.RunID, Cross: w.WaitMs == nil, Starved: w.Run.Starved}
		d.Text = w.Run.At.UTC().Format("2006-01-02 15:04 UTC") + ": " + word(w.Outcome)
		if w.WaitMs != nil {
			d.Y = y(*w.WaitMs)
			d.Text += ", " + seconds(*w.WaitMs)
		}
		if d.Starved {
			d.Text += ", on a starved machine"
		}
		t.Dots = append(t.Dots, d)
	}
	return t
}

// topOf is the longest wait that has room: all that there are, the first
// threshold always, and what is critical only so far that the rest can be read.
func topOf(f *stepFigures) float64 {
	top := 100.0
	for _, w := range f.Walks {
		if w.WaitMs != nil {
			top = max(top, *w.WaitMs)
		}
	}
	if f.Thresholds != nil {
		top = max(min(top, f.Thresholds.Critical*1.2), f.Thresholds.Slow*1.1)
	}
	return top * 1.05
}

// niceStep is 1, 2 or 5 of some unit, so that there are three to six of them.
func niceStep(top float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(top/3)))
	for _, n := range []float64{1, 2, 5} {
		if top/(n*unit) <= 5 {
			return n * unit
		}
	}
	return 10 * unit
}

// columns cuts the walks of a step, oldest first, into the columns of a trend.
func columns(walks []walk, a axis) [][]walk {
	all := make([][]walk, mostDots)
	for _, w := range walks {
		i := int(float64(mostDots) * float64(w.Run.At.Sub(a.From)) / float64(a.To.Sub(a.From)))
		i = min(max(i, 0), mostDots-1)
		all[i] = append(all[i], w)
	}
	return all
}

// thinned is the worst of each column.
func thinned(walks []walk, a axis) []walk {
	var worst []walk
	for _, column := range columns(walks, a) {
		if len(column) == 0 {
			continue
		}
		worst = append(worst, slices.MaxFunc(column, func(a, b walk) int {
			if a.WaitMs != nil && b.WaitMs != nil {
				return cmp.Compare(*a.WaitMs, *b.WaitMs)
			}
			return cmp.Compare(a.Outcome.Level(), b.Outcome.Level())
		}))
	}
	return worst
}

// medianPath is a line through the median of each few columns; it breaks where
// nothing was timed.
func medianPath(walks []walk, a axis, y func(float64) float64) string {
	const wide = 4 // columns
	all := columns(walks, a)
	var path strings.Builder
	pen := "M"
	for i := 0; i < len(all); i += wide {
		var waits []float64
		for _, w := range slices.Concat(all[i : i+wide]...) {
			if w.WaitMs != nil && !w.Run.Starved && w.Turn {
				waits = append(waits, *w.WaitMs)
			}
		}
		if len(waits) == 0 {
			pen = "M"
			continue
		}
		slices.Sort(waits)
		x := trendLeft + (float64(i)+wide/2.0)/mostDots*(trendRight-trendLeft)
		fmt.Fprintf(&path, "%s%.1f %.1f", pen, x, y(*quantile(waits, 0.5)))
		pen = "L"
	}
	return path.String()
}

// spoken is a trend for those who don't see it.
func (t trend) spoken(walks []walk) string {
	least, most, failed := math.Inf(1), 0.0, 0
	for _, w := range walks {
		if w.WaitMs == nil {
			failed++
			continue
		}
		least, most = min(least, *w.WaitMs), max(most, *w.WaitMs)
	}
	text := counted(len(walks), "run", "runs")
	if most > 0 {
		text += fmt.Sprintf(", waits from %s to %s", seconds(least), seconds(most))
	}
	if t.Thresholds != nil {
		text += fmt.Sprintf("; slow from %s, bad from %s, critical from %s", limit(t.Thresholds.Slow), limit(t.Thresholds.Bad), limit(t.Thresholds.Critical))
	}
	if failed > 0 {
		text += fmt.Sprintf("; %d not timed", failed)
	}
	return text
}

// timeTicks are a few whole times on an axis.
func timeTicks(a axis) []timeTick {
	every, form := a.To.Sub(a.From)/4, "time"
	for _, whole := range []time.Duration{5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 2 * day, 7 * day} {
		if whole >= every*4/5 {
			every = whole
			break
		}
	}
	if every >= day {
		form = "date"
	}
	var ticks []timeTick
	for at := a.From.Truncate(every).Add(every); at.Before(a.To); at = at.Add(every) {
		if x := a.x(at); x < trendRight-12 && x > trendLeft+8 {
			ticks = append(ticks, timeTick{round1(x), at, form})
		}
	}
	return ticks
}

func round1(f float64) float64 { return math.Round(f*10) / 10 }
