package web

import (
	"cmp"
	"fmt"
	"slices"

	"samui/internal/journey"
)

// remark is a step that stands out, and why.
type remark struct {
	Step *stepFigures
	Why  string
}

// mostRemarks bounds what is said of the best and of the worst.
const mostRemarks = 3

// remarks are the steps in which customers get stuck, the worst first, and
// those in which they are well served, the best first.
func remarks(steps []*stepFigures) (stuck, served []remark) {
	against := func(f *stepFigures) float64 { return *f.p75() / f.Thresholds.Slow }
	var bad, good []*stepFigures
	for _, f := range steps {
		switch {
		case f.Failed > 0 || f.Band().Level() > journey.Good.Level():
			bad = append(bad, f)
		case f.Band() == journey.Good:
			good = append(good, f)
		}
	}
	rate := func(f *stepFigures) float64 { return float64(f.Failed) / float64(f.Reached) }
	slices.SortStableFunc(bad, func(a, b *stepFigures) int {
		byWait := 0
		if a.Band() != "" && b.Band() != "" {
			byWait = cmp.Compare(against(b), against(a))
		}
		return cmp.Or(cmp.Compare(rate(b), rate(a)), byWait)
	})
	slices.SortStableFunc(good, func(a, b *stepFigures) int { return cmp.Compare(against(a), against(b)) })
	for _, f := range bad[:min(len(bad), mostRemarks)] {
		stuck = append(stuck, remark{f, f.trouble()})
	}
	for _, f := range good[:min(len(good), mostRemarks)] {
		served = append(served, remark{f, fmt.Sprintf("p75 %s, where %s would be slow", seconds(*f.p75()), limit(f.Thresholds.Slow))})
	}
	return stuck, served
}

// trouble says what is wrong with a step.
func (f *stepFigures) trouble() string {
	text := ""
	if f.Failed > 0 {
		text = fmt.Sprintf("failed in %d of %s", f.Failed, counted(f.Reached, "run", "runs"))
	}
	if band := f.Band(); band.Level() > journey.Good.Level() {
		if text != "" {
			text += "; "
		}
		text += fmt.Sprintf("p75 %s, %s from %s", seconds(*f.p75()), word(band), limit(limitOf(*f.Thresholds, band)))
	}
	return text
}

// limitOf is the threshold that a band begins at.
func limitOf(t journey.ThresholdsMs, band journey.Outcome) float64 {
	switch band.Level() {
	case journey.Slow.Level():
		return t.Slow
	case journey.Bad.Level():
		return t.Bad
	default:
		return t.Critical
	}
}
