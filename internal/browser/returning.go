package browser

import (
	"context"
	"errors"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"

	"samui/internal/journey"
)

// firstVisitLimit is how long the visit before the visit may take.
const firstVisitLimit = 30 * time.Second

// registered waits until the page's service worker is at work, where there is
// one: a second is given to it to be registered, as pages do after their load,
// and ten to be installed.
const registered = `(async () => {
	const workers = navigator.serviceWorker;
	const after = (ms) => new Promise((done) => { setTimeout(done, ms); });
	for (let i = 0; workers && i < 20; i++) {
		if ((await workers.getRegistrations()).length > 0) {
			await Promise.race([workers.ready, after(10000)]);
			return;
		}
		await after(50);
	}
})()`

// FirstVisit has the customer come to the start page and leave again, so that
// the visit proper finds a browser that knows the site: its cache, its cookies,
// its storage and its service workers are kept. What a tab keeps for itself
// (sessionStorage, its name, its history) is not, because who returns has closed
// it. The error is of Chrome's or ours; that the page couldn't be seen is said
// in the result.
func (s *Session) FirstVisit(ctx context.Context, start journey.Text) (journey.FirstVisit, error) {
	m, err := s.Step(ctx, journey.Step{ID: "first visit", Timeout: firstVisitLimit, Do: []journey.Action{{Verb: journey.Open, URL: start}}})
	v := journey.FirstVisit{URL: m.Page.URL, LoadMs: m.Page.LoadMs, Requests: m.Requests}
	clear(s.dismissed)
	if m.Record != nil {
		m.Record.Drop() // its requests are told as a number, and the visit needs the room
	}
	if f, failed := errors.AsType[*Failure](err); failed {
		v.Failure = &f.Message
	} else if err != nil {
		return v, err
	}
	ctx, cancel := context.WithTimeout(ctx, firstVisitLimit)
	defer cancel()
	if v.Failure == nil {
		// A page that goes on or can't be asked has told all that it can.
		_, _, _ = eval[any](ctx, s, registered)
		_, _, _ = eval[any](ctx, s, "(sessionStorage.clear(), window.name = '', undefined)")
	}
	s.state.begin(func(error) {}) // what failed is over
	if err := call(ctx, s.target(), page.Navigate, page.NavigateParams{URL: "about:blank"}); err != nil {
		return v, err
	}
	if _, err := s.settledDocument(ctx); err != nil {
		return v, err
	}
	return v, call(ctx, s.target(), page.ResetNavigationHistory, cdp.Empty{})
}
