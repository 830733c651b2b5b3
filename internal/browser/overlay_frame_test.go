package browser_test

import (
	"net/http"
	"strings"
	"testing"

	"samui/internal/browser"
	"samui/internal/journey"
)

// TestOverlaysInFrames: what may appear at any time may be in a frame, also in
// one with a process of its own; consent managers that live in one are answered.
func TestOverlaysInFrames(t *testing.T) {
	inner := map[string]string{
		"/news":        `<p>Newsletter</p><button onclick="parent.postMessage('closed', '*')">No thanks</button>`,
		"/empty":       `<p>Nothing to see</p>`,
		"/sourcepoint": `<div class=message><button class="message-button sp_choice_type_11" onclick="parent.postMessage('accepted', '*')">Yes</button><button class="sp_choice_type_13" onclick="parent.postMessage('rejected', '*')">No</button></div>`,
		"/trustarc":    `<div id=defaultpreferencemanager><div class=mainContent><a class=call href="javascript:parent.postMessage('accepted', '*')">Yes</a> <a class=rejectAll href="javascript:parent.postMessage('rejected', '*')">No</a></div></div>`,
	}
	other := http.NewServeMux()
	for path, body := range inner {
		other.HandleFunc(path, html(body))
	}
	foreign := elsewhere(serve(t, other))
	page := func(frame string) string {
		return `<title>Shop</title><h1>Start</h1><button onclick="document.body.append('In your cart')">Buy</button>
<div id=box style="position:fixed;inset:0;background:#0008">` + strings.ReplaceAll(frame, "FOREIGN", foreign) + `</div>
<script>onmessage = (e) => { document.title = e.data; box.remove() }</script>`
	}
	server := pages(t, map[string]string{
		"/news":        page(`<iframe title=News src=FOREIGN/news width=400 height=300></iframe>`),
		"/empty":       strings.Replace(page(`<iframe title=News src=FOREIGN/empty width=400 height=300></iframe>`), "inset:0", "inset:auto 0 0 0", 1),
		"/sourcepoint": page(`<div id=sp_message_container_1><iframe id=sp_message_iframe_1 src=FOREIGN/sourcepoint width=400 height=300></iframe></div>`),
		"/trustarc":    page(`<iframe class=truste_popframe src=FOREIGN/trustarc width=400 height=300></iframe>`),
	})
	news := plain("News")
	newsletter := func(j *journey.Journey) {
		j.Overlays = []journey.Overlay{{See: inFrame(news, plain("Newsletter")), Click: inFrame(news, plain("No thanks")), AtMost: 3}}
	}
	for name, b := range map[string]*browser.Browser{"one process": newBrowser(t), "a process for each site": isolated(t)} {
		t.Run(name, func(t *testing.T) {
			m := mustStep(t, walk(t, b, site(server), newsletter), step(do(openURL("/news"), click("Buy")), sees("In your cart"), title("closed")))
			if len(m.Notes) != 1 || !strings.Contains(m.Notes[0], `lay over "Buy" and was closed first`) {
				t.Errorf("noted %q", m.Notes)
			}
			m = mustStep(t, walk(t, b, site(server), newsletter), step(do(openURL("/empty"), click("Buy")), sees("In your cart"), title("Shop")))
			if len(m.Notes) > 0 {
				t.Errorf("noted %q of a frame without it", m.Notes)
			}
			for _, manager := range []string{"sourcepoint", "trustarc"} {
				for answer, want := range map[journey.Consent]string{journey.ConsentAccept: "accepted", journey.ConsentReject: "rejected"} {
					s := walk(t, b, site(server), func(j *journey.Journey) { j.Consent = answer })
					mustStep(t, s, step(do(openURL("/"+manager)), title(want)))
				}
			}
		})
	}
}
