package daemon

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"samui/internal/browser"
	"samui/internal/journey"
	"samui/internal/web"
)

// api is a site that answers programs, and people with a page.
func api() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/stock", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"left": 3}`)
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<title>Shop</title><h1>New arrivals</h1>")
	})
	return mux
}

// asks writes a journey of one API call.
func (in *installation) asks(id string) {
	in.write("probes/"+id+".yaml", fmt.Sprintf(`journey: %s
title: Calls of %s
site: shop
stage: browse
every: 1s
steps:
  - step: stock
    title: Stock
    do: [{request: /api/stock}]
    expect: [{response: {status: 200}}]
`, id, id))
}

func TestAPICallsAloneNeedNoChrome(t *testing.T) {
	exe, err := browser.Find("auto", false)
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "chrome") // isn't there yet
	in := installOn(t, api(), "chrome: {path: "+link+"}\n")
	in.asks("stock")
	in.begin()
	var health web.Health
	is := func(status int, chrome string) func() bool {
		return func() bool { return in.ask("/healthz", &health) == status && health.Chrome == chrome }
	}
	await(t, "a result without a browser", func() bool { return len(in.good("stock")) > 0 })
	if !is(http.StatusOK, "off")() {
		t.Errorf("health is %+v, want 200 and Chrome off", health)
	}
	for path, want := range map[string]string{
		"/samui": "no journey needs it: all of them are API calls alone", "/metrics": "samui_chrome_up 1",
	} {
		if text := in.text(path); !strings.Contains(text, want) {
			t.Errorf("%s doesn't say %q", path, want)
		}
	}

	if strings.Contains(in.text("/samui"), "runs without its sandbox") {
		t.Error("/samui warns of a Chrome that doesn't run")
	}

	// The first journey that has to be looked at finds no Chrome: that is its
	// own trouble.
	in.visits("home", "/", "New arrivals")
	await(t, "Chrome to be missed", is(http.StatusServiceUnavailable, "down"))
	await(t, "a result that says so", func() bool {
		return slices.ContainsFunc(in.runs("home"), func(r journey.Run) bool {
			return r.Error != nil && r.Error.Kind == journey.ErrorBrowser && strings.Contains(r.Error.Message, "no Chrome found")
		})
	})
	before := len(in.good("stock"))
	await(t, "the API calls to go on", func() bool { return len(in.good("stock")) >= before+2 })

	if err := os.Symlink(exe.Path, link); err != nil {
		t.Fatal(err)
	}
	await(t, "Chrome to be there", is(http.StatusOK, "ok"))
	await(t, "a result with a browser", func() bool { return len(in.good("home")) > 0 })

	if err := os.Remove(filepath.Join(in.dir, "probes/home.yaml")); err != nil {
		t.Fatal(err)
	}
	await(t, "Chrome to be needed no longer", is(http.StatusOK, "off"))
	if err := os.Remove(filepath.Join(in.dir, "probes/stock.yaml")); err != nil {
		t.Fatal(err)
	}
	await(t, "the last journey to go", func() bool { return strings.Contains(in.text("/metrics"), "\nsamui_journeys 0\n") })
	if !is(http.StatusOK, "off")() {
		t.Errorf("health is %+v with no journey left, want 200 and Chrome off as before", health)
	}
}

func TestAPICallsGoOnWhileChromeIsDown(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()) // so that only this test's Chrome is killed
	exe, err := browser.Find("auto", false)
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "chrome")
	if err := os.Symlink(exe.Path, link); err != nil {
		t.Fatal(err)
	}
	in := installOn(t, api(), "chrome: {path: "+link+"}\n")
	in.asks("stock")
	in.visits("home", "/", "New arrivals")
	in.begin()
	await(t, "good results of both", func() bool { return len(in.good("stock")) > 0 && len(in.good("home")) > 0 })
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	killChrome(t)
	var health web.Health
	await(t, "Chrome to be missed", func() bool {
		return in.ask("/healthz", &health) == http.StatusServiceUnavailable && health.Chrome == "down"
	})
	before := len(in.good("stock"))
	await(t, "the API calls to go on", func() bool { return len(in.good("stock")) >= before+2 })
}
