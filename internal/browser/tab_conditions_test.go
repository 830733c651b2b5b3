package browser_test

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

// TestPopupUnderConditions: a tab that the page opens is the same customer's,
// from its first request and its first script on, though both share a process.
func TestPopupUnderConditions(t *testing.T) {
	const tells = `<meta name=viewport content="width=device-width"><p id=says></p><script>
const told = [navigator.userAgent, navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone, innerWidth + 'x' + innerHeight, devicePixelRatio,
  navigator.maxTouchPoints, matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('(prefers-reduced-motion: reduce)').matches].join(' | ');
fetch('/g/collect?v=2').catch(() => 0).then(() => fetch('/blocked/x')).catch(() => 0).then(() => {
  navigator.geolocation.getCurrentPosition(p => { says.textContent = told + ' | ' + p.coords.latitude; document.body.append('inside') }, () => document.body.append('nowhere'));
});
</script>`
	var h hits
	var mu sync.Mutex
	var asked []string // what was told with every request for the popup
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.note(r)
		if r.URL.Path != "/popup" {
			html(r.URL.Query().Get("with"))(w, r)
			return
		}
		user, _, _ := r.BasicAuth()
		mu.Lock()
		asked = append(asked, fmt.Sprint(r.Method, " ", r.UserAgent(), " | ", r.Header.Get("Accept-Language"), " | ", r.Header.Get("X-A"), " | ", user))
		mu.Unlock()
		if user == "" {
			w.Header().Set("WWW-Authenticate", "Basic")
			w.WriteHeader(http.StatusUnauthorized)
		}
		html(tells)(w, r)
	}))
	yes := true
	j := journey.Journey{Site: site(server), Conditions: journey.Conditions{
		Locale: "he-IL", Timezone: "Asia/Tokyo", Geolocation: &journey.Place{Latitude: 1.5, Longitude: 2, Accuracy: 3}, Permissions: []string{"midi"},
		UserAgent: "Shopper/3", ColorScheme: "dark", ReducedMotion: &yes, CPU: 2,
		Headers: map[string]journey.Text{"X-A": text("a")}, Auth: &journey.Login{User: text("dana"), Password: text("b")}, Block: []string{server.URL + "/blocked/*"},
	}}
	phone := journey.Visit{Device: journey.Devices()[3], Network: journey.Networks()[1]}
	b := newBrowser(t)
	for name, opener := range map[string]string{
		"a script":                   `<button onclick="window.open('/popup')">Open</button>`,
		"a window of its own":        `<button onclick="window.open('/popup', 'w', 'width=300,height=200')">Open</button>`,
		"a link without an opener":   `<a target=_blank href=/popup>Open</a>`,
		"a script without an opener": `<button onclick="window.open('/popup', '', 'noopener')">Open</button>`,
		"a window that was empty":    `<button onclick="const w = window.open(''); w.location = '/popup'">Open</button>`,
	} {
		t.Run(name, func(t *testing.T) {
			mu.Lock()
			asked = nil
			mu.Unlock()
			s := openAs(t, b, j, phone)
			mustStep(t, s, step(do(openURL("/?with="+url.QueryEscape(opener)))))
			m := mustStep(t, s, step(do(click("Open")), sees("inside")))
			want := "Shopper/3 Samui/1 (+https://samui.example/robot) | he-IL | Asia/Tokyo | 412x915 | 2.625 | 5 | true | true | 1.5"
			if diff := cmp.Diff(want, says(t, s, "#says")); diff != "" {
				t.Errorf("the popup sees (-want +got):\n%s", diff)
			}
			mu.Lock()
			defer mu.Unlock()
			told := "GET Shopper/3 Samui/1 (+https://samui.example/robot) | he-IL,he;q=0.9 | a | "
			if diff := cmp.Diff([]string{told, told + "dana"}, asked); diff != "" {
				t.Errorf("the server sees (-want +got):\n%s", diff)
			}
			for _, path := range []string{"127.0.0.1/g/collect", "127.0.0.1/blocked/x"} {
				if h.has(path) {
					t.Errorf("%s was reached", path)
				}
			}
			if m.Requests.AnalyticsBlocked == 0 {
				t.Errorf("no request was kept from the popup's analytics: %+v", m.Requests)
			}
		})
	}
}
