package browser

import (
	"fmt"
	"math"
	"testing"
)

// Documents of several processes agree on the time, whatever the system's clock
// did between the starts of those.
func TestOneTimeLine(t *testing.T) {
	s := &state{changed: make(chan struct{}), view: &view{}}
	tb := &tab{view: s.view}
	s.tabs = []*tab{tb}
	says := func(world, format string, args ...any) float64 {
		_, skew := s.hear(tb, fmt.Sprintf(format, args...), world)
		return skew
	}
	const day = 1.7e12
	// The first document's request was sent at 5,000 ms of the monotonic clock.
	tb.response = &response{sentAt: 5000}
	if skew := says("one", `{"k": "document", "origin": %f, "sent": 4}`, day); skew != 0 {
		t.Errorf("the first document is corrected by %g", skew)
	}
	s.armed = "input"
	says("one", `{"k": "input", "id": "input", "origin": %f, "at": %f}`, day, day+1000)
	// The system's clock was put forward by an hour before the second process.
	hour := 3600_000.0
	tb.response = &response{sentAt: 6002}
	if skew := says("two", `{"k": "document", "origin": %f, "sent": 2}`, day+1004+hour); math.Abs(skew-hour) > 0.01 {
		t.Errorf("the second document is corrected by %g, want %g", skew, hour)
	}
	says("two", `{"k": "held", "id": "fresh", "origin": %f, "at": %f, "inputAt": %f}`, day+1004+hour, day+1204+hour, day+1004+hour)
	end := s.takeLocked()
	if end == nil || math.Abs(end.At-s.input.At-204) > 0.01 {
		t.Errorf("from the input to the end: %+v, want 204 ms", end)
	}
	// Once the document knows, it says so itself.
	says("two", `{"k": "lcp", "origin": %f, "at": %f}`, day+1004, day+1304)
	if got := s.doc.lcp - s.input.At; math.Abs(got-304) > 0.01 {
		t.Errorf("from the input to the main content: %g ms, want 304", got)
	}
	// A document that came from nowhere is believed.
	tb.response = nil
	if skew := says("three", `{"k": "document", "origin": %f, "sent": 0}`, day+5000); skew != 0 {
		t.Errorf("a document without a request is corrected by %g", skew)
	}
}
