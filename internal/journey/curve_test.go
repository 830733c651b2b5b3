package journey

import (
	"math"
	"testing"
	"time"
)

// sec is so many seconds.
func sec(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func TestAbandonment(t *testing.T) {
	bounce := func(share float64) Curve { return Curve{Bounce: &share} }
	site := Curve{Points: []CurvePoint{{sec(10), 0.45}, {sec(3), 0.10}}} // not sorted
	noisy := Curve{Points: []CurvePoint{{sec(1), 0.10}, {sec(2), 0.30}, {sec(3), 0.20}, {sec(4), 0.50}}}
	tests := map[string]struct {
		curve Curve
		wait  time.Duration
		want  float64
	}{
		"assumed bounce at 1 s":            {Curve{}, sec(1), 0},
		"assumed bounce below 1 s":         {Curve{}, sec(0.2), 0},
		"no wait":                          {Curve{}, 0, 0},
		"a negative wait":                  {Curve{}, -sec(3), 0},
		"assumed bounce at 2 s":            {Curve{}, sec(2), 0.224 * 0.16},
		"assumed bounce at 3 s":            {Curve{}, sec(3), 0.224 * 0.32},
		"assumed bounce at 5 s":            {Curve{}, sec(5), 0.224 * 0.90},
		"assumed bounce at 6 s":            {Curve{}, sec(6), 0.224 * 1.06},
		"assumed bounce at 10 s":           {Curve{}, sec(10), 0.224 * 1.23},
		"no data beyond 10 s":              {Curve{}, time.Hour, 0.224 * 1.23},
		"site's bounce":                    {bounce(0.35), sec(5), 0.35 * 0.90},
		"nobody leaves anyway":             {bounce(0), sec(10), 0},
		"nobody is left to leave":          {bounce(1), sec(10), 0},
		"everybody has left":               {bounce(0.8), sec(10), 0.2},
		"a bounce above 1 counts as 1":     {bounce(35), sec(10), 0},
		"a bounce that is no number":       {bounce(math.NaN()), sec(10), 0},
		"site's curve at its first point":  {site, sec(3), 0},
		"site's curve between":             {site, sec(6.5), 0.175},
		"site's curve at its last point":   {site, sec(10), 0.35},
		"site's curve beyond":              {site, sec(99), 0.35},
		"site's curve from 1 s":            {noisy, sec(1.5), 0.10},
		"a dip in noisy figures is no win": {noisy, sec(3), 0.20},
		"and the rise starts from it":      {noisy, sec(3.5), 0.30},
		"one point is flat":                {Curve{Points: []CurvePoint{{sec(3), 0.4}}}, sec(9), 0},
		"a step in the curve, below it":    {Curve{Points: []CurvePoint{{sec(1), 0}, {sec(2), 0}, {sec(2), 0.5}}}, sec(2) - 1, 0},
		"a step in the curve, at it":       {Curve{Points: []CurvePoint{{sec(1), 0}, {sec(2), 0}, {sec(2), 0.5}}}, sec(2), 0.5},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tt.curve.Abandonment(tt.wait); math.Abs(got-tt.want) > 1e-9 {
				t.Errorf("Abandonment(%v) = %v, want %v", tt.wait, got, tt.want)
			}
		})
	}
}

// The figures that the manual gives, in the decimals that people see.
func TestAbandonmentAsDocumented(t *testing.T) {
	for wait, want := range map[time.Duration]string{sec(3): "7.2%", sec(5): "20.2%", sec(6): "23.7%", sec(10): "27.6%"} {
		if got := percent(Curve{}.Abandonment(wait)); got != want {
			t.Errorf("with the assumed bounce, %v of wait lose %s, want %s", wait, got, want)
		}
	}
	if leave := (Curve{}).leave(sec(10)); math.Abs(leave-0.5) > 0.001 {
		t.Errorf("with the assumed bounce, %v leave at 10 s, want half", leave)
	}
}

func TestAbandonmentLeavesTheSitesPointsAlone(t *testing.T) {
	points := []CurvePoint{{sec(10), 0.45}, {sec(3), 0.50}}
	Curve{Points: points}.Abandonment(sec(4))
	if points[0] != (CurvePoint{sec(10), 0.45}) || points[1] != (CurvePoint{sec(3), 0.50}) {
		t.Errorf("Abandonment changed the points it was given: %v", points)
	}
}

func TestBasis(t *testing.T) {
	third := 0.353
	for want, curve := range map[string]Curve{
		"assumed bounce 22.4%": {},
		"site's bounce 35.3%":  {Bounce: &third},
		"site's curve":         {Bounce: &third, Points: []CurvePoint{{sec(3), 0.1}}},
	} {
		if got := curve.Basis(); got != want {
			t.Errorf("Basis() = %q, want %q", got, want)
		}
	}
}

func TestAbandonmentString(t *testing.T) {
	for want, a := range map[string]Abandonment{
		"estimated 24% (assumed bounce 22.4%)": {Low: 0.243, High: 0.243, Basis: "assumed bounce 22.4%"},
		"estimated 20–31% (site's curve)":      {Low: 0.2, High: 0.31, Basis: "site's curve"},
		"estimated 20% (site's curve)":         {Low: 0.196, High: 0.204, Basis: "site's curve"}, // equal as shown
		"estimated 29–100% (site's curve)":     {Low: 0.285, High: 1, Basis: "site's curve"},     // a half is rounded up
		"estimated 0% (site's curve)":          {Basis: "site's curve"},
	} {
		if got := a.String(); got != want {
			t.Errorf("String() of %v–%v = %q, want %q", a.Low, a.High, got, want)
		}
	}
}
