package demo

import (
	"net"
	"net/http"
)

// The third party is this same server under the other name of the loopback
// interface: another origin and another site to a browser, without a second
// listener. It counts visits, as third parties do.
const (
	tagScript = "/_metrics/tag.js"
	tagBeacon = "/_metrics/beacon"
)

// thirdParty is the origin of the third party as seen from a page: localhost
// for 127.0.0.1 and the other way round. Under any other name the shop has no
// second one, and counts for itself.
func thirdParty(r *http.Request) string {
	host, port := hostPort(r)
	switch host {
	case "127.0.0.1":
		host = "localhost"
	case "localhost":
		host = "127.0.0.1"
	}
	if port != "" {
		host = net.JoinHostPort(host, port)
	}
	return "http://" + host
}

func (s *Shop) thirdPartyRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+tagScript, s.tag)
	mux.HandleFunc("POST "+tagBeacon, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})
}

// tag serves the script that counts a visit. With hanging-third-party it
// doesn't arrive until the visitor gives up, a minute at most. Pages ask for it
// asynchronously at the end of their body: what is written on them can be read
// and used, but they never finish loading.
func (s *Shop) tag(w http.ResponseWriter, r *http.Request) {
	if s.troubled(hangingThirdParty) {
		if pause(r.Context(), hangLatency) {
			http.Error(w, "the third party is not there", http.StatusGatewayTimeout)
		}
		return
	}
	if !pause(r.Context(), pictureLatency) {
		return
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(s.assets.tag)
}
