package config

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"samui/internal/journey"
)

// Comment is a remark in a journey that [Write] renders. Its place is above
// everything, beside a key of the journey, or in a step: before an action or
// an expectation, or behind the last.
type Comment struct {
	Text string
	Key  string // "stage"; empty = in a step, or above everything
	Step int    // from 1; 0 = above everything
	Do   int    // index of the action that it stands before
	// Expect is from 1 and says that Do doesn't count: the number of the
	// expectation that it stands before.
	Expect int
}

// Write renders a journey as a person would write it, so that loading it gives
// the same again. What a journey takes from its site or from the defaults is
// left out, as are thresholds, which are merged from several files: those of
// the journey's own have to be written again by hand.
//
// The text is made here rather than by the YAML package, which moves comments
// to other lines and spells emoji out as escapes.
func Write(j journey.Journey, comments ...Comment) []byte {
	w := writer{comments: comments}
	w.remarks("", func(c Comment) bool { return c.Key == "" && c.Step == 0 })
	w.pair("journey", j.ID)
	w.pair("title", j.Title)
	if id := cmp.Or(j.Site.ID, none); id != none {
		w.pair("site", id)
	} else {
		w.pair("url", j.Site.URL)
	}
	w.pair("stage", string(j.Stage))
	w.schedule(j.Schedule)
	w.key("devices", flowList(j.Visits, writtenVisit))
	w.conditions(j.Conditions)
	w.compared(j)
	if len(j.Overlays) > 0 {
		w.key("overlays", flowList(j.Overlays, flowOverlay))
	}
	w.pair("consent", string(j.Consent))
	if len(j.Mask) > 0 {
		w.key("mask", flowList(j.Mask, flowTarget))
	}
	if j.Timeout > 0 && j.Timeout != defaultRunTimeout {
		w.key("timeout", short(j.Timeout))
	}
	if j.Pace > 0 {
		w.key("pace", short(j.Pace))
	}
	w.tags(j)
	w.effects(j)
	w.key("steps", "")
	for i, s := range j.Steps {
		w.step(i+1, s)
	}
	return w.out.Bytes()
}

// writer renders one journey.
type writer struct {
	out      bytes.Buffer
	comments []Comment
}

func (w *writer) line(indent, text string) { fmt.Fprintf(&w.out, "%s%s\n", indent, text) }

// pair is a key of the journey with a text, left out where there is none.
func (w *writer) pair(key, text string) {
	if text != "" {
		w.key(key, scalarText(escaped(text), false))
	}
}

// key is a key of the journey. A comment stands behind it where one line is
// enough, else above it.
func (w *writer) key(key, value string) {
	text := strings.TrimSuffix(key+": "+value, " ")
	var beside []string
	for _, c := range w.comments {
		if c.Key == key {
			beside = append(beside, wrapped(c.Text, commentWidth)...)
		}
	}
	if len(beside) == 1 && utf8.RuneCountInString(text+beside[0]) < commentWidth {
		text += "  # " + beside[0]
		beside = nil
	}
	for _, c := range beside {
		w.line("", "# "+c)
	}
	w.line("", text)
}

// commentWidth is how long the lines of a comment are.
const commentWidth = 100

func (w *writer) remarks(indent string, here func(Comment) bool) {
	for _, c := range w.comments {
		if !here(c) {
			continue
		}
		for _, text := range wrapped(c.Text, commentWidth-len(indent)) {
			w.line(indent, "# "+text)
		}
	}
}

// wrapped is a text in lines of at most so many characters, words kept whole.
func wrapped(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff'
	}) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

func (w *writer) schedule(s journey.Schedule) {
	if s.Every > 0 {
		w.key("every", short(s.Every))
	}
	if s.Cron != "" {
		w.key("cron", strconv.Quote(s.Cron))
	}
	if a := s.Active; a != nil {
		clock := func(d time.Duration) string { return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60) }
		var names []string
		for i, on := range a.Days {
			if on {
				names = append(names, weekdays()[i])
			}
		}
		w.key("active", fmt.Sprintf(`{days: %s, hours: "%s-%s"}`, strconv.Quote(strings.Join(names, ",")), clock(a.From), clock(a.To)))
	}
}

func (w *writer) step(n int, s journey.Step) {
	const deep, deeper = "    ", "      "
	here := func(c Comment) bool { return c.Key == "" && c.Step == n }
	w.line("  ", "- step: "+scalarText(s.ID, false))
	if s.Title != "" {
		w.line(deep, "title: "+scalarText(escaped(s.Title), false))
	}
	w.control(deep, s)
	w.line(deep, "do:")
	for i := range len(s.Do) + 1 {
		w.remarks(deeper, func(c Comment) bool { return here(c) && c.Expect == 0 && min(c.Do, len(s.Do)) == i })
		if i < len(s.Do) {
			w.line(deeper, "- "+writtenAction(s.Do[i]))
		}
	}
	if len(s.Expect) > 0 {
		w.line(deep, "expect:")
	}
	for i := range len(s.Expect) + 1 {
		w.remarks(deeper, func(c Comment) bool { return here(c) && c.Expect > 0 && min(c.Expect-1, len(s.Expect)) == i })
		if i < len(s.Expect) {
			w.line(deeper, "- "+writtenExpectation(s.Expect[i]))
		}
	}
	w.saves(deep, s.Save)
	if s.Timeout > 0 && s.Timeout != defaultStepTimeout {
		w.line(deep, "timeout: "+short(s.Timeout))
	}
	if s.Always {
		w.line(deep, "always: true")
	}
}

func flowList[V any](all []V, write func(V) string) string {
	texts := make([]string, len(all))
	for i, v := range all {
		texts[i] = write(v)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// flowKeys are keys of a map in braces.
type flowKeys []string

func (k *flowKeys) add(key, value string) { *k = append(*k, key+": "+value) }

// text adds a text, left out where there is none.
func (k *flowKeys) text(key string, t journey.Text) {
	if !t.IsZero() {
		k.add(key, scalarText(textSource(t), true))
	}
}

// wording adds a text with the way in which it is compared.
func (k *flowKeys) wording(key string, op journey.Op, t journey.Text) {
	if op == journey.OpNone {
		k.text(key, t)
		return
	}
	k.add(key, "{"+string(op)+": "+scalarText(textSource(t), true)+"}")
}

func (k flowKeys) String() string { return "{" + strings.Join(k, ", ") + "}" }

func (k *flowKeys) target(t *journey.Target) {
	if t == nil {
		return
	}
	by := t.By
	if by == journey.ByAny {
		by = journey.ByText // a plain string has no key; text: is the nearest
	}
	if by == journey.ByFirst {
		k.add(string(by), flowList(t.FirstOf, flowTarget))
	}
	k.wording(string(by), t.Op, t.Value)
	k.wording("name", t.NameOp, t.Name)
	if t.Within != nil {
		k.add("within", flowTarget(*t.Within))
	}
	k.text("has", t.Has)
	switch {
	case t.Nth == journey.Last:
		k.add("nth", "last")
	case t.Nth > 0:
		k.add("nth", strconv.Itoa(t.Nth))
	}
	if t.Frame != nil {
		k.add("frame", flowTarget(*t.Frame))
	}
}

func isPlain(t journey.Target) bool {
	return t.By == journey.ByAny && t.Within == nil && t.Has.IsZero() && t.Nth == 0 && t.Frame == nil
}

func flowTarget(t journey.Target) string { return writtenTarget(t, true) }

func writtenTarget(t journey.Target, flow bool) string {
	if isPlain(t) {
		return scalarText(textSource(t.Value), flow)
	}
	var k flowKeys
	k.target(&t)
	return k.String()
}

func writtenAction(a journey.Action) string {
	verb := string(a.Verb)
	switch a.Verb {
	case journey.Back, journey.Forward, journey.Reload:
		return verb
	case journey.Dialog:
		if a.Reply == "answer" {
			return verb + ": {answer: " + scalarText(textSource(a.With), true) + "}"
		}
		return verb + ": " + a.Reply
	case journey.Open:
		return verb + ": " + scalarText(textSource(a.URL), false)
	case journey.Tab:
		return verb + ": " + writtenTab(a)
	case journey.Pause:
		return verb + ": " + short(a.Pause)
	case journey.Request:
		return verb + ": " + writtenCall(a)
	case journey.Set, journey.Forget:
		return verb + ": " + writtenKept(a)
	case journey.Click, journey.Hover, journey.Check, journey.Uncheck, journey.Clear, journey.Fill, journey.Type, journey.Press, journey.Select, journey.Scroll, journey.Upload, journey.Drag:
	}
	switch {
	case a.Edge != "":
		return verb + ": " + a.Edge
	case a.Verb == journey.Press && a.Target == nil && a.Count < 2:
		return verb + ": " + scalarText(writtenKey(a.Key), false)
	case mayStandAlone(a):
		return verb + ": " + writtenTarget(*a.Target, false)
	}
	var k flowKeys
	k.target(a.Target)
	switch a.Verb {
	case journey.Fill, journey.Type:
		k.add("with", scalarText(textSource(a.With), true))
	case journey.Select:
		k.selected(a)
	case journey.Press:
		k.add("key", scalarText(writtenKey(a.Key), true))
		if a.Count > 1 {
			k.add("count", strconv.Itoa(a.Count))
		}
	case journey.Click:
		k.click(a)
	case journey.Upload:
		k.add("file", scalarText(escaped(a.File), true))
	case journey.Drag:
		if a.To != nil {
			k.add("to", flowTarget(*a.To))
		} else if a.By != nil {
			k.add("by", flowPoint(*a.By))
		}
	case journey.Scroll:
		if a.By != nil {
			k.add("by", flowPoint(*a.By))
		}
	case journey.Open, journey.Hover, journey.Check, journey.Uncheck, journey.Clear, journey.Back, journey.Forward, journey.Reload, journey.Tab, journey.Dialog, journey.Pause, journey.Request, journey.Set, journey.Forget:
	}
	if a.Optional {
		k.add("optional", "true")
		if a.For != optionalFor {
			k.add("for", short(a.For))
		}
	}
	return verb + ": " + k.String()
}

// click adds how it is clicked, where that isn't once, with the first button.
func (k *flowKeys) click(a journey.Action) {
	if a.Count > 1 {
		k.add("count", strconv.Itoa(a.Count))
	}
	if a.Button != "" {
		k.add("button", a.Button)
	}
	if a.Keys != "" {
		k.add("keys", scalarText(a.Keys, true))
	}
	if a.At != nil {
		k.add("at", flowPoint(*a.At))
	}
}

// selected adds which option is chosen, or which are.
func (k *flowKeys) selected(a journey.Action) {
	switch {
	case a.Index == journey.Last:
		k.add("index", "last")
	case a.Index > 0:
		k.add("index", strconv.Itoa(a.Index))
	case len(a.Options) > 0:
		k.add("options", flowList(a.Options, func(t journey.Text) string { return scalarText(textSource(t), true) }))
	default:
		k.text("option", a.Option)
	}
}

func flowPoint(p journey.Point) string {
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	return "{x: " + number(p.X) + ", y: " + number(p.Y) + "}"
}

// mayStandAlone reports whether an action is its target and no more. Two words
// behind scroll: are no targets.
func mayStandAlone(a journey.Action) bool {
	switch a.Verb {
	case journey.Click:
		return isPlain(*a.Target) && !a.Optional && a.Count < 2 && a.Button == "" && a.Keys == "" && a.At == nil
	case journey.Hover, journey.Check, journey.Uncheck, journey.Clear:
		return isPlain(*a.Target) && !a.Optional
	case journey.Scroll:
		return a.By == nil && isPlain(*a.Target) && !a.Optional && !slices.Contains([]string{"top", "bottom"}, a.Target.Value.String())
	case journey.Open, journey.Fill, journey.Type, journey.Press, journey.Select, journey.Upload, journey.Drag, journey.Back, journey.Forward, journey.Reload, journey.Tab, journey.Dialog, journey.Pause, journey.Request, journey.Set, journey.Forget:
	}
	return false
}

// writtenKey is a key's name as press: reads it.
func writtenKey(key string) string {
	if held, ok := strings.CutSuffix(key, " "); ok {
		return held + "Space"
	}
	return key
}

func writtenExpectation(e journey.Expectation) string { return written(e, false) }

// written is an expectation in a line of its own, or within another.
func written(e journey.Expectation, flow bool) string {
	claim := string(e.Claim)
	plain := e.Target == nil && (e.Op == journey.Contains && (e.Claim == journey.ClaimText || e.Claim == journey.ClaimNoText) ||
		e.Op == journey.Is && (e.Claim == journey.ClaimTitle || e.Claim == journey.ClaimDownload && e.Bytes == 0) || e.Claim == journey.ClaimScript || e.Path)
	if plain && !e.Text.IsZero() {
		return claim + ": " + scalarText(textSource(e.Text), flow)
	}
	var k flowKeys
	switch e.Claim {
	case journey.ClaimAny, journey.ClaimSoft:
		return claim + ": " + writtenOthers(e)
	case journey.ClaimVisible, journey.ClaimHidden, journey.ClaimEnabled, journey.ClaimDisabled, journey.ClaimChecked, journey.ClaimUnchecked:
		return claim + ": " + writtenTarget(*e.Target, flow)
	case journey.ClaimNoConsoleErrors, journey.ClaimNoFailedRequests, journey.ClaimNoBrokenImages:
		return claim
	case journey.ClaimResponse, journey.ClaimSent:
		return claim + ": " + writtenExchange(*e.Exchange)
	case journey.ClaimText, journey.ClaimNoText, journey.ClaimNumber:
		if e.Target != nil {
			k.add("in", flowTarget(*e.Target))
		}
	case journey.ClaimCount, journey.ClaimValue:
		k.target(e.Target)
	case journey.ClaimAttribute, journey.ClaimCookie:
		k.target(e.Target)
		k.add("named", scalarText(escaped(e.Name), true))
	case journey.ClaimURL, journey.ClaimTitle, journey.ClaimScript, journey.ClaimDownload:
	}
	switch {
	case e.Claim == journey.ClaimCount, e.Claim == journey.ClaimNumber && e.Op != journey.OpNone:
		k.add(string(e.Op), strconv.FormatFloat(e.Number, 'f', -1, 64))
	case e.Op != journey.OpNone:
		k.add(string(e.Op), scalarText(textSource(e.Text), true))
	}
	if e.Bytes > 0 {
		k.add("min_size", strconv.FormatInt(e.Bytes, 10)+"B")
	}
	return claim + ": " + k.String()
}
