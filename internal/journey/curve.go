package journey

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// AssumedBounce is the share of visitors that leaves anyway at a wait of 1 s,
// where a site gives none of its own: the value at which half of them leave at
// 10 s (0.224 × 2.23 ≈ 0.5).
const AssumedBounce = 0.224

// CurvePoint is a wait and a figure that belongs to it.
type CurvePoint struct {
	Wait  time.Duration
	Share float64
}

// Curve estimates the share of customers lost to a wait. The zero value uses
// the assumed bounce.
type Curve struct {
	// Bounce is the share, 0 to 1, that leaves anyway at 1 s, from the site's
	// own analytics; nil = AssumedBounce.
	Bounce *float64
	// Points are the site's own figures, wait → share that left; where there
	// are any they replace the literature's curve and Bounce.
	Points []CurvePoint
}

// likelier is m(t): how much more likely a visitor is to leave at a wait of t
// than at 1 s. Google/SOASTA 2017, mobile landing pages ("Find out how you
// stack up to new industry benchmarks for mobile page speed"): +32 % at 3 s,
// +90 % at 5 s, +106 % at 6 s, +123 % at 10 s; there is no data beyond.
func likelier() []CurvePoint {
	return []CurvePoint{
		{time.Second, 1},
		{3 * time.Second, 1.32},
		{5 * time.Second, 1.90},
		{6 * time.Second, 2.06},
		{10 * time.Second, 2.23},
	}
}

// Abandonment is the estimated share of customers, 0 to 1, lost to a wait: the
// share that leaves at it less the share that leaves at 1 s anyway. It never
// falls as the wait grows, and is 0 at 1 s and below.
func (c Curve) Abandonment(wait time.Duration) float64 {
	return clamp(c.leave(wait) - c.leave(time.Second))
}

// leave is the share that leaves at a wait.
func (c Curve) leave(wait time.Duration) float64 {
	if len(c.Points) > 0 {
		return clamp(interpolate(rising(c.Points), wait))
	}
	return clamp(c.bounce() * interpolate(likelier(), wait))
}

func (c Curve) bounce() float64 {
	if c.Bounce != nil {
		return clamp(*c.Bounce)
	}
	return AssumedBounce
}

// clamp makes a share of any number: 0 to 1, and 0 for what is none.
func clamp(share float64) float64 {
	if share > 0 {
		return min(1, share)
	}
	return 0
}

// rising returns a site's own points sorted by wait, each share at least that
// of the point before: figures from a site's analytics are noisy, but nobody
// comes back because they had to wait longer.
func rising(points []CurvePoint) []CurvePoint {
	sorted := slices.SortedFunc(slices.Values(points), func(a, b CurvePoint) int {
		return cmp.Or(cmp.Compare(a.Wait, b.Wait), cmp.Compare(a.Share, b.Share))
	})
	for i := range sorted {
		sorted[i].Share = clamp(sorted[i].Share)
		if i > 0 {
			sorted[i].Share = max(sorted[i].Share, sorted[i-1].Share)
		}
	}
	return sorted
}

// Basis says what the estimate rests on; it stands beside every estimate that
// is shown.
func (c Curve) Basis() string {
	switch {
	case len(c.Points) > 0:
		return "site's curve"
	case c.Bounce != nil:
		return "site's bounce " + percent(c.bounce())
	default:
		return "assumed bounce " + percent(AssumedBounce)
	}
}

// percent is a share in percent with one decimal, where it has one.
func percent(share float64) string {
	return strconv.FormatFloat(math.Round(share*1000)/10, 'f', -1, 64) + "%"
}

// interpolate is linear between points, which rise and are sorted by wait, and
// flat outside them: there is no data there.
func interpolate(points []CurvePoint, wait time.Duration) float64 {
	if wait < points[0].Wait {
		return points[0].Share
	}
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		if wait < b.Wait {
			way := float64(wait-a.Wait) / float64(b.Wait-a.Wait)
			// Rounding may overshoot b by a hair, and the curve would fall after it.
			return min(b.Share, a.Share+(b.Share-a.Share)*way)
		}
	}
	return points[len(points)-1].Share
}

// Abandonment is a run's estimate as a range: Low is its worst step's, High is
// what is lost if every step loses its share of those who got that far. Later
// steps hold customers who are more committed, so the truth lies between.
type Abandonment struct {
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Basis string  `json:"basis"`
}

// String is the range in whole percents, once where both ends are equal, with
// the word estimated and the basis.
func (a Abandonment) String() string {
	low, high := wholePercent(a.Low), wholePercent(a.High)
	if low == high {
		return fmt.Sprintf("estimated %d%% (%s)", low, a.Basis)
	}
	return fmt.Sprintf("estimated %d–%d%% (%s)", low, high, a.Basis)
}

// wholePercent rounds the three decimals that the data has, halves up: 0.285
// is 29 %, although 0.285*100 is a little less than 28.5.
func wholePercent(share float64) int {
	return int(math.Round(math.Round(share*1000) / 10))
}
