package browser_test

import (
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"samui/internal/journey"
)

// What is compared is the same moment on both clocks: on one machine whose clock
// nobody moves, documents of several sites agree, and one that is told to be
// ahead is back on the visit's time.
func TestClocksAgree(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/landed", http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<title>A</title><h1>Hello</h1>`))
	})
	server := httptest.NewServer(page)
	t.Cleanup(server.Close)
	other := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	s := open(t, newBrowser(t), site(server))
	for _, url := range []string{server.URL, other, server.URL + "/moved", other + "/moved"} {
		mustStep(t, s, step([]journey.Action{openURL(url)}))
		sent, own, zero, err := s.ClockOfDocument(t.Context())
		if err != nil || sent == 0 || zero == 0 {
			t.Fatalf("%s: nobody knows when its request was sent: %g, %g (%v)", url, sent, zero, err)
		}
		if off := own - sent - zero; math.Abs(off) > 0.5 {
			t.Errorf("%s: the clocks differ by %g ms", url, off)
		}
	}
	if moved, err := s.CorrectDocument(t.Context(), 250); err != nil || math.Abs(moved+250) > 0.01 {
		t.Errorf("a document that is 250 ms ahead puts its times %g ms later (%v)", moved, err)
	}
}
