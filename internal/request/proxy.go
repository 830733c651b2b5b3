package request

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// proxy is the way to the site: that of the visit's conditions, else of the
// environment, as in Chrome.
func (c *Client) proxy() func(*http.Request) (*url.URL, error) {
	p := c.options.Conditions.Proxy
	switch {
	case p == nil:
		return http.ProxyFromEnvironment
	case p.Server == "":
		return nil
	}
	u, err := url.Parse(p.Server)
	if err == nil && (!p.User.IsZero() || !p.Password.IsZero()) {
		u.User = url.UserPassword(c.options.Values.Reveal(p.User), c.options.Values.Reveal(p.Password))
	}
	return func(*http.Request) (*url.URL, error) { return u, err }
}

// proxied reports whether a request's answer may be a proxy's: through a tunnel
// comes only what the site says.
func (c *Client) proxied(r *http.Request) bool {
	if c.transport.Proxy == nil || r.URL.Scheme != "http" {
		return false
	}
	u, err := c.transport.Proxy(r)
	return err == nil && u != nil && strings.HasPrefix(u.Scheme, "http")
}

// proxyError is Chrome's name of what went wrong at the proxy, empty where it
// has no part.
func proxyError(err error) string {
	dial, ok := errors.AsType[*net.OpError](err)
	switch {
	case ok && (dial.Op == "proxyconnect" || dial.Op == "socks connect"):
		return "ERR_PROXY_CONNECTION_FAILED"
	case strings.Contains(err.Error(), http.StatusText(http.StatusProxyAuthRequired)): // the transport has no better name for it
		return "ERR_PROXY_AUTH_REQUESTED"
	}
	return ""
}
