package journey

import "time"

// Thresholds are the waits at which a step becomes slow, bad and critical;
// each is reached at exactly its time. Zero means not set at this level.
type Thresholds struct {
	Slow, Bad, Critical time.Duration
}

// ThresholdSet holds the thresholds of steps that load a page and of steps
// within one.
type ThresholdSet struct {
	Page   Thresholds // navigation hard or soft
	InPage Thresholds // navigation none
}

// DefaultThresholds are Web Vitals' limits for LCP (2.5 s, 4 s) for a page
// load, Nielsen's limit for keeping the flow of thought (1 s) for a step within
// a page, and Nielsen's limit of attention (10 s) for both.
func DefaultThresholds() ThresholdSet {
	return ThresholdSet{
		Page:   Thresholds{Slow: 2500 * time.Millisecond, Bad: 4 * time.Second, Critical: 10 * time.Second},
		InPage: Thresholds{Slow: time.Second, Bad: 3 * time.Second, Critical: 10 * time.Second},
	}
}

// Flat is the set in which both kinds of step have the same thresholds, as a
// step's own block gives them.
func Flat(t Thresholds) ThresholdSet { return ThresholdSet{Page: t, InPage: t} }

// MergeThresholds combines blocks from the general to the specific: for each
// level the most specific block that sets it wins, and a level that would then
// lie below the one beneath it is raised to it.
func MergeThresholds(blocks ...ThresholdSet) ThresholdSet {
	var merged ThresholdSet
	for _, b := range blocks {
		merged.Page = merged.Page.overlaid(b.Page)
		merged.InPage = merged.InPage.overlaid(b.InPage)
	}
	return ThresholdSet{Page: merged.Page.raised(), InPage: merged.InPage.raised()}
}

func (t Thresholds) overlaid(o Thresholds) Thresholds {
	if o.Slow > 0 {
		t.Slow = o.Slow
	}
	if o.Bad > 0 {
		t.Bad = o.Bad
	}
	if o.Critical > 0 {
		t.Critical = o.Critical
	}
	return t
}

func (t Thresholds) raised() Thresholds {
	t.Bad = max(t.Bad, t.Slow)
	t.Critical = max(t.Critical, t.Bad)
	return t
}

// recorded are the thresholds as a run records them, to a tenth of a
// millisecond.
func (t Thresholds) recorded() Thresholds {
	return Thresholds{Slow: FromMs(*Ms(t.Slow)), Bad: FromMs(*Ms(t.Bad)), Critical: FromMs(*Ms(t.Critical))}
}

// For returns the thresholds of a step with the given navigation.
func (s ThresholdSet) For(n Navigation) Thresholds {
	if n == NavigationNone {
		return s.InPage
	}
	return s.Page
}

// Band says what a wait is: good, slow, bad or critical.
func (t Thresholds) Band(wait time.Duration) Outcome {
	switch {
	case wait >= t.Critical:
		return Critical
	case wait >= t.Bad:
		return Bad
	case wait >= t.Slow:
		return Slow
	default:
		return Good
	}
}
