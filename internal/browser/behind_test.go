package browser_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

// TestHintsOfFailures: what a newcomer gets wrong is told with what to write.
func TestHintsOfFailures(t *testing.T) {
	mux := http.NewServeMux()
	page := func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><h1>Cart</h1><button onclick="fetch('/he/api')">Ask</button><form method=post action=/he/send><button>Send</button></form><p data-testid=total>Total</p>`)
	}
	mux.HandleFunc("/he/cart", page)
	mux.HandleFunc("/he/api", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") })
	mux.HandleFunc("/he/send", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprint(w, "No")
	})
	server := serve(t, mux)
	b := newBrowser(t)
	twice := "paths stand behind the site's url " + server.URL + "/he: write url: /"
	for _, c := range []struct {
		name, press   string
		expect        journey.Expectation
		message, hint string
	}{
		{"a path with the site's", "Cart", journey.Expectation{Claim: journey.ClaimURL, Path: true, Text: text("/he/cart")}, `url: "/he/cart" not seen; there was "/cart"`, twice + "cart"},
		{"one of any", "Cart", journey.Expectation{Claim: journey.ClaimAny, Of: []journey.Expectation{{Claim: journey.ClaimURL, Path: true, Text: text("/he/cart")}, sees("Never")}}, `url: "/he/cart" not seen; there was "/cart"`, twice + "cart"},
		{"another path", "Cart", journey.Expectation{Claim: journey.ClaimURL, Path: true, Text: text("/help")}, `url: "/help" not seen; there was "/cart"`, ""},
		{"a response's path with the site's", "Ask", responded(journey.Exchange{URL: pathIs("/he/api")}), `response: "/he/api" not seen: the page got`, twice + "api"},
		{"an error that may be right", "Send", sees("No"), "the page answered 422 Unprocessable Entity", "if that is right, say so: expect: [response: {status: 422}]"},
		{"no number", "Cart", journey.Expectation{Claim: journey.ClaimNumber, Target: &journey.Target{By: journey.ByTestID, Value: text("total")}, Op: journey.AtLeast, Number: 1}, `: there is no number in it: "Total"`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at := site(server)
			at.URL += "/he"
			s := open(t, b, at)
			mustStep(t, s, step(do(openURL("/cart")), sees("Cart")))
			def := step(do(click(c.press)), c.expect)
			def.Timeout = 3 * time.Second
			f := failStep(t, s, def)
			if !strings.Contains(f.Message, c.message) || f.Hint != c.hint {
				t.Errorf("got %q (hint: %s)\nwant %q (hint: %s)", f.Message, f.Hint, c.message, c.hint)
			}
		})
	}
	t.Run("soft", func(t *testing.T) {
		at := site(server)
		at.URL += "/he"
		s := open(t, b, at)
		m := mustStep(t, s, step(do(openURL("/cart")), sees("Cart"), soft(journey.Expectation{Claim: journey.ClaimURL, Path: true, Text: text("/he/cart")})))
		want := `soft: url: "/he/cart" not seen; there was "/cart" (hint: ` + twice + "cart)"
		if got := strings.Join(m.Notes, "\n"); got != want {
			t.Errorf("noted %q, want %q", got, want)
		}
	})
}
