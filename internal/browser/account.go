package browser

import (
	"context"
	"errors"
	"fmt"
	"time"

	"samui/internal/journey"
)

// A step's wait is put together of what the customer waited before each input
// and of what they waited after the last one. The account is kept from input
// to input:
//
//	waited   waited for targets so far
//	settled  of it, before the last input: what comes after that input is
//	         described by the step's end alone
//	counted  up to when waited is complete, if later than the last input
//	idle     pauses and vain searches since then, which are no wait
type account struct {
	waited, settled, idle time.Duration
	asked                 float64   // when a file was asked for that the last input's page did not bring, epoch ms; 0 = with that input
	counted               float64   // epoch ms of the page's clock; 0 = the last input
	sentAt                time.Time // when the last input left us, by our own clock
	inputs                int
	navigates             bool // the last input was a navigation that we asked for
}

// armed opens a new account: an input is about to be made.
func (c *account) armed(navigates bool) {
	c.settled, c.counted, c.idle, c.asked = c.waited, 0, 0, 0
	c.sentAt, c.navigates = time.Now(), navigates
	c.inputs++
}

// countUntil counts what was waited until a target could be used. In a
// document that an earlier input of the step brought, the customer has waited
// since that input, but for their own pauses; otherwise since we began to look,
// because what lies between is our own time.
func (st *step) countUntil(at place) {
	if st.fresh(at.doc.serial) {
		st.countTo(at.UsableAt)
		return
	}
	st.waited += journey.FromMs(max(0, at.UsableAt-at.StartedAt-st.heldUp(at.StartedAt, at.UsableAt)))
}

func (st *step) countTo(at float64) {
	since := st.counted
	if since == 0 {
		since = st.lastInput()
	}
	st.waited += max(0, journey.FromMs(at-since-st.heldUp(since, at))-st.idle)
	st.counted, st.idle = max(at, since), 0
}

// fresh tells whether the document of that serial came after the step's last input.
func (st *step) fresh(serial int) bool {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	return st.inputs > 0 && serial > st.state.armedDoc
}

// pageReady waits, for inputs that need no element, until the document can be
// used as a whole: in one that an earlier input of the step brought, until it
// is parsed. The wait is counted.
func (st *step) pageReady(ctx context.Context) (document, error) {
	doc, err := st.settledDocument(ctx)
	for err == nil && st.fresh(doc.serial) && doc.parsedAt == 0 {
		err = st.waitFor(ctx, func(s *state) bool {
			return s.doc.serial != doc.serial || s.doc.parsedAt > 0
		})
		if err == nil {
			doc, err = st.settledDocument(ctx)
		}
	}
	if err == nil && st.fresh(doc.serial) {
		st.countTo(doc.parsedAt)
	}
	return doc, err
}

// lastInput is when the last input was made, or when the navigation began that
// we asked for, in the page's epoch ms.
func (st *step) lastInput() float64 {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	return st.lastInputLocked()
}

func (st *step) lastInputLocked() float64 {
	switch {
	case st.state.input.ID != "":
		return st.state.input.At
	case st.navigates && st.state.firstNew != nil:
		return st.state.firstNew.origin
	default:
		// The document went away before it could say when it was pressed.
		return epochMs(st.sentAt)
	}
}

// arm has the expectations judged from the next trusted event named terminal
// on, or from now where it is empty. before is evaluated in the same breath.
func (st *step) arm(ctx context.Context, doc document, terminal, before string) error {
	return st.armNth(ctx, doc, terminal, 1, before)
}

// armNth is arm for the event that comes as the nth of its name.
func (st *step) armNth(ctx context.Context, doc document, terminal string, nth int, before string) error {
	st.arms++
	id := fmt.Sprintf("input-%d", st.arms)
	spec := map[string]any{"id": id, "claims": st.claims, "terminal": terminal, "nth": nth, "fresh": false, "scripts": st.scriptsBefore(ctx)}
	st.state.arm(id, st.inputs == 0)
	st.armed(terminal == navigated)
	_, err := in[any](ctx, st, doc, fmt.Sprintf("(%s, %s)", before, js("samui.watch.arm", spec)))
	if _, ok := errors.AsType[pageError](err); ok {
		return st.unmet(ctx) // an expectation that the page can't read
	}
	return err
}

// armNow arms the document that is there, whichever that is.
func (st *step) armNow(ctx context.Context, terminal string) error {
	for {
		doc, err := st.settledDocument(ctx)
		if err != nil {
			return err
		}
		err = st.arm(ctx, doc, terminal, "0")
		if !errors.Is(err, errDocumentGone) {
			return err
		}
		if err := st.nextDocument(ctx, doc); err != nil {
			return err
		}
	}
}

// heard reports whether the page has told of the last input.
func (st *step) heard() bool {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	return st.state.armed != "" && st.state.input.ID == st.state.armed
}

// done tells the page that the input is over, should it not have seen the
// event itself, and whether a press reached its target. A document that went
// away under the input was reached by it.
func (st *step) done(ctx context.Context, doc document) error {
	if st.final && st.heard() {
		// A press that misses its target is kept from the page before the watch
		// sees it. Where another action follows, the page is asked all the same: one
		// that is being left answers when the next is there.
		return nil
	}
	hit, err := in[*bool](ctx, st, doc, "(samui.watch.input(performance.now()), samui.act.unguard())")
	switch {
	case errors.Is(err, errDocumentGone):
		return nil
	case err != nil:
		return err
	case hit != nil && !*hit:
		return missError{"it moved away under the press"}
	default:
		return nil
	}
}
