package browser_test

import (
	"net/http"
	"testing"
	"time"

	"samui/internal/journey"
)

// TestDownloadInNewTab: a tab that brings a file and no page closes itself, as
// in every browser: the customer looks at the page that asked for it.
func TestDownloadInNewTab(t *testing.T) {
	b := newBrowser(t)
	for name, opener := range map[string]string{
		"a link":                     `<a target=_blank href=/report.csv>Report</a>`,
		"a link that has an opener":  `<a target=_blank rel=opener href=/report.csv>Report</a>`,
		"a script":                   `<button onclick="window.open('/report.csv')">Report</button>`,
		"a script without an opener": `<button onclick="window.open('/report.csv', '', 'noopener')">Report</button>`,
		"a form":                     `<form action=/report.csv target=_blank><button>Report</button></form>`,
		"a blob":                     `<button onclick="const a = document.createElement('a'); a.href = window.URL.createObjectURL(new Blob(['a,b'])); a.download = 'report.csv'; a.target = '_blank'; a.click()">Report</button>`,
	} {
		t.Run(name, func(t *testing.T) {
			mux := http.NewServeMux()
			mux.HandleFunc("/", html(`<h1>Start</h1><button>Nothing</button>`+opener))
			mux.HandleFunc("/report.csv", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Disposition", `attachment; filename="report.csv"`)
				after(200*time.Millisecond, "text/csv", []byte("a,b"))(w, r)
			})
			s := open(t, b, site(serve(t, mux)))
			within := func(def journey.Step) journey.Step {
				def.Timeout = 5 * time.Second
				return def
			}
			mustStep(t, s, step(do(openURL("/")), sees("Start")))
			m := mustStep(t, s, within(step(do(click("Report")), file(journey.Is, "report.csv", 3), sees("Start"))))
			if m.Wait > 5*time.Second {
				t.Errorf("waited %s", m.Wait)
			}
			mustStep(t, s, within(step(do(click("Nothing")), sees("Start"))))
			// Refused where no file is expected, the tab goes all the same.
			mustStep(t, s, within(step(do(click("Report")))))
			mustStep(t, s, within(step(do(click("Nothing")), sees("Start"))))
			if tabs := s.Tabs(); tabs != 1 {
				t.Errorf("%d tabs are open", tabs)
			}
		})
	}
}
