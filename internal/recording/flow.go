package recording

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// flow is a recording as it is written, every value of the right kind.
type flow struct {
	title     string
	attribute string // that the selectors were made of; empty = none
	steps     []step
	unknown   []string // keys that are no part of the format, each once
}

// step is one step of a recording: what of it counts depends on its type.
type step struct {
	n    int // from 1
	kind string

	timeout   float64 // ms; 0 = not given
	events    []navigation
	target    string // empty = the page itself
	frame     []int
	selectors [][]string // alternatives, each a chain through shadow roots

	url, value, key, name, expression, parameters string

	width, height, scale     float64
	mobile, touch, landscape bool
	down, up, latency        float64 // bytes per second, ms
	device, button           string
	duration                 float64 // ms
	x, y                     float64 // of a click in its element; of scrolling only y

	operator               string
	count                  int // -1 = not given
	hidden                 bool
	properties, attributes []pair
}

// navigation is a page that was seen to load during a step.
type navigation struct{ url, title string }

// pair is a property or attribute that an element was to have; a text is
// without its quotes.
type pair struct {
	key, value string
	kind       kind
}

// fieldsOf are the keys of the steps of each type beside those of them all.
func fieldsOf(kind string) (keys string, known bool) {
	const on, press = "selectors frame ", "selectors frame offsetX offsetY deviceType button "
	switch kind {
	case "navigate":
		return "url", true
	case "setViewport":
		return "width height deviceScaleFactor isMobile hasTouch isLandscape", true
	case "emulateNetworkConditions":
		return "download upload latency", true
	case "click", "doubleClick":
		return press + "duration", true
	case "hover":
		return on, true
	case "change":
		return on + "value", true
	case "keyDown", "keyUp":
		return "key", true
	case "scroll":
		return on + "x y", true
	case "close":
		return "", true
	case "customStep":
		return "name parameters frame", true
	case "waitForElement":
		return on + "operator count visible properties attributes", true
	case "waitForExpression":
		return "expression frame", true
	}
	return "", false
}

const (
	commonFields = "type timeout assertedEvents target"
	stepTypes    = "navigate, setViewport, emulateNetworkConditions, click, doubleClick, hover, change, keyDown, keyUp, scroll, close, customStep, waitForElement, waitForExpression"
)

// readFlow turns the tree into a recording; mistakes are in the source.
func readFlow(src *source, root *value) flow {
	r := reader{src: src}
	var f flow
	if root.kind != aMap {
		r.fail(root, "the recording is "+string(root.kind), wantRecording, exportHint)
		return f
	}
	steps := root.find("steps")
	if steps == nil {
		r.fail(root, "the recording has no steps", wantRecording, foreign(root))
		return f
	}
	f.title = r.text(root, "title", false)
	r.number(root, "timeout", false, 0)
	f.attribute = r.text(root, "selectorAttribute", false)
	if steps.kind != aList {
		r.fail(steps, "steps is "+string(steps.kind), "a list of steps", "")
		return f
	}
	if len(steps.items) > maxSteps {
		r.fail(steps.items[maxSteps], fmt.Sprintf("the recording has %d steps", len(steps.items)), fmt.Sprintf("at most %d", maxSteps), "record only what one customer does")
		return f
	}
	unknown := func(key string) {
		if !slices.Contains(f.unknown, key) && len(f.unknown) < 20 {
			f.unknown = append(f.unknown, key)
		}
	}
	for _, one := range root.fields {
		if !slices.Contains(strings.Fields("title timeout selectorAttribute steps"), one.key) {
			unknown(one.key)
		}
	}
	for i, item := range steps.items {
		f.steps = append(f.steps, r.step(item, i+1, unknown))
	}
	if len(f.steps) == 0 {
		r.fail(steps, "the recording is empty", "at least one step", "")
	}
	return f
}

// foreign says what a file is that is something else.
func foreign(root *value) string {
	switch {
	case root.find("log") != nil:
		return "this looks like a HAR file; " + exportHint
	case root.find("commands") != nil, root.find("tests") != nil:
		return "this looks like a recording of Selenium IDE; record it anew in Chrome's Recorder panel"
	case root.find("journey") != nil:
		return "this looks like a journey; samui check is for those"
	}
	return exportHint
}

// reader reads the fields of one map after the other.
type reader struct {
	src   *source
	where string // `step 3 (click): `
}

func (r reader) fail(v *value, what, want, hint string) {
	r.src.fail(v.at, r.where+what, want, hint)
}

// field finds a field of the wanted kind. Where it is missing, or is something
// else, that is told, and nil.
func (r reader) field(v *value, key string, want kind, required bool) *value {
	f := v.find(key)
	switch {
	case f == nil && required:
		r.fail(v, "there is no "+key, key+" with "+string(want), "")
	case f == nil:
	case f.kind != want:
		r.fail(f, key+" is "+f.describe(), string(want), "")
		return nil
	}
	return f
}

// describe is a value as a message repeats it. Texts may be secrets.
func (v *value) describe() string {
	switch v.kind {
	case aNumber:
		return clip(v.text, 40)
	case aBool:
		return strconv.FormatBool(v.yes)
	case aText, aList, aMap, aNull:
	}
	return string(v.kind)
}

func (r reader) text(v *value, key string, required bool) string {
	if f := r.field(v, key, aText, required); f != nil {
		return f.text
	}
	return ""
}

func (r reader) yes(v *value, key string) bool {
	f := r.field(v, key, aBool, false)
	return f != nil && f.yes
}

// number is a number from least on; 0 where it is missing.
func (r reader) number(v *value, key string, required bool, least float64) float64 {
	f := r.field(v, key, aNumber, required)
	if f == nil {
		return 0
	}
	n, err := strconv.ParseFloat(f.text, 64)
	if err != nil || n < least || math.Abs(n) > 1e12 {
		want := "a number"
		if least == 0 {
			want = "a number from 0"
		}
		r.fail(f, key+" is "+f.describe(), want, "")
		return 0
	}
	return n
}

// choice is one of a few words.
func (r reader) choice(v *value, key string, words ...string) string {
	f := r.field(v, key, aText, false)
	if f == nil {
		return ""
	}
	if !slices.Contains(words, f.text) {
		r.fail(f, fmt.Sprintf("%s is %q", key, clip(f.text, 40)), "one of "+strings.Join(words, ", "), "")
	}
	return f.text
}

func (r reader) step(v *value, n int, unknown func(string)) step {
	s := step{n: n, count: -1}
	r.where = fmt.Sprintf("step %d: ", n)
	if v.kind != aMap {
		r.fail(v, "a step is "+string(v.kind), "a map with a type", "")
		return s
	}
	s.kind = r.text(v, "type", true)
	keys, known := fieldsOf(s.kind)
	if !known {
		if at := v.find("type"); at != nil && at.kind == aText {
			r.fail(at, fmt.Sprintf("the type %q is unknown", clip(s.kind, 40)), "one of "+stepTypes, "if Chrome records this by now, Samui is older than it: take the step out")
		}
		return s
	}
	r.where = fmt.Sprintf("step %d (%s): ", n, s.kind)
	allowed := strings.Fields(commonFields + " " + keys)
	for _, f := range v.fields {
		if !slices.Contains(allowed, f.key) {
			unknown(f.key)
		}
	}
	s.timeout = r.number(v, "timeout", false, 0)
	if t := r.text(v, "target", false); t != "main" {
		s.target = t
	}
	s.events = r.events(v)
	if slices.Contains(allowed, "frame") {
		s.frame = r.frame(v)
	}
	if slices.Contains(allowed, "selectors") {
		s.selectors = r.selectors(v, s.kind != "scroll")
	}
	r.own(v, &s)
	return s
}

// own reads what only steps of this type have.
func (r reader) own(v *value, s *step) {
	switch s.kind {
	case "navigate":
		s.url = r.text(v, "url", true)
	case "setViewport":
		s.width, s.height = r.number(v, "width", true, 0), r.number(v, "height", true, 0)
		s.scale = r.number(v, "deviceScaleFactor", false, 0)
		s.mobile, s.touch, s.landscape = r.yes(v, "isMobile"), r.yes(v, "hasTouch"), r.yes(v, "isLandscape")
	case "emulateNetworkConditions":
		s.down, s.up = r.number(v, "download", true, -1), r.number(v, "upload", true, -1)
		s.latency = r.number(v, "latency", true, 0)
	case "click", "doubleClick":
		s.x, s.y = r.number(v, "offsetX", false, math.Inf(-1)), r.number(v, "offsetY", false, math.Inf(-1))
		s.device = r.choice(v, "deviceType", "mouse", "pen", "touch")
		s.button = r.choice(v, "button", "primary", "auxiliary", "secondary", "back", "forward")
		s.duration = r.number(v, "duration", false, 0)
	case "change":
		s.value = r.text(v, "value", true)
	case "keyDown", "keyUp":
		s.key = r.text(v, "key", true)
	case "scroll":
		r.number(v, "x", false, math.Inf(-1))
		s.y = r.number(v, "y", false, math.Inf(-1))
	case "customStep":
		s.name = r.text(v, "name", true)
		if p := v.find("parameters"); p != nil {
			s.parameters = p.json(0)
		}
	case "waitForElement":
		r.awaited(v, s)
	case "waitForExpression":
		s.expression = r.text(v, "expression", true)
	}
}
