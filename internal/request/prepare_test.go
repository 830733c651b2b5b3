package request_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"samui/internal/journey"
	"samui/internal/request"
)

// TestSetAndForgetCookies: without a browser too a journey says with which
// cookies it asks.
func TestSetAndForgetCookies(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/gives", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "1", Path: "/", MaxAge: 600})
		http.SetCookie(w, &http.Cookie{Name: "deep", Value: "2", Path: "/sub"})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.Header.Get("Cookie"))) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	set := journey.Action{Verb: journey.Set, Kept: journey.KeptCookie, Name: "variant", With: secret("B"), Pos: journey.Pos{Line: 4}}
	forget := func(what journey.Kept, name string) journey.Action {
		return journey.Action{Verb: journey.Forget, Kept: what, Name: name}
	}
	gives, asks := call("GET", "/gives"), call("GET", "/sub")
	elsewhere := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	for _, c := range []struct {
		name string
		do   []journey.Action
		want string
	}{
		{"set before the first request", []journey.Action{set, asks}, "variant=B"},
		{"with what the server sets", []journey.Action{gives, set, asks}, "deep=2; sid=1; variant=B"},
		{"without one", []journey.Action{set, gives, forget(journey.KeptCookie, "deep"), asks}, "variant=B; sid=1"},
		{"without one that isn't there", []journey.Action{gives, forget(journey.KeptCookie, "no"), asks}, "deep=2; sid=1"},
		{"without any", []journey.Action{set, gives, forget(journey.KeptCookies, ""), asks}, ""},
		{"again", []journey.Action{gives, forget(journey.KeptCookies, ""), set, asks}, "variant=B"},
		{"another's stay", []journey.Action{call("GET", elsewhere+"/gives"), set, forget(journey.KeptCookies, ""), call("GET", elsewhere+"/")}, "sid=1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := client(t, site(t, server)).Step(t.Context(), step(c.do...))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(r.Last.Body); got != c.want {
				t.Errorf("sent %q, want %q", got, c.want)
			}
		})
	}
	set.With = journey.Plain("B; Path=/x")
	_, err := client(t, site(t, server)).Step(t.Context(), step(set, asks))
	f, ok := errors.AsType[*request.Failure](err)
	if !ok || f.Kind != journey.KindScript || f.Message != `can't set the cookie "variant": a cookie can't hold a semicolon` || f.Pos.Line != 4 {
		t.Errorf("got %v", err)
	}
}
