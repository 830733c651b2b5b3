package web_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/web"
)

// payloads are what a page, or whoever names things, may try. Each would set
// window.pwned, open a dialog or load something.
func payloads() []string {
	return []string{
		`<script>window.pwned = 1</script>`,
		`"><img src=x onerror="window.pwned = 2">`,
		`'--></title></style></svg><svg onload="window.pwned = 3">`,
		`javascript:window.pwned=4//`,
		`" onmouseover="window.pwned=5" autofocus onfocus="window.pwned=6" x="`,
		`</text></svg><iframe srcdoc="<script>parent.pwned = 7</script>"></iframe>`,
		`data:text/html,<script>alert(8)</script>`,
	}
}

// poison puts a text into every string of a value that a page can show.
func poison(value reflect.Value, text string) {
	kind := value.Kind()
	if kind == reflect.String && value.CanSet() {
		value.SetString(text)
	}
	if kind == reflect.Pointer && !value.IsNil() {
		poison(value.Elem(), text)
	}
	if kind == reflect.Slice {
		for i := range value.Len() {
			poison(value.Index(i), text)
		}
	}
	if kind == reflect.Struct {
		for i := range value.NumField() {
			if value.Type().Field(i).IsExported() {
				poison(value.Field(i), text)
			}
		}
	}
}

// hostile is a book in which every text is a payload, but for the words that
// the program itself chooses from.
func hostile(text string) *book {
	b := everything()
	for i := range b.runs {
		before := b.runs[i]
		steps := append([]journey.StepResult{}, before.Steps...)
		poison(reflect.ValueOf(&b.runs[i]).Elem(), text)
		r := &b.runs[i]
		r.RunID, r.Site, r.Journey, r.Device, r.Stage, r.Outcome = before.RunID, before.Site, before.Journey, before.Device, before.Stage, before.Outcome
		for k := range r.Steps {
			r.Steps[k].Step, r.Steps[k].Outcome = stepsOfBuy()[k].ID, steps[k].Outcome
			r.Steps[k].Evidence.Screenshot = new(r.RunID + "/" + text + ".png")
		}
	}
	for i := range b.incidents {
		before := b.incidents[i]
		poison(reflect.ValueOf(&b.incidents[i]).Elem(), text)
		one := &b.incidents[i]
		one.ID, one.Kind, one.State, one.Severity, one.Peak = before.ID, before.Kind, before.State, before.Severity, before.Peak
		one.Site, one.Journey = before.Site, before.Journey
	}
	return b
}

// No text that a visited page chooses, no name of a file and no address does
// anything on a page but stand there.
func TestNothingOnAPageRuns(t *testing.T) {
	for _, text := range payloads() {
		b := hostile(text)
		all := withAll(t, b)
		events := web.NewEvents()
		at := look(t, bookHandler(t, b, all, func(o *web.Options) {
			o.Events = events
			rows := rowsOfBuy()
			for i := range rows {
				rows[i].Client, rows[i].Title, rows[i].Every = text, text, text
			}
			rows = append(rows, web.Journey{Client: text, Site: text, Journey: text, Title: text, Every: text, Device: text, Stage: journey.Browse}, web.Journey{Title: text, Refused: text})
			o.Journeys = func() []web.Journey { return rows }
			self, err := o.Self(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			poison(reflect.ValueOf(self).Elem(), text)
			o.Self = func(context.Context) (*web.Self, error) { return self, nil }
		}))
		t.Cleanup(events.Close)
		at.dress(1400, "light")
		for name, path := range shown(b) {
			at.open(path)
			if name == "overview" || name == "journey" {
				at.until(`document.getElementById("live").textContent === "live"`)
				events.Publish(b.runs[0]) // what the script puts in its place runs as little
			}
			// Whatever only waits for the mouse or the focus gets it.
			ask[any](at, `for (const e of document.querySelectorAll("*")) { e.dispatchEvent(new Event("mouseover")); e.dispatchEvent(new Event("focus")); e.dispatchEvent(new Event("load")) } null`)
			if pwned := ask[any](at, `window.pwned ?? null`); pwned != nil {
				t.Errorf("%s: %q ran", name, text)
			}
			for _, href := range ask[[]string](at, `[...document.querySelectorAll("[href], [src], [action], [formaction], [data], [srcdoc]")].map((e) => e.href?.baseVal ?? e.getAttribute("href") ?? e.getAttribute("src") ?? e.getAttribute("action") ?? e.outerHTML)`) {
				if !strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "#") && !strings.HasPrefix(href, "http://shop.example/") {
					t.Errorf("%s: with %q there is an address %q", name, text, href)
				}
			}
			if n := ask[int](at, `document.querySelectorAll("iframe, object, embed, style, base, script:not([src^='/app.js'])").length`); n > 0 {
				t.Errorf("%s: %q put %d elements into the page", name, text, n)
			}
			for _, complaint := range at.heard() {
				if name != "nothing" && !strings.Contains(complaint, ".png") { // pictures of such names aren't there
					t.Errorf("%s with %q: %s", name, text, complaint)
				}
			}
		}
	}
}

// An incident is acknowledged by a click, under the policy that a browser keeps.
func TestAcknowledgingInChrome(t *testing.T) {
	b := everything()
	at := look(t, bookHandler(t, b))
	at.open("/")
	ask[any](at, `document.querySelector(".incident button").click(), null`)
	at.until(`location.pathname === "/incidents/20260101-1" && document.body.textContent.includes("Taken care of by somebody")`)
	if got := at.heard(); len(got) > 0 {
		t.Errorf("complaints: %q", got)
	}
	if b.incidents[0].State != incident.Open || b.incidents[0].Ack == nil {
		t.Errorf("the incident is %+v", b.incidents[0])
	}
}
