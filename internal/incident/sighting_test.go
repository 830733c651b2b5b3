package incident_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"samui/internal/incident"
	"samui/internal/journey"
)

// seen is what an incident tells of a run that opens it.
func seen(t *testing.T, k incident.Key, run journey.Run) incident.Sighting {
	t.Helper()
	var tr incident.Track
	rules := incident.Rules{Alerts: journey.Alerts{At: journey.Slow, Open: 1, Of: 1, Resolve: 1}}
	for i := range 5 {
		run.Slot = new(epoch.AddDate(0, 0, i-4))
		tr, _ = incident.Follow(k, tr, run, rules)
	}
	if tr.Last == nil {
		t.Fatal("five such runs open no incident")
	}
	return tr.Last.Worst
}

func TestWorstStep(t *testing.T) {
	timed := func(id string, o journey.Outcome, wait, slow float64) journey.StepResult {
		return journey.StepResult{Step: id, Outcome: o, WaitMs: &wait, ThresholdsMs: &journey.ThresholdsMs{Slow: slow, Bad: 2 * slow, Critical: 10 * slow}}
	}
	failed := func(id string, o journey.Outcome) journey.StepResult {
		return journey.StepResult{Step: id, Outcome: o, Failure: &journey.Failure{Message: id}}
	}
	for name, tt := range map[string]struct {
		outcome journey.Outcome
		steps   []journey.StepResult
		want    string
	}{
		"the longest over its threshold": {
			journey.Slow, []journey.StepResult{timed("a", journey.Slow, 3000, 2500), timed("b", journey.Slow, 1800, 1000), timed("c", journey.Slow, 3100, 2500)}, "b",
		},
		"of equal ones the first": {
			journey.Bad, []journey.StepResult{timed("a", journey.Bad, 5000, 2000), timed("b", journey.Bad, 5000, 2000)}, "a",
		},
		"in the run's band": {
			journey.Critical, []journey.StepResult{timed("a", journey.Bad, 9000, 1000), timed("b", journey.Critical, 25000, 2500), timed("c", journey.Good, 10, 1000)}, "b",
		},
		"the first that failed, whatever took long": {
			journey.Failed, []journey.StepResult{timed("a", journey.Critical, 90000, 1000), failed("b", journey.Failed), {Step: "c", Outcome: journey.Skipped}, failed("d", journey.Failed)}, "b",
		},
		"a clean-up that failed alone": {
			journey.Failed, []journey.StepResult{timed("a", journey.Good, 10, 1000), failed("log-out", journey.Failed)}, "log-out",
		},
		"a purchase that failed, and a clean-up that was blocked": {
			journey.Failed, []journey.StepResult{failed("pay", journey.Failed), failed("log-out", journey.Blocked)}, "pay",
		},
		"no thresholds": {
			journey.Slow, []journey.StepResult{{Step: "a", Outcome: journey.Slow}, timed("b", journey.Slow, 3000, 2500)}, "b",
		},
		"no step":              {journey.Failed, nil, ""},
		"no step that says so": {journey.Failed, []journey.StepResult{timed("a", journey.Good, 10, 1000)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			run := result("desktop", epoch, "G", false, "")
			run.Outcome, run.Steps = tt.outcome, tt.steps
			if got := seen(t, site, run).Step; got != tt.want {
				t.Errorf("worst step = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSighting(t *testing.T) {
	run := func(outcome string, starved bool, more func(*journey.Run)) journey.Run {
		r := result("desktop", epoch, outcome, starved, "")
		r.RunID = "01j"
		if more != nil {
			more(&r)
		}
		return r
	}
	common := incident.Sighting{RunID: "01j", Device: "desktop", Network: "4g", At: epoch, Count: 1, Of: 1}
	sighting := func(o journey.Outcome, with func(*incident.Sighting)) incident.Sighting {
		s := common
		s.Outcome = o
		with(&s)
		return s
	}
	for name, tt := range map[string]struct {
		key  incident.Key
		run  journey.Run
		want incident.Sighting
	}{
		"slow": {site, run("S", false, nil), sighting(journey.Slow, func(s *incident.Sighting) {
			s.Step, s.StepTitle, s.WaitMs, s.LimitMs, s.Loss, s.Basis = "pay", "Pay", new(3000.0), new(2500.0), new(0.07), "assumed bounce 22.4%"
		})},
		"bad, with a picture": {
			site,
			run("B", false, func(r *journey.Run) { r.Steps[1].Evidence.Screenshot = new("01j/1-pay.jpg") }),
			sighting(journey.Bad, func(s *incident.Sighting) {
				s.Step, s.StepTitle, s.WaitMs, s.LimitMs, s.Loss, s.Basis = "pay", "Pay", new(5000.0), new(4000.0), new(0.2), "assumed bounce 22.4%"
				s.Picture = "01j/1-pay.jpg"
			}),
		},
		"critical, without an estimate": {
			site,
			run("C", false, func(r *journey.Run) { r.Abandonment, r.Steps[1].Abandonment = nil, nil }),
			sighting(journey.Critical, func(s *incident.Sighting) {
				s.Step, s.StepTitle, s.WaitMs, s.LimitMs = "pay", "Pay", new(12000.0), new(10000.0)
			}),
		},
		"failed": {
			site,
			run("F", false, func(r *journey.Run) {
				r.Steps[1].Failure.Nearest, r.Steps[1].Failure.Hint, r.Steps[1].Failure.Line = []string{"text: Order received"}, new("did the words change?"), new("buy.yaml:12")
			}),
			sighting(journey.Failed, func(s *incident.Sighting) {
				s.Step, s.StepTitle, s.Message = "pay", "Pay", `"Order confirmed" not seen`
				s.Nearest, s.Hint, s.Line = []string{"text: Order received"}, "did the words change?", "buy.yaml:12"
			}),
		},
		"blocked": {wall, run("W", false, nil), sighting(journey.Blocked, func(s *incident.Sighting) {
			s.Step, s.StepTitle, s.Message, s.Count, s.Of = "pay", "Pay", "the site asks for a captcha", 5, 5
		})},
		"a probe's error": {probe, run("E", false, nil), sighting(journey.ProbeError, func(s *incident.Sighting) {
			s.Message, s.ErrorKind, s.Count, s.Of = "Chrome died", journey.ErrorBrowser, 5, 5
		})},
		"missed": {probe, run("M", false, nil), sighting(journey.Missed, func(s *incident.Sighting) {
			s.Message, s.ErrorKind, s.Count, s.Of = "Samui was down", journey.ErrorDown, 5, 5
		})},
		"timed on a starved machine": {probe, run("C", true, nil), sighting(journey.ProbeError, func(s *incident.Sighting) {
			s.Message, s.ErrorKind, s.Count, s.Of = "Chrome had to wait for a CPU for more than a quarter of the visit", journey.ErrorStarved, 5, 5
		})},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, seen(t, tt.key, tt.run)); diff != "" {
				t.Errorf("sighting (-want +got):\n%s", diff)
			}
		})
	}
}

// What is told is the newest result of the severity, and how many of how many
// counted when it was made.
func TestSightingOfTheIncident(t *testing.T) {
	type told struct {
		RunID     string
		Count, Of int
	}
	for words, want := range map[string]told{
		"desktop: F F":                              {"shop-buy-desktop-01-0305", 2, 2},
		"desktop: G G G F F":                        {"shop-buy-desktop-01-0320", 2, 3},
		"desktop: F G F":                            {"shop-buy-desktop-01-0310", 2, 3},
		"desktop: F F F F":                          {"shop-buy-desktop-01-0315", 3, 3},
		"desktop: B B F":                            {"shop-buy-desktop-01-0305", 3, 3},
		"desktop: B B F B":                          {"shop-buy-desktop-01-0315", 3, 3},
		"desktop: F F G":                            {"shop-buy-desktop-01-0305", 2, 3},
		"desktop: F F G F G":                        {"shop-buy-desktop-01-0315", 2, 3}, // too few are left: as it was
		"desktop: F F | phone: F F":                 {"shop-buy-desktop-01-0305", 2, 2},
		"desktop: F F - | phone: F F F":             {"shop-buy-desktop-01-0305", 2, 2}, // the one that it was
		"desktop: B B - | phone: F F F":             {"shop-buy-phone-01-0310", 3, 3},
		"desktop: F F G G | phone: F F F F":         {"shop-buy-phone-01-0315", 3, 3},
		"phone: F F - | desktop: - F F":             {"shop-buy-phone-01-0305", 2, 2},
		"desktop: F F G G F F":                      {"shop-buy-desktop-01-0325", 2, 3},
		"desktop: F F G G - - | phone: - - - - F F": {"shop-buy-phone-01-0325", 2, 2},
	} {
		w := tell(t, site, incident.Rules{Alerts: defaults}, script(t, words)).last(t).Worst
		if diff := cmp.Diff(want, told{w.RunID, w.Count, w.Of}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", words, diff)
		}
	}
}

func TestCauseIsOneLine(t *testing.T) {
	for name, tt := range map[string]struct {
		worst incident.Sighting
		want  string
	}{
		"a failure's words, folded":     {incident.Sighting{Message: " no\n\n such\tbutton "}, "no such button"},
		"a wait":                        {incident.Sighting{WaitMs: new(9249.0)}, "9.2 s"},
		"a failure rather than a wait":  {incident.Sighting{WaitMs: new(9249.0), Message: "gone"}, "gone"},
		"nothing that anybody can tell": {incident.Sighting{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (incident.Incident{Worst: tt.worst}).Cause(); got != tt.want {
				t.Errorf("cause = %q, want %q", got, tt.want)
			}
		})
	}
}
