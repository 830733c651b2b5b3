package request

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"samui/internal/journey"
)

// traffic counts what comes over the client's connections.
type traffic struct{ bytes atomic.Int64 }

func (t *traffic) dial(ctx context.Context, network, address string) (net.Conn, error) {
	const patience = 30 * time.Second
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return countingConn{conn, &t.bytes}, nil
}

type countingConn struct {
	net.Conn
	bytes *atomic.Int64
}

// Read implements [io.Reader].
func (c countingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.bytes.Add(int64(n))
	return n, err
}

// stopwatch times a call along its redirects, and stands still where nobody is
// waited for. The transport calls it from goroutines of its own, also after the
// call.
type stopwatch struct {
	mu                      sync.Mutex    // guards what follows
	began                   time.Time     // had it never stood still; zero = it stands
	total                   time.Duration // while it stands
	dns, connect, tls       time.Duration
	encrypted               bool
	dnsFrom, dialFrom, from time.Time
	firstByte               time.Duration // of the last answer
	answered                bool
}

// start has it run on.
func (w *stopwatch) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.began = time.Now().Add(-w.total)
}

// stop has it stand still, and tells what it shows.
func (w *stopwatch) stop() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.began.IsZero() {
		w.total, w.began = time.Since(w.began), time.Time{}
	}
	return w.total
}

// answerBegins notes that the answer begins only now, where it was held up.
func (w *stopwatch) answerBegins() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.firstByte, w.answered = time.Since(w.began), true
}

func (w *stopwatch) trace() *httptrace.ClientTrace {
	locked := func(note func(now time.Time)) {
		w.mu.Lock()
		defer w.mu.Unlock()
		note(time.Now())
	}
	return &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { locked(func(now time.Time) { w.dnsFrom = now }) },
		DNSDone:  func(httptrace.DNSDoneInfo) { locked(func(now time.Time) { w.dns += now.Sub(w.dnsFrom) }) },
		ConnectStart: func(string, string) {
			locked(func(now time.Time) {
				if w.dialFrom.IsZero() {
					w.dialFrom = now
				}
			})
		},
		ConnectDone: func(_, _ string, err error) {
			locked(func(now time.Time) {
				if err == nil && !w.dialFrom.IsZero() {
					w.connect += now.Sub(w.dialFrom)
					w.dialFrom = time.Time{}
				}
			})
		},
		TLSHandshakeStart: func() { locked(func(now time.Time) { w.from = now }) },
		TLSHandshakeDone: func(tls.ConnectionState, error) {
			locked(func(now time.Time) { w.tls, w.encrypted = w.tls+now.Sub(w.from), true })
		},
		GotFirstResponseByte: func() {
			locked(func(now time.Time) {
				if !w.began.IsZero() {
					w.firstByte, w.answered = now.Sub(w.began), true
				}
			})
		},
	}
}

// tell writes the times of a call: those of a connection that was there already
// are 0.
func (w *stopwatch) tell(p *journey.Page) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p.DNSMs, p.ConnectMs, p.TLSMs, p.TTFBMs = journey.Ms(w.dns), journey.Ms(w.connect), nil, nil
	if w.encrypted {
		p.TLSMs = journey.Ms(w.tls)
	}
	if w.answered {
		p.TTFBMs = journey.Ms(w.firstByte)
	}
}
