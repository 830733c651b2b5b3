package journey

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMergeThresholds(t *testing.T) {
	const s = time.Second
	page := func(slow, bad, critical time.Duration) ThresholdSet {
		return ThresholdSet{Page: Thresholds{slow, bad, critical}}
	}
	tests := map[string]struct {
		blocks []ThresholdSet // from the general to the specific
		want   ThresholdSet
	}{
		"nothing set is nothing": {},
		"the defaults alone": {
			blocks: []ThresholdSet{DefaultThresholds()},
			want: ThresholdSet{
				Page:   Thresholds{2500 * time.Millisecond, 4 * s, 10 * s},
				InPage: Thresholds{s, 3 * s, 10 * s},
			},
		},
		"the most specific wins level by level": {
			blocks: []ThresholdSet{page(1*s, 2*s, 3*s), page(0, 5*s, 6*s), page(0, 0, 7*s)},
			want:   page(1*s, 5*s, 7*s),
		},
		"a general block sets what no specific one does": {
			blocks: []ThresholdSet{page(0, 0, 9*s), page(1*s, 2*s, 0)},
			want:   page(1*s, 2*s, 9*s),
		},
		"page and in page don't touch each other": {
			blocks: []ThresholdSet{DefaultThresholds(), {InPage: Thresholds{Slow: 2 * s}}},
			want: ThresholdSet{
				Page:   Thresholds{2500 * time.Millisecond, 4 * s, 10 * s},
				InPage: Thresholds{2 * s, 3 * s, 10 * s},
			},
		},
		"a step's flat block sets both": {
			blocks: []ThresholdSet{DefaultThresholds(), Flat(Thresholds{Slow: 1500 * time.Millisecond, Bad: 3 * s})},
			want:   Flat(Thresholds{1500 * time.Millisecond, 3 * s, 10 * s}),
		},
		"a level below the one beneath it is raised to it": {
			blocks: []ThresholdSet{page(1*s, 2*s, 3*s), page(5*s, 0, 0)},
			want:   page(5*s, 5*s, 5*s),
		},
		"only as far as needed": {
			blocks: []ThresholdSet{page(1*s, 2*s, 10*s), page(5*s, 0, 0)},
			want:   page(5*s, 5*s, 10*s),
		},
		"raising waits for the most specific block": {
			blocks: []ThresholdSet{page(1*s, 2*s, 3*s), page(5*s, 0, 0), page(0, 0, 20*s)},
			want:   page(5*s, 5*s, 20*s),
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, MergeThresholds(tt.blocks...)); diff != "" {
				t.Errorf("MergeThresholds(%v) (-want +got):\n%s", tt.blocks, diff)
			}
		})
	}
}

func TestBandIsReachedAtExactlyItsThreshold(t *testing.T) {
	limits := DefaultThresholds().Page
	tests := []struct {
		wait time.Duration
		want Outcome
	}{
		{0, Good},
		{2500*time.Millisecond - 1, Good},
		{2500 * time.Millisecond, Slow},
		{4*time.Second - 1, Slow},
		{4 * time.Second, Bad},
		{10*time.Second - 1, Bad},
		{10 * time.Second, Critical},
		{time.Hour, Critical},
	}
	for _, tt := range tests {
		if got := limits.Band(tt.wait); got != tt.want {
			t.Errorf("Band(%v) = %s, want %s", tt.wait, got, tt.want)
		}
	}
}

func TestBandOfEqualThresholdsIsTheWorst(t *testing.T) {
	limits := MergeThresholds(DefaultThresholds(), Flat(Thresholds{Slow: 12 * time.Second})).Page
	if got := limits.Band(12 * time.Second); got != Critical {
		t.Errorf("Band(12s) with all thresholds raised to 12s = %s, want critical", got)
	}
}

func TestThresholdsForNavigation(t *testing.T) {
	set := DefaultThresholds()
	for navigation, want := range map[Navigation]Thresholds{
		NavigationHard: set.Page,
		NavigationSoft: set.Page,
		NavigationNone: set.InPage,
	} {
		if got := set.For(navigation); got != want {
			t.Errorf("For(%s) = %v, want %v", navigation, got, want)
		}
	}
}
