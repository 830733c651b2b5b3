package web

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"samui/internal/journey"
)

const (
	// eventBuffer is how many runs a reader may be behind. One that is further
	// behind is let go: it connects again and reads what it missed from the API.
	eventBuffer = 64
	// maxReaders bounds what open pages can cost.
	maxReaders = 100
	// eventPulse keeps proxies from taking a quiet connection for a dead one.
	eventPulse = 20 * time.Second
	// eventPatience is how long one write to a reader may take.
	eventPatience = 10 * time.Second
)

// Events hands finished runs to whoever is looking at the moment. It is safe
// for concurrent use; make one with [NewEvents].
type Events struct {
	mu      sync.Mutex // guards what follows
	closed  bool
	readers map[chan []byte]bool
}

// NewEvents has no readers yet.
func NewEvents() *Events { return &Events{readers: map[chan []byte]bool{}} }

// Publish tells every reader of a finished run. It never waits for one.
func (e *Events) Publish(run journey.Run) {
	data, err := json.Marshal(withURLs(run))
	if err != nil {
		panic("BUG: a run can't be encoded: " + err.Error())
	}
	event := []byte("event: run\nid: " + run.RunID + "\ndata: " + string(data) + "\n\n")
	e.mu.Lock()
	defer e.mu.Unlock()
	for reader := range e.readers {
		select {
		case reader <- event:
		default:
			delete(e.readers, reader)
			close(reader)
		}
	}
}

// Close ends every reader's connection, and those that come later.
func (e *Events) Close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	for reader := range e.readers {
		delete(e.readers, reader)
		close(reader)
	}
}

// join adds a reader; ok is false where there are too many or it is over.
func (e *Events) join() (reader chan []byte, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed || len(e.readers) >= maxReaders {
		return nil, false
	}
	reader = make(chan []byte, eventBuffer)
	e.readers[reader] = true
	return reader, true
}

func (e *Events) leave(reader chan []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.readers[reader] {
		delete(e.readers, reader)
		close(reader)
	}
}

// events streams finished runs as they are recorded.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	if s.Events == nil {
		s.problem(w, http.StatusNotFound, "nothing is visited here, so there are no events", "")
		return
	}
	reader, ok := s.Events.join()
	if !ok {
		w.Header().Set("Retry-After", "10")
		s.problem(w, http.StatusServiceUnavailable, "too many are reading along already", "try again later")
		return
	}
	defer s.Events.leave(reader)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold events back
	if r.Method == http.MethodHead {
		return // which has no body to wait for
	}
	connection := http.NewResponseController(w)
	send := func(text []byte) bool {
		// Writers that have no deadlines (a test's) still write.
		_ = connection.SetWriteDeadline(time.Now().Add(eventPatience))
		_, err := w.Write(text)
		return err == nil && connection.Flush() == nil
	}
	if !send([]byte(": finished runs, as they are recorded\nretry: 3000\n\n")) {
		return
	}
	pulse := time.NewTicker(eventPulse)
	defer pulse.Stop()
	for {
		select {
		case event, open := <-reader:
			if !open || !send(event) {
				return
			}
		case <-pulse.C:
			if !send([]byte(":\n\n")) {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}
