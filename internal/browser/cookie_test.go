package browser_test

import (
	"net/http"
	"strings"
	"testing"

	"samui/internal/journey"
)

// TestCookie: a cookie is found though no script sees it, and what it holds is
// never told.
func TestCookie(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "t0ken-123", HttpOnly: true, Path: "/"})
		html(`<h1>In</h1>`)(w, r)
	})
	server := serve(t, mux)
	b := newBrowser(t)
	for _, c := range []struct {
		name string
		op   journey.Op
		text string
		want string // empty = it holds
	}{
		{"session", journey.OpNone, "", ""},
		{"session", journey.Is, "t0ken-123", ""},
		{"session", journey.Contains, "0ken", ""},
		{"session", journey.Matches, `^t0ken-\d+$`, ""},
		{"session", journey.Is, "t0ken", "cookie: {named: session, is: t0ken}: the cookie holds something else"},
		{"session", journey.Matches, `^\d+$`, "the cookie holds something else"},
		{"Session", journey.OpNone, "", `cookie: "Session": there is none; there is "session"`},
	} {
		s := open(t, b, site(server))
		def := step(do(openURL("/")), sees("In"), journey.Expectation{Claim: journey.ClaimCookie, Name: c.name, Op: c.op, Text: text(c.text)})
		if c.want == "" {
			mustStep(t, s, def)
			continue
		}
		f := failStep(t, s, def)
		if f.Kind != journey.KindExpectation || !strings.HasSuffix(f.Message, c.want) || strings.Contains(f.Message, "123") {
			t.Errorf("%s %s %q: got %s %q, want %q", c.name, c.op, c.text, f.Kind, f.Message, c.want)
		}
	}
}
