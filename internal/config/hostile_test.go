package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A hostile file of the largest size costs a bounded time and ends in few
// words.
func TestHostileFilesAreBounded(t *testing.T) {
	fill := func(s string) string { return strings.Repeat(s, (maxBytes-16)/len(s)) }
	for name, text := range map[string]string{
		"open brackets": fill("["), "open braces": fill("{"), "dashes": fill("- "), "lines of dashes": fill("-\n"), "questions": fill("? "), "colons": fill(": "),
		"keys": fill("a: b\n"), "nested keys": fill("a:\n"), "one key": fill("a: "), "commas": "[" + fill(",") + "]", "numbers": "[" + fill("1,") + "]",
		"comments": fill("#\n"), "comment and key": fill("# x\na: 1\n"), "quotes": fill(`"`), "open quote": `a: "` + fill("x\n"), "anchors": "a: " + fill("&a "), "aliases": "a: &a 1\nb: [" + fill("*a,") + "]",
		"tags": fill("!a "), "documents": fill("---\n"), "block": "a: |\n" + fill(" x\n"), "staircase": stairs(1400), "references": "title: \"" + fill("${a}") + "\"", "open references": "title: \"" + fill("${") + "\"",
		"long word": fill("x"), "tabs": fill("\t"), "carriage returns": fill("\r"), "merges": "x-a: &a {b: 1}\n" + fill("<<: *a\n"), "broken at the end": fill("a: b\n") + "c: }",
		"long references": "title: \"${" + fill("x y") + "}\"", "controls in keys": "\"\\x1b[2J\\n\\u202e\": 1\nvars: {\"a\\nb\": []}\n",
		"percent": fill("%"), "at": fill("a: @\n"), "escapes": `a: "` + fill(`\x41`) + `"`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "hostile.yaml")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			js, problems := LoadJourneys(Default(), []string{path}, Env{})
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
			if len(js) > 0 || problems.Err() == nil || len(problems) > most+1 {
				t.Errorf("%d journeys, %d problems", len(js), len(problems))
			}
			for _, p := range problems {
				if s := p.String(); len(s) > 2500 || strings.ContainsAny(s, "\n\x1b\u202e") {
					t.Errorf("a problem of %d bytes: %.200q…", len(s), s)
				}
			}
		})
	}
}

func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
