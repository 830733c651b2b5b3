package browser

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/tracing"

	"samui/internal/journey"
)

// listen is called on the protocol's read loop for every event of the tab: it
// notes what it says and never waits.
func (s *Session) listen(t *tab, event any) {
	if !t.attached.Load() {
		return // the tab is still being opened; what it says then is of nobody's page
	}
	s.recorder.hear(event, origin{main: t.mainFrame})
	t.children.hear(event)
	switch e := event.(type) {
	case *runtime.EventExecutionContextCreated:
		if world, ok := t.worlds.created(e.Context); ok && world.frame != t.mainFrame {
			s.frames.note(world, t.target)
		}
	case *runtime.EventExecutionContextDestroyed:
		if world, ok := t.worlds.forget(e.ExecutionContextUniqueID); ok {
			s.frames.forget(world)
		}
	case *runtime.EventBindingCalled:
		world, ok := t.worlds.of(e.ExecutionContextID)
		switch {
		case !ok || e.Name != bindingName:
		case world.frame == t.mainFrame:
			r, skew := s.state.hear(t, e.Payload, world.unique)
			if skew != 0 {
				s.spawn(func() { s.correct(t, world.unique, skew) })
			}
			switch r.Kind {
			case "ask":
				s.spawn(func() { s.answer(t, world.unique, r) })
			case "stored":
				s.spawn(func() { s.storedIn(r.ID) })
			}
		default:
			s.state.hearFrame(e.Payload, world.unique)
		}
	case *page.EventFrameStartedNavigating:
		s.startedNavigating(t, e)
	case *page.EventFrameNavigated:
		if t.awaits && e.Frame.ID == t.mainFrame {
			s.spawn(func() { s.shows(t) })
		}
	case *page.EventFrameStoppedLoading:
		s.stoppedLoading(t, e.FrameID)
	case *page.EventWindowOpen:
		s.windowOpens(t, e)
	case *page.EventJavascriptDialogOpening:
		s.dialog(t, e)
	case *network.EventRequestWillBeSent:
		s.requestSent(t, e)
	case *network.EventResponseReceived:
		s.responseReceived(t, e)
	case *network.EventLoadingFinished:
		s.loadingFinished(t, e)
	case *network.EventLoadingFailed:
		s.loadingFailed(t, e)
	case *input.EventDragIntercepted:
		s.state.update(func(s *state) { s.dragged = e.Data })
	case *fetch.EventRequestPaused:
		s.spawn(func() { s.addHeaders(t.target, e) })
	case *fetch.EventAuthRequired:
		s.spawn(func() { s.authorize(t.target, e) })
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			s.complain(t, consoleText(e.Args), calledAt(e.StackTrace))
		}
	case *runtime.EventExceptionThrown:
		s.complain(t, exceptionText(e.ExceptionDetails), thrownAt(e.ExceptionDetails))
	case *log.EventEntryAdded:
		if e.Entry != nil && e.Entry.Level == log.EntryLevelError && !s.ourDoing(e.Entry) {
			s.complain(t, e.Entry.Text, loggedAt(e.Entry))
		}
	case *tracing.EventTracingComplete:
		select {
		case s.traced <- e.Stream:
		default: // nobody asked for it
		}
	case *browser.EventDownloadWillBegin:
		s.downloadBegins(e)
		s.brought(t)
	case *browser.EventDownloadProgress:
		s.downloadGoesOn(e)
		if e.State != browser.DownloadProgressStateInProgress {
			s.fileEnds(t)
		}
	case *inspector.EventTargetCrashed:
		crash := s.crash()
		s.state.update(func(s *state) {
			if t.view != s.view {
				return // nobody looks at it
			}
			s.crashed = true
			s.failLocked(crash)
		})
	}
}

// crash is the failure of a step whose page has just crashed.
func (s *Session) crash() *Failure {
	if s.process.appetite.caused() {
		return &Failure{
			Kind: journey.KindCrash, Message: "the page took more than " + s.process.appetite.size() + " of memory, and its tab was ended",
			Hint: "the page's scripts, or what it shows, grow without end: customers' devices give a tab less; look at its memory in Chrome's task manager",
		}
	}
	return &Failure{
		Kind: journey.KindCrash, Message: "the page crashed its tab",
		Hint: "the browser ran out of memory on this page, or met a bug of its own; try it in Chrome by hand",
	}
}

func (s *Session) startedNavigating(t *tab, e *page.EventFrameStartedNavigating) {
	if e.FrameID != t.mainFrame {
		return
	}
	switch e.NavigationType {
	case page.FrameStartedNavigatingNavigationTypeSameDocument, page.FrameStartedNavigatingNavigationTypeHistorySameDocument:
	case page.FrameStartedNavigatingNavigationTypeReload, page.FrameStartedNavigatingNavigationTypeReloadBypassingCache,
		page.FrameStartedNavigatingNavigationTypeRestore, page.FrameStartedNavigatingNavigationTypeRestoreWithPost,
		page.FrameStartedNavigatingNavigationTypeHistoryDifferentDocument, page.FrameStartedNavigatingNavigationTypeDifferentDocument:
		// The document's request has its loader's id.
		s.state.update(func(s *state) { s.leavesLocked(t, network.RequestID(e.LoaderID), e.URL) })
	}
}

func (t *tab) isMainDocument(kind network.ResourceType, frame cdp.FrameID, id network.RequestID, loader cdp.LoaderID) bool {
	return kind == network.ResourceTypeDocument && frame == t.mainFrame && string(id) == string(loader)
}

func (s *Session) requestSent(t *tab, e *network.EventRequestWillBeSent) {
	main := t.isMainDocument(e.Type, e.FrameID, e.RequestID, e.LoaderID)
	foreign := !s.site.OwnsURL(e.Request.URL)
	counted := strings.HasPrefix(e.Request.URL, "http")
	if e.Type == network.ResourceTypeDocument && !foreign {
		s.permitDocument(e.Request.URL)
	}
	ask := false
	s.state.update(func(s *state) {
		if e.RedirectResponse != nil {
			s.requests.redirected(e.RequestID, e.RedirectResponse.EncodedDataLength)
		}
		if counted {
			s.requests.sent(e.RequestID, e.Request.URL, foreign, e.RedirectResponse != nil)
			s.traffic.sent(e.RequestID, e.Timestamp)
			ask = s.ledger.begin(e)
		}
		if main {
			s.leavesLocked(t, e.RequestID, e.Request.URL)
			t.nav.requested = true
		}
	})
	if ask {
		s.spawn(func() { s.readSent(t, e.RequestID) })
	}
}

func (s *Session) loadingFinished(t *tab, e *network.EventLoadingFinished) {
	read := false
	s.state.update(func(s *state) {
		s.requests.received(e.RequestID, e.EncodedDataLength)
		s.traffic.ended(e)
		read = s.ledger.ended(e.RequestID, e.EncodedDataLength, "")
	})
	if read {
		s.spawn(func() { s.readBody(t, e.RequestID) })
	}
}

func (s *Session) responseReceived(t *tab, e *network.EventResponseReceived) {
	main := t.isMainDocument(e.Type, e.FrameID, e.RequestID, e.LoaderID)
	hint := ""
	if main && e.Response.Status == http.StatusUnauthorized {
		hint = s.refusedHint(e.Response.URL, e.Response.Headers)
	}
	s.state.update(func(s *state) {
		if e.Response.Status >= http.StatusBadRequest {
			s.requests.fail(e.RequestID, strconv.FormatInt(e.Response.Status, 10))
		}
		s.ledger.answered(e)
		s.traffic.answered(e)
		if !main {
			return
		}
		t.response = newResponse(e.Response)
		t.nav.answered = t.nav.pending && t.nav.requestID == e.RequestID
		t.shows, s.unrest.barren = e.RequestID, newBarren(e.Response)
		if t.view == s.view && e.Response.Status >= http.StatusBadRequest && !s.ledger.expects(e.RequestID, e.Response.Status) {
			s.failLocked(answered(e.Response, hint))
		}
	})
}

// answered is the failure of a page that is none. Where no proxy is used, Chrome
// takes a 407 for no answer.
func answered(r *network.Response, hint string) *Failure {
	if r.Status == http.StatusProxyAuthRequired {
		return proxyRefused()
	}
	if hint == "" {
		hint = rightHint(int(r.Status))
	}
	return &Failure{
		Kind: journey.KindHTTP, Status: int(r.Status), Hint: hint,
		Message: fmt.Sprintf("the page answered %d %s: %s", r.Status, http.StatusText(int(r.Status)), r.URL),
	}
}

// rightHint is how such an answer can be what a journey expects. Nobody means
// the server's own mistakes, nor being refused.
func rightHint(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		return ""
	}
	if status >= http.StatusInternalServerError {
		return ""
	}
	return fmt.Sprintf("if that is right, say so: expect: [response: {status: %d}]", status)
}

func newResponse(r *network.Response) *response {
	found := &response{status: int(r.Status), headers: make(map[string]string, len(r.Headers)), sentAt: sentAt(r)}
	for name, value := range r.Headers {
		found.headers[strings.ToLower(name)] = fmt.Sprint(value)
	}
	if d := r.SecurityDetails; d != nil && d.ValidTo > 0 {
		until := time.Unix(int64(d.ValidTo), 0)
		days := int(math.Floor(time.Until(until).Hours() / 24))
		found.tlsDays = &days
	}
	return found
}

func (s *Session) loadingFailed(t *tab, e *network.EventLoadingFailed) {
	s.state.update(func(state *state) {
		state.ledger.ended(e.RequestID, 0, "it broke off")
		state.traffic.failed(e.RequestID)
		s.countFailedLocked(e, true)
		if !t.nav.pending || e.RequestID != t.nav.requestID {
			if t.view == state.view && e.RequestID == t.shows && !e.Canceled {
				state.unrest.brokeOff = journey.NetErrorWords(strings.TrimPrefix(e.ErrorText, "net::"))
			}
			return
		}
		address := t.nav.url
		stays := state.staysLocked(t)
		// A navigation is aborted when another overtakes it, when it turns out
		// to be a download, and when the answer is 204: the page stays.
		if e.Canceled || strings.Contains(e.ErrorText, "ERR_ABORTED") {
			s.spawn(func() { s.fruitless(t, stays) })
			return
		}
		if t.view == state.view {
			state.failLocked(s.navigationFailure(address, e.ErrorText))
		}
	})
}

// stoppedLoading: a navigation that was answered and brought no document was a
// download.
func (s *Session) stoppedLoading(t *tab, frame cdp.FrameID) {
	if frame != t.mainFrame {
		s.frameStays(frame)
		return
	}
	s.state.update(func(state *state) {
		if t.nav.pending && t.nav.answered {
			stays := state.staysLocked(t)
			s.spawn(func() { s.fruitless(t, stays) })
		}
	})
}

// addHeaders lets a request of the site's own go on with the site's headers.
// They are added one by one, because headers set for the whole tab would be
// sent to third parties too.
func (s *Session) addHeaders(t cdp.Session, e *fetch.EventRequestPaused) {
	params := fetch.ContinueRequestParams{RequestID: e.RequestID}
	if len(s.headers) > 0 && s.site.OwnsURL(e.Request.URL) {
		for name, value := range e.Request.Headers {
			if _, ours := s.headers[strings.ToLower(name)]; !ours {
				params.Headers = append(params.Headers, &fetch.HeaderEntry{Name: name, Value: fmt.Sprint(value)})
			}
		}
		for name, value := range s.headers {
			params.Headers = append(params.Headers, &fetch.HeaderEntry{Name: name, Value: value})
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	// A request whose page has gone needs no answer.
	_, _ = cdp.Call(ctx, t, fetch.ContinueRequest, params)
}
