package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// finderTab is a tab of a real browser in which the scripts that find elements
// and judge expectations run as they do on a visit: in an isolated world,
// before any script of the page.
type finderTab struct {
	ctx  context.Context //nolint:containedctx // in chromedp a context is what a tab is
	site *httptest.Server
	html string // what the site serves at every address
}

// newFinderTab starts a browser for one test and its subtests.
func newFinderTab(t testing.TB) *finderTab {
	t.Helper()
	binary := "/usr/lib/chromium/chromium-headless-shell"
	if own := os.Getenv("SAMUI_TEST_CHROME"); own != "" {
		binary = own
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(binary), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.WindowSize(1280, 800))
	for _, flag := range []string{"disable-background-networking", "disable-component-update", "disable-sync", "disable-quic", "disable-gpu", "hide-scrollbars"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	tab := &finderTab{ctx: ctx}
	tab.site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!doctype html>%s", tab.html)
	}))
	t.Cleanup(tab.site.Close)
	inject := func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: finderScript(t), WorldName: "samui",
		})
		return chromedp.Void{}, err
	}
	if err := chromedp.Do(ctx, inject); err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	return tab
}

// evaluate evaluates an expression in the scripts' world and decodes its result.
type evaluate func(t testing.TB, expr string, into any)

// open shows a page at a path of the site and returns how to evaluate
// expressions there.
func (tab *finderTab) open(t testing.TB, path, html string) evaluate {
	t.Helper()
	tab.html = html
	var world runtime.ExecutionContextID
	enter := func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		tree, err := cdp.Call(ctx, target, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return chromedp.Void{}, err
		}
		made, err := cdp.Call(ctx, target, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "samui"})
		world = made.ExecutionContextID
		return chromedp.Void{}, err
	}
	if err := chromedp.Do(tab.ctx, chromedp.Navigate(tab.site.URL+path), enter); err != nil {
		t.Fatalf("opening the page: %v", err)
	}
	return func(t testing.TB, expr string, into any) {
		t.Helper()
		raw, err := chromedp.Run(tab.ctx, chromedp.Evaluate[[]byte](expr, func(p *runtime.EvaluateParams) { p.ContextID = world }))
		if err != nil {
			t.Fatalf("evaluating %s: %v", expr, err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatalf("evaluating %s: got %q: %v", expr, raw, err)
		}
	}
}

// finderScript is the part of the page's scripts that these tests are about.
func finderScript(t testing.TB) string {
	t.Helper()
	var script strings.Builder
	for _, name := range []string{"dom", "text", "aria", "find", "describe", "nearest", "number", "claims"} {
		source, err := pageScripts.ReadFile("page/" + name + ".js")
		if err != nil {
			t.Fatal(err)
		}
		script.Write(source)
	}
	return script.String()
}

// target is one as the browser package hands it to the page.
type target map[string]any

func (x target) js() string {
	data, err := json.Marshal(x)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func plainText(text string) target { return target{"by": "any", "value": text} }

func by(kind, value string) target { return target{"by": kind, "value": value} }

func role(role, name string) target { return target{"by": "role", "value": role, "name": name} }

// with is the target narrowed by a key.
func (x target) with(key string, value any) target {
	narrowed := target{key: value}
	for k, v := range x {
		if k != key {
			narrowed[k] = v
		}
	}
	return narrowed
}

// The elements of a page that a target should find are marked m="1", "2", ….
const marks = `(target => { const { elements, part } = samui.find.all(target); return (part ? 'part ' : '') + elements.map(e => e.getAttribute('m') ?? e.outerHTML.slice(0, 80)).join(' ') })(%s)`

func TestFind(t *testing.T) {
	tab := newFinderTab(t)
	for _, c := range findCases() {
		t.Run(c.name, func(t *testing.T) {
			eval := tab.open(t, "/", c.html)
			var got string
			eval(t, fmt.Sprintf(marks, c.target.js()), &got)
			if got != c.want {
				t.Errorf("target %s in %s\n got %q\nwant %q", c.target.js(), c.html, got, c.want)
			}
		})
	}
}

func TestFindBadSelector(t *testing.T) {
	tab := newFinderTab(t)
	eval := tab.open(t, "/", `<p>Hello</p>`)
	for _, bad := range []target{by("css", "p["), by("css", ""), by("xpath", "//p["), by("xpath", "count(//p)")} {
		var got string
		eval(t, fmt.Sprintf(`(() => { try { samui.find.all(%s); return 'no error' } catch (e) { return e.message } })()`, bad.js()), &got)
		if !strings.HasPrefix(got, "bad selector: ") {
			t.Errorf("target %s: got %q, want a message starting %q", bad.js(), got, "bad selector: ")
		}
	}
}
