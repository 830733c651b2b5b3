package browser_test

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"samui/internal/browser"
	"samui/internal/journey"
)

// secretText is a text that is a secret.
func secretText(s string) journey.Text {
	return journey.NewText(journey.Part{Secret: journey.NewSecret(s), Source: "${secret:NAME}"})
}

// guarded lets in who says the account, by the basic or the digest scheme, and
// tells what it was told.
func guarded(scheme string, told *atomic.Int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said := r.Header.Get("Authorization")
		if said != "" {
			told.Add(1)
		}
		ok := false
		switch scheme {
		case "basic":
			user, password, _ := r.BasicAuth()
			ok = user == "ops" && password == "open:sesame"
			w.Header().Set("WWW-Authenticate", `Basic realm="staging"`)
		case "digest":
			ok = digest(said, r.Method)
			w.Header().Set("WWW-Authenticate", `Digest realm="staging", nonce="n1", qop="auth", algorithm=MD5`)
		}
		if !ok {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// digest reports whether a header proves that its sender knows the password
// (RFC 7616, section 3.4).
func digest(header, method string) bool {
	fields := map[string]string{}
	for field := range strings.SplitSeq(strings.TrimPrefix(header, "Digest "), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = strings.Trim(value, `"`)
	}
	hash := func(s string) string {
		sum := md5.Sum([]byte(s))
		return hex.EncodeToString(sum[:])
	}
	want := hash(strings.Join([]string{hash("ops:staging:open:sesame"), fields["nonce"], fields["nc"], fields["cnonce"], fields["qop"], hash(method + ":" + fields["uri"])}, ":"))
	return fields["response"] == want
}

// staging is a site behind a password, with something of its own and something
// of a third party's on its page, which asks for a password, too.
func staging(t *testing.T, scheme string) (at journey.Site, leaked *atomic.Int64) {
	t.Helper()
	leaked = new(atomic.Int64)
	foreign := httptest.NewServer(guarded("basic", leaked, http.NotFoundHandler()))
	t.Cleanup(foreign.Close)
	elsewhere := strings.Replace(foreign.URL, "127.0.0.1", "localhost", 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(`<h1>Staging</h1><img src=/own.png onload="document.body.append('own')" onerror="document.body.append('own')"><script>
fetch('`+elsewhere+`/api', {mode: 'no-cors', credentials: 'include'}).then(() => 0, () => 0).then(() => fetch('/api')).then(r => document.body.append('ready ' + r.status))
</script><img src="`+elsewhere+`/pixel.png">`))
	server := serve(t, guarded(scheme, new(atomic.Int64), mux))
	return site(server), leaked
}

// TestAuth: the site's own hosts are told the account, nobody else is.
func TestAuth(t *testing.T) {
	b := newBrowser(t)
	for _, scheme := range []string{"basic", "digest"} {
		at, leaked := staging(t, scheme)
		account := &journey.Login{User: text("ops"), Password: secretText("open:sesame")}
		mustStep(t, openAs(t, b, journey.Journey{Site: at, Conditions: journey.Conditions{Auth: account}}, desktop()), step(do(openURL("/")), sees("ready 200")))
		if n := leaked.Load(); n != 0 {
			t.Errorf("%s: a third party was told the account %d times", scheme, n)
		}
	}
}

// TestAuthFails: what is missing or wrong is said at once.
func TestAuthFails(t *testing.T) {
	b := newBrowser(t)
	elsewhere := func(s *journey.Site) { s.Hosts = []string{"shop.example"} }
	for name, c := range map[string]struct {
		scheme  string
		account *journey.Login
		change  func(*journey.Site)
		hint    string
	}{
		"no account":      {"basic", nil, nil, "add visit: {auth: {user: …"},
		"a wrong account": {"basic", &journey.Login{User: text("ops"), Password: secretText("wrong")}, nil, "doesn't take the user and password"},
		"a wrong digest":  {"digest", &journey.Login{User: text("ops"), Password: secretText("wrong")}, nil, "doesn't take the user and password"},
		"another's host":  {"basic", &journey.Login{User: text("ops"), Password: secretText("open:sesame")}, elsewhere, "is told to the site's hosts only"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, _ := staging(t, c.scheme)
			if c.change != nil {
				c.change(&at)
			}
			f := failStep(t, openAs(t, b, journey.Journey{Site: at, Conditions: journey.Conditions{Auth: c.account}}, desktop()), step(do(openURL("/")), sees("ready 200")))
			if f.Kind != journey.KindHTTP || f.Status != http.StatusUnauthorized || !strings.Contains(f.Hint, c.hint) {
				t.Errorf("got %s %d %q (hint: %s), want 401 with %q", f.Kind, f.Status, f.Message, f.Hint, c.hint)
			}
		})
	}
}

// proxyServer passes plain requests on, to those who say its account where it
// has one. No site is told it.
func proxyServer(t *testing.T, account string) (server *httptest.Server, passed *atomic.Int64) {
	t.Helper()
	passed = new(atomic.Int64)
	server = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if account != "" && r.Header.Get("Proxy-Authorization") != "Basic "+base64.StdEncoding.EncodeToString([]byte(account)) {
			w.Header().Set("Proxy-Authenticate", `Basic realm="proxy"`)
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		r.RequestURI = ""
		r.Header.Del("Proxy-Authorization")
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer func() { _ = answer.Body.Close() }()
		passed.Add(1)
		w.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
		w.WriteHeader(answer.StatusCode)
		_, _ = io.Copy(w, answer.Body)
	}))
	return server, passed
}

// TestProxy: everything goes through it, this machine's own servers included,
// and it alone is told its account. What is wrong with it has a name that is
// not the site's.
func TestProxy(t *testing.T) {
	b := newBrowser(t)
	var told atomic.Int64
	origin := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Proxy-Authorization") != "" || r.Header.Get("Authorization") != "" {
			told.Add(1)
		}
		html(`<p>ready</p><img src=/a.png>`)(w, r)
	}))
	open, through := proxyServer(t, "")
	closed, let := proxyServer(t, "samui:open sesame")
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	visiting := func(p journey.Proxy) *browser.Session {
		return openAs(t, b, journey.Journey{Site: site(origin), Conditions: journey.Conditions{Proxy: &p}}, desktop())
	}

	mustStep(t, visiting(journey.Proxy{Server: open.URL}), step(do(openURL("/")), sees("ready")))
	mustStep(t, visiting(journey.Proxy{Server: closed.URL, User: text("samui"), Password: secretText("open sesame")}), step(do(openURL("/")), sees("ready")))
	if through.Load() == 0 || let.Load() == 0 || told.Load() != 0 {
		t.Errorf("%d and %d requests went through the proxies, %d told the site their account", through.Load(), let.Load(), told.Load())
	}
	for name, c := range map[string]struct {
		proxy journey.Proxy
		want  string
	}{
		"it isn't there":   {journey.Proxy{Server: gone.URL}, "ERR_PROXY_CONNECTION_FAILED"},
		"socks, not there": {journey.Proxy{Server: strings.Replace(gone.URL, "http", "socks5", 1)}, "ERR_PROXY_CONNECTION_FAILED"},
		"no account":       {journey.Proxy{Server: closed.URL}, "ERR_PROXY_AUTH_REQUESTED"},
		"a wrong account":  {journey.Proxy{Server: closed.URL, User: text("samui"), Password: secretText("wrong")}, "ERR_PROXY_AUTH_REQUESTED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := failStep(t, visiting(c.proxy), step(do(openURL("/")), sees("ready")))
			if f.Kind != journey.KindNavigation || f.NetError != c.want {
				t.Errorf("got %s %s %q, want %s", f.Kind, f.NetError, f.Message, c.want)
			}
			if strings.Contains(fmt.Sprint(*f), "wrong") {
				t.Errorf("the failure repeats the password: %+v", *f)
			}
		})
	}
}
