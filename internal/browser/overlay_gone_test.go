package browser_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

// TestOverlaysOnTheirWayOut: what we closed a moment ago is not asked again,
// whatever the page takes to make it go.
func TestOverlaysOnTheirWayOut(t *testing.T) {
	// overlay's button can be used after a while: by then it has been told of more than once.
	overlay := func(style, onclick string) string {
		return `<h1>Start</h1><button onclick="document.body.append('In your cart')">Buy</button>
			<div id=veil style="position:fixed;inset:0;background:#ccc;` + style + `"><p>Newsletter</p><button id=no disabled onclick="` + onclick + `">No thanks</button></div>
			<script>setTimeout(()=>{document.getElementById('no').disabled=false},400)</script>`
	}
	mux := http.NewServeMux()
	for path, page := range map[string]string{
		"/at-once":  overlay("", "this.parentNode.remove()"),
		"/a-tick":   overlay("", "setTimeout(()=>this.parentNode.remove())"),
		"/fading":   overlay("transition:opacity 1s", "this.disabled=true;this.parentNode.ontransitionend=()=>this.parentNode.remove();this.parentNode.style.opacity=0"),
		"/sliding":  overlay("transition:transform 1s", "this.parentNode.ontransitionend=()=>this.parentNode.remove();this.parentNode.style.transform='translateX(100%)'"),
		"/hidden":   overlay("", "setTimeout(()=>{this.parentNode.style.display='none'},700)"),
		"/itself":   overlay("", "") + `<script>setTimeout(()=>document.getElementById('veil').remove(),200)</script>`,
		"/footer":   overlay("", "this.parentNode.remove()") + `<footer>Newsletter</footer>`,
		"/stubborn": overlay("", ""),
	} {
		mux.HandleFunc(path, html(page))
	}
	server := serve(t, mux)
	b := newBrowser(t)
	const name = `the overlay {see: "Newsletter", click: "No thanks"}`
	for _, c := range []struct{ path, notes string }{
		{"/at-once", name + ` lay over "Buy" and was closed first`},
		{"/a-tick", name + ` lay over "Buy" and was closed first`},
		{"/fading", name + ` lay over "Buy" and was closed first`},
		{"/sliding", name + ` lay over "Buy" and was closed first`},
		{"/hidden", name + ` lay over "Buy" and was closed first`},
		{"/itself", ""},
	} {
		t.Run(c.path[1:], func(t *testing.T) {
			s := walk(t, b, site(server), overlays(1))
			m := mustStep(t, s, step(do(openURL(c.path), click("Buy")), sees("In your cart")))
			if got := strings.Join(m.Notes, "\n"); got != c.notes {
				t.Errorf("noted %q, want %q", got, c.notes)
			}
		})
	}
	t.Run("what it is seen by is elsewhere, too", func(t *testing.T) {
		s := walk(t, b, site(server), overlays(3))
		m := mustStep(t, s, step(do(openURL("/footer"), click("Buy"), journey.Action{Verb: journey.Pause, Pause: 4 * time.Second}, click("Buy")), sees("In your cart")))
		want := name + ` lay over "Buy" and was closed first` + "\n" + name + ` was closed, and is still seen: its see: may name something else of the page, too`
		if got := strings.Join(m.Notes, "\n"); got != want {
			t.Errorf("noted %q, want %q", got, want)
		}
	})
	t.Run("it does not go", func(t *testing.T) {
		s := walk(t, b, site(server), overlays(1))
		f := failStep(t, s, step(do(openURL("/stubborn"), click("Buy")), sees("In your cart")))
		if want := name + ` did not go, though its button was pressed once`; f.Message != want {
			t.Errorf("got %q, want %q", f.Message, want)
		}
	})
}
