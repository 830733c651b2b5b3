package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/chromedp/cdproto/page"

	"samui/internal/journey"
)

// Measurement is what one step was like. It is filled as far as the step came,
// also when it failed.
type Measurement struct {
	Wait          time.Duration // the customer's; only of a step that succeeded
	GaveUp        time.Duration // how long a failed one was waited for
	Already       bool          // everything expected was there before the input
	Paused        time.Duration // pauses that the journey asks for
	Actions       int           // of the customer's that were done: not pauses, nor what is set and forgotten
	Page          journey.Page
	Requests      journey.RequestCounts
	Record        *Record // of its requests, one by one
	ConsoleErrors int
	Console       journey.Console // the first of them
	Signs         *Signs          // of a failed step: what a refusal is recognised by
	Notes         []string        // what people should know of a step that is as it is
}

// Signs are what a page is recognised by that refuses robots.
type Signs struct {
	Status  int               // of the main document; 0 = unknown
	Headers map[string]string // of the main document's answer, lower-case names
	URL     string            `json:"url"`
	Title   string            `json:"title"`
	Text    string            `json:"text"` // visible, folded, its first 4 KB
	Frames  []string          `json:"frames"`
	Scripts []string          `json:"scripts"`
}

// settleCap is how long the main content of a page may still be collected
// after the expectations' frame or load, whichever was later (design: the last
// LCP candidate). It is no wait.
const settleCap = 5 * time.Second

// step is one step in progress.
type step struct {
	*Session
	journey.Step
	account
	seen   []journey.Expectation // of the step's, those that are judged frame by frame
	claims []claimJSON           // the same, for the page
	parts  *parts                // the same, cut up by the documents that they are about; nil = all about the page itself
	began  time.Time             // by our clock, for steps that have no end of their own
	sought *journey.Action       // what is being tried; nil = the expectations are waited for
	miss   string                // why its last input didn't reach it
	mute   bool                  // the page no longer answers
	filing bool                  // only files are still waited for
	final  bool                  // no other action comes after this one
	m      Measurement
}

// Step does a step's actions and waits for its expectations, under the step's
// own deadline. The error is a *Failure when the site, or the journey, is at
// fault; it is in the chain of [ErrGone] when Chrome is; it is ctx's cause when
// ctx ended first.
func (s *Session) Step(ctx context.Context, def journey.Step) (Measurement, error) {
	st := &step{Session: s, Step: def, began: time.Now(), seen: scriptsLast(slices.DeleteFunc(slices.Clone(def.Expect), notInPage))}
	run := ctx
	ctx, cancel := context.WithTimeoutCause(ctx, def.Timeout, errStepTimeout)
	defer cancel()
	ctx, interrupt := context.WithCancelCause(ctx)
	defer interrupt(nil)
	// The numbers of a page are collected beyond the step's deadline, but not
	// beyond the end of its tab.
	collect, stop := context.WithCancelCause(run)
	defer stop(nil)
	s.steps++
	s.watchNetwork(def)
	st.m.Record = s.recorder.begin()
	s.state.begin(func(err error) {
		interrupt(err)
		if lost(err) {
			stop(err)
		}
	})
	defer s.state.update(func(s *state) { s.interrupt = nil })

	endDownloads, err := st.letDownload(ctx)
	defer endDownloads()
	if err == nil {
		err = st.readScripts(ctx)
	}
	if err == nil {
		err = st.beginOn(ctx)
	}
	if err == nil {
		err = st.live(ctx, collect)
	}
	defer st.state.update(func(s *state) { s.fresh = "" })
	if err != nil {
		err = st.failed(run, s.orGone(because(ctx, err)))
	}
	return st.m, err
}

// notInPage reports whether an expectation is none that decides, judged frame
// by frame, when the step is over.
func notInPage(e journey.Expectation) bool { return e.OfStep() || e.Claim == journey.ClaimSoft }

// because is what ended ctx where err only says that it ended.
func because(ctx context.Context, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
	}
	return err
}

// lost tells whether the tab is gone, by its own crash or with Chrome.
func lost(err error) bool {
	f, failed := errors.AsType[*Failure](err)
	return errors.Is(err, ErrGone) || failed && f.Kind == journey.KindCrash && !f.inFrame
}

// live goes through the step. collect outlives the step's own deadline:
// collecting numbers afterwards is no wait.
func (st *step) live(ctx, collect context.Context) error {
	if st.parts != nil {
		stop, err := st.watchParts(ctx)
		defer stop()
		if err != nil {
			return err
		}
	}
	if err := st.rounds(ctx); err != nil {
		return err
	}
	for {
		end, err := st.awaitEnd(ctx)
		if err != nil {
			return err
		}
		switch stands, err := st.measure(collect, end); {
		case err != nil:
			return err
		case stands:
			if err := st.awaitNetwork(ctx); err != nil {
				return err
			}
			if err := st.judgeWhole(collect); err != nil {
				return err
			}
			if err := st.saveAll(collect); err != nil {
				return err
			}
			return st.noteSoft(collect)
		}
	}
}

// freshScript is what has a new document of this step judged from its first
// frame.
func (st *step) freshScript() (string, error) {
	var err error
	if st.parts, err = st.encoder.newParts(st.Do, st.seen); err != nil {
		return "", err
	}
	if st.parts != nil {
		for i, u := range st.parts.units {
			u.id = fmt.Sprintf("part-%d-%d", st.steps, i)
		}
		st.claims = []claimJSON{} // judged one by one
	} else if st.claims, err = st.encoder.claims(st.seen); err != nil {
		return "", err
	}
	spec := map[string]any{"id": fmt.Sprintf("fresh-%d", st.steps), "claims": st.claims, "terminal": nil, "fresh": true}
	if st.parts == nil {
		return js("samui.watch.arm", spec), nil
	}
	return js("samui.watch.arm", spec) + ";\n" + js("samui.parts.arm", st.parts.units[0].spec()), nil
}

// beginOn has the step begin in the document that is there, and every new one
// judged from its first frame: by this step's claims, no longer by those of the
// step before.
func (st *step) beginOn(ctx context.Context) error {
	arm, err := st.freshScript()
	if err != nil {
		return err
	}
	overlays := st.watchOverlays()
	st.state.update(func(s *state) {
		s.fresh = topOnly("if (globalThis.samui !== undefined) {\nsamui.parts.disarm();\n" + arm + ";\n" + overlays + "\n}")
	})
	calls := []func() error{
		func() error {
			_, _, err := eval[any](ctx, st.Session, "(samui.watch.disarm(), samui.parts.disarm(), samui.act.stop(), samui.vitals.mark(), "+overlays+")")
			return err
		},
	}
	for _, t := range st.state.freshened() {
		calls = append(calls, func() error {
			// A tab that can't be told so is thrown away anyway.
			_ = call(ctx, t.target, page.RemoveScriptToEvaluateOnNewDocument, page.RemoveScriptToEvaluateOnNewDocumentParams{Identifier: t.script})
			return nil
		})
	}
	calls = append(calls, func() error {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		defer cancel()
		return st.freshen(ctx, st.current.Load(), false)
	})
	return together(calls...)
}

func (s *Session) crashed() bool {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.state.crashed
}
