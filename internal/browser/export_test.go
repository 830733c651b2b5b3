package browser

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
)

// Crash crashes the tab's renderer.
func (s *Session) Crash(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, _ = cdp.Call(ctx, s.target(), page.Crash, cdp.Empty{})
}

// CrashFrames crashes the renderers of the frames that have one of their own,
// and says how many.
func (s *Session) CrashFrames(ctx context.Context) int {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	crashed := 0
	for _, at := range s.frames.apart(s.target()) {
		_, _ = cdp.Call(ctx, at, page.Crash, cdp.Empty{})
		crashed++
	}
	return crashed
}

// apart are where the documents are reached that another process than the tab's has.
func (f *frames) apart(tab cdp.Session) map[cdp.FrameID]cdp.Session {
	f.mu.Lock()
	defer f.mu.Unlock()
	found := map[cdp.FrameID]cdp.Session{}
	for id, at := range f.worlds {
		if at.on != tab {
			found[id] = at.on
		}
	}
	return found
}

// FramesKnown is how many documents in frames are known.
func (s *Session) FramesKnown() int {
	s.frames.mu.Lock()
	defer s.frames.mu.Unlock()
	return len(s.frames.worlds)
}

// Eval evaluates an expression in Samui's world of the current document.
func Eval[T any](ctx context.Context, s *Session, expression string) (T, error) {
	v, _, err := eval[T](ctx, s, expression)
	return v, err
}

// Profile is the folder of the session's Chrome.
func (s *Session) Profile() string { return s.process.profile }

// Pid is the process id of the running Chrome, 0 when there is none.
func (b *Browser) Pid() int {
	if p := b.running(); p != nil {
		return p.pid
	}
	return 0
}

// Retire has the next visit get a new Chrome.
func (b *Browser) Retire() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.retireLocked()
}

// ProfilePrefix is how the names of Chrome's profiles begin.
const ProfilePrefix = profilePrefix

// NewProfile makes a profile and holds it until it is released.
func NewProfile() (dir string, release func() error, err error) {
	p, err := newProfile()
	if err != nil {
		return "", nil, err
	}
	return p.dir, p.lock.Close, nil
}

// SweepProfiles removes what killed owners left in dir.
func SweepProfiles(dir string) { sweepProfiles(dir) }

// WindowSize is the size of Chrome's window.
var WindowSize = windowSize

// Environment is what Chrome is given of ours.
var Environment = environment

// KeyNamed finds a key by its DOM name.
func KeyNamed(name string) (key, code string, ok bool) {
	k, ok := keyNamed(name)
	if !ok {
		return "", "", false
	}
	return k.Key, k.Code, true
}

// Collects names whose collection endpoint an address is.
func Collects(address string) string { return collects(endpoints(), address) }

// CollectPatterns are the collection endpoints as Chrome is told them.
func CollectPatterns() []string {
	var all []string
	for _, e := range endpoints() {
		all = append(all, e.patterns()...)
	}
	return all
}

// Brands are Chrome's, as a header has them.
func Brands(major int) string {
	var all []string
	for _, b := range brands(major, strconv.Itoa(major)) {
		all = append(all, fmt.Sprintf("%q;v=%q", b.Brand, b.Version))
	}
	return strings.Join(all, ", ")
}

// ClockOfDocument is when the current document's request was sent: by Chrome's
// monotonic clock, and by the document's own; and what the visit takes for the
// zero of the former.
func (s *Session) ClockOfDocument(ctx context.Context) (monotonic, own, zero float64, err error) {
	s.state.mu.Lock()
	response, doc, zero := s.state.response, s.state.doc, s.state.clock.zero
	s.state.mu.Unlock()
	if response == nil {
		return 0, 0, zero, nil
	}
	own, err = evalIn[float64](ctx, s.target(), doc.world, "performance.timeOrigin + performance.getEntriesByType('navigation')[0].requestStart")
	return response.sentAt, own, zero, err
}

// CorrectDocument tells the current document by how much it is ahead, and
// returns by how much its times have moved.
func (s *Session) CorrectDocument(ctx context.Context, ahead float64) (float64, error) {
	doc := s.state.document()
	s.correct(s.current.Load(), doc.world, ahead)
	return evalIn[float64](ctx, s.target(), doc.world, "samui.epoch(0) - performance.timeOrigin")
}

// Tabs counts the visit's tabs.
func (s *Session) Tabs() int {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return len(s.state.tabs)
}

// Ready waits until the tab that is being made for the next visit is ready, and
// reports whether there is one.
func (b *Browser) Ready() bool {
	b.leaving.Wait()
	p := b.running()
	if p == nil {
		return false
	}
	p.preparations.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return p.spare != nil
}

// CrashWaiting crashes the tab that waits for the next visit. told says whether
// that is heard of before the visit begins.
func (b *Browser) CrashWaiting(ctx context.Context, told bool) {
	b.mu.Lock()
	sp := b.current.spare
	b.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	crashed := make(chan struct{})
	go func() {
		defer close(crashed)
		_, _ = cdp.Call(ctx, sp.target, page.Crash, cdp.Empty{}) // who crashes gives no answer
	}()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for told && ctx.Err() == nil {
		sp.mu.Lock()
		heard := sp.crashed
		sp.mu.Unlock()
		if heard {
			break
		}
		<-again.C
	}
	cancel()
	<-crashed
}

// ConsoleText is an error of the console as it is kept.
func ConsoleText(text string) string {
	var s state
	s.complainLocked(text, "")
	return s.said[0].Text
}

// Recorded is how many requests are kept for waterfalls.
func (s *Session) Recorded() int {
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	return s.recorder.kept
}

// TransfersOpen is how many requests are waited for on a slowed network.
func (s *Session) TransfersOpen() int {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return len(s.state.traffic.open)
}
