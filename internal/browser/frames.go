package browser

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	cdptarget "github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"samui/internal/journey"
)

// frame is the iframe that shows a document: an element of another one.
type frame struct {
	on     cdp.Session // where its document is reached
	parent document
	handle int // of the iframe, in the parent's scripts
}

// frames are the documents inside a session's pages, as far as they are known.
// Those of the page's own process are heard of anyway; a frame in a process of
// its own is attached to when a journey looks into it.
type frames struct {
	mu       sync.Mutex // guards what follows
	worlds   map[cdp.FrameID]framed
	injected map[string]bool // worlds that have our scripts
	crashed  map[cdp.FrameID]bool
	gone     map[cdp.Session]chan struct{} // of processes of their own; closes when the documents there are
	ends     []context.CancelFunc

	attaching sync.Mutex // one at a time
}

type framed struct {
	world string
	on    cdp.Session
}

const (
	// frameLook is how long a page is asked at a time for an iframe that isn't
	// there yet, and told of one that is no longer meant.
	frameLook = time.Second
	// frameEvery is how often a frame's document that isn't there yet is looked for.
	frameEvery = 50 * time.Millisecond
	frameTries = 20
)

func newFrames() *frames {
	return &frames{worlds: make(map[cdp.FrameID]framed), injected: make(map[string]bool), crashed: make(map[cdp.FrameID]bool), gone: make(map[cdp.Session]chan struct{})}
}

func (f *frames) note(world innerWorld, on cdp.Session) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.worlds[world.frame] = framed{world.unique, on}
	delete(f.crashed, world.frame)
}

// lose forgets every document of a process that is gone, by its own crash or
// because the frames went elsewhere: nothing tells of each of them.
func (f *frames) lose(on cdp.Session, crashed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, at := range f.worlds {
		if at.on == on {
			delete(f.worlds, id)
			delete(f.injected, at.world)
			f.crashed[id] = f.crashed[id] || crashed
		}
	}
	if gone := f.gone[on]; gone != nil {
		close(gone) // what is asked there is never answered
		f.gone[on] = make(chan struct{})
	}
	if !crashed {
		delete(f.gone, on)
	}
}

// whileThere ends when ctx does, or with the documents of a process.
func (f *frames) whileThere(ctx context.Context, on cdp.Session) (context.Context, context.CancelFunc) {
	f.mu.Lock()
	gone := f.gone[on]
	f.mu.Unlock()
	if gone == nil {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-gone:
			cancel(errDocumentGone)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// dropped forgets a document that did not answer because it has gone, whatever
// was told of it.
func (f *frames) dropped(world string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.injected, world)
	for id, at := range f.worlds {
		if at.world == world {
			delete(f.worlds, id)
		}
	}
}

func (f *frames) hasCrashed(id cdp.FrameID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.crashed[id]
}

func (f *frames) forget(world innerWorld) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.injected, world.unique)
	if f.worlds[world.frame].world == world.unique {
		delete(f.worlds, world.frame)
	}
}

func (f *frames) of(id cdp.FrameID) (framed, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	world, ok := f.worlds[id]
	return world, ok
}

// processes are where frames in processes of their own are reached.
func (f *frames) processes() []cdp.Session {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Collect(maps.Keys(f.gone))
}

// close lets go of the frames in processes of their own.
func (f *frames) close() {
	f.mu.Lock()
	ends := f.ends
	f.ends = nil
	f.mu.Unlock()
	var all sync.WaitGroup
	for _, end := range ends {
		all.Go(end)
	}
	all.Wait()
}

// sessionOf is where a document is reached.
func (s *Session) sessionOf(doc document) cdp.Session {
	if doc.frame != nil {
		return doc.frame.on
	}
	if doc.tab != nil {
		return doc.tab.target
	}
	return s.target()
}

// ask evaluates an expression in a document, the page's own or that of a frame.
func ask[T any](ctx context.Context, s *Session, doc document, expression string) (T, error) {
	if doc.frame == nil {
		return evalIn[T](ctx, s.sessionOf(doc), doc.world, expression)
	}
	ctx, cancel := s.frames.whileThere(ctx, doc.frame.on)
	defer cancel()
	v, err := evalIn[T](ctx, doc.frame.on, doc.world, expression)
	if err != nil && (errors.Is(err, errDocumentGone) || errors.Is(context.Cause(ctx), errDocumentGone)) {
		s.frames.dropped(doc.world)
		return v, errDocumentGone
	}
	return v, err
}

// entry is what it took to come to a frame's document.
type entry struct {
	waited float64       // ms by the pages' clocks until the iframes were there
	tool   time.Duration // our own work
}

// enter waits for an iframe and gives its document. use says that a customer
// will use it, and scrolls to it.
func (s *Session) enter(ctx context.Context, t *journey.Target, use bool) (document, entry, error) {
	for {
		parent, cost, err := s.around(ctx, t, use)
		if err != nil {
			return document{}, cost, err
		}
		found, err := ask[*struct {
			Handle int     `json:"handle"`
			Waited float64 `json:"waited"`
		}](ctx, s, parent, js("samui.frames.find", s.encoder.target(t), use, frameLook.Milliseconds()))
		if err != nil {
			return document{}, cost, because(ctx, err)
		}
		if found == nil {
			continue
		}
		began := time.Now()
		doc, err := s.inside(ctx, parent, found.Handle)
		if errors.Is(err, errDocumentGone) {
			breathe(ctx)
		}
		cost.waited += found.Waited
		cost.tool += time.Since(began)
		return doc, cost, err
	}
}

// breathe is the pause before what is not there is asked for again.
func breathe(ctx context.Context) {
	pause := time.NewTimer(frameEvery)
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-ctx.Done():
	}
}

// around is the document in which an iframe stands.
func (s *Session) around(ctx context.Context, t *journey.Target, use bool) (document, entry, error) {
	if t.Frame != nil {
		return s.enter(ctx, t.Frame, use)
	}
	doc, err := s.settledDocument(ctx)
	return doc, entry{}, err
}

// inside is the document that an iframe shows now.
func (s *Session) inside(ctx context.Context, parent document, handle int) (document, error) {
	on := s.sessionOf(parent)
	element, err := cdp.Call(ctx, on, runtime.Evaluate, runtime.EvaluateParams{Expression: js("samui.frames.element", handle), UniqueContextID: parent.world})
	if err == nil && (element.Result == nil || element.Result.ObjectID == "") {
		return document{}, errDocumentGone
	}
	var node dom.DescribeNodeResult
	if err == nil {
		node, err = cdp.Call(ctx, on, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: element.Result.ObjectID})
	}
	switch {
	case err != nil && isGone(err):
		return document{}, errDocumentGone
	case err != nil:
		return document{}, fmt.Errorf("looking into a frame: %w", because(ctx, err))
	case node.Node == nil || node.Node.FrameID == "":
		return document{}, errDocumentGone // it isn't in the page any more
	}
	world, err := s.frameWorld(ctx, node.Node.FrameID, on)
	if err != nil {
		return document{}, err
	}
	doc := document{serial: parent.serial, world: world.world, frame: &frame{on: world.on, parent: parent, handle: handle}}
	return doc, s.bring(ctx, doc)
}

// frameWorld waits for our world in a frame's document: in the process of the
// document around it, or in one of its own.
func (s *Session) frameWorld(ctx context.Context, id cdp.FrameID, around cdp.Session) (framed, error) {
	again := time.NewTicker(frameEvery)
	defer again.Stop()
	for range frameTries {
		if world, ok := s.frames.of(id); ok {
			return world, nil
		}
		if s.frames.hasCrashed(id) {
			return framed{}, s.frameCrash()
		}
		if err := s.attachFrame(ctx, id); err != nil {
			if ctx.Err() != nil || errors.Is(s.orGone(err), ErrGone) {
				return framed{}, s.orGone(because(ctx, err))
			}
			// It lives with its parent, which may not have drawn it yet.
			_, _ = cdp.Call(ctx, around, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: id, WorldName: worldName})
		}
		if world, ok := s.frames.of(id); ok {
			return world, nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return framed{}, context.Cause(ctx)
		}
	}
	return framed{}, errDocumentGone // the iframe may be another by now
}

// attachFrame attaches to a frame in a process of its own and puts our world
// into it.
func (s *Session) attachFrame(ctx context.Context, id cdp.FrameID) error {
	s.frames.attaching.Lock()
	defer s.frames.attaching.Unlock()
	if _, ok := s.frames.of(id); ok {
		return nil
	}
	info, err := cdp.Call(ctx, s.process.chrome, cdptarget.GetTargetInfo, cdptarget.GetTargetInfoParams{TargetID: cdptarget.ID(id)})
	if err != nil {
		return err // it has no process of its own
	}
	if info.TargetInfo == nil || info.TargetInfo.Type != "iframe" {
		return errDocumentGone
	}
	inner := newWorlds()
	attached := make(chan cdp.Session, 1)
	var on cdp.Session
	listen := func(event any) {
		if on == nil {
			select {
			case on = <-attached:
			default:
				return // our world isn't there yet
			}
		}
		s.listenFrame(inner, on, event)
	}
	tab, end := s.process.newTab(chromedp.WithTargetID(cdptarget.ID(id)), chromedp.WithDetachOnCancel(), chromedp.WithListener(listen))
	opened := make(chan error, 1)
	go func() { opened <- chromedp.Do(tab) }()
	select {
	case err = <-opened:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		go end() // bounded by chromedp; a frame that goes away under it must not be waited for
		return err
	}
	s.frames.mu.Lock()
	s.frames.ends = append(s.frames.ends, end)
	on2 := chromedp.FromContext(tab).Target
	s.frames.gone[on2] = make(chan struct{})
	s.frames.mu.Unlock()
	attached <- on2
	s.spawn(func() { s.watchFrame(tab, on2) })
	yes := true
	for _, step := range []func() error{
		func() error { return call(ctx, on2, css.Disable, cdp.Empty{}) },
		func() error { return call(ctx, on2, dom.Disable, cdp.Empty{}) },
		func() error { return call(ctx, on2, network.Disable, cdp.Empty{}) },
		func() error { return s.steer(ctx, on2) },
		func() error {
			return call(ctx, on2, runtime.AddBinding, runtime.AddBindingParams{Name: bindingName, ExecutionContextName: worldName})
		},
		func() error {
			return call(ctx, on2, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: "0", WorldName: worldName, RunImmediately: &yes})
		},
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// frameCrash is the failure of a step that needs a frame whose process has
// crashed: the customer sees an empty box.
func (s *Session) frameCrash() *Failure {
	f := s.crash()
	f.Message, f.inFrame = "a frame of the page has crashed", true
	if s.process.appetite.caused() {
		f.Message = "a frame of the page took more than " + s.process.appetite.size() + " of memory, and was ended"
	}
	return f
}

// watchFrame forgets the documents of a frame's process when it is detached.
func (s *Session) watchFrame(tab context.Context, on cdp.Session) {
	detached, err := chromedp.Detached(tab)
	if err != nil {
		return
	}
	select {
	case <-detached:
		s.frames.lose(on, false)
		s.state.update(func(*state) {})
	case <-s.closed:
	}
}

// listenFrame hears what a frame's own process says.
func (s *Session) listenFrame(inner *worlds, on cdp.Session, event any) {
	switch e := event.(type) {
	case *runtime.EventExecutionContextCreated:
		if world, ok := inner.created(e.Context); ok {
			s.frames.note(world, on)
		}
	case *runtime.EventExecutionContextDestroyed:
		if world, ok := inner.forget(e.ExecutionContextUniqueID); ok {
			s.frames.forget(world)
		}
	case *inspector.EventTargetCrashed:
		s.frames.lose(on, true)
		s.state.update(func(*state) {})
	case *page.EventFrameStoppedLoading:
		s.frameStays(e.FrameID)
	case *browser.EventDownloadWillBegin:
		s.downloadBegins(e)
	case *browser.EventDownloadProgress:
		s.downloadGoesOn(e)
	case *runtime.EventBindingCalled:
		if world, ok := inner.of(e.ExecutionContextID); ok && e.Name == bindingName {
			s.state.hearFrame(e.Payload, world.unique)
		}
	}
}

// frameStays tells the document of a frame that has stopped loading that it is
// judged again: what it was being left for was a download, or nothing at all.
// A document that is new by then is not being left.
func (s *Session) frameStays(id cdp.FrameID) {
	s.frames.mu.Lock()
	at := s.frames.worlds[id]
	there := s.frames.injected[at.world]
	s.frames.mu.Unlock()
	if !there {
		return
	}
	s.spawn(func() {
		ctx, cancel := s.aside()
		defer cancel()
		_, _ = evalIn[any](ctx, at.on, at.world, "samui.watch.stay()")
	})
}

// bring puts our scripts into a frame's document, once.
func (s *Session) bring(ctx context.Context, doc document) error {
	s.frames.mu.Lock()
	there := s.frames.injected[doc.world]
	s.frames.mu.Unlock()
	if there {
		return nil
	}
	script := "if (globalThis.samui === undefined) {\n" + s.browser.script + "\n}"
	if _, err := ask[any](ctx, s, doc, script); err != nil {
		return because(ctx, err)
	}
	s.frames.mu.Lock()
	s.frames.injected[doc.world] = true
	s.frames.mu.Unlock()
	return nil
}

// onScreen is where on the screen a spot of a document is, and what is in the
// way of pressing it.
func (s *Session) onScreen(ctx context.Context, doc document, at spot) (spot, error) {
	for f := doc.frame; f != nil; f = f.parent.frame {
		found, err := ask[struct {
			State string  `json:"state"`
			Cover string  `json:"cover"`
			X     float64 `json:"x"`
			Y     float64 `json:"y"`
		}](ctx, s, f.parent, js("samui.frames.spot", f.handle, at.X, at.Y))
		if err != nil {
			return at, because(ctx, err)
		}
		switch found.State {
		case "ok":
			at = spot{found.X, found.Y}
		case "gone":
			return at, errDocumentGone
		case "moved":
			return at, missError{"its frame does not come onto the screen"}
		case "turned":
			return at, &Failure{
				Kind: journey.KindTarget, Message: "the frame that it is in is drawn askew, so that no spot on the screen can be pressed for it",
				Hint: "a frame that is turned or skewed can be looked at, not used",
			}
		default:
			if found.Cover == "" {
				return at, missError{"its frame can't be reached with the mouse"}
			}
			return at, missError{"its frame is covered by " + found.Cover}
		}
	}
	return at, nil
}
