package browser_test

import (
	"net/http"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
)

// TestFramesApart: frames in processes of their own are used like any other, and
// are given up when they crash or go.
func TestFramesApart(t *testing.T) {
	other := serve(t, func() http.Handler {
		mux := http.NewServeMux()
		mux.HandleFunc("/card", html(cardForm+`<a href="mailto:a@b.example">Write to us</a>`))
		return mux
	}())
	server := pages(t, map[string]string{"/": `<h1>Checkout</h1><button onclick="document.querySelector('iframe').remove()">Cancel</button><iframe title=Card src="` + elsewhere(other) + `/card" width=600 height=300></iframe>`})
	b := isolated(t)
	card := plain("Card")
	pay := do(
		journey.Action{Verb: journey.Fill, Target: inFrame(card, label("Card number")), With: text("4111")},
		journey.Action{Verb: journey.Click, Target: inFrame(card, plain("Pay"))},
	)
	paid := is(inFrame(card, css("#o")), "4111 Leumi false true")
	press := func(name string) journey.Action {
		return journey.Action{Verb: journey.Click, Target: inFrame(card, plain(name))}
	}
	opened := func(t *testing.T) *browser.Session {
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/")), journey.Expectation{Claim: journey.ClaimVisible, Target: inFrame(card, label("Card number"))}))
		return s
	}
	t.Run("used", func(t *testing.T) {
		mustStep(t, opened(t), step(pay, paid, sees("Checkout")))
	})
	t.Run("what leads nowhere", func(t *testing.T) {
		s := opened(t)
		mustStep(t, s, step(do(press("Write to us")), sees("Checkout")))
		mustStep(t, s, step(pay, paid))
	})
	t.Run("gone", func(t *testing.T) {
		s := opened(t)
		mustStep(t, s, step(do(click("Cancel")), sees("Checkout")))
		def := step(do(press("Pay")))
		def.Timeout = 2 * time.Second
		if f := failStep(t, s, def); f.Message != `can't click {text: Pay, frame: "Card"}: there is no frame "Card", nor any other` {
			t.Errorf("got %q", f.Message)
		}
		if n := s.FramesKnown(); n > 0 {
			t.Errorf("%d frames are still known", n)
		}
	})
	for name, def := range map[string]journey.Step{
		"crashed, acted in":    step(do(press("Pay"))),
		"crashed, looked into": step(do(click("Cancel")), paid),
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t)
			if n := s.CrashFrames(t.Context()); n != 1 {
				t.Fatalf("%d frames have processes of their own, want 1", n)
			}
			if name == "crashed, looked into" {
				def.Do = nil
			}
			f := failStep(t, s, def)
			if f.Kind != journey.KindCrash || f.Message != "a frame of the page has crashed" {
				t.Errorf("got %s %q", f.Kind, f.Message)
			}
			// The tab itself goes on.
			mustStep(t, s, step(do(click("Cancel")), sees("Checkout")))
		})
	}
	t.Run("crashed while it is looked into", func(t *testing.T) {
		s := opened(t)
		go s.CrashFrames(t.Context())
		if f := failStep(t, s, step(nil, is(inFrame(card, css("#o")), "never"))); f.Kind != journey.KindCrash {
			t.Errorf("got %s %q", f.Kind, f.Message)
		}
	})
	t.Run("soft, of one that crashed", func(t *testing.T) {
		s := opened(t)
		s.CrashFrames(t.Context())
		m := mustStep(t, s, step(nil, sees("Checkout"), soft(paid)))
		if len(m.Notes) != 1 {
			t.Errorf("noted %q", m.Notes)
		}
	})
}

// TestDownloadInFrameApart: a file that a frame in a process of its own brings is
// one like any other.
func TestDownloadInFrameApart(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/card", html(`<a href=/receipt.pdf>Receipt</a>`))
	mux.HandleFunc("/receipt.pdf", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="receipt.pdf"`)
		_, _ = w.Write([]byte("paid"))
	})
	other := serve(t, mux)
	server := pages(t, map[string]string{"/": `<h1>Checkout</h1><button>Nothing</button><iframe title=Card src="` + elsewhere(other) + `/card" width=600 height=300></iframe>`})
	s := open(t, isolated(t), site(server))
	mustStep(t, s, step(do(openURL("/")), sees("Checkout")))
	fetches := do(journey.Action{Verb: journey.Click, Target: inFrame(plain("Card"), plain("Receipt"))})
	for _, def := range []journey.Step{
		step(fetches, file(journey.Is, "receipt.pdf", 4)),
		step(fetches, sees("Checkout")), // nobody expects it: it is refused
		step(do(click("Nothing")), sees("Checkout")),
		step(fetches, file(journey.Is, "receipt.pdf", 4)),
	} {
		def.Timeout = 5 * time.Second
		mustStep(t, s, def)
	}
}
