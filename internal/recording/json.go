package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// kind is what a value is, as a message names it.
type kind string

const (
	aText   kind = "a text"
	aNumber kind = "a number"
	aBool   kind = "true or false"
	aNull   kind = "null"
	aList   kind = "a list"
	aMap    kind = "a map"
)

// value is a JSON value that knows its place.
type value struct {
	kind   kind
	text   string // of a text; of a number as it was written
	yes    bool
	items  []*value
	fields []field
	at     int // byte of the file where it begins
}

type field struct {
	key string
	at  int
	*value
}

// find returns the value of a key of a map, or nil. null is nothing.
func (v *value) find(key string) *value {
	for _, f := range v.fields {
		if f.key == key && f.kind != aNull {
			return f.value
		}
	}
	return nil
}

// most is how many mistakes of one file are told: more are no help.
const most = 50

// source is one file while it is read.
type source struct {
	data     []byte
	mistakes []Mistake

	decoder *json.Decoder
	values  int
}

// fail reports a mistake at a byte of the file; below 0 is the whole file.
func (s *source) fail(at int, what, want, hint string) {
	if len(s.mistakes) >= most {
		return
	}
	m := Mistake{What: oneLine(what), Want: want, Hint: oneLine(hint)}
	if at >= 0 {
		before := s.data[:min(at, len(s.data))]
		start := bytes.LastIndexByte(before, '\n') + 1
		m.Line = bytes.Count(before, []byte("\n")) + 1
		m.Column = utf8.RuneCount(before[start:]) + 1
	}
	s.mistakes = append(s.mistakes, m)
}

const (
	wantRecording = "a recording of Chrome's Recorder, exported as JSON"
	exportHint    = "in the Recorder panel: Export, JSON"
)

// parse turns the file into a tree; false where the mistakes say why not.
func (s *source) parse() (*value, bool) {
	if !s.decodable() {
		return nil, false
	}
	s.decoder = json.NewDecoder(bytes.NewReader(s.data))
	s.decoder.UseNumber()
	root, err := s.value(1)
	if err == nil {
		err = s.end()
	}
	var refused refusal
	switch {
	case err == nil:
		return root, len(s.mistakes) == 0
	case errors.As(err, &refused):
		s.fail(refused.at, refused.what, wantRecording, "record only what one customer does")
	default:
		s.syntax(err)
	}
	return nil, false
}

// decodable checks what must hold before the bytes mean anything, and skips a
// byte order mark.
func (s *source) decodable() bool {
	switch {
	case len(s.data) > MaxBytes:
		s.fail(-1, "the file is larger than 10 MB", wantRecording, "")
		return false
	case bytes.HasPrefix(s.data, []byte{0xff, 0xfe}), bytes.HasPrefix(s.data, []byte{0xfe, 0xff}):
		s.fail(-1, "the file is UTF-16", "UTF-8", `save it as "UTF-8" in your editor`)
		return false
	}
	if bytes.HasPrefix(s.data, []byte("\xef\xbb\xbf")) {
		s.data = s.data[3:]
	}
	if len(bytes.TrimSpace(s.data)) == 0 {
		s.fail(-1, "the file is empty", wantRecording, exportHint)
		return false
	}
	if utf8.Valid(s.data) {
		return true
	}
	i := 0
	for r, size := utf8.DecodeRune(s.data); r != utf8.RuneError || size > 1; r, size = utf8.DecodeRune(s.data[i:]) {
		i += size
	}
	s.fail(i, "the file is not UTF-8", "UTF-8 text", `save it as "UTF-8" in your editor`)
	return false
}

// refusal says that a file is too much.
type refusal struct {
	at   int
	what string
}

func (r refusal) Error() string { return r.what }

// value reads the next value.
func (s *source) value(depth int) (*value, error) {
	at := s.next()
	token, err := s.decoder.Token()
	if err != nil {
		return nil, err
	}
	if s.values++; s.values > maxValues {
		return nil, refusal{at, fmt.Sprintf("the file holds more than %d values", maxValues)}
	}
	if depth > maxDepth {
		return nil, refusal{at, fmt.Sprintf("the file is nested more than %d levels deep", maxDepth)}
	}
	v := &value{at: at}
	switch t := token.(type) {
	case string:
		v.kind, v.text = aText, t
	case json.Number:
		v.kind, v.text = aNumber, t.String()
	case bool:
		v.kind, v.yes = aBool, t
	case nil:
		v.kind = aNull
	case json.Delim:
		if t == '[' {
			return v, s.list(v, depth)
		}
		return v, s.object(v, depth)
	}
	return v, nil
}

func (s *source) list(v *value, depth int) error {
	v.kind = aList
	for s.decoder.More() {
		item, err := s.value(depth + 1)
		if err != nil {
			return err
		}
		v.items = append(v.items, item)
	}
	_, err := s.decoder.Token()
	return err
}

func (s *source) object(v *value, depth int) error {
	v.kind = aMap
	seen := map[string]bool{}
	for s.decoder.More() {
		at := s.next()
		token, err := s.decoder.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		item, err := s.value(depth + 1)
		if err != nil {
			return err
		}
		if seen[key] {
			s.fail(at, fmt.Sprintf("%q is there twice", clip(key, 60)), "each key once", "remove one of the two")
			continue
		}
		seen[key] = true
		v.fields = append(v.fields, field{key, at, item})
	}
	_, err := s.decoder.Token()
	return err
}

// next is where the next token begins.
func (s *source) next() int {
	i := int(s.decoder.InputOffset())
	for i < len(s.data) && strings.IndexByte(" \t\r\n,:", s.data[i]) >= 0 {
		i++
	}
	return i
}

// end wants nothing behind the value.
func (s *source) end() error {
	at := s.next()
	_, err := s.decoder.Token()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	s.fail(at, "something stands behind the recording", "one recording in a file", "put each recording into a file of its own")
	return nil
}

// syntax reports bytes that are not JSON. Only a scan of the whole knows the
// place: the decoder counts from where its last value began.
func (s *source) syntax(err error) {
	at := s.next()
	whole := json.Unmarshal(s.data, new(json.RawMessage))
	if e, ok := errors.AsType[*json.SyntaxError](whole); ok {
		at = max(0, min(int(e.Offset), len(s.data))-1)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		s.fail(len(s.data), "the file ends in the middle", wantRecording, "export it again; "+exportHint)
		return
	}
	hint := exportHint
	if text := string(bytes.TrimSpace(s.data[:min(len(s.data), 4096)])); strings.Contains(text, "require(") || strings.HasPrefix(text, "import ") || strings.HasPrefix(text, "const ") {
		hint = "this looks like a script; " + exportHint
	}
	s.fail(at, "this is not JSON: "+strings.TrimPrefix(err.Error(), "json: "), wantRecording, hint)
}
