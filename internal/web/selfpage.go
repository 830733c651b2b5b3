package web

import (
	"net/http"
	"time"
)

// Self is what Samui itself is doing.
type Self struct {
	Parts []Part

	Running, Queued int           // visits
	Lag             time.Duration // how late visits begin
	Due             int64         // slots that came due since the start
	Done, Missed    int64         // of them: visited, and not
	Browser         string        // name and version; empty = no visit told yet
	NoSandbox       bool          // Chrome runs without its sandbox

	Deliveries []Delivery // those that wait or were refused, the oldest first
	More       int        // deliveries that are not in the list
}

// Part is something that Samui can't do without, or sends to.
type Part struct {
	Name   string // Chrome, InfluxDB …
	State  string // ok, behind, blocked, down, off
	Reason string // why it isn't ok; empty where it is
	Hint   string // what to do about it
	Detail string // what else is known, in a line
}

// Delivery is something that wouldn't leave.
type Delivery struct {
	ID       int64
	Sink     string
	Refused  bool // the receiver will never take it
	Created  time.Time
	Due      time.Time // when it is tried next; of no meaning where it is refused
	Attempts int
	Reason   string
}

// selfPage is how Samui itself is.
type selfPage struct {
	frame
	*Self    // nil = nobody knows
	Refusals refusalList
	Waiting  []deliveryRow
	Late     bool // visits begin later than they should
	Behind   string
}

// deliveryRow is a delivery in a list.
type deliveryRow struct {
	Delivery
	Since, Next moment
}

// lateness is how late visits may begin before it is worth a word.
const lateness = 30 * time.Second

func (s *server) selfPage(w http.ResponseWriter, r *http.Request) {
	page := selfPage{Refusals: refusals(s.Journeys())}
	var err error
	if page.frame, err = s.frame(r, "samui", "Samui itself"); err != nil {
		s.sorry(w, r, err)
		return
	}
	if s.Self != nil {
		if page.Self, err = s.Self(r.Context()); err != nil {
			s.sorry(w, r, err)
			return
		}
		page.Late, page.Behind = page.Lag > lateness, span(page.Lag)
		for _, d := range page.Deliveries {
			page.Waiting = append(page.Waiting, deliveryRow{d, momentOf(d.Created, page.Now.At), momentOf(d.Due, page.Now.At)})
		}
	}
	s.show(w, r, http.StatusOK, "self", page)
}

// apiPage lists what can be asked for as JSON.
func (s *server) apiPage(w http.ResponseWriter, r *http.Request) {
	page, err := s.frame(r, "", "API")
	if err != nil {
		s.sorry(w, r, err)
		return
	}
	page.Live = false
	s.show(w, r, http.StatusOK, "api", page)
}
