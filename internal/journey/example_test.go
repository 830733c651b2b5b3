package journey_test

import (
	"fmt"
	"time"

	"samui/internal/journey"
)

// A raw run of two page loads, one of which took too long.
func ExampleJudge() {
	j := journey.Journey{Steps: []journey.Step{
		{ID: "home", Thresholds: journey.DefaultThresholds()},
		{ID: "search", Thresholds: journey.DefaultThresholds()},
	}}
	page := &journey.Page{Navigation: journey.NavigationHard}
	raw := journey.Run{Attempt: 1, Steps: []journey.StepResult{
		{Index: 0, Step: "home", WaitMs: journey.Ms(612 * time.Millisecond), Page: page},
		{Index: 1, Step: "search", WaitMs: journey.Ms(6 * time.Second), Page: page},
	}}

	run := journey.Judge(j, raw)

	for _, s := range run.Steps {
		fmt.Printf("%s: %s, %.1f s\n", s.Step, s.Outcome, *s.WaitMs/1000)
	}
	fmt.Printf("run: %s, %.1f s, %s\n", run.Outcome, *run.WaitMs/1000, run.Abandonment)
	// Output:
	// home: good, 0.6 s
	// search: bad, 6.0 s
	// run: bad, 6.6 s, estimated 24% (assumed bounce 22.4%)
}

// The same wait, by what is known of the site.
func ExampleCurve() {
	bounce := 0.35
	for _, curve := range []journey.Curve{
		{},
		{Bounce: &bounce},
		{Points: []journey.CurvePoint{{Wait: time.Second, Share: 0.05}, {Wait: 3 * time.Second, Share: 0.10}, {Wait: 10 * time.Second, Share: 0.45}}},
	} {
		fmt.Printf("%.1f%% by the %s\n", 100*curve.Abandonment(5*time.Second), curve.Basis())
	}
	// Output:
	// 20.2% by the assumed bounce 22.4%
	// 31.5% by the site's bounce 35%
	// 15.0% by the site's curve
}

func ExampleMergeThresholds() {
	site := journey.ThresholdSet{Page: journey.Thresholds{Slow: 3 * time.Second}}
	step := journey.Flat(journey.Thresholds{Bad: 2 * time.Second})

	merged := journey.MergeThresholds(journey.DefaultThresholds(), site, step)

	fmt.Println("page:   ", merged.Page) // bad is raised to slow, across levels
	fmt.Println("in page:", merged.InPage)
	// Output:
	// page:    {3s 3s 10s}
	// in page: {1s 2s 10s}
}
