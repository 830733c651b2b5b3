package config

import (
	"fmt"
	"slices"

	"samui/internal/journey"
)

const (
	mostRounds  = 50 // of repeat:
	mostRetries = 5  // of retry:
)

// conditionDraft is a condition as it was written: its devices may not be
// there.
type conditionDraft struct {
	journey.Condition
	devices []located[string]
}

// condition is when: and unless:.
func (g *grammar) condition(word string) codec[conditionDraft] {
	name := withPlace(id().exactly())
	one := mapped(name, func(v located[string]) []located[string] { return []located[string]{v} })
	compare := func(op journey.Op, doc string, c codec[journey.Text]) field[conditionDraft] {
		return key(string(op), doc, c, func(d *conditionDraft, t journey.Text) { d.Op, d.Text = op, t })
	}
	o := object[conditionDraft]{
		name: word, example: "{see: Log in}, {url: /login}, {device: phone} or {var: plan, is: gold}",
		fields: []field[conditionDraft]{
			key("see", "A target that is seen on the page as it stands before the step, within 2 s, which are no wait.", g.target, func(d *conditionDraft, t journey.Target) {
				d.See = &journey.Expectation{Claim: journey.ClaimVisible, Target: &t}
			}),
			key("url", "Where the page is, before the step: the path, or the whole URL is compared.", g.urlClaim(), func(d *conditionDraft, e journey.Expectation) {
				e.Claim = journey.ClaimURL
				d.See = &e
			}),
			key("device", "The device of the visit, or several in a list.", either(one, listOf("a list of devices such as [phone, tablet]", name, 1)), func(d *conditionDraft, v []located[string]) { d.devices = v }),
			key("var", "The name of a variable, which is compared.", varName().codec(), func(d *conditionDraft, v string) { d.Var = v }),
			compare(journey.Is, "It equals this text.", textCodec(true)),
			compare(journey.Contains, "It contains this text.", textCodec(false)),
			compare(journey.Matches, "It matches this regular expression (RE2).", expression()),
		},
		rules: []rule{exactlyOne("one of see, url, device and var", "write see: TARGET", []string{"see", "url", "device", "var"}), atMostOne(wantTextOp, textOps()...)},
		tips: map[string]string{
			"visible": "write see: …", "text": "write see: …", "hidden": "write unless: {see: …}", "if": "write see: …", "seen": "write see: …", "expect": "write see: …",
			"devices": "write device: [phone, tablet]", "variable": "write var: NAME", "equals": "write is: …", "not": "write unless: instead of when:",
		},
		check: checkCondition,
	}
	return finished(o.codec(), func(n *node, r reader, d *conditionDraft) {
		d.Unless = word == "unless"
		if d.See != nil {
			d.See.Pos = journey.Pos{File: r.src.name, Line: n.line, Column: n.column}
		}
		d.Pos = journey.Pos{File: r.src.name, Line: n.line, Column: n.column}
	})
}

// checkCondition holds a variable and its comparator together, and finds what
// the variable stands for.
func checkCondition(r reader, n *node, d *conditionDraft) bool {
	at := n.find("var")
	ops := present(n, textOps())
	switch {
	case at == nil && len(ops) > 0:
		r.fail(ops[0], r.key+" has "+ops[0].value+": without var:", "var: with the variable that is compared", "")
		return false
	case at == nil:
		return true
	case len(ops) == 0:
		r.fail(at, r.key+" has var: without a comparator", wantTextOp, "add is: TEXT")
		return false
	}
	parts, ok := r.under("var").variable(at, d.Var)
	d.Value = journey.NewText(parts...)
	if ok && (d.Value.HasSecret() || d.Text.HasSecret()) {
		r.fail(at, r.key+" compares a secret, and would tell it by what is walked", "a variable without secrets", "")
		return false
	}
	return ok
}

// repetition is repeat:, a number or until when.
func (g *grammar) repetition() codec[journey.Repeat] {
	times := whole(1, mostRounds).codec()
	plain := mapped(times, func(n int) journey.Repeat { return journey.Repeat{Times: n} })
	full := object[journey.Repeat]{
		name: "repeat", example: "a number of times, or {until: {text: That was all}, at_most: 10}",
		fields: []field[journey.Repeat]{
			must(key("until", "What ends it: the actions are done again until this is seen.", g.alternative, func(d *journey.Repeat, e journey.Expectation) { d.Until = &e })),
			must(key("at_most", fmt.Sprintf("After how many times it is a failure, from 1 to %d.", mostRounds), times, func(d *journey.Repeat, n int) { d.Times = n })),
		},
		tips: map[string]string{"times": "write repeat: 3, or at_most: beside until:", "while": "write until: with what is seen at the end", "max": "write at_most: …"},
	}
	return either(plain, full.codec())
}

// conditionsOf are a step's conditions, their devices looked up.
func (s stepDraft) conditionsOf(r reader, settings Settings) []journey.Condition {
	var all []journey.Condition
	for _, d := range s.conditions {
		c := d.Condition
		for _, name := range d.devices {
			if device, ok := pick(r.under("device"), name, settings.Devices, func(d journey.Device) string { return d.Name }, "devices"); ok {
				c.Devices = append(c.Devices, device.Name)
			}
		}
		all = append(all, c)
	}
	return all
}

// reviewControl warns of a step that no visit walks.
func reviewControl(r reader, d draft, j journey.Journey) {
	for i, s := range j.Steps {
		walked := slices.ContainsFunc(j.Visits, func(v journey.Visit) bool { return s.OnDevice(v.Device.Name) })
		if !walked {
			r.warn(d.steps[i].node, fmt.Sprintf("step %s is never walked: no device of the journey is one of its condition's", quoted(s.ID)), "", "add the device to devices:, or remove the step")
		}
	}
}
