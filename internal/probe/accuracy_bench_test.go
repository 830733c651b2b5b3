package probe_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
	"samui/internal/probe"
)

// truth is a page that knows what is true of it: what it was told to take, or
// what it measured of itself and sends home.
type truth struct {
	name string
	page string // HTML
	// steps are walked after the page is opened; the last one is measured.
	steps []journey.Step
	// of is what Samui says, in ms (a score for a shift), and what is true. own
	// is what the page sent home.
	of  func(r journey.Run, own float64) (said, true float64)
	own bool // the page sends its own measurement home
}

// accuracySite serves a page, with what it needs to be slow by so much.
type accuracySite struct {
	*httptest.Server
	page string
	own  chan float64
}

func newAccuracySite(b *testing.B, page string) *accuracySite {
	b.Helper()
	s := &accuracySite{page: page, own: make(chan float64, 16)}
	picture := noise(b)
	mux := http.NewServeMux()
	late := func(r *http.Request) bool {
		ms, _ := strconv.Atoi(r.URL.Query().Get("late"))
		select {
		case <-time.After(time.Duration(ms) * time.Millisecond):
			return true
		case <-r.Context().Done():
			return false
		}
	}
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		if late(r) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(s.page))
		}
	})
	mux.HandleFunc("GET /second", func(w http.ResponseWriter, r *http.Request) {
		if late(r) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(secondPage))
		}
	})
	mux.HandleFunc("GET /image", func(w http.ResponseWriter, r *http.Request) {
		if late(r) {
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write(picture)
		}
	})
	mux.HandleFunc("POST /own", func(_ http.ResponseWriter, r *http.Request) {
		ms, _ := strconv.ParseFloat(r.URL.Query().Get("ms"), 64)
		s.own <- ms
	})
	s.Server = httptest.NewServer(mux)
	b.Cleanup(s.Close)
	return s
}

// noise is a picture that no browser takes for a background: those of less
// than 0.05 bits per pixel are no candidates for the main content.
func noise(t testing.TB) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	img := image.NewGray(image.Rect(0, 0, 450, 300))
	for i := range img.Pix {
		img.Pix[i] = byte(random.Uint32())
	}
	var data bytes.Buffer
	if err := png.Encode(&data, img); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

// ownClock lets a page say at what time, by its own clock, it had something
// painted: the task after the frame after the change.
const ownClock = `<script>
  const home = (ms) => navigator.sendBeacon('/own?ms=' + ms);
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.timeOrigin + performance.now());
    channel.port2.postMessage(0);
  }));
</script>`

// secondPage shows its text 200 ms after its load, and says how long after the
// click on the first page that was.
const secondPage = `<!doctype html><title>Second</title>` + ownClock + `<h1>Second</h1><p id="p"></p>
<script>addEventListener('load', () => setTimeout(async () => {
  document.querySelector('#p').textContent = 'Here it is';
  home(await painted() - Number(sessionStorage.clicked));
}, 200));</script>`

func opening(path string, expect ...journey.Expectation) journey.Step {
	return journey.Step{
		ID: "open", Do: []journey.Action{{Verb: journey.Open, URL: journey.Plain(path)}}, Expect: expect,
		Timeout: time.Minute, Thresholds: journey.DefaultThresholds(),
	}
}

func clicking(text string, expect ...journey.Expectation) journey.Step {
	return journey.Step{
		ID: "click", Do: []journey.Action{{Verb: journey.Click, Target: &journey.Target{By: journey.ByAny, Value: journey.Plain(text)}}}, Expect: expect,
		Timeout: time.Minute, Thresholds: journey.DefaultThresholds(),
	}
}

func seeing(text string) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimText, Op: journey.Contains, Text: journey.Plain(text)}
}

func last(r journey.Run) journey.StepResult { return r.Steps[len(r.Steps)-1] }

// truths are what `make bench` holds Samui's numbers against.
func truths() []truth {
	var all []truth
	for _, ms := range []float64{0, 100, 500, 3000} {
		all = append(all, truth{
			name: fmt.Sprintf("TTFB/%g_ms", ms), page: `<!doctype html><title>A</title><h1>Hello</h1>`,
			steps: []journey.Step{opening(fmt.Sprintf("/?late=%g", ms))},
			of:    func(r journey.Run, _ float64) (float64, float64) { return *last(r).Page.TTFBMs, ms },
		})
	}
	for _, ms := range []float64{0, 300, 1000, 4000} {
		all = append(all, truth{
			name: fmt.Sprintf("LCP_image/%g_ms", ms), page: fmt.Sprintf(`<!doctype html><title>A</title><h1>Hello</h1><img src="/image?late=%g" width=900 height=600>`, ms),
			steps: []journey.Step{opening("/")},
			of:    func(r journey.Run, _ float64) (float64, float64) { return *last(r).Page.LCPMs, ms },
		})
	}
	wait := func(r journey.Run, own float64) (float64, float64) { return *last(r).WaitMs, own }
	for _, ms := range []float64{250, 2000} {
		all = append(all, truth{
			name: fmt.Sprintf("text_after_load/%g_ms", ms), own: true,
			page: ownClock + fmt.Sprintf(`<title>A</title><h1>Hello</h1><p id="p"></p><script>addEventListener('load', () => setTimeout(async () => {
				document.querySelector('#p').textContent = 'Here it is';
				home(await painted() - performance.timeOrigin);
			}, %g))</script>`, ms),
			steps: []journey.Step{opening("/", seeing("Here it is"))},
			of:    wait,
		})
	}
	for _, ms := range []float64{400, 2500} {
		all = append(all, truth{
			name: fmt.Sprintf("soft_navigation/%g_ms", ms), own: true,
			page: ownClock + fmt.Sprintf(`<title>A</title><button>Go</button><p id="p"></p><script>document.querySelector('button').addEventListener('click', (e) => {
				history.pushState(null, '', '/next');
				setTimeout(async () => {
					document.querySelector('#p').textContent = 'Here it is';
					home(await painted() - performance.timeOrigin - released);
				}, %g);
			});
			let released = 0;
			addEventListener('mouseup', (e) => { released = e.timeStamp; }, true);</script>`, ms),
			steps: []journey.Step{opening("/"), clicking("Go", seeing("Here it is"))},
			of:    wait,
		})
	}
	return append(
		all,
		truth{
			name: "click_to_another_page", own: true,
			page:  `<!doctype html><title>A</title><a href="/second?late=300">Go</a><script>addEventListener('mouseup', (e) => { sessionStorage.clicked = performance.timeOrigin + e.timeStamp; }, true);</script>`,
			steps: []journey.Step{opening("/"), clicking("Go", seeing("Here it is"))},
			of:    wait,
		},
		truth{
			name: "INP/long_task_of_200_ms", own: true,
			page: ownClock + `<title>A</title><button>Go</button><p id="p"></p><script>document.querySelector('button').addEventListener('click', async (e) => {
				const until = performance.now() + 200;
				while (performance.now() < until);
				document.querySelector('#p').textContent = 'Here it is';
				home(await painted() - performance.timeOrigin - e.timeStamp);
			});</script>`,
			steps: []journey.Step{opening("/"), clicking("Go", seeing("Here it is"))},
			of:    func(r journey.Run, own float64) (float64, float64) { return *last(r).Page.INPMs, own },
		},
		truth{
			// A block as wide as the window of 1440 × 900 px and half as high moves
			// down by 90 px: (450+90)/900 of the window by 90/1440 of its longer side.
			name: "CLS/score_of_0.0375",
			page: `<!doctype html><title>A</title><body style="margin:0"><div id="top" style="height:0"></div><div style="height:450px;background:#8cf">Shifted</div><script>addEventListener('load', () => setTimeout(() => {
				document.querySelector('#top').style.height = '90px';
				document.title = 'Shifted';
			}, 300))</script>`,
			steps: []journey.Step{opening("/", journey.Expectation{Claim: journey.ClaimTitle, Op: journey.Is, Text: journey.Plain("Shifted")})},
			of:    func(r journey.Run, _ float64) (float64, float64) { return *last(r).Page.CLS, 0.0375 },
		},
	)
}

// BenchmarkAccuracy holds what Samui says against what is true: err-p50 and
// err-p95 are the median and the 95th percentile of the difference, in ms (CLS:
// in thousandths). What a page can't do faster, the floor, is in it.
//
//	go test ./internal/probe -run '^$' -bench Accuracy -benchtime 30x
func BenchmarkAccuracy(b *testing.B) {
	chrome := newBrowser(b)
	for _, tt := range truths() {
		b.Run(tt.name, func(b *testing.B) {
			site := newAccuracySite(b, tt.page)
			j := journey.Journey{ID: "bench", Site: journey.Site{URL: site.URL, Hosts: []string{"127.0.0.1"}}, Steps: tt.steps, Timeout: 2 * time.Minute}
			v := journey.Visit{Device: journey.Devices()[0], Network: journey.Networks()[0]}
			var errs []float64
			for b.Loop() {
				errs = append(errs, accuracyOf(b, chrome, site, tt, j, v))
			}
			slices.Sort(errs)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(errs[len(errs)/2], "err-p50")
			b.ReportMetric(errs[min(len(errs)-1, len(errs)*95/100)], "err-p95")
		})
	}
}

// accuracyOf is by how much one visit is wrong.
func accuracyOf(b *testing.B, chrome *browser.Browser, site *accuracySite, tt truth, j journey.Journey, v journey.Visit) float64 {
	b.Helper()
	run := probe.Run(b.Context(), chrome, j, v, probe.Options{})
	if !run.Outcome.Timed() {
		b.Fatalf("%s: %s", tt.name, outcomes(run))
	}
	var own float64
	if tt.own {
		select {
		case own = <-site.own:
		case <-b.Context().Done():
			b.Fatal("the page said nothing of itself")
		}
	}
	said, is := tt.of(run, own)
	if said < 1 && is < 1 && is > 0 { // a score
		return 1000 * (said - is)
	}
	return said - is
}
