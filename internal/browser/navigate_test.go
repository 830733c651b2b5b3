package browser_test

import (
	"net/http"
	"testing"
	"time"

	"samui/internal/journey"
)

func at(path string) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimURL, Op: journey.Is, Path: true, Text: text(path)}
}

func bare(verb journey.Verb) journey.Action { return journey.Action{Verb: verb} }

// TestHistoryAfterAClick: a customer goes back from the page that their click
// asked for, however late it comes, and not from the one before it.
func TestHistoryAfterAClick(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(`<h1>One</h1><a href=/two>On</a>`))
	mux.HandleFunc("/two", after(300*time.Millisecond, "text/html", []byte(`<h1>Two</h1>`)))
	server := serve(t, mux)
	b := newBrowser(t)
	for name, c := range map[string]struct {
		do   []journey.Action
		path string
	}{
		"back":    {do(click("On"), bare(journey.Back)), "/"},
		"reload":  {do(click("On"), bare(journey.Reload)), "/two"},
		"forward": {do(click("On"), bare(journey.Back), bare(journey.Forward)), "/two"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL("/")), sees("One")))
			m := mustStep(t, s, step(c.do, at(c.path)))
			if m.Wait < 250*time.Millisecond {
				t.Errorf("wait: got %v, want the page between counted", m.Wait)
			}
		})
	}
}

func TestForwardToNowhere(t *testing.T) {
	server := pages(t, map[string]string{"/": `<h1>One</h1>`})
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/"))))
	if f := failStep(t, s, step(do(bare(journey.Forward)))); f.Kind != journey.KindNavigation || f.Message != "there is no page to go forward to" {
		t.Errorf("got %s %q", f.Kind, f.Message)
	}
}
