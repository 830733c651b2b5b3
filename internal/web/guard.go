package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// policy is what a browser may do with an answer: show it, with styles, scripts,
// pictures and results from here; nothing that stands in the answer itself
// runs. forms says where its forms may be sent.
func policy(forms string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action " + forms + "; base-uri 'none'; frame-ancestors 'none'"
}

// hardened gives every answer the headers that keep a browser from doing more
// with it than showing it.
func hardened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy("'none'"))
		h.Set("X-Content-Type-Options", "nosniff")
		// Nothing for others. Forms need it for ourselves: without TLS a browser
		// says where a form comes from in Origin alone, and no-referrer empties that.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// guarded lets those through who may look.
func (s *server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case s.Auth == nil && !s.known(r.Host):
			s.problem(w, http.StatusMisdirectedRequest, "this server is not known by that name", "open it by its address, or set public_url: in samui.yaml")
		case s.Auth != nil && !s.Auth.allows(r):
			w.Header().Set("WWW-Authenticate", `Basic realm="Samui", charset="UTF-8"`)
			s.problem(w, http.StatusUnauthorized, "a password is needed", "it is auth: in samui.yaml")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// allows compares hashes, so that how long it takes tells neither how much of
// a guess was right nor how long the right answer is.
func (a *Auth) allows(r *http.Request) bool {
	user, password, given := r.BasicAuth()
	gotUser, wantUser := sha256.Sum256([]byte(user)), sha256.Sum256([]byte(a.User))
	gotPassword, wantPassword := sha256.Sum256([]byte(password)), sha256.Sum256([]byte(a.Password.Reveal()))
	same := subtle.ConstantTimeCompare(gotUser[:], wantUser[:]) & subtle.ConstantTimeCompare(gotPassword[:], wantPassword[:])
	return given && same == 1 && !a.Password.IsZero()
}

// known reports whether a request's Host is one of this server's names.
func (s *server) known(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if addr, err := netip.ParseAddr(host); err == nil && addr.IsLoopback() {
		return true
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") ||
		slices.ContainsFunc(s.Hosts, func(known string) bool { return strings.EqualFold(known, host) })
}
