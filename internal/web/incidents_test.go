package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"samui/internal/journey"
	"samui/internal/web"
)

// post sends a form as a browser does that shows the page of origin.
func post(h http.Handler, path, form string, change ...func(*http.Request)) answer {
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:8090"+path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

func TestAnIncidentIsAcknowledged(t *testing.T) {
	const path = "/incidents/20260101-1/acknowledge"
	asOps := func(o *web.Options) { o.Auth = &web.Auth{User: "ops", Password: journey.NewSecret("sesame")} }
	known := func(r *http.Request) { r.SetBasicAuth("ops", "sesame") }
	for _, c := range []struct {
		name, path, form string
		options          []func(*web.Options)
		request          []func(*http.Request)
		status           int
		by               string // empty = nobody
	}{
		{"by name", path, "by=%D7%A0%D7%95%D7%A2%D7%94+%0A+L", nil, nil, 303, "נועה L"},
		{"by nobody in particular", path, "", nil, nil, 303, "somebody"},
		{"by the account", path, "by=++", []func(*web.Options){asOps}, []func(*http.Request){known}, 303, "ops"},
		{"by a long name", path, "by=" + strings.Repeat("x", 200), nil, nil, 303, strings.Repeat("x", 80)},
		{"without the password", path, "by=a", []func(*web.Options){asOps}, nil, 401, ""},
		{"of one that is over", "/incidents/20260101-0/acknowledge", "by=a", nil, nil, 404, ""},
		{"of none", "/incidents/none/acknowledge", "by=a", nil, nil, 404, ""},
		{"with too much", path, "by=" + strings.Repeat("x", 5000), nil, nil, 400, ""},
		{"from another site", path, "by=a", nil, []func(*http.Request){func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }}, 403, ""},
		{"from another port", path, "by=a", nil, []func(*http.Request){func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }}, 403, ""},
		// A browser says nothing of Sec-Fetch-Site where there is no TLS.
		{"from another origin", path, "by=a", nil, []func(*http.Request){func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "http://evil.example")
		}}, 403, ""},
		{"from nowhere", path, "by=a", nil, []func(*http.Request){func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "null")
		}}, 403, ""},
		{"from here, without TLS", path, "by=a", nil, []func(*http.Request){func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "http://127.0.0.1:8090")
		}}, 303, "a"},
		{"under another name", path, "by=a", nil, []func(*http.Request){func(r *http.Request) { r.Host = "evil.example" }}, 421, ""},
	} {
		b := everything()
		got := post(bookHandler(t, b, c.options...), c.path, c.form, c.request...)
		by := ""
		if ack := b.incidents[0].Ack; ack != nil {
			by = ack.By
		}
		if got.StatusCode != c.status || by != c.by {
			t.Errorf("%s: status %d, by %q; want %d, by %q", c.name, got.StatusCode, by, c.status, c.by)
		}
		if c.status == 303 && got.Header.Get("Location") != "/incidents/20260101-1" {
			t.Errorf("%s: it leads to %q", c.name, got.Header.Get("Location"))
		}
	}
}

func TestIncidentsAreAnswered(t *testing.T) {
	h := bookHandler(t, everything())
	const open = `{"incident_id":"20260101-1","site":"shop","journey":"buy","step":"pay","severity":"failed","state":"open","opened_at":"2026-01-01T09:10:00Z","resolved_at":null,"title":"קניית נעליים › Place the order","cause":"\"Order confirmed\" was not seen"}`
	const over = `{"incident_id":"20260101-0","site":"shop","journey":"buy","step":"pay","severity":"critical","state":"resolved","opened_at":"2026-01-01T09:10:00Z","resolved_at":"2026-01-01T07:00:00Z","title":"קניית נעליים › Place the order","cause":"\"Order confirmed\" was not seen"}`
	for query, want := range map[string]string{
		"": "[" + open + "," + over + "]\n", "?state=open": "[" + open + "]\n", "?state=resolved": "[" + over + "]\n",
	} {
		if got := get(h, "/api/incidents"+query); got.StatusCode != http.StatusOK || got.Body != want {
			t.Errorf("%s: status %d\n%s\nwant\n%s", query, got.StatusCode, got.Body, want)
		}
	}
	if got := get(h, "/api/incidents?state=all"); got.StatusCode != http.StatusBadRequest || !strings.Contains(got.Body, `"hint":`) {
		t.Errorf("of a state that isn't: status %d %s", got.StatusCode, got.Body)
	}
}

func TestIncidentsAreShown(t *testing.T) {
	b := everything()
	page := pageOf(t, b, withAll(t, b))
	wants(t, "the list", page("/incidents").Body,
		">1 open</h2>", "<bdi>קניית נעליים</bdi> › <bdi>Place the order</bdi>", "since <time", "taken care of by <bdi>נועה</bdi>", ", 1 h · 4 results")
	wants(t, "the open one", page("/incidents/20260101-1").Body,
		"<bdi>קניית נעליים</bdi> › <bdi>Place the order</bdi>", "Open since", `name="by"`, "2 of the last 2", "{text: Sorry}", "probes/buy.yaml:33",
		`href="/runs/`+runID(len(b.runs)-1)+`"`, "<strong>opened</strong>", `href="/journeys/shop/buy?device=desktop"`,
	)
	if text := page("/incidents/20260101-0").Body; strings.Contains(text, "<form") || !contains(text, "Over since", "it lasted 1 h", "Taken care of by <bdi>נועה</bdi>") {
		t.Errorf("the one that is over:\n%s", text)
	}
	wants(t, "the journey", page("/journeys/shop/buy").Body, "1 open incident", "Incidents that are over")
}
