package config

import (
	"fmt"
	"time"

	"samui/internal/journey"
)

// limits is a block of thresholds as it was written.
type limits struct {
	slow, bad, critical located[time.Duration]
}

func (l limits) thresholds() journey.Thresholds {
	return journey.Thresholds{Slow: l.slow.value, Bad: l.bad.value, Critical: l.critical.value}
}

// criticalAt is where critical was written, or otherwise.
func (l limits) criticalAt(otherwise *node) *node {
	if l.critical.node != nil {
		return l.critical.node
	}
	return otherwise
}

// limitsTable is {slow: …, bad: …, critical: …}. Each must be reached after
// the one before; those that are left out come from the more general blocks.
func limitsTable(tips map[string]string) codec[limits] {
	d := withPlace(duration(moment).codec())
	return object[limits]{
		name: "thresholds", example: "{slow: 1s, bad: 3s, critical: 10s}", tips: tips,
		fields: []field[limits]{
			key("slow", "From this wait on a step is slow.", d, func(l *limits, v located[time.Duration]) { l.slow = v }),
			key("bad", "From this wait on a step is bad.", d, func(l *limits, v located[time.Duration]) { l.bad = v }),
			key("critical", "From this wait on a step is critical.", d, func(l *limits, v located[time.Duration]) { l.critical = v }),
		},
		check: func(r reader, n *node, l *limits) bool {
			return inOrder(r, "slow", l.slow, "bad", l.bad) && inOrder(r, "bad", l.bad, "critical", l.critical) && inOrder(r, "slow", l.slow, "critical", l.critical)
		},
	}.codec()
}

func inOrder(r reader, lowName string, low located[time.Duration], highName string, high located[time.Duration]) bool {
	if low.node == nil || high.node == nil || low.value <= high.value {
		return true
	}
	r.fail(high.node, fmt.Sprintf("%s %s comes before %s %s", highName, quoted(high.node.value), lowName, quoted(low.node.value)), "slow, then bad, then critical", "")
	return false
}

// limitSet is the blocks for page loads and for steps within a page.
type limitSet struct{ page, inPage limits }

func (s limitSet) set() journey.ThresholdSet {
	return journey.ThresholdSet{Page: s.page.thresholds(), InPage: s.inPage.thresholds()}
}

func limitSetTable() codec[limitSet] {
	const flat = "write {page: {slow: …}, in_page: {slow: …}}; only a step's thresholds are flat"
	one := limitsTable(nil)
	return object[limitSet]{
		name: "thresholds", example: "{page: {slow: 2.5s}, in_page: {slow: 1s}}",
		fields: []field[limitSet]{
			key("page", "For steps that load a page; 2.5s, 4s, 10s without it.", one, func(s *limitSet, l limits) { s.page = l }),
			key("in_page", "For steps within a page; 1s, 3s, 10s without it.", one, func(s *limitSet, l limits) { s.inPage = l }),
		},
		tips: map[string]string{"slow": flat, "bad": flat, "critical": flat},
	}.codec()
}

// flatLimits is a step's own block.
func flatLimits() codec[limits] {
	const hint = "a step's thresholds are flat: {slow: 1.5s, bad: 3s}"
	return limitsTable(map[string]string{"page": hint, "in_page": hint})
}

// overlay is a over b, level by level and without raising any.
func overlay(a, b journey.Thresholds) journey.Thresholds {
	if a.Slow == 0 {
		a.Slow = b.Slow
	}
	if a.Bad == 0 {
		a.Bad = b.Bad
	}
	if a.Critical == 0 {
		a.Critical = b.Critical
	}
	return a
}
