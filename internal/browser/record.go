package browser

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

const (
	// mostRecorded is how many requests of one step are kept, and
	// mostRecordedInAll of a visit: about 1 kB each. Those beyond are counted.
	mostRecorded      = 5000
	mostRecordedInAll = 2 * mostRecorded
)

// Record is what is known of the requests of one step, and grows as long as
// its session lasts: a response may outlive its step. It is safe for
// concurrent use, and outlives its session.
type Record struct {
	recorder *recorder
	began    time.Time
	requests []*recorded
	beyond   int
	inline   int
	dropped  bool
}

// Waterfall is what is known now.
func (r *Record) Waterfall() journey.Waterfall {
	r.recorder.mu.Lock()
	defer r.recorder.mu.Unlock()
	w := journey.Waterfall{Began: r.began.UTC(), Beyond: r.beyond, Inline: r.inline, Requests: make([]journey.Fetch, 0, len(r.requests))}
	for _, x := range r.requests {
		w.Requests = append(w.Requests, x.at(r.recorder.offset, r.recorder.now))
	}
	// One that was heard of late began before others.
	slices.SortStableFunc(w.Requests, func(a, b journey.Fetch) int { return a.Start.Compare(b.Start) })
	return w
}

// Drop forgets a record that nobody wants to see, to make room for others.
func (r *Record) Drop() {
	r.recorder.mu.Lock()
	defer r.recorder.mu.Unlock()
	if r.dropped {
		return
	}
	r.recorder.kept -= len(r.requests)
	r.requests, r.dropped = nil, true
}

// recorder notes what a visit's requests were like. What it is told comes from
// the protocol's read loop: it never waits.
//
// Events may be missing, come in another order, or twice: a tab hears of a
// worker's script and the worker of its end, and what Chrome tells in a form
// that isn't known yet doesn't come at all. A request is kept as far as it is
// known.
type recorder struct {
	site journey.Site
	held func(address, errorText string) string // see [Session.heldBack]

	mu      sync.Mutex // guards what follows, and the records
	offset  float64    // seconds from the protocol's clock to the wall's; 0 = not known yet
	now     float64    // the last time that was heard, by the protocol's clock
	current *Record
	known   map[network.RequestID]*recorded // those under way, and the step's that are over
	kept    int
	lost    bool // some were only counted: what is heard of an unknown request may be of one of them
}

// recorded is one request while it is watched. Its times are seconds of the
// protocol's clock; 0 = not yet.
type recorded struct {
	journey.Fetch
	issued, answered, ended float64
	loaded                  float64 // when it must have ended, should nobody tell
	timing                  *network.ResourceTiming
	frame                   cdp.FrameID // for which it is the document
}

func newRecorder(site journey.Site, held func(address, errorText string) string) *recorder {
	return &recorder{site: site, held: held, known: make(map[network.RequestID]*recorded)}
}

// begin has the requests from now on be another step's.
func (r *recorder) begin() *Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = &Record{recorder: r, began: time.Now()}
	maps.DeleteFunc(r.known, func(_ network.RequestID, x *recorded) bool { return x.ended > 0 })
	return r.current
}

// addLocked takes a request into the current step; nil where there is no room.
func (r *recorder) addLocked(id network.RequestID, x *recorded) *recorded {
	step := r.current
	if step == nil || step.dropped {
		return nil // of no step that anybody will look at
	}
	if len(step.requests) >= mostRecorded || r.kept >= mostRecordedInAll {
		step.beyond++
		r.lost = true
		return nil
	}
	step.requests = append(step.requests, x)
	r.kept++
	r.known[id] = x
	return x
}

// loaded notes that a worker or frame is there: its script or document is,
// too, and who would tell of its end may have come too late.
func (r *recorder) loaded(target string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, x := range r.known {
		if x.ended == 0 && (string(id) == target || x.frame != "" && string(x.frame) == target) {
			x.loaded = max(r.now, x.issued)
		}
	}
}

// at is the request as it is known at a time of the protocol's clock.
func (x *recorded) at(offset, now float64) journey.Fetch {
	one := x.Fetch
	one.Start = wall(offset + x.issued)
	end := cmp.Or(x.ended, x.loaded)
	one.Open = end == 0
	if one.Open {
		end = max(now, x.issued)
	}
	one.Phases = x.phases(end)
	return one
}

// wall is a time of the wall's clock, in seconds, to the microsecond.
func wall(seconds float64) time.Time { return time.UnixMicro(int64(seconds * 1e6)).UTC() }

// phases cuts the time from the page's asking to the end at the marks that are
// known. Together they are that time, whatever Chrome says.
func (x *recorded) phases(end float64) journey.FetchPhases {
	var p journey.FetchPhases
	at := x.issued
	until := func(mark float64) time.Duration {
		mark = min(max(mark, at), end)
		took := time.Duration((mark - at) * float64(time.Second)).Round(time.Microsecond)
		at = mark
		return took
	}
	if t := x.timing; t != nil && t.RequestTime > 0 {
		mark := func(ms float64) float64 { return t.RequestTime + ms/1000 }
		for _, first := range []float64{t.DNSStart, t.ConnectStart, t.SendStart, 0} {
			if first >= 0 {
				p.Queued = until(mark(first))
				break
			}
		}
		if t.DNSEnd >= 0 {
			p.DNS = until(mark(t.DNSEnd))
		}
		if t.ConnectEnd >= 0 {
			p.Connect = until(mark(t.ConnectEnd))
		}
		if t.SslStart >= 0 && t.SslEnd > t.SslStart {
			p.TLS = min(p.Connect, time.Duration((t.SslEnd-t.SslStart)*float64(time.Millisecond)).Round(time.Microsecond))
		}
		if t.SendEnd >= 0 {
			p.Send = until(mark(t.SendEnd))
		}
		if t.ReceiveHeadersEnd > 0 {
			p.Wait = until(mark(t.ReceiveHeadersEnd))
			p.Receive = until(end)
			return p
		}
	}
	if x.answered == 0 {
		p.Wait = until(end)
		return p
	}
	p.Wait = until(x.answered)
	p.Receive = until(end)
	return p
}
