package browser

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	cdptarget "github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"samui/internal/journey"
)

// startTimeout bounds the start of Chrome: 0.5 to 0.9 s on an idle machine.
const startTimeout = 30 * time.Second

// process is one running Chrome. Its counters belong to the Browser's lock.
type process struct {
	identity  journey.Browser
	userAgent string
	version   string
	pid       int
	family    family // its processes
	wire      *wire
	profile   string // its folder, removed with it

	// newTab makes a chromedp context in this Chrome.
	newTab func(...chromedp.ContextOption) (context.Context, context.CancelFunc)
	// cancel ends Chrome without waiting for it; gone closes when it has ended
	// and its profile is removed, which is wait's work.
	cancel   context.CancelFunc
	chrome   cdp.Session // the browser itself
	popups   *popups
	appetite *appetite
	lost     <-chan struct{} // closes when the connection is lost
	gone     chan struct{}
	wait     func()

	started   time.Time
	visits    int
	active    int
	spare     *spare // the next visit's tab; nil = none is ready
	preparing bool   // of one

	preparations sync.WaitGroup
	overruns     int
	retired      bool
}

// spent reports whether the next visit should get a new Chrome.
func (p *process) spent() bool {
	select {
	case <-p.lost:
		return true
	default:
	}
	return p.visits >= maxVisits || time.Since(p.started) > maxAge || p.overruns >= maxOverruns
}

// census counts the open tabs and the browser contexts.
func (p *process) census(ctx context.Context) (tabs, contexts int, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	open, err := cdp.Call(ctx, p.chrome, cdptarget.GetTargets, cdptarget.GetTargetsParams{})
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w", cdptarget.GetTargets.Method, err)
	}
	for _, info := range open.TargetInfos {
		if info.Type == "page" {
			tabs++
		}
	}
	made, err := cdp.Call(ctx, p.chrome, cdptarget.GetBrowserContexts, cdp.Empty{})
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w", cdptarget.GetBrowserContexts.Method, err)
	}
	return tabs, len(made.BrowserContextIDs), nil
}

// startProcess starts Chrome. ctx bounds the start only; the process lives
// until it is cancelled or dies.
func startProcess(ctx context.Context, exe Executable, o Options, log *slog.Logger) (*process, error) {
	prof, err := newProfile()
	if err != nil {
		return nil, err
	}
	output := &tail{limit: 4 << 10}
	options := append(flags(exe, o, prof.dir), chromedp.CombinedOutput(output))
	messages := &wire{told: o.Overhear}
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	root, endRoot := chromedp.NewContext(allocator,
		chromedp.WithErrorf(func(format string, args ...any) {
			log.Debug("undecoded protocol message", "message", fmt.Sprintf(format, args...))
		}),
		chromedp.WithBrowserOption(chromedp.WithBrowserErrorf(func(format string, args ...any) {
			log.Debug("undecoded browser message", "message", fmt.Sprintf(format, args...))
		}), messages.option()))
	end := func() error {
		endRoot()
		endAllocator()
		return prof.remove()
	}

	// The first Do binds Chrome's life to its context, so the deadline has to
	// come from outside.
	started := make(chan error, 1)
	go func() { started <- chromedp.Do(root) }()
	deadline := time.NewTimer(startTimeout)
	defer deadline.Stop()
	select {
	case err = <-started:
	case <-deadline.C:
		err = fmt.Errorf("no answer in %s", startTimeout)
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		cleanup := end()
		return nil, errors.Join(startError(err, output.String()), cleanup)
	}

	c := chromedp.FromContext(root)
	p := &process{
		profile: prof.dir,
		wire:    messages,
		newTab: func(opts ...chromedp.ContextOption) (context.Context, context.CancelFunc) {
			return chromedp.NewContext(root, opts...)
		},
		chrome:   c.Browser,
		lost:     c.Browser.LostConnection,
		gone:     make(chan struct{}),
		pid:      c.Browser.Process().Pid,
		started:  time.Now(),
		appetite: newAppetite(o.PageMemory),
	}
	over := make(chan struct{})
	p.cancel = sync.OnceFunc(func() { close(over) })
	p.wait = func() {
		select {
		case <-over:
		case <-p.lost:
		}
		if err := end(); err != nil {
			log.Warn("Chrome left something behind", "error", err)
		}
		p.preparations.Wait()
	}
	info, err := version(c.Browser)
	if err != nil {
		cleanup := end()
		return nil, errors.Join(fmt.Errorf("asking for its version: %w", err), cleanup)
	}
	_, p.version, _ = strings.Cut(info.Product, "/")
	p.userAgent = info.UserAgent
	p.popups = &popups{chrome: c.Browser, owners: make(map[cdptarget.ID]owner), log: func(what string, err error) { log.Debug("popup", "what", what, "error", err) }}
	if err := p.popups.watch(root); err != nil {
		cleanup := end()
		return nil, errors.Join(fmt.Errorf("watching for tabs: %w", err), cleanup)
	}
	p.identity = journey.Browser{Name: exe.Name, Version: p.version}
	return p, nil
}

func version(chrome cdp.Session) (browser.GetVersionResult, error) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	return cdp.Call(ctx, chrome, browser.GetVersion, cdp.Empty{})
}

// startError says why Chrome didn't start, by what it printed.
func startError(err error, output string) error {
	output = strings.TrimSpace(output)
	if strings.Contains(output, "No usable sandbox") || strings.Contains(output, "without --no-sandbox") {
		return hintError{
			fmt.Errorf("%w: %w", ErrSandbox, err),
			"allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, or an AppArmor profile with userns), or add --no-sandbox",
		}
	}
	if output != "" {
		return fmt.Errorf("%w; it printed: %s", err, output)
	}
	return err
}
