package browser

import (
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// report is a message of the page's scripts. Times are epoch milliseconds of
// the page's clock.
type report struct {
	Kind    string    `json:"k"`
	Origin  float64   `json:"origin"` // time origin of the document that speaks
	URL     string    `json:"url"`
	ID      string    `json:"id"`
	At      float64   `json:"at"`
	InputAt float64   `json:"inputAt"`
	Already bool      `json:"already"`
	Message string    `json:"message"`
	Scripts []string  `json:"scripts"` // what is to be evaluated in the page's own world
	Sent    float64   `json:"sent"`    // document: when its request was sent, ms of its own clock; 0 = there was none
	Since   []float64 `json:"since"`   // marks: from when on each claim of the document holds; 0 = it does not
}

// document is one main-frame document as far as it is known.
type document struct {
	serial   int     // 1 is the first; 0 is none
	world    string  // unique id of our execution context in it
	origin   float64 // epoch ms of its navigation's start
	url      string
	tab      *tab    // in which it is shown
	parsedAt float64 // epoch ms of DOMContentLoaded; 0 = not yet
	lcp      float64 // epoch ms of its last candidate; 0 = none
	frame    *frame  // where it is shown; nil = it is the page itself
}

// navigation is the main frame's pending change of document.
type navigation struct {
	pending   bool
	since     time.Time
	requestID network.RequestID // of the document
	requested bool              // its request was sent
	answered  bool              // its response began
	url       string
}

// response is what the server said to the last main document.
type response struct {
	status  int
	headers map[string]string // lower-case names
	tlsDays *int
	sentAt  float64 // when its request was sent, by Chrome's monotonic clock in ms; 0 = not known
}

// state is what is known of a session's page. The protocol's read loop writes
// it and must never block; steps read it and wait for changes.
type state struct {
	mu sync.Mutex // guards everything below

	changed chan struct{} // closed and replaced at every change

	*view          // of the current tab
	tabs    []*tab // in the order in which they were opened
	barren  []*tab // that brought a file and no page: the customer sees them no more
	opening []opening
	folder  string // of what is downloaded now; empty = it is refused
	clock   clock
	serial  int // of the last document in any tab

	traffic traffic // of all the visit

	// The step in progress; reset by begin.
	input    report // of the last armed input; zero ID = none came yet
	held     *held
	doubted  *held  // an end that was reported before another document was announced
	armed    string // id of the last arming
	armedDoc int    // serial of the document that was current then
	fresh    string // what has a new document of the step judged; empty between steps
	parts    *parts // of a step whose expectations lie in several documents
	firstNew *document
	hard     bool
	soft     bool
	refused  string // a tab that was opened and not followed, and why
	requests counter
	ledger   ledger
	console  int
	said     journey.Console // the first errors in the console
	files    []*download     // that began in this step
	flooded  bool            // they are too many or too large
	overlay  *report         // one that is there; nil = none was told of
	dialog   string          // the last that the page said in one
	unrest   unrest
	dragged  *input.DragData  // what a drag that the page began carries
	replies  []journey.Action // to the questions that are still to come
	answered []span           // when dialogs held the page up
	crashed  bool
	failure  error // what ends the step whatever else happens

	interrupt func(error) // ends the step in progress; nil between steps
}

// held is the frame in which every expectation held.
type held struct {
	report
	doc int // serial of its document
}

// document is the main frame's document as it is known now.
func (s *state) document() document {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.doc
}

// update changes the state and wakes who waits for it.
func (s *state) update(change func(*state)) {
	s.mu.Lock()
	change(s)
	close(s.changed)
	s.changed = make(chan struct{})
	s.mu.Unlock()
}

// failLocked ends the step in progress. The first reason wins.
func (s *state) failLocked(err error) {
	if s.failure != nil {
		return
	}
	s.failure = err
	if s.interrupt != nil {
		s.interrupt(err)
	}
}

// begin forgets the last step.
func (s *state) begin(interrupt func(error)) {
	s.update(func(s *state) {
		s.input, s.held, s.doubted, s.armed, s.armedDoc, s.firstNew = report{}, nil, nil, "", s.doc.serial, nil
		s.dragged, s.files, s.flooded, s.parts, s.overlay = nil, nil, false, nil, nil
		s.hard, s.soft, s.refused, s.console, s.dialog = false, false, "", 0, ""
		s.replies, s.answered, s.said = nil, nil, nil
		s.unrest = unrest{}
		s.requests = counter{}
		s.response = nil
		s.interrupt = interrupt
		// What failed the last step is over, but a tab that crashed stays so, and
		// a Chrome that died stays dead.
		if s.failure != nil && (s.crashed || errors.Is(s.failure, ErrGone)) {
			interrupt(s.failure)
		} else {
			s.failure = nil
		}
	})
}

// hear takes a report of the page's scripts, and returns it, with what its
// document has to be corrected by.
func (s *state) hear(t *tab, payload, world string) (r report, skew float64) {
	if err := json.Unmarshal([]byte(payload), &r); err != nil {
		return report{}, 0
	}
	s.update(func(s *state) {
		switch {
		case r.Kind != "document":
			r = r.onTimeLine(t.doc)
		case t.response != nil && r.Sent > 0:
			skew = s.clock.skew(t.response.sentAt, r.Origin+r.Sent)
			r.Origin -= skew
		}
		if t.view == s.view {
			s.hearLocked(t, r, world)
		} else {
			s.hearAsideLocked(t, r, world)
		}
	})
	return r, skew
}

func (s *state) hearLocked(t *tab, r report, world string) {
	if r.Kind == "document" {
		s.serial++
		s.doc = document{serial: s.serial, world: world, origin: r.Origin, url: r.URL, tab: t}
		s.nav, s.held, s.doubted = navigation{}, nil, nil
		if s.parts != nil {
			s.parts.units[0].movesLocked("")
		}
		s.hard = true
		s.unrest.documents++
		s.unrest.brokeOff = ""
		if s.firstNew == nil && s.doc.serial > s.armedDoc {
			first := s.doc
			s.firstNew = &first
		}
		return
	}
	if world != s.doc.world {
		return // an echo of a document that has gone
	}
	switch r.Kind {
	case "marks":
		s.parts.marksLocked(r, world)
	case "parsed":
		s.doc.parsedAt = r.At
	case "lcp":
		s.doc.lcp = max(s.doc.lcp, r.At)
	case "route":
		s.soft = true
	case "leaving":
		s.leaveLocked("", r.URL)
	case "staying":
		s.callOffLocked()
	case "input":
		if r.ID == s.armed {
			s.input = r
		}
	case "broken":
		s.failLocked(&Failure{Kind: journey.KindScript, Message: r.Message})
	case "overlay":
		s.overlay = &r
	case "held":
		s.heldLocked(r)
	}
}

// arm forgets the inputs before this one: the step ends in the document that
// is there now by a report named id, or in any later document. An empty id is
// for inputs that only another document can answer. What happened before the
// step's first input belongs to the step before.
func (s *state) arm(id string, first bool) {
	s.update(func(s *state) {
		s.armed, s.armedDoc = id, s.doc.serial
		s.input, s.held, s.doubted, s.firstNew = report{}, nil, nil, nil
		if first {
			s.hard, s.soft, s.response = false, false, nil
		}
	})
}

// takeLocked hands the step's end over, once.
func (s *state) takeLocked() *held {
	end := s.held
	s.held = nil
	return end
}

// heldLocked accepts the end of a step: from the document in which the last
// input was made, or from one that came after it, and never while the page is
// on its way to another.
func (s *state) heldLocked(r report) {
	if s.underWayLocked() || s.held != nil || s.parts != nil {
		return
	}
	fresh := s.doc.serial > s.armedDoc
	if fresh || r.ID == s.armed {
		s.held = &held{report: r, doc: s.doc.serial}
	}
}

// leaveLocked notes that another document is on its way.
func (s *state) leaveLocked(id network.RequestID, url string) {
	if !s.nav.pending {
		s.nav = navigation{pending: true, since: time.Now()}
		s.held, s.doubted = nil, s.held
	}
	if id != "" {
		s.nav.requestID = id
	}
	s.nav.url = url
}

// callOffLocked forgets a pending navigation that came to nothing: an end that
// was reported before it stands. It returns the document that stays, to be told.
func (s *state) callOffLocked() document {
	if s.nav.pending {
		s.nav = navigation{}
		s.held, s.doubted = s.doubted, nil
	}
	return s.doc
}
