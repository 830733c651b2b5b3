package browser_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"samui/internal/journey"
)

// TestExpectedErrorPages: a page that answers 400 or more fails its step, but
// where the step expects just that of it.
func TestExpectedErrorPages(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(`<h1>Start</h1><a href=/gone>Old offer</a> <a href=/away>Moved</a>`))
	page := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			fmt.Fprint(w, "<!doctype html><h1>Sorry</h1><a href=/>Home</a>")
		}
	}
	mux.HandleFunc("/gone", page(http.StatusNotFound))
	mux.HandleFunc("/closed", page(http.StatusServiceUnavailable))
	mux.HandleFunc("/away", http.RedirectHandler("/gone", http.StatusFound).ServeHTTP)
	server := serve(t, mux)
	b := newBrowser(t)
	status := func(url, status string) journey.Expectation {
		x := journey.Exchange{Status: status}
		if url != "" {
			x.URL = pathIs(url)
		}
		return responded(x)
	}
	for name, c := range map[string]struct {
		do     journey.Action
		expect []journey.Expectation
		wrong  string // part of the failure; empty = none
	}{
		"expected":                     {openURL("/gone"), []journey.Expectation{sees("Sorry"), status("/gone", "404")}, ""},
		"whatever page":                {click("Old offer"), []journey.Expectation{sees("Sorry"), status("", "404")}, ""},
		"of a kind":                    {openURL("/gone"), []journey.Expectation{sees("Sorry"), status("/gone", "4xx")}, ""},
		"behind a redirect":            {click("Moved"), []journey.Expectation{sees("Sorry"), status("/gone", "404")}, ""},
		"the server's own":             {openURL("/closed"), []journey.Expectation{sees("Sorry"), status("/closed", "503")}, ""},
		"not expected":                 {openURL("/gone"), []journey.Expectation{sees("Sorry")}, "the page answered 404 Not Found"},
		"another status":               {openURL("/gone"), []journey.Expectation{sees("Sorry"), status("/gone", "410")}, "the page answered 404 Not Found"},
		"no status":                    {openURL("/gone"), []journey.Expectation{sees("Sorry"), responded(journey.Exchange{URL: pathIs("/gone")})}, "the page answered 404 Not Found"},
		"of another address":           {openURL("/gone"), []journey.Expectation{sees("Sorry"), status("/closed", "404")}, "the page answered 404 Not Found"},
		"soft, which decides nothing":  {openURL("/gone"), []journey.Expectation{sees("Sorry"), soft(status("/gone", "404"))}, "the page answered 404 Not Found"},
		"expected, and not what it is": {openURL("/gone"), []journey.Expectation{sees("Welcome"), status("/gone", "404")}, `"Welcome" not seen`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL("/")), sees("Start")))
			def := step(do(c.do), c.expect...)
			if c.wrong == "" {
				if m := mustStep(t, s, def); m.Page.Status == nil || *m.Page.Status < 400 {
					t.Errorf("the page's status is %v", m.Page.Status)
				}
				mustStep(t, s, step(do(click("Home")), sees("Start")))
				return
			}
			def.Timeout = 5e9
			if f := failStep(t, s, def); !strings.Contains(f.Message, c.wrong) {
				t.Errorf("got %q, want %q", f.Message, c.wrong)
			}
		})
	}
}
