package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"samui/internal/journey"
)

const (
	// mostInline is how many requests of a step its run's page shows; all are on
	// their own.
	mostInline = 60
	// mostInlineBytes is the largest archive that is read for that.
	mostInlineBytes = 2 << 20
)

// requestPage is what one step of a run fetched.
type requestPage struct {
	frame
	Run       journey.Run
	Step      stepView
	Waterfall waterfall
	Hosts     wireSums
	Kinds     wireSums
	Shows     []choice
	File      string // address of the archive
	Chunks    [][]wireRow
}

// wireSums is what the requests amount to, by something.
type wireSums struct {
	By   string
	Sums []wireCounts
}

// wireShows are the choices of a request page, by their keys.
func wireShows() map[string]func(journey.Fetch) bool {
	return map[string]func(journey.Fetch) bool{
		"":      func(journey.Fetch) bool { return true },
		"wrong": journey.Fetch.Failed,
		"first": func(f journey.Fetch) bool { return !f.ThirdParty },
		"third": func(f journey.Fetch) bool { return f.ThirdParty },
	}
}

func (s *server) requestPage(w http.ResponseWriter, r *http.Request) {
	run, found, err := s.History.Run(r.Context(), r.PathValue("run_id"))
	if err != nil {
		s.sorry(w, r, err)
		return
	}
	n, _ := strconv.Atoi(r.PathValue("n"))
	if !found || n < 1 || n > len(run.Steps) || run.Steps[n-1].Evidence.Waterfall == nil {
		s.notice(w, r, http.StatusNotFound, "There is no such waterfall", "Where nothing was amiss, what a step fetched is kept once an hour.")
		return
	}
	shows := wireShows()[r.FormValue("show")]
	if shows == nil {
		s.notice(w, r, http.StatusNotFound, "There is no such choice", "Go back to the run, and choose again.")
		return
	}
	step := run.Steps[n-1]
	fetched, err := s.fetched(*step.Evidence.Waterfall)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.notice(w, r, http.StatusNotFound, "What this step fetched is gone", "Evidence is kept for a shorter time than runs: retention: {evidence: …}.")
		return
	case err != nil:
		s.sorry(w, r, err)
		return
	}
	page := requestPage{Run: run, Step: s.stepView(run, step), File: evidenceAddress(*step.Evidence.Waterfall)}
	if page.frame, err = s.frame(r, "", fmt.Sprintf("Requests of %s", page.Step.Title)); err != nil {
		s.sorry(w, r, err)
		return
	}
	page.Live = false // it never changes
	page.Waterfall = newWaterfall(fetched, step.Page, len(fetched.Requests), shows)
	page.Hosts = wireSums{"Host", wireGroups(fetched, func(f journey.Fetch) (string, bool) { return hostOf(f.URL), f.ThirdParty })}
	page.Kinds = wireSums{"Kind", wireGroups(fetched, func(f journey.Fetch) (string, bool) { return f.Kind, false })}
	page.Shows = choices(r, "show", []string{"", "wrong", "first", "third"}, []string{"All", "Failed", "The site's own", "Third parties"})
	// Browsers draw what is in sight, piece by piece.
	const chunk = 100
	page.Chunks = slices.Collect(slices.Chunk(page.Waterfall.Rows, chunk))
	s.show(w, r, http.StatusOK, "requests", page)
}

// fetched reads what was kept of a step.
func (s *server) fetched(recorded string) (journey.Waterfall, error) {
	if s.evidence == nil || s.Waterfall == nil {
		return journey.Waterfall{}, fs.ErrNotExist
	}
	f, err := s.evidence.Open(recorded)
	if err != nil {
		return journey.Waterfall{}, err
	}
	defer func() { _ = f.Close() }() // only read
	return s.Waterfall(f)
}

// wire is what a run's page shows of what a step fetched.
type wire struct {
	Drawn waterfall // without rows it is too much to be shown among others
	Page  string    // where all is shown
	File  string
	Gone  bool
}

// wireOf is nil where nothing was kept of a step.
func (s *server) wireOf(run journey.Run, step journey.StepResult) *wire {
	recorded := step.Evidence.Waterfall
	if recorded == nil || s.evidence == nil {
		return nil
	}
	v := wire{Page: fmt.Sprintf("/runs/%s/steps/%d/requests", url.PathEscape(run.RunID), step.Index+1), File: evidenceAddress(*recorded)}
	info, err := s.evidence.Stat(*recorded)
	switch {
	case err != nil:
		v.Gone = true
		return &v
	case info.Size() > mostInlineBytes:
		return &v
	}
	fetched, err := s.fetched(*recorded)
	if err != nil {
		s.log.Warn("reading what a step fetched", "run_id", run.RunID, "step", step.Step, "error", err)
		return &v
	}
	v.Drawn = newWaterfall(fetched, step.Page, mostInline, wireShows()[""])
	return &v
}
