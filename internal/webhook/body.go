package webhook

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// Body is a document on its way.
type Body struct {
	Key  string // incident_id/revision: the same whenever it is sent
	JSON []byte
}

// document is what is sent. Every key is always there; null is not known, or
// not so.
type document struct {
	Delivery string             `json:"delivery"` // incident_id/revision
	Event    incident.EventKind `json:"event"`
	At       time.Time          `json:"at"` // of the event
	By       *string            `json:"by"` // of acknowledged
	Incident state              `json:"incident"`
	Estimate *estimate          `json:"estimate"`
	Links    *links             `json:"links"` // null where Samui's page has no public address
}

// state is an incident after the event.
type state struct {
	IncidentID   string           `json:"incident_id"`
	Revision     int              `json:"revision"`
	Kind         incident.Kind    `json:"kind"`
	Client       string           `json:"client"`
	Site         string           `json:"site"`
	Env          string           `json:"env"`
	Journey      string           `json:"journey"`
	JourneyTitle string           `json:"journey_title"`
	Stage        string           `json:"stage"`
	Location     string           `json:"location"`
	Device       string           `json:"device"`
	Network      string           `json:"network"`
	Step         string           `json:"step"`
	StepTitle    string           `json:"step_title"`
	State        incident.State   `json:"state"`
	Severity     journey.Outcome  `json:"severity"`
	Peak         journey.Outcome  `json:"peak"`
	Title        string           `json:"title"`
	Cause        string           `json:"cause"`
	WaitMs       *float64         `json:"wait_ms"`
	ThresholdMs  *float64         `json:"threshold_ms"`
	Failure      *failure         `json:"failure"`
	Runs         *runs            `json:"runs"`
	RunID        *string          `json:"run_id"`
	Affected     []string         `json:"affected"`
	Since        time.Time        `json:"since"`
	OpenedAt     time.Time        `json:"opened_at"`
	ResolvedAt   *time.Time       `json:"resolved_at"`
	Acknowledged *acknowledgement `json:"acknowledged"`
}

type failure struct {
	Message string   `json:"message"`
	Nearest []string `json:"nearest"`
	Hint    *string  `json:"hint"`
	Line    *string  `json:"line"`
}

// runs says that so many of the last so many counted.
type runs struct {
	Count int `json:"count"`
	Of    int `json:"of"`
}

type acknowledgement struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
}

// estimate is the share of customers that the wait is likely to cost.
type estimate struct {
	Loss  float64 `json:"loss"` // 0 to 1
	Basis string  `json:"basis"`
	Text  string  `json:"text"` // for people
}

type links struct {
	Incident string  `json:"incident"`
	Run      *string `json:"run"`
	Journey  *string `json:"journey"`
}

// Encode is the document of a change. publicURL is where Samui's page is; empty
// = nowhere.
func Encode(c incident.Change, publicURL string) (Body, error) {
	key := c.Incident.ID + "/" + strconv.Itoa(c.Incident.Revision)
	encoded, err := json.Marshal(document{
		Delivery: key, Event: c.Event.Kind, At: c.Event.At.UTC(), By: word(c.Event.By),
		Incident: stateOf(c.Incident), Estimate: estimateOf(c.Incident.Worst), Links: linksOf(c.Incident, publicURL),
	})
	return Body{Key: key, JSON: encoded}, err
}

func stateOf(i incident.Incident) state {
	w := i.Worst
	s := state{
		IncidentID: i.ID, Revision: i.Revision, Kind: i.Kind, Client: i.Client, Site: i.Site, Env: i.Env,
		Journey: i.Journey, JourneyTitle: i.Title, Stage: i.Stage, Location: i.Location,
		Device: w.Device, Network: w.Network, Step: w.Step, StepTitle: w.StepTitle,
		State: i.State, Severity: i.Severity, Peak: i.Peak, Title: i.Name(), Cause: i.Cause(),
		WaitMs: w.WaitMs, ThresholdMs: w.LimitMs, RunID: word(w.RunID), Affected: i.Affected,
		Since: i.Since.UTC(), OpenedAt: i.OpenedAt.UTC(),
	}
	if s.Affected == nil {
		s.Affected = []string{}
	}
	if w.Message != "" {
		s.Failure = &failure{Message: w.Message, Nearest: w.Nearest, Hint: word(w.Hint), Line: word(w.Line)}
		if w.Nearest == nil {
			s.Failure.Nearest = []string{}
		}
	}
	if w.Of > 0 {
		s.Runs = &runs{Count: w.Count, Of: w.Of}
	}
	if i.ResolvedAt != nil {
		s.ResolvedAt = new(i.ResolvedAt.UTC())
	}
	if i.Ack != nil {
		s.Acknowledged = &acknowledgement{At: i.Ack.At.UTC(), By: i.Ack.By}
	}
	return s
}

func estimateOf(s incident.Sighting) *estimate {
	if s.Loss == nil {
		return nil
	}
	text := journey.Abandonment{Low: *s.Loss, High: *s.Loss, Basis: s.Basis}.String()
	return &estimate{Loss: *s.Loss, Basis: s.Basis, Text: text + ", on this device and connection"}
}

func linksOf(i incident.Incident, publicURL string) *links {
	if publicURL == "" {
		return nil
	}
	base := strings.TrimRight(publicURL, "/")
	l := &links{Incident: base + "/incidents/" + url.PathEscape(i.ID)}
	if i.Worst.RunID != "" {
		l.Run = new(base + "/runs/" + url.PathEscape(i.Worst.RunID))
	}
	if i.Kind == incident.KindSite {
		l.Journey = new(base + "/journeys/" + url.PathEscape(i.Site) + "/" + url.PathEscape(i.Journey))
	}
	return l
}

// word is a text that isn't there where it is empty.
func word(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
