package browser

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// Jar is the session's cookies, for requests that are made beside the page.
type Jar struct{ session *Session }

// Jar gives the session's cookies to somebody who asks in its name.
func (s *Session) Jar() Jar { return Jar{s} }

// UserAgent is who the site sees in this session.
func (s *Session) UserAgent() string {
	return identity(s.process.userAgent, s.process.version, s.device, s.browser.options.Contact).UserAgent
}

// Cookies are those that the browser would send to an address, as the Cookie
// header has them.
func (j Jar) Cookies(ctx context.Context, address string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := cdp.Call(ctx, j.session.target(), network.GetCookies, network.GetCookiesParams{URLs: []string{address}})
	if err != nil {
		return "", j.session.orGone(because(ctx, err))
	}
	var pairs []string
	for _, c := range found.Cookies {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; "), nil
}

// Keep takes in what an answer from the address sets. What a browser would
// refuse, as a cookie for another site, is refused by it: that is no error.
func (j Jar) Keep(ctx context.Context, address string, set []*http.Cookie) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	for _, c := range set {
		if err := j.keep(ctx, u, c); err != nil && !isRefused(err) {
			return j.session.orGone(because(ctx, err))
		}
	}
	return nil
}

// isRefused recognises Chrome's way of saying that it takes no such cookie.
func isRefused(err error) bool {
	const invalidParams = -32602
	said, ok := errors.AsType[*cdproto.Error](err)
	return ok && said.Code == invalidParams
}

// Forget removes the cookies of a name that are sent to the site's hosts; of an
// empty one, all of them.
func (j Jar) Forget(ctx context.Context, site journey.Site, name string) error {
	if err := j.session.forgetCookies(ctx, site, name); err != nil {
		return j.session.orGone(because(ctx, err))
	}
	return nil
}

func (j Jar) keep(ctx context.Context, from *url.URL, c *http.Cookie) error {
	path := c.Path
	if !strings.HasPrefix(path, "/") {
		path = "/"
		if i := strings.LastIndexByte(from.Path, '/'); i > 0 {
			path = from.Path[:i]
		}
	}
	expires := c.Expires
	if c.MaxAge > 0 {
		expires = time.Now().Add(time.Duration(c.MaxAge) * time.Second)
	}
	if c.MaxAge < 0 || !expires.IsZero() && expires.Before(time.Now()) {
		gone := network.DeleteCookiesParams{Name: c.Name, Path: path, Domain: c.Domain}
		if c.Domain == "" {
			gone.Domain = from.Hostname()
		}
		return call(ctx, j.session.target(), network.DeleteCookies, gone)
	}
	if c.Domain != "" && !domainOf(from.Hostname(), c.Domain) || c.Secure && from.Scheme != "https" && !isLoopback(from.Hostname()) {
		return nil
	}
	params := network.SetCookieParams{
		Name: c.Name, Value: c.Value, URL: from.Scheme + "://" + from.Host + "/", Path: path, Domain: c.Domain, Secure: &c.Secure, HTTPOnly: &c.HttpOnly,
	}
	if !expires.IsZero() {
		params.Expires = cdp.TimeSinceEpoch(float64(expires.UnixMilli()) / 1000)
	}
	switch c.SameSite {
	case http.SameSiteStrictMode:
		params.SameSite = network.CookieSameSiteStrict
	case http.SameSiteLaxMode:
		params.SameSite = network.CookieSameSiteLax
	case http.SameSiteNoneMode:
		params.SameSite = network.CookieSameSiteNone
	case http.SameSiteDefaultMode:
	}
	return call(ctx, j.session.target(), network.SetCookie, params)
}

// domainOf reports whether a host may set a cookie for a domain.
func domainOf(host, domain string) bool {
	host, domain = strings.ToLower(host), strings.ToLower(strings.TrimPrefix(domain, "."))
	return host == domain || strings.HasSuffix(host, "."+domain)
}

func isLoopback(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}
