package browser_test

import (
	"strings"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
)

const signInPage = `<title>Provider</title><h1>Provider</h1><button>Allow</button><script>document.querySelector('button').onclick=()=>{opener.postMessage('Dana','*');window.close()}</script>`

// TestPopupFollowed: a tab that the customer's input opens is where the step
// ends, whatever it is opened by.
func TestPopupFollowed(t *testing.T) {
	html := map[string]string{"/terms": `<title>Terms</title><h1>Terms</h1><p>Be kind.</p>`}
	other := pages(t, html)
	b := newBrowser(t)
	for name, opener := range map[string]string{
		"a link":                     `<a href="/terms" target=_blank>Go</a>`,
		"a link to another site":     `<a href="` + elsewhere(other) + `/terms" target=_blank>Go</a>`,
		"a link that has an opener":  `<a href="/terms" target=_blank rel=opener>Go</a>`,
		"a script":                   `<button onclick="window.open('/terms')">Go</button>`,
		"a script, to another site":  `<button onclick="window.open('` + elsewhere(other) + `/terms')">Go</button>`,
		"a script without an opener": `<button onclick="window.open('/terms','_blank','noopener')">Go</button>`,
		"a window of its own":        `<button onclick="window.open('/terms','w','width=300,height=200')">Go</button>`,
		"after an answer":            `<button onclick="fetch('/terms').then(()=>window.open('/terms'))">Go</button>`,
		"a form":                     `<form action="/terms" target=_blank><button>Go</button></form>`,
	} {
		t.Run(name, func(t *testing.T) {
			server := pages(t, map[string]string{"/terms": html["/terms"], "/": `<title>Shop</title><h1>Shop</h1>` + opener})
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL("/")), sees("Shop")))
			m := mustStep(t, s, step(do(click("Go")), sees("Be kind.")))
			if m.Page.Navigation != journey.NavigationHard || m.Wait <= 0 || m.Wait > 10*time.Second {
				t.Errorf("navigation %q, wait %s", m.Page.Navigation, m.Wait)
			}
			if !strings.HasSuffix(strings.TrimSuffix(m.Page.URL, "?"), "/terms") {
				t.Errorf("the step's page is %s", m.Page.URL)
			}
			short := step(do(), sees("Shop"))
			short.Timeout = 300 * time.Millisecond
			if _, err := s.Step(t.Context(), short); err == nil {
				t.Error("the page that was left is judged")
			}
		})
	}
}

// TestPopupClosesItself: the customer looks at the opener again, which goes on
// to be judged.
func TestPopupClosesItself(t *testing.T) {
	other := pages(t, map[string]string{"/provider": signInPage})
	server := pages(t, map[string]string{"/": `<h1>Account</h1><button onclick="window.open('` + elsewhere(other) + `/provider','p','width=400,height=300')">Sign in</button><p id=p></p><script>onmessage=(e)=>{document.querySelector('#p').textContent='Signed in as '+e.data}</script>`})
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/")), sees("Account")))
	mustStep(t, s, step(do(click("Sign in")), sees("Provider")))
	m := mustStep(t, s, step(do(click("Allow")), sees("Signed in as Dana")))
	if m.Page.Navigation != journey.NavigationNone || !strings.HasPrefix(m.Page.URL, server.URL) {
		t.Errorf("%q of %s", m.Page.Navigation, m.Page.URL)
	}
	mustStep(t, s, step(do(click("Sign in"), click("Allow")), sees("Signed in as Dana")))
}

// TestTab: the customer goes from tab to tab, and comes back when one closes.
func TestTab(t *testing.T) {
	server := pages(t, map[string]string{
		"/":      `<title>Shop</title><h1>Shop</h1><a href="/terms" target=_blank>Terms</a>`,
		"/terms": `<title>Terms</title><h1>Be kind.</h1><button onclick="window.open('/help')">Help</button>`,
		"/help":  `<title>Help</title><h1>Ask us</h1>`,
	})
	b := newBrowser(t)
	s := open(t, b, site(server))
	tab := func(a journey.Action) journey.Action { a.Verb = journey.Tab; return a }
	mustStep(t, s, step(do(openURL("/")), sees("Shop")))
	mustStep(t, s, step(do(click("Terms")), sees("Be kind.")))
	mustStep(t, s, step(do(tab(journey.Action{Edge: "first"})), sees("Shop")))
	mustStep(t, s, step(do(tab(journey.Action{With: text("term")}), click("Help")), sees("Ask us")))
	mustStep(t, s, step(do(tab(journey.Action{Index: 2})), sees("Be kind.")))
	mustStep(t, s, step(do(tab(journey.Action{Edge: "last"})), sees("Ask us")))
	mustStep(t, s, step(do(tab(journey.Action{Edge: "close"})), sees("Be kind.")))
	m := mustStep(t, s, step(do(tab(journey.Action{Edge: "close"})), sees("Shop")))
	if m.Page.Navigation != journey.NavigationNone {
		t.Errorf("navigation %q", m.Page.Navigation)
	}
	for want, a := range map[string]journey.Action{
		"the visit's first tab can't be closed":   {Edge: "close"},
		`there is no tab 3: there is 1 "Shop"`:    {Index: 3},
		`no tab's title contains "Basket": there`: {With: text("Basket")},
	} {
		def := step(do(tab(a)))
		def.Timeout = 500 * time.Millisecond
		if _, err := s.Step(t.Context(), def); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v instead of %q", err, want)
		}
	}
}

// TestTabNamedInFailure: what is missing is told with the tab that was looked at.
func TestTabNamedInFailure(t *testing.T) {
	server := pages(t, map[string]string{
		"/{$}":   `<h1>Shop</h1><a href="/terms?secret=x" target=_blank>Terms</a>`,
		"/terms": `<h1>Be kind.</h1><a href=/broken>Broken</a>`,
	})
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/")), sees("Shop")))
	mustStep(t, s, step(do(click("Terms")), sees("Be kind.")))
	tab := "; the customer looked at tab 2 of 2, " + server.URL + "/terms"
	for _, c := range []struct {
		def  journey.Step
		want string
	}{
		{step(do(), sees("Shop")), `"Shop" not seen` + tab},
		{step(do(click("Help"))), `can't click "Help": nothing on the page matches` + tab},
		{step(do(click("Broken")), sees("x")), "the page answered 404 Not Found: " + server.URL + "/broken"},
	} {
		c.def.Timeout = time.Second
		if f := failStep(t, s, c.def); f.Message != c.want {
			t.Errorf("got %q, want %q", f.Message, c.want)
		}
	}
}

// TestTabsRefused: a tab that no input opened is not followed, nor more of them
// than a visit may have.
func TestTabsRefused(t *testing.T) {
	server := pages(t, map[string]string{
		"/":      `<h1>Shop</h1><button onclick="for (let i = 0; i < 14; i++) window.open('/other?' + i)">All</button>`,
		"/ad":    `<h1>Read this</h1><p id=p></p><script>window.open('/other'); document.querySelector('#p').textContent = 'done'</script>`,
		"/other": `<h1>Another</h1>`,
	})
	b := newBrowser(t)
	s := open(t, b, site(server))
	mustStep(t, s, step(do(openURL("/ad")), sees("done")))
	mustStep(t, s, step(do(), sees("Read this")))
	mustStep(t, s, step(do(openURL("/"), click("All")), sees("Another")))
	if tabs := s.Tabs(); tabs > 10 {
		t.Errorf("%d tabs are open", tabs)
	}
}

// TestTabsLeaveNothing: whatever became of a visit's tabs, nothing is left of
// them in Chrome.
func TestTabsLeaveNothing(t *testing.T) {
	server := pages(t, map[string]string{
		"/": `<h1>Shop</h1><button onclick="for (let i = 0; i < 14; i++) window.open('/other?' + i)">All</button>
			<a href=/other target=_blank>Link</a> <button onclick="window.open('/other')">Script</button>
			<button onclick="const w = window.open('/other'); setTimeout(() => w.close(), 100)">Brief</button>
			<button onclick="for (let i = 0; i < 3; i++) window.open('/other').close()">At once</button>`,
		"/ad":    `<h1>Read this</h1><script>for (let i = 0; i < 5; i++) window.open('/other', '', i % 2 ? 'noopener' : '')</script>`,
		"/other": `<h1>Another</h1>`,
	})
	b := newBrowser(t)
	if _, err := b.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	none := census(t, b)
	closing := journey.Action{Verb: journey.Tab, Edge: "close"}
	for name, steps := range map[string][]journey.Step{
		"open":            {step(do(openURL("/"), click("Link")), sees("Another"))},
		"closed":          {step(do(openURL("/"), click("Script")), sees("Another")), step(do(closing), sees("Shop"))},
		"in the middle":   {step(do(openURL("/"), click("Link")))},
		"too many":        {step(do(openURL("/"), click("All")), sees("Another"))},
		"refused":         {step(do(openURL("/ad")), sees("Read this"))},
		"by the page":     {step(do(openURL("/"), click("Brief")), sees("Shop"))},
		"as it is opened": {step(do(openURL("/"), click("At once")), sees("Shop"))},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, b, site(server))
			for _, def := range steps {
				def.Timeout = 5 * time.Second
				mustStep(t, s, def)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			again := time.NewTicker(50 * time.Millisecond)
			defer again.Stop()
			until := time.Now().Add(10 * time.Second)
			for census(t, b) != none {
				if time.Now().After(until) {
					t.Fatalf("left are %v tabs and contexts, before there were %v", census(t, b), none)
				}
				<-again.C
			}
		})
	}
}

// census is how many tabs and contexts Chrome has.
func census(t *testing.T, b *browser.Browser) [2]int {
	t.Helper()
	tabs, contexts, err := b.Census(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return [2]int{tabs, contexts}
}
