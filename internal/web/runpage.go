package web

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"samui/internal/journey"
)

// runPage is one visit.
type runPage struct {
	frame
	Run          journey.Run
	When         moment
	Took         string // the visit as a whole, the tool's own time included
	Older, Newer string // run ids
	Steps        []stepView
	Parts        []part // where the time went
	Explain      string // what kind of error of ours it is
	Starved      bool   // it counts for nothing
	Waited       string // how long Chrome waited for a CPU; empty = nobody knows
}

// stepView is a step of a run.
type stepView struct {
	journey.StepResult
	N       int // from 1
	Gauge   *gauge
	Numbers []number
	Causes  []cause // of the numbers
	Link    string  // to the page; empty = it is no address that a reader can be sent to
	Picture string  // address; empty = none
	Gone    bool    // there was a picture
	Excerpt string  // address of the HTML around what was looked for; empty = none
	Lost    string  // the estimate of those lost to the wait; empty where it is nobody
	Errors  int     // of the console
	Asked   bool    // it was API calls: there was no page
	Wire    *wire   // what it fetched; nil = that was not kept
}

// number is one measured thing.
type number struct {
	Name, Value string
	Means       string // in words
}

// part is a step's share of the run's wait, in percent.
type part struct {
	Outcome journey.Outcome
	X, W    float64
	Text    string
}

func (s *server) runPage(w http.ResponseWriter, r *http.Request) {
	run, found, err := s.History.Run(r.Context(), r.PathValue("run_id"))
	if err != nil {
		s.sorry(w, r, err)
		return
	}
	if !found {
		s.notice(w, r, http.StatusNotFound, "There is no such run", "It may have been longer ago than retention: keeps runs.")
		return
	}
	page := runPage{Run: run, Explain: explainError(run), Parts: partsOf(run)}
	if page.frame, err = s.frame(r, "", "Run of "+run.Title); err == nil {
		page.Older, page.Newer, err = s.Figures.Neighbours(r.Context(), run.RunID)
	}
	if err != nil {
		s.sorry(w, r, err)
		return
	}
	page.Live = false // it never changes
	page.Starved = run.Probe.Starved != nil && *run.Probe.Starved
	page.Waited = waitedForCPU(run.Probe.CPUDelay)
	page.When = momentOf(timeOf(run), page.Now.At)
	if run.StartedAt != nil && run.FinishedAt != nil {
		page.Took = seconds(float64(run.FinishedAt.Sub(*run.StartedAt).Milliseconds()))
	}
	for _, step := range run.Steps {
		v := s.stepView(run, step)
		v.Wire = s.wireOf(run, step)
		page.Steps = append(page.Steps, v)
	}
	s.show(w, r, http.StatusOK, "run", page)
}

// waitedForCPU says how long Chrome waited for the machine.
func waitedForCPU(share *float64) string {
	switch {
	case share == nil:
		return ""
	case *share < 0.001:
		return "Chrome never waited for a CPU"
	}
	return "Chrome waited for a CPU for " + strconv.FormatFloat(*share*100, 'f', 1, 64) + " % of the visit"
}

func (s *server) stepView(run journey.Run, step journey.StepResult) stepView {
	v := stepView{StepResult: step, N: step.Index + 1, Numbers: numbersOf(step), Causes: causesOf(step.Page)}
	v.Title = cmp.Or(step.Title, step.Step)
	if step.WaitMs != nil && step.ThresholdsMs != nil {
		v.Gauge = newGauge(*step.ThresholdsMs, *step.WaitMs)
	}
	if step.ConsoleErrors != nil {
		v.Errors = *step.ConsoleErrors
	}
	if step.Page != nil {
		v.Asked = step.ConsoleErrors == nil // only a page has a console
		v.Link = external(step.Page.URL)
	}
	if run.Abandonment != nil && step.Abandonment != nil && *step.Abandonment > 0 {
		v.Lost = journey.Abandonment{Low: *step.Abandonment, High: *step.Abandonment, Basis: run.Abandonment.Basis}.String()
	}
	if picture := step.Evidence.Screenshot; picture != nil {
		v.Picture, v.Gone = evidenceAddress(*picture), !s.kept(*picture)
	}
	if dom := step.Evidence.DOM; dom != nil && s.kept(*dom) {
		v.Excerpt = evidenceAddress(*dom)
	}
	return v
}

// MoreErrors is how many errors of the console aren't told one by one.
func (v stepView) MoreErrors() int {
	more := v.Errors
	for _, e := range v.Console {
		more -= e.Times
	}
	return max(0, more)
}

// numbersOf is what was measured of a step's page, without what was not.
func numbersOf(step journey.StepResult) []number {
	p := step.Page
	if p == nil {
		return nil
	}
	var all []number
	ms := func(name string, value *float64, means string) {
		if value != nil {
			all = append(all, number{name, millis(*value), means})
		}
	}
	ms("TTFB", p.TTFBMs, "time to the first byte")
	ms("FCP", p.FCPMs, "first contentful paint")
	ms("LCP", p.LCPMs, "largest contentful paint")
	if p.CLS != nil {
		all = append(all, number{"CLS", fmt.Sprintf("%.2f", *p.CLS), "cumulative layout shift"})
	}
	ms("INP", p.INPMs, "interaction to next paint")
	ms("blocking", p.BlockingMs, "long tasks beyond their first 50 ms")
	// A connection that was there already took no time.
	some := func(value *float64) *float64 {
		if value == nil || *value < 0.5 {
			return nil
		}
		return value
	}
	ms("DNS", some(p.DNSMs), "finding the host's address")
	ms("connect", some(p.ConnectMs), "connecting")
	ms("TLS", some(p.TLSMs), "agreeing on encryption")
	ms("DOM ready", p.DOMContentLoadedMs, "DOMContentLoaded")
	ms("load", p.LoadMs, "the load event")
	for _, name := range slices.Sorted(maps.Keys(p.Timings)) {
		ms(name, p.Timings[name], "as the site measures it")
	}
	if p.TLSDaysLeft != nil {
		all = append(all, number{"certificate", counted(*p.TLSDaysLeft, "day", "days"), "the certificate's days left"})
	}
	return all
}

// partsOf is where the time of a run went, step by step; nil where it isn't
// known of more than one step.
func partsOf(run journey.Run) []part {
	var sum float64
	for _, step := range run.Steps {
		sum += lengthOf(step)
	}
	if sum == 0 || len(run.Steps) < 2 {
		return nil
	}
	var parts []part
	var x float64
	for _, step := range run.Steps {
		ms := lengthOf(step)
		if ms == 0 {
			continue
		}
		w := 100 * ms / sum
		text := fmt.Sprintf("%d. %s: %s", step.Index+1, cmp.Or(step.Title, step.Step), seconds(ms))
		parts = append(parts, part{step.Outcome, round1(x), round1(w), text})
		x += w
	}
	return parts
}

// lengthOf is how long a step was waited for, in vain or not.
func lengthOf(step journey.StepResult) float64 {
	if ms := cmp.Or(step.WaitMs, step.GaveUpMs); ms != nil {
		return *ms
	}
	return 0
}

// explainError says what an error of ours means; empty where there is none.
func explainError(run journey.Run) string {
	if run.Error == nil {
		return ""
	}
	switch run.Error.Kind {
	case journey.ErrorBrowser:
		return "Chrome died or could not be started."
	case journey.ErrorNetwork:
		return "This machine's own network was down."
	case journey.ErrorStarved:
		return "This machine was too busy to look: what failed was not the site's fault."
	case journey.ErrorInterrupted:
		return "Samui was stopped or killed during the visit."
	case journey.ErrorInternal:
		return "Something went wrong inside Samui."
	case journey.ErrorDown:
		return "Samui was not running at that time."
	case journey.ErrorOverlap:
		return "The visit before it was still going on."
	case journey.ErrorLate:
		return "Too many visits waited for their turn."
	case journey.ErrorLimit:
		return "A visit leaves something behind on the site, and its limit was reached: nobody may look."
	default:
		return ""
	}
}
