package journey

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// visit is a journey and a raw run of it, one step for each of the raws.
func visit(raws ...raw) (Journey, Run) {
	j := Journey{ID: "buy"}
	r := Run{Journey: "buy", Attempt: 1}
	for i, raw := range raws {
		s := Step{ID: string(rune('a' + i)), Thresholds: DefaultThresholds(), Always: raw.always}
		j.Steps = append(j.Steps, s)
		result := StepResult{Index: i, Step: s.ID}
		if raw.navigation != "" {
			result.Page = &Page{Navigation: raw.navigation}
		}
		switch {
		case raw.failure != "":
			gaveUp := 30000.0
			result.Failure, result.GaveUpMs = &Failure{Kind: raw.failure}, &gaveUp
		case !raw.skipped:
			result.WaitMs = &raw.ms
		}
		r.Steps = append(r.Steps, result)
	}
	return j, r
}

type raw struct {
	ms         float64
	navigation Navigation // empty: the step has no page at all
	failure    FailureKind
	skipped    bool
	always     bool
}

func outcomes(r Run) []Outcome {
	var all []Outcome
	for _, s := range r.Steps {
		all = append(all, s.Outcome)
	}
	return all
}

func TestJudgeOutcomes(t *testing.T) {
	page := func(ms float64) raw { return raw{ms: ms, navigation: NavigationHard} }
	always := func(r raw) raw { r.always = true; return r }
	fail := func(kind FailureKind) raw { return raw{failure: kind} }
	skipped := raw{skipped: true}
	tests := map[string]struct {
		steps []raw
		want  Outcome
		each  []Outcome
	}{
		"every band, the worst wins": {
			[]raw{page(2400), page(2500), page(4000), page(10000), page(100)},
			Critical,
			[]Outcome{Good, Slow, Bad, Critical, Good},
		},
		"a soft navigation is judged as a page": {
			[]raw{{ms: 2000, navigation: NavigationSoft}}, Good, []Outcome{Good},
		},
		"without a navigation less is too much": {
			[]raw{{ms: 2000, navigation: NavigationNone}}, Slow, []Outcome{Slow},
		},
		"a step without a page navigated nowhere": {
			[]raw{{ms: 2000}}, Slow, []Outcome{Slow},
		},
		"a failure skips the rest": {
			[]raw{page(100), fail(KindTarget), skipped}, Failed, []Outcome{Good, Failed, Skipped},
		},
		"every other kind of failure is failed": {
			[]raw{fail(KindTimeout)}, Failed, []Outcome{Failed},
		},
		"refused": {
			[]raw{page(10000), fail(KindBlocked), skipped}, Blocked, []Outcome{Critical, Blocked, Skipped},
		},
		"a clean-up's wait never changes the outcome": {
			[]raw{page(100), always(page(60000))}, Good, []Outcome{Good, Critical},
		},
		"a failed clean-up does": {
			[]raw{page(100), always(fail(KindTarget))}, Failed, []Outcome{Good, Failed},
		},
		"a refused clean-up never hides a failed purchase": {
			[]raw{fail(KindExpectation), skipped, always(fail(KindBlocked))}, Failed, []Outcome{Failed, Skipped, Blocked},
		},
		"a failed clean-up never hides a refusal": {
			[]raw{fail(KindBlocked), always(fail(KindTarget))}, Blocked, []Outcome{Blocked, Failed},
		},
		"only clean-ups": {
			[]raw{always(page(60000))}, Good, []Outcome{Critical},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := Judge(visit(tt.steps...))
			if got.Outcome != tt.want {
				t.Errorf("outcome = %s, want %s", got.Outcome, tt.want)
			}
			if diff := cmp.Diff(tt.each, outcomes(got)); diff != "" {
				t.Errorf("outcomes of the steps (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJudgeFigures(t *testing.T) {
	j, r := visit(raw{ms: 3000, navigation: NavigationHard}, raw{ms: 5000, navigation: NavigationHard})
	got := Judge(j, r)

	if got.WaitMs == nil || *got.WaitMs != 8000 {
		t.Errorf("wait_ms = %s, want 8000", show(got.WaitMs))
	}
	// 1 − (1−0.072)(1−0.202) = 0.259456
	want := &Abandonment{Low: 0.202, High: 0.259, Basis: "assumed bounce 22.4%"}
	if diff := cmp.Diff(want, got.Abandonment); diff != "" {
		t.Errorf("abandonment (-want +got):\n%s", diff)
	}
	for i, share := range []float64{0.072, 0.202} {
		if s := got.Steps[i]; s.Abandonment == nil || *s.Abandonment != share {
			t.Errorf("step %d: abandonment = %s, want %v", i, show(s.Abandonment), share)
		}
		if diff := cmp.Diff(&ThresholdsMs{2500, 4000, 10000}, got.Steps[i].ThresholdsMs); diff != "" {
			t.Errorf("step %d: thresholds_ms (-want +got):\n%s", i, diff)
		}
	}
}

func TestJudgeMeasuresNothingOfARunThatWasNotFinished(t *testing.T) {
	j, r := visit(raw{ms: 3000}, raw{failure: KindTarget}, raw{skipped: true})
	stale, gaveUp := 77.0, 88.0
	r.WaitMs, r.Abandonment = &stale, &Abandonment{Low: 1}
	r.Steps[0].GaveUpMs = &gaveUp // only a failed step is given up
	r.Steps[1].WaitMs = &stale    // a failed step has no wait, whatever was noted
	r.Steps[2].Abandonment, r.Steps[2].ThresholdsMs = &stale, &ThresholdsMs{}
	got := Judge(j, r)

	if got.WaitMs != nil || got.Abandonment != nil {
		t.Errorf("wait_ms, abandonment = %s, %v, want null, null", show(got.WaitMs), got.Abandonment)
	}
	for _, s := range got.Steps[1:] {
		if s.WaitMs != nil || s.Abandonment != nil || s.ThresholdsMs != nil {
			t.Errorf("step %s: wait_ms, abandonment, thresholds_ms = %s, %s, %s, want null", s.Step, show(s.WaitMs), show(s.Abandonment), show(s.ThresholdsMs))
		}
	}
	if got.Steps[0].GaveUpMs != nil || got.Steps[1].GaveUpMs == nil {
		t.Errorf("gave_up_ms of a timed and a failed step = %s, %s, want null, 30000", show(got.Steps[0].GaveUpMs), show(got.Steps[1].GaveUpMs))
	}
}

func TestJudgeOurOwnErrors(t *testing.T) {
	tests := map[string]struct {
		attempt int
		err     *RunError
		steps   []raw
		want    Outcome
		each    []Outcome
	}{
		"the browser died in the second step": {
			1, &RunError{Kind: ErrorBrowser}, []raw{{ms: 100}, {skipped: true}}, ProbeError, []Outcome{Good, Skipped},
		},
		"a failure while we were starved is ours": {
			1, &RunError{Kind: ErrorStarved},
			[]raw{{ms: 100}, {failure: KindTarget}, {skipped: true}},
			ProbeError,
			[]Outcome{Good, Skipped, Skipped},
		},
		"nobody looked": {0, &RunError{Kind: ErrorDown}, nil, Missed, nil},
		"no step was walked and nothing says why": {
			1, nil, nil, ProbeError, nil,
		},
		"a step was left out and nothing says why": {
			1, nil, []raw{{ms: 100}, {skipped: true}}, ProbeError, []Outcome{Good, Skipped},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			j, r := visit(tt.steps...)
			r.Attempt, r.Error = tt.attempt, tt.err
			got := Judge(j, r)
			if got.Outcome != tt.want {
				t.Errorf("outcome = %s, want %s", got.Outcome, tt.want)
			}
			if diff := cmp.Diff(tt.each, outcomes(got)); diff != "" {
				t.Errorf("outcomes of the steps (-want +got):\n%s", diff)
			}
			if got.Error == nil || got.WaitMs != nil || got.Abandonment != nil || got.Steps == nil {
				t.Errorf("error, wait_ms, abandonment, steps = %v, %s, %v, %v, want an error, null, null, a list", got.Error, show(got.WaitMs), got.Abandonment, got.Steps)
			}
			for _, s := range got.Steps {
				if s.Failure != nil || s.GaveUpMs != nil {
					t.Errorf("step %s of a run that is an error of ours has a failure: %v", s.Step, s.Failure)
				}
			}
		})
	}
}

// The data must not say 2500 ms, slow at 2500 ms, and good.
func TestJudgeByTheRecordedFigures(t *testing.T) {
	tests := map[string]struct {
		ms   float64
		slow time.Duration
		want Outcome
		wait float64
	}{
		"a hair below, recorded as reached": {2499.96, 2500 * time.Millisecond, Slow, 2500},
		"recorded as below":                 {2499.94, 2500 * time.Millisecond, Good, 2499.9},
		"a threshold finer than recorded":   {1000, 1000*time.Millisecond + 40*time.Microsecond, Slow, 1000},
		"floats that add up badly":          {0.1 + 0.2 + 2499.7, 2500 * time.Millisecond, Slow, 2500},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			j, r := visit(raw{ms: tt.ms, navigation: NavigationHard})
			j.Steps[0].Thresholds.Page.Slow = tt.slow
			got := Judge(j, r)
			if got.Outcome != tt.want || *got.WaitMs != tt.wait || *got.Steps[0].WaitMs != tt.wait {
				t.Errorf("%v ms against %v = %s, wait_ms %v and %v; want %s, %v", tt.ms, tt.slow, got.Outcome, *got.WaitMs, *got.Steps[0].WaitMs, tt.want, tt.wait)
			}
		})
	}
}

func TestJudgeChangesNothingItWasGiven(t *testing.T) {
	j, r := visit(raw{ms: 2499.96}, raw{failure: KindTarget}, raw{skipped: true})
	r.Error = &RunError{Kind: ErrorStarved}
	before, _ := json.Marshal(r)
	once := Judge(j, r)
	if after, _ := json.Marshal(r); string(after) != string(before) {
		t.Errorf("Judge changed its argument:\n%s\nto\n%s", before, after)
	}
	if diff := cmp.Diff(once, Judge(j, once)); diff != "" {
		t.Errorf("judging a verdict again changes it (-once +twice):\n%s", diff)
	}
}

func TestOutcomeLevels(t *testing.T) {
	for i, o := range []Outcome{Good, Slow, Bad, Critical, Failed, Blocked, ProbeError, Missed} {
		if o.Level() != i || o.Timed() != (i <= 3) {
			t.Errorf("%s: level %d, timed %t; want %d, %t", o, o.Level(), o.Timed(), i, i <= 3)
		}
	}
	for _, o := range []Outcome{Skipped, "", "fine"} {
		if o.Level() != -1 || o.Timed() {
			t.Errorf("%q: level %d, timed %t; want -1, false", o, o.Level(), o.Timed())
		}
	}
}

// show is what a pointer points to.
func show(v any) string {
	data, _ := json.Marshal(v)
	return string(data)
}

func BenchmarkJudge(b *testing.B) {
	five := make([]raw, 5)
	for i := range five {
		five[i] = raw{ms: float64(1+i) * 1700, navigation: NavigationHard}
	}
	j, r := visit(five...)
	curves := map[string]Curve{
		"assumed":      {},
		"site's curve": {Points: []CurvePoint{{sec(1), 0.1}, {sec(3), 0.2}, {sec(5), 0.3}, {sec(10), 0.6}}},
	}
	for name, curve := range curves {
		b.Run(name, func(b *testing.B) {
			j.Site.Curve = curve
			b.ReportAllocs()
			for b.Loop() {
				Judge(j, r)
			}
		})
	}
}
