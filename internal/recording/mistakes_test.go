package recording

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// flowOf is a recording with these steps, one in a line from line 2 on.
func flowOf(steps ...string) string {
	return "{\"title\": \"t\", \"steps\": [\n" + strings.Join(steps, ",\n") + "\n]}"
}

const opening = `{"type": "navigate", "url": "https://shop.example/"}`

// Every mistake is told with its place, what was wanted and what to do.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", " \n", "the file is empty; want a recording of Chrome's Recorder, exported as JSON (hint: in the Recorder panel: Export, JSON)"},
		{"not JSON", "{\n  \"title\": 'x'\n}", "2:12: this is not JSON: invalid character '\\'' looking for beginning of value; want a recording of Chrome's Recorder, exported as JSON (hint: in the Recorder panel: Export, JSON)"},
		{"a comma too many", "{\"steps\": [1,]}", "1:14: this is not JSON: invalid character ']' looking for beginning of value; want a recording of Chrome's Recorder, exported as JSON (hint: in the Recorder panel: Export, JSON)"},
		{"a script", "const puppeteer = require('puppeteer');", "1:1: this is not JSON: invalid character 'c' looking for beginning of value; want a recording of Chrome's Recorder, exported as JSON (hint: this looks like a script; in the Recorder panel: Export, JSON)"},
		{"cut off", `{"title": "x", "steps": [`, "1:26: the file ends in the middle; want a recording of Chrome's Recorder, exported as JSON (hint: export it again; in the Recorder panel: Export, JSON)"},
		{"cut off in a text", `{"title": "x`, "1:13: the file ends in the middle; want a recording of Chrome's Recorder, exported as JSON (hint: export it again; in the Recorder panel: Export, JSON)"},
		{"UTF-16", "\xff\xfe{\x00", "the file is UTF-16; want UTF-8 (hint: save it as \"UTF-8\" in your editor)"},
		{"not UTF-8", "{\"é\": \"\xe9\"}", "1:8: the file is not UTF-8; want UTF-8 text (hint: save it as \"UTF-8\" in your editor)"},
		{"two recordings", flowOf(opening) + "\n{}", "4:1: something stands behind the recording; want one recording in a file (hint: put each recording into a file of its own)"},
		{"twice the same key", `{"title": "a", "title": "b", "steps": []}`, "1:16: \"title\" is there twice; want each key once (hint: remove one of the two)"},
		{"a list", `[]`, "1:1: the recording is a list; want a recording of Chrome's Recorder, exported as JSON (hint: in the Recorder panel: Export, JSON)"},
		{"a HAR file", `{"log": {"entries": []}}`, "1:1: the recording has no steps; want a recording of Chrome's Recorder, exported as JSON (hint: this looks like a HAR file; in the Recorder panel: Export, JSON)"},
		{"no steps", `{"title": "x", "steps": []}`, "1:25: the recording is empty; want at least one step"},
		{"steps of another kind", `{"steps": {"type": "click"}}`, "1:11: steps is a map; want a list of steps"},
		{"a step of another kind", flowOf(opening, `"click"`), "3:1: step 2: a step is a text; want a map with a type"},
		{"no type", flowOf(`{"url": "/"}`), "2:1: step 1: there is no type; want type with a text"},
		{"an unknown type", flowOf(opening, `{"type": "swipe"}`), "3:10: step 2: the type \"swipe\" is unknown; want one of navigate, setViewport, emulateNetworkConditions, click, doubleClick, hover, change, keyDown, keyUp, scroll, close, customStep, waitForElement, waitForExpression (hint: if Chrome records this by now, Samui is older than it: take the step out)"},
		{"several, in Hebrew", flowOf(`{"type": "קליק"}`, `{"type": "change", "selectors": 1, "value": 2}`), "2:10: step 1: the type \"קליק\" is unknown; want one of " + stepTypes + " (hint: if Chrome records this by now, Samui is older than it: take the step out)\n" +
			"3:33: step 2 (change): selectors is 1; want a list of selectors, each a text or a list of texts\n3:45: step 2 (change): value is 2; want a text"},
		{"no selectors", flowOf(`{"type": "click", "offsetX": 1, "offsetY": 1}`), "2:1: step 1 (click): there are no selectors; want a list of selectors, each a text or a list of texts"},
		{"a selector of another kind", flowOf(`{"type": "hover", "selectors": [["a", 1]]}`), "2:39: step 1 (hover): a selector is 1; want a list of selectors, each a text or a list of texts"},
		{"numbers", flowOf(`{"type": "setViewport", "width": -1, "height": "9"}`), "2:34: step 1 (setViewport): width is -1; want a number from 0\n2:48: step 1 (setViewport): height is a text; want a number"},
		{"a huge number", flowOf(`{"type": "click", "selectors": ["a"], "offsetX": 1e400}`), "2:50: step 1 (click): offsetX is 1e400; want a number"},
		{"choices", flowOf(`{"type": "click", "selectors": ["a"], "button": "left"}`), "2:49: step 1 (click): button is \"left\"; want one of primary, auxiliary, secondary, back, forward"},
		{"frames", flowOf(`{"type": "hover", "selectors": ["a"], "frame": [0, -1, 0.5]}`), "2:52: step 1 (hover): frame holds -1; want whole numbers from 0\n2:56: step 1 (hover): frame holds 0.5; want whole numbers from 0"},
		{"counts", flowOf(`{"type": "waitForElement", "selectors": ["a"], "count": 1.5, "operator": ">"}`), "2:74: step 1 (waitForElement): operator is \">\"; want one of >=, ==, <=\n2:57: step 1 (waitForElement): count is 1.5; want a whole number from 0 to 100000"},
		{"events", flowOf(`{"type": "navigate", "url": "https://x.example", "assertedEvents": [{"type": "download"}, 1]}`), "2:78: step 1 (navigate): the asserted event \"download\" is unknown; want navigation (hint: take it out)\n2:91: step 1 (navigate): an asserted event is 1; want a map with a type"},
		{"no page", flowOf(`{"type": "click", "selectors": ["a"]}`), "1:25: the recording opens no page; want a step of the type navigate (hint: begin to record before you open the site)"},
		{"no web page", flowOf(`{"type": "navigate", "url": "file:///etc/passwd"}`), "2:29: step 1 (navigate): this address can't be visited; want an absolute http(s) URL such as https://shop.example/ (hint: begin to record before you open the site)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Import([]byte(c.text), Options{})
			var invalid *InvalidError
			if !errors.As(err, &invalid) || err.Error() != c.want {
				t.Errorf("%s\ngot  %v\nwant %s", c.text, err, c.want)
			}
		})
	}
}

// A hostile file costs a bounded time and memory and ends in few words.
func TestHostileFilesAreBounded(t *testing.T) {
	fill := func(s string) string { return strings.Repeat(s, (MaxBytes-200)/len(s)) }
	step := func(with string) string {
		return flowOf(opening, `{"type": "click", "selectors": [["`+with+`"]]}`)
	}
	for name, text := range map[string]string{
		"too large": fill("x") + fill("x"), "open brackets": fill("["), "open braces": fill(`{"a":`), "numbers": "[" + fill("1,") + "1]", "texts": `["` + fill("x") + `"]`,
		"escapes": `["` + fill(`\u0041`) + `"]`, "keys": "{" + fill(`"a":1,`) + `"b":1}`, "spaces": fill(" "), "long number": `{"steps": [` + fill("1") + "]}", "many steps": flowOf(strings.TrimSuffix(fill(opening+","), ",")),
		"long selector": step(fill("a")), "brackets in a name": step("aria/" + fill("[")), "roles in a name": step("aria/" + fill(`[role=a]`)), "long css": step(fill("a > ")), "spaces in css": step("a" + fill(" ")), "backslashes": step(fill(`\\`)),
		"long chain":          flowOf(opening, `{"type": "click", "selectors": [[`+fill(`"a",`)+`"a"]]}`),
		"long value":          flowOf(opening, `{"type": "change", "selectors": ["a"], "value": "`+fill("x")+`"}`),
		"long expression":     flowOf(opening, `{"type": "waitForExpression", "expression": "`+fill("x")+`"}`),
		"long address":        flowOf(`{"type": "navigate", "url": "https://x.example/` + fill("%") + `"}`),
		"long query":          flowOf(`{"type": "navigate", "url": "https://x.example/?` + fill("a=1&") + `"}`),
		"long title":          `{"title": "` + fill("שלום ") + `", "steps": [` + opening + `]}`,
		"deep parameters":     flowOf(opening, `{"type": "customStep", "name": "x", "parameters": `+strings.Repeat("[", 90)+strings.Repeat("]", 90)+`}`),
		"many parameters":     flowOf(opening, `{"type": "customStep", "name": "x", "parameters": [`+strings.Repeat(`"x",`, 90_000)+`1]}`),
		"unknown keys":        flowOf(`{"type": "navigate", "url": "https://x.example", ` + manyKeys(5000) + `}`),
		"mistakes everywhere": flowOf(strings.TrimSuffix(strings.Repeat("1,", 450), ",")),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			result, err := Import([]byte(text), Options{})
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
			if err != nil && (len(err.Error()) > 20_000 || strings.Count(err.Error(), "\n") > most) {
				t.Errorf("an error of %d bytes: %.300s", len(err.Error()), err)
			}
			for _, n := range result.Notes {
				if len(n.Text) > 1500 || strings.ContainsAny(n.Text, "\n\x1b\u202e") {
					t.Errorf("a note of %d bytes: %.300s", len(n.Text), n.Text)
				}
			}
		})
	}
}

func manyKeys(n int) string {
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprintf(`"k%d": 1`, i))
	}
	return strings.Join(keys, ", ")
}
