package config

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"samui/internal/journey"
)

const wantProxy = "a proxy such as http://proxy.example:8080 or socks5://10.0.0.1:1080, or none"

// proxy is an address whose user and password may be secrets.
func proxy() codec[journey.Proxy] {
	return codec[journey.Proxy]{
		want: wantProxy,
		schema: func() *schema {
			return &schema{Type: []string{"string"}, Pattern: orReference(`^(none|(https?|socks[45])://[^\s/]+:[0-9]+/?)$`)}
		},
		read: func(r reader, n *node) (journey.Proxy, bool) {
			t, ok := r.text(n, wantProxy)
			if !ok {
				return journey.Proxy{}, false
			}
			p, f := parseProxy(t)
			if f.bad() {
				r.fail(n, r.key+" "+f.what, wantProxy, f.hint)
				return p, false
			}
			if !p.Password.IsZero() && !strings.Contains(n.value, "${") {
				r.warn(n, r.key+" has its password written in the file, where everybody reads it", `"http://user:${secret:NAME}@proxy.example:8080"`, "set SAMUI_SECRET_NAME, or put it into a file of that name in the folder of secrets:")
			}
			return p, true
		},
	}
}

// heldPlace is the first of the characters that stand for what is no literal while
// an address is taken apart; no address holds them.
const heldPlace = '\ue000'

// parseProxy takes a proxy's address apart. What is wrong never repeats it: it
// may hold a password that was written plainly.
func parseProxy(t journey.Text) (journey.Proxy, fault) {
	var b strings.Builder
	parts := t.Parts()
	for i, p := range parts {
		if p.Secret.IsZero() && p.Date == nil {
			b.WriteString(p.Literal)
		} else {
			b.WriteRune(heldPlace + rune(i))
		}
	}
	address := b.String()
	if address == "none" {
		return journey.Proxy{}, fault{}
	}
	scheme, rest, ok := strings.Cut(address, "://")
	switch {
	case !ok:
		hint := "write http:// before it"
		if !strings.ContainsAny(address, "@") && !strings.ContainsFunc(address, isHeld) {
			hint = "write http://" + address
		}
		return journey.Proxy{}, fault{"has no scheme", hint}
	case scheme == "socks":
		return journey.Proxy{}, fault{"has a scheme that is unknown", "write socks5://…"}
	case scheme != "http" && scheme != "https" && scheme != "socks4" && scheme != "socks5":
		return journey.Proxy{}, fault{"has a scheme that is unknown", "http, https, socks4 or socks5"}
	}
	account, server := "", strings.TrimSuffix(rest, "/")
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		account, server = rest[:at], strings.TrimSuffix(rest[at+1:], "/")
	}
	if strings.ContainsFunc(server, isHeld) {
		return journey.Proxy{}, fault{"hides where it leads", "only its user and password may be secrets"}
	}
	host, port, err := net.SplitHostPort(server)
	if n, _ := strconv.Atoi(port); err != nil || host == "" || n < 1 || n > 65535 || strings.ContainsAny(host, "/?# ") {
		return journey.Proxy{}, fault{"is not a host with a port", ""}
	}
	p := journey.Proxy{Server: scheme + "://" + server}
	if account == "" {
		return p, fault{}
	}
	if strings.HasPrefix(scheme, "socks") {
		return journey.Proxy{}, fault{"has a user, and Chrome knows no passwords for SOCKS", "let the proxy know this machine by its address, or use one that speaks http"}
	}
	user, password, _ := strings.Cut(account, ":")
	p.User, p.Password = unheld(user, parts), unheld(password, parts)
	return p, fault{}
}

func isHeld(r rune) bool { return r >= heldPlace && r < '\uf900' }

// unheld is a piece of an address as a text: what was written in it is
// percent-decoded, as in every URL, what a secret holds is taken as it is.
func unheld(s string, parts []journey.Part) journey.Text {
	var text []journey.Part
	for s != "" {
		i := strings.IndexFunc(s, isHeld)
		if i == 0 {
			r, size := []rune(s)[0], len(string([]rune(s)[0]))
			text = append(text, parts[r-heldPlace])
			s = s[size:]
			continue
		}
		literal := s
		if i > 0 {
			literal = s[:i]
		}
		s = s[len(literal):]
		if plain, err := url.PathUnescape(literal); err == nil {
			literal = plain
		}
		text = append(text, journey.Part{Literal: literal})
	}
	return journey.NewText(text...)
}
