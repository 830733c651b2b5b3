package journey

import (
	"testing"
	"time"
)

func TestLimitBegin(t *testing.T) {
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	tests := map[string]struct {
		per      Period
		zone     *time.Location
		at, want string
	}{
		"an hour": {PerHour, nil, "2026-01-01T10:59:59Z", "2026-01-01T10:00:00Z"},
		"an hour where clocks are half an hour off":    {PerHour, zone("Asia/Kolkata"), "2026-01-01T10:29:59Z", "2026-01-01T09:30:00Z"},
		"the first of an hour that comes twice":        {PerHour, zone("Asia/Jerusalem"), "2026-10-24T22:30:00Z", "2026-10-24T22:00:00Z"},
		"the second of an hour that comes twice":       {PerHour, zone("Asia/Jerusalem"), "2026-10-24T23:30:00Z", "2026-10-24T23:00:00Z"},
		"a day":                                        {PerDay, nil, "2026-01-01T23:59:59Z", "2026-01-01T00:00:00Z"},
		"a day at the site":                            {PerDay, zone("Asia/Jerusalem"), "2026-01-01T22:30:00Z", "2026-01-01T22:00:00Z"},
		"a day at the site, before its midnight":       {PerDay, zone("Asia/Jerusalem"), "2026-01-01T21:30:00Z", "2025-12-31T22:00:00Z"},
		"a day of 25 hours":                            {PerDay, zone("Asia/Jerusalem"), "2026-10-25T21:30:00Z", "2026-10-24T21:00:00Z"},
		"a week begins on Monday":                      {PerWeek, nil, "2026-11-25T12:00:00Z", "2026-11-23T00:00:00Z"},
		"a Sunday ends one":                            {PerWeek, nil, "2026-11-29T23:00:00Z", "2026-11-23T00:00:00Z"},
		"a Monday begins one":                          {PerWeek, nil, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z"},
		"a week at the site":                           {PerWeek, zone("America/New_York"), "2026-11-23T03:00:00Z", "2026-11-16T05:00:00Z"},
		"without a limit it is the day":                {"", nil, "2026-01-01T23:59:59Z", "2026-01-01T00:00:00Z"},
		"a new year":                                   {PerWeek, nil, "2026-01-01T12:00:00Z", "2025-12-29T00:00:00Z"},
		"an hour in the middle of a change of a clock": {PerHour, zone("Asia/Jerusalem"), "2026-03-27T00:15:00Z", "2026-03-27T00:00:00Z"},
	}
	for name, tt := range tests {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := (Limit{N: 1, Per: tt.per}).Begin(at, tt.zone).UTC().Format(time.RFC3339); got != tt.want {
			t.Errorf("%s: the %s of %s begins at %s, want %s", name, tt.per, tt.at, got, tt.want)
		}
	}
}

func TestLimitWords(t *testing.T) {
	for l, want := range map[Limit][2]string{
		{}:                   {"", "without a limit"},
		{N: 4, Per: PerDay}:  {"4/day", "at most 4 a day"},
		{N: 1, Per: PerHour}: {"1/hour", "at most 1 an hour"},
		{N: 9, Per: PerWeek}: {"9/week", "at most 9 a week"},
	} {
		if got := [2]string{l.String(), l.Words()}; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestLeaves(t *testing.T) {
	steps := []Step{{ID: "home"}, {ID: "pay"}, {ID: "thanks"}, {ID: "cancel", Always: true}}
	tests := map[string]struct {
		effects Effects
		stop    string
		want    []bool // step by step
	}{
		"nothing":                        {Effects{}, "", []bool{false, false, false, false}},
		"any step":                       {Effects{Name: "order"}, "", []bool{true, true, true, true}},
		"one step":                       {Effects{Name: "order", Step: "pay"}, "", []bool{false, true, false, false}},
		"stopped before it":              {Effects{Name: "order", Step: "pay"}, "pay", []bool{false, false, false, false}},
		"stopped after it":               {Effects{Name: "order", Step: "pay"}, "thanks", []bool{false, true, false, false}},
		"any step before the stop":       {Effects{Name: "order"}, "pay", []bool{true, false, false, true}},
		"a step that always runs":        {Effects{Name: "mail", Step: "cancel"}, "pay", []bool{false, false, false, true}},
		"stopped, and nothing left":      {Effects{}, "pay", []bool{false, false, false, false}},
		"stopped before what isn't here": {Effects{Name: "order", Step: "pay"}, "gone", []bool{false, true, false, false}},
	}
	for name, tt := range tests {
		j := Journey{Steps: steps, Effects: tt.effects, StopBefore: tt.stop}
		any := false
		for i, want := range tt.want {
			any = any || want
			if got := j.LeavesAt(i); got != want {
				t.Errorf("%s: step %s leaves something: %t, want %t", name, steps[i].ID, got, want)
			}
		}
		if got := j.Leaves() != ""; got != any {
			t.Errorf("%s: Leaves() = %q, want something: %t", name, j.Leaves(), any)
		}
	}
}

func TestJudgeWhatWasLeftOut(t *testing.T) {
	why := "stop_before: pay"
	tests := map[string]struct {
		steps []raw
		want  Outcome
		wait  *float64
	}{
		"the run is what was walked":        {[]raw{{ms: 100}, {skipped: true}}, Good, new(100.0)},
		"a failure before it counts":        {[]raw{{failure: KindTarget}, {skipped: true}}, Failed, nil},
		"a clean-up is walked all the same": {[]raw{{ms: 100}, {skipped: true}, {ms: 50, always: true}}, Good, new(150.0)},
	}
	for name, tt := range tests {
		j, r := visit(tt.steps...)
		r.Steps[1].LeftOut = &why
		got := Judge(j, r)
		if got.Outcome != tt.want || got.Error != nil || show(got.WaitMs) != show(tt.wait) || got.Steps[1].Outcome != Skipped {
			t.Errorf("%s: %s, %v, wait %s, step %s; want %s, no error, %s, skipped", name, got.Outcome, got.Error, show(got.WaitMs), got.Steps[1].Outcome, tt.want, show(tt.wait))
		}
		if timed := tt.wait != nil; (got.Abandonment != nil) != timed {
			t.Errorf("%s: abandonment %v, want one: %t", name, got.Abandonment, timed)
		}
	}
}

func TestStoppingIsARevisionOfItsOwn(t *testing.T) {
	whole := Journey{Steps: []Step{{ID: "home"}, {ID: "pay"}}}
	limited, stopped := whole, whole
	limited.Effects = Effects{Name: "order", Step: "pay", Limit: Limit{N: 4, Per: PerDay}}
	stopped.StopBefore = "pay"
	if limited.Revision() != whole.Revision() || stopped.Revision() == whole.Revision() {
		t.Errorf("revisions: %s, with effects %s, stopped %s; want the first two equal", whole.Revision(), limited.Revision(), stopped.Revision())
	}
}
