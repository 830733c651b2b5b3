package browser_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

func responded(x journey.Exchange) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimResponse, Exchange: &x, Pos: journey.Pos{File: "j.yaml", Line: 9}}
}

func sent(x journey.Exchange) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimSent, Exchange: &x, Pos: journey.Pos{File: "j.yaml", Line: 9}}
}

func pathIs(path string) *journey.Comparison {
	return &journey.Comparison{Op: journey.Is, Text: text(path), Path: true}
}

func holding(s string) *journey.Comparison {
	return &journey.Comparison{Op: journey.Contains, Text: text(s)}
}

// networkSite asks and tells in every way that a page can.
func networkSite() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(`<title>Shop</title><h1>Start</h1><script src="/app.js"></script>
		<button onclick="fetch('/api/cart?x=1').then(()=>document.body.append('Read'))">Read</button>
		<button onclick="setTimeout(()=>fetch('/api/cart',{method:'POST',body:'{&quot;n&quot;:1}'}),400);document.body.append('Later')">Later</button>
		<button onclick="fetch('/api/cart').then(()=>{location.href='/next'})">Go on</button>
		<button onclick="navigator.sendBeacon('/collect',new Blob(['event=purchase'],{type:'text/plain'}));document.body.append('Told')">Tell</button>
		<button onclick="fetch('https://tracker.invalid/collect?e=1',{method:'POST',body:'event=blocked',mode:'no-cors'}).catch(()=>0);document.body.append('Tried')">Try</button>
		<button onclick="navigator.sendBeacon('/collect','leaving=1');location.href='/next'">Leave</button>
		<button onclick="fetch('/big').then(r=>r.text()).then(()=>document.body.append('Loaded'))">Load</button>
		<button onclick="fetch('/slow').catch(()=>0);document.body.append('Asked')">Ask</button>
		<button onclick="fetch('/old').then(()=>document.body.append('Moved'))">Move</button>`))
	mux.HandleFunc("/next", html(`<title>Next</title><h1>Next</h1>`))
	mux.HandleFunc("/app.js", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "1") })
	mux.HandleFunc("/api/cart", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusCreated)
		}
		fmt.Fprint(w, `{"items": [{"price": 19.90}], "state": "open"}`)
	})
	mux.HandleFunc("/collect", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/big", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("0123456789", 1<<20+1)) })
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/old", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/api/cart", http.StatusFound) })
	return mux
}

// TestNetwork: what a page got and sent is seen, whenever in the step it came.
func TestNetwork(t *testing.T) {
	server := serve(t, networkSite())
	shop := site(server)
	shop.Block = []string{"tracker.invalid"}
	b := newBrowser(t)
	price := &journey.Comparison{Name: "items[0].price", Op: journey.Below, Number: 20}
	for _, c := range []struct {
		name, press string
		sees        string
		expect      journey.Expectation
	}{
		{"the page itself", "", "Start", responded(journey.Exchange{URL: pathIs("/"), Status: "200", Body: holding("Start"), Header: &journey.Comparison{Name: "Content-Type", Op: journey.Contains, Text: text("html")}})},
		{"an answer that was there before", "Read", "Read", responded(journey.Exchange{URL: pathIs("/api/cart"), Method: "GET", Status: "2xx", JSON: price})},
		{"an answer by its whole address", "Read", "Read", responded(journey.Exchange{URL: holding("cart?x=1"), Body: holding("open")})},
		{"an answer that comes later", "Later", "Later", responded(journey.Exchange{URL: pathIs("/api/cart"), Method: "POST", Status: "201", JSON: price})},
		{"what was sent later", "Later", "Later", sent(journey.Exchange{URL: pathIs("/api/cart"), Method: "POST", Body: holding(`"n":1`)})},
		{"an answer before the page went on", "Go on", "Next", responded(journey.Exchange{URL: pathIs("/api/cart"), Status: "200"})},
		{"a beacon", "Tell", "Told", sent(journey.Exchange{URL: pathIs("/collect"), Body: holding("event=purchase")})},
		{"a beacon while the page goes", "Leave", "Next", sent(journey.Exchange{URL: pathIs("/collect"), Method: "POST", Body: holding("leaving")})},
		{"what was blocked", "Try", "Tried", sent(journey.Exchange{URL: holding("tracker.invalid/collect"), Body: holding("blocked")})},
		{"what is never answered", "Ask", "Asked", sent(journey.Exchange{URL: pathIs("/slow")})},
		{"a redirect", "Move", "Moved", responded(journey.Exchange{URL: pathIs("/old"), Status: "302"})},
		{"what it led to", "Move", "Moved", responded(journey.Exchange{URL: pathIs("/api/cart"), JSON: price})},
		{"softly", "Later", "Later", soft(responded(journey.Exchange{URL: pathIs("/api/cart"), Status: "201"}))},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, shop)
			def := step(do(openURL("/")), sees("Start"))
			if c.press != "" {
				mustStep(t, s, def)
				def = step(do(click(c.press)), sees(c.sees))
			}
			def.Expect = append(def.Expect, c.expect)
			m := mustStep(t, s, def)
			if len(m.Notes) > 0 {
				t.Errorf("noted %q", m.Notes)
			}
			if c.press == "Later" && m.Wait >= 400*time.Millisecond {
				t.Logf("waited %s", m.Wait) // a busy machine; what is waited for is no wait by where it is judged
			}
		})
	}
}

// TestNetworkFails: a failure names what came instead.
func TestNetworkFails(t *testing.T) {
	server := serve(t, networkSite())
	b := newBrowser(t)
	for _, c := range []struct {
		name, press string
		expect      journey.Expectation
		want        string
	}{
		{
			"another status", "Read", responded(journey.Exchange{URL: pathIs("/api/cart"), Status: "201"}),
			`response: {url: "/api/cart", status: 201} not seen: GET URL/api/cart 200: the answer was 200 OK`,
		},
		{
			"another value", "Read", responded(journey.Exchange{URL: pathIs("/api/cart"), JSON: &journey.Comparison{Name: "state", Op: journey.Is, Text: text("shut")}}),
			`response: {url: "/api/cart", json: {path: "state", is: shut}} not seen: GET URL/api/cart 200: state is "open"`,
		},
		{
			"another path", "Read", responded(journey.Exchange{URL: pathIs("/api/basket")}),
			`response: "/api/basket" not seen: the page got GET URL/api/cart 200`,
		},
		{
			"nothing sent", "Tell", sent(journey.Exchange{URL: pathIs("/track"), Method: "POST"}),
			`sent: {url: "/track", method: POST} not seen: the page sent POST URL/collect`,
		},
		{
			"something else sent", "Tell", sent(journey.Exchange{URL: pathIs("/collect"), Body: holding("refund")}),
			`sent: {url: "/collect", body: "refund"} not seen: POST URL/collect: the body is "event=purchase"`,
		},
		{
			"no answer", "Ask", responded(journey.Exchange{URL: pathIs("/slow"), Status: "200"}),
			`response: {url: "/slow", status: 200} not seen: GET URL/slow was sent, and not answered`,
		},
		{
			"too large", "Load", responded(journey.Exchange{URL: pathIs("/big"), Body: holding("x")}),
			`response: {url: "/big", body: "x"} not seen: GET URL/big 200: its body can't be read: it is larger than 10 MiB`,
		},
		{
			"no request", "Start", sent(journey.Exchange{URL: pathIs("/collect")}),
			`sent: "/collect" not seen: the page sent no request at all`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL("/")), sees("Start")))
			def := step(do(click(c.press)), c.expect)
			def.Timeout = 3 * time.Second
			f := failStep(t, s, def)
			if got := strings.ReplaceAll(f.Message, server.URL, "URL"); f.Kind != journey.KindExpectation || got != c.want || f.Pos.Line != 9 {
				t.Errorf("got  %s %s line %d\nwant %s", f.Kind, got, f.Pos.Line, c.want)
			}
		})
	}
}

// TestJar: what is asked beside the page has the page's cookies, and what is
// set there the page has too.
func TestJar(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "s1", Path: "/", HttpOnly: true})
		http.SetCookie(w, &http.Cookie{Name: "admin", Value: "a", Path: "/admin"})
		html(`<h1>Start</h1><p>`+r.Header.Get("Cookie")+`</p>`)(w, r)
	})
	server := serve(t, mux)
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/")), sees("Start")))
	jar := s.Jar()
	cookies := func(path string) string {
		t.Helper()
		got, err := jar.Cookies(t.Context(), server.URL+path)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := cookies("/api"); got != "session=s1" {
		t.Errorf("cookies %q", got)
	}
	if got := cookies("/admin"); !strings.Contains(got, "admin=a") {
		t.Errorf("cookies %q", got)
	}
	err := jar.Keep(t.Context(), server.URL+"/api/login", []*http.Cookie{
		{Name: "token", Value: "t1", Path: "/", MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteLaxMode},
		{Name: "deep", Value: "d"},
		{Name: "session", Value: "", Path: "/", MaxAge: -1},
		{Name: "foreign", Value: "f", Domain: "other.example", Path: "/"},
		{Name: "__Host-a", Value: "1", Path: "/x"}, // what Chrome calls invalid is dropped, as a page's is
		{Name: "__Secure-a", Value: "1", Path: "/"},
		{Name: "last", Value: "l", Path: "/api"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := cookies("/x"); got != "token=t1" {
		t.Errorf("cookies %q", got)
	}
	if got := cookies("/api/more"); !strings.Contains(got, "deep=d") || !strings.Contains(got, "last=l") || strings.Contains(got, "foreign") || strings.Contains(got, "__") {
		t.Errorf("cookies %q", got)
	}
	mustStep(t, s, step(do(openURL("/?again")), sees("token=t1")))
}
