package request_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/request"
	"samui/internal/values"
)

// api is a server that tells what it was asked.
func api(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Got", r.Header.Get("X-Site")+"|"+r.Header.Get("X-Call")+"|"+r.Header.Get("Authorization"))
		fmt.Fprintf(w, `{"method": %q, "type": %q, "agent": %q, "cookies": %q, "body": %q, "items": [1, 2]}`,
			r.Method, r.Header.Get("Content-Type"), r.UserAgent(), r.Header.Get("Cookie"), body)
	})
	mux.HandleFunc("/login", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "s1", Path: "/", HttpOnly: true})
		http.SetCookie(w, &http.Cookie{Name: "other", Value: "o", Path: "/admin"})
	})
	mux.HandleFunc("/down", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "on holiday", http.StatusServiceUnavailable)
	})
	mux.HandleFunc("/move", func(w http.ResponseWriter, r *http.Request) {
		code := http.StatusFound
		if r.URL.Query().Get("keep") != "" {
			code = http.StatusTemporaryRedirect
		}
		to := r.URL.Query().Get("to")
		http.Redirect(w, r, to, code)
	})
	mux.HandleFunc("/circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/circle", http.StatusFound) })
	mux.HandleFunc("/big", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.CopyN(z, zeros{}, 11<<20)
		_ = z.Close()
	})
	mux.HandleFunc("/odd", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) })
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("half"))
	})
	mux.HandleFunc("/hang", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("begin") != "" {
			_, _ = w.Write([]byte("beginning"))
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	})
	mux.HandleFunc("/nothing", func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func site(t *testing.T, server *httptest.Server) journey.Site {
	t.Helper()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return journey.Site{URL: server.URL, Hosts: []string{u.Hostname()}, Headers: map[string]journey.Text{"X-Site": secret("site-key")}}
}

func secret(s string) journey.Text {
	return journey.NewText(journey.Part{Secret: journey.NewSecret(s), Source: "${secret:S}"})
}

func client(t *testing.T, s journey.Site) *request.Client {
	t.Helper()
	c := request.New(request.Options{Site: s, Conditions: journey.Journey{Site: s}.ConditionsOf(journey.Visit{}), Values: values.New(journey.Journey{Site: s}, journey.Facts{At: time.Now()})})
	t.Cleanup(c.Close)
	return c
}

func call(method, path string) journey.Action {
	return journey.Action{Verb: journey.Request, URL: journey.Plain(path), Call: &journey.Call{Method: method}, Pos: journey.Pos{File: "j.yaml", Line: 3}}
}

func with(a journey.Action, change func(*journey.Call)) journey.Action {
	change(a.Call)
	return a
}

func step(do ...journey.Action) journey.Step {
	return journey.Step{ID: "ask", Do: do, Timeout: time.Minute, Pos: journey.Pos{File: "j.yaml", Line: 1}}
}

func response(x journey.Exchange) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimResponse, Exchange: &x, Pos: journey.Pos{File: "j.yaml", Line: 9}}
}

func TestAsksWhatIsWritten(t *testing.T) {
	server := api(t)
	for _, c := range []struct {
		name string
		a    journey.Action
		want string
	}{
		{"get", call("GET", "/echo"), `"method": "GET", "type": "", "agent": "Samui/1", "cookies": "", "body": ""`},
		{"an absolute URL", call("GET", server.URL+"/echo#part"), `"method": "GET"`},
		{"json", with(call("POST", "/echo"), func(c *journey.Call) { c.JSON = journey.Plain(`{"a": [1]}`) }), `"method": "POST", "type": "application/json", "agent": "Samui/1", "cookies": "", "body": "{\"a\": [1]}"`},
		{"a form", with(call("PUT", "/echo"), func(c *journey.Call) { c.Form = []journey.Field{{Name: "a b", Value: journey.Plain("c&d")}} }), `"type": "application/x-www-form-urlencoded", "agent": "Samui/1", "cookies": "", "body": "a+b=c%26d"`},
		{"a body with its type", with(call("PATCH", "/echo"), func(c *journey.Call) {
			c.Body, c.Headers = journey.Plain("<a/>"), map[string]journey.Text{"content-type": journey.Plain("application/xml"), "User-Agent": journey.Plain("Me/2")}
		}), `"method": "PATCH", "type": "application/xml", "agent": "Me/2", "cookies": "", "body": "<a/>"`},
		{"delete", call("DELETE", "/echo"), `"method": "DELETE"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := client(t, site(t, server)).Step(t.Context(), step(c.a))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(r.Last.Body); !strings.Contains(got, c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if r.Page.Status == nil || *r.Page.Status != 200 || r.Page.Navigation != journey.NavigationNone || r.Page.TTFBMs == nil || r.Page.ConnectMs == nil || r.Page.TLSMs != nil || r.Wait <= 0 || r.Actions != 1 {
				t.Errorf("measured %+v", r)
			}
			if r.Requests.Count != 1 || r.Requests.Failed != 0 || r.Requests.Bytes < int64(len(r.Last.Body)) || r.Requests.ThirdParty != 0 {
				t.Errorf("counted %+v", r.Requests)
			}
		})
	}
	r, err := client(t, site(t, server)).Step(t.Context(), step(call("HEAD", "/echo")))
	if err != nil || len(r.Last.Body) > 0 || r.Last.Headers["content-type"] != "application/json" {
		t.Errorf("head: %+v, %v", r.Last, err)
	}
}

// What the visit's conditions say holds for what is asked beside a page, too.
func TestAsksUnderTheVisitsConditions(t *testing.T) {
	server := api(t)
	foreign := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	proxied := ""
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		proxied = r.URL.String() + " " + r.Header.Get("Proxy-Authorization")
	}))
	t.Cleanup(proxy.Close)
	s := site(t, server)
	with := func(c journey.Conditions) *request.Client {
		known := values.New(journey.Journey{Site: s}, journey.Facts{At: time.Now()})
		made := request.New(request.Options{Site: s, Conditions: c, Values: known, Agent: request.Agent("Kiosk/1", "https://samui.example")})
		t.Cleanup(made.Close)
		return made
	}
	login := journey.Conditions{Auth: &journey.Login{User: journey.Plain("ops"), Password: secret("pw")}, Headers: map[string]journey.Text{"X-Site": journey.Plain("s")}}
	for address, want := range map[string]string{"/echo": "s||Basic b3BzOnB3", foreign + "/echo": "||"} {
		r, err := with(login).Step(t.Context(), step(call("GET", address)))
		if err != nil || r.Last.Headers["x-got"] != want || !strings.Contains(string(r.Last.Body), `"agent": "Kiosk/1 Samui/1 (+https://samui.example)"`) {
			t.Errorf("%s: got %q, want %q (%v)", address, r.Last.Headers["x-got"], want, err)
		}
	}
	through := journey.Conditions{Proxy: &journey.Proxy{Server: proxy.URL, User: journey.Plain("u"), Password: secret("p")}}
	if _, err := with(through).Step(t.Context(), step(call("GET", "/echo"))); err != nil || proxied != server.URL+"/echo Basic dTpw" {
		t.Errorf("through the proxy came %q (%v)", proxied, err)
	}
	proxy.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) })
	for server, want := range map[string]string{proxy.URL: "ERR_PROXY_AUTH_REQUESTED", "http://127.0.0.1:1": "ERR_PROXY_CONNECTION_FAILED"} {
		for _, address := range []string{"/echo", "https://127.0.0.1/"} {
			_, err := with(journey.Conditions{Proxy: &journey.Proxy{Server: server}}).Step(t.Context(), step(call("GET", address)))
			if f, ok := errors.AsType[*request.Failure](err); !ok || f.NetError != want {
				t.Errorf("%s through %s: got %v, want %s", address, server, err, want)
			}
		}
	}
}

func TestKeepsTheVisitsCookies(t *testing.T) {
	server := api(t)
	c := client(t, site(t, server))
	cookies := func(a journey.Action) string {
		t.Helper()
		r, err := c.Step(t.Context(), step(a))
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(r.Last.Body), `"cookies": "`)
		got, _, _ := strings.Cut(rest, `"`)
		return got
	}
	clean := func(a journey.Action) journey.Action { return with(a, func(c *journey.Call) { c.Clean = true }) }
	if _, err := c.Step(t.Context(), step(clean(call("GET", "/login")))); err != nil {
		t.Fatal(err)
	}
	if got := cookies(call("GET", "/echo")); got != "" {
		t.Errorf("a clean request left %q", got)
	}
	if _, err := c.Step(t.Context(), step(call("GET", "/login"))); err != nil {
		t.Fatal(err)
	}
	if got := cookies(call("GET", "/echo")); got != "session=s1" {
		t.Errorf("cookies %q", got)
	}
	if got := cookies(clean(call("GET", "/echo"))); got != "" {
		t.Errorf("a clean request sent %q", got)
	}
}

func TestRedirects(t *testing.T) {
	server := api(t)
	foreign := strings.Replace(api(t).URL, "127.0.0.1", "localhost", 1)
	to := func(target string) string { return "/move?to=" + url.QueryEscape(target) }
	calls := func(c *journey.Call) {
		c.Headers = map[string]journey.Text{"X-Call": secret("call-key"), "Authorization": journey.Plain("Basic x")}
		c.Body = journey.Plain("shoes")
	}
	for _, c := range []struct {
		name, want, got string
		a               journey.Action
		hops, foreign   int
	}{
		{"what was sent is not sent again", `"method": "GET", "type": "", "agent": "Samui/1", "cookies": "", "body": ""`, "site-key|call-key|Basic x", with(call("POST", to("/echo")), calls), 2, 0},
		{"but where the answer says so", `"method": "POST", "type": "text/plain; charset=utf-8", "agent": "Samui/1", "cookies": "", "body": "shoes"`, "site-key|call-key|Basic x", with(call("POST", to("/echo")+"&keep=1"), calls), 2, 0},
		{"elsewhere without what is the site's", `"method": "GET"`, "||", with(call("POST", to(foreign+"/echo")), calls), 2, 1},
		{"not followed", ``, "", with(call("GET", to("/echo")), func(c *journey.Call) { c.Stay = true }), 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := client(t, site(t, server)).Step(t.Context(), step(c.a))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(r.Last.Body), c.want) || r.Last.Headers["x-got"] != c.got {
				t.Errorf("got %s %q", r.Last.Body, r.Last.Headers["x-got"])
			}
			if r.Requests.Count != c.hops || r.Requests.ThirdParty != c.foreign {
				t.Errorf("counted %+v", r.Requests)
			}
		})
	}
}

func TestWhatFails(t *testing.T) {
	server := api(t)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	secure.Config.ErrorLog = nil
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	foreign := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	short := func(s journey.Step) journey.Step {
		s.Timeout = 300 * time.Millisecond
		return s
	}
	expecting := func(s journey.Step, e ...journey.Expectation) journey.Step {
		s.Expect = e
		return s
	}
	number := &journey.Comparison{Name: "items.length", Op: journey.Above, Number: 2}
	for _, c := range []struct {
		name     string
		step     journey.Step
		kind     journey.FailureKind
		net, say string
		line     int
	}{
		{"an error of the server's", step(call("GET", "/down")), journey.KindHTTP, "", "GET URL/down answered 503 Service Unavailable", 3},
		{"a proxy's answer without a proxy", step(call("GET", "/odd")), journey.KindHTTP, "", "GET URL/odd answered 407 Proxy Authentication Required", 3},
		{"an error before the last", expecting(step(call("GET", "/down"), call("GET", "/echo")), response(journey.Exchange{Status: "200"})), journey.KindHTTP, "", "GET URL/down answered 503 Service Unavailable", 3},
		{"another status", expecting(step(call("GET", "/down")), response(journey.Exchange{Status: "2xx"})), journey.KindExpectation, "", "response: {status: 2xx} not met by GET URL/down: the answer was 503 Service Unavailable", 9},
		{"another number", expecting(step(call("GET", "/echo")), response(journey.Exchange{JSON: number})), journey.KindExpectation, "", `response: {json: {path: "items.length", above: 2}} not met by GET URL/echo: items.length is "2"`, 9},
		{"refused", step(call("GET", gone.URL)), journey.KindNavigation, "ERR_CONNECTION_REFUSED", "GET " + gone.URL + " could not be reached: the connection was refused (ERR_CONNECTION_REFUSED)", 3},
		{"no such name", step(call("GET", "http://nobody.invalid/")), journey.KindNavigation, "ERR_NAME_NOT_RESOLVED", "GET http://nobody.invalid/ could not be reached: its name has no address (ERR_NAME_NOT_RESOLVED)", 3},
		{"a certificate of nobody's", step(call("GET", secure.URL)), journey.KindNavigation, "ERR_CERT_AUTHORITY_INVALID", "GET " + secure.URL + " could not be reached: its certificate is from nobody known (ERR_CERT_AUTHORITY_INVALID)", 3},
		{"no TLS", step(call("GET", strings.Replace(server.URL, "http:", "https:", 1))), journey.KindNavigation, "ERR_SSL_PROTOCOL_ERROR", "GET " + strings.Replace(server.URL, "http:", "https:", 1) + " could not be reached: it doesn't speak TLS properly (ERR_SSL_PROTOCOL_ERROR)", 3},
		{"in circles", step(call("GET", "/circle")), journey.KindNavigation, "ERR_TOO_MANY_REDIRECTS", "GET URL/circle could not be reached: it redirects in circles (ERR_TOO_MANY_REDIRECTS)", 3},
		{"no answer", step(call("POST", "/nothing")), journey.KindNavigation, "ERR_EMPTY_RESPONSE", "POST URL/nothing could not be reached: the server answered nothing (ERR_EMPTY_RESPONSE)", 3},
		{"broken off", step(call("GET", "/cut")), journey.KindNavigation, "ERR_CONNECTION_CLOSED", "GET URL/cut answered 200 OK, and then broke off: the connection was closed without an answer (ERR_CONNECTION_CLOSED)", 3},
		{"too much", step(call("GET", "/big")), journey.KindHTTP, "", "GET URL/big answered 200 OK with more than 10 MiB", 3},
		{"too late", short(step(call("GET", "/hang"))), journey.KindNavigation, "ERR_TIMED_OUT", "GET URL/hang did not answer in time", 3},
		{"never ending", short(step(call("GET", "/hang?begin=1"))), journey.KindNavigation, "ERR_TIMED_OUT", "GET URL/hang?begin=1 answered 200 OK, and the rest did not come in time", 3},
		{"a secret for others", step(with(call("POST", foreign+"/echo"), func(c *journey.Call) { c.Body = secret("hush") })), journey.KindNavigation, "", "the request to " + foreign + "/echo holds a secret, and localhost is not the site's", 3},
		{"a secret led elsewhere", step(with(call("POST", "/move?keep=1&to="+url.QueryEscape(foreign+"/echo")), func(c *journey.Call) { c.Body = secret("hush") })), journey.KindHTTP, "", "POST URL/move?keep=1&to=" + url.QueryEscape(foreign+"/echo") + " redirects to localhost, which is not the site's, and the request holds a secret", 3},
		{"no address", step(call("GET", "ftp://x/")), journey.KindNavigation, "", `"ftp://x/" is no http(s) address`, 3},
		{"led nowhere", step(call("GET", "/move?to=ftp:%2F%2Fx")), journey.KindHTTP, "", `GET URL/move?to=ftp:%2F%2Fx redirects to "ftp://x", which is no http(s) address`, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := client(t, site(t, server)).Step(t.Context(), c.step)
			f, ok := errors.AsType[*request.Failure](err)
			if !ok {
				t.Fatalf("got %v, want a failure", err)
			}
			got := strings.ReplaceAll(f.Message, server.URL, "URL")
			if f.Kind != c.kind || f.NetError != c.net || got != c.say || f.Pos.Line != c.line {
				t.Errorf("got %s %q %q line %d\nwant %s %q %q line %d", f.Kind, f.NetError, got, f.Pos.Line, c.kind, c.net, c.say, c.line)
			}
			if r.Wait != 0 || r.GaveUp < 0 {
				t.Errorf("waited %s, gave up after %s", r.Wait, r.GaveUp)
			}
		})
	}
}

func TestWhoseTimeIsOver(t *testing.T) {
	server := api(t)
	errRun := errors.New("the run's time is over")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 200*time.Millisecond, errRun)
	defer cancel()
	_, err := client(t, site(t, server)).Step(ctx, step(call("GET", "/hang")))
	f, ok := errors.AsType[*request.Failure](err)
	if !errors.Is(err, errRun) || !ok || !strings.HasSuffix(f.Message, "/hang did not answer in time") {
		t.Errorf("got %v", err)
	}
	gone := errors.New("somebody left")
	ctx, leave := context.WithCancelCause(t.Context())
	leave(gone)
	if _, err := client(t, site(t, server)).Step(ctx, step(call("GET", "/echo"))); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}

// slowJar takes its time over cookies, as a browser under load does.
type slowJar struct{ takes time.Duration }

func (j slowJar) Cookies(ctx context.Context, _ string) (string, error) {
	return "", j.Keep(ctx, "", nil)
}

func (j slowJar) Forget(ctx context.Context, _ journey.Site, _ string) error {
	return j.Keep(ctx, "", nil)
}

func (j slowJar) Keep(ctx context.Context, _ string, _ []*http.Cookie) error {
	select {
	case <-time.After(j.takes):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// What the jar takes is our time, not the customer's, and when the step's time
// ends in it, the step has failed like any other.
func TestTheJarsTimeIsOurs(t *testing.T) {
	server := api(t)
	asking := func(j slowJar) *request.Client {
		s := site(t, server)
		c := request.New(request.Options{Site: s, Values: values.New(journey.Journey{Site: s}, journey.Facts{At: time.Now()}), Jar: j})
		t.Cleanup(c.Close)
		return c
	}
	const takes = 700 * time.Millisecond
	r, err := asking(slowJar{takes}).Step(t.Context(), step(call("GET", "/move?to=/login")))
	if err != nil || r.Wait <= 0 || r.Wait >= takes || *r.Page.TTFBMs >= float64(takes.Milliseconds()) {
		t.Errorf("waited %s, %v ms to the first byte, %v", r.Wait, *r.Page.TTFBMs, err)
	}
	late := step(call("GET", "/echo"))
	late.Timeout = 100 * time.Millisecond
	_, err = asking(slowJar{time.Minute}).Step(t.Context(), late)
	if f, ok := errors.AsType[*request.Failure](err); !ok || f.NetError != "ERR_TIMED_OUT" || !strings.HasSuffix(f.Message, "/echo did not answer in time") {
		t.Errorf("got %v, want a failure", err)
	}
}

func TestRepeats(t *testing.T) {
	server := api(t)
	s := step(call("GET", "/echo"))
	s.Repeat = &journey.Repeat{Times: 3}
	if r, err := client(t, site(t, server)).Step(t.Context(), s); err != nil || r.Actions != 3 || r.Requests.Count != 3 {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestSoftIsNoted(t *testing.T) {
	server := api(t)
	s := step(call("GET", "/echo"), journey.Action{Verb: journey.Pause, Pause: time.Millisecond})
	s.Expect = []journey.Expectation{{Claim: journey.ClaimSoft, Of: []journey.Expectation{response(journey.Exchange{Status: "201"})}}}
	r, err := client(t, site(t, server)).Step(t.Context(), s)
	if err != nil || len(r.Notes) != 1 || r.Notes[0] != "j.yaml:9: soft: response: {status: 201} not met by GET "+server.URL+"/echo: the answer was 200 OK" || r.Paused != time.Millisecond || r.Actions != 1 {
		t.Errorf("got %+v, %v", r, err)
	}
}
