package browser

import (
	"cmp"
	"strconv"
	"strings"
	"unique"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// origin is whose events are heard: those of a tab, with the frame that it
// shows, or of a worker or frame with a session of its own.
type origin struct {
	main   cdp.FrameID
	sender journey.Sender
}

// hear notes what an event says of a request. Others are none of its business.
func (r *recorder) hear(event any, from origin) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		r.locked(e.Timestamp, func() { r.sent(e, from) })
	case *network.EventRequestServedFromCache:
		r.about(e.RequestID, 0, func(x *recorded) { x.Source = journey.FromMemory })
	case *network.EventResponseReceived:
		r.locked(e.Timestamp, func() { r.answered(e, from) })
	case *network.EventDataReceived:
		r.about(e.RequestID, e.Timestamp, func(x *recorded) {
			x.Decoded += e.DataLength
			if x.ended == 0 { // else the sum is known
				x.Transferred += e.EncodedDataLength
			}
		})
	case *network.EventLoadingFinished:
		r.about(e.RequestID, e.Timestamp, func(x *recorded) {
			x.Transferred = int64(e.EncodedDataLength)
			x.over(e.Timestamp)
		})
	case *network.EventLoadingFailed:
		r.about(e.RequestID, e.Timestamp, func(x *recorded) {
			if x.ended == 0 {
				r.failed(e, x)
			}
		})
	default:
		r.hearSocket(event, from)
	}
}

// locked does something at a time of the protocol's clock; 0 = it isn't told.
func (r *recorder) locked(at cdp.MonotonicTime, do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = max(r.now, float64(at))
	do()
}

// about is locked for a request that is known.
func (r *recorder) about(id network.RequestID, at cdp.MonotonicTime, do func(x *recorded)) {
	r.locked(at, func() {
		if x := r.known[id]; x != nil {
			do(x)
		}
	})
}

// over ends a request. Chrome's network service may say that it ended before
// the page was told of its answer.
func (x *recorded) over(at cdp.MonotonicTime) {
	x.ended = max(float64(at), x.issued)
	if x.timing == nil {
		x.ended = max(x.ended, x.answered)
	}
}

func (r *recorder) sent(e *network.EventRequestWillBeSent, from origin) {
	if e.Request == nil {
		return
	}
	if r.offset == 0 && e.WallTime > 0 {
		r.offset = float64(e.WallTime) - float64(e.Timestamp)
	}
	before := r.known[e.RequestID]
	switch {
	case e.RedirectResponse != nil && before != nil:
		before.answer(e.RedirectResponse)
		before.answered = float64(e.Timestamp)
		before.Transferred = int64(e.RedirectResponse.EncodedDataLength)
		before.over(e.Timestamp)
	case before != nil && before.ended == 0:
		return // told by a tab and by its frame
	}
	address, fetched := recordedURL(e.Request.URL)
	if before != nil && e.RedirectResponse != nil {
		before.Location = address
	}
	if !fetched {
		if r.current != nil {
			r.current.inline++
		}
		return
	}
	x := &recorded{issued: float64(e.Timestamp)}
	x.Fetch = journey.Fetch{
		URL: address, Method: same(e.Request.Method), Kind: kindOf(e.Type), Priority: same(string(e.Request.InitialPriority)), Initiator: initiator(e.Initiator),
		ThirdParty: !r.site.OwnsURL(e.Request.URL), Sender: from.of(e.FrameID), Redirect: e.RedirectResponse != nil,
	}
	x.Navigation = e.Type == network.ResourceTypeDocument && x.Sender == journey.SenderPage && string(e.RequestID) == string(e.LoaderID)
	if e.Type == network.ResourceTypeDocument {
		x.frame = e.FrameID
	}
	r.addLocked(e.RequestID, x)
}

func (r *recorder) answered(e *network.EventResponseReceived, from origin) {
	if e.Response == nil {
		return
	}
	x := r.known[e.RequestID]
	if x == nil {
		// That it was sent was told in a form that isn't known, or before anybody listened.
		address, fetched := recordedURL(e.Response.URL)
		if !fetched || r.lost || r.offset == 0 {
			return
		}
		x = r.addLocked(e.RequestID, &recorded{issued: float64(e.Timestamp), Fetch: journey.Fetch{
			URL: address, Kind: kindOf(e.Type), ThirdParty: !r.site.OwnsURL(e.Response.URL), Sender: from.of(e.FrameID),
		}})
		if x == nil {
			return
		}
		if t := e.Response.Timing; t != nil && t.RequestTime > 0 {
			x.issued = min(x.issued, t.RequestTime)
		}
	}
	x.answer(e.Response)
	x.answered = float64(e.Timestamp)
	x.Transferred = max(x.Transferred, int64(e.Response.EncodedDataLength))
}

// answer notes what a response says before its body.
func (x *recorded) answer(response *network.Response) {
	x.Status, x.StatusText = int(response.Status), same(bounded(response.StatusText, mostWord))
	x.Protocol, x.MIME = same(bounded(response.Protocol, mostWord)), same(bounded(response.MimeType, mostWord))
	x.Server = same(strings.Trim(response.RemoteIPAddress, "[]"))
	x.Connection = ""
	if response.ConnectionID > 0 {
		x.Connection = strconv.FormatInt(int64(response.ConnectionID), 10)
	}
	switch {
	case response.FromServiceWorker:
		x.Source = journey.FromServiceWorker
	case response.FromPrefetchCache:
		x.Source = journey.FromPrefetch
	case response.FromDiskCache:
		x.Source = journey.FromDisk
	}
	x.timing = response.Timing
}

func (r *recorder) failed(e *network.EventLoadingFailed, x *recorded) {
	x.Failure = same(bounded(strings.TrimPrefix(e.ErrorText, "net::"), mostWord))
	held := r.held(x.URL, refusal(e))
	switch {
	case held != "":
		x.HeldBack = held
	case e.BlockedReason == network.BlockedReasonInspector:
		x.HeldBack = "block"
	case e.BlockedReason != "":
		x.Failure = same(x.Failure + " (" + string(e.BlockedReason) + ")")
	case e.CorsErrorStatus != nil && e.CorsErrorStatus.CorsError != "":
		x.Failure = same(x.Failure + " (CORS: " + string(e.CorsErrorStatus.CorsError) + ")")
	case e.Canceled:
		x.Failure = cmp.Or(x.Failure, "ERR_ABORTED")
	}
	x.over(e.Timestamp)
}

// of is what sent a request: whom a session belongs to, or a frame of a page.
func (o origin) of(frame cdp.FrameID) journey.Sender {
	if o.sender == journey.SenderPage && frame != "" && frame != o.main {
		return journey.SenderFrame
	}
	return o.sender
}

func kindOf(t network.ResourceType) string {
	return same(cmp.Or(strings.ToLower(bounded(string(t), mostWord)), "other"))
}

// initiator says what had a request sent; of scripts the one that did it.
func initiator(from *network.Initiator) journey.Initiator {
	if from == nil {
		return journey.Initiator{}
	}
	found := journey.Initiator{Kind: same(strings.ToLower(bounded(string(from.Type), mostWord)))}
	address, line := from.URL, from.LineNumber
	for stack := from.Stack; stack != nil && address == ""; stack = stack.Parent {
		for _, call := range stack.CallFrames {
			if call.URL != "" {
				address, line = call.URL, float64(call.LineNumber)
				break
			}
		}
	}
	if text, fetched := recordedURL(address); fetched {
		found.URL, found.Line = same(text), int(line)+1
	}
	return found
}

// same keeps one copy of what many requests say.
func same(text string) string { return unique.Make(text).Value() }
