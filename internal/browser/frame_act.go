package browser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// lookAhead is the call that has the page look for what the next step begins
// with while its numbers are waited for; empty where that isn't known yet. What
// the next step finds is for itself to say: this only spares it a frame.
func (st *step) lookAhead() string {
	i := slices.IndexFunc(st.journey, func(step journey.Step) bool { return step.ID == st.ID })
	if i < 0 || i+1 >= len(st.journey) || len(st.journey[i+1].Do) == 0 {
		return ""
	}
	a := st.journey[i+1].Do[0]
	if a.Target == nil || a.Target.Frame != nil || a.Verb == journey.Select || !a.Target.Known() {
		return ""
	}
	return js("samui.act.ahead", st.encoder.target(a.Target), needOf(a.Verb), st.encoder.choice(a), a.At)
}

// ready waits until an element of the page, or of a frame, can be used.
func (st *step) ready(ctx context.Context, a journey.Action, need string) (place, error) {
	expression := js("samui.act.ready", st.encoder.target(a.Target), need, st.encoder.choice(a), a.At)
	if a.Target.Frame != nil {
		return st.readyInside(ctx, a, need, expression)
	}
	found, doc, err := st.past(ctx, a, expression)
	if err != nil {
		return place{}, err
	}
	if found == nil { // another search took its place
		return place{}, errDocumentGone
	}
	at := *found
	at.doc = doc
	return at, nil
}

// readyInside is ready for what is in a frame. The customer waits for the
// frame too; our own coming into it is no wait.
func (st *step) readyInside(ctx context.Context, a journey.Action, need, expression string) (place, error) {
	if err := st.clearAway(ctx); err != nil {
		return place{}, err
	}
	doc, cost, err := st.enter(ctx, a.Target.Frame, true)
	if err != nil {
		return place{}, err
	}
	found, err := in[*place](ctx, st, doc, expression)
	if err != nil {
		return place{}, because(ctx, err)
	}
	if found == nil {
		return place{}, errDocumentGone
	}
	at := *found
	at.doc = doc
	if need != "scroll" && need != "upload" {
		spot, err := st.onScreen(ctx, doc, spot{at.X, at.Y})
		if err != nil {
			return place{}, err
		}
		at.X, at.Y = spot.X, spot.Y
	}
	if at.UsableAt == at.StartedAt { // it was there when we came: that we came late is our own affair
		st.idle += cost.tool
	}
	at.StartedAt -= cost.waited
	return at, nil
}

// peek is the document of a frame that is there now; else what is.
func (st *step) peek(ctx context.Context, t *journey.Target) (document, *frameTrouble) {
	parent := st.state.document()
	if t.Frame != nil {
		var trouble *frameTrouble
		if parent, trouble = st.peek(ctx, t.Frame); trouble != nil {
			return document{}, trouble
		}
	}
	ask := js("samui.frames.find", st.encoder.target(t), false, 0)
	found, err := in[*struct {
		Handle int `json:"handle"`
	}](ctx, st, parent, ask)
	if err != nil || found == nil {
		trouble := &frameTrouble{target: t}
		if seen, err := in[frameList](ctx, st, parent, js("samui.frames.list", st.encoder.target(t))); err == nil {
			trouble.frameList = seen
		}
		if broken, ok := errors.AsType[pageError](err); ok {
			trouble.broken = broken.text
		}
		return document{}, trouble
	}
	ctx, cancel := context.WithTimeout(ctx, peekLimit)
	defer cancel()
	doc, err := st.inside(ctx, parent, found.Handle)
	if err != nil {
		f, failed := errors.AsType[*Failure](err)
		return document{}, &frameTrouble{target: t, empty: true, crashed: failed && f.inFrame}
	}
	return doc, nil
}

// peekLimit bounds the coming into a frame that is there.
const peekLimit = time.Second

// frameList is the iframes of a document: those that a target means, else all.
type frameList struct {
	Meant  int      `json:"meant"`
	Frames []string `json:"frames"`
}

// frameTrouble is why a frame can't be looked into.
type frameTrouble struct {
	frameList
	target *journey.Target
	empty  bool   // it is there and has no document
	broken string // what is wrong with the target itself

	crashed bool // it is there, and its process isn't
}

func (t frameTrouble) String() string {
	switch {
	case t.broken != "":
		return fmt.Sprintf("frame %s: %s", t.target, t.broken)
	case t.crashed:
		return fmt.Sprintf("the frame %s has crashed", t.target)
	case t.empty:
		return fmt.Sprintf("the frame %s is there and shows no document", t.target)
	case t.Meant > 1:
		return fmt.Sprintf("%d frames are %s: %s", t.Meant, t.target, strings.Join(t.Frames, ", "))
	case len(t.Frames) == 0:
		return fmt.Sprintf("there is no frame %s, nor any other", t.target)
	default:
		return fmt.Sprintf("there is no frame %s; there is %s", t.target, strings.Join(t.Frames, ", "))
	}
}

func (t frameTrouble) hint() string {
	switch {
	case t.Meant > 1:
		return "choose one with nth: 1, as in frame: {css: iframe, nth: 1}"
	case len(t.Frames) > 0:
		return `name a frame by its title, as in frame: "Secure payment", or by a selector: frame: {css: "#pay iframe"}`
	default:
		return ""
	}
}

// failure is that of a step that looked for something in the frame.
func (t frameTrouble) failure(kind journey.FailureKind, what, target string, pos journey.Pos) *Failure {
	return &Failure{Kind: kind, Message: what + ": " + t.String(), Target: target, Hint: t.hint(), Nearest: t.Frames, Pos: pos}
}

// frameFailure is that of a frame's target that the page can't read.
func frameFailure(t *journey.Target, broken pageError) *Failure {
	return &Failure{Kind: journey.KindScript, Message: fmt.Sprintf("can't look into frame %s: %s", t, broken.text), Target: t.String()}
}

// documentOf is the document in which a target is looked for.
func (st *step) documentOf(ctx context.Context, t *journey.Target) (document, *frameTrouble) {
	if t == nil || t.Frame == nil {
		return st.state.document(), nil
	}
	return st.peek(ctx, t.Frame)
}

// verdicts are those of every expectation of the step as the pages are now.
func (st *step) verdicts(ctx context.Context) ([]verdict, error) {
	if st.parts == nil {
		return evalIn[[]verdict](ctx, st.target(), st.state.document().world, js("samui.watch.explain", st.claims))
	}
	of := map[*unit][]verdict{}
	for _, u := range st.parts.units {
		doc, trouble := st.state.document(), (*frameTrouble)(nil)
		if u.frame != nil {
			doc, trouble = st.peek(ctx, u.frame)
		}
		if trouble != nil {
			for range u.claims {
				of[u] = append(of[u], verdict{Kind: string(journey.KindTarget), Frame: trouble})
			}
			continue
		}
		found, err := in[[]verdict](ctx, st, doc, js("samui.watch.explain", u.claims))
		if err != nil {
			return nil, err
		}
		of[u] = found
	}
	all := make([]verdict, 0, len(st.parts.refs))
	for _, alternatives := range st.parts.refs {
		if len(alternatives) == 1 {
			all = append(all, of[alternatives[0].unit][alternatives[0].nth])
			continue
		}
		whole := verdict{Kind: string(journey.KindExpectation)}
		for _, r := range alternatives {
			v := of[r.unit][r.nth]
			whole.Holds = whole.Holds || v.Holds
			whole.Of = append(whole.Of, v)
		}
		all = append(all, whole)
	}
	return all, nil
}
