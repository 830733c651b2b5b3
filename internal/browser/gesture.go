package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/input"

	"samui/internal/journey"
)

func (st *step) click(ctx context.Context, a journey.Action, at place) error {
	p := press{x: at.X, y: at.Y, touch: st.visit.Device.Touch, count: max(1, a.Count), button: input.MouseButtonLeft}
	if a.Button != "" {
		p.button = input.MouseButton(a.Button)
	}
	terminal := "mouseup"
	if p.touch {
		terminal = "touchend"
	}
	if p.touch && a.Button != "" {
		return &Failure{
			Kind: journey.KindTarget, Target: a.Target.String(), Message: fmt.Sprintf("can't click %s: a touch screen has no %s button", a.Target, a.Button),
			Hint: "walk the journey on desktop or laptop (devices:)",
		}
	}
	if a.Keys != "" {
		var err error
		if p.modifiers, err = modifierBits(strings.Split(a.Keys, "+")); err != nil {
			return err
		}
	}
	if err := st.armNth(ctx, at.doc, terminal, p.count, "samui.act.guard()"); err != nil {
		return err
	}
	if err := unlessGone(p.do(ctx, st.process.wire, st.target())); err != nil {
		return err
	}
	return st.done(ctx, at.doc)
}

func (st *step) hover(ctx context.Context, at place) error {
	if err := st.arm(ctx, at.doc, "mousemove", "0"); err != nil {
		return err
	}
	if err := hover(ctx, st.target(), at.X, at.Y); err != nil {
		return err
	}
	return st.done(ctx, at.doc)
}

// check presses what isn't as wanted, and waits until it is: a page may ask its
// server first.
func (st *step) check(ctx context.Context, a journey.Action, at place) error {
	want := a.Verb == journey.Check
	checked, err := in[bool](ctx, st, at.doc, "samui.act.checked()")
	if err != nil {
		return err
	}
	if checked == want {
		return st.arm(ctx, at.doc, "", "0")
	}
	if err := st.click(ctx, a, at); err != nil {
		return err
	}
	_, err = in[any](ctx, st, at.doc, js("samui.act.becomes", want))
	switch {
	case errors.Is(err, errDocumentGone):
		return nil // the change itself led on
	case errors.Is(because(ctx, err), errStepTimeout):
		return &Failure{
			Kind: journey.KindTarget, Target: a.Target.String(), Pos: a.Pos,
			Message: fmt.Sprintf("can't %s %s: it was pressed and did not change", a.Verb, a.Target),
			Hint:    "a radio button is unchecked by checking another of its group",
		}
	default:
		return err
	}
}

// fill replaces what a field holds, at once, as a paste does.
func (st *step) fill(ctx context.Context, with journey.Text, at place) error {
	if err := st.mayType(with, at.URL); err != nil {
		return err
	}
	if err := st.awaitCode(ctx, with); err != nil {
		return err
	}
	value := st.values.Reveal(with)
	how, err := in[string](ctx, st, at.doc, "samui.act.takeAll()")
	if err != nil {
		return err
	}
	switch how {
	case "unfocusable":
		return missError{"it does not keep the focus"}
	case "put":
		if err := st.arm(ctx, at.doc, "", "0"); err != nil {
			return err
		}
		took, err := in[bool](ctx, st, at.doc, js("samui.act.put", value))
		if err == nil && !took {
			return &Failure{Kind: journey.KindTarget, Message: fmt.Sprintf("the field does not take %q", with), Hint: "a date field takes 2026-01-31, a time field 14:30, a colour #ff0000"}
		}
		return err
	}
	if value == "" {
		return st.empty(ctx, at)
	}
	if err := st.arm(ctx, at.doc, "input", "0"); err != nil {
		return err
	}
	if err := send(ctx, st.target(), input.InsertText, input.InsertTextParams{Text: value}); err != nil {
		return err
	}
	return st.done(ctx, at.doc)
}

// empty deletes what is selected, which is all that the field holds.
func (st *step) empty(ctx context.Context, at place) error {
	empty, err := in[bool](ctx, st, at.doc, "samui.act.empty()")
	if err != nil {
		return err
	}
	if empty {
		return st.arm(ctx, at.doc, "", "0")
	}
	if err := st.arm(ctx, at.doc, "input", "0"); err != nil {
		return err
	}
	if err := pressKey(ctx, st.target(), "Delete"); err != nil {
		return err
	}
	return st.done(ctx, at.doc)
}

// typeText types key by key behind what the field holds. It stops when the
// page goes away between two keys: the rest, a password perhaps, is not for
// whatever comes then.
func (st *step) typeText(ctx context.Context, with journey.Text, at place) error {
	if err := st.mayType(with, at.URL); err != nil {
		return err
	}
	if err := st.awaitCode(ctx, with); err != nil {
		return err
	}
	focused, err := in[bool](ctx, st, at.doc, "samui.act.caretToEnd()")
	if err != nil {
		return err
	}
	if !focused {
		return missError{"it does not keep the focus"}
	}
	runes := []rune(st.values.Reveal(with))
	if len(runes) == 0 {
		return st.arm(ctx, at.doc, "", "0")
	}
	for i, r := range runes {
		if !st.there(at.doc) {
			return errDocumentGone
		}
		if i == len(runes)-1 {
			if err := st.arm(ctx, at.doc, "keydown", "0"); err != nil {
				return err
			}
		}
		if err := typeRune(ctx, st.target(), r); err != nil {
			return err
		}
	}
	return st.done(ctx, at.doc)
}

// there tells whether a document is still the page, and not on its way out.
func (st *step) there(doc document) bool {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	return st.state.doc.serial == doc.serial && !st.state.underWayLocked()
}

// mayType keeps secrets off pages that aren't the site's own.
func (st *step) mayType(text journey.Text, pageURL string) error {
	if f := st.refusesSecret(text, pageURL); f != nil {
		return f
	}
	return nil
}

func (s *Session) refusesSecret(text journey.Text, pageURL string) *Failure {
	if !s.values.Secret(text) || s.site.OwnsURL(pageURL) {
		return nil
	}
	host := pageURL
	if u, err := url.Parse(pageURL); err == nil {
		host = u.Hostname()
	}
	return &Failure{
		Kind:    journey.KindTarget,
		Message: fmt.Sprintf("a secret is not typed into a page of %s, which is none of the site's hosts (%s)", host, strings.Join(s.site.Hosts, ", ")),
		Hint:    fmt.Sprintf("if it belongs to the site, add it to hosts: in samui.yaml: hosts: [%s]", strings.Join(append(slices.Clone(s.site.Hosts), host), ", ")),
	}
}

func (st *step) pressKey(ctx context.Context, a journey.Action, at place) error {
	if a.Target != nil {
		focused, err := in[bool](ctx, st, at.doc, "samui.act.focus()")
		if err != nil {
			return err
		}
		if !focused {
			return missError{"it does not keep the focus"}
		}
	}
	count := max(1, a.Count)
	if err := st.armNth(ctx, at.doc, "keydown", count, "0"); err != nil {
		return err
	}
	for range count {
		if !st.there(at.doc) {
			break // the key led on; the next page is not what the others were meant for
		}
		if err := unlessGone(pressKey(ctx, st.target(), a.Key)); err != nil {
			return err
		}
	}
	return st.done(ctx, at.doc)
}

func (st *step) choose(ctx context.Context, a journey.Action, at place) error {
	if err := st.arm(ctx, at.doc, "", "0"); err != nil {
		return err
	}
	_, err := in[bool](ctx, st, at.doc, js("samui.act.choose", st.encoder.choice(a)))
	if errors.Is(err, errDocumentGone) {
		return nil // the choice itself led on
	}
	return err
}

func (st *step) scroll(ctx context.Context, a journey.Action, at place) error {
	edge := a.Edge
	if a.Target != nil {
		edge = "target"
	}
	if err := st.arm(ctx, at.doc, "", "0"); err != nil {
		return err
	}
	move := js("samui.act.scrollTo", edge)
	if a.By != nil {
		move = js("samui.act.scrollBy", a.By, a.Target != nil)
	}
	_, err := in[any](ctx, st, at.doc, move)
	return err
}
