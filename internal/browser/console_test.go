package browser_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"samui/internal/browser"
	"samui/internal/journey"
)

// TestConsole: what the console showed is told with where it comes from, the
// same once, and no more than fits.
func TestConsole(t *testing.T) {
	many := `<script>for (let i = 0; i < 2000; i++) console.error('number ' + i % 1000)</script>`
	pages := map[string]string{
		"/":         `<h1>Quiet</h1>`,
		"/said":     "<h1>Fine</h1>\n<script>\n  console.error('no stock', {a: 1}); for (let i = 0; i < 3; i++) console.error('again')</script>",
		"/thrown":   `<h1>Fine</h1><script src="/app.js?key=letmein"></script>`,
		"/missing":  `<h1>Fine</h1><img src="/gone.png?key=letmein">`,
		"/data":     `<h1>Fine</h1><script src="data:text/javascript,console.error('from nowhere')"></script>`,
		"/many":     `<h1>Fine</h1>` + many,
		"/long":     `<h1>Fine</h1><script>console.error('word '.repeat(1000))</script>`,
		"/lines":    `<h1>Fine</h1><script>console.error('first\nsecond')</script>`,
		"/warnings": `<h1>Fine</h1><script>console.warn('odd'); console.log('fine')</script>`,
	}
	mux := http.NewServeMux()
	for path, page := range pages {
		mux.HandleFunc(path, html(page))
	}
	mux.HandleFunc("/app.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, "'use strict';\nfunction boom() { throw new Error('boom') }\nboom();")
	})
	mux.HandleFunc("/gone.png", http.NotFound)
	server := serve(t, mux)
	s := open(t, newBrowser(t), site(server))

	at := func(rest string) *string { return new(server.URL + rest) }
	said := func(text string, source *string, times int) journey.ConsoleError {
		return journey.ConsoleError{Text: text, Source: source, Times: times}
	}
	cases := []struct {
		page   string
		errors int
		want   journey.Console
	}{
		{"/", 0, nil},
		{"/said", 4, journey.Console{said("no stock Object", at("/said:3:11"), 1), said("again", at("/said:3:74"), 3)}},
		{"/thrown", 1, journey.Console{said("Error: boom", at("/app.js:2:25"), 1)}},
		{"/missing", 1, journey.Console{said("Failed to load resource: the server responded with a status of 404 (Not Found)", at("/gone.png"), 1)}},
		{"/data", 1, journey.Console{said("from nowhere", nil, 1)}},
		{"/lines", 1, journey.Console{said("first", at("/lines:1:65"), 1)}},
		{"/long", 1, journey.Console{said(strings.Repeat("word ", 60)+"…", at("/long:1:65"), 1)}},
		{"/warnings", 0, nil},
	}
	for _, c := range cases {
		m := mustStep(t, s, step(do(openURL(c.page))))
		if m.ConsoleErrors != c.errors {
			t.Errorf("%s: %d errors, want %d", c.page, m.ConsoleErrors, c.errors)
		}
		if diff := cmp.Diff(c.want, m.Console); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.page, diff)
		}
	}
	m := mustStep(t, s, step(do(openURL("/many"))))
	if m.ConsoleErrors != 2000 || len(m.Console) != 5 || m.Console[4].Text != "number 4" || m.Console[4].Times != 2 {
		t.Errorf("of many: %d errors, told %+v", m.ConsoleErrors, m.Console)
	}
}

// What lets somebody in isn't kept with an error that names an address.
func TestConsoleTextHidesWhatLetsIn(t *testing.T) {
	text := "Access to fetch at 'https://anna:pw@api.example/x?access_token=abc123def&page=2' from origin 'https://shop.example' has been blocked; WebSocket connection to 'wss://shop.example/s?token=zzz999' failed"
	want := "Access to fetch at 'https://api.example/x?access_token=<hidden>&page=2' from origin 'https://shop.example' has been blocked; WebSocket connection to 'wss://shop.example/s?token=<hidden>' failed"
	if got := browser.ConsoleText(text); got != want {
		t.Errorf("kept\n%s\nwant\n%s", got, want)
	}
}
