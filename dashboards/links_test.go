package dashboards

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// TestLinksCantBeBent: every value in a link is percent-encoded, so that a name
// stays the one parameter that it is, whatever it is made of; and where the
// links lead is in the dashboard, not in its address.
func TestLinksCantBeBent(t *testing.T) {
	names := []string{
		hostile, `javascript:alert(1)//`, `x&site=other&time=1`, `../../admin?x=`, `#`, `"><img src=x onerror=alert(1)>`,
		"two\nlines", `${samui}`, `%26site=other`, `https://elsewhere.example/`, `+`, `קניית נעליים`,
	}
	count := 0
	for _, b := range boards(t) {
		if v := b.variable("samui"); v.Type != "constant" || !v.SkipURLSync || v.Hide != 2 || v.Query != "http://127.0.0.1:8090" {
			t.Errorf("%s: the address of Samui can be set from outside: %+v", b.file, v)
		}
		for _, p := range b.Panels {
			for _, l := range p.links(t) {
				count++
				for _, name := range names {
					g := b.opened(t)
					g.all = nil
					filled := map[string]string{}
					for _, f := range inLink(l.URL) {
						if f != "samui" {
							g.values[f] = []string{name}
							filled[f] = name
						}
					}
					got := g.href(l.URL)
					to, err := url.Parse(got)
					if err != nil {
						t.Errorf("%s: %s: %q leads to %q, %v", b.file, p, l.Title, got, err)
						continue
					}
					leads := strings.TrimPrefix(to.Scheme+"://"+to.Host+to.Path, "://")
					if leads != "http://127.0.0.1:8090/at" && leads != "/d/samui-journey" || to.Fragment != "" {
						t.Errorf("%s: %s: %q leads to %q", b.file, p, l.Title, got)
					}
					for key, values := range to.Query() {
						if key == "from" || key == "to" {
							continue // the time of the page
						}
						if len(values) != 1 || values[0] != name {
							t.Errorf("%s: %s: %q: %s is %q, want only %q", b.file, p, l.Title, key, values, name)
						}
					}
				}
			}
		}
	}
	if count < 6 {
		t.Errorf("only %d links were found", count)
	}
}

// TestLinksAskWhatSamuiAnswers: /at takes these, and no others.
func TestLinksAskWhatSamuiAnswers(t *testing.T) {
	for _, b := range boards(t) {
		for _, p := range b.Panels {
			for _, l := range p.links(t) {
				rest, at := strings.CutPrefix(l.URL, "${samui}/at?")
				if !at {
					continue
				}
				asked := map[string]string{}
				for part := range strings.SplitSeq(rest, "&") {
					key, value, _ := strings.Cut(part, "=")
					asked[key] = value
					if !slices.Contains([]string{"site", "journey", "step", "location", "time"}, key) {
						t.Errorf("%s: %s: %q asks for %q", b.file, p, l.Title, key)
					}
				}
				for _, needed := range []string{"site", "journey", "time"} {
					if asked[needed] == "" {
						t.Errorf("%s: %s: %q doesn't say which %s", b.file, p, l.Title, needed)
					}
				}
				// Milliseconds: a time as it is shown depends on who looks.
				if value := asked["time"]; !strings.Contains(value, ".numeric:") && !strings.Contains(value, "__value.time:") {
					t.Errorf("%s: %s: %q gives the time as %s", b.file, p, l.Title, value)
				}
			}
		}
	}
}
