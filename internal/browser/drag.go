package browser

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/input"

	"samui/internal/journey"
)

// dragMoves is in how many moves a drag reaches its end: pages look at what
// they pass over.
const dragMoves = 10

// spot is a place on the screen.
type spot struct{ X, Y float64 }

// drag presses, moves and lets go. A page that uses the browser's own drag and
// drop is given its events, because Chrome would ask the desktop for them.
func (st *step) drag(ctx context.Context, a journey.Action, at place) error {
	from := spot{at.X, at.Y}
	to, err := st.dropSpot(ctx, a, at)
	if err != nil {
		return err
	}
	if st.visit.Device.Touch {
		return st.swipe(ctx, at, from, to)
	}
	if err := call(ctx, st.target(), input.SetInterceptDrags, input.SetInterceptDragsParams{Enabled: true}); err != nil {
		return err
	}
	defer func() {
		// What a customer does by hand in a window that is watched goes to the desktop again.
		_ = call(context.WithoutCancel(ctx), st.target(), input.SetInterceptDrags, input.SetInterceptDragsParams{})
	}()
	st.state.update(func(s *state) { s.dragged = nil })
	if err := st.arm(ctx, at.doc, "mouseup", "(samui.act.guard(), samui.act.watchDrag())"); err != nil {
		return err
	}
	if err := st.mouse(ctx, input.DispatchMouseEventTypeMouseMoved, from, false); err != nil {
		return err
	}
	if err := st.mouse(ctx, input.DispatchMouseEventTypeMousePressed, from, true); err != nil {
		return err
	}
	native := false
	for i := range dragMoves {
		if err := st.mouse(ctx, input.DispatchMouseEventTypeMouseMoved, between(from, to, i+1), true); err != nil {
			return err
		}
		if i == 1 {
			if native, err = in[bool](ctx, st, at.doc, "samui.act.dragging()"); err != nil {
				return err
			}
			if native {
				break
			}
		}
	}
	if native {
		if err := st.drop(ctx, to); err != nil {
			return err
		}
	}
	if err := st.mouse(ctx, input.DispatchMouseEventTypeMouseReleased, to, false); err != nil {
		return err
	}
	return st.done(ctx, at.doc)
}

// dropSpot is where a drag ends.
func (st *step) dropSpot(ctx context.Context, a journey.Action, at place) (spot, error) {
	if a.By != nil {
		return spot{at.X + a.By.X, at.Y + a.By.Y}, nil
	}
	to, err := in[*spot](ctx, st, at.doc, js("samui.act.dropSpot", st.encoder.target(a.To)))
	switch {
	case err != nil:
		return spot{}, err
	case to == nil:
		return spot{}, missError{fmt.Sprintf("%s is not on the screen together with it", a.To)}
	}
	return st.onScreen(ctx, at.doc, *to)
}

func between(from, to spot, i int) spot {
	share := float64(i) / dragMoves
	return spot{from.X + (to.X-from.X)*share, from.Y + (to.Y-from.Y)*share}
}

// mouse is one event of the mouse's first button.
func (st *step) mouse(ctx context.Context, kind input.DispatchMouseEventType, at spot, down bool) error {
	e := input.DispatchMouseEventParams{Type: kind, X: at.X, Y: at.Y}
	if down {
		e.Buttons = 1
	}
	if kind != input.DispatchMouseEventTypeMouseMoved {
		e.Button, e.ClickCount = input.MouseButtonLeft, 1
	} else if down {
		e.Button = input.MouseButtonLeft
	}
	return send(ctx, st.target(), input.DispatchMouseEvent, e)
}

// drop gives the page what it dragged.
func (st *step) drop(ctx context.Context, to spot) error {
	var data *input.DragData
	err := st.waitFor(ctx, func(s *state) bool {
		data = s.dragged
		return data != nil
	})
	if err != nil {
		return err
	}
	for _, kind := range []input.DispatchDragEventType{
		input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop,
	} {
		if err := send(ctx, st.target(), input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: to.X, Y: to.Y, Data: data}); err != nil {
			return err
		}
	}
	return nil
}

// swipe is a drag by a finger.
func (st *step) swipe(ctx context.Context, at place, from, to spot) error {
	if err := st.arm(ctx, at.doc, "touchend", "samui.act.guard()"); err != nil {
		return err
	}
	touch := func(kind input.DispatchTouchEventType, at ...*input.TouchPoint) error {
		if at == nil {
			at = []*input.TouchPoint{}
		}
		return send(ctx, st.target(), input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: at})
	}
	if err := touch(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: from.X, Y: from.Y}); err != nil {
		return err
	}
	for i := range dragMoves {
		p := between(from, to, i+1)
		if err := touch(input.DispatchTouchEventTypeTouchMove, &input.TouchPoint{X: p.X, Y: p.Y}); err != nil {
			return err
		}
	}
	if err := touch(input.DispatchTouchEventTypeTouchEnd); err != nil {
		return err
	}
	return st.done(ctx, at.doc)
}
