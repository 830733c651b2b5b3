package browser_test

import (
	"net/http"
	"strings"
	"testing"

	"samui/internal/journey"
)

func whole(claim journey.Claim) journey.Expectation { return journey.Expectation{Claim: claim} }

// TestWholeStep: what a step did wrong beside what the customer was to see.
func TestWholeStep(t *testing.T) {
	const picture = `data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=`
	mux := http.NewServeMux()
	for path, body := range map[string]string{
		"/": `<h1>Fine</h1><img src="` + picture + `"><img><img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>" width=9>
			<div style=height:9000px></div><img loading=lazy src=/gone.png?token=1>`,
		"/console":   `<h1>Fine</h1><script>console.error('no stock', {a:1}); console.warn('odd')</script>`,
		"/exception": `<h1>Fine</h1><script>setTimeout(() => { throw new Error('boom') }); addEventListener('error', () => document.body.append('thrown'))</script>`,
		"/request":   `<h1>Fine</h1><script>fetch('/gone.png?token=s3cret').then(() => document.body.append('answered'))</script>`,
		"/picture":   `<h1>Fine</h1><img src="/gone.png?token=s3cret" width=9 height=9><img src=data:image/png;base64,aaaa>`,
	} {
		mux.HandleFunc(path, html(body))
	}
	mux.HandleFunc("/gone.png", http.NotFound)
	server := serve(t, mux)
	b := newBrowser(t)
	console, requests, pictures := whole(journey.ClaimNoConsoleErrors), whole(journey.ClaimNoFailedRequests), whole(journey.ClaimNoBrokenImages)
	for _, c := range []struct {
		name, path string
		sees       string
		claim      journey.Expectation
		want       string // empty = it holds
	}{
		{"a quiet console", "/", "Fine", console, ""},
		{"every request answered", "/", "Fine", requests, ""},
		{"every picture shown", "/", "Fine", pictures, ""},
		{"an error in the console", "/console", "Fine", console, `no_console_errors: 1 error: "no stock Object"`},
		{"an exception", "/exception", "thrown", console, `no_console_errors: 1 error: "Error: boom"`},
		{"a request that failed", "/request", "answered", requests, "no_failed_requests: 1 request failed: " + server.URL + "/gone.png (404)"},
		{"broken pictures", "/picture", "Fine", pictures, "no_broken_images: 2 pictures can't be shown: " + server.URL + "/gone.png; data:…"},
		{"what wasn't asked for", "/console", "Fine", requests, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			def := step(do(openURL(c.path)), c.claim, sees(c.sees))
			if c.want == "" {
				mustStep(t, s, def)
				return
			}
			f := failStep(t, s, def)
			if f.Kind != journey.KindExpectation || f.Message != c.want {
				t.Errorf("got %s %q\nwant %q", f.Kind, f.Message, c.want)
			}
		})
	}
	t.Run("each step answers for itself", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/console")), sees("Fine")))
		m := mustStep(t, s, step(do(openURL("/")), console))
		if m.Already {
			t.Error("a step without frames to wait for is already met")
		}
	})
	t.Run("what is seen comes first", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		def := step(do(openURL("/console")), console, sees("Nothing of the kind"))
		def.Timeout = 3e9
		if f := failStep(t, s, def); !strings.Contains(f.Message, `"Nothing of the kind" not seen`) {
			t.Errorf("got %q", f.Message)
		}
	})
}
