package config

import (
	"slices"
	"strconv"
	"strings"

	"samui/internal/journey"
)

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
