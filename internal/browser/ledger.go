package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

const (
	// mostExchanges bounds what is remembered of one step.
	mostExchanges = 5000
	// mostBody is the largest body that is looked at.
	mostBody = 10 << 20
	// mostTold is how many requests a failure lists.
	mostTold = 5
)

// ledger is what went over the network during one step, as far as an
// expectation asks about it: without one nothing is kept.
type ledger struct {
	wanted []wanted
	site   journey.Site
	all    []*exchanged
	open   map[network.RequestID]*exchanged
}

// wanted is what an expectation of the step asks about, its texts as they are
// on this visit.
type wanted struct {
	claim journey.Claim
	of    *journey.Exchange // as the journey has it, to be found by
	as    journey.Exchange
	soft  bool
}

// exchanged is one request and its answer.
type exchanged struct {
	journey.Answer // of the response
	id             network.RequestID
	kind           network.ResourceType
	sent           []byte         // the request's own body
	noSent         string         // why it isn't known; empty = it is
	read           bool           // the answer's body was read, or never will be
	about          []bool         // by wanted: it is what is asked about
	amiss          map[int]string // by wanted: what is not as it should be, once it is known
}

// watchNetwork has the requests from now on kept that the step's expectations
// ask about.
func (s *Session) watchNetwork(step journey.Step) {
	l := ledger{site: s.site, open: make(map[network.RequestID]*exchanged)}
	for _, e := range step.Expect {
		soft := e.Claim == journey.ClaimSoft
		e.Every(func(e journey.Expectation) {
			if e.Exchange != nil {
				l.wanted = append(l.wanted, wanted{e.Claim, e.Exchange, e.Exchange.Resolved(s.values), soft})
			}
		})
	}
	s.state.update(func(s *state) { s.ledger = l })
}

// begin notes a request. It reports whether the body that it sends has to be
// asked for.
func (l *ledger) begin(e *network.EventRequestWillBeSent) bool {
	if len(l.wanted) == 0 {
		return false
	}
	if e.RedirectResponse != nil {
		if before := l.open[e.RequestID]; before != nil {
			before.answer(e.RedirectResponse)
			before.NoBody, before.read = "a redirect has none that can be read", true
		}
	}
	if len(l.all) >= mostExchanges {
		return false
	}
	x := &exchanged{
		Answer: journey.Answer{Method: e.Request.Method, URL: e.Request.URL + e.Request.URLFragment}, id: e.RequestID, kind: e.Type,
		amiss: make(map[int]string),
	}
	for _, entry := range e.Request.PostDataEntries {
		x.sent = append(x.sent, entry.Bytes...)
	}
	ask := false
	for _, w := range l.wanted {
		about := w.as.Concerns(x.Answer, l.site)
		x.about = append(x.about, about)
		ask = ask || about && w.claim == journey.ClaimSent && w.as.NeedsBody() && e.Request.HasPostData && len(x.sent) == 0
	}
	if ask {
		x.noSent = "Chrome has not told it yet"
	}
	l.all = append(l.all, x)
	l.open[e.RequestID] = x
	return ask
}

// answer notes what the server says first.
func (x *exchanged) answer(r *network.Response) {
	x.Status = int(r.Status)
	x.Headers = make(map[string]string, len(r.Headers))
	for name, value := range r.Headers {
		x.Headers[strings.ToLower(name)] = fmt.Sprint(value)
	}
}

func (l *ledger) answered(e *network.EventResponseReceived) {
	if x := l.open[e.RequestID]; x != nil {
		x.answer(e.Response)
	}
}

// expects reports whether the step wants a request to be answered with just
// that status: a page that says so is then one like any other.
func (l *ledger) expects(id network.RequestID, status int64) bool {
	x := l.open[id]
	if x == nil {
		return false
	}
	for i, w := range l.wanted {
		of := journey.Exchange{Status: w.as.Status}
		if w.claim == journey.ClaimResponse && !w.soft && w.as.Status != "" && x.about[i] && of.Amiss(journey.Answer{Status: int(status)}, l.site) == "" {
			return true
		}
	}
	return false
}

// ended notes that nothing more comes. It reports whether the answer's body is
// to be read.
func (l *ledger) ended(id network.RequestID, bytes float64, broken string) bool {
	x := l.open[id]
	if x == nil {
		return false
	}
	switch {
	case broken != "":
		x.NoBody, x.read = broken, true
	case bytes > mostBody:
		x.NoBody, x.read = "it is larger than 10 MiB", true
	default:
		for i, w := range l.wanted {
			if w.claim == journey.ClaimResponse && x.about[i] && w.as.NeedsBody() {
				return true
			}
		}
		x.read = true
	}
	return false
}

// readBody asks Chrome for the body of an answer as soon as it is there: a page
// that goes on takes it along.
func (s *Session) readBody(t *tab, id network.RequestID) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	r, err := cdp.Call(ctx, t.target, network.GetResponseBody, network.GetResponseBodyParams{RequestID: id})
	s.state.update(func(s *state) {
		x := s.ledger.open[id]
		if x == nil {
			return // of a step that is over
		}
		x.read = true
		switch {
		case err != nil:
			x.NoBody = "the page went on before"
		case len(r.Body) > mostBody:
			x.NoBody = "it is larger than 10 MiB"
		default:
			x.Body = r.Body
		}
	})
}

// readSent asks Chrome for the body of a request that it didn't tell at once.
func (s *Session) readSent(t *tab, id network.RequestID) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	r, err := cdp.Call(ctx, t.target, network.GetRequestPostData, network.GetRequestPostDataParams{RequestID: id})
	s.state.update(func(s *state) {
		x := s.ledger.open[id]
		if x == nil {
			return
		}
		x.noSent, x.sent = "", r.PostData
		if err != nil {
			x.noSent = "Chrome can't tell it"
		}
	})
}

// find is what was asked about under a claim.
func (l *ledger) find(of *journey.Exchange) int {
	return slices.IndexFunc(l.wanted, func(w wanted) bool { return w.of == of })
}

// judge says whether a request is as it should be; known is false while that
// can't be said.
func (l *ledger) judge(x *exchanged, i int) (amiss string, known bool) {
	if what, judged := x.amiss[i]; judged {
		return what, true
	}
	w, a := l.wanted[i], x.Answer
	switch {
	case w.claim == journey.ClaimSent:
		a = journey.Answer{Method: x.Method, URL: x.URL, Body: x.sent, NoBody: x.noSent, Headers: map[string]string{}}
		what := w.as.Amiss(a, l.site)
		if x.noSent == "" {
			x.amiss[i] = what
		}
		return what, true
	case x.Status == 0:
		return "", false
	case w.as.NeedsBody() && !x.read:
		return "its body was still on its way", false
	}
	x.amiss[i] = w.as.Amiss(a, l.site)
	return x.amiss[i], true
}

// holds reports whether such a request was sent, or such a response came.
func (l *ledger) holds(i int) bool {
	return slices.ContainsFunc(l.all, func(x *exchanged) bool {
		if !x.about[i] {
			return false
		}
		amiss, known := l.judge(x, i)
		return known && amiss == ""
	})
}

// amissWith says what there was instead, empty where the expectation holds.
func (l *ledger) amissWith(i int) string {
	if l.holds(i) {
		return ""
	}
	response := l.wanted[i].claim == journey.ClaimResponse
	for _, x := range slices.Backward(l.all) {
		if !x.about[i] {
			continue
		}
		it := x.Answer
		if !response {
			it.Status = 0
		}
		if amiss, _ := l.judge(x, i); amiss != "" {
			return it.String() + ": " + amiss
		}
		return it.String() + " was sent, and not answered"
	}
	near := l.nearest(i)
	switch {
	case len(near) == 0 && response:
		return "the page got no response at all"
	case len(near) == 0:
		return "the page sent no request at all"
	case response:
		return "the page got " + strings.Join(near, ", ")
	}
	return "the page sent " + strings.Join(near, ", ")
}

// nearest are the requests that are most like what was asked about.
func (l *ledger) nearest(i int) []string {
	w := l.wanted[i]
	var like []*exchanged
	for _, x := range l.all {
		if w.claim == journey.ClaimSent || x.Status != 0 {
			like = append(like, x)
		}
	}
	slices.SortStableFunc(like, func(a, b *exchanged) int { return l.likeness(b, w) - l.likeness(a, w) })
	var told []string
	for _, x := range like {
		a := x.Answer
		if w.claim == journey.ClaimSent {
			a.Status = 0
		}
		if text := a.String(); !slices.Contains(told, text) {
			told = append(told, text)
		}
		if len(told) == mostTold {
			break
		}
	}
	return told
}

// likeness is how much a request is like what was asked about: by its path,
// and by being one that scripts make.
func (l *ledger) likeness(x *exchanged, w wanted) int {
	points := 0
	byScripts := []network.ResourceType{network.ResourceTypeXHR, network.ResourceTypeFetch, network.ResourceTypePing, network.ResourceTypeEventSource}
	if slices.Contains(byScripts, x.kind) {
		points += 8
	} else if x.kind == network.ResourceTypeDocument {
		points += 4
	}
	if w.as.URL != nil {
		points += shared(pathOf(x.URL), w.as.URL.Text.Reveal(journey.Facts{}))
	}
	if w.as.Method == x.Method {
		points += 2
	}
	return points
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}

// shared is how many characters two texts begin and end with in common.
func shared(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	m := 0
	for m < min(len(a), len(b))-n && a[len(a)-1-m] == b[len(b)-1-m] {
		m++
	}
	return n + m
}

// awaitNetwork waits for what the step expects of the network. The step has
// ended by then: it is no wait.
func (st *step) awaitNetwork(ctx context.Context) error {
	for _, e := range st.Expect {
		if e.Exchange == nil {
			continue
		}
		err := st.waitFor(ctx, func(s *state) bool { return s.ledger.holds(s.ledger.find(e.Exchange)) })
		if err == nil {
			continue
		}
		cause := because(ctx, err)
		if !errors.Is(cause, errStepTimeout) && !errors.Is(cause, context.DeadlineExceeded) && ctx.Err() == nil {
			return err
		}
		f := &Failure{Kind: journey.KindExpectation, Message: e.String() + " not seen: " + st.exchangeAmiss(e), Pos: e.Pos}
		f = hintBehind(f, []journey.Expectation{e}, st.site)
		if errors.Is(cause, errStepTimeout) {
			return f
		}
		return fmt.Errorf("%w: %w", cause, f)
	}
	return nil
}

// exchangeAmiss says what is amiss with an expectation about the network, empty
// where it holds.
func (st *step) exchangeAmiss(e journey.Expectation) string {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	return st.state.ledger.amissWith(st.state.ledger.find(e.Exchange))
}
