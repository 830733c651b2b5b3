package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"samui/internal/journey"
	"samui/internal/web"
)

func TestThePasswordIsAskedForEverywhereButOfHealth(t *testing.T) {
	h := handler(t, records{}, func(o *web.Options) {
		o.Auth = &web.Auth{User: "ops", Password: journey.NewSecret("sesame")}
		o.Metrics = http.NotFoundHandler()
		o.Evidence = t.TempDir()
		o.Events = web.NewEvents()
	})
	for _, path := range []string{
		"/", "/style.css", "/app.js", "/journeys/a/b", "/runs/x", "/incidents", "/incidents/x", "/samui", "/api", "/metrics", "/api/journeys", "/api/journeys/a/b/runs", "/api/runs/x", "/api/incidents",
		"/api/events", "/at", "/evidence/a/b.png", "/nowhere",
	} {
		for _, as := range []struct{ user, password string }{{"", ""}, {"ops", ""}, {"ops", "sesam"}, {"root", "sesame"}, {"ops", "sesame "}} {
			response := get(h, path, func(r *http.Request) {
				if as.user != "" {
					r.SetBasicAuth(as.user, as.password)
				}
			})
			if response.StatusCode != http.StatusUnauthorized || response.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s as %q: status %d, want 401", path, as, response.StatusCode)
			}
		}
	}
	response := get(h, "/api/journeys", func(r *http.Request) { r.SetBasicAuth("ops", "sesame") })
	if response.StatusCode != http.StatusOK {
		t.Errorf("with the password: status %d", response.StatusCode)
	}
}

func TestAnEmptyPasswordLetsNobodyIn(t *testing.T) {
	h := handler(t, records{}, func(o *web.Options) { o.Auth = &web.Auth{User: "ops"} })
	if response := get(h, "/api/journeys", func(r *http.Request) { r.SetBasicAuth("ops", "") }); response.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d, want 401", response.StatusCode)
	}
}

// Without a password a page elsewhere could have its own name point to this
// machine and read everything.
func TestOnlyKnownNamesAreAnsweredWithoutAPassword(t *testing.T) {
	h := handler(t, records{}, func(o *web.Options) { o.Hosts = []string{"samui.example"} })
	for host, want := range map[string]int{
		"127.0.0.1:8090": 200, "127.8.8.8": 200, "localhost": 200, "localhost:8090": 200, "[::1]:8090": 200, "LOCALHOST.": 200,
		"samui.example": 200, "Samui.Example:443": 200,
		"evil.example": 421, "127.0.0.1.evil.example": 421, "samui.example.evil": 421, "10.0.0.1": 421, "": 421,
	} {
		response := get(h, "/api/journeys", func(r *http.Request) { r.Host = host })
		if response.StatusCode != want {
			t.Errorf("host %q: status %d, want %d", host, response.StatusCode, want)
		}
	}
}

// But for the one form there is: see TestAnIncidentIsAcknowledged.
func TestNothingCanBeChanged(t *testing.T) {
	h := handler(t, records{})
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		for _, path := range []string{"/api/journeys", "/api/runs/x", "/healthz", "/", "/samui", "/incidents/x", "/runs/x"} {
			r := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader("{}"))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: status %d, want 405", method, path, w.Code)
			}
		}
	}
}

func TestEveryAnswerKeepsBrowsersInCheck(t *testing.T) {
	h := handler(t, records{})
	for _, path := range []string{"/", "/healthz", "/api/journeys", "/api/runs/none", "/nowhere"} {
		got := get(h, path).Header
		for key, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if got.Get(key) != want {
				t.Errorf("%s: %s = %q, want %q", path, key, got.Get(key), want)
			}
		}
		forms := "'none'"
		if strings.HasPrefix(got.Get("Content-Type"), "text/html") {
			forms = "'self'"
		}
		want := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action " + forms + "; base-uri 'none'; frame-ancestors 'none'"
		if csp := got.Get("Content-Security-Policy"); csp != want {
			t.Errorf("%s: Content-Security-Policy = %q, want %q", path, csp, want)
		}
	}
}

func TestThePageTrustsNoTitle(t *testing.T) {
	const hostile = `<img src=x onerror=alert(1)>`
	h := handler(t, records{}, func(o *web.Options) {
		o.Journeys = func() []web.Journey {
			return []web.Journey{
				{Site: "a/b?c", Journey: `"x`, Title: hostile, Stage: journey.Browse, Device: "desktop"},
				{Title: hostile, Refused: "</pre><script>alert(1)</script>"},
			}
		}
	})
	response := get(h, "/")
	text := response.Body
	if response.StatusCode != http.StatusOK || strings.Contains(text, "<img") || strings.Contains(text, "<script>") {
		t.Errorf("status %d, page:\n%s", response.StatusCode, text)
	}
	if !strings.Contains(text, `href="/journeys/a%2Fb%3Fc/%22x?device=desktop"`) {
		t.Errorf("a site's name escapes from its place in the link:\n%s", text)
	}
}
