package web

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Self is what Samui itself is doing.
type Self struct {
	Parts []Part

	Running, Queued int           // visits
	Lag             time.Duration // how late visits begin
	Admitted        int           // visits that there may be at once; 0 = nobody knows
	Fixed           bool          // it is what samui.yaml says
	MayRise         bool          // more are tried where somebody waits: the machine may carry more than these
	Carries         *float64      // visits a minute that these are; nil = none was made yet
	Offered         float64       // visits a minute that are due in the busiest hour
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
	Carried  string // visits a minute, in words; empty = nobody knows
	Asked    string // those that are due
	Tight    bool   // soon, or now, more is due than is carried
	TooMuch  bool   // now
}

// deliveryRow is a delivery in a list.
type deliveryRow struct {
	Delivery
	Since, Next moment
}

// tight is the share of what a machine carries above which it is worth a word:
// visits come in bursts, and a slow site makes them longer.
const tight = 0.8

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
		page.Asked = perMinute(page.Offered)
		if page.Carries != nil {
			page.Carried = perMinute(*page.Carries)
			// As long as nobody waits, nothing was asked for that isn't carried.
			full := !page.MayRise || page.Queued > 0 || page.Late
			page.Tight, page.TooMuch = full && page.Offered > tight**page.Carries, page.Offered > *page.Carries
		}
		for _, d := range page.Deliveries {
			page.Waiting = append(page.Waiting, deliveryRow{d, momentOf(d.Created, page.Now.At), momentOf(d.Due, page.Now.At)})
		}
	}
	s.show(w, r, http.StatusOK, "self", page)
}

// perMinute is a number of visits a minute, as exact as it is known.
func perMinute(visits float64) string {
	switch {
	case visits > 0 && visits < 0.1:
		return "less than 0.1"
	case visits < 10:
		return strconv.FormatFloat(math.Round(10*visits)/10, 'f', -1, 64)
	}
	return grouped(int(math.Round(visits)))
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
