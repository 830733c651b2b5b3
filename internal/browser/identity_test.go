package browser_test

import (
	"bytes"
	"image/color"
	"image/png"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/browser"
	"samui/internal/journey"
)

// TestIdentity: the site sees an honest robot in the form of the device.
func TestIdentity(t *testing.T) {
	var mu sync.Mutex
	var seen http.Header
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			mu.Lock()
			seen = r.Header.Clone()
			mu.Unlock()
		}
		html(`<meta name=viewport content="width=device-width"><h1>Home</h1><script>document.body.append([navigator.webdriver, innerWidth+'x'+innerHeight, devicePixelRatio, navigator.maxTouchPoints>0].join(' '))</script>`)(w, r)
	})
	server := serve(t, mux)
	b := newBrowser(t)
	kiosk := journey.Device{Name: "kiosk", Width: 1080, Height: 1920, Scale: 1, Touch: true, UserAgent: "Kiosk/2"}
	for _, c := range []struct {
		device journey.Device
		agent  []string
		page   string
	}{
		{journey.Devices()[0], []string{"Chrome/", "Samui/1 (+https://samui.example/robot)"}, "true 1440x900 1 false"},
		{journey.Devices()[3], []string{"Android", "Mobile", "Samui/1"}, "true 412x915 2.625 true"},
		{kiosk, []string{"Kiosk/2 Samui/1"}, "true 1080x1920 1 true"},
	} {
		s := openAs(t, b, journey.Journey{Site: site(server)}, journey.Visit{Device: c.device})
		mustStep(t, s, step(do(openURL("/")), sees(c.page)))
		mu.Lock()
		agent := seen.Get("User-Agent")
		mu.Unlock()
		for _, want := range c.agent {
			if !strings.Contains(agent, want) {
				t.Errorf("%s: user agent %q, want %q in it", c.device.Name, agent, want)
			}
		}
		if strings.Contains(agent, "Headless") {
			t.Errorf("%s: user agent %q says Headless", c.device.Name, agent)
		}
	}
}

// TestFirstParty: a site's headers go to the site's own hosts only, and what
// it blocks is not fetched.
func TestFirstParty(t *testing.T) {
	var mu sync.Mutex
	got := map[string]string{}
	note := func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		got[strings.Split(r.Host, ":")[0]+r.URL.Path] = r.Header.Get("X-Robot")
		mu.Unlock()
		if strings.HasSuffix(r.URL.Path, ".js") {
			w.Header().Set("Content-Type", "text/javascript")
		}
	}
	var server *httptest.Server
	mux := http.NewServeMux()
	mux.HandleFunc("/{path...}", note)
	mux.HandleFunc("/jump", func(w http.ResponseWriter, r *http.Request) {
		note(w, r)
		http.Redirect(w, r, strings.Replace(server.URL, "127.0.0.1", "localhost", 1)+"/landed.js", http.StatusFound)
	})
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		note(w, r)
		foreign := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
		html(`<h1>Home</h1><script src=/own.js></script><script src=/jump></script><script src=`+foreign+`/third.js></script><script src=`+foreign+`/tracker.js></script><script>document.body.append('ready')</script>`)(w, r)
	})
	server = serve(t, mux)
	at := site(server)
	at.Headers = map[string]journey.Text{"X-Robot": text("samui")}
	at.Block = []string{"localhost/tracker*"}
	s := open(t, newBrowser(t), at)
	m := mustStep(t, s, step(do(openURL("/")), sees("ready")))
	mu.Lock()
	defer mu.Unlock()
	want := map[string]string{"127.0.0.1/": "samui", "127.0.0.1/own.js": "samui", "127.0.0.1/jump": "samui", "localhost/landed.js": "", "localhost/third.js": ""}
	maps.DeleteFunc(got, func(k, _ string) bool { return strings.HasSuffix(k, "favicon.ico") })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("X-Robot by request (-want +got):\n%s", diff)
	}
	if m.Requests.ThirdParty < 2 {
		t.Errorf("third-party requests: got %d, want 2 at least", m.Requests.ThirdParty)
	}
}

// TestThrottle: a slow network slows the page down by what it says.
func TestThrottle(t *testing.T) {
	hero := picture(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(`<h1>Home</h1><img src=/hero.png width=600 height=400>`))
	mux.HandleFunc("/hero.png", after(0, "image/png", hero))
	server := serve(t, mux)
	b := newBrowser(t)
	slow := journey.Network{Name: "slow", Latency: 300 * time.Millisecond, Down: 1_000_000, Up: 500_000}
	fast := mustStep(t, open(t, b, site(server)), step(do(openURL("/")), sees("Home")))
	s := openAs(t, b, journey.Journey{Site: site(server)}, journey.Visit{Device: journey.Devices()[0], Network: slow})
	m := mustStep(t, s, step(do(openURL("/")), sees("Home")))
	// Two round trips and the picture's bits; a tenth is left to the emulation.
	want := 0.9 * (2*300 + float64(len(hero))*8/1000)
	if m.Page.LoadMs == nil || *m.Page.LoadMs < want {
		t.Errorf("load over the slow network: got %v ms, want %.0f at least", show(m.Page.LoadMs), want)
	}
	t.Logf("%d bytes: load %v ms unthrottled, %v ms over 300 ms and 1 Mbit/s", len(hero), show(fast.Page.LoadMs), show(m.Page.LoadMs))
}

// TestScreenshot: filled fields, foreign frames and masks are covered, the
// rest is there.
func TestScreenshot(t *testing.T) {
	var server *httptest.Server
	mux := http.NewServeMux()
	mux.HandleFunc("/inner", html(`<body style="background:#f00;margin:0">`))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		foreign := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
		html(`<style>body{margin:0;background:#f00}*{position:absolute;border:0}input,div,iframe,select{background:#f00;width:100px;height:50px}select{appearance:none;color:#f00}</style>
			<select style="left:500px;top:100px"><option>A<option id=b>B</select><select style="left:500px;top:300px"><option>A<option selected>B</select><script>b.selected=true</script>
			<input value=secret style="left:100px;top:100px"><input style="left:300px;top:100px">
			<div data-testid=balance style="left:100px;top:300px">1234</div><iframe src=`+foreign+`/inner style="left:300px;top:300px"></iframe>`)(w, r)
	})
	server = serve(t, mux)
	for _, v := range []journey.Visit{desktop(), {Device: journey.Device{Name: "sharp", Width: 800, Height: 600, Scale: 2}}} {
		s := openAs(t, newBrowser(t), journey.Journey{Site: site(server), Mask: []journey.Target{{By: journey.ByTestID, Value: text("balance")}}}, v)
		mustStep(t, s, step(do(openURL("/"))))
		data, err := s.Screenshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := picture.Bounds().Dx(), int(float64(v.Device.Width)*v.Device.Scale); got != want {
			t.Errorf("%s: picture %d pixels wide, want %d", v.Device.Name, got, want)
		}
		red := color.RGBA{R: 0xff, A: 0xff}
		for _, p := range []struct {
			what    string
			x, y    int
			covered bool
		}{{"a filled field", 150, 125, true}, {"an empty field", 350, 125, false}, {"a choice", 550, 125, true}, {"a choice that came with the page", 580, 325, false}, {"a mask", 180, 340, true}, {"a foreign frame", 350, 325, true}, {"the rest", 20, 20, false}} {
			at := color.RGBAModel.Convert(picture.At(int(float64(p.x)*v.Device.Scale), int(float64(p.y)*v.Device.Scale)))
			if covered := at != red; covered != p.covered {
				t.Errorf("%s: %s: covered %v, want %v (%v)", v.Device.Name, p.what, covered, p.covered, at)
			}
		}
	}
}

// TestScreenshotScaledDown: a page that knows nothing of phones is shown
// smaller on one, and so are the covers.
func TestScreenshotScaledDown(t *testing.T) {
	server := pages(t, map[string]string{"/": `<style>body{margin:0;background:#f00;width:980px}input{position:absolute;border:0;background:#f00}</style>
		<input value=secret style="left:600px;top:400px;width:300px;height:200px">`})
	phone := journey.Visit{Device: journey.Devices()[3]}
	s := openAs(t, newBrowser(t), journey.Journey{Site: site(server)}, phone)
	mustStep(t, s, step(do(openURL("/"))))
	data, err := s.Screenshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	shown := phone.Device.Scale * float64(phone.Device.Width) / 980
	if at := color.RGBAModel.Convert(picture.At(int(750*shown), int(500*shown))); at == (color.RGBA{R: 0xff, A: 0xff}) {
		t.Errorf("the field is not covered: %v", at)
	}
	if at := color.RGBAModel.Convert(picture.At(int(300*shown), int(500*shown))); at != (color.RGBA{R: 0xff, A: 0xff}) {
		t.Errorf("the page beside it is covered: %v", at)
	}
}

// TestCleanRoom: one visit leaves nothing for the next.
func TestCleanRoom(t *testing.T) {
	server := pages(t, map[string]string{"/": `<script>document.write([document.cookie, localStorage.x].join('|')+' end'); document.cookie='a=1'; localStorage.x=1</script>`})
	b := newBrowser(t)
	for range 2 {
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/")), sees("| end")))
		_ = s.Close()
	}
}

func TestEnvironment(t *testing.T) {
	world := map[string]string{"HOME": "/home/ops", "TZ": "Asia/Jerusalem", "SAMUI_SECRET_PW": "hunter22", "DISPLAY": ":0"}
	lookup := func(name string) (string, bool) { v, ok := world[name]; return v, ok }
	if diff := cmp.Diff([]string{"HOME=/home/ops", "TZ=Asia/Jerusalem"}, browser.Environment(lookup, false)); diff != "" {
		t.Errorf("without a window (-want +got):\n%s", diff)
	}
	if got := browser.Environment(lookup, true); !slices.Contains(got, "DISPLAY=:0") {
		t.Errorf("with a window: got %v, want the display", got)
	}
}

func TestWindowSize(t *testing.T) {
	width, height := browser.WindowSize([]journey.Device{{Width: 3840, Height: 10}})
	if width != 3840 || height < 1180 {
		t.Errorf("window %d×%d: want it to hold every device", width, height)
	}
}

func TestKeyNames(t *testing.T) {
	for name, code := range map[string]string{"Enter": "Enter", "Tab": "Tab", "Escape": "Escape", "ArrowDown": "ArrowDown", "a": "KeyA", "A": "KeyA", "Space": "Space", " ": "Space", "Backspace": "Backspace", "Delete": "Delete", "F5": "F5", "PageDown": "PageDown", "Home": "Home", "ש": ""} {
		if _, got, ok := browser.KeyNamed(name); !ok || got != code {
			t.Errorf("key %q: got code %q (%v), want %q", name, got, ok, code)
		}
	}
	if _, _, ok := browser.KeyNamed("Entr"); ok {
		t.Error("there is a key called Entr")
	}
}
