package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// syntaxProblem is what a person can do about a file that is not YAML. The
// parser's own line may be that of the construct around the mistake, or one
// off, and it knows no column; so the line is searched for and then looked at.
func syntaxProblem(src *source, err error) Problem {
	message := withoutLine(err)
	number := failingLine(src.lines, err)
	text := src.line(number)
	if above := aboveWithoutSpace(src, number); above > 0 && strings.Contains(message, "mapping values are not allowed") {
		at := indent(src.line(above)) + 1
		return Problem{File: src.name, Line: above, Column: at, What: quoted(strings.TrimSpace(src.line(above))) + " has no space after its colon", Want: "KEY: VALUE", Hint: "write " + strings.Replace(strings.TrimSpace(src.line(above)), ":", ": ", 1)}
	}
	p := Problem{File: src.name, Line: number, Column: indent(text) + 1}
	for n := number; n > 0; n-- { // what looks like spaces does its harm further down
		if i, odd := oddIndent(src.line(n)); odd != 0 && odd != '\t' {
			p.Line, p.Column = n, utf8.RuneCountInString(src.line(n)[:i])+1
			p.What, p.Want, p.Hint = fmt.Sprintf("the line is indented with U+%04X, which only looks like a space", odd), "spaces", "type the spaces before the text anew"
			return p
		}
	}
	if t, ok := trapIn(src, number, message); ok {
		p.Column = t.column
		p.What, p.Want, p.Hint = t.what, t.want, t.hint
		return p
	}
	p.What = "this is not YAML: " + message
	p.Want = "KEY: VALUE, lists with -, and the same indentation for what belongs together"
	p.Hint = `put a text that holds any of : # { } [ ] , & * ! | > % @ or quotes between double quotes`
	return p
}

// aboveWithoutSpace is the line above, if it is a key:value that lacks its
// space, or 0. YAML finds fault with the line after it.
func aboveWithoutSpace(src *source, number int) int {
	for n := number - 1; n > 0; n-- {
		text := strings.TrimSpace(src.line(n))
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if regexp.MustCompile(`^(- )?[A-Za-z_]+:[^\s/]`).MatchString(text) && indent(src.line(number)) <= indent(src.line(n)) {
			return n
		}
		return 0
	}
	return 0
}

func withoutLine(err error) string {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	return regexp.MustCompile(`^line \d+: `).ReplaceAllString(message, "")
}

// failingLine searches for the line of a syntax error. The parser stops at the
// mistake, so every part of the file that holds it fails with the same words;
// the shortest such part ends near the mistake, and the longest part before it
// that is well-formed ends where the broken construct begins.
func failingLine(lines []string, err error) int {
	// The search reads parts of the file again and again; a hostile one gets
	// the parser's own line.
	budget := 4 * maxBytes
	failure := func(n int) string {
		text := strings.Join(lines[:n], "\n") + "\n"
		if budget -= len(text); budget < 0 {
			return err.Error()
		}
		if e := syntaxError(text); e != nil {
			return e.Error()
		}
		return ""
	}
	low, high := 1, len(lines)
	for low < high {
		middle := (low + high) / 2
		if failure(middle) == err.Error() {
			high = middle
		} else {
			low = middle + 1
		}
	}
	for n := low - 1; n > 0 && budget > 0; n-- {
		if failure(n) == "" {
			return nextContent(lines, n, low)
		}
	}
	if budget > 0 {
		return nextContent(lines, 0, low)
	}
	return reportedLine(err, low)
}

// nextContent is the first line after n that says something, at most last.
func nextContent(lines []string, n, last int) int {
	for n+1 < last {
		text := strings.TrimSpace(lines[n])
		if text != "" && !strings.HasPrefix(text, "#") {
			break
		}
		n++
	}
	return n + 1
}

func reportedLine(err error, otherwise int) int {
	if m := regexp.MustCompile(`line (\d+):`).FindStringSubmatch(err.Error()); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			return min(n, otherwise)
		}
	}
	return otherwise
}

func indent(text string) int {
	return utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(text, " "))
}

// trap is a mistake in YAML that people make again and again.
type trap struct {
	column           int
	what, want, hint string
}

// trapIn looks for the traps that end in a syntax error in one line.
func trapIn(src *source, number int, message string) (trap, bool) {
	text := src.line(number)
	at := func(byteIndex int, what, want, hint string) (trap, bool) {
		return trap{utf8.RuneCountInString(text[:byteIndex]) + 1, what, want, hint}, true
	}
	if i, odd := oddIndent(text); odd == '\t' {
		return at(i, "the line is indented with a tab", "spaces", "replace each tab by two spaces")
	}
	key, value, start := splitPair(text)
	switch {
	case strings.HasPrefix(message, "unknown anchor"), strings.HasPrefix(value, "*"):
		return at(start, fmt.Sprintf("%s is read as an alias of YAML, because it begins with *", quoted(value)), "a quoted text", fmt.Sprintf("write %s: %s", key, doubleQuoted(value)))
	case strings.HasPrefix(value, "&"):
		return at(start, fmt.Sprintf("%s is read as an anchor of YAML, because it begins with &", quoted(value)), "a quoted text", fmt.Sprintf("write %s: %s", key, doubleQuoted(value)))
	case value != "" && strings.ContainsRune("@%`", rune(value[0])):
		return at(start, fmt.Sprintf("a text can't begin with %s", value[:1]), "a quoted text", fmt.Sprintf("write %s: %s", key, doubleQuoted(value)))
	}
	if i := unquotedReference(text); i >= 0 && strings.ContainsAny(text[:i], "{[") {
		return at(i, "${…} inside {…} or […] must be quoted", `"${NAME}"`, "put the whole text between double quotes")
	}
	switch {
	case strings.Contains(message, "unknown escape character"):
		return at(start, `a \ between double quotes begins an escape`, `a known escape such as \n or \u200f`, `write a regular expression between single quotes: '\d+'`)
	case strings.Contains(message, "mapping values are not allowed") && strings.Contains(value, ": "):
		return at(start, fmt.Sprintf("%s holds a colon and a space, which YAML reads as another key", quoted(value)), "a quoted text", fmt.Sprintf("write %s: %s", key, doubleQuoted(value)))
	case strings.Contains(message, "mapping values are not allowed"):
		want := "the same indentation for the keys of one map"
		if t, ok := misplaced(src, number); ok {
			want = t.want
		}
		return at(indentBytes(text), "the line is indented deeper than the one before, which already has its value", want, "")
	case value != "" && (value[0] == '"' || value[0] == '\''):
		return quoteTrap(text, key, value, start)
	case (strings.Contains(message, "',' or '}'") || strings.Contains(message, "',' or ']'")):
		return flowTrap(text)
	case strings.Contains(message, "could not find expected ':'"):
		if t, ok := colonTrap(text); ok {
			return t, true
		}
		return at(indentBytes(text), fmt.Sprintf("%s has no colon", quoted(strings.TrimSpace(text))), "KEY: VALUE", "a text over several lines begins with | or is quoted")
	case strings.Contains(message, "did not find expected '-' indicator"), strings.Contains(message, "did not find expected key"):
		if what, hint := dashTrap(keyBefore(text)); hint != "" {
			return at(indentBytes(text), quoted(strings.TrimSpace(text))+" "+what, "a - and a space before what is in a list", hint)
		}
		if t, ok := misplaced(src, number); ok {
			return t, true
		}
		return at(indentBytes(text), "the line's indentation fits nothing above it", "the same indentation for what belongs together", "count the spaces at the start of the lines around it")
	case strings.Contains(message, "block sequence entries are not allowed"):
		return at(start, "a list can't begin on the line of its key", "each - on a line of its own below the key", fmt.Sprintf("write [%s]", strings.TrimLeft(value, "- ")))
	case strings.Contains(message, "control characters"):
		return controlTrap(text)
	}
	return trap{}, false
}

func indentBytes(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) }

// splitPair takes "  - key: value" apart; start is the byte where value
// begins. Without a key it is that of the first word.
func splitPair(text string) (key, value string, start int) {
	start = indentBytes(text)
	for strings.HasPrefix(text[start:], "- ") {
		start += 2 + len(text[start+2:]) - len(strings.TrimLeft(text[start+2:], " "))
	}
	m := regexp.MustCompile(`^([^\s:{}\[\]"']+):\s+(\S.*)$`).FindStringSubmatchIndex(text[start:])
	if m == nil {
		return "", "", start
	}
	key = text[start+m[2] : start+m[3]]
	value = strings.TrimRight(text[start+m[4]:start+m[5]], " \t\r")
	return key, value, start + m[4]
}

// doubleQuoted is a text as YAML takes it as written, for a hint: what is too
// long to be typed is cut.
func doubleQuoted(s string) string {
	s = clipped(s, 200)
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// unquotedReference is where a ${ stands outside quotes, or -1.
func unquotedReference(text string) int {
	var quote byte
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.HasPrefix(text[i:], "${"):
			return i
		}
	}
	return -1
}

// quoteTrap is a quoted value that goes on after its quote, or never ends.
func quoteTrap(text, key, value string, start int) (trap, bool) {
	column := utf8.RuneCountInString(text[:start]) + 1
	mark := value[:1]
	if end := strings.Index(value[1:], mark); end >= 0 {
		rest := strings.TrimSpace(value[end+2:])
		if strings.HasSuffix(value, mark) {
			return trap{column, fmt.Sprintf("%s stands after a closed quote", quoted(rest)), "quotes of the other kind around the whole text", fmt.Sprintf("write %s: %s", key, doubleQuoted(value[1:len(value)-1]))}, true
		}
		return trap{column, fmt.Sprintf("%s stands after a closed quote", quoted(rest)), "quotes around the whole text", fmt.Sprintf("write %s: %s", key, "'"+strings.ReplaceAll(value, "'", "''")+"'")}, true
	}
	return trap{column, fmt.Sprintf("the quote %s is never closed", mark), "a quote at both ends", fmt.Sprintf("write %s: %s", key, doubleQuoted(strings.Trim(value, mark)))}, true
}

// flowTrap is a { or [ that is never closed, or holds an unquoted text with a
// colon, a bracket or the like.
func flowTrap(text string) (trap, bool) {
	open := strings.IndexAny(text, "{[")
	if open < 0 {
		return trap{}, false
	}
	column := utf8.RuneCountInString(text[:open]) + 1
	closing := map[byte]string{'{': "}", '[': "]"}[text[open]]
	if !strings.Contains(text[open:], closing) {
		return trap{column, fmt.Sprintf("the %c is never closed", text[open]), fmt.Sprintf("a %s at the end", closing), ""}, true
	}
	return trap{column, fmt.Sprintf("a text inside %c…%s is not quoted", text[open], closing), "quotes round a text that holds any of : , { } [ ] or quotes", `as in {label: "Name: first, last"}`}, true
}

// colonTrap is a pair that lacks its colon, or the space after it.
func colonTrap(text string) (trap, bool) {
	column := indent(text) + 1
	text = strings.TrimSpace(text)
	if regexp.MustCompile(`^(- )?[A-Za-z_]+:[^\s/]`).MatchString(text) {
		return trap{column, quoted(text) + " has no space after its colon", "KEY: VALUE", "write " + clipped(strings.Replace(text, ":", ": ", 1), longest)}, true
	}
	if m := regexp.MustCompile(`^((?:- )?[A-Za-z_]+)(?:\s*=\s*|\s+)(\S+)$`).FindStringSubmatch(text); m != nil {
		return trap{column, quoted(text) + " has no colon", "KEY: VALUE", "write " + clipped(m[1]+": "+m[2], longest)}, true
	}
	return trap{}, false
}

func controlTrap(text string) (trap, bool) {
	for i, r := range text {
		if r < ' ' && r != '\t' || r == 0x7f {
			return trap{utf8.RuneCountInString(text[:i]) + 1, fmt.Sprintf("there is a control character, U+%04X", r), "visible text", `remove it, or write it between double quotes as \x` + fmt.Sprintf("%02X", r)}, true
		}
	}
	return trap{}, false
}
