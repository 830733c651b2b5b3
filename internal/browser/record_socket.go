package browser

import (
	"cmp"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// hearSocket notes what is said of WebSockets and WebTransports: that they
// were opened, answered and closed, and how much went over them.
func (r *recorder) hearSocket(event any, from origin) {
	switch e := event.(type) {
	case *network.EventWebSocketCreated:
		r.locked(0, func() { r.openSocket(e.RequestID, e.URL, "websocket", r.now, e.Initiator, from) })
	case *network.EventWebSocketWillSendHandshakeRequest:
		r.about(e.RequestID, e.Timestamp, func(x *recorded) { x.issued = float64(e.Timestamp) })
	case *network.EventWebSocketHandshakeResponseReceived:
		r.about(e.RequestID, e.Timestamp, func(x *recorded) {
			x.answered = float64(e.Timestamp)
			if e.Response != nil {
				x.Status, x.StatusText = int(e.Response.Status), same(bounded(e.Response.StatusText, mostWord))
			}
		})
	case *network.EventWebSocketFrameReceived:
		r.message(e.RequestID, e.Timestamp, e.Response)
	case *network.EventWebSocketFrameSent:
		r.message(e.RequestID, e.Timestamp, nil)
	case *network.EventWebSocketFrameError:
		r.about(e.RequestID, e.Timestamp, func(x *recorded) {
			x.Failure = same(cmp.Or(bounded(e.ErrorMessage, mostWord), "ERR_FAILED"))
			x.HeldBack = r.held(x.URL, e.ErrorMessage)
		})
	case *network.EventWebSocketClosed:
		r.about(e.RequestID, e.Timestamp, func(x *recorded) { x.over(e.Timestamp) })
	case *network.EventWebTransportCreated:
		r.locked(e.Timestamp, func() { r.openSocket(e.TransportID, e.URL, "webtransport", float64(e.Timestamp), e.Initiator, from) })
	case *network.EventWebTransportConnectionEstablished:
		r.about(e.TransportID, e.Timestamp, func(x *recorded) { x.answered, x.Status = float64(e.Timestamp), 200 })
	case *network.EventWebTransportClosed:
		r.about(e.TransportID, e.Timestamp, func(x *recorded) { x.over(e.Timestamp) })
	}
}

func (r *recorder) openSocket(id network.RequestID, raw, kind string, at float64, by *network.Initiator, from origin) {
	address, fetched := recordedURL(raw)
	if !fetched || r.known[id] != nil {
		return
	}
	r.addLocked(id, &recorded{issued: at, Fetch: journey.Fetch{
		URL: address, Method: "GET", Kind: kind, Initiator: initiator(by), ThirdParty: !r.site.OwnsURL(httpOf(raw)), Sender: from.sender,
	}})
}

// message counts what went over a socket, not what it said.
func (r *recorder) message(id network.RequestID, at cdp.MonotonicTime, received *network.WebSocketFrame) {
	r.about(id, at, func(x *recorded) {
		x.Messages++
		if received != nil {
			x.Decoded += int64(len(received.PayloadData))
		}
	})
}

// httpOf is the address of a socket's host as an http(s) one.
func httpOf(raw string) string {
	if len(raw) > 2 && raw[:2] == "ws" {
		return "http" + raw[2:]
	}
	return raw
}
