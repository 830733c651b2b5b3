package config

import (
	"fmt"
	"regexp"
	"strings"

	"samui/internal/journey"
)

// scriptClaim is a JavaScript expression. Whether it is one is known for
// certain when Chrome reads it; what is plainly none is said before.
func scriptClaim() codec[journey.Expectation] {
	c := unsaved("a script", "an expression without it", `compare it as text: text: "${NAME}" or value: {…, is: "${NAME}"}`, textCodec(false))
	const want = "a JavaScript expression such as window.app?.ready === true"
	return codec[journey.Expectation]{
		want: want, schema: c.schema,
		read: func(r reader, n *node) (journey.Expectation, bool) {
			t, ok := c.read(r, n)
			if !ok {
				return journey.Expectation{}, false
			}
			if t.HasSecret() {
				r.fail(n, r.subject(n)+" holds a secret, which it would hand to the page", "an expression without secrets", "a secret is typed: fill: {…, with: …}")
				return journey.Expectation{}, false
			}
			if f := scriptFault(t.Reveal(journey.Facts{})); f.bad() {
				r.fail(n, "script "+f.what, want, f.hint)
				return journey.Expectation{}, false
			}
			return journey.Expectation{Text: t}, true
		},
	}
}

// scriptFault is what is plainly wrong with an expression.
func scriptFault(s string) fault {
	if m := regexp.MustCompile(`^\s*(return|const|let|var|if|for|while|throw|import|export)\b`).FindStringSubmatch(s); m != nil {
		hint := "write (() => { … })() round statements"
		if m[1] == "return" {
			hint = "leave return out"
		}
		return fault{fmt.Sprintf("begins with %s, which is a statement", m[1]), hint}
	}
	if strings.HasSuffix(strings.TrimSpace(s), ";") {
		return fault{"ends with a semicolon", "leave it out"}
	}
	return unbalanced(s)
}

// unbalanced finds brackets and quotes that are never closed. It gives up,
// finding nothing, where a / may begin a regular expression or a ` holds code.
func unbalanced(s string) fault {
	closing := map[byte]byte{'(': ')', '[': ']', '{': '}'}
	var open []byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\'', '"':
			end := i + 1
			for ; end < len(s) && s[end] != c; end++ {
				if s[end] == '\\' {
					end++
				}
			}
			if end >= len(s) {
				return fault{fmt.Sprintf("has a %c that is never closed", c), ""}
			}
			i = end
		case '/', '`':
			return fault{}
		case '(', '[', '{':
			open = append(open, c)
		case ')', ']', '}':
			if len(open) == 0 || closing[open[len(open)-1]] != c {
				return fault{fmt.Sprintf("has a %c that closes nothing", c), ""}
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return fault{fmt.Sprintf("has a %c that is never closed", open[len(open)-1]), ""}
	}
	return fault{}
}

// downloadClaim is a file's name, or comparators for it and its least size.
func downloadClaim() codec[journey.Expectation] {
	plain := mapped(textCodec(false), func(t journey.Text) journey.Expectation {
		return journey.Expectation{Op: journey.Is, Text: t}
	})
	plain.want = "the name of a file such as invoice.pdf"
	o := object[journey.Expectation]{
		name: "download", example: "the name of a file, or {contains: invoice}",
		fields: append(textComparators(), key("min_size", "The file holds at least so much, as 10KB.", size().codec(), func(e *journey.Expectation, v int64) { e.Bytes = v })),
		rules:  []rule{exactlyOne(wantTextOp, "add contains: TEXT", textOps())},
		tips:   map[string]string{"name": "write is: …", "named": "write is: …", "file": "write is: …", "size": "write min_size: …", "at_least": "write min_size: …", "bytes": "write min_size: …", "in": "a download stands nowhere in the page"},
	}
	return either(plain, o.codec())
}
