package web

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// runsOnPage is how many runs a page of a journey lists.
const runsOnPage = 25

// journeyPage is a journey on one of its devices.
type journeyPage struct {
	frame
	Journey
	Registered bool // it is walked now
	Period     period
	Periods    []choice
	Devices    []choice
	Row        overviewRow
	Axis       axis
	Runs       []countOf
	Through    string // how many visits went through
	Lost       string // the estimate for the whole journey; empty = none
	Funnel     []funnelStep
	Sampled    sampled
	Stuck      []remark
	Served     []remark
	Trends     []trend
	Thinned    int         // so many runs the dots of a trend stand for; 0 = each for one
	Starved    bool        // some of the dots
	Turned     bool        // some of the trends have marks of what changed
	Browser    *newBrowser // nil = it isn't new
	Leaves     string      // what visits leave behind, and how much of it was; empty = nothing
	Open       []incidentRow
	Resolved   []incidentRow
	List       []listedRun
	Older      string // address of the next page of the list; empty = this is the last
	Paged      bool   // the list doesn't begin with the newest
	Newest     string // address of the list's first page
}

// funnelStep is a step, and who is still there after it.
type funnelStep struct {
	*stepFigures
	Least, Most float64 // those still there, in percent
	Left        string  // the same in words; empty = no estimate up to here
	LostHere    string  // the estimate for the step alone; empty = none
}

// listedRun is a run in a list.
type listedRun struct {
	journey.Run
	When  moment
	Where string
	Why   string // of a failure, or of ours
}

func (s *server) journeyPage(w http.ResponseWriter, r *http.Request) {
	p, ok := periodOf(r)
	if !ok {
		s.notice(w, r, http.StatusBadRequest, "There is no such period", "It is one of 24h, 7d and 30d: ?period=7d")
		return
	}
	page, found, err := s.newJourneyPage(r, p)
	switch {
	case err != nil:
		s.sorry(w, r, err)
	case !found:
		s.notice(w, r, http.StatusNotFound, "There is no such journey", "It is not registered, and no run of it was recorded. The overview lists those that there are.")
	default:
		s.show(w, r, http.StatusOK, "journey", page)
	}
}

func (s *server) newJourneyPage(r *http.Request, p period) (page journeyPage, found bool, err error) {
	ctx := r.Context()
	page.Journey, page.Registered, page.Devices, err = s.chosen(r)
	if err != nil || page.Device == "" {
		return page, false, err
	}
	newest, err := s.newest(ctx, page.Journey)
	if err != nil {
		return page, true, err
	}
	if page.frame, err = s.frame(r, "", page.Title()); err != nil {
		return page, true, err
	}
	now := page.Now.At
	page.Period, page.Periods = p, periodChoices(r)
	points, err := s.Figures.Points(ctx, page.Site, page.Journey.Journey, page.Device, now.Add(-p.Length))
	if err != nil {
		return page, true, err
	}
	turns, err := s.Figures.Turns(ctx, page.Site, page.Journey.Journey, page.Device, now.Add(-max(p.Length, incident.UpdateHolds)))
	if err != nil {
		return page, true, err
	}
	page.Browser = isNew(turns, now)
	page.Axis = axisOf(p.Length, oldest([][]Point{points}, now), now)
	left, err := s.left(ctx, page.Journey)
	if err != nil {
		return page, true, err
	}
	if left != nil {
		page.Leaves = left.Left(left.Used)
	}
	page.Row = newRow(page.Journey, points, newest, page.Axis, now)
	page.Row.Strip.Marks = marks(ofBrowser(turns), page.Axis, page.Axis.share)
	page.Runs, page.Through = tally(points), through(points)
	if page.Sampled, err = s.stepsOf(ctx, points, turns); err != nil {
		return page, true, err
	}
	page.tell(turns)
	if err := s.fillIncidents(ctx, &page); err != nil {
		return page, true, err
	}
	return page, true, s.fillList(r, &page)
}

// newest is the last run of a journey on its device; nil where there is none.
func (s *server) newest(ctx context.Context, j Journey) (*journey.Run, error) {
	runs, err := s.History.Runs(ctx, Query{Site: j.Site, Journey: j.Journey, Device: j.Device, Limit: 1})
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	return &runs[0], nil
}

// Title is the journey's, which the document shares.
func (p journeyPage) Title() string { return cmp.Or(p.Journey.Title, p.Journey.Journey) }

// chosen is the journey of a request on the device that it asks for, else the
// first there is. A journey that isn't registered any more is known by its
// runs. Its device is empty where there is no such journey.
func (s *server) chosen(r *http.Request) (j Journey, registered bool, devices []choice, err error) {
	site, id := r.PathValue("site"), r.PathValue("journey")
	var all []Journey
	for _, j := range s.Journeys() {
		if j.Site == site && j.Journey == id && j.Device != "" {
			all = append(all, j)
		}
	}
	registered = len(all) > 0
	if !registered {
		if all, err = s.remembered(r.Context(), site, id); err != nil || len(all) == 0 {
			return Journey{}, false, nil, err
		}
	}
	j = all[0]
	var names []string
	for _, one := range all {
		names = append(names, one.Device)
		if one.Device == r.FormValue("device") {
			j = one
		}
	}
	devices = choices(r, "device", names, names)
	for i := range devices {
		devices[i].Current = names[i] == j.Device
	}
	return j, registered, devices, nil
}

// remembered is a journey on each of its devices, as its newest runs tell.
func (s *server) remembered(ctx context.Context, site, id string) ([]Journey, error) {
	last, err := s.latest(ctx)
	var all []Journey
	for at, run := range last {
		if at.site == site && at.journey == id {
			all = append(all, Journey{Client: run.Client, Site: site, Journey: id, Title: run.Title, Stage: run.Stage, Device: at.device})
		}
	}
	slices.SortFunc(all, func(a, b Journey) int { return cmp.Compare(a.Device, b.Device) })
	return all, err
}

// through says how many of the visits that could look went to their end.
func through(points []Point) string {
	looked, ended := 0, 0
	for _, p := range points {
		switch {
		case p.Outcome.Timed():
			looked++
			ended++
		case p.Outcome == journey.Failed:
			looked++
		}
	}
	if looked == 0 {
		return ""
	}
	percent := 100 * float64(ended) / float64(looked)
	text := fmt.Sprintf("%.1f%%", percent)
	if ended == looked || ended == 0 {
		text = fmt.Sprintf("%.0f%%", percent)
	}
	return fmt.Sprintf("%s of %s", text, counted(looked, "visit", "visits"))
}

// tell draws what the steps amount to.
func (p *journeyPage) tell(turns []Turn) {
	worst, stay := 0.0, 1.0
	known := p.Sampled.Basis != ""
	for _, f := range p.Sampled.Steps {
		step := funnelStep{stepFigures: f}
		if f.Loss != nil && p.Sampled.Basis != "" {
			step.LostHere = "estimated " + share(f.Loss.Low, f.Loss.High)
		}
		if f.Loss == nil {
			known = false // of those who come later nobody knows how many are left
		} else {
			worst = max(worst, f.Loss.Low)
			stay *= 1 - f.Loss.High
		}
		if known {
			lost := journey.Abandonment{Low: worst, High: max(worst, 1-stay)}
			step.Least, step.Most = round1(100*(1-lost.High)), round1(100*(1-lost.Low))
			step.Left = share(1-lost.High, 1-lost.Low)
			p.Lost = journey.Abandonment{Low: lost.Low, High: lost.High, Basis: p.Sampled.Basis}.String()
		}
		p.Funnel = append(p.Funnel, step)
		t := newTrend(f, p.Axis)
		changed, _ := ofStep(turns, f.Step)
		t.Marks = marks(append(ofBrowser(turns), changed...), p.Axis, p.Axis.x)
		if f.Begun.After(p.Axis.From) {
			t.Anew = new(momentOf(f.Begun, p.Now.At))
		}
		p.Turned = p.Turned || len(t.Marks) > 0
		p.Thinned = max(p.Thinned, t.Thinned)
		p.Starved = p.Starved || slices.ContainsFunc(t.Dots, func(d dot) bool { return d.Starved })
		p.Trends = append(p.Trends, t)
	}
	if !known {
		p.Lost = ""
	}
	p.Stuck, p.Served = remarks(p.Sampled.Steps)
}

// share is a range in whole percents, once where both ends are equal.
func share(low, high float64) string {
	l, h := math.Round(round1(100*low)), math.Round(round1(100*high))
	if l == h {
		return fmt.Sprintf("%.0f%%", l)
	}
	return fmt.Sprintf("%.0f–%.0f%%", l, h)
}

// fillIncidents adds those of the journey.
func (s *server) fillIncidents(ctx context.Context, page *journeyPage) error {
	if s.Incidents == nil {
		return nil
	}
	all, err := s.Incidents.Incidents(ctx, IncidentQuery{Site: page.Site, Journey: page.Journey.Journey, Limit: 10})
	if err != nil {
		return err
	}
	for _, row := range rowsOf(all, page.Now.At) {
		if row.State == incident.Open {
			page.Open = append(page.Open, row)
		} else {
			page.Resolved = append(page.Resolved, row)
		}
	}
	return nil
}

// fillList adds the runs themselves, newest first.
func (s *server) fillList(r *http.Request, page *journeyPage) error {
	ctx := r.Context()
	query := Query{Site: page.Site, Journey: page.Journey.Journey, Device: page.Device, Limit: runsOnPage + 1}
	if before := r.FormValue("before"); before != "" {
		found, err := s.before(ctx, &query, before)
		if err != nil {
			return err
		}
		page.Paged = found
	}
	runs, err := s.History.Runs(ctx, query)
	if err != nil {
		return err
	}
	address := func(before string) string {
		q := r.URL.Query()
		q.Set("before", before)
		if before == "" {
			q.Del("before")
		}
		return (&url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: q.Encode(), Fragment: "runs"}).String()
	}
	page.Newest = address("")
	if len(runs) > runsOnPage {
		runs = runs[:runsOnPage]
		page.Older = address(runs[runsOnPage-1].RunID)
	}
	for _, run := range runs {
		page.List = append(page.List, listed(run, page.Now.At))
	}
	return nil
}

func listed(run journey.Run, now time.Time) listedRun {
	l := listedRun{Run: run, When: momentOf(timeOf(run), now), Where: whereOf(run)}
	if run.Error != nil {
		l.Why = run.Error.Message
	}
	for _, step := range run.Steps {
		if step.Failure != nil && step.Outcome == run.Outcome {
			l.Why = step.Failure.Message
			break
		}
	}
	return l
}
