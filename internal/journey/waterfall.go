package journey

import (
	"slices"
	"time"
)

// Waterfall is what one step fetched: its requests in the order in which they
// were sent, and how many are not among them.
type Waterfall struct {
	Began    time.Time // the step, by our clock
	Requests []Fetch
	Beyond   int // more requests than are kept: only counted
	Inline   int // data: and blob: URLs, for which nothing is fetched: only counted
}

// Redacted is the waterfall without the secrets that a redactor knows.
func (w Waterfall) Redacted(r Redactor) Waterfall {
	w.Requests = slices.Clone(w.Requests)
	for i := range w.Requests {
		one := &w.Requests[i]
		for _, text := range []*string{&one.URL, &one.Location, &one.Failure, &one.Initiator.URL, &one.StatusText, &one.MIME, &one.Method} {
			*text = r.Redact(*text)
		}
	}
	return w
}

// Fetch is one request and what is known of its answer; of a chain of
// redirects each is one. What may be private is not in it: no headers, no
// cookies, no bodies, and of its address neither account nor fragment.
type Fetch struct {
	URL        string // cut off with … where it is long
	Method     string
	Status     int // 0 = no answer came, or Chrome doesn't tell which
	StatusText string
	Protocol   string // as Chrome calls it: http/1.1, h2, h3 …
	MIME       string
	Kind       string // document, script, fetch, websocket … as Chrome calls it, in lower case
	Priority   string // as Chrome calls it
	Initiator  Initiator
	ThirdParty bool
	Source     Source
	Sender     Sender
	Navigation bool   // it asks for a document of the page itself
	Redirect   bool   // another one led to it
	Location   string // where it was redirected to; empty = it wasn't
	Server     string // IP address; empty = unknown
	Connection string // its number; empty = unknown

	Start  time.Time // when the page asked for it
	Phases FetchPhases
	Open   bool // it had not ended when the visit did

	Transferred int64 // bytes over the network, headers included
	Decoded     int64 // bytes of the body, unpacked
	Messages    int   // of a socket, both ways

	Failure  string // why it failed, as Chrome puts it without net::; empty = it didn't
	HeldBack string // what of the visit's conditions refused it: analytics, third_party, block; empty = nothing
}

// Failed reports whether a request came to nothing by the site's fault, or was
// answered with an error. What the page called off itself has not failed.
func (f Fetch) Failed() bool {
	return f.HeldBack == "" && (f.Status >= 400 || f.Failure != "" && f.Failure != "ERR_ABORTED")
}

// End is when its last byte came, or until when it is known.
func (f Fetch) End() time.Time { return f.Start.Add(f.Phases.Total()) }

// Initiator is what had a request sent.
type Initiator struct {
	Kind string // parser, script, preload, preflight … as Chrome calls it, in lower case
	URL  string // of the document or script; empty = unknown
	Line int    // from 1; 0 = unknown
}

// Source is where an answer came from.
type Source string

// The sources. The zero value is the network.
const (
	FromNetwork       Source = ""
	FromMemory        Source = "memory"
	FromDisk          Source = "disk"
	FromPrefetch      Source = "prefetch"
	FromServiceWorker Source = "service_worker"
)

// Sender is what in a visit sent a request.
type Sender string

// The senders. The zero value is the page itself.
const (
	SenderPage          Sender = ""
	SenderFrame         Sender = "frame"
	SenderWorker        Sender = "worker"
	SenderServiceWorker Sender = "service_worker"
)

// FetchPhases are a request's times one after the other; a phase that didn't take
// place is 0.
type FetchPhases struct {
	Queued  time.Duration // waiting for a connection, a proxy or its turn
	DNS     time.Duration
	Connect time.Duration // TLS included
	TLS     time.Duration // of Connect
	Send    time.Duration
	Wait    time.Duration // for the first byte
	Receive time.Duration
}

// Total is from the moment when the page asked to the last byte.
func (p FetchPhases) Total() time.Duration {
	return p.Queued + p.DNS + p.Connect + p.Send + p.Wait + p.Receive
}
