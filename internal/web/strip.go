package web

import (
	"fmt"
	"strings"
	"time"

	"samui/internal/journey"
)

// axis is a stretch of time in equal cells.
type axis struct {
	From, To time.Time
	Cell     time.Duration
	Span     string // last hour, last 24 hours …
}

// scale is how an axis of a length is cut into cells. They divide a day, so
// that they begin at whole times.
type scale struct {
	span         string
	length, cell time.Duration
}

// scales are those that pages show, the shortest first.
func scales() []scale {
	return []scale{
		{"last 15 minutes", 15 * time.Minute, 15 * time.Second},
		{"last hour", time.Hour, time.Minute},
		{"last 3 hours", 3 * time.Hour, 3 * time.Minute},
		{"last 8 hours", 8 * time.Hour, 10 * time.Minute},
		{"last 24 hours", day, 30 * time.Minute},
		{"last 7 days", 7 * day, 3 * time.Hour},
		{"last 30 days", 30 * day, 12 * time.Hour},
	}
}

// axisOf is the part of a period that has results in it: a Samui that was
// started a minute ago has no day to show. first is the oldest result.
func axisOf(period time.Duration, first, now time.Time) axis {
	for _, s := range scales() {
		if s.length >= period || !first.Before(now.Add(-s.length)) {
			to := now.UTC().Truncate(s.cell).Add(s.cell)
			return axis{From: to.Add(-s.length), To: to, Cell: s.cell, Span: s.span}
		}
	}
	panic("BUG: a period longer than every scale: " + period.String())
}

// cells is how many there are.
func (a axis) cells() int { return int(a.To.Sub(a.From) / a.Cell) }

// cell is the place of a time; ok is false outside.
func (a axis) cell(at time.Time) (i int, ok bool) {
	if at.Before(a.From) || !at.Before(a.To) {
		return 0, false
	}
	return int(at.Sub(a.From) / a.Cell), true
}

// share is the place of a time in a strip.
func (a axis) share(at time.Time) float64 {
	return stripWidth * float64(at.Sub(a.From)) / float64(a.To.Sub(a.From))
}

// coarser is the same stretch in cells that hold a result each where they come
// more seldom than the cells: a row of gaps would look like an outage.
func (a axis) coarser(points []Point) axis {
	if len(points) < 2 {
		return a
	}
	usual := points[len(points)-1].At.Sub(points[0].At) / time.Duration(len(points)-1)
	for n := a.cells(); a.Cell < usual && n%2 == 0 && n > 6; n /= 2 {
		a.Cell *= 2
	}
	return a
}

// The measures of a strip, in its own units.
const (
	stripWidth  = 480
	stripHeight = 26
	stripBase   = 20 // above it the site, below it the robot
)

// strip is a journey's time as a row of cells, each as high as the worst that
// customers met. Below the line stands where nobody could see.
type strip struct {
	Good    string      // the path of all cells that were good
	Cells   []stripCell // the others
	Marks   []turnMark  // where the browser changed
	Summary string      // all of it in words
}

// stripCell is a cell that wants to be looked at.
type stripCell struct {
	Outcome     journey.Outcome
	X, W, Y, H  float64
	RunID, Text string // of its worst run
}

// tall is how high a cell stands for an outcome, so that shape tells what
// colour does; 0 = below the line.
func tall(o journey.Outcome) float64 {
	switch o {
	case journey.Good:
		return 7
	case journey.Slow:
		return 10
	case journey.Bad:
		return 13
	case journey.Critical:
		return 16
	case journey.Failed:
		return stripBase
	case journey.Blocked, journey.ProbeError, journey.Missed, journey.Skipped:
		return 0
	default:
		return 0
	}
}

// inCell is what came together in one cell.
type inCell struct {
	n, seen, good  int
	above, beneath Point // the worst on either side of the line, the newer of equal ones
}

func (c *inCell) add(p Point) {
	c.n++
	side := &c.beneath
	if tall(p.Outcome) > 0 {
		side = &c.above
		c.seen++
	}
	if p.Outcome == journey.Good {
		c.good++
	}
	if side.RunID == "" || p.Outcome.Level() >= side.Outcome.Level() {
		*side = p
	}
}

// base is how much of a cell is drawn as good although its worst run was not:
// where most were good, one that wasn't stands on top of them.
func (c *inCell) base() float64 {
	switch {
	case c.above.Outcome == journey.Good:
		return tall(journey.Good)
	case 2*c.good > c.seen:
		return tall(journey.Good) - 2
	default:
		return 0
	}
}

func newStrip(points []Point, a axis) strip {
	a = a.coarser(points)
	cells := make([]inCell, a.cells())
	var within []Point
	for _, p := range points {
		if i, ok := a.cell(p.At); ok {
			within = append(within, p)
			cells[i].add(p)
		}
	}
	s := strip{Summary: summaryOf(within, a)}
	var good strings.Builder
	width := stripWidth / float64(len(cells))
	for i, c := range cells {
		x, w := float64(i)*width, width-1
		text := func(o journey.Outcome) string {
			from := a.From.Add(time.Duration(i) * a.Cell).Format("2006-01-02 15:04 UTC")
			return fmt.Sprintf("%s, %s: %s", from, counted(c.n, "run", "runs"), word(o))
		}
		h, base := tall(c.above.Outcome), c.base()
		if base > 0 {
			fmt.Fprintf(&good, "M%.5g %.5gh%.5gv%.5gh-%.5gz", x, stripBase-base, w, base, w)
		}
		if h > base {
			s.Cells = append(s.Cells, stripCell{c.above.Outcome, round1(x), round1(w), stripBase - h, h - base, c.above.RunID, text(c.above.Outcome)})
		}
		if c.beneath.RunID != "" {
			s.Cells = append(s.Cells, stripCell{c.beneath.Outcome, round1(x), round1(w), stripBase + 1.5, stripHeight - stripBase - 1.5, c.beneath.RunID, text(c.beneath.Outcome)})
		}
	}
	s.Good = good.String()
	return s
}

// summaryOf is a strip for those who don't see it.
func summaryOf(points []Point, a axis) string {
	if len(points) == 0 {
		return a.Span + ": no run"
	}
	var parts []string
	for _, c := range tally(points) {
		parts = append(parts, grouped(c.N)+" "+word(c.Outcome))
	}
	return fmt.Sprintf("%s: %s, %s", a.Span, counted(len(points), "run", "runs"), strings.Join(parts, ", "))
}
