package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// mostRows bounds the overview; more are reached by the filter.
const mostRows = 200

// overviewPage is everything at a glance.
type overviewPage struct {
	frame
	Period    period
	Periods   []choice
	Clients   []choice
	Client    string // the filter; empty = all
	Axis      axis
	Incidents []incidentRow
	Refusals  refusalList
	Bands     []countOf
	Runs      []countOf
	RunsN     int
	Groups    []clientGroup
	Rows, Cut int // journeys on devices that are shown, and that aren't
}

// clientGroup is a client's sites.
type clientGroup struct {
	Client string
	Sites  []siteGroup
}

// siteGroup is a site's journeys by the stages of a customer's life.
type siteGroup struct {
	Site    string
	Title   string // for people
	Bands   []countOf
	Watched int // stages
	Stages  []stageGroup
}

// stageGroup is the journeys of a stage; none of them is a gap.
type stageGroup struct {
	Stage journey.Stage
	Rows  []overviewRow
}

// overviewRow is a journey on a device.
type overviewRow struct {
	Journey
	Band  journey.Outcome // of the newest run that looked; empty where none did
	Last  *lastRun
	Strip strip
	Waits []percentile
	Timed int // runs behind the waits …
	N     int // … of so many in the period
}

// lastRun is the newest result of a journey on a device.
type lastRun struct {
	RunID   string
	Outcome journey.Outcome
	Where   string // the step that made it so; empty where all is well
	When    moment
}

func (s *server) overview(w http.ResponseWriter, r *http.Request) {
	p, ok := periodOf(r)
	if !ok {
		s.notice(w, r, http.StatusBadRequest, "There is no such period", "It is one of 24h, 7d and 30d: /?period=7d")
		return
	}
	page := overviewPage{Period: p, Periods: periodChoices(r), Client: r.FormValue("client")}
	var err error
	if page.frame, err = s.frame(r, "overview", "Overview"); err == nil {
		err = s.fillOverview(r, &page)
	}
	if err != nil {
		s.sorry(w, r, err)
		return
	}
	s.show(w, r, http.StatusOK, "overview", page)
}

func (s *server) fillOverview(r *http.Request, page *overviewPage) error {
	ctx, now := r.Context(), page.Now.At
	registered := s.Journeys()
	page.Clients = clientChoices(r, registered)
	page.Refusals = refusals(registered)
	page.Incidents = rowsOf(slices.DeleteFunc(slices.Clone(page.open), func(i incident.Incident) bool {
		return page.Client != "" && i.Client != page.Client && i.Kind != incident.KindProbe
	}), now)
	shown := slices.DeleteFunc(slices.Clone(registered), func(j Journey) bool {
		return j.Device == "" || page.Client != "" && j.Client != page.Client
	})
	slices.SortStableFunc(shown, func(a, b Journey) int {
		return cmp.Or(strings.Compare(a.Client, b.Client), strings.Compare(a.Site, b.Site), stageIndex(a.Stage)-stageIndex(b.Stage))
	})
	if len(shown) > mostRows {
		page.Cut = len(shown) - mostRows
		shown = shown[:mostRows]
	}
	page.Rows = len(shown)
	last, err := s.latest(ctx)
	if err != nil {
		return err
	}
	points, err := s.allPoints(ctx, shown, now.Add(-page.Period.Length))
	if err != nil {
		return err
	}
	page.Axis = axisOf(page.Period.Length, oldest(points, now), now)
	runs, bands := map[journey.Outcome]int{}, map[journey.Outcome]int{}
	for i, j := range shown {
		var newest *journey.Run
		if run, found := last[place{j.Site, j.Journey, j.Device}]; found {
			newest = &run
		}
		row := newRow(j, points[i], newest, page.Axis, now)
		page.Groups = grouping(page.Groups, row)
		for _, c := range tally(points[i]) {
			runs[c.Outcome] += c.N
			page.RunsN += c.N
		}
		bands[row.Band]++
	}
	page.Runs, page.Bands = counts(runs), counts(bands)
	for _, c := range page.Groups {
		for i := range c.Sites {
			c.Sites[i].count()
		}
	}
	return nil
}

func stageIndex(stage journey.Stage) int { return slices.Index(journey.Stages(), stage) }

// askedAtOnce is how many journeys' results are read at the same time: a month
// of all of them is the most that a page costs.
const askedAtOnce = 3

// allPoints are the results of each journey since a time.
func (s *server) allPoints(ctx context.Context, of []Journey, since time.Time) ([][]Point, error) {
	all, errs := make([][]Point, len(of)), make([]error, askedAtOnce)
	var next atomic.Int64
	var asking sync.WaitGroup
	for n := range askedAtOnce {
		asking.Go(func() {
			for errs[n] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(of) {
					return
				}
				all[i], errs[n] = s.Figures.Points(ctx, of[i].Site, of[i].Journey, of[i].Device, since)
			}
		})
	}
	asking.Wait()
	return all, errors.Join(errs...)
}

// oldest is the time of the first result there is, now where there is none.
func oldest(all [][]Point, now time.Time) time.Time {
	first := now
	for _, points := range all {
		if len(points) > 0 && points[0].At.Before(first) {
			first = points[0].At
		}
	}
	return first
}

// newRow is a journey with the points of a period and its newest run, nil where
// there is none.
func newRow(j Journey, points []Point, newest *journey.Run, a axis, now time.Time) overviewRow {
	waits := waitsOf(points)
	row := overviewRow{Journey: j, Strip: newStrip(points, a), Waits: percentiles(waits), Timed: len(waits), N: len(points)}
	if newest == nil {
		return row
	}
	last := *newest
	row.Last = &lastRun{RunID: last.RunID, Outcome: last.Outcome, Where: whereOf(last), When: momentOf(timeOf(last), now)}
	row.Band = last.Outcome
	// Whether somebody looked is Samui's; what customers met last stays true.
	for _, p := range slices.Backward(points) {
		if p.Outcome != journey.ProbeError && p.Outcome != journey.Missed {
			row.Band = p.Outcome
			break
		}
	}
	return row
}

// timeOf is what history is ordered by: a run's slot, else its start.
func timeOf(run journey.Run) time.Time {
	if at := cmp.Or(run.Slot, run.StartedAt); at != nil {
		return *at
	}
	return time.Time{}
}

// whereOf is the title of the step that a run has its outcome from; empty where
// it is good, or no step's.
func whereOf(run journey.Run) string {
	for _, step := range run.Steps {
		if step.Outcome == run.Outcome && run.Outcome != journey.Good {
			return cmp.Or(step.Title, step.Step)
		}
	}
	return ""
}

// grouping adds a row, in whose order clients, sites and stages stand.
func grouping(groups []clientGroup, row overviewRow) []clientGroup {
	if n := len(groups); n == 0 || groups[n-1].Client != row.Client {
		groups = append(groups, clientGroup{Client: row.Client})
	}
	c := &groups[len(groups)-1]
	if n := len(c.Sites); n == 0 || c.Sites[n-1].Site != row.Site {
		site := siteGroup{Site: row.Site, Title: cmp.Or(row.SiteTitle, row.Site)}
		for _, stage := range journey.Stages() {
			site.Stages = append(site.Stages, stageGroup{Stage: stage})
		}
		c.Sites = append(c.Sites, site)
	}
	if i := stageIndex(row.Stage); i >= 0 {
		stage := &c.Sites[len(c.Sites)-1].Stages[i]
		stage.Rows = append(stage.Rows, row)
	}
	return groups
}

// count sums up a site.
func (g *siteGroup) count() {
	n := map[journey.Outcome]int{}
	for _, stage := range g.Stages {
		if len(stage.Rows) > 0 {
			g.Watched++
		}
		for _, row := range stage.Rows {
			n[row.Band]++
		}
	}
	g.Bands = counts(n)
}

// clientChoices are the filter: everybody, and each client.
func clientChoices(r *http.Request, registered []Journey) []choice {
	var clients []string
	for _, j := range registered {
		if j.Device != "" && !slices.Contains(clients, j.Client) {
			clients = append(clients, j.Client)
		}
	}
	if len(clients) < 2 {
		return nil
	}
	slices.Sort(clients)
	return choices(r, "client", append([]string{""}, clients...), append([]string{"All clients"}, clients...))
}

// mostRefusals bounds the files whose mistakes are shown.
const mostRefusals = 20

// refusalList is what is wrong with files.
type refusalList struct {
	N     int // files
	Shown []string
}

// Cut is how many are not shown.
func (l refusalList) Cut() int { return l.N - len(l.Shown) }

// refusals are the mistakes of files, each file once although it has several
// devices.
func refusals(registered []Journey) (l refusalList) {
	seen := map[string]bool{}
	for _, j := range registered {
		if j.Refused == "" || seen[j.Refused] {
			continue
		}
		seen[j.Refused] = true
		if l.N++; l.N <= mostRefusals {
			l.Shown = append(l.Shown, j.Refused)
		}
	}
	return l
}
