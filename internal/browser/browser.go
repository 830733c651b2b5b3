// Package browser is a customer's eyes and hands: it owns the Chrome
// processes, gives every visit a clean session in one of them, does one action
// at a time with trusted input, watches expectations frame by frame in the
// page itself, and reads what the page lived through.
//
// A [Browser] makes a [Session] for each visit; a session makes a [Step] for
// each step of the journey; the step does its actions and ends in a
// [Measurement] or a [Failure]. What is wrong with the site comes back as a
// *Failure, what is wrong with Chrome or with us as any other error: the two
// never mix.
//
// The one rule not to break: waits come from the page's clock, never from
// ours. This is the only package that knows chromedp and the protocol.
package browser

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"samui/internal/journey"
)

// Options say which Chrome to start and how. The zero value is the best
// installed browser, sandboxed, without a window.
type Options struct {
	Path      string // of the executable; empty or "auto" = the best that is installed
	NoSandbox bool   // needed as root, and where the kernel gives no user namespaces
	Headed    bool   // show a window: Chromium or Chrome, not the headless shell
	Contact   string // in the user agent: where a site's owner learns who visits
	// Devices are those that will visit, besides the presets: the window is
	// made as large as the largest of them.
	Devices []journey.Device
	Logger  *slog.Logger // nil = nothing is logged
	// CPUDelays, when it isn't nil, takes the place of the machine's own gauge
	// (see [Session.CPUDelays]).
	CPUDelays func() map[int]time.Duration
	// KeepReady is for who visits again and again: a tab waits for the next visit,
	// and what a visit leaves behind is cleared away while the next one begins.
	KeepReady bool
	// PageMemory is how much memory a page may take, in bytes, before its process
	// is ended; 0 = 2 GiB, on a small machine half of what that has.
	PageMemory int64
	// Overhear, when it isn't nil, is told of every message of the protocol as it
	// is sent and as it comes, for finding out what a visit costs. It must not block.
	Overhear func(sent bool, message []byte)
}

const (
	// A Chrome is replaced after so many visits or so long: its memory grows
	// with every site it has seen.
	maxVisits = 500
	maxAge    = 6 * time.Hour
	// maxOverruns is after how many sessions that could not be closed in time
	// a Chrome is no longer trusted.
	maxOverruns = 3
)

// Browser keeps one Chrome running and replaces it when it died or grew old.
// It is safe for concurrent use.
type Browser struct {
	options Options
	exe     Executable
	script  string // what runs first in every document
	log     *slog.Logger

	leaving sync.WaitGroup // sessions that nobody waits for

	mu       sync.Mutex // guards what follows; never held while Chrome is waited for
	closed   bool
	current  *process              // nil until the first visit, and after Chrome died
	starting chan struct{}         // closes when the start in progress is over; nil = none is
	live     map[*process]struct{} // not gone yet: the current one and retired ones
	started  int
}

// ErrClosed is returned for visits after Close.
var ErrClosed = errors.New("the browser is closed")

// ErrGone is in the chain of every error that means Chrome itself died or
// stopped answering: nothing was learned about the site.
var ErrGone = errors.New("the browser is gone")

// New finds the executable. Chrome itself starts with the first visit. As root
// without NoSandbox it returns [ErrSandbox]; without a browser [ErrNotFound].
func New(o Options) (*Browser, error) {
	exe, err := Find(o.Path, o.Headed)
	if err != nil {
		return nil, err
	}
	if err := checkSandbox(o.NoSandbox); err != nil {
		return nil, err
	}
	script, err := worldScript()
	if err != nil {
		return nil, err
	}
	log := o.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Browser{options: o, exe: exe, script: script, log: log, live: make(map[*process]struct{})}, nil
}

// Executable is the browser that was found.
func (b *Browser) Executable() Executable { return b.exe }

// Start starts Chrome now if it isn't running and tells its name and version.
func (b *Browser) Start(ctx context.Context) (journey.Browser, error) {
	p, err := b.acquire(ctx)
	if err != nil {
		return journey.Browser{}, err
	}
	defer b.release(p, false)
	return p.identity, nil
}

// Restarts counts the Chromes started after the first.
func (b *Browser) Restarts() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(0, b.started-1)
}

// Census counts the tabs that Chrome has open and its browser contexts: what a
// visit that wasn't cleaned up would leave, apart from the tab that waits for the next. Both are 0 when Chrome isn't
// running.
func (b *Browser) Census(ctx context.Context) (tabs, contexts int, err error) {
	p := b.running()
	if p == nil {
		return 0, 0, nil
	}
	p.preparations.Wait()
	tabs, contexts, err = p.census(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil && p.spare != nil {
		tabs, contexts = tabs-1, contexts-1
	}
	return tabs, contexts, err
}

// Close ends Chrome, waits for it and removes its profile. Sessions that are
// still open fail with [ErrGone]. It may be called more than once, and on nil,
// which has nothing to end.
func (b *Browser) Close() error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	b.current, b.closed = nil, true
	starting := b.starting
	b.mu.Unlock()
	if starting != nil {
		<-starting
	}
	b.mu.Lock()
	ending := slices.Collect(maps.Keys(b.live))
	b.mu.Unlock()
	for _, p := range ending {
		p.cancel()
	}
	for _, p := range ending {
		<-p.gone
	}
	b.leaving.Wait()
	return nil
}

// acquire returns a running process with this visit counted in. One caller at
// a time starts a Chrome; the others wait for it, or for their ctx.
func (b *Browser) acquire(ctx context.Context) (*process, error) {
	for {
		b.mu.Lock()
		if b.closed {
			b.mu.Unlock()
			return nil, ErrClosed
		}
		if b.current != nil && b.current.spent() {
			b.retireLocked()
		}
		if p := b.current; p != nil {
			p.visits++
			p.active++
			b.mu.Unlock()
			return p, nil
		}
		starting := b.starting
		if starting == nil {
			b.starting = make(chan struct{})
			b.mu.Unlock()
			if err := b.start(ctx); err != nil {
				return nil, err
			}
			continue
		}
		b.mu.Unlock()
		select {
		case <-starting:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// start starts a Chrome and makes it the current one, or ends it again when
// the browser was closed in the meantime.
func (b *Browser) start(ctx context.Context) error {
	p, err := startProcess(ctx, b.exe, b.options, b.log)
	b.mu.Lock()
	defer b.mu.Unlock()
	defer func() {
		close(b.starting)
		b.starting = nil
	}()
	if err != nil {
		return fmt.Errorf("starting %s: %w", b.exe.Name, err)
	}
	b.live[p] = struct{}{}
	guard, endGuard := context.WithCancel(context.WithoutCancel(ctx))
	guarding := make(chan struct{})
	go func() {
		defer close(guarding)
		b.guardMemory(guard, p)
	}()
	go func() { // Close waits for gone
		p.wait()
		endGuard()
		<-guarding
		b.mu.Lock()
		delete(b.live, p)
		b.mu.Unlock()
		close(p.gone)
	}()
	if b.closed {
		p.cancel()
		return nil
	}
	b.started++
	b.current = p
	return nil
}

// release counts a visit out; overran says that its session could not be
// closed in time.
func (b *Browser) release(p *process, overran bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p.active--
	if overran {
		p.overruns++
	}
	if p.retired && p.active == 0 {
		p.cancel()
	}
	b.keepReadyLocked(p)
}

// distrust has the next visit get a new Chrome: this one runs and does not do
// what it is asked.
func (b *Browser) distrust(p *process) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p.overruns = maxOverruns
}

// retireLocked lets the current process finish its visits and go.
func (b *Browser) retireLocked() {
	p := b.current
	b.current = nil
	p.retired = true
	if p.active == 0 {
		p.cancel()
	}
}
