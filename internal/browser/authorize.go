package browser

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// answers counts how often a request was asked who it comes from: what is
// asked again after an answer was refused. It is safe for concurrent use.
type answers struct {
	mu    sync.Mutex
	given map[string]bool
}

// first reports whether nothing was answered to this question yet.
func (a *answers) first(question string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.given == nil {
		a.given = map[string]bool{}
	}
	known := a.given[question]
	a.given[question] = true
	return !known
}

// intercept stops the requests to the site's own hosts, to add its headers and
// to say who comes; without either nothing is intercepted, because every stop
// costs a round trip. A proxy asks at the first request, which is a
// document's, and Chrome remembers the answer.
func (s *Session) intercept(ctx context.Context, t cdp.Session) error {
	var patterns []*fetch.RequestPattern
	if len(s.headers) > 0 || s.conditions.Auth != nil {
		for _, host := range s.site.Hosts {
			for _, name := range hostPatterns(host) {
				for _, port := range []string{"", ":*"} {
					patterns = append(patterns, &fetch.RequestPattern{URLPattern: "*://" + name + port + "/*", RequestStage: fetch.RequestStageRequest})
				}
			}
		}
	}
	if s.proxyAsks() {
		patterns = append(patterns, &fetch.RequestPattern{URLPattern: "*", ResourceType: network.ResourceTypeDocument, RequestStage: fetch.RequestStageRequest})
	}
	if len(patterns) == 0 {
		return nil
	}
	asks := s.conditions.Auth != nil || s.proxyAsks()
	return call(ctx, t, fetch.Enable, fetch.EnableParams{Patterns: patterns, HandleAuthRequests: &asks})
}

func (s *Session) proxyAsks() bool {
	p := s.conditions.Proxy
	return p != nil && (!p.User.IsZero() || !p.Password.IsZero())
}

// authorize answers who a request comes from: the site's account to the site's
// own hosts, the proxy's to the proxy, nothing to anybody else, and nothing a
// second time.
func (s *Session) authorize(t cdp.Session, e *fetch.EventAuthRequired) {
	answer := fetch.AuthChallengeResponse{Response: fetch.AuthChallengeResponseResponseCancelAuth}
	byProxy := e.AuthChallenge.Source == fetch.AuthChallengeSourceProxy
	request, _, _ := strings.Cut(string(e.RequestID), ".")
	first := s.answers.first(fmt.Sprint(byProxy, " ", e.AuthChallenge.Origin, " ", request))
	switch account := s.conditions.Auth; {
	case byProxy && s.proxyAsks() && first:
		answer.Response = fetch.AuthChallengeResponseResponseProvideCredentials
		answer.Username, answer.Password = s.values.Reveal(s.conditions.Proxy.User), s.values.Reveal(s.conditions.Proxy.Password)
	case byProxy:
		s.state.update(func(s *state) { s.failLocked(proxyRefused()) })
	case account != nil && first && s.site.OwnsURL(e.AuthChallenge.Origin) && s.site.OwnsURL(e.Request.URL):
		answer.Response = fetch.AuthChallengeResponseResponseProvideCredentials
		answer.Username, answer.Password = s.values.Reveal(account.User), s.values.Reveal(account.Password)
	}
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	// A request whose page has gone needs no answer.
	_, _ = cdp.Call(ctx, t, fetch.ContinueWithAuth, fetch.ContinueWithAuthParams{RequestID: e.RequestID, AuthChallengeResponse: &answer})
}

// proxyRefused is our fault, not the site's: its name tells the probe so.
func proxyRefused() *Failure {
	return &Failure{
		Kind: journey.KindNavigation, NetError: "ERR_PROXY_AUTH_REQUESTED",
		Message: "the proxy refused the visit (407)",
		Hint:    `give its account: visit: {proxy: "http://user:${secret:NAME}@host:port"}`,
	}
}

// refusedHint is what to do about a page that wants to know who comes.
func (s *Session) refusedHint(address string, headers network.Headers) string {
	scheme := ""
	for name, value := range headers {
		if strings.EqualFold(name, "WWW-Authenticate") {
			scheme, _, _ = strings.Cut(fmt.Sprint(value), " ")
		}
	}
	if !strings.EqualFold(scheme, "basic") && !strings.EqualFold(scheme, "digest") {
		return ""
	}
	switch {
	case s.conditions.Auth == nil:
		return `add visit: {auth: {user: …, password: "${secret:NAME}"}}`
	case !s.site.OwnsURL(address):
		return "the account of auth: is told to the site's hosts only; add the host to the site's hosts:, if it is theirs"
	}
	return "the site doesn't take the user and password of auth:"
}
