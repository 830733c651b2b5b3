package browser_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

func script(s string) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimScript, Text: text(s)}
}

// TestScript: an expression sees what the page's own scripts know, whatever the
// page's security policy, and whatever the page made of the language's things.
func TestScript(t *testing.T) {
	const policy = "default-src 'none'; script-src 'nonce-x'"
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		html(`<h1>Start</h1><button>Go</button><script nonce=x>
			var app = { ready: false };
			let lexical = 7;
			setTimeout(() => { app.ready = true }, 400);
			document.querySelector('button').onclick = () => setTimeout(() => { app.clicked = 1 }, 300);
			EventTarget.prototype.dispatchEvent = EventTarget.prototype.addEventListener = () => { throw 1 };
			Promise.prototype.then = () => 1; JSON.parse = JSON.stringify = () => 1; Function.prototype.call = () => 1;
			performance.now = () => -1e9; requestAnimationFrame = () => 1;
		</script>`)(w, r)
	})
	server := serve(t, mux)
	b := newBrowser(t)
	opens := func(e ...journey.Expectation) journey.Step { return step(do(openURL("/")), e...) }
	for _, c := range []struct {
		name, script string
		want         string // of the failure; empty = it holds
	}{
		{"a variable of the page", "app.ready", ""},
		{"a lexical variable", "lexical === 7 // of a script", ""},
		{"an object", "({})", ""},
		{"a promise", "fetch ? (async () => { await 1; return app.ready })() : 0", ""},
		{"text", `"x"`, ""},
		{"a big number", "10n", ""},
		{"false", "app.never", `script: "app.never" does not hold: it gave undefined`},
		{"zero", "app.ready && 0", "does not hold: it gave 0"},
		{"no number", "0/0", "does not hold: it gave NaN"},
		{"empty text", `''`, `does not hold: it gave ""`},
		{"null", "null", "does not hold: it gave null"},
		{"an exception", "nowhere.to.be", "does not hold: it threw ReferenceError: nowhere is not defined"},
		{"a rejected promise", "(async () => { throw new Error('no') })()", "does not hold: it threw Error: no"},
		{"a promise that never settles", "new Promise(() => {})", "does not hold: its promise has not settled"},
		{"without end", "(() => { for (;;); })()", "does not hold: it was stopped after 1s"},
		{"no expression", "app ready", "is no JavaScript expression: SyntaxError: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			def := opens(script(c.script), sees("Start"))
			if c.want == "" {
				mustStep(t, s, def)
				return
			}
			def.Timeout = 3 * time.Second
			f := failStep(t, s, def)
			kind := journey.KindExpectation
			if strings.Contains(c.want, "SyntaxError") {
				kind = journey.KindScript
			}
			// What never settles must not hold the tab's end up.
			began := time.Now()
			if err := s.Close(); err != nil || time.Since(began) > 20*time.Second {
				t.Errorf("closing took %s: %v", time.Since(began), err)
			}
			if f.Kind != kind || !strings.Contains(f.Message, c.want) {
				t.Errorf("got %s %q, want %q", f.Kind, f.Message, c.want)
			}
		})
	}
	t.Run("the wait is the page's", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		m := mustStep(t, s, opens(script("app.ready")))
		if m.Wait < 400*time.Millisecond || m.Wait > 10*time.Second {
			t.Errorf("waited %s, want 400ms or little more", m.Wait)
		}
		m = mustStep(t, s, step(do(click("Go")), script("app.clicked")))
		if m.Wait < 300*time.Millisecond || m.Wait > 10*time.Second || m.Already {
			t.Errorf("waited %s, already %v, want 300ms or little more", m.Wait, m.Already)
		}
		if m = mustStep(t, s, step(do(click("Go")), script("app.clicked"))); !m.Already {
			t.Error("what held before the click isn't marked")
		}
	})
	t.Run("among others", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		mustStep(t, s, opens(anyOf(script("app.never"), sees("Never"), script("app.ready")), soft(script("lexical"))))
		m := mustStep(t, s, step(do(click("Go")), sees("Start"), soft(script("app.nothing"))))
		if got := strings.Join(m.Notes, ""); !strings.Contains(got, `script: "app.nothing" does not hold: it gave undefined`) {
			t.Errorf("noted %q", got)
		}
	})
}
