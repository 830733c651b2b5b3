package browser

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// press is one or more clicks or taps in a row at one point.
type press struct {
	x, y      float64
	touch     bool
	count     int
	button    input.MouseButton
	modifiers int64
}

// do moves to the point and clicks or taps it, with the events that a
// customer's own hand would cause.
func (p press) do(ctx context.Context, w *wire, t *chromedp.Target) error {
	if p.touch {
		return p.tap(ctx, t)
	}
	events := []input.DispatchMouseEventParams{{Type: input.DispatchMouseEventTypeMouseMoved}}
	for n := range int64(p.count) {
		events = append(events,
			input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMousePressed, Button: p.button, Buttons: buttonBit(p.button), ClickCount: n + 1},
			input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseReleased, Button: p.button, ClickCount: n + 1})
	}
	var inputs []func() error
	for _, e := range events {
		e.X, e.Y, e.Modifiers = p.x, p.y, p.modifiers
		inputs = append(inputs, func() error { return send(ctx, t, input.DispatchMouseEvent, e) })
	}
	return w.inARow(ctx, t, inputs)
}

func (p press) tap(ctx context.Context, t *chromedp.Target) error {
	finger := []*input.TouchPoint{{X: p.x, Y: p.y}}
	for range p.count {
		for _, e := range []input.DispatchTouchEventParams{
			{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: finger},
			{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}},
		} {
			e.Modifiers = p.modifiers
			if err := send(ctx, t, input.DispatchTouchEvent, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// buttonBit is a button among those that are held down.
func buttonBit(b input.MouseButton) int64 {
	switch b {
	case input.MouseButtonRight:
		return 2
	case input.MouseButtonMiddle:
		return 4
	case input.MouseButtonLeft, input.MouseButtonNone, input.MouseButtonBack, input.MouseButtonForward:
	}
	return 1
}

func hover(ctx context.Context, t *chromedp.Target, x, y float64) error {
	return send(ctx, t, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: x, Y: y})
}

// typeRune types one character as a key of its own.
func typeRune(ctx context.Context, t *chromedp.Target, r rune) error {
	key, ok := kb.Keys[r]
	if !ok {
		key = &kb.Key{Key: string(r), Text: string(r), Unmodified: string(r), Print: true}
	}
	return typeKey(ctx, t, key, 0)
}

// pressKey presses a key by its DOM name, with modifiers as in "Control+a".
func pressKey(ctx context.Context, t *chromedp.Target, combination string) error {
	names := strings.Split(combination, "+")
	if strings.HasSuffix(combination, "+") { // the plus key itself
		names = append(names[:max(0, len(names)-2)], "+")
	}
	modifiers, err := modifierBits(names[:len(names)-1])
	if err != nil {
		return fmt.Errorf("key %q: %w", combination, err)
	}
	key, ok := keyNamed(names[len(names)-1])
	if !ok {
		return fmt.Errorf("unknown key %q", combination)
	}
	return typeKey(ctx, t, key, modifiers)
}

// modifierBits are the modifiers of those names together.
func modifierBits(names []string) (int64, error) {
	var bits int64
	for _, name := range names {
		bit, ok := modifier(name)
		if !ok {
			return 0, fmt.Errorf("unknown modifier %q", name)
		}
		bits |= bit
	}
	return bits, nil
}

func modifier(name string) (int64, bool) {
	switch name {
	case "Alt":
		return 1, true
	case "Control":
		return 2, true
	case "Meta":
		return 4, true
	case "Shift":
		return 8, true
	default:
		return 0, false
	}
}

// keyNamed finds a key by its DOM name ("Enter", "ArrowDown") or its
// character.
func keyNamed(name string) (*kb.Key, bool) {
	if r, size := utf8.DecodeRuneInString(name); size == len(name) && r != utf8.RuneError {
		if key, ok := kb.Keys[r]; ok {
			return key, true
		}
		return &kb.Key{Key: name, Text: name, Unmodified: name, Print: true}, true
	}
	if name == "Space" {
		return kb.Keys[' '], true
	}
	var found *kb.Key
	for _, key := range kb.Keys {
		// Several keys share a name (both Enters): the plain one has the least
		// native code, and the choice must not depend on a map's order.
		if key.Key == name && (found == nil || len(key.Code) < len(found.Code)) {
			found = key
		}
	}
	return found, found != nil
}

func typeKey(ctx context.Context, t *chromedp.Target, key *kb.Key, modifiers int64) error {
	down := input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeRawKeyDown, Key: key.Key, Code: key.Code, Modifiers: modifiers,
		WindowsVirtualKeyCode: key.Windows, NativeVirtualKeyCode: key.Native,
	}
	if key.Shift {
		down.Modifiers |= 8
	}
	const commanding = 1 | 2 | 4 // Alt, Control, Meta: no character is written
	if key.Print && modifiers&commanding == 0 {
		down.Type, down.Text, down.UnmodifiedText = input.DispatchKeyEventTypeKeyDown, key.Text, key.Unmodified
	}
	if modifiers == 2 && strings.EqualFold(key.Key, "a") {
		down.Commands = []string{"selectAll"}
	}
	up := down
	up.Type, up.Text, up.UnmodifiedText, up.Commands = input.DispatchKeyEventTypeKeyUp, "", "", nil
	if err := send(ctx, t, input.DispatchKeyEvent, down); err != nil {
		return err
	}
	return send(ctx, t, input.DispatchKeyEvent, up)
}
