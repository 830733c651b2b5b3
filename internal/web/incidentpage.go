package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

const (
	// mostResolved bounds the list of what is over.
	mostResolved = 50
	// mostName bounds the name of who acknowledges.
	mostName = 80
)

// incidentsPage is what isn't as it should be, and what was not.
type incidentsPage struct {
	frame
	Open, Resolved []incidentRow
	CutOpen, Cut   bool // there are more than those
}

func (s *server) incidentsPage(w http.ResponseWriter, r *http.Request) {
	page := incidentsPage{}
	var err error
	if page.frame, err = s.frame(r, "incidents", "Incidents"); err == nil {
		err = s.fillIncidentsPage(r, &page)
	}
	if err != nil {
		s.sorry(w, r, err)
		return
	}
	s.show(w, r, http.StatusOK, "incidents", page)
}

func (s *server) fillIncidentsPage(r *http.Request, page *incidentsPage) error {
	if s.Incidents == nil {
		return nil
	}
	over, err := s.Incidents.Incidents(r.Context(), IncidentQuery{State: incident.Resolved, Limit: mostResolved})
	if err != nil {
		return err
	}
	page.Open, page.Resolved = rowsOf(page.open, page.Now.At), rowsOf(over, page.Now.At)
	page.CutOpen, page.Cut = len(page.open) == mostOpen, len(over) == mostResolved
	return nil
}

// incidentPage is one incident.
type incidentPage struct {
	frame
	incidentRow
	Seen    moment      // when the worst was seen
	Loss    string      // the estimate of those lost to the wait; empty = none
	Picture string      // address; empty = none is kept
	Browser *newBrowser // with which it was seen; nil = it wasn't new
	Events  []eventRow
	Cut     bool // events were left out
}

// eventRow is what happened to an incident.
type eventRow struct {
	incident.Event
	When moment
	What string
}

func (s *server) incidentPage(w http.ResponseWriter, r *http.Request) {
	one, found, err := s.incident(r)
	if err == nil && !found {
		s.notice(w, r, http.StatusNotFound, "There is no such incident", "The page /incidents lists those that there are.")
		return
	}
	var page incidentPage
	if err == nil {
		page.frame, err = s.frame(r, "incidents", one.Name())
	}
	if err != nil {
		s.sorry(w, r, err)
		return
	}
	now := page.Now.At
	page.incidentRow, page.Seen = rowOf(one, now), momentOf(one.Worst.At, now)
	if loss := one.Worst.Loss; loss != nil && one.Worst.Basis != "" {
		page.Loss = journey.Abandonment{Low: *loss, High: *loss, Basis: one.Worst.Basis}.String()
	}
	if one.Update != nil {
		page.Browser = spell(*one.Update, now)
	}
	if one.Worst.Picture != "" && s.kept(one.Worst.Picture) {
		page.Picture = evidenceAddress(one.Worst.Picture)
	}
	for _, e := range one.Events {
		page.Events = append(page.Events, eventRow{e, momentOf(e.At, now), eventWords(e)})
	}
	page.Cut = len(one.Events) == incident.MaxEvents
	s.show(w, r, http.StatusOK, "incident", page)
}

func (s *server) incident(r *http.Request) (incident.Incident, bool, error) {
	if s.Incidents == nil {
		return incident.Incident{}, false, nil
	}
	return s.Incidents.Incident(r.Context(), r.PathValue("id"))
}

// acknowledge notes that somebody takes care, and leads back to the incident.
func (s *server) acknowledge(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	if err := r.ParseForm(); err != nil {
		s.notice(w, r, http.StatusBadRequest, "That form can't be read", "It has one field, by: a name.")
		return
	}
	by := strings.Join(strings.Fields(r.PostForm.Get("by")), " ")
	if runes := []rune(by); len(runes) > mostName {
		by = string(runes[:mostName])
	}
	if by == "" {
		by = "somebody"
		if s.Auth != nil {
			by = s.Auth.User
		}
	}
	id := r.PathValue("id")
	done := false
	if s.Incidents != nil {
		var err error
		if done, err = s.Incidents.Acknowledge(r.Context(), id, by); err != nil {
			s.sorry(w, r, err)
			return
		}
	}
	if !done {
		s.notice(w, r, http.StatusNotFound, "There is nothing to acknowledge", "The incident is over, or there was none. The page /incidents lists those that there are.")
		return
	}
	http.Redirect(w, r, "/incidents/"+url.PathEscape(id), http.StatusSeeOther)
}

// eventWords say what happened.
func eventWords(e incident.Event) string {
	switch e.Kind {
	case incident.Opened:
		return "opened"
	case incident.Worsened:
		return "became worse"
	case incident.Improved:
		return "became better"
	case incident.Moved:
		return "is about something else now"
	case incident.Reminded:
		return "goes on; a reminder was sent"
	case incident.Acknowledged:
		return "acknowledged"
	case incident.Resolution:
		return "resolved"
	case incident.Reopened:
		return "came back"
	default:
		return string(e.Kind)
	}
}

// incidentAnswer is an incident as the API gives it.
type incidentAnswer struct {
	IncidentID string          `json:"incident_id"`
	Site       string          `json:"site"`
	Journey    string          `json:"journey"`
	Step       string          `json:"step"`
	Severity   journey.Outcome `json:"severity"`
	State      incident.State  `json:"state"`
	OpenedAt   time.Time       `json:"opened_at"`
	ResolvedAt *time.Time      `json:"resolved_at"`
	Title      string          `json:"title"`
	Cause      string          `json:"cause"`
}

// incidents answers with those of a state, or with all.
func (s *server) incidents(w http.ResponseWriter, r *http.Request) {
	state := incident.State(r.FormValue("state"))
	switch state {
	case "", incident.Open, incident.Resolved:
	default:
		s.problem(w, http.StatusBadRequest, "state is neither open nor resolved", "state=open")
		return
	}
	answers := []incidentAnswer{}
	if s.Incidents != nil {
		found, err := s.Incidents.Incidents(r.Context(), IncidentQuery{State: state, Limit: mostRuns})
		if err != nil {
			s.broken(w, r, err)
			return
		}
		for _, i := range found {
			answers = append(answers, answerOf(i))
		}
	}
	s.answer(w, http.StatusOK, answers)
}

func answerOf(i incident.Incident) incidentAnswer {
	a := incidentAnswer{
		IncidentID: i.ID, Site: i.Site, Journey: i.Journey, Step: i.Worst.Step, Severity: i.Severity, State: i.State,
		OpenedAt: i.OpenedAt.UTC(), Title: i.Name(), Cause: i.Cause(),
	}
	if i.ResolvedAt != nil {
		at := i.ResolvedAt.UTC()
		a.ResolvedAt = &at
	}
	return a
}
