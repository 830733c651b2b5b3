package browser

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"sync"
	"time"

	"samui/internal/journey"
)

// parts are a step's expectations where not all of them are about the page
// itself: cut up by the document that they are judged in. Each document tells
// all the time since when each of its own holds; the step ends when, after the
// last input, all hold at once.
type parts struct {
	units []*unit // the first is the page itself
	refs  [][]ref // of each expectation of the step's, its alternatives
}

// ref is one claim of a unit.
type ref struct {
	unit *unit
	nth  int
}

// unit is the part that is judged in one document.
type unit struct {
	frame    *journey.Target // nil = the page itself
	expected []journey.Expectation
	claims   []claimJSON
	id       string
	tried    chan struct{} // closes when it was looked for once

	// The state's lock guards these.
	world   string    // of its document; the page's own is whichever is current
	leaving bool      // its document is on its way out
	since   []float64 // epoch ms; 0 = doesn't hold
}

// quiet is how long what held before the input has to stand after it.
const quiet = 500 * time.Millisecond

// newParts cuts up what is expected; nil where it is all about the page itself,
// and so are the actions: an input in a frame is an input in another document.
func (e encoder) newParts(actions []journey.Action, expected []journey.Expectation) (*parts, error) {
	p := &parts{units: []*unit{{tried: make(chan struct{})}}}
	framed := slices.ContainsFunc(actions, func(a journey.Action) bool { return a.Target != nil && a.Target.Frame != nil })
	for _, x := range expected {
		alternatives := []journey.Expectation{x}
		if x.Claim == journey.ClaimAny && !inOneDocument(x.Of) {
			alternatives = x.Of
		}
		var refs []ref
		for _, a := range alternatives {
			u := p.unit(frameOf(a))
			framed = framed || u.frame != nil
			refs = append(refs, ref{u, len(u.expected)})
			u.expected = append(u.expected, a)
		}
		p.refs = append(p.refs, refs)
	}
	if !framed {
		return nil, nil //nolint:nilnil // most steps have none
	}
	for _, u := range p.units {
		var err error
		if u.claims, err = e.claims(u.expected); err != nil {
			return nil, err
		}
		u.since = make([]float64, len(u.claims))
	}
	return p, nil
}

// frameOf is the iframe that an expectation is about; nil is the page itself.
func frameOf(e journey.Expectation) *journey.Target {
	if len(e.Of) > 0 {
		return frameOf(e.Of[0])
	}
	if e.Target == nil {
		return nil
	}
	return e.Target.Frame
}

func inOneDocument(all []journey.Expectation) bool {
	for _, e := range all {
		if !reflect.DeepEqual(frameOf(e), frameOf(all[0])) {
			return false
		}
	}
	return true
}

func (p *parts) unit(frame *journey.Target) *unit {
	for _, u := range p.units {
		if reflect.DeepEqual(u.frame, frame) {
			return u
		}
	}
	u := &unit{frame: frame, tried: make(chan struct{})}
	p.units = append(p.units, u)
	return u
}

// spec is what a unit's document is armed with.
func (u *unit) spec() map[string]any { return map[string]any{"id": u.id, "claims": u.claims} }

// marksLocked takes what a document says of its claims.
func (p *parts) marksLocked(r report, world string) {
	if p == nil {
		return
	}
	for _, u := range p.units {
		if u.id == r.ID && (u.frame == nil || u.world == world) && len(r.Since) == len(u.claims) {
			u.since = r.Since
		}
	}
}

// movesLocked notes that a unit's document is another from now on; empty is none.
func (u *unit) movesLocked(world string) {
	u.world, u.leaving, u.since = world, false, make([]float64, len(u.claims))
}

// sinceLocked is from when on everything holds; false = not everything does.
func (p *parts) sinceLocked() (float64, bool) {
	var last float64
	for _, alternatives := range p.refs {
		var first float64
		for _, r := range alternatives {
			if at := r.unit.since[r.nth]; at > 0 && !r.unit.leaving && (first == 0 || at < first) {
				first = at
			}
		}
		if first == 0 {
			return 0, false
		}
		last = max(last, first)
	}
	return last, true
}

// endLocked is the step's end, if it has come: all hold, and what held before
// the input has stood after it for a while.
func (s *state) endLocked(input float64) *held {
	since, holds := s.parts.sinceLocked()
	if !holds || s.underWayLocked() || s.doc.serial == 0 {
		return nil
	}
	stood := since <= input
	end := &held{report: report{At: max(since, input), InputAt: input, Origin: s.doc.origin, Already: stood && len(s.parts.refs) > 0}, doc: s.doc.serial}
	if stood && epochMs(time.Now()) < input+float64(quiet.Milliseconds()) {
		return nil
	}
	return end
}

// hearFrame takes a report of a frame's scripts.
func (s *state) hearFrame(payload, world string) {
	var r report
	if err := json.Unmarshal([]byte(payload), &r); err != nil {
		return
	}
	s.update(func(s *state) {
		switch r.Kind {
		case "marks":
			s.parts.marksLocked(r, world)
		case "leaving", "staying":
			s.parts.leavingLocked(world, r.Kind == "leaving")
		case "input":
			if r.ID == s.armed {
				s.input = r
			}
		case "broken":
			s.failLocked(&Failure{Kind: journey.KindScript, Message: r.Message})
		}
	})
}

func (p *parts) leavingLocked(world string, leaving bool) {
	if p == nil {
		return
	}
	for _, u := range p.units {
		if u.frame != nil && u.world == world {
			u.leaving = leaving
		}
	}
}

// watchParts has every document that the step's expectations are about judged
// until the returned func is called.
func (st *step) watchParts(ctx context.Context) (stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	st.state.update(func(s *state) { s.parts = st.parts })
	var watching sync.WaitGroup
	for _, u := range st.parts.units[1:] {
		watching.Go(func() { st.watch(ctx, u) })
	}
	stop = func() {
		cancel()
		watching.Wait()
		st.state.update(func(s *state) { s.parts = nil })
	}
	_, _, err = eval[any](ctx, st.Session, js("samui.parts.arm", st.parts.units[0].spec()))
	if _, ok := errors.AsType[pageError](err); ok {
		err = st.unmet(ctx)
	}
	for _, u := range st.parts.units[1:] {
		select {
		case <-u.tried:
		case <-ctx.Done():
			return stop, context.Cause(ctx)
		}
	}
	return stop, err
}

// watch has a frame's document judged, and the one after it, until ctx ends.
func (st *step) watch(ctx context.Context, u *unit) {
	tried := sync.OnceFunc(func() { close(u.tried) })
	defer tried()
	if doc, trouble := st.peek(ctx, u.frame); trouble == nil {
		st.watchIn(ctx, u, doc, tried)
	}
	tried()
	for ctx.Err() == nil {
		doc, _, err := st.enter(ctx, u.frame, false)
		var broken pageError
		switch {
		case err == nil:
			st.watchIn(ctx, u, doc, tried)
		case errors.As(err, &broken):
			st.state.update(func(s *state) { s.failLocked(frameFailure(u.frame, broken)) })
			return
		case !errors.Is(err, errDocumentGone) && ctx.Err() == nil:
			st.state.update(func(s *state) { s.failLocked(st.orGone(err)) })
			return
		}
	}
}

// watchIn has one document judged until it goes, or its iframe is no longer the
// one that is meant.
func (st *step) watchIn(ctx context.Context, u *unit, doc document, armed func()) {
	st.state.update(func(*state) { u.movesLocked(doc.world) })
	defer st.state.update(func(*state) { u.movesLocked("") })
	if _, err := in[any](ctx, st, doc, js("samui.parts.arm", u.spec())); err != nil {
		return
	}
	armed()
	here, leave := context.WithCancel(ctx)
	defer leave()
	var gone sync.WaitGroup
	gone.Go(func() {
		defer leave()
		_, _ = in[any](here, st, doc, "samui.parts.stays")
	})
	shown := st.current.Load()
	gone.Go(func() {
		defer leave() // the customer looks at another tab, whose page is meant now
		_ = st.await(here, func(s *state) bool { return s.view != shown.view })
	})
	parent, handle := doc.frame.parent, doc.frame.handle
	for here.Err() == nil {
		left, err := in[bool](here, st, parent, js("samui.frames.leaves", st.encoder.target(u.frame), handle, frameLook.Milliseconds()))
		if left || err != nil {
			break
		}
	}
	leave()
	gone.Wait()
	// One that goes on being shown must not go on being judged.
	st.spawn(func() {
		ctx, cancel := st.aside()
		defer cancel()
		_, _ = in[any](ctx, st, doc, "samui.parts.disarm()")
	})
}

// awaitParts waits for the step's end where its expectations lie in several
// documents.
func (st *step) awaitParts(ctx context.Context) (held, error) {
	// Nothing of the pages' says when what stood before the input has stood long enough.
	wake := time.AfterFunc(quiet, func() { st.state.update(func(*state) {}) })
	defer wake.Stop()
	return st.awaitHeld(ctx, func(s *state) *held { return s.endLocked(st.lastInputLocked()) })
}

// partsStand tells whether what ended the step is still so.
func (st *step) partsStand() bool {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	_, holds := st.parts.sinceLocked()
	return holds || st.state.underWayLocked()
}
