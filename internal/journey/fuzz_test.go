package journey

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// curveOf makes a valid site's curve of any bytes: a wait in tenths of a second
// and a share in 1/255 for each two. No bytes make the assumed bounce, one its
// own.
func curveOf(data []byte) Curve {
	if len(data) == 1 {
		bounce := float64(data[0]) / 255
		return Curve{Bounce: &bounce}
	}
	var c Curve
	for pair := range slices.Chunk(data, 2) {
		if len(pair) == 2 {
			c.Points = append(c.Points, CurvePoint{time.Duration(pair[0]) * 100 * time.Millisecond, float64(pair[1]) / 255})
		}
	}
	return c
}

// anyCurve are the seeds that matter: assumed, own bounce, a rising curve, a
// falling one, two shares at one wait.
func anyCurve() [][]byte {
	return [][]byte{nil, {90}, {30, 25, 100, 115}, {30, 200, 100, 5}, {20, 0, 20, 128, 50, 130}}
}

func FuzzAbandonmentNeverFalls(f *testing.F) {
	for _, curve := range anyCurve() {
		f.Add(curve, int64(sec(3)), int64(sec(5)))
		f.Add(curve, int64(sec(5))-1, int64(sec(5)))
		f.Add(curve, int64(math.MinInt64), int64(math.MaxInt64))
	}
	f.Fuzz(func(t *testing.T, curve []byte, a, b int64) {
		c := curveOf(curve)
		short, long := time.Duration(min(a, b)), time.Duration(max(a, b))
		less, more := c.Abandonment(short), c.Abandonment(long)
		for wait, share := range map[time.Duration]float64{short: less, long: more} {
			if !(share >= 0 && share <= 1) {
				t.Errorf("%+v: Abandonment(%v) = %v, want a share from 0 to 1", c, wait, share)
			}
			if wait <= time.Second && share != 0 {
				t.Errorf("%+v: Abandonment(%v) = %v, want 0 up to 1 s", c, wait, share)
			}
		}
		if less > more {
			t.Errorf("%+v: Abandonment(%v) = %v is more than Abandonment(%v) = %v", c, short, less, long, more)
		}
	})
}

// A run in which one step took longer is never judged better.
func FuzzJudgeSlowerIsNeverBetter(f *testing.F) {
	for _, curve := range anyCurve() {
		f.Add(curve, 2499.94, 2499.96, 900.0, uint16(2500), uint16(1500), uint16(400), false)
		f.Add(curve, 3999.0, 4000.0, 61000.0, uint16(0), uint16(0), uint16(0), true)
		f.Add(curve, -1.0, math.MaxFloat64, 0.0, uint16(1), uint16(1), uint16(1), false)
	}
	f.Fuzz(func(t *testing.T, curve []byte, a, b, other float64, slow, bad, critical uint16, always bool) {
		if math.IsNaN(a) || math.IsNaN(b) || math.IsNaN(other) {
			return // no clock shows it
		}
		judge := func(ms float64) Run {
			j, r := visit(raw{ms: ms, navigation: NavigationHard}, raw{ms: other, always: always})
			j.Site.Curve = curveOf(curve)
			own := Thresholds{time.Duration(slow) * time.Millisecond, time.Duration(bad) * time.Millisecond, time.Duration(critical) * time.Millisecond}
			j.Steps[0].Thresholds = MergeThresholds(DefaultThresholds(), Flat(own))
			return Judge(j, r)
		}
		fast, slower := judge(min(a, b)), judge(max(a, b))
		if fast.Outcome.Level() > slower.Outcome.Level() {
			t.Errorf("%v ms are %s, but %v ms are %s", min(a, b), fast.Outcome, max(a, b), slower.Outcome)
		}
		if fast.Abandonment.Low > slower.Abandonment.Low || fast.Abandonment.High > slower.Abandonment.High {
			t.Errorf("%v ms lose %v, but %v ms lose %v", min(a, b), fast.Abandonment, max(a, b), slower.Abandonment)
		}
		for _, r := range []Run{fast, slower} {
			if l, h := r.Abandonment.Low, r.Abandonment.High; !(0 <= l && l <= h && h <= 1) {
				t.Errorf("abandonment = %v–%v, want 0 ≤ low ≤ high ≤ 1", l, h)
			}
		}
	})
}

func FuzzMergedThresholdsAreInOrder(f *testing.F) {
	f.Add(int64(1), int64(2), int64(3), int64(4), int64(0), int64(0))
	f.Add(int64(3), int64(2), int64(1), int64(0), int64(0), int64(-5))
	f.Fuzz(func(t *testing.T, s1, b1, c1, s2, b2, c2 int64) {
		general := ThresholdSet{Page: Thresholds{time.Duration(s1), time.Duration(b1), time.Duration(c1)}}
		specific := ThresholdSet{Page: Thresholds{time.Duration(s2), time.Duration(b2), time.Duration(c2)}}
		got := MergeThresholds(general, specific).Page
		if got.Slow > got.Bad || got.Bad > got.Critical {
			t.Errorf("MergeThresholds(%v, %v) = %v, want slow ≤ bad ≤ critical", general.Page, specific.Page, got)
		}
		if s2 > 0 && got.Slow != time.Duration(s2) {
			t.Errorf("MergeThresholds(%v, %v): slow = %v, want the specific one", general.Page, specific.Page, got.Slow)
		}
	})
}

// Whatever a page or an error wraps around a secret, nothing of it is left.
func FuzzRedactLeavesNoSecret(f *testing.F) {
	f.Add("hunter2", "swordfish", "password=", "&next=/")
	f.Add("abcdefgh", "cdefghij", "ab", "ij")
	f.Add(`p@ss "w+rd\%`, "שלום&שלום", "\\u", "%25")
	f.Add("aaaa", "aaaaa", "aa", "a")
	f.Fuzz(func(t *testing.T, a, b, before, after string) {
		secrets := []string{}
		for _, s := range []string{a, b} {
			// A browser shows bytes that are no UTF-8 as U+FFFD.
			if utf8.ValidString(s) && len(s) >= minRedacted {
				secrets = append(secrets, s)
			}
		}
		var sealed []Secret
		for _, s := range secrets {
			sealed = append(sealed, NewSecret(s))
		}
		r := NewRedactor(sealed...)
		for _, s := range secrets {
			for name, spell := range spellings() {
				text := before + spell(s) + after
				// The mark's own letters may happen to complete a secret.
				if got := r.Redact(text); strings.Contains(got, s) && !strings.Contains(hidden, s[:1]) && !strings.Contains(hidden, s[len(s)-1:]) {
					t.Errorf("Redact(%q) = %q holds %q, %s", text, got, s, name)
				}
			}
		}
	})
}
