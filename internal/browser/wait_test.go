package browser_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

// picture is a PNG that is large enough to be a page's main content.
func picture(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 600, 400))
	for x := range 600 {
		for y := range 400 {
			img.Set(x, y, color.RGBA{R: uint8(x), G: uint8(y), B: uint8(x * y), A: 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// after answers when d has passed, or not at all when the visitor has left.
func after(d time.Duration, contentType string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return
		}
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(body)
	}
}

func html(body string) http.HandlerFunc {
	return after(0, "text/html; charset=utf-8", []byte("<!doctype html><meta charset=utf-8>"+body))
}

// waitCase is a step and how long its page was made to take.
type waitCase struct {
	name       string
	before     *journey.Step // done first; its wait is not looked at
	step       journey.Step
	atLeast    time.Duration
	atMost     time.Duration // 0 = ten times that and five seconds
	navigation journey.Navigation
	already    bool
}

// TestWaits holds every kind of end of a step to what the page was made to
// take. The upper bounds are wide: the machine may be busy.
func TestWaits(t *testing.T) {
	mux := http.NewServeMux()
	slow := func(d time.Duration, body string) http.HandlerFunc {
		return after(d, "text/html; charset=utf-8", []byte("<!doctype html><meta charset=utf-8>"+body))
	}
	mux.HandleFunc("/", html(`<h1>Start</h1>`))
	mux.HandleFunc("/slow", slow(700*time.Millisecond, `<h1>Arrived</h1> Cart`))
	mux.HandleFunc("/hero.png", after(600*time.Millisecond, "image/png", picture(t)))
	mux.HandleFunc("/hero", html(`<h1>Hero</h1><img src=/hero.png width=600 height=400>`))
	mux.HandleFunc("/late", html(`<h1>Late</h1><button onclick="setTimeout(()=>{document.querySelector('p').textContent='done'},500)">Go</button><p></p>`))
	mux.HandleFunc("/links", html(`Cart <a href=/slow>Go</a>`))
	mux.HandleFunc("/usable", html(`<button disabled onclick="document.body.append('done')">Go</button><script>setTimeout(()=>{document.querySelector('button').disabled=false},2000)</script>`))
	mux.HandleFunc("/there", html(`<button>Go</button> done`))
	mux.HandleFunc("/jump", html(`Cart <script>setTimeout(()=>{location='/slow'},300)</script>`))
	mux.HandleFunc("/refresh", html(`Cart <meta http-equiv=refresh content="0;url=/slow">`))
	mux.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/slow", http.StatusSeeOther) })
	mux.HandleFunc("/form", html(`Cart <form method=post action=/redirect><input name=q aria-label=Query><button>Go</button></form>`))
	mux.HandleFunc("/delayed-link", html(`<button onclick="setTimeout(()=>{location='/slow'},200)">Go</button> Cart`))
	mux.HandleFunc("/spa", html(`<h1>Cart</h1><button onclick="history.pushState({},'','/spa/two'); setTimeout(()=>{document.querySelector('p').textContent='Two'},300)">Go</button><p></p>`))
	mux.HandleFunc("/intercepted", html(`<a href=/slow>Go</a><p></p><script>navigation.addEventListener('navigate',e=>{if(e.canIntercept)e.intercept({handler:async()=>{await new Promise(r=>setTimeout(r,300));document.querySelector('p').textContent='Two'}})})</script>`))
	mux.HandleFunc("/part", html(`<button onclick="this.textContent='Search pressed'">Search for everything</button>`))
	mux.HandleFunc("/cover", html(`<button onclick="document.body.append('done')">Go</button><div id=c style="position:fixed;inset:0;background:#fff8"></div><script>setTimeout(()=>{c.remove()},800)</script>`))
	mux.HandleFunc("/moving", html(`<style>button{position:relative;animation:m .7s linear 1}@keyframes m{from{left:600px}to{left:0}}</style><button onclick="document.body.append('done')">Go</button>`))
	mux.HandleFunc("/busy", html(`<button onclick="const t=performance.now();while(performance.now()-t<400);document.body.append('done')">Go</button>`))
	mux.HandleFunc("/hanging.js", after(time.Minute, "text/javascript", nil))
	mux.HandleFunc("/never-loads", html(`<h1>Here</h1><script async src=/hanging.js></script>`))
	mux.HandleFunc("/shop", html(`<a href=/slow-shop>Enter</a>`))
	mux.HandleFunc("/slow-shop", slow(time.Second, `<button onclick="document.body.append('paid')">Pay</button><button>Accept</button><div style=height:2000px></div>`))
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		html(`<h1>Shop</h1>`)(w, r)
		_ = http.NewResponseController(w).Flush()
		after(time.Second, "", []byte(`<div style="font-size:60px">Out of stock, and this is by far the largest text of the page</div>`+
			`<script>setTimeout(()=>{document.querySelector('div').remove()},1000)</script>`))(w, r)
	})
	mux.HandleFunc("/download", html(`<button onclick="document.querySelector('p').textContent='done';setTimeout(()=>{location='/file'},300)">Go</button><p></p>`))
	mux.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", "attachment; filename=x.bin")
		_, _ = w.Write([]byte("data"))
	})
	mux.HandleFunc("/moves-on", html(`<h1>Here</h1><script>setTimeout(()=>{location='/late'},700)</script>`))
	mux.HandleFunc("/filter", html(`<label><input type=checkbox onchange="location='/slow';const t=performance.now();while(performance.now()-t<150);"> Only shoes</label>`))
	mux.HandleFunc("/toggle", html(`<div role=checkbox aria-checked=false aria-label=Newsletter tabindex=0 onclick="setTimeout(()=>{this.setAttribute('aria-checked','true')},400)">Newsletter</div>`))
	server := serve(t, mux)

	start := func(path string) journey.Step { return step(do(openURL(path))) }
	cases := []waitCase{
		{name: "a page load ends at its main content", step: step(do(openURL("/hero")), sees("Hero")), atLeast: 600 * time.Millisecond, navigation: journey.NavigationHard},
		{name: "a server that takes its time", step: step(do(openURL("/slow")), sees("Arrived")), atLeast: 700 * time.Millisecond, navigation: journey.NavigationHard},
		{name: "text that comes later", before: new(start("/late")), step: step(do(click("Go")), sees("done")), atLeast: 500 * time.Millisecond, navigation: journey.NavigationNone},
		{name: "a click waits for the new document, not for what the old one says", before: new(start("/links")), step: step(do(click("Go")), sees("Cart")), atLeast: 700 * time.Millisecond, navigation: journey.NavigationHard},
		{name: "a navigation that the click requests later", before: new(start("/delayed-link")), step: step(do(click("Go")), sees("Cart")), atLeast: 900 * time.Millisecond, navigation: journey.NavigationHard},
		{name: "a button that becomes usable", before: new(start("/usable")), step: step(do(click("Go")), sees("done")), atLeast: time.Second, navigation: journey.NavigationNone},
		{name: "a button of a page that it opens, usable after two seconds", step: step(do(openURL("/usable"), click("Go")), sees("done")), atLeast: 2 * time.Second, navigation: journey.NavigationHard},
		{name: "a target on the page that a click leads to", before: new(start("/links")), step: step(do(click("Go"), on(journey.Hover, plain("Arrived"))), sees("Cart")), atLeast: 700 * time.Millisecond, navigation: journey.NavigationHard, already: true},
		{name: "the customer's own pause on the way", before: new(start("/links")), step: step(do(click("Go"), journey.Action{Verb: journey.Pause, Pause: 8 * time.Second}, on(journey.Hover, plain("Arrived"))), sees("Cart")), atLeast: 700 * time.Millisecond, atMost: 8 * time.Second, navigation: journey.NavigationHard, already: true},
		{name: "a forbidden text that comes with the main content and goes", step: step(do(openURL("/stream")), sees("Shop"), journey.Expectation{Claim: journey.ClaimNoText, Op: journey.Contains, Text: text("Out of stock")}), atLeast: 2 * time.Second, navigation: journey.NavigationHard},
		{name: "an end that a download called in question", before: new(start("/download")), step: step(do(click("Go"), journey.Action{Verb: journey.Pause, Pause: 2 * time.Second}), sees("done")), navigation: journey.NavigationNone},
		{name: "a step after one that moves on late", before: new(step(do(openURL("/moves-on")), sees("Here"))), step: step(do(journey.Action{Verb: journey.Pause, Pause: 2 * time.Second}, click("Go")), sees("done")), atLeast: 500 * time.Millisecond, navigation: journey.NavigationNone},
		{name: "a checkbox that leads on", before: new(start("/filter")), step: step(do(on(journey.Check, label("Only shoes"))), sees("Arrived")), atLeast: 700 * time.Millisecond, navigation: journey.NavigationHard},
		{name: "a checkbox that asks its server", before: new(start("/toggle")), step: step(do(on(journey.Check, &journey.Target{By: journey.ByRole, Value: text("checkbox")})), journey.Expectation{Claim: journey.ClaimCount, Target: css("[aria-checked=true]"), Op: journey.Is, Number: 1}), atLeast: 400 * time.Millisecond, navigation: journey.NavigationNone},
		{name: "already there", before: new(start("/there")), step: step(do(click("Go")), sees("done")), navigation: journey.NavigationNone, already: true},
		{name: "a redirect by the server", step: step(do(openURL("/redirect")), sees("Arrived")), atLeast: 700 * time.Millisecond, navigation: journey.NavigationHard},
		{name: "a redirect by script, counted from the first document", step: step(do(openURL("/jump")), sees("Arrived")), atLeast: time.Second, navigation: journey.NavigationHard},
		{name: "a redirect by meta refresh", step: step(do(openURL("/refresh")), sees("Arrived")), atLeast: 700 * time.Millisecond, navigation: journey.NavigationHard},
		{name: "a form that is posted and redirected", before: new(start("/form")), step: step(do(click("Go")), sees("Cart")), atLeast: 700 * time.Millisecond, navigation: journey.NavigationHard},
		{name: "a route of a single-page site", before: new(start("/spa")), step: step(do(click("Go")), sees("Two")), atLeast: 300 * time.Millisecond, navigation: journey.NavigationSoft},
		{name: "a link that the page takes over", before: new(start("/intercepted")), step: step(do(click("Go")), sees("Two")), atLeast: 300 * time.Millisecond, navigation: journey.NavigationSoft},
		{name: "going back along a route", before: new(step(do(openURL("/spa"), click("Go")), sees("Two"))), step: step(do(journey.Action{Verb: journey.Back}), journey.Expectation{Claim: journey.ClaimURL, Op: journey.Is, Path: true, Text: text("/spa")}), navigation: journey.NavigationSoft},
		{name: "a target that is covered for a while", before: new(start("/cover")), step: step(do(click("Go")), sees("done")), atLeast: 300 * time.Millisecond, navigation: journey.NavigationNone},
		{name: "a target that moves", before: new(start("/moving")), step: step(do(click("Go")), sees("done")), navigation: journey.NavigationNone},
		{name: "a page that is busy with the click", before: new(start("/busy")), step: step(do(click("Go")), sees("done")), atLeast: 400 * time.Millisecond, navigation: journey.NavigationNone},
		{name: "a reload", before: new(start("/slow")), step: step(do(journey.Action{Verb: journey.Reload}), sees("Arrived")), atLeast: 700 * time.Millisecond, navigation: journey.NavigationHard},
		{name: "no expectation, and a new document", before: new(start("/links")), step: step(do(click("Go"))), atLeast: 700 * time.Millisecond, navigation: journey.NavigationHard},
		{name: "no expectation, and no new document", before: new(start("/there")), step: step(do(click("Go"))), navigation: journey.NavigationNone},
		{name: "a jump to an anchor loads nothing", before: new(start("/there")), step: step(do(openURL("/there#x")), sees("done")), navigation: journey.NavigationNone, already: true},
		{name: "a page that never finishes loading", step: step(do(openURL("/never-loads")), sees("Here")), navigation: journey.NavigationHard},
		{name: "a pause is no wait", before: new(start("/there")), step: step(do(journey.Action{Verb: journey.Pause, Pause: time.Second}), sees("done")), navigation: journey.NavigationNone, already: true},
	}
	present, absent := click("Accept"), click("Decline")
	present.Optional, present.For = true, 2*time.Second
	absent.Optional, absent.For = true, 8*time.Second
	bottom := journey.Action{Verb: journey.Scroll, Edge: "bottom"}
	loads := []struct {
		name string
		do   []journey.Action
	}{
		{"an optional click that is there", do(click("Enter"), present, click("Pay"))},
		{"an optional click that is not there", do(click("Enter"), absent, click("Pay"))},
		{"a key for the page", do(click("Enter"), journey.Action{Verb: journey.Press, Key: "Tab"}, click("Pay"))},
		{"scrolling", do(click("Enter"), bottom, click("Pay"))},
		{"opening and scrolling", do(openURL("/slow-shop"), bottom, click("Pay"))},
	}
	for _, l := range loads {
		cases = append(cases, waitCase{
			name: "the load of a page counts before " + l.name, before: new(start("/shop")), step: step(l.do, sees("paid")),
			atLeast: time.Second, atMost: 8 * time.Second, navigation: journey.NavigationHard,
		})
	}
	b := newBrowser(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			if c.before != nil {
				mustStep(t, s, *c.before)
			} else {
				mustStep(t, s, start("/"))
			}
			m := mustStep(t, s, c.step)
			if c.atMost == 0 {
				c.atMost = 10*c.atLeast + 5*time.Second
			}
			if m.Wait < c.atLeast || m.Wait > c.atMost {
				t.Errorf("wait: got %v, want %v and what the page needs, at most %v", m.Wait, c.atLeast, c.atMost)
			}
			if m.Page.Navigation != c.navigation || m.Already != c.already {
				t.Errorf("got navigation %s, already %v; want %s, %v", m.Page.Navigation, m.Already, c.navigation, c.already)
			}
			t.Logf("wait %v for a page that takes %v", m.Wait, c.atLeast)
		})
	}
}

// TestPartMatch: a part match is used only when it has stood alone for half a
// second, and that half second is no wait.
func TestPartMatch(t *testing.T) {
	server := pages(t, map[string]string{
		"/": `<button onclick="this.textContent='pressed'">Search everything</button>`,
	})
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/"))))
	began := time.Now()
	m := mustStep(t, s, step(do(click("Search")), sees("pressed")))
	if wall := time.Since(began); wall < 400*time.Millisecond {
		t.Errorf("the step took %v: the part match was used at once", wall)
	}
	if m.Wait > 400*time.Millisecond {
		t.Errorf("wait: got %v, want the half second left out", m.Wait)
	}
}

// TestNumbers: what a page says of itself arrives, and is null where it has
// nothing to say.
func TestNumbers(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(`<h1>Page</h1><img src=/hero.png width=600 height=400><button onclick="const t=performance.now();while(performance.now()-t<150);document.querySelector('p').textContent='done'">Go</button><p></p>
		<script>setTimeout(()=>{document.body.insertAdjacentHTML('afterbegin','<div style=height:300px>banner</div>')},200); console.error('one'); fetch('/missing')</script>`))
	mux.HandleFunc("/hero.png", after(400*time.Millisecond, "image/png", picture(t)))
	mux.HandleFunc("/missing", http.NotFound)
	server := serve(t, mux)
	s := open(t, newBrowser(t), site(server))
	m := mustStep(t, s, step(do(openURL("/")), sees("banner")))
	p := m.Page
	if p.Status == nil || *p.Status != http.StatusOK {
		t.Errorf("status: got %v, want 200", p.Status)
	}
	for name, v := range map[string]*float64{"ttfb": p.TTFBMs, "fcp": p.FCPMs, "dns": p.DNSMs, "connect": p.ConnectMs, "dom_content_loaded": p.DOMContentLoadedMs} {
		if v == nil {
			t.Errorf("%s was not measured", name)
		}
	}
	if p.LCPMs == nil || *p.LCPMs < 400 {
		t.Errorf("lcp: got %v, want the picture's 400 ms at least", show(p.LCPMs))
	}
	if p.LoadMs == nil || *p.LoadMs < 400 {
		t.Errorf("load: got %v, want the picture's 400 ms at least", show(p.LoadMs))
	}
	if p.CLS == nil || *p.CLS < 0.05 {
		t.Errorf("cls: got %v, want the banner's shift", show(p.CLS))
	}
	if p.TLSMs != nil || p.TLSDaysLeft != nil || p.INPMs != nil {
		t.Errorf("tls %v, tls days %v, inp %v: want null, there was none", show(p.TLSMs), p.TLSDaysLeft, show(p.INPMs))
	}
	want := journey.RequestCounts{Count: 3, Failed: 1, Bytes: m.Requests.Bytes}
	if diff := cmp.Diff(want, m.Requests); diff != "" || m.Requests.Bytes == 0 {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if m.ConsoleErrors != 2 { // the page's own and Chrome's about the 404
		t.Errorf("console errors: got %d, want 2", m.ConsoleErrors)
	}

	m = mustStep(t, s, step(do(click("Go")), sees("done")))
	p = m.Page
	if p.INPMs == nil || *p.INPMs < 150 {
		t.Errorf("inp: got %v, want the 150 ms that the click kept the page busy", show(p.INPMs))
	}
	if p.BlockingMs == nil || *p.BlockingMs < 80 {
		t.Errorf("blocking: got %v, want the long task's 100 ms", show(p.BlockingMs))
	}
	if p.LCPMs != nil || p.TTFBMs != nil || p.Status != nil {
		t.Errorf("lcp %v, ttfb %v, status %v: want null in a step that loads nothing", show(p.LCPMs), show(p.TTFBMs), p.Status)
	}
	if p.CLS == nil || *p.CLS != 0 {
		t.Errorf("cls: got %v, want this step's own 0", show(p.CLS))
	}
}

func show(v *float64) any {
	if v == nil {
		return "null"
	}
	return *v
}
