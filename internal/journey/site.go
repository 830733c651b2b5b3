package journey

import (
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Site is whose website a journey visits, and which.
type Site struct {
	ID       string // "none" where no sites are registered
	Client   string // "none" where no sites are registered
	Title    string
	Env      string // "none" where no sites are registered
	URL      string // absolute http(s); relative paths start here
	Hosts    []string
	Timezone *time.Location // never nil after loading
	TestIDs  []string       // attributes that hold a test id; the built-in ones where empty
	Headers  map[string]Text
	Block    []string // URL patterns that are not fetched
	Curve    Curve
	Alerts   Alerts
	Slack    string // channel for this site's incidents; empty = the installation's

	Conditions Conditions // of every visit to the site; a journey's win
}

// Owns reports whether host (with or without a port) belongs to the site: one
// of its Hosts, or a subdomain of one. Secrets are typed, and the site's
// headers are sent, only there. Names are compared as a browser spells them:
// in lower case, international ones in their xn-- form.
func (s Site) Owns(host string) bool {
	host = hostname(host)
	if host == "" {
		return false
	}
	for _, h := range s.Hosts {
		h = hostname(h)
		if h == host {
			return true
		}
		if h != "" && !isAddress(h) && strings.HasSuffix(host, "."+h) {
			return true
		}
	}
	return false
}

// OwnsURL is [Site.Owns] for the host of an address. Anything that isn't an
// http(s) URL belongs to nobody.
func (s Site) OwnsURL(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && s.Owns(u.Host)
}

// hostname is a host in the one form in which hosts are compared: no port, no
// brackets, no final dot, lower case, an IP address as netip spells it.
func hostname(host string) string {
	host = strings.ToLower(strings.TrimSpace(host))
	// A bare IPv6 address first: its last group looks like a port.
	if addr, ok := parseAddress(host); ok {
		return addr
	}
	u := url.URL{Host: host}
	name := strings.TrimSuffix(u.Hostname(), ".")
	if addr, ok := parseAddress(name); ok {
		return addr
	}
	return name
}

func parseAddress(s string) (string, bool) {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		s = s[1 : len(s)-1]
	}
	addr, err := netip.ParseAddr(s)
	return addr.Unmap().String(), err == nil
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
