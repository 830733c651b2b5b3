package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"samui/internal/npmtest"
)

// patience bounds everything that a test waits for in Chrome.
const patience = 2 * time.Minute

// tab is a tab of a real Chrome that looks at a page of ours.
type tab struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // in chromedp a context is what a tab is
	url string

	mu         sync.Mutex // guards complaints
	complaints []string   // what the console, the policy and scripts said
}

// look opens a tab to a server of a handler.
func look(t *testing.T, handler http.Handler) *tab {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	binary := "/usr/lib/chromium/chromium-headless-shell"
	if own := os.Getenv("SAMUI_TEST_CHROME"); own != "" {
		binary = own
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(binary), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox)
	for _, flag := range []string{"disable-background-networking", "disable-component-update", "disable-sync", "disable-gpu", "hide-scrollbars"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chrome (.ci/prepare browser installs one): %v", err)
	}
	at := &tab{t: t, ctx: ctx, url: server.URL}
	if err := chromedp.Listen(ctx, at.hear); err != nil {
		t.Fatal(err)
	}
	return at
}

// hear notes whatever no page of ours should say.
func (at *tab) hear(event any) {
	var complaint string
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		complaint = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			complaint += " " + e.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		complaint = fmt.Sprintf("console.%s", e.Type)
	case *log.EventEntryAdded:
		complaint = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
	case *page.EventJavascriptDialogOpening:
		complaint = "a dialog: " + e.Message
	default:
		return
	}
	at.mu.Lock()
	defer at.mu.Unlock()
	at.complaints = append(at.complaints, complaint)
}

// heard is what was noted since the last time.
func (at *tab) heard() []string {
	at.mu.Lock()
	defer at.mu.Unlock()
	all := at.complaints
	at.complaints = nil
	return all
}

// do does things in the tab.
func (at *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	at.t.Helper()
	ctx, cancel := context.WithTimeout(at.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		at.t.Fatal(err)
	}
}

// dress is how wide the window is, and in which colours.
func (at *tab) dress(width int64, scheme string) {
	at.t.Helper()
	at.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		if _, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1}); err != nil {
			return chromedp.Void{}, err
		}
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return chromedp.Void{}, err
	})
}

// open shows the page at a path.
func (at *tab) open(path string) {
	at.t.Helper()
	at.do(chromedp.Navigate(at.url + path))
}

// ask evaluates an expression, which may be a promise, and decodes its value.
func ask[T any](at *tab, expression string) (value T) {
	at.t.Helper()
	ctx, cancel := context.WithTimeout(at.ctx, patience)
	defer cancel()
	raw, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](expression, func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }))
	if err != nil {
		at.t.Fatalf("evaluating %.200s: %v", expression, err)
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		at.t.Fatalf("evaluating %.200s: got %q: %v", expression, raw, err)
	}
	return value
}

// until waits until an expression is true, on whatever page the tab is then.
func (at *tab) until(expression string) {
	at.t.Helper()
	ctx, cancel := context.WithTimeout(at.ctx, patience)
	defer cancel()
	await := chromedp.Evaluate[bool](`new Promise((done) => {
		const look = () => { try { if (`+expression+`) return done(true) } catch {} setTimeout(look, 20) };
		look();
	})`, func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) })
	for {
		_, err := chromedp.Run(ctx, await)
		switch {
		case err == nil:
			return
		case ctx.Err() == nil && strings.Contains(err.Error(), "navigated"): // it looks again on the next page
		default:
			at.t.Fatalf("waiting for %.200s: %v", expression, err)
		}
	}
}

// axe is the source of axe-core.
func axe(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(npmtest.Install(t, "testdata/axe"), "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// fault is what axe-core found.
type fault struct {
	ID, Impact, Help string
	Nodes            []struct {
		Target         []any
		FailureSummary string
	}
}

func (f fault) String() string {
	text := f.ID + " (" + f.Impact + "): " + f.Help
	for i, n := range f.Nodes {
		if i == 3 {
			return text + fmt.Sprintf("\n\tand %d more", len(f.Nodes)-i)
		}
		text += fmt.Sprintf("\n\t%v: %s", n.Target, strings.ReplaceAll(n.FailureSummary, "\n", " "))
	}
	return text
}
