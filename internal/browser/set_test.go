package browser_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"samui/internal/browser"
	"samui/internal/journey"
)

func set(what journey.Kept, name, to string) journey.Action {
	return journey.Action{Verb: journey.Set, Kept: what, Name: name, With: text(to), Pos: journey.Pos{File: "j.yaml", Line: 7}}
}

func forget(what journey.Kept, name string) journey.Action {
	return journey.Action{Verb: journey.Forget, Kept: what, Name: name}
}

// keeping serves pages that say what they found when their first script ran,
// and what the server was sent.
func keeping(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/plain", html(`<h1>Plain</h1>`))
	mux.HandleFunc("/gives", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "1", HttpOnly: true, Path: "/"})
		http.SetCookie(w, &http.Cookie{Name: "deep", Value: "1", Path: "/gives"})
		html(`<h1>Given</h1><script>localStorage.gift = 'l'; sessionStorage.gift = 's'</script>`)(w, r)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		sent, _ := json.Marshal(r.Header.Get("Cookie"))
		html(`<script>window.first = JSON.stringify({sent: `+strings.ReplaceAll(string(sent), "</", `<\/`)+`, cookie: document.cookie, local: {...localStorage}, session: {...sessionStorage}})</script>
			<h1>Kept</h1><pre></pre><script>document.querySelector('pre').textContent = first</script>`)(w, r)
	})
	return serve(t, mux)
}

type kept struct {
	Sent    string            `json:"sent"`
	Cookie  string            `json:"cookie"`
	Local   map[string]string `json:"local"`
	Session map[string]string `json:"session"`
}

// found is what the page's first script found.
func found(t *testing.T, s *browser.Session) kept {
	t.Helper()
	var k kept
	said, err := browser.Eval[string](t.Context(), s, "document.querySelector('pre').textContent")
	if err == nil {
		err = json.Unmarshal([]byte(said), &k)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestSetBeforeTheFirstPage: what is set before anything is open is there
// before the page's first script, with the first request, and is set once.
func TestSetBeforeTheFirstPage(t *testing.T) {
	s := open(t, newBrowser(t), site(keeping(t)))
	m := mustStep(t, s, step(do(
		set(journey.KeptCookie, "variant", "B"), set(journey.KeptStorage, "cart", "old"), set(journey.KeptStorage, "cart", "[1]"), set(journey.KeptSession, "step", "2"),
		openURL("/"),
	), sees("Kept")))
	if m.Actions != 1 {
		t.Errorf("%d actions of the customer's, want the one", m.Actions)
	}
	k := found(t, s)
	if k.Sent != "variant=B" || k.Cookie != "variant=B" || len(k.Local) != 1 || k.Local["cart"] != "[1]" || len(k.Session) != 1 || k.Session["step"] != "2" {
		t.Errorf("found %+v", k)
	}
	if _, err := browser.Eval[any](t.Context(), s, "localStorage.cart = 'changed', sessionStorage.clear()"); err != nil {
		t.Fatal(err)
	}
	mustStep(t, s, step(do(bare(journey.Reload)), sees("Kept")))
	if k := found(t, s); k.Local["cart"] != "changed" || len(k.Session) != 0 {
		t.Errorf("it was set a second time: %+v", k)
	}
}

// TestSetAlone: a step may do nothing else, before the first page and on it.
func TestSetAlone(t *testing.T) {
	s := open(t, newBrowser(t), site(keeping(t)))
	mustStep(t, s, step(do(set(journey.KeptCookie, "a", "1"), set(journey.KeptStorage, "b", "2"), forget(journey.KeptEverything, ""), set(journey.KeptSession, "c", "3"))))
	mustStep(t, s, step(do(openURL("/")), sees("Kept")))
	if k := found(t, s); k.Sent != "" || len(k.Local) != 0 || k.Session["c"] != "3" {
		t.Errorf("found %+v", k)
	}
	m := mustStep(t, s, step(do(set(journey.KeptStorage, "d", "4"), set(journey.KeptCookie, "e", "5"))))
	if m.Actions != 0 {
		t.Errorf("%d actions of the customer's", m.Actions)
	}
	if got, err := browser.Eval[string](t.Context(), s, "localStorage.d + document.cookie"); err != nil || got != "4e=5" {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestSetFromElsewhere: what belongs to the site waits until a page of the site
// is there, and isn't put into another's.
func TestSetFromElsewhere(t *testing.T) {
	server := keeping(t)
	other := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL(other+"/gives")), sees("Given")))
	mustStep(t, s, step(do(openURL(other+"/"), set(journey.KeptStorage, "cart", "1"), set(journey.KeptSession, "step", "2"), set(journey.KeptCookie, "c", "3")), sees("Kept")))
	mustStep(t, s, step(do(bare(journey.Reload)), sees("Kept")))
	if k := found(t, s); k.Local["cart"] != "" || k.Session["step"] != "" || k.Sent != "sid=1" || k.Local["gift"] != "l" {
		t.Errorf("another's page found %+v", k)
	}
	mustStep(t, s, step(do(openURL("/")), sees("Kept")))
	if k := found(t, s); k.Local["cart"] != "1" || k.Session["step"] != "2" || k.Cookie != "c=3" {
		t.Errorf("the site's page found %+v", k)
	}
	for _, a := range []journey.Action{forget(journey.KeptCookies, ""), forget(journey.KeptStorage, ""), forget(journey.KeptEverything, "")} {
		mustStep(t, s, step(do(a, openURL(other+"/")), sees("Kept")))
		if k := found(t, s); k.Local["gift"] != "l" || k.Session["gift"] != "s" || !strings.Contains(k.Sent, "sid=1") {
			t.Errorf("forget: %s took from another: %+v", a.Kept, k)
		}
	}
}

func TestForget(t *testing.T) {
	b := newBrowser(t)
	server := keeping(t)
	other := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	for _, c := range []struct {
		what             journey.Kept
		name             string
		cookies, storage bool // that are left
	}{
		{journey.KeptCookies, "", false, true},
		{journey.KeptCookie, "sid", false, true},
		{journey.KeptCookie, "other", true, true},
		{journey.KeptStorage, "", true, false},
		{journey.KeptEverything, "", false, false},
	} {
		for _, from := range []string{"/plain", other + "/plain"} {
			t.Run(string(c.what)+c.name+" from "+from[:1], func(t *testing.T) {
				t.Parallel()
				s := open(t, b, site(server))
				mustStep(t, s, step(do(openURL("/gives")), sees("Given")))
				mustStep(t, s, step(do(openURL(from)), sees("Plain")))
				mustStep(t, s, step(do(forget(c.what, c.name), openURL("/")), sees("Kept")))
				k := found(t, s)
				if (k.Sent == "sid=1") != c.cookies || (k.Local["gift"] == "l") != c.storage || (k.Session["gift"] == "s") != c.storage {
					t.Errorf("found %+v, want cookies %t, storage %t", k, c.cookies, c.storage)
				}
			})
		}
	}
}

// TestForgetWhereItStands: the page that is open sees at once that its storage
// is empty; what the cache held is fetched again.
func TestForgetWhereItStands(t *testing.T) {
	asked := make(chan string, 8)
	mux := http.NewServeMux()
	mux.HandleFunc("/app.js", func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		w.Header().Set("Cache-Control", "max-age=3600")
		w.Header().Set("Content-Type", "text/javascript")
	})
	mux.HandleFunc("/", html(`<h1>App</h1><script>localStorage.a = 1; sessionStorage.b = 1; document.cookie = 'c=1'</script><script src=/app.js></script>`))
	s := open(t, newBrowser(t), site(serve(t, mux)))
	mustStep(t, s, step(do(openURL("/")), sees("App")))
	mustStep(t, s, step(do(openURL("/again")), sees("App")))
	if len(asked) != 1 {
		t.Fatalf("the script was fetched %d times", len(asked))
	}
	mustStep(t, s, step(do(forget(journey.KeptEverything, ""))))
	if got, err := browser.Eval[string](t.Context(), s, "localStorage.length + '/' + sessionStorage.length + '/' + document.cookie"); err != nil || got != "0/0/" {
		t.Errorf("got %q, %v", got, err)
	}
	mustStep(t, s, step(do(openURL("/third")), sees("App")))
	if len(asked) != 2 {
		t.Errorf("the script was fetched %d times", len(asked))
	}
}

// TestSetTakesAnyText: whatever is set arrives as it is, or is refused.
func TestSetTakesAnyText(t *testing.T) {
	b := newBrowser(t)
	server := keeping(t)
	for _, hostile := range []string{`"quoted" 'too'`, `</script><script>document.title='x'</script>`, "`${1+1}`", `a\b\u0041`, "שלום 😀", "a\u2028b", "two\nlines", "semi;colon", "", "__proto__", "constructor"} {
		key := hostile
		if key == "" {
			key = "empty"
		}
		s := open(t, b, site(server))
		mustStep(t, s, step(do(set(journey.KeptStorage, key, hostile), openURL("/"), set(journey.KeptSession, key, hostile)), sees("Kept")))
		got, err := browser.Eval[[]string](t.Context(), s, "((k) => [localStorage.getItem(k), sessionStorage.getItem(k), document.title])("+quote(key)+")")
		if err != nil || got[0] != hostile || got[1] != hostile || got[2] != "" {
			t.Errorf("%q: got %q, %v", hostile, got, err)
		}
		def := step(do(set(journey.KeptCookie, "c", hostile), openURL("/")), sees("Kept"))
		if strings.ContainsAny(hostile, "\n;") {
			if f := failStep(t, s, def); f.Kind != journey.KindScript || !strings.HasPrefix(f.Message, `can't set the cookie "c": a cookie can't hold a `) || f.Pos.Line != 7 {
				t.Errorf("%q: got %s %q", hostile, f.Kind, f.Message)
			}
			continue
		}
		mustStep(t, s, def)
		if k := found(t, s); k.Cookie != "c="+hostile {
			t.Errorf("%q: the cookie is %q", hostile, k.Cookie)
		}
	}
}

func quote(s string) string {
	data, _ := json.Marshal(s)
	return string(data)
}

func TestSetRefused(t *testing.T) {
	server := keeping(t)
	s := open(t, newBrowser(t), site(server))
	f := failStep(t, s, step(do(set(journey.KeptCookie, "__Secure-a", "1"))))
	if f.Kind != journey.KindScript || f.Message != `can't set the cookie "__Secure-a": the browser refuses it for `+server.URL || f.Hint == "" {
		t.Errorf("got %s %q (%s)", f.Kind, f.Message, f.Hint)
	}
	mustStep(t, s, step(do(openURL("/")), sees("Kept")))
	f = failStep(t, s, step(do(set(journey.KeptStorage, "big", strings.Repeat("x", 6<<20)))))
	if f.Kind != journey.KindScript || !strings.HasPrefix(f.Message, "can't set the site's storage: ") || len(f.Message) > 1000 || f.Pos.Line != 7 {
		t.Errorf("got %s %.300q line %d", f.Kind, f.Message, f.Pos.Line)
	}
	foreign := site(server)
	foreign.Hosts = []string{"shop.example"}
	s = open(t, newBrowser(t), foreign)
	a := set(journey.KeptStorage, "token", "")
	a.With = secretText("hush")
	if f := failStep(t, s, step(do(a))); !strings.Contains(f.Message, "a secret is not typed into a page of 127.0.0.1") {
		t.Errorf("got %q", f.Message)
	}
}
