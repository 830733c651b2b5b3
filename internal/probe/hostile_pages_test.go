package probe_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

// hostileServer serves hostile pages, each at an address of its own.
type hostileServer struct {
	mux    *http.ServeMux
	server *httptest.Server
	pages  []hostile
}

// hostilePages are all of them.
func hostilePages(t *testing.T) []hostile {
	t.Helper()
	h := &hostileServer{mux: http.NewServeMux()}
	h.server = httptest.NewServer(h.mux)
	t.Cleanup(func() {
		h.server.CloseClientConnections()
		h.server.Close()
	})
	h.mux.HandleFunc("/", page(`<h1>Away</h1>`))
	h.mux.HandleFunc("/hang", page(`<script>while(true);</script>`))
	h.mux.HandleFunc("/hog", page(`<script>`+hog+`</script>`))
	h.mux.HandleFunc("/nothing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	h.mux.HandleFunc("/endless.bin", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", "attachment; filename=endless.bin")
		drip(w, r, strings.Repeat("x", 1<<10))
	})
	h.answers()
	h.files()
	h.certificates(t)
	h.builtIns()
	if *hostileTimes > 0 {
		h.questions()
		h.storms()
		h.hangs()
		h.gluttons()
	}
	return h.pages
}

func (h *hostileServer) address(name string) string {
	return h.server.URL + "/" + strings.ReplaceAll(name, " ", "-")
}

// fails says of a page that its last step fails, and how.
func (p *hostile) fails(kind journey.FailureKind, words ...string) {
	p.kind, p.words = kind, words
	p.want = "failed:" + strings.Repeat(" good", len(p.steps)-1) + " failed"
}

func (p *hostile) byItself() *hostile {
	p.alone = true
	return p
}

// opened is a page that is opened, and on which Home is expected; good, unless
// it is said that it fails.
func (h *hostileServer) opened(name string, handler http.HandlerFunc) *hostile {
	h.mux.HandleFunc(strings.TrimPrefix(h.address(name), h.server.URL), handler)
	return h.add(name, step("open", open(h.address(name)), sees("Home")))
}

// pressed is a page that is well until its button is pressed.
func (h *hostileServer) pressed(name, script string, then ...journey.Step) *hostile {
	h.mux.HandleFunc(strings.TrimPrefix(h.address(name), h.server.URL), page(`<h1>Home</h1><button onclick="`+strings.ReplaceAll(script, `"`, "&quot;")+`">Go</button><p id=out></p>`))
	goes := journey.Action{Verb: journey.Click, Target: &journey.Target{By: journey.ByAny, Value: journey.Plain("Go")}}
	return h.add(name, append([]journey.Step{step("open", open(h.address(name)), sees("Home")), step("go", goes, sees("done"))}, then...)...)
}

func (h *hostileServer) add(name string, steps ...journey.Step) *hostile {
	h.pages = append(h.pages, hostile{name: name, steps: steps, want: "good:" + strings.Repeat(" good", len(steps))})
	return &h.pages[len(h.pages)-1]
}

// questions are dialogs and prompts.
func (h *hostileServer) questions() {
	const endless = "a script of the page opens one dialog after the other"
	h.opened("alerts at load", page(`<script>while(true)alert('Buy')</script><h1>Home</h1>`)).fails(journey.KindExpectation, `the page said "Buy"`, endless)
	h.opened("alerts for ever", page(`<h1>Home</h1><script>setInterval(()=>alert('Buy'),0)</script>`))
	h.pressed("alerts on click", `while(true)alert('Buy')`).fails(journey.KindTarget, `the page said "Buy"`, endless)
	h.opened("a giant alert", page(`<script>alert('x'.repeat(2e7))</script>`)).fails(journey.KindExpectation, "the page said")
	h.opened("a giant title", page(`<script>document.title='x'.repeat(2e7)</script>`)).fails(journey.KindExpectation, `"Home" not seen`)
	h.opened("a giant address", page(`<script>history.pushState(0,'','?'+'x'.repeat(1.5e6))</script>`)).fails(journey.KindExpectation, `"Home" not seen`)
	h.pressed("permission prompts", `navigator.geolocation.getCurrentPosition(()=>{},()=>Notification.requestPermission().catch(()=>{}).then(()=>{out.textContent='done'}))`)
	h.pressed("print", `print();out.textContent='done'`)
	h.opened("prints", page(`<script>print()</script><h1>Home</h1><script>setInterval(()=>print(),10)</script>`))
	away := step("leave", open(h.server.URL+"/"), sees("Away"))
	h.pressed("beforeunload", `onbeforeunload=e=>{e.preventDefault();e.returnValue='stay'};out.textContent='done'`, away)
	h.pressed("beforeunload reloads", `onbeforeunload=e=>{e.preventDefault();location.reload()};out.textContent='done'`, away)
	h.pressed("beforeunload loops", `onbeforeunload=()=>{while(true);};out.textContent='done'`, away).byItself().fails(journey.KindExpectation, "the page that was there does not let go", "beforeunload")
}

// storms do what is harmless once, without end.
func (h *hostileServer) storms() {
	h.opened("windows at load", page(`<h1>Home</h1><script>setInterval(()=>{for(let i=0;i<20;i++)window.open('/')},10)</script>`)).fails(journey.KindExpectation, "new tabs", "window.open")
	h.pressed("windows on click", `for(let i=0;i<300;i++)window.open('/')`).fails(journey.KindTarget, "new tabs", "window.open")
	h.opened("console storm", page(`<h1>Home</h1><script>setInterval(()=>{for(let i=0;i<50;i++)console.error('no',i)},10)</script>`))
	h.opened("push states", page(`<h1>Home</h1><script>setInterval(()=>{for(let i=0;i<50;i++)history.pushState(0,'','?'+Math.random())},5)</script>`))
	h.opened("events", page(`<h1>Home</h1><script>setInterval(()=>{for(let i=0;i<100;i++){document.dispatchEvent(new Event('x'));document.body.toggleAttribute('a')}},10)</script>`))
	h.opened("growing", page(`<h1>Home</h1><script>setInterval(()=>{for(let i=0;i<200;i++)document.body.append(document.createElement('p'))},10)</script>`))
	h.opened("redirects", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		http.Redirect(w, r, fmt.Sprintf("/redirects?n=%d", n+1), http.StatusFound)
	}).fails(journey.KindNavigation, "it redirects in circles")
	h.opened("script redirects", page(`<script>location='?'+Math.random()</script>`)).fails(journey.KindExpectation, "it went on to another document", "without end")
	h.opened("meta redirects", page(`<meta http-equiv=refresh content="0;url=?">`)).fails(journey.KindExpectation, "it went on to another document", "without end")
}

// answers are a server's.
func (h *hostileServer) answers() {
	h.opened("never ending", func(w http.ResponseWriter, r *http.Request) { drip(w, r, "<p>more") }).fails(journey.KindExpectation, "its document was still coming")
	h.opened("never ending but there", func(w http.ResponseWriter, r *http.Request) {
		page("<h1>Home</h1>")(w, r)
		drip(w, r, "<p>more")
	})
	h.opened("no answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }).fails(journey.KindExpectation, "still on its way", "did not answer in time")
	h.opened("bad utf8", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<title>\xff\xfe</title><h1>Home \xc3\x28 \xf0\x28\x8c</h1>\x00")
	})
	h.opened("unknown charset", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=klingon-8")
		_, _ = io.WriteString(w, "<h1>Home</h1>")
	})
	h.opened("no content", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }).fails(journey.KindNavigation, "answered 204 No Content: there is no page to show")
	h.opened("reset content", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusResetContent) }).fails(journey.KindNavigation, "answered 205 Reset Content")
	h.pressed("goes to no content", `location='/nothing'`).fails(journey.KindExpectation, "answered 204 No Content")
	h.opened("huge headers", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Huge", strings.Repeat("x", 1<<20))
		page("<h1>Home</h1>")(w, r)
	}).fails(journey.KindNavigation, "the headers of its answer are larger than 256 KiB")
	h.opened("truncated", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10000")
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<h1>Ho")
	}).fails(journey.KindExpectation, "its document broke off: it sent fewer bytes than it announced")
	h.opened("broken gzip", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<h1>Home</h1>")
	}).fails(journey.KindExpectation, "its document broke off: its content is not compressed as it says")
}

// files come where a page was asked for, or without end.
func (h *hostileServer) files() {
	download := func(p *hostile, name string) *hostile {
		p.steps[1].Expect = []journey.Expectation{{Claim: journey.ClaimDownload, Op: journey.Is, Text: journey.Plain(name)}}
		return p
	}
	download(h.pressed("download storm", `setInterval(()=>{for(let i=0;i<20;i++){const a=document.createElement('a');a.href='/endless.bin?'+Math.random();a.download='x';a.click()}},10)`), "never").fails(journey.KindExpectation, "what was downloaded is")
	download(h.pressed("endless download", `location='/endless.bin'`), "endless.bin").fails(journey.KindExpectation, "not complete")
	h.pressed("unexpected download", `location='/endless.bin'`).fails(journey.KindExpectation, "is a file (application/octet-stream), not a page", "expect it: download: NAME")
}

// certificates that nobody can trust. Which mistake Chrome names first is its
// own affair; the words of each are in journey.NetErrorWords.
func (h *hostileServer) certificates(t *testing.T) {
	t.Helper()
	server := httptest.NewUnstartedServer(page("<h1>Home</h1>"))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	t.Cleanup(server.Close)
	h.add("certificate", step("open", open(server.URL), sees("Home"))).fails(journey.KindNavigation, "its certificate is from nobody known")
}

// builtIns that the page has replaced, in its own world and in the document.
func (h *hostileServer) builtIns() {
	const poison = `Array.prototype.push=Array.prototype.map=Array.prototype.forEach=()=>{throw 1};JSON.stringify=JSON.parse=()=>{throw 2};Promise=class{constructor(){}};Promise.prototype.then=()=>{};performance.now=()=>-5;Date.now=()=>0;MutationObserver=null;requestAnimationFrame=()=>0;Object.defineProperty=()=>{throw 3};Element.prototype.getBoundingClientRect=()=>({});Node.prototype.appendChild=null;window.samuiReport=null;window.setTimeout=()=>{};Function.prototype.call=()=>{throw 4};Object.prototype.toJSON=()=>'x'`
	h.pressed("poisoned", poison+`;out.textContent='done'`)
	h.opened("poisoned at load", page(`<script>`+poison+`</script><h1>Home</h1>`))
	h.opened("clobbered document", page(`<h1>Home</h1><img name=body><img name=querySelectorAll><img name=querySelector><img name=activeElement><form name=title></form><form name=documentElement></form><img name=readyState><img name=scripts><img name=createTreeWalker>`))
	h.opened("fields named as what forms have", page(`<h1>Home</h1><form><input name=id><input name=name><input name=title><input name=type><input name=value><input name=label><input name=role><input name=text><input name=action><input name=method><input name=submit><input name=children><input name=style><input name=options><input name=length><input name=host><input name=content></form>`))
}

// hangs keep a thread busy.
func (h *hostileServer) hangs() {
	const busy = "the page no longer answers"
	h.opened("loops in a worker", page(`<h1>Home</h1><script>new Worker(URL.createObjectURL(new Blob(['while(true);'])))</script>`)).byItself()
	h.opened("loops at load", page(`<script>while(true);</script><h1>Home</h1>`)).byItself().fails(journey.KindExpectation, busy)
	h.pressed("loops on click", `while(true);`).byItself().fails(journey.KindTarget, busy)
	other := strings.Replace(h.server.URL, "127.0.0.1", "localhost", 1)
	for name, at := range map[string]string{"a frame of its own site": "/hang", "a frame": other + "/hang"} {
		p := h.opened("loops in "+name, page(`<h1>Home</h1><iframe id=f src="`+at+`"></iframe>`))
		inside := sees("Away")
		inside.Target = &journey.Target{By: journey.ByCSS, Value: journey.Plain("body"), Frame: &journey.Target{By: journey.ByCSS, Value: journey.Plain("#f")}}
		p.steps = append(p.steps, step("frame", journey.Action{Verb: journey.Scroll, Edge: "top"}, inside))
		p.byItself().fails(journey.KindExpectation, busy)
	}
}

// hog eats memory until somebody ends it.
const hog = `{const all=[];for(;;){const a=new Uint8Array(3e7);for(let i=0;i<a.length;i+=4096)a[i]=1;all.push(a)}}`

// gluttons take memory. The smallest of them are no danger to any machine.
func (h *hostileServer) gluttons() {
	const ended = "the page took more than 600 MiB of memory, and its tab was ended"
	h.pressed("eats memory", hog).byItself().fails(journey.KindCrash, ended)
	h.opened("gzip bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "text/html")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, "<h1>Away</h1><!--")
		chunk := make([]byte, 1<<20)
		for range 200 {
			_, _ = z.Write(chunk)
		}
		_ = z.Close()
	}).byItself().fails(journey.KindExpectation, "not seen")
	h.opened("huge", func(w http.ResponseWriter, r *http.Request) {
		page("<h1>Away</h1>")(w, r)
		chunk := strings.Repeat("<div class=x><p>Lorem <b>ipsum</b> dolor</p></div>\n", 2000)
		for range 25 {
			_, _ = io.WriteString(w, chunk)
		}
	}).byItself().fails(journey.KindExpectation, "not seen")
}

// drip writes until nobody reads any more.
func drip(w http.ResponseWriter, r *http.Request, text string) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	flush := http.NewResponseController(w)
	for {
		if _, err := io.WriteString(w, text); err != nil || flush.Flush() != nil {
			return
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}
