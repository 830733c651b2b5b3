package incident

import (
	"fmt"
	"strings"
	"time"

	"samui/internal/journey"
)

// Kind says whose trouble an incident is.
type Kind string

// The kinds. Only the first is the site's and counts as the customers' loss;
// the others are told to those who run Samui (ops).
const (
	KindSite  Kind = "site"  // customers wait too long or can't go on
	KindWall  Kind = "wall"  // the site turns the robot away
	KindProbe Kind = "probe" // Samui can't look, or looked from a starved machine
)

// State says whether an incident is over.
type State string

// The states of an incident. An acknowledged one is open.
const (
	Open     State = "open"
	Resolved State = "resolved"
)

// EventKind says what happened to an incident.
type EventKind string

// The events. Opened, worsened, acknowledged and resolved are also written to
// InfluxDB; reopened is written there as opened.
const (
	Opened       EventKind = "opened"
	Worsened     EventKind = "worsened" // to a severity that it didn't have for an hour, or never since it was opened or reopened
	Improved     EventKind = "improved"
	Moved        EventKind = "moved" // another step is the worst now, other devices are concerned, or it is as bad again as it was before
	Reminded     EventKind = "reminded"
	Acknowledged EventKind = "acknowledged"
	Resolution   EventKind = "resolved"
	Reopened     EventKind = "reopened"
)

// Event is one thing that happened to an incident.
type Event struct {
	Kind     EventKind       `json:"kind"`
	At       time.Time       `json:"at"`       // of the result that made it, or of the click
	Severity journey.Outcome `json:"severity"` // from then on; of a resolution, what it was until then
	Revision int             `json:"revision"` // of the incident from then on
	RunID    string          `json:"run_id,omitempty"`
	By       string          `json:"by,omitempty"`   // acknowledged: by whom
	Text     string          `json:"text,omitempty"` // what was wrong then, as [Incident.Cause]
}

// Incident is a journey that isn't what it should be, or was. It is a value:
// what was handed out is never written again, and its lists and pointers must
// not be written by who got them.
type Incident struct {
	ID       string `json:"id"` // [a-z0-9-], at most 40 characters; sorts by the time of opening
	Kind     Kind   `json:"kind"`
	Client   string `json:"client"`
	Site     string `json:"site"` // empty for KindProbe
	Env      string `json:"env"`
	Journey  string `json:"journey"` // empty for KindWall and KindProbe
	Title    string `json:"journey_title"`
	Stage    string `json:"stage"`
	Location string `json:"location"`

	State    State           `json:"state"`
	Severity journey.Outcome `json:"severity"` // now: slow … failed; KindWall blocked, KindProbe probe_error; once resolved, what it was
	Peak     journey.Outcome `json:"peak"`     // the worst severity that it had, since a reopening anew

	Since      time.Time        `json:"since"`     // slot of the first result that counted against it, since a reopening anew
	OpenedAt   time.Time        `json:"opened_at"` // end of the visit that opened it; a reopening changes nothing of it
	ResolvedAt *time.Time       `json:"resolved_at"`
	Ack        *Acknowledgement `json:"acknowledged"` // nil = nobody did

	Worst    Sighting `json:"worst"`            // what the newest result of this severity found, of the worst device
	Affected []string `json:"affected"`         // sorted: devices; KindWall journey/device, KindProbe site/journey/device; once resolved, the last ones
	Update   *Update  `json:"update,omitempty"` // of the browser of Worst's device, where it took twice the results to open because it was new
	Bad      int      `json:"bad"`              // results that counted against it, of all devices, since Since

	Revision int     `json:"revision"` // grows with every event; 1 = opened
	Events   []Event `json:"events"`   // oldest first; at most MaxEvents: the first, and the newest of those that matter most
}

// calm is how long it has to be less bad before it is news that it is as bad
// again.
const calm = time.Hour

// MaxEvents bounds what is kept of an incident that goes on for weeks.
const MaxEvents = 100

// Acknowledgement says that somebody takes care.
type Acknowledgement struct {
	At time.Time `json:"at"`
	By string    `json:"by"` // a name; "somebody" where none is known
}

// Sighting is what one result found.
type Sighting struct {
	RunID     string            `json:"run_id"`
	Device    string            `json:"device"`
	Network   string            `json:"network"`
	At        time.Time         `json:"at"` // its slot
	Outcome   journey.Outcome   `json:"outcome"`
	Step      string            `json:"step"`       // the worst one; empty where the run has none
	StepTitle string            `json:"step_title"` // as the step's author wrote it
	WaitMs    *float64          `json:"wait_ms"`    // of the step; nil where it failed
	LimitMs   *float64          `json:"limit_ms"`   // the threshold that the wait reached
	Message   string            `json:"message"`    // why it failed, or why nobody could look; empty where it was timed
	Nearest   []string          `json:"nearest,omitempty"`
	Hint      string            `json:"hint,omitempty"`
	Line      string            `json:"line,omitempty"` // file:line
	Loss      *float64          `json:"loss"`           // estimated share lost to this step's wait; nil = no estimate
	Basis     string            `json:"basis,omitempty"`
	Picture   string            `json:"picture,omitempty"` // RUN_ID/FILE below the folder of the evidence
	Count     int               `json:"count"`             // so many …
	Of        int               `json:"of"`                // … of the last so many results of this device counted when it was told; KindWall, KindProbe: in a row
	ErrorKind journey.ErrorKind `json:"error_kind,omitempty"`
}

// Name is what the incident is about, for people: journey › step, or whose
// trouble it is.
func (i Incident) Name() string {
	switch i.Kind {
	case KindWall:
		return "the site turns the robot away"
	case KindProbe:
		return "Samui can't look from " + i.Location
	case KindSite:
	}
	if i.Worst.StepTitle == "" {
		return i.Title
	}
	return i.Title + " › " + i.Worst.StepTitle
}

// Cause is what is wrong, for people, in a line: a failure's words, or the
// wait.
func (i Incident) Cause() string {
	if w := i.Worst; w.Message == "" && w.WaitMs != nil {
		return fmt.Sprintf("%.1f s", *w.WaitMs/1000)
	}
	return strings.Join(strings.Fields(i.Worst.Message), " ")
}

// Change is what a result, or a person, did to an incident.
type Change struct {
	Incident Incident
	Event    Event // the newest of Incident.Events
}
