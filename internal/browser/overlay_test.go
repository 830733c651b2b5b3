package browser_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
)

const newsletter = `<div id=veil style="position:fixed;inset:0;background:#0008"><p>Newsletter</p><button onclick="this.parentNode.remove();window.closed_=(window.closed_??0)+1">No thanks</button></div>`

func walk(t *testing.T, b *browser.Browser, s journey.Site, change func(*journey.Journey)) *browser.Session {
	t.Helper()
	j := journey.Journey{Site: s}
	change(&j)
	return openAs(t, b, j, desktop())
}

func overlays(atMost int) func(*journey.Journey) {
	return func(j *journey.Journey) {
		j.Overlays = []journey.Overlay{{See: plain("Newsletter"), Click: plain("No thanks"), AtMost: atMost}}
	}
}

// TestOverlays: what may appear at any time is closed whenever it is there, and
// the time that this takes is the customer's own.
func TestOverlays(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(`<h1>Start</h1><button onclick="document.body.append('In your cart')">Buy</button><input aria-label=Name onkeydown="if(event.key==='Enter')document.body.append('Hello '+this.value)">`))
	mux.HandleFunc("/there", html(`<h1>Start</h1><button onclick="document.body.append('In your cart')">Buy</button>`+newsletter))
	mux.HandleFunc("/wall", html(`<h1>Start</h1><script>
		setTimeout(()=>{document.body.insertAdjacentHTML('beforeend',`+"`"+newsletter+"`"+`)},300);
		setInterval(()=>{if(window.closed_&&!window.shown_){window.shown_=1;document.body.append('Behind the wall')}},20)</script>`))
	mux.HandleFunc("/again", html(`<h1>Start</h1><button>Buy</button><script>
		const show=()=>document.body.insertAdjacentHTML('beforeend',`+"`"+newsletter+"`"+`);show();
		setInterval(()=>{if(!document.getElementById('veil'))show()},100)</script>`))
	mux.HandleFunc("/key", html(`<h1>Start</h1><input aria-label=Name onkeydown="if(event.key==='Enter')document.body.append('Hello '+this.value)"><script>
		document.querySelector('input').oninput=()=>document.body.insertAdjacentHTML('beforeend',`+"`"+newsletter+"`"+`)</script>`))
	mux.HandleFunc("/word", html(`<h1>Start</h1><p>Newsletter</p><button onclick="document.body.append('In your cart')">Buy</button>`))
	server := serve(t, mux)
	b := newBrowser(t)
	t.Run("a word of the page's own that looks like one", func(t *testing.T) {
		t.Parallel()
		s := walk(t, b, site(server), overlays(1))
		mustStep(t, s, step(do(openURL("/word")), sees("Start")))
		for range 2 {
			m := mustStep(t, s, step(do(click("Buy")), sees("In your cart")))
			if len(m.Notes) > 1 || m.Wait > 2500*time.Millisecond {
				t.Errorf("noted %q, waited %s; want at most one note, and no wait for what could not be closed", m.Notes, m.Wait)
			}
		}
	})
	t.Run("over a button", func(t *testing.T) {
		t.Parallel()
		s := walk(t, b, site(server), overlays(3))
		m := mustStep(t, s, step(do(openURL("/there"), click("Buy")), sees("In your cart")))
		want := `the overlay {see: "Newsletter", click: "No thanks"} lay over "Buy" and was closed first`
		if strings.Join(m.Notes, "\n") != want || m.Already || m.Wait > 3*time.Second {
			t.Errorf("noted %q, waited %s, already %v; want %q", m.Notes, m.Wait, m.Already, want)
		}
	})
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		s := walk(t, b, site(server), overlays(3))
		m := mustStep(t, s, step(do(openURL("/"), click("Buy")), sees("In your cart")))
		if len(m.Notes) > 0 {
			t.Errorf("noted %q", m.Notes)
		}
	})
	t.Run("while an expectation is waited for", func(t *testing.T) {
		t.Parallel()
		s := walk(t, b, site(server), overlays(3))
		mustStep(t, s, step(do(openURL("/wall")), sees("Behind the wall")))
	})
	t.Run("between two keys", func(t *testing.T) {
		t.Parallel()
		s := walk(t, b, site(server), overlays(3))
		mustStep(t, s, step(do(openURL("/key"), writes(journey.Fill, label("Name"), "Dana"), journey.Action{Verb: journey.Press, Key: "Enter"}), sees("Hello Dana")))
	})
	t.Run("again and again", func(t *testing.T) {
		t.Parallel()
		s := walk(t, b, site(server), overlays(2))
		f := failStep(t, s, step(do(openURL("/again"), click("Buy")), sees("Never")))
		// Which of the two depends on whether a frame was painted without it.
		back, there := `the overlay {see: "Newsletter", click: "No thanks"} came back after it was closed 2 times`, `the overlay {see: "Newsletter", click: "No thanks"} did not go, though its button was pressed 2 times`
		if f.Kind != journey.KindTarget || f.Message != back && f.Message != there {
			t.Errorf("got %s %q, want %q or %q", f.Kind, f.Message, back, there)
		}
	})
	t.Run("without it the button stays covered", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		def := step(do(openURL("/there"), click("Buy")), sees("In your cart"))
		def.Timeout = 3 * time.Second
		if f := failStep(t, s, def); !strings.Contains(f.Hint, "overlays:") {
			t.Errorf("got %q, hint %q", f.Message, f.Hint)
		}
	})
}

// TestConsent: pages in the form of the common consent managers, and of none.
func TestConsent(t *testing.T) {
	said := func(answer string) string {
		return `onclick="document.title='` + answer + `';this.closest('.banner').remove()"`
	}
	accept, reject := said("accepted"), said("rejected")
	banner := func(inner string) string {
		return `<div class=banner style="position:fixed;inset:auto 0 0 0;height:300px;background:#fff">` + inner + `</div>`
	}
	both := func(a, r string) string {
		return banner(`We value your privacy <button ` + a + ` ` + accept + `>Yes</button> <button ` + r + ` ` + reject + `>No</button>`)
	}
	mux := http.NewServeMux()
	names := []string{}
	for name, body := range map[string]string{
		"onetrust":     both("id=onetrust-accept-btn-handler", "id=onetrust-reject-all-handler"),
		"cookiebot":    both("id=CybotCookiebotDialogBodyLevelButtonLevelOptinAllowAll", "id=CybotCookiebotDialogBodyButtonDecline"),
		"didomi":       both("id=didomi-notice-agree-button", "id=didomi-notice-disagree-button"),
		"cookiebot 1":  both("id=CybotCookiebotDialogBodyLevelButtonAccept", "id=CybotCookiebotDialogBodyButtonDecline"),
		"didomi link":  both("id=didomi-notice-agree-button", "class=didomi-continue-without-agreeing"),
		"inmobi":       `<div id=qc-cmp2-container><div id=qc-cmp2-ui>` + both("id=accept-btn mode=primary", "id=disagree-btn mode=secondary") + `</div></div>`,
		"inmobi late":  `<div id=qc-cmp2-ui>` + both("id=accept-btn disabled", "id=disagree-btn disabled") + `</div><script>setTimeout(() => document.querySelectorAll('#qc-cmp2-ui button').forEach((b) => b.disabled = false), 300)</script>`,
		"quantcast":    `<div id=qc-cmp2-ui><div class="banner qc-cmp2-summary-buttons" style="position:fixed;inset:auto 0 0 0;background:#fff"><button mode=secondary>More options</button><button mode=secondary ` + reject + `>No</button><button mode=primary ` + accept + `>Yes</button></div></div>`,
		"trustarc":     `<div id=truste-consent-track><div id=truste-consent-content>` + both("id=truste-consent-button", "id=truste-consent-required") + `</div></div>`,
		"complianz":    `<div class="cmplz-cookiebanner cmplz-bottom">` + both(`class="cmplz-btn cmplz-accept"`, `class="cmplz-btn cmplz-deny"`) + `</div>`,
		"cookieyes":    both("class=cky-btn-accept", "class=cky-btn-reject"),
		"cookieyes 3":  `<div class=cky-consent-container>` + both(`data-cky-tag=accept-button`, `data-cky-tag=reject-button`) + `</div>`,
		"iubenda":      `<div id=iubenda-cs-banner>` + both("class=iubenda-cs-accept-btn", "class=iubenda-cs-reject-btn") + `</div>`,
		"borlabs 2":    `<div id=BorlabsCookieBox>` + both("data-cookie-accept-all", "data-cookie-refuse") + `</div>`,
		"borlabs 3":    `<div id=BorlabsCookieBox>` + both(`class="brlbs-btn brlbs-btn-accept-all"`, `class="brlbs-btn brlbs-btn-accept-only-essential"`) + `</div>`,
		"osano":        both("class=osano-cm-accept-all", "class=osano-cm-denyAll"),
		"usercentrics": `<div id=usercentrics-root><template shadowrootmode=open>` + both("data-testid=uc-accept-all-button", "data-testid=uc-deny-all-button") + `</template></div>`,
		"english":      `<div role=dialog class=banner>We use cookies. <button ` + accept + `>Accept all</button> <button ` + reject + `>Necessary only</button></div>`,
		"hebrew":       `<div class="banner cookie-bar" dir=rtl>האתר משתמש בעוגיות <button ` + accept + `>אישור</button> <a href=# role=button ` + reject + `>דחיית הכל</a></div>`,
		"german":       `<div class="banner" id=cookie-hinweis>Wir verwenden Cookies <button ` + accept + `>Alle akzeptieren</button> <button ` + reject + `>Ablehnen</button></div>`,
		"late":         `<script>setTimeout(()=>{document.body.insertAdjacentHTML('beforeend',` + "`" + both("id=onetrust-accept-btn-handler", "id=onetrust-reject-all-handler") + "`" + `)},200)</script>`,
	} {
		names = append(names, name)
		mux.HandleFunc("/"+strings.ReplaceAll(name, " ", "-"), html(`<title>Shop</title><h1>Start</h1><button onclick="document.body.append('In your cart')">Accept all</button>`+body))
	}
	server := serve(t, mux)
	b := newBrowser(t)
	for _, name := range names {
		for answer, want := range map[journey.Consent]string{journey.ConsentAccept: "accepted", journey.ConsentReject: "rejected"} {
			t.Run(name+" "+string(answer), func(t *testing.T) {
				t.Parallel()
				s := walk(t, b, site(server), func(j *journey.Journey) { j.Consent = answer })
				mustStep(t, s, step(do(openURL("/"+strings.ReplaceAll(name, " ", "-"))), title(want)))
			})
		}
	}
	t.Run("ignored", func(t *testing.T) {
		t.Parallel()
		s := walk(t, b, site(server), func(j *journey.Journey) { j.Consent = journey.ConsentIgnore })
		mustStep(t, s, step(do(openURL("/onetrust")), title("Shop")))
	})
}
