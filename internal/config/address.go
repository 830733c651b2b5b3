package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"samui/internal/journey"
)

const wantURL = "an absolute URL such as https://shop.example"

// absoluteURL is an http(s) URL with a host.
func absoluteURL() word[string] {
	return word[string]{
		noun: "a URL", want: wantURL, pattern: `^[Hh][Tt][Tt][Pp][Ss]?://[^/\s]`,
		parse: func(s string) (string, fault) {
			if f := checkAbsolute(s); f.bad() {
				return "", f
			}
			return s, fault{}
		},
	}
}

// siteURL is where a customer's paths start.
func siteURL() codec[string] {
	return finished(absoluteURL().codec(), func(n *node, r reader, address *string) { r.checkPassword(n, *address) })
}

// checkPassword warns of a password in an address, which is no secret there.
func (r reader) checkPassword(n *node, address string) {
	u, err := url.Parse(address)
	if err != nil {
		return
	}
	if _, there := u.User.Password(); there {
		r.warn(n, r.key+" holds a password, and reports show addresses", "", `add headers: {Authorization: "Basic ${secret:NAME}"} to the site`)
	}
}

func checkAbsolute(s string) fault {
	if strings.TrimSpace(s) != s || strings.ContainsAny(s, " \t\r\n") {
		return fault{"is not a URL: it holds white space", "write %20 for a space"}
	}
	u, err := url.Parse(s)
	scheme, _, hasScheme := strings.Cut(s, "://")
	switch {
	case !hasScheme && !strings.HasPrefix(s, "/") && (strings.Contains(s, ".") || strings.HasPrefix(s, "localhost")):
		return fault{"has no scheme", "write https://" + s}
	case hasScheme && !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"):
		return fault{"is neither http nor https", didYouMean(scheme, []string{"https", "http"})}
	case err != nil:
		return fault{"is not a URL", ""}
	case !hasScheme || u.Hostname() == "":
		return fault{"is not an absolute URL", ""}
	case u.Port() != "" && !isPort(u.Port()):
		return fault{"has a port that is none", "ports are 1 to 65535"}
	}
	return fault{}
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}

// isAbsolute reports whether an address brings its own host, rather than
// starting at the site's URL. A path may hold another address in its query.
func isAbsolute(s string) bool {
	scheme, _, found := strings.Cut(s, "://")
	return found && !strings.ContainsAny(scheme, "/?#")
}

// siteAddress is where a customer goes: a path, which starts at the site's
// URL, or an absolute URL.
func siteAddress() codec[journey.Text] {
	const want = "a path such as /cart, or an absolute http(s) URL"
	return codec[journey.Text]{
		want:   want,
		schema: func() *schema { return &schema{Type: scalarTypes(), MinLen: 1, Pattern: addressPattern} },
		read: func(r reader, n *node) (journey.Text, bool) {
			t, ok := r.text(n, want)
			if !ok {
				return t, false
			}
			if f := checkAddress(t.Address(sample(t))); f.bad() {
				if strings.Contains(n.value, "${") {
					f.hint = "look at what its ${…} stands for"
				}
				r.fail(n, r.subject(n)+" "+f.what, want, f.hint)
				return t, false
			}
			if savedHost(t) {
				r.fail(n, r.key+" would go to a host that a page named", want, "put what was saved behind the host and its /, or save the whole address")
				return t, false
			}
			if !t.HasSecret() {
				r.checkPassword(n, t.Address(sample(t)))
			}
			return t, true
		},
	}
}

// addressPattern leaves out what begins with another scheme or with //.
const addressPattern = `^([Hh][Tt][Tt][Pp][Ss]?://[^/\s]|/$|/[^/\s]|[^/:\s]+([/?#]|$)|[^:]*\$\{)`

func checkAddress(s string) fault {
	head, _, _ := strings.Cut(s, "?")
	head, _, _ = strings.Cut(head, "#")
	first, _, _ := strings.Cut(head, "/")
	scheme, rest, hasColon := strings.Cut(first, ":")
	switch {
	case s == "":
		return fault{"is empty", "write / for the site's first page"}
	case isAbsolute(head):
		return checkAbsolute(s)
	case strings.ContainsAny(s, " \t\r\n"):
		return fault{"is not a path: it holds white space", "write %20 for a space"}
	case strings.HasPrefix(s, "//"):
		return fault{"begins with //, which names another host", "write https:" + s + " for that host, or one / for a path"}
	case hasColon && isPort(rest):
		return fault{"has no scheme", "write http://" + s}
	case hasColon && scheme != "":
		return fault{"is neither a path nor an http(s) URL", ""}
	case strings.HasPrefix(first, "www."):
		return fault{"is a path that begins like a host", "write https://" + s}
	case strings.HasPrefix(s, `\`):
		return fault{`begins with \`, "write /"}
	}
	if _, err := url.Parse(s); err != nil {
		return fault{"is not a path", "write %25 for a %"}
	}
	return fault{}
}

// host is a host that belongs to a site.
func host() word[string] {
	return word[string]{
		noun: "a host", want: "a host such as shop.example", pattern: `^[^/\s@?#]+$`, number: true,
		parse: func(s string) (string, fault) {
			switch {
			case strings.Contains(s, "://"):
				if u, err := url.Parse(s); err == nil && u.Host != "" {
					return "", fault{"is a URL", "write " + u.Hostname()}
				}
				return "", fault{"is a URL", "write the host alone"}
			case strings.HasPrefix(s, "*."):
				return "", fault{"has a wildcard", fmt.Sprintf("write %s: subdomains belong to it", s[2:])}
			case s == "" || strings.ContainsAny(s, "/ \t\r\n@?#*%\\"):
				return "", fault{"is not a host", ""}
			}
			name := s
			if h, port, err := net.SplitHostPort(s); err == nil {
				if !isPort(port) {
					return "", fault{"has a port that is none", ""}
				}
				name = h
			}
			if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
				return s, fault{}
			}
			if name == "" || strings.ContainsAny(name, ":[]") || strings.Contains(name, "..") || strings.HasPrefix(name, ".") {
				return "", fault{"is not a host", ""}
			}
			return s, fault{}
		},
	}
}

// listenAddress is host:port.
func listenAddress() word[string] {
	return word[string]{
		noun: "an address", want: "an address such as 127.0.0.1:8090", pattern: `^.*:[0-9]+$`,
		parse: func(s string) (string, fault) {
			host, port, err := net.SplitHostPort(s)
			switch {
			case err != nil && isPort(s):
				return "", fault{"has no host", "write 127.0.0.1:" + s}
			case err != nil:
				return "", fault{"is not host:port", ""}
			case port != "0" && !isPort(port):
				return "", fault{"has a port that is none", "ports are 1 to 65535"}
			case strings.ContainsAny(host, " /"):
				return "", fault{"is not host:port", ""}
			}
			return s, fault{}
		},
	}
}

// loopback reports whether an address is reached from this machine only.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback()
	}
	return strings.EqualFold(host, "localhost")
}
