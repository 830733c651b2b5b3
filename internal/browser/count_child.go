package browser

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// listenChild hears of the requests of workers and of frames in processes of
// their own: they are the step's like the page's.
//
// What a service worker passes on is the page's too, where its failure counts;
// one that it has an answer for is nobody's.
func (s *Session) listenChild(event any, from journey.Sender) {
	s.recorder.hear(event, origin{sender: from})
	fails := from != journey.SenderServiceWorker
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if e.Request == nil || !strings.HasPrefix(e.Request.URL, "http") {
			return
		}
		s.state.update(func(state *state) {
			if e.RedirectResponse != nil {
				state.requests.redirected(e.RequestID, e.RedirectResponse.EncodedDataLength)
			}
			state.requests.sent(e.RequestID, e.Request.URL, !s.site.OwnsURL(e.Request.URL), e.RedirectResponse != nil)
		})
	case *network.EventResponseReceived:
		if fails && e.Response != nil && e.Response.Status >= http.StatusBadRequest {
			s.state.update(func(state *state) { state.requests.fail(e.RequestID, strconv.FormatInt(e.Response.Status, 10)) })
		}
	case *network.EventLoadingFinished:
		s.state.update(func(state *state) { state.requests.received(e.RequestID, e.EncodedDataLength) })
	case *network.EventLoadingFailed:
		s.state.update(func(*state) { s.countFailedLocked(e, fails) })
	}
}

// countFailedLocked counts a request that broke off, or that a condition of the
// visit refused.
func (s *Session) countFailedLocked(e *network.EventLoadingFailed, fails bool) {
	requests := &s.state.requests
	switch why := s.heldBack(requests.address(e.RequestID), refusal(e)); {
	case why != "":
		requests.heldBack(e.RequestID, why == "analytics")
	case e.BlockedReason == network.BlockedReasonInspector:
		requests.heldBack(e.RequestID, false)
	case fails && !e.Canceled && e.BlockedReason == "":
		requests.fail(e.RequestID, strings.TrimPrefix(e.ErrorText, "net::"))
	}
}
