package web_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"samui/internal/web"
)

// A finished run changes the page that is open, and nothing that its reader has
// under their hands.
func TestAnOpenPageIsKeptFresh(t *testing.T) {
	b := everything()
	events := web.NewEvents()
	var title atomic.Value
	title.Store("before")
	at := look(t, bookHandler(t, b, withAll(t, b), func(o *web.Options) {
		o.Events = events
		rows := o.Journeys()
		o.Journeys = func() []web.Journey {
			fresh := append([]web.Journey{}, rows...)
			fresh[0].Title = title.Load().(string)
			return fresh
		}
	}))
	defer events.Close()
	at.dress(390, "light")
	at.open("/")
	at.until(`document.getElementById("live").textContent === "live"`)
	ask[any](at, `
		window.held = [...document.querySelectorAll(".journeys a")].find((a) => a.textContent === "קניית נעליים");
		held.focus();
		scrollTo(0, 300);
		null`)
	title.Store("after")
	events.Publish(b.runs[0])
	at.until(`document.querySelector(".what a").textContent === "after"`)
	if !ask[bool](at, `document.activeElement === held && held.isConnected && scrollY === 300`) {
		t.Errorf("the focus is on %s, the page at %d px", ask[string](at, `document.activeElement.outerHTML`), ask[int](at, `scrollY`))
	}

	events.Close()
	at.until(`document.getElementById("live").textContent === "reconnecting"`)
	if got := at.heard(); len(got) > 0 && !allAre(got, "503") {
		t.Errorf("complaints: %q", got)
	}
}

// Somebody who writes or marks something is not disturbed.
func TestAPageWaitsForItsReader(t *testing.T) {
	b := everything()
	events := web.NewEvents()
	var asked atomic.Int32
	h := bookHandler(t, b, func(o *web.Options) { o.Events = events })
	at := look(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/incidents/20260101-1" {
			asked.Add(1)
		}
		h.ServeHTTP(w, r)
	}))
	defer events.Close()
	at.open("/incidents/20260101-1")
	at.until(`document.getElementById("live").textContent === "live"`)
	ask[any](at, `document.getElementById("by").value = "No"; document.getElementById("by").focus(); null`)
	events.Publish(b.runs[0])
	at.until(`due`) // the script has heard of it
	if n := asked.Load(); n != 1 {
		t.Errorf("the page was read %d times although somebody writes into it", n)
	}
	ask[any](at, `document.getElementById("by").value = ""; document.getElementById("by").blur(); null`)
	at.until(`!due`)
}

// A page tells times in its reader's own zone, and works where no script runs.
func TestPagesWorkWithoutScripts(t *testing.T) {
	b := everything()
	page := pageOf(t, b, withAll(t, b))
	for name, path := range shown(b) {
		text := page(path).Body
		if !contains(text, "UTC", `<main id="main"`, "Skip to the content") {
			t.Errorf("%s doesn't say that its times are UTC, or has no main part", name)
		}
	}
}
