package browser_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"samui/internal/browser"
	"samui/internal/journey"
)

// hits are the requests that came to a server.
type hits struct {
	mu    sync.Mutex
	paths []string
}

func (h *hits) note(r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.paths = append(h.paths, strings.Split(r.Host, ":")[0]+r.URL.Path)
}

func (h *hits) has(path string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Contains(h.paths, path)
}

// counting is a site whose page counts its visitors in every way that pages
// have, and a third party.
func counting(t *testing.T) (*hits, journey.Site) {
	t.Helper()
	var h hits
	page := `<h1>Home</h1><script src=/tag.js></script><script src="FOREIGN/widget.js"></script><iframe src="FOREIGN/frame"></iframe><script>
(async () => {
	const queued = navigator.sendBeacon('/g/collect?v=2', 'x');
	await fetch('/g/collect?v=2&keep', {method: 'POST', body: 'x', keepalive: true}).catch(() => 0);
	await new Promise(done => { const i = new Image(); i.onload = i.onerror = done; i.src = '/stats/matomo.php?idsite=1' });
	await new Promise(done => { const i = new Image(); i.onload = i.onerror = done; i.src = '/piwik.php' });
	await new Promise(done => { const i = new Image(); i.onload = i.onerror = done; i.src = 'FOREIGN/b/ss/acme/1/JS-2' });
	await new Promise(done => { const i = document.createElement('iframe'); i.onload = done; i.src = 'FOREIGN/g/collect?frame'; document.body.append(i) });
	const own = await fetch('/collect').then(r => r.status);
	document.body.append('ready ' + queued + ' ' + own + ' ' + window.tag);
})();
</script>`
	mux := http.NewServeMux()
	mux.HandleFunc("/{path...}", func(w http.ResponseWriter, r *http.Request) {
		h.note(r)
		switch r.URL.Path {
		case "/":
			html(strings.ReplaceAll(page, "FOREIGN", "http://localhost:"+strings.Split(r.Host, ":")[1]))(w, r)
		case "/tag.js":
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write([]byte("window.tag = 'tagged'"))
		}
	})
	return &h, site(serve(t, mux))
}

// TestAnalytics: a visit isn't counted, however the page tries; its tags load,
// and what was refused is neither a request nor a failure nor a complaint.
func TestAnalytics(t *testing.T) {
	b := newBrowser(t)
	collected := []string{"127.0.0.1/g/collect", "127.0.0.1/stats/matomo.php", "127.0.0.1/piwik.php", "localhost/b/ss/acme/1/JS-2", "localhost/g/collect"}
	visits := step(do(openURL("/")), sees("ready true 200 tagged"), journey.Expectation{Claim: journey.ClaimNoConsoleErrors}, journey.Expectation{Claim: journey.ClaimNoFailedRequests})

	h, at := counting(t)
	m := mustStep(t, open(t, b, at), visits)
	for _, path := range collected {
		if h.has(path) {
			t.Errorf("%s was reached", path)
		}
	}
	for _, path := range []string{"127.0.0.1/tag.js", "127.0.0.1/collect", "localhost/widget.js", "localhost/frame"} {
		if !h.has(path) {
			t.Errorf("%s was not reached", path)
		}
	}
	if r := m.Requests; r.AnalyticsBlocked != 6 || r.Failed != 0 || r.ThirdParty != 2 {
		t.Errorf("requests: %+v; want 6 of analytics blocked, none failed, 2 of third parties", r)
	}

	h, at = counting(t)
	m = mustStep(t, openAs(t, b, journey.Journey{Site: at, Conditions: journey.Conditions{Analytics: journey.Allow}}, desktop()), visits)
	for _, path := range collected {
		if !h.has(path) {
			t.Errorf("analytics: allow: %s was not reached", path)
		}
	}
	if m.Requests.AnalyticsBlocked != 0 {
		t.Errorf("analytics: allow: %d blocked", m.Requests.AnalyticsBlocked)
	}
}

// TestNoThirdParty: nothing comes from anybody but the site, and a page of
// somebody else's says why it doesn't open.
func TestNoThirdParty(t *testing.T) {
	b := newBrowser(t)
	for _, network := range []journey.Network{journey.Networks()[0], {Name: "office", Latency: 1e6, Down: 50_000_000}} {
		h, at := counting(t)
		at.Hosts = []string{"127.0.0.1:8099", "[::1]:1", "::2", "shop.example"}
		s := openAs(t, b, journey.Journey{Site: at, Conditions: journey.Conditions{ThirdParty: journey.Block}}, journey.Visit{Device: journey.Devices()[0], Network: network})
		m := mustStep(t, s, step(do(openURL("/")), sees("ready true 200 tagged")))
		h.mu.Lock()
		for _, path := range h.paths {
			if strings.HasPrefix(path, "localhost") {
				t.Errorf("%s was reached over %s", path, network.Name)
			}
		}
		h.mu.Unlock()
		if m.Requests.ThirdParty != 0 || m.Requests.Failed != 0 {
			t.Errorf("requests over %s: %+v", network.Name, m.Requests)
		}
		f := failStep(t, s, step(do(openURL(strings.Replace(at.URL, "127.0.0.1", "localhost", 1))), sees("x")))
		if want := "is not fetched: visit: {third_party: block}"; f.Kind != journey.KindNavigation || !strings.Contains(f.Message, want) || f.NetError != "ERR_BLOCKED_BY_CLIENT" {
			t.Errorf("a third party's page over %s: %s %s %q, want %q", network.Name, f.Kind, f.NetError, f.Message, want)
		}
	}
}

// endpointCases are addresses and whose collection endpoint they are.
func endpointCases() map[string]string {
	return map[string]string{
		"https://region1.google-analytics.com/g/collect?v=2":       "Google Analytics",
		"https://www.google-analytics.com/analytics.js":            "",
		"https://stats.shop.example/g/collect?v=2&tid=G-1":         "Google Analytics",
		"https://shop.example/collect":                             "",
		"https://shop.example/blog/collect":                        "",
		"https://www.googletagmanager.com/gtm.js?id=GTM-1":         "",
		"https://acme.sc.omtrdc.net/b/ss/acme/1/JS-2.22/s1?x":      "Adobe Analytics",
		"https://www.facebook.com/tr/?id=1&ev=PageView":            "Meta Pixel",
		"https://www.facebook.com/tr?id=1":                         "Meta Pixel",
		"https://www.facebook.com/travel":                          "",
		"https://connect.facebook.net/en_US/fbevents.js":           "",
		"https://px.ads.linkedin.com/collect/?pid=1":               "LinkedIn Insight",
		"https://analytics.tiktok.com/api/v2/pixel":                "TikTok Pixel",
		"https://analytics.tiktok.com/i18n/pixel/events.js":        "",
		"https://k.clarity.ms/collect":                             "Microsoft Clarity",
		"https://www.clarity.ms/tag/abc":                           "",
		"wss://ws12.hotjar.com/api/v2/client/ws":                   "Hotjar",
		"https://static.hotjar.com/c/hotjar-1.js":                  "",
		"https://shop.example/matomo.php?idsite=1":                 "Matomo",
		"https://shop.example/a/b/piwik.php":                       "Matomo",
		"https://shop.example/notmatomo.php":                       "",
		"https://plausible.io/api/event":                           "Plausible",
		"https://shop.example/api/event":                           "",
		"https://api.segment.io/v1/t":                              "Segment",
		"https://cdn.segment.com/analytics.js/v1/KEY/analytics.js": "",
		"https://api-eu.mixpanel.com/track/?verbose=1":             "Mixpanel",
		"https://api2.amplitude.com/2/httpapi":                     "Amplitude",
		"https://bat.bing.com/action/0?ti=1":                       "Microsoft Advertising",
		"https://bat.bing.com/bat.js":                              "",
		"https://mc.yandex.ru/watch/12345":                         "Yandex Metrica",
		"https://mc.yandex.ru/metrika/tag.js":                      "",
		"https://tr.snapchat.com/p":                                "Snap Pixel",
		"https://ct.pinterest.com/v3/?tid=1":                       "Pinterest Tag",
		"https://t.co/i/adsct?bci=3":                               "X Pixel",
		"https://t.co/abc":                                         "",
		"https://shop.example/cdn-cgi/rum?":                        "Cloudflare Web Analytics",
		"https://evil-google-analytics.com/g/collected":            "",
		"https://google-analytics.com.evil.example/collect":        "",
		"not an address\x7f":                                       "",
	}
}

// TestCollects: endpoints are known by host and path, and what is like them is
// left alone.
func TestCollects(t *testing.T) {
	for address, want := range endpointCases() {
		if got := browser.Collects(address); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}

// TestCollectPatterns: what Chrome refuses by its patterns is what is counted
// by ours.
func TestCollectPatterns(t *testing.T) {
	server := pages(t, map[string]string{"/": "<h1>Home</h1>"})
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/")), sees("Home")))
	cases := endpointCases()
	delete(cases, "not an address\x7f")
	patterns, err := json.Marshal(browser.CollectPatterns())
	if err != nil {
		t.Fatal(err)
	}
	addresses, err := json.Marshal(slices.Sorted(maps.Keys(cases)))
	if err != nil {
		t.Fatal(err)
	}
	refused, err := browser.Eval[[]string](t.Context(), s, fmt.Sprintf("(all => %s.filter(a => all.some(p => p.test(a))))(%s.map(p => new URLPattern(p)))", addresses, patterns))
	if err != nil {
		t.Fatal(err)
	}
	for address, vendor := range cases {
		if got, want := slices.Contains(refused, address), vendor != ""; got != want {
			t.Errorf("%s: refused by Chrome %t, counted %t", address, got, want)
		}
	}
}
