package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"samui/internal/journey"
)

const (
	usualRuns = 50
	mostRuns  = 500
	day       = 24 * time.Hour
)

// summary is a registered journey on a device, and how it has been.
type summary struct {
	Client  string                  `json:"client"`
	Site    string                  `json:"site"`
	Journey string                  `json:"journey"`
	Title   string                  `json:"title"`
	Stage   journey.Stage           `json:"stage"`
	Every   string                  `json:"every"`
	Device  string                  `json:"device"`
	LastRun *journey.Run            `json:"last_run"`
	Runs24h map[journey.Outcome]int `json:"runs_24h"`
	WaitMs  quantiles               `json:"wait_ms"`
	Refused *string                 `json:"refused"`
	Effects *leaves                 `json:"effects"`
	// StopBefore is the step before which visits stop.
	StopBefore *string  `json:"stop_before"`
	Tags       []string `json:"tags"`
	Enabled    bool     `json:"enabled"` // false: it isn't walked on its schedule
}

// leaves is what a journey leaves behind on the site.
type leaves struct {
	Leaves string  `json:"leaves"`
	Step   *string `json:"step"`  // null: any step may
	Limit  *string `json:"limit"` // 4/day
	Used   int     `json:"used"`  // in the period that counts now
}

// quantiles are of the waits of the last 24 hours; null where there were none.
type quantiles struct {
	P50 *float64 `json:"p50"`
	P75 *float64 `json:"p75"`
	P95 *float64 `json:"p95"`
}

type place struct{ site, journey, device string }

func (s *server) journeys(w http.ResponseWriter, r *http.Request) {
	ctx, since := r.Context(), s.now().Add(-day)
	last, err := s.latest(ctx)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	all := []summary{}
	for _, j := range s.Journeys() {
		sum, err := s.summary(ctx, j, since)
		if err != nil {
			s.broken(w, r, err)
			return
		}
		if run, found := last[place{j.Site, j.Journey, j.Device}]; found {
			sum.LastRun = &run
		}
		all = append(all, sum)
	}
	s.answer(w, http.StatusOK, all)
}

// latest are the newest runs of each series.
func (s *server) latest(ctx context.Context) (map[place]journey.Run, error) {
	runs, err := s.History.Latest(ctx)
	if err != nil {
		return nil, err
	}
	last := make(map[place]journey.Run, len(runs))
	for _, run := range runs {
		last[place{run.Site, run.Journey, run.Device}] = withURLs(run)
	}
	return last, nil
}

func (s *server) summary(ctx context.Context, j Journey, since time.Time) (summary, error) {
	sum := summary{
		Client: j.Client, Site: j.Site, Journey: j.Journey, Title: j.Title, Stage: j.Stage,
		Every: j.Every, Device: j.Device, Runs24h: map[journey.Outcome]int{},
		Tags: append([]string{}, j.Tags...), Enabled: !j.Disabled,
	}
	if j.Refused != "" {
		sum.Refused = &j.Refused
	}
	if j.StopBefore != "" {
		sum.StopBefore = &j.StopBefore
	}
	left, err := s.left(ctx, j)
	if err != nil {
		return summary{}, err
	}
	if left != nil {
		sum.Effects = &leaves{Leaves: left.Name, Step: given(left.Step), Limit: given(left.Limit.String()), Used: left.Used}
	}
	points, err := s.Figures.Points(ctx, j.Site, j.Journey, j.Device, since)
	if err != nil {
		return summary{}, err
	}
	for _, o := range outcomesOfRuns() { // so that every reader finds every key
		sum.Runs24h[o] = 0
	}
	for _, c := range tally(points) {
		sum.Runs24h[c.Outcome] = c.N
	}
	waits := waitsOf(points)
	sum.WaitMs = quantiles{quantile(waits, 0.50), quantile(waits, 0.75), quantile(waits, 0.95)}
	return sum, nil
}

// left is what a journey leaves behind; nil = nothing.
func (s *server) left(ctx context.Context, j Journey) (*Effects, error) {
	if s.Effects == nil {
		return nil, nil
	}
	return s.Effects(ctx, j.Site, j.Journey)
}

// given is a text, or null where there is none.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (s *server) runs(w http.ResponseWriter, r *http.Request) {
	query := Query{Site: r.PathValue("site"), Journey: r.PathValue("journey"), Limit: usualRuns}
	if text := r.FormValue("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostRuns {
			s.problem(w, http.StatusBadRequest, "limit is not a number from 1 to "+strconv.Itoa(mostRuns), "limit="+strconv.Itoa(usualRuns))
			return
		}
		query.Limit = n
	}
	if text := r.FormValue("before"); text != "" {
		found, err := s.before(r.Context(), &query, text)
		if err != nil {
			s.broken(w, r, err)
			return
		}
		if !found {
			s.problem(w, http.StatusBadRequest, "before is neither a run_id of this installation nor a time", "before=2026-01-01T10:00:00Z, or the run_id of the last run that you have")
			return
		}
	}
	found, err := s.History.Runs(r.Context(), query)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	all := []journey.Run{}
	for _, run := range found {
		all = append(all, withURLs(run))
	}
	s.answer(w, http.StatusOK, all)
}

// before has the query go on after a run that the asker has, or at a time.
func (s *server) before(ctx context.Context, q *Query, text string) (bool, error) {
	if at, ok := parseTime(text); ok {
		q.Before = at
		return true, nil
	}
	run, found, err := s.History.Run(ctx, text)
	if err != nil || !found {
		return false, err
	}
	q.BeforeID = run.RunID
	if at := cmp.Or(run.Slot, run.StartedAt); at != nil {
		q.Before = *at
	}
	return true, nil
}

func (s *server) run(w http.ResponseWriter, r *http.Request) {
	run, found, err := s.History.Run(r.Context(), r.PathValue("run_id"))
	switch {
	case err != nil:
		s.broken(w, r, err)
	case !found:
		s.problem(w, http.StatusNotFound, "there is no such run", "it may have been longer ago than retention: keeps runs")
	default:
		s.answer(w, http.StatusOK, withURLs(run))
	}
}

// at leads to the page of the run nearest to a time: dashboards know times, not runs.
func (s *server) at(w http.ResponseWriter, r *http.Request) {
	at, ok := parseTime(r.FormValue("time"))
	if !ok {
		s.problem(w, http.StatusBadRequest, "time is not a time", "time=2026-01-01T10:00:00Z, or milliseconds since 1970 as Grafana has them")
		return
	}
	id, found, err := s.History.Nearest(r.Context(), Near{
		Site: r.FormValue("site"), Journey: r.FormValue("journey"), Step: r.FormValue("step"),
		Location: r.FormValue("location"), At: at,
	})
	switch {
	case err != nil:
		s.broken(w, r, err)
	case !found:
		s.problem(w, http.StatusNotFound, "there is no run of that", "the names are those of /api/journeys")
	default:
		http.Redirect(w, r, "/runs/"+url.PathEscape(id), http.StatusFound)
	}
}

// parseTime reads RFC 3339, and milliseconds since 1970.
func parseTime(text string) (time.Time, bool) {
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at.UTC(), true
	}
	// A plus sign of a zone that wasn't escaped has become a blank.
	if at, err := time.Parse(time.RFC3339Nano, strings.Replace(text, " ", "+", 1)); err == nil {
		return at.UTC(), true
	}
	ms, err := strconv.ParseInt(text, 10, 64)
	return time.UnixMilli(ms).UTC(), err == nil
}

func (s *server) healthz(w http.ResponseWriter, r *http.Request) {
	health, status := s.Health(r.Context()), http.StatusOK
	if !health.OK() {
		status = http.StatusServiceUnavailable
	}
	s.answer(w, status, health)
}

// nothing is what is where nothing is: a page for people, JSON for programs.
func (s *server) nothing(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		s.notice(w, r, http.StatusNotFound, "There is nothing here", "The address may be mistyped, or what it led to is gone.")
		return
	}
	s.problem(w, http.StatusNotFound, "there is nothing here", "the page /api lists what there is")
}
