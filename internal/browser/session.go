package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	cdpio "github.com/chromedp/cdproto/io"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	cdptarget "github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"samui/internal/journey"
	"samui/internal/values"
)

const (
	callTimeout  = 5 * time.Second  // of one protocol command that needs no page
	openTimeout  = 20 * time.Second // of a session's tab
	closeTimeout = 8 * time.Second  // of its disposal
	busyTimeout  = time.Minute      // of what a page has to come to rest for, beside a step
)

// errNoTab means that Chrome has not made a tab in openTimeout.
var errNoTab = fmt.Errorf("no tab in %s", openTimeout)

// Session is one customer's browser: no cookies, no cache, no history but its
// own. It is used by one goroutine, except that Close may come from another.
type Session struct {
	browser   *Browser
	process   *process
	context   cdp.BrowserContextID
	current   atomic.Pointer[tab]
	first     *tab
	adopting  sync.Mutex // one tab is opened or closed at a time
	journey   []journey.Step
	site      journey.Site
	visit     journey.Visit
	device    journey.Device // as the conditions have it
	mask      []journey.Target
	overlays  []journey.Overlay
	dismissed []int           // how often each was closed
	missed    *journey.Target // what the last step that failed looked for; nil = nothing on a page
	timings   []string
	encoder   encoder
	values    *values.Values

	conditions journey.Conditions
	collecting []endpoint // whose requests are refused
	answers    answers
	permits    permits

	headers   map[string]string // lower-case names
	state     *state
	steps     int
	arms      int
	downloads string // the folder of what was downloaded; empty = none yet

	frames *frames
	stored stored

	recorder *recorder
	traced   chan cdpio.StreamHandle // gets what the trace that has ended is read from

	tasksMu sync.Mutex     // guards done, and tasks against new ones after it
	tasks   sync.WaitGroup // answers to dialogs and paused requests, and the watch on Chrome
	done    bool
	closed  chan struct{}
	close   func() error
}

// Open gives a visit a clean session. ctx bounds the opening only. What is
// known is what the journey's texts are worked out with.
func (b *Browser) Open(ctx context.Context, j journey.Journey, v journey.Visit, known *values.Values) (*Session, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, openTimeout, errNoTab)
	defer cancel()
	for {
		p, err := b.acquire(ctx)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrGone, err)
		}
		s := b.newSession(p, j, v, known)
		waiting := b.takeSpare(p, s.conditions)
		if err = s.begin(ctx, waiting); err == nil {
			s.spawn(s.watchChrome)
			return s, nil
		}
		if errors.Is(context.Cause(ctx), errNoTab) {
			b.distrust(p)
		}
		err = errors.Join(fmt.Errorf("%w: opening a tab: %w", ErrGone, err), s.Close())
		if waiting == nil || ctx.Err() != nil {
			return nil, err
		}
		// What waited had gone bad: a new one is tried.
	}
}

func (b *Browser) newSession(p *process, j journey.Journey, v journey.Visit, known *values.Values) *Session {
	conditions := j.ConditionsOf(v)
	s := &Session{
		browser: b, process: p, journey: j.Steps, site: j.Site, visit: v, mask: j.Mask, overlays: overlaysOf(j), dismissed: make([]int, len(overlaysOf(j))), timings: j.Timings,
		device: deviceOf(v, conditions), conditions: conditions,
		encoder: encoder{site: j.Site, values: known}, values: known,
		headers: make(map[string]string, len(conditions.Headers)),
		state:   &state{changed: make(chan struct{}), traffic: traffic{kept: v.Network.Throttled()}},
		frames:  newFrames(),
		closed:  make(chan struct{}),
		traced:  make(chan cdpio.StreamHandle, 1),
	}
	for name, value := range conditions.Headers {
		s.headers[strings.ToLower(name)] = known.Reveal(value)
	}
	s.recorder = newRecorder(j.Site, s.heldBack)
	if conditions.Analytics != journey.Allow {
		s.collecting = endpoints()
	}
	s.close = sync.OnceValue(s.shut)
	return s
}

// begin gives the session its first tab: the one that waits for it, or a new
// one.
func (s *Session) begin(ctx context.Context, waiting *spare) error {
	if waiting != nil {
		s.first, s.context = waiting.tab, waiting.context
	} else {
		s.first = &tab{view: &view{}, worlds: newWorlds()}
	}
	s.state.view, s.state.tabs = s.first.view, []*tab{s.first}
	s.current.Store(s.first)
	if waiting == nil {
		// The tab lives as long as the context of its first call: its deadline
		// comes from outside.
		var err error
		if s.context, err = s.attach(ctx, s.first, chromedp.WithNewBrowserContext(contextOptions(s.conditions)...)); err != nil {
			return err
		}
		return s.setUp(ctx)
	}
	s.own(s.first)
	if !waiting.give(func(event any) { s.listen(s.first, event) }) {
		return errors.New("it crashed while it waited")
	}
	return s.setUp(ctx)
}

// spawn does something beside the protocol's read loop, which must not wait.
// A session that is being closed starts nothing more.
func (s *Session) spawn(task func()) {
	s.tasksMu.Lock()
	defer s.tasksMu.Unlock()
	if !s.done {
		s.tasks.Go(task)
	}
}

// aside bounds what is done beside a step; it ends with the session.
func (s *Session) aside() (context.Context, context.CancelFunc) { return s.asideFor(callTimeout) }

func (s *Session) asideFor(limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	go func() {
		select {
		case <-s.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// Browser tells what does the visiting.
func (s *Session) Browser() journey.Browser { return s.process.identity }

// Close throws the tab and everything that the site stored away. A tab that
// doesn't go in time is left to its Chrome, which is then not trusted for
// long.
func (s *Session) Close() error { return s.close() }

// Leave is Close by somebody who doesn't wait for it, where visits follow each
// other: whoever closes the browser does.
func (s *Session) Leave() {
	if !s.browser.options.KeepReady {
		_ = s.Close() // a tab that couldn't be closed is the browser's to deal with
		return
	}
	s.browser.leaving.Go(func() { _ = s.Close() })
}

func (s *Session) shut() error {
	close(s.closed)
	defer s.removeDownloads()
	s.state.update(func(s *state) { s.failLocked(ErrGone) }) // a step in progress ends
	s.tasksMu.Lock()
	s.done = true
	s.tasksMu.Unlock()
	gone := make(chan struct{})
	go func() {
		s.frames.close()
		s.endTabs()
		close(gone)
	}()
	deadline := time.NewTimer(closeTimeout)
	defer deadline.Stop()
	select {
	case <-gone:
		s.tasks.Wait()
		s.browser.release(s.process, false)
		return nil
	case <-deadline.C:
		s.browser.release(s.process, true)
		return fmt.Errorf("closing a tab: not gone after %s", closeTimeout)
	}
}

// watchChrome ends the step in progress when Chrome dies.
func (s *Session) watchChrome() {
	select {
	case <-s.process.lost:
		s.state.update(func(s *state) { s.failLocked(ErrGone) })
	case <-s.closed:
	}
}

// call is send for commands that the browser answers at once, bounded.
func call[P, R any](ctx context.Context, s cdp.Session, command cdp.Command[P, R], params P) error {
	ctx, cancel := context.WithTimeoutCause(ctx, callTimeout, fmt.Errorf("no answer in %s", callTimeout))
	defer cancel()
	return send(ctx, s, command, params)
}

// send runs a protocol command whose answer isn't wanted. Inputs are answered
// when the page has taken them in.
func send[P, R any](ctx context.Context, s cdp.Session, command cdp.Command[P, R], params P) error {
	if _, err := cdp.Call(ctx, s, command, params); err != nil {
		if errors.Is(err, chromedp.ErrTargetDetached) {
			return fmt.Errorf("%w: %s: %w", errDocumentGone, command.Method, err)
		}
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return fmt.Errorf("%s: %w", command.Method, err)
	}
	return nil
}

// setUp makes the visit's first tab, and what all of its tabs share, the
// customer's.
func (s *Session) setUp(ctx context.Context) error {
	return together(
		func() error {
			if err := s.denyPrompts(ctx); err != nil {
				return err
			}
			return s.permit(ctx, s.site.URL)
		},
		func() error {
			if err := s.enlargeWindow(ctx); err != nil {
				return err
			}
			return s.setUpTab(ctx, s.first)
		},
	)
}

// setUpTab makes a tab the customer's: device, connection, identity, and our
// own world in every document.
func (s *Session) setUpTab(ctx context.Context, t *tab) error {
	d := s.device
	orientation := emulation.ScreenOrientation{Type: emulation.ScreenOrientationTypeLandscapePrimary, Angle: 90}
	if d.Height > d.Width {
		orientation = emulation.ScreenOrientation{Type: emulation.ScreenOrientationTypePortraitPrimary}
	}
	metrics := emulation.SetDeviceMetricsOverrideParams{
		Width: int64(d.Width), Height: int64(d.Height), DeviceScaleFactor: d.Scale, Mobile: d.Mobile,
		ScreenWidth: int64(max(d.Width, d.Screen.Width)), ScreenHeight: int64(max(d.Height, d.Screen.Height)), ScreenOrientation: &orientation,
	}
	return together(
		func() error {
			if t.quiet {
				return nil
			}
			return quieten(ctx, t)
		},
		func() error { return call(ctx, t.target, emulation.SetDeviceMetricsOverride, metrics) },
		func() error {
			return call(ctx, t.target, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: d.Touch, MaxTouchPoints: 5})
		},
		func() error { return t.children.listen(ctx) },
		func() error { return s.putUnderConditions(ctx, t.target) },
		func() error { return s.steerTab(ctx, t) },
		func() error { return s.inject(ctx, t) },
	)
}

// quieten turns off what chromedp turns on for its own queries and waits, which
// costs the page CPU and both of us messages.
func quieten(ctx context.Context, t *tab) error {
	return together(
		func() error {
			if err := call(ctx, t.target, css.Disable, cdp.Empty{}); err != nil {
				return err
			}
			return call(ctx, t.target, dom.Disable, cdp.Empty{})
		},
		func() error {
			return call(ctx, t.target, page.SetLifecycleEventsEnabled, page.SetLifecycleEventsEnabledParams{})
		},
		func() error {
			return call(ctx, t.target, cdptarget.SetDiscoverTargets, cdptarget.SetDiscoverTargetsParams{})
		},
	)
}

// inject puts our world into the blank document that is there and into every
// later one.
func (s *Session) inject(ctx context.Context, t *tab) error {
	if !t.quiet {
		if err := s.browser.putWorld(ctx, t); err != nil {
			return err
		}
	}
	if t.awaits {
		return nil
	}
	return s.waitFor(ctx, func(*state) bool { return t.doc.serial > 0 })
}

func (b *Browser) putWorld(ctx context.Context, t *tab) error {
	err := call(ctx, t.target, runtime.AddBinding, runtime.AddBindingParams{Name: bindingName, ExecutionContextName: worldName})
	if err != nil {
		return err
	}
	now, script := !t.awaits, b.script
	if t.awaits {
		script = "if (location.href !== 'about:blank') {\n" + script + "\n}"
	}
	return call(ctx, t.target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: topOnly(script), WorldName: worldName, RunImmediately: &now,
	})
}

// settledDocument waits until the main frame has a document of ours and is not
// on its way to another.
func (s *Session) settledDocument(ctx context.Context) (document, error) {
	var doc document
	err := s.waitFor(ctx, func(s *state) bool {
		doc = s.doc
		return s.doc.serial > 0 && !s.underWayLocked()
	})
	return doc, err
}

// strayAfter is how long a navigation may be announced without its document
// being requested: mailto: and tel: links never are.
const strayAfter = 1500 * time.Millisecond

// waitFor returns when the condition, called with the state locked, holds, or
// with what has failed the step.
func (s *Session) waitFor(ctx context.Context, holds func(*state) bool) error {
	var failure error
	err := s.await(ctx, func(s *state) bool {
		if holds(s) {
			return true
		}
		failure = s.failure
		return failure != nil
	})
	if err != nil {
		return err
	}
	return failure
}

// await returns when the condition, called with the state locked, holds.
func (s *Session) await(ctx context.Context, holds func(*state) bool) error {
	stray := time.NewTicker(strayAfter / 3)
	defer stray.Stop()
	for {
		s.state.mu.Lock()
		ok, changed := holds(s.state), s.state.changed
		s.state.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-stray.C:
			s.callOffStray()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// callOffStray forgets an announced navigation that went nowhere.
func (s *Session) callOffStray() {
	s.state.update(func(state *state) {
		state.opening = slices.DeleteFunc(state.opening, func(o opening) bool {
			return time.Since(o.since) > openTimeout || !o.came && time.Since(o.since) > strayAfter
		})
		if nav := state.nav; nav.pending && !nav.requested && time.Since(nav.since) > strayAfter {
			stays := state.callOffLocked()
			s.spawn(func() { s.stay(stays) })
		}
	})
}

// stay tells the document that it is judged again. One that can't answer is
// not looked at anyway.
func (s *Session) stay(doc document) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	_, _ = evalIn[any](ctx, s.sessionOf(doc), doc.world, js("samui.watch.stay"))
}

// eval asks the current document, and the next one if that goes away.
func eval[T any](ctx context.Context, s *Session, expression string) (T, document, error) {
	for {
		doc, err := s.settledDocument(ctx)
		if err != nil {
			var zero T
			return zero, doc, err
		}
		v, err := evalIn[T](ctx, s.sessionOf(doc), doc.world, expression)
		switch {
		case err == nil:
			return v, doc, nil
		case errors.Is(err, errDocumentGone):
			if err := s.nextDocument(ctx, doc); err != nil {
				return v, doc, err
			}
		case ctx.Err() != nil:
			return v, doc, context.Cause(ctx)
		default:
			return v, doc, s.orGone(err)
		}
	}
}

// nextDocument waits for another document than the one that went away. The
// context of a document can go some moments before the next is announced.
func (s *Session) nextDocument(ctx context.Context, gone document) error {
	return s.waitFor(ctx, func(s *state) bool { return s.doc.serial != gone.serial || s.doc.world != gone.world })
}

// orGone turns an error that the death of Chrome explains into ErrGone.
func (s *Session) orGone(err error) error {
	select {
	case <-s.process.lost:
		return fmt.Errorf("%w: %w", ErrGone, err)
	default:
		return err
	}
}
