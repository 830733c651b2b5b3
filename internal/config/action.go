package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// optionalFor is how long an optional target is tried.
const optionalFor = 2 * time.Second

// actions are the verbs of do:.
func (g *grammar) actions() codec[journey.Action] {
	target := func(v journey.Verb, doc string) verb[journey.Action] {
		table := g.actionTable(v)
		plain := mapped(plainTarget(), func(t journey.Target) journey.Action { return journey.Action{Target: &t} })
		return verb[journey.Action]{name: string(v), doc: doc, read: either(plain, table.codec())}
	}
	verbs := []verb[journey.Action]{
		{name: "open", doc: "Open a path, behind the site's url:, or an absolute URL.", read: mapped(siteAddress(), func(t journey.Text) journey.Action { return journey.Action{URL: t} })},
		g.click(),
		target(journey.Hover, "Point at a target."),
		target(journey.Check, "Tick a checkbox or choose a radio button."),
		target(journey.Uncheck, "Untick a checkbox."),
		target(journey.Clear, "Empty a field."),
		{name: "fill", doc: "Fill a field at once.", read: g.typing(journey.Fill)},
		{name: "type", doc: "Type into a field key by key, for suggestions.", read: g.typing(journey.Type)},
		{name: "press", doc: "Press a key, in the focused element or in a target.", read: g.press()},
		{name: "select", doc: "Choose an option by its label or value.", read: g.selecting()},
		{name: "upload", doc: "Choose a file in a file field.", read: g.upload()},
		{name: "drag", doc: "Drag a target, and drop it on another or so far away.", read: g.drag()},
		{name: "scroll", doc: "Scroll to the top, the bottom or a target.", read: g.scroll()},
		{name: "back", doc: "Go back.", alone: true, read: mapped(bare(), func(struct{}) journey.Action { return journey.Action{} })},
		{name: "forward", doc: "Go forward again.", alone: true, read: mapped(bare(), func(struct{}) journey.Action { return journey.Action{} })},
		{name: "reload", doc: "Load the page again.", alone: true, read: mapped(bare(), func(struct{}) journey.Action { return journey.Action{} })},
		{name: "dialog", doc: "How the page's next question is answered; it stands before what makes the page ask. Alerts are always accepted.", read: dialog()},
		{name: "tab", doc: "Go to another tab of the browser, or close this one, which gives back the tab that opened it. A tab that an input of the journey opens is gone to by itself.", read: tab()},
		{name: "request", doc: "Ask a server, as programs do: an API call with the browser's cookies. It stands in steps of requests alone, which need no browser. The wait is the time from sending to the answer's last byte; an answer of 400 and above fails the step, unless it expects a status. What visit: keeps pages from fetching, as block: and third_party:, says nothing to it.", read: request()},
		{name: "set", doc: "Put a cookie or a value of the storage where the site's own scripts would: a condition, not a wait. It works before the first page too.", read: setting()},
		{name: "forget", doc: "Lose what the browser has kept of the site: its cookies, its storage or everything; not a wait.", read: forgetting()},
		{name: "pause", doc: "Do nothing for a while, as a reader does; not a wait.", read: mapped(duration(moment).codec(), func(d time.Duration) journey.Action { return journey.Action{Pause: d} })},
	}
	for i, v := range verbs {
		verbs[i].read = finished(v.read, func(n *node, r reader, a *journey.Action) { a.Verb = journey.Verb(v.name) })
	}
	all := oneVerb("an action", verbs, withTips(keptTips(), map[string]string{
		"goto": "write open: …", "navigate": "write open: …", "visit": "write open: …", "url": "write open: …",
		"tap": "write click: …, which taps on a touch screen", "drag_and_drop": "write drag: {…, to: …}", "drop": "write drag: {…, to: …}", "attach": "write upload: {…, file: …}", "file": "write upload: {…, file: …}", "confirm": "write dialog: accept", "prompt": "write dialog: {answer: …}", "alert": "alerts are accepted; what they say can't be expected", "double_click": "write click: {…, count: 2}", "dblclick": "write click: {…, count: 2}", "right_click": "write click: {…, button: right}",
		"enter": "write fill: {…, with: …}", "input": "write fill: {…, with: …}", "wait": "expectations are waited for; write pause: 2s for a reader's pause",
		"sleep": "expectations are waited for; write pause: 2s for a reader's pause", "wait_for": "put it under expect:; it is waited for",
		"text": "put it under expect:", "visible": "put it under expect:", "title": "put it under expect:", "optional": "put it inside the action's map: click: {text: …, optional: true}",
		"switch_tab": "write tab: …", "close_tab": "write tab: close", "window": "write tab: …", "popup": "a tab that an input opens is gone to by itself; write tab: … for another", "api": "write request: …", "fetch": "write request: …", "http": "write request: …", "curl": "write request: …", "call": "write request: …", "get": "write request: …, or open: … for a page", "post": "write request: {post: …}", "put": "write request: {put: …}", "patch": "write request: {patch: …}", "delete": "write request: {delete: …}",
		"choose": "write select: {…, option: …}", "expect": "begin expect: at the depth of do:",
	}))
	return finished(all, func(n *node, r reader, a *journey.Action) {
		a.Pos = journey.Pos{File: r.src.name, Line: n.line, Column: n.column}
	})
}

// finished lets the value know more than its own node says.
func finished[V any](c codec[V], with func(n *node, r reader, v *V)) codec[V] {
	read := c.read
	c.read = func(r reader, n *node) (V, bool) {
		v, ok := read(r, n)
		with(n, r, &v)
		return v, ok
	}
	return c
}

func actionTarget(a *journey.Action) *journey.Target {
	if a.Target == nil {
		a.Target = &journey.Target{}
	}
	return a.Target
}

// actionTable is the keys that every action on a target takes, and its own.
func (g *grammar) actionTable(v journey.Verb, own ...field[journey.Action]) object[journey.Action] {
	fields := append(targetKeys(g.target, actionTarget), own...)
	fields = append(fields,
		key("optional", "Tried for a short time; its time is no wait, its absence no failure.", yesNo(), func(a *journey.Action, yes bool) { a.Optional = yes }),
		key("for", "How long an optional target is tried; 2s without it.", duration(moment).codec(), func(a *journey.Action, d time.Duration) { a.For = d }),
	)
	return object[journey.Action]{
		name: string(v), example: someTarget, fields: fields,
		rules: append(targetRules(), needs("for", "optional", "for: is how long an optional target is tried; write optional: true beside it")),
		tips:  withTips(targetTips(), map[string]string{"timeout": "a step has a timeout; an optional target is tried for: 5s", "option": "only select: takes option:", "key": "only press: takes key:", "with": "only fill: and type: take with:"}),
		check: func(r reader, n *node, a *journey.Action) bool {
			if a.For > 0 && !a.Optional {
				r.fail(n.find("for"), string(v)+" has for: and is not optional", "optional: true beside it", "")
				return false
			}
			if a.Optional && a.For == 0 {
				a.For = optionalFor
			}
			return true
		},
	}
}

func withTips(all ...map[string]string) map[string]string {
	tips := map[string]string{}
	for _, some := range all {
		maps.Copy(tips, some)
	}
	return tips
}

// click is a press with all that a mouse can do.
func (g *grammar) click() verb[journey.Action] {
	o := g.actionTable(
		journey.Click,
		key("count", "How often in a row, as 2 for a double click.", whole(1, 3).codec(), func(a *journey.Action, n int) { a.Count = n }),
		key("button", "The mouse button, if it isn't the first.", choice("right", "middle"), func(a *journey.Action, b string) { a.Button = b }),
		key("keys", "What is held down meanwhile, as Shift or Control+Shift.", heldKeys().codec(), func(a *journey.Action, k string) { a.Keys = k }),
		key("at", "The place in the target, in pixels from its upper left corner.", point(), func(a *journey.Action, p journey.Point) { a.At = &p }),
	)
	o.tips = withTips(o.tips, map[string]string{"modifiers": "write keys: …", "key": "write keys: …", "position": "write at: {x: …, y: …}", "offset": "write at: {x: …, y: …}", "clicks": "write count: …", "double": "write count: 2"})
	plain := mapped(plainTarget(), func(t journey.Target) journey.Action { return journey.Action{Target: &t} })
	return verb[journey.Action]{name: string(journey.Click), doc: "Click on a target; on a touch screen, tap it.", read: either(plain, o.codec())}
}

// point is a place in an element.
func point() codec[journey.Point] {
	const most = 10_000
	n := mapped(whole(0, most).codec(), func(v int) float64 { return float64(v) })
	return object[journey.Point]{
		name: "the place", example: "{x: 10, y: 5}",
		fields: []field[journey.Point]{
			must(key("x", "Pixels from the left.", n, func(p *journey.Point, v float64) { p.X = v })),
			must(key("y", "Pixels from the top.", n, func(p *journey.Point, v float64) { p.Y = v })),
		},
	}.codec()
}

// drag is a target that is dropped elsewhere.
func (g *grammar) drag() codec[journey.Action] {
	o := g.actionTable(
		journey.Drag,
		key("to", "The target on whose middle it is dropped.", sameDocument(g.target, "it is dropped in the frame of what is dragged; leave it out"), func(a *journey.Action, t journey.Target) { a.To = &t }),
		key("by", "How far it is dragged, in pixels to the right and down.", shift(), func(a *journey.Action, p journey.Point) { a.By = &p }),
	)
	o.example = `{text: Blue, to: {text: Basket}}`
	o.rules = append(o.rules, exactlyOne("to: with a target, or by: with a distance", "add to: …", []string{"to", "by"}))
	o.tips = withTips(o.tips, map[string]string{"target": "write to: …", "on": "write to: …", "onto": "write to: …", "into": "write to: …", "from": "the keys of what is dragged stand beside to:"})
	return o.codec()
}

// shift is how far something is moved.
func shift() codec[journey.Point] {
	const most = 10_000
	w := whole(0, most)
	w.noun, w.want, w.pattern = "a distance", "a whole number from -10000 to 10000", `^-?[0-9]+$`
	unsigned := w.parse
	w.parse = func(s string) (int, fault) {
		v, f := unsigned(strings.TrimPrefix(s, "-"))
		if strings.HasPrefix(s, "-") {
			v = -v
		}
		return v, f
	}
	n := mapped(w.codec(), func(v int) float64 { return float64(v) })
	return object[journey.Point]{
		name: "the distance", example: "{x: 100, y: 0}",
		fields: []field[journey.Point]{
			must(key("x", "Pixels to the right; to the left below 0.", n, func(p *journey.Point, v float64) { p.X = v })),
			must(key("y", "Pixels down; up below 0.", n, func(p *journey.Point, v float64) { p.Y = v })),
		},
	}.codec()
}

// dialog is the answer to a question of the page's that comes later in the
// step.
func dialog() codec[journey.Action] {
	plain := mapped(choice("accept", "dismiss"), func(s string) journey.Action { return journey.Action{Reply: s} })
	o := object[journey.Action]{
		name: "dialog", example: "accept, dismiss or {answer: TEXT}",
		fields: []field[journey.Action]{
			must(key("answer", "What is written into the dialog, which is then accepted.", textCodec(true), func(a *journey.Action, t journey.Text) { a.Reply, a.With = "answer", t })),
		},
		tips: map[string]string{"text": "write answer: …", "with": "write answer: …", "accept": "write dialog: accept", "dismiss": "write dialog: dismiss"},
	}
	return either(plain, o.codec())
}

// heldKeys are modifiers.
func heldKeys() word[string] {
	one := strings.Join(modifiers(), "|")
	return word[string]{
		noun: "keys", want: "keys to hold down, as Shift or Control+Shift", pattern: `^(` + one + `)(\+(` + one + `))*$`,
		parse: func(s string) (string, fault) {
			names := strings.Split(s, "+")
			for i, name := range names {
				if !slices.Contains(modifiers(), name) {
					return "", fault{fmt.Sprintf("holds %q, which can't be held down", name), keyHint(name, modifiers())}
				}
				if slices.Contains(names[:i], name) {
					return "", fault{"holds " + name + " down twice", ""}
				}
			}
			return s, fault{}
		},
	}
}

// typing is fill: and type:.
func (g *grammar) typing(v journey.Verb) codec[journey.Action] {
	o := g.actionTable(v, must(key("with", "What is typed.", textCodec(true), func(a *journey.Action, t journey.Text) { a.With = t })))
	o.example = `{label: Email, with: me@shop.example}`
	o.meant = func(text string) string { return "{label: …, with: " + flowText(clipped(text, longest)) + "}" }
	o.tips = withTips(o.tips, map[string]string{"value": "write with: …", "text": "", "with": ""})
	return o.codec()
}

func (g *grammar) selecting() codec[journey.Action] {
	o := g.actionTable(journey.Select,
		key("option", "The option's label or value.", textCodec(false), func(a *journey.Action, t journey.Text) { a.Option = t }),
		key("index", "Which option, from 1, or last.", nth(), func(a *journey.Action, n int) { a.Index = n }),
		key("options", "Labels or values: exactly these are chosen, and no others.", listOf(`a list of labels or values such as [Small, Large]`, textCodec(false), 1), func(a *journey.Action, all []journey.Text) { a.Options = all }),
	)
	o.example = `{label: Size, option: "42"}`
	o.rules = append(o.rules, exactlyOne("exactly one of option, index or options", "add option: …", []string{"option", "index", "options"}))
	o.meant = func(text string) string { return "{label: …, option: " + flowText(clipped(text, longest)) + "}" }
	o.tips = withTips(o.tips, map[string]string{"value": "write option: …", "values": "write options: […]", "labels": "write options: […]", "with": "write option: …", "option": "", "index": ""})
	return o.codec()
}

// press is a key for the focused element, or for a target.
func (g *grammar) press() codec[journey.Action] {
	keyed := must(key("key", "The key, as Enter, Tab, Escape, ArrowDown, a or Control+a.", pressedKey(), func(a *journey.Action, k string) { a.Key = k }))
	const most = 100
	count := key("count", "How often in a row.", whole(1, most).codec(), func(a *journey.Action, n int) { a.Count = n })
	o := g.actionTable(journey.Press, keyed, count)
	o.example = `a key such as Enter, or {label: Search, key: Enter}`
	o.rules = slices.Concat([]rule{atMostOne(wantTarget, targetKinds()...)}, o.rules[1:], narrowing())
	o.tips = withTips(o.tips, map[string]string{"key": "", "times": "write count: …", "repeat": "write count: …"})
	plain := mapped(pressedKey(), func(k string) journey.Action { return journey.Action{Key: k} })
	return either(plain, o.codec())
}

// narrowing is the rules that what narrows a target makes no sense without
// one, where the target itself may be left out.
func narrowing() []rule {
	var rules []rule
	for _, k := range []string{"within", "has", "nth", "frame", "optional"} {
		var some schema
		for _, kind := range targetKinds() {
			some.AnyOf = append(some.AnyOf, required(kind))
		}
		rules = append(rules, rule{
			schema: &schema{AnyOf: []*schema{{Not: required(k)}, &some}},
			check: func(r reader, n *node, name string, _ bool) bool {
				at := present(n, []string{k})
				if len(at) == 0 || len(present(n, targetKinds())) > 0 || n.find("name") != nil {
					return true
				}
				r.fail(at[0], name+" has "+k+" without a target", wantTarget, "")
				return false
			},
		})
	}
	return rules
}

// scroll is top, bottom or a target; the two words win.
func (g *grammar) scroll() codec[journey.Action] {
	plain := mapped(plainTarget(), func(t journey.Target) journey.Action {
		if edge := t.Value.String(); !t.Value.HasSecret() && (edge == "top" || edge == "bottom") {
			return journey.Action{Edge: edge}
		}
		return journey.Action{Target: &t}
	})
	o := g.actionTable(journey.Scroll, key("by", "How far, in pixels to the right and down: the page, or what scrolls in the target.", shift(), func(a *journey.Action, p journey.Point) { a.By = &p }))
	o.example = `top, bottom, a target such as {text: Reviews}, or {by: {x: 0, y: 500}}`
	o.rules = slices.Concat([]rule{atMostOne(wantTarget, targetKinds()...), atLeastOne(append(targetKinds(), "name", "by")...)}, o.rules[1:], narrowing())
	o.tips = withTips(o.tips, map[string]string{"to": "write scroll: top, scroll: bottom or a target", "x": "write by: {x: …, y: …}", "y": "write by: {x: …, y: …}", "offset": "write by: {x: …, y: …}", "direction": "write by: {x: 0, y: 500}"})
	return either(plain, o.codec())
}
