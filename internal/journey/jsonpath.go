package journey

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// JSONPath is a place in a JSON document, as items[0].price: names joined by
// dots, items of a list counted from 0 in brackets, and length for how many
// items a list has. A name that isn't made of letters, digits, _, $ and -
// stands in brackets and quotes: ["odd name"]. The zero value is the whole
// document.
type JSONPath struct {
	source string
	steps  []jsonStep
}

// jsonStep is a name, or a place in a list where name is empty and named
// false.
type jsonStep struct {
	name   string
	named  bool
	index  int
	source string // the path up to and with this step
}

// JSONPathError says what is wrong with a path, as `"a..b" has a dot too many`
// without the path itself, and what to write instead.
type JSONPathError struct{ What, Hint string }

// Error is what is wrong.
func (e *JSONPathError) Error() string { return e.What }

const jsonName = `[\pL\pN_$-]+`

// ParseJSONPath reads a path. The error is a [*JSONPathError].
func ParseJSONPath(s string) (JSONPath, error) {
	if s == "" {
		return JSONPath{}, &JSONPathError{"is empty", "write the names on the way there, as items[0].price"}
	}
	if rest, ok := strings.CutPrefix(s, "$"); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
		hint := "a path begins with the first name"
		if rest = strings.TrimPrefix(rest, "."); rest != "" {
			hint = "write " + rest
		}
		return JSONPath{}, &JSONPathError{"begins with $, which stands for nothing here", hint}
	}
	p := JSONPath{source: s}
	name := regexp.MustCompile(`^` + jsonName)
	for at := 0; at < len(s); {
		rest := s[at:]
		switch {
		case rest[0] == '[':
			step, length, err := bracket(rest)
			if err != nil {
				return JSONPath{}, err
			}
			at += length
			step.source = s[:at]
			p.steps = append(p.steps, step)
			continue
		case rest[0] == '.' && at > 0:
			at++
			rest = s[at:]
		case at > 0 && name.MatchString(rest):
			return JSONPath{}, &JSONPathError{fmt.Sprintf("goes on after %q without a dot", s[:at]), "write " + s[:at] + "." + rest}
		}
		found := name.FindString(rest)
		if found == "" {
			return JSONPath{}, nameless(s, at)
		}
		at += len(found)
		p.steps = append(p.steps, jsonStep{name: found, named: true, source: s[:at]})
	}
	return p, nil
}

// nameless says what stands where a name should.
func nameless(s string, at int) error {
	switch {
	case at >= len(s):
		return &JSONPathError{"ends with a dot", "write " + strings.TrimRight(s, ".")}
	case s[at] == '.':
		return &JSONPathError{"has a dot too many", "names are joined by one dot"}
	case s[at] == '*':
		return &JSONPathError{"holds *, and a path leads to one place", "write the place: [0] is the first item"}
	}
	return &JSONPathError{fmt.Sprintf("holds %q where a name should stand", firstRune(s[at:])), `a name with other signs stands in brackets and quotes: ["odd name"]`}
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// bracket reads [0] or ["odd name"] at the start of s, and how long it is.
func bracket(s string) (jsonStep, int, error) {
	if strings.HasPrefix(s, `["`) || strings.HasPrefix(s, `['`) {
		end := strings.Index(s[2:], s[1:2]+"]")
		if end < 0 {
			return jsonStep{}, 0, &JSONPathError{"has a [ and a quote that are never closed", `write ["odd name"]`}
		}
		return jsonStep{name: s[2 : 2+end], named: true}, end + 4, nil
	}
	end := strings.IndexByte(s, ']')
	if end < 0 {
		return jsonStep{}, 0, &JSONPathError{"has a [ that is never closed", "write [0] for the first item"}
	}
	inside := s[1:end]
	index, err := strconv.ParseUint(inside, 10, 31)
	switch {
	case inside == "*" || inside == "":
		return jsonStep{}, 0, &JSONPathError{"holds [" + inside + "], and a path leads to one place", "write the place: [0] is the first item"}
	case strings.HasPrefix(inside, "-"):
		return jsonStep{}, 0, &JSONPathError{"holds [" + inside + "], and items are counted from the first", "write [0] for the first item"}
	case err != nil:
		return jsonStep{}, 0, &JSONPathError{"holds [" + inside + "], which is no place in a list", `write [0] for the first item, or ["` + strings.Trim(inside, `"'`) + `"] for a name`}
	}
	return jsonStep{index: int(index)}, end + 1, nil
}

// String is the path as it was written.
func (p JSONPath) String() string { return p.source }

// JSONValue is what stands somewhere in a JSON document.
type JSONValue struct {
	Text   string  // a string's text, a number as it was written, true, false, null, or what is left of a list or an object as JSON
	Number float64 // where IsNumber
	// IsNumber tells a number, and a string that is one ("19.90").
	IsNumber bool
	IsString bool
}

// errNoJSON is what a document is that can't be read.
var errNoJSON = errors.New("it is no JSON")

// Find returns what stands at the path. The error says how far the path leads
// and what is there instead.
func (p JSONPath) Find(document []byte) (JSONValue, error) {
	at, err := decodeJSON(document)
	if err != nil {
		return JSONValue{}, err
	}
	so := "the document"
	for _, step := range p.steps {
		next, err := step.of(at, so)
		if err != nil {
			return JSONValue{}, err
		}
		at, so = next, step.source
	}
	return jsonValue(at), nil
}

// decodeJSON reads a whole document, its numbers as they are written.
func decodeJSON(document []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, errNoJSON
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errNoJSON
	}
	return v, nil
}

// of goes one step on from what stands at so.
func (s jsonStep) of(at any, so string) (any, error) {
	switch v := at.(type) {
	case map[string]any:
		if !s.named {
			return nil, fmt.Errorf("%s is no list, it has %s", so, namesOf(v))
		}
		next, there := v[s.name]
		if !there {
			return nil, fmt.Errorf("%s has no %q, it has %s", so, s.name, namesOf(v))
		}
		return next, nil
	case []any:
		switch {
		case !s.named && s.index < len(v):
			return v[s.index], nil
		case !s.named:
			return nil, fmt.Errorf("%s has no item [%d], it has %d", so, s.index, len(v))
		case s.name == "length":
			return json.Number(strconv.Itoa(len(v))), nil
		}
		return nil, fmt.Errorf("%s is a list of %d, and has no %q", so, len(v), s.name)
	}
	return nil, fmt.Errorf("%s is %s", so, kindOf(at))
}

// kindOf is what a value is, without what it says: that may be private.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case json.Number:
		return "a number"
	}
	return "a text"
}

// namesOf are the first names of an object.
func namesOf(v map[string]any) string {
	const most = 8
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, strconv.Quote(name))
	}
	slices.Sort(names)
	switch {
	case len(names) == 0:
		return "nothing"
	case len(names) > most:
		names = append(names[:most], "…")
	}
	return strings.Join(names, ", ")
}

func jsonValue(at any) JSONValue {
	var v JSONValue
	switch at := at.(type) {
	case string:
		v.Text, v.IsString = at, true
	case json.Number:
		v.Text = at.String()
	default:
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(at); err != nil {
			panic("BUG: what was JSON can't be written as JSON: " + err.Error())
		}
		v.Text = strings.TrimSuffix(b.String(), "\n")
		return v
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(v.Text), 64)
	if err == nil && !math.IsNaN(n) && !math.IsInf(n, 0) && !strings.ContainsAny(v.Text, "xX_") {
		v.Number, v.IsNumber = n, true
	}
	return v
}
