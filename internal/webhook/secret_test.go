package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"samui/internal/journey"
)

func TestNoSecretInAnyError(t *testing.T) {
	r := receive(t)
	echo := func(w http.ResponseWriter, q *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, "no such hook: http://%s%s %s", q.Host, q.URL.RequestURI(), secret)
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	piece := func(of func(*url.URL) string) http.HandlerFunc {
		return func(w http.ResponseWriter, q *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, "no such hook: %s", of(q.URL))
		}
	}
	for address, answer := range map[string]http.HandlerFunc{
		r.URL + "/hooks/t0ps3cret?channel=oncall":                  piece(func(u *url.URL) string { return u.Path }),
		r.URL + "/hooks/t0ps3cret%20x?channel=oncall":              piece(func(u *url.URL) string { return u.EscapedPath() }),
		r.URL + "/hooks/t0ps3cret-t0ps3cret/in?channel=oncall":     piece(func(u *url.URL) string { return strings.Split(u.Path, "/")[2] }),
		r.URL + "/hooks/in?channel=oncall&key=t0ps3cret-t0ps3cret": piece(func(u *url.URL) string { return u.Query().Get("key") }),
		strings.Replace(r.URL, "//", "//t0ps3cret-user:x@", 1) + "/in": func(w http.ResponseWriter, q *http.Request) {
			user, _, _ := q.BasicAuth()
			http.Error(w, "who is "+user, http.StatusBadRequest)
		},
		r.URL + path:                                   echo,
		r.URL + path + "&x=1":                          func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		gone.URL + path:                                nil,
		"http://user:t0ps3cret@127.0.0.1:1/":           nil,
		"http://t0ps3cret.invalid" + path:              nil,
		"http://169.254.169.254" + path:                nil,
		"https://" + r.Listener.Addr().String() + path: nil,
	} {
		r.say(answer)
		out := sender(t, address, 0).Send(t.Context(), deliveries(1))
		var said []string
		for err := out.Err; err != nil; err = errors.Unwrap(err) {
			said = append(said, fmt.Sprintf("%v %+v %#v", err, err, err))
		}
		said = append(said, out.Refused[1])
		for _, text := range said { // the name of a host that isn't there is told
			if strings.Contains(strings.ReplaceAll(text, "t0ps3cret.invalid", ""), "t0ps3cret") {
				t.Errorf("%s: %q shows a secret", address, text)
			}
		}
	}
	for _, mistake := range []string{"t0ps3cret", "ftp://t0ps3cret/", "http://[t0ps3cret", ""} {
		_, err := New(Options{URL: journey.NewSecret(mistake)})
		if err == nil || strings.Contains(err.Error(), "t0ps3cret") {
			t.Errorf("%q: %v, want an error without it", mistake, err)
		}
	}
}
