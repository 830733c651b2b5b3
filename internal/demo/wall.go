package demo

import "net/http"

// wallFrame is the address of the challenge within the bot wall's page.
const wallFrame = "/_wall/captcha"

// wall answers as a firewall does that takes the visitor for a robot: a 403
// with a challenge, instead of whatever was asked for. Nobody gets past it.
func (s *Shop) wall(w http.ResponseWriter) {
	s.wallPage(w, http.StatusForbidden, "wall")
}

// wallFrame is the box to tick.
func (s *Shop) wallFrame(w http.ResponseWriter, _ *http.Request) {
	s.wallPage(w, http.StatusOK, "wallframe")
}

func (s *Shop) wallPage(w http.ResponseWriter, status int, name string) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	s.execute(w, status, name, s.assets)
}
