package browser_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"samui/internal/browser"
	"samui/internal/journey"
)

// asks is a page that shows what it was asked for, and what the browser says of
// itself.
const asks = `<p>asked for %s as %s</p><p id=says></p><script>
const f = Intl.DateTimeFormat().resolvedOptions();
says.textContent = [navigator.language, navigator.languages.join(','), f.locale, f.timeZone, innerWidth + 'x' + innerHeight,
  matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light', matchMedia('(prefers-reduced-motion: reduce)').matches ? 'still' : 'moving',
  new Date(0).getHours()].join(' | ');
document.body.append('ready');
</script>`

func asking(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html><meta charset=utf-8>"+asks, r.Header.Get("Accept-Language"), r.UserAgent())
}

// says is the text of an element of the page that is there.
func says(t *testing.T, s *browser.Session, selector string) string {
	t.Helper()
	text, err := browser.Eval[string](t.Context(), s, fmt.Sprintf("document.querySelector(%q).textContent", selector))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestWhoTheCustomerIs: locale, time zone, size and taste are what the visit
// says, in the page and in its requests; a new document has them, too.
func TestWhoTheCustomerIs(t *testing.T) {
	server := serve(t, http.HandlerFunc(asking))
	b := newBrowser(t)
	at := site(server)
	at.Conditions = journey.Conditions{Locale: "en-GB", Timezone: "Asia/Tokyo", UserAgent: "Site/1"}
	j := journey.Journey{Site: at, Conditions: journey.Conditions{
		Locale: "he-IL", UserAgent: "Shopper/3", Viewport: &journey.Size{Width: 1600, Height: 1000}, ColorScheme: "dark", ReducedMotion: new(true),
	}}
	s := openAs(t, b, j, desktop())
	for _, path := range []string{"/", "/again"} {
		mustStep(t, s, step(do(openURL(path)), sees("ready")))
		want := "he-IL | he-IL,he | he-IL | Asia/Tokyo | 1600x1000 | dark | still | 9"
		if got := says(t, s, "#says"); got != want {
			t.Errorf("%s: the page sees\n got %s\nwant %s", path, got, want)
		}
		want = "asked for he-IL,he;q=0.9 as Shopper/3 Samui/1 (+https://samui.example/robot)"
		if got := says(t, s, "p"); got != want {
			t.Errorf("%s: the server sees\n got %s\nwant %s", path, got, want)
		}
	}
}

// TestViewportLargerThanTheWindow: interactions are measured there, too.
func TestViewportLargerThanTheWindow(t *testing.T) {
	server := pages(t, map[string]string{"/": `<button onclick="document.body.append('pressed ' + innerWidth)">Press</button>`})
	s := openAs(t, newBrowser(t), journey.Journey{Site: site(server), Conditions: journey.Conditions{Viewport: &journey.Size{Width: 2400, Height: 2000}}}, desktop())
	m := mustStep(t, s, step(do(openURL("/"), click("Press")), sees("pressed 2400")))
	if m.Page.INPMs == nil {
		t.Error("no INP in a viewport that is larger than Chrome's window")
	}
}

// TestWhereTheCustomerIs: the site may know, and is granted what the visit
// lists; other sites may not, and are told so at once.
func TestWhereTheCustomerIs(t *testing.T) {
	const ask = `<script>
navigator.geolocation.getCurrentPosition(p => say(p.coords.latitude + ',' + p.coords.longitude + '±' + p.coords.accuracy), e => say('refused'));
async function say(where) {
	const states = await Promise.all(['geolocation', 'clipboard-read', 'midi'].map(async name => (await navigator.permissions.query({name})).state));
	document.body.append(where + ' ' + states);
}
</script>`
	server := pages(t, map[string]string{"/": ask})
	foreign := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	b := newBrowser(t)
	with := journey.Journey{Site: site(server), Conditions: journey.Conditions{
		Geolocation: &journey.Place{Latitude: 32.5, Longitude: 34.75, Accuracy: 20}, Permissions: []string{"clipboard-read"},
	}}
	both := with
	both.Site.Hosts = []string{"127.0.0.1", "localhost"}
	for name, c := range map[string]struct {
		j    journey.Journey
		at   string
		want string
	}{
		"the site":                      {with, server.URL, "32.5,34.75±20 granted,granted,prompt"},
		"somebody else":                 {with, foreign, "refused prompt,prompt,prompt"},
		"another host of the site's":    {both, foreign, "32.5,34.75±20 granted,granted,prompt"},
		"a visit that says nothing":     {journey.Journey{Site: site(server)}, server.URL, "refused prompt,prompt,prompt"},
		"a visit that allows something": {journey.Journey{Site: site(server), Conditions: journey.Conditions{Permissions: []string{"midi"}}}, server.URL, "refused prompt,prompt,granted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustStep(t, openAs(t, b, c.j, desktop()), step(do(openURL(c.at+"/")), sees(c.want)))
		})
	}
}

// TestSlowMachine: work on the main thread takes so many times longer.
func TestSlowMachine(t *testing.T) {
	server := pages(t, map[string]string{"/": `<h1>Work</h1><script>
let n = 0;
const from = performance.now();
for (let i = 0; i < 1e7; i++) n += Math.sqrt(i);
document.body.innerHTML = '<p id=took>' + (performance.now() - from) + '</p>done';
</script>`})
	b := newBrowser(t)
	took := func(v journey.Visit) float64 {
		s := openAs(t, b, journey.Journey{Site: site(server), Conditions: journey.Conditions{CPU: 2}}, v)
		mustStep(t, s, step(do(openURL("/")), sees("done")))
		ms, err := browser.Eval[float64](t.Context(), s, "Number(document.querySelector('#took').textContent)")
		if err != nil {
			t.Fatal(err)
		}
		return ms
	}
	fast, slow := desktop(), desktop()
	fast.CPU, slow.CPU = 1, 10
	if one, ten := took(fast), took(slow); ten < 2*one {
		t.Errorf("10 times slower: %.1f ms, and %.1f ms at full speed", ten, one)
	}
}

// TestConditionsOfAVisit: the more specific wins key by key; headers and
// blocked patterns are joined.
func TestConditionsOfAVisit(t *testing.T) {
	var got http.Header
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			got = r.Header.Clone()
		}
		html("<p>ready</p>")(w, r)
	})
	server := serve(t, mux)
	at := site(server)
	at.Headers = map[string]journey.Text{"X-Site": text("site"), "X-Robot": text("site")}
	at.Conditions.Headers = map[string]journey.Text{"x-robot": text("visit of the site"), "X-Visit": text("visit of the site")}
	b := newBrowser(t)
	addresses := map[string]string{server.URL: "127.0.0.1", server.URL + "/": "127.0.0.1:1"} // a host, as it may be written
	if six, err := net.Listen("tcp6", "[::1]:0"); err == nil {
		other := &httptest.Server{Listener: six, Config: &http.Server{Handler: mux}}
		other.Start()
		t.Cleanup(other.Close)
		addresses[other.URL] = "::1"
		addresses[other.URL+"/"] = "[::1]:1"
	}
	for address, host := range addresses {
		at.URL, at.Hosts = address, []string{host}
		j := journey.Journey{Site: at, Conditions: journey.Conditions{Headers: map[string]journey.Text{"X-Visit": text("visit of the journey")}}}
		mustStep(t, openAs(t, b, j, desktop()), step(do(openURL("/")), sees("ready")))
		want := []string{"site", "visit of the site", "visit of the journey"}
		if diff := cmp.Diff(want, []string{got.Get("X-Site"), got.Get("X-Robot"), got.Get("X-Visit")}); diff != "" {
			t.Errorf("headers for the host %s of %s (-want +got):\n%s", host, address, diff)
		}
	}
}
