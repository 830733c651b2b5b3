package browser_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

func anyOf(of ...journey.Expectation) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimAny, Of: of}
}

func soft(of journey.Expectation) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimSoft, Of: []journey.Expectation{of}}
}

func title(s string) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimTitle, Op: journey.Is, Text: text(s)}
}

// TestAny: one of several is enough, and a failure tells of each.
func TestAny(t *testing.T) {
	server := pages(t, map[string]string{
		"/": `<title>Shop</title><h1>Start</h1><button onclick="setTimeout(()=>document.body.append('Sold out'),300)">Buy</button>`,
	})
	b := newBrowser(t)
	s := open(t, b, site(server))
	mustStep(t, s, step(do(openURL("/")), anyOf(title("Store"), title("Shop"))))
	m := mustStep(t, s, step(do(click("Buy")), anyOf(sees("In your cart"), sees("Sold out"))))
	if m.Wait < 300*time.Millisecond || m.Already {
		t.Errorf("waited %s, already %v; want 300ms or more", m.Wait, m.Already)
	}
	none := step(do(click("Buy")), anyOf(sees("Thanks"), title("Done"), journey.Expectation{Claim: journey.ClaimVisible, Target: plain("Bye")}))
	none.Timeout = 3 * time.Second
	f := failStep(t, s, none)
	const want = `none of 3 alternatives: "Thanks" not seen; title: "Done" not seen; there was "Shop"; visible: "Bye": nothing on the page matches`
	if f.Kind != journey.KindExpectation || f.Message != want {
		t.Errorf("got  %s %s\nwant %s", f.Kind, f.Message, want)
	}
}

// TestSoft: what should be so is a note where it isn't, whatever the step's
// outcome and wait.
func TestSoft(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(`<title>Shop</title><h1>Start</h1><script>console.error('odd');setTimeout(()=>document.body.append('Delivered tomorrow'),900)</script>`))
	mux.HandleFunc("/cookie", html(`<h1>Start</h1><script>setTimeout(()=>{document.cookie='seen=1'},600)</script>`))
	server := serve(t, mux)
	b := newBrowser(t)
	for _, c := range []struct {
		name, path string
		soft       journey.Expectation
		want       string // of the note; empty = it held
	}{
		{"what holds", "/", title("Shop"), ""},
		{"what comes a moment later", "/", sees("Delivered tomorrow"), ""},
		{"what never comes", "/", sees("Delivered today"), `soft: "Delivered today" not seen; there was "Start Delivered tomorrow"`},
		{"a target that isn't there", "/", journey.Expectation{Claim: journey.ClaimVisible, Target: css("#offer")}, `soft: visible: {css: "#offer"}: nothing on the page matches`},
		{"alternatives", "/", anyOf(title("Store"), title("Shop")), ""},
		{"the whole step", "/", whole(journey.ClaimNoConsoleErrors), `soft: no_console_errors: 1 error: "odd"`},
		{"a cookie that comes later", "/cookie", journey.Expectation{Claim: journey.ClaimCookie, Name: "seen"}, ""},
		{"a cookie that doesn't", "/cookie", journey.Expectation{Claim: journey.ClaimCookie, Name: "session"}, `soft: cookie: "session": there is none; there is "seen"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			began := time.Now()
			m := mustStep(t, s, step(do(openURL(c.path)), sees("Start"), soft(c.soft)))
			if got := strings.Join(m.Notes, "\n"); got != c.want {
				t.Errorf("noted %q, want %q", got, c.want)
			}
			if m.Already || c.want == "" && m.Wait > time.Since(began)/2 && m.Wait > 800*time.Millisecond {
				t.Errorf("waited %s of %s: a soft expectation is no wait", m.Wait, time.Since(began))
			}
		})
	}
	t.Run("alone", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/")), soft(title("Shop"))))
	})
	t.Run("not judged where the step failed", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		def := step(do(openURL("/")), sees("Never"), soft(title("Store")))
		def.Timeout = 3 * time.Second
		if f := failStep(t, s, def); !strings.Contains(f.Message, "Never") {
			t.Errorf("got %q", f.Message)
		}
	})
}
