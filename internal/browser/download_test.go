package browser_test

import (
	"bytes"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
)

func file(op journey.Op, name string, least int64) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimDownload, Op: op, Text: text(name), Bytes: least}
}

// downloads are the folders of downloads of the session's Chrome.
func downloads(t *testing.T, s *browser.Session) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.Profile(), "downloads-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestDownload: a file that comes, however the page gives it, ends the step.
func TestDownload(t *testing.T) {
	body := bytes.Repeat([]byte("0123456789"), 2000)
	attached := func(d time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Disposition", `attachment; filename="report.csv"`)
			after(d, "text/csv", body)(w, r)
		}
	}
	endless := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="endless.bin"`)
		for r.Context().Err() == nil {
			if _, err := w.Write(body); err != nil {
				return
			}
			w.(http.Flusher).Flush()
			timer := time.NewTimer(50 * time.Millisecond)
			select {
			case <-timer.C:
			case <-r.Context().Done():
			}
			timer.Stop()
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(`<h1>Start</h1><a href=/slow.csv>Slow</a> <a href=/plain download="plain name.txt">Plain</a> <a href=/endless>Endless</a> <a href=/huge>Huge</a>
		<button onclick="setInterval(()=>{const a=document.createElement('a');a.href='/large';a.click()},50)">Flood</button>
		<button onclick="setInterval(()=>{const a=document.createElement('a');a.href=window.URL.createObjectURL(new Blob(['x']));a.download='drop.txt';a.click()},5)">Drops</button>
		<button onclick="const a=document.createElement('a');a.href=window.URL.createObjectURL(new Blob(['made here']));a.download='דוח.txt';a.click()">Blob</button>
		<button>Nothing</button>`))
	mux.HandleFunc("/slow.csv", attached(500*time.Millisecond))
	mux.HandleFunc("/framed", html(`<h1>Invoices</h1><iframe title=Invoice src=/></iframe>`))
	mux.HandleFunc("/plain", after(0, "text/plain", body))
	mux.HandleFunc("/endless", endless)
	mux.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(60<<20))
		endless(w, r)
	})
	mux.HandleFunc("/huge", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(200<<20))
		endless(w, r)
	})
	server := serve(t, mux)
	b := newBrowser(t)
	for _, c := range []struct {
		name    string
		do      journey.Action
		want    journey.Expectation
		atLeast time.Duration
	}{
		{"a link to an attachment", click("Slow"), file(journey.Is, "report.csv", 20_000), 500 * time.Millisecond},
		{"a link that downloads", click("Plain"), file(journey.Contains, "plain name", 1), 0},
		{"what the page made", click("Blob"), file(journey.Is, "דוח.txt", 0), 0},
		{"an address", openURL("/slow.csv"), file(journey.Matches, `^report\.csv$`, 0), 500 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, newBrowser(t), site(server)) // its own: what is left in its folder is its own, too
			mustStep(t, s, step(do(openURL("/")), sees("Start")))
			m := mustStep(t, s, step(do(c.do), c.want, sees("Start")))
			if m.Wait < c.atLeast || m.Wait > 10*time.Second || m.Already {
				t.Errorf("waited %s, already %v; want %s or little more", m.Wait, m.Already, c.atLeast)
			}
			// The page that was there stays.
			mustStep(t, s, step(do(click("Nothing")), sees("Start")))
			if left := downloads(t, s); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	inside := journey.Expectation{Claim: journey.ClaimVisible, Target: inFrame(plain("Invoice"), plain("Slow"))}
	clicks := journey.Action{Verb: journey.Click, Target: inFrame(plain("Invoice"), plain("Slow"))}
	t.Run("with something to be seen in a frame", func(t *testing.T) {
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/framed")), inside))
		m := mustStep(t, s, step(do(clicks), file(journey.Is, "report.csv", 20_000), inside, sees("Invoices")))
		if m.Wait < 500*time.Millisecond || m.Wait > 10*time.Second || m.Already {
			t.Errorf("waited %s, already %v; want 500 ms or little more", m.Wait, m.Already)
		}
	})
	t.Run("none, with something to be seen in a frame", func(t *testing.T) {
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/framed")), inside))
		def := step(do(clicks), file(journey.Is, "other.csv", 0), inside)
		def.Timeout = 3 * time.Second
		f := failStep(t, s, def)
		if want := `download: other.csv: what was downloaded is "report.csv" (20000 bytes, complete)`; f.Message != want {
			t.Errorf("got %q, want %q", f.Message, want)
		}
	})
	for _, c := range []struct {
		name string
		do   journey.Action
		want journey.Expectation
		says []string
	}{
		{"none", click("Nothing"), file(journey.Is, "report.csv", 0), []string{"download: report.csv: no download began"}},
		{"another", click("Plain"), file(journey.Is, "report.csv", 0), []string{`what was downloaded is "plain name.txt" (20000 bytes, complete)`}},
		{"too small a one", click("Plain"), file(journey.Contains, "plain", 50_000), []string{"download: {contains: plain, min_size: 50000B}: ", "20000 bytes"}},
		{"one that never ends", click("Endless"), file(journey.Is, "endless.bin", 0), []string{`"endless.bin" (`, "not complete"}},
		{"files without end", click("Flood"), file(journey.Is, "report.csv", 0), []string{"downloads are larger than 100 MiB together and were broken off"}},
		{"small files without end", click("Drops"), file(journey.Is, "report.csv", 0), []string{"the page began more than 50 downloads, which were broken off"}},
		{"too large a one", click("Huge"), file(journey.Is, "endless.bin", 0), []string{`the download "endless.bin" is larger than 100 MiB and was broken off`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, newBrowser(t), site(server))
			mustStep(t, s, step(do(openURL("/")), sees("Start")))
			def := step(do(c.do), c.want)
			def.Timeout = 3 * time.Second
			if strings.Contains(c.name, "without end") {
				def.Timeout = 20 * time.Second // it ends long before
			}
			f := failStep(t, s, def)
			for _, part := range c.says {
				if f.Kind != journey.KindExpectation || !strings.Contains(f.Message, part) {
					t.Errorf("got %s %q, want %q", f.Kind, f.Message, part)
				}
			}
			if left := downloads(t, s); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	t.Run("soft", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		m := mustStep(t, s, step(do(openURL("/")), sees("Start"), soft(file(journey.Is, "x", 0))))
		if got := strings.Join(m.Notes, ""); got != "soft: download: x: no download began" {
			t.Errorf("noted %q", got)
		}
	})
	t.Run("refused where none is expected", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/")), sees("Start")))
		mustStep(t, s, step(do(click("Plain")), sees("Start")))
		f := failStep(t, s, journey.Step{ID: "x", Do: do(click("Nothing")), Expect: []journey.Expectation{file(journey.Contains, "plain", 0)}, Timeout: 3 * time.Second})
		if !strings.Contains(f.Message, "no download began") {
			t.Errorf("got %q", f.Message)
		}
	})
}
