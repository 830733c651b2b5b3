package config

import (
	"bytes"
	"cmp"
	"fmt"
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
