package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// The limits of a file; whoever reaches one did not write it by hand.
const (
	maxBytes   = 1 << 20
	maxNodes   = 10_000 // with aliases counted wherever they are used
	maxDepth   = 50
	maxAliases = 100
)

// parse turns a file into a tree. It is the only place that knows the YAML
// package. nil means that the problems are in src, or that the file is empty.
func parse(src *source, data []byte) *node {
	data, ok := decodable(src, data)
	if !ok {
		return nil
	}
	src.lines = strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	document, err := decode(decoder)
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		src.sink.add(syntaxProblem(src, err))
		return nil
	}
	if second, err := decode(decoder); !errors.Is(err, io.EOF) {
		p := Problem{File: src.name, What: "there is a second document", Want: "one document in a file", Hint: "remove the line ---, or put what follows it into a file of its own"}
		p.Line, p.Column = secondDocument(src, second)
		src.sink.add(p)
		return nil
	}
	b := builder{src: src, built: map[*yaml.Node]*node{}, open: map[*yaml.Node]bool{}}
	root := b.build(document.Content[0], 1)
	if b.refused {
		return nil
	}
	return root
}

// decode reads the next document. The YAML package is frozen and has paniced
// on hostile input before; a file must never end the daemon.
func decode(d *yaml.Decoder) (document *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: the file can't be read: %v", r)
		}
	}()
	var n yaml.Node
	if err := d.Decode(&n); err != nil {
		return nil, err
	}
	return &n, nil
}

// plainValue is a value of our own as JSON has it.
func plainValue(text string) any {
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		panic(fmt.Sprintf("BUG: %q is no YAML: %v", text, err))
	}
	return v
}

// syntaxError is what the YAML package says about a text, nil where it can be
// read.
func syntaxError(text string) error {
	_, err := decode(yaml.NewDecoder(strings.NewReader(text)))
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// decodable checks what must hold before the bytes mean anything, and drops a
// byte order mark.
func decodable(src *source, data []byte) ([]byte, bool) {
	refuse := func(line, column int, what, want, hint string) ([]byte, bool) {
		src.sink.add(Problem{File: src.name, Line: line, Column: column, What: what, Want: want, Hint: hint})
		return nil, false
	}
	const save = `save it as "UTF-8" in your editor`
	switch {
	case len(data) > maxBytes:
		return refuse(0, 0, "the file is larger than 1 MiB", "a file written by hand", "split it into several files")
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return refuse(0, 0, "the file is UTF-16", "UTF-8", save)
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
		src.sink.add(Problem{
			File: src.name, Line: 1, Column: 1, Warning: true,
			What: "the file begins with a byte order mark, which other tools stumble over",
			Hint: `save it as "UTF-8" rather than "UTF-8 with BOM"`,
		})
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		line, column := place(data, i)
		return refuse(line, column, "there is a NUL byte", "UTF-8 text", save)
	}
	if !utf8.Valid(data) {
		i := 0
		for i < len(data) {
			r, size := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && size <= 1 {
				break
			}
			i += size
		}
		line, column := place(data, i)
		return refuse(line, column, "the file is not UTF-8", "UTF-8 text", save)
	}
	return data, true
}

// place is the line and the column, in characters, of a byte.
func place(data []byte, i int) (line, column int) {
	before := data[:i]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

// secondDocument is where a second document begins: at its first value, or at
// the line --- itself where it is empty or unreadable.
func secondDocument(src *source, second *yaml.Node) (line, column int) {
	content := false
	for i, text := range src.lines {
		if strings.HasPrefix(text, "---") && content {
			return i + 1, 1
		}
		text = strings.TrimSpace(text)
		content = content || (text != "" && !strings.HasPrefix(text, "#") && !strings.HasPrefix(text, "%"))
	}
	if second != nil {
		return second.Line, second.Column
	}
	return len(src.lines), 1
}

// builder turns YAML's nodes into ours within the limits.
type builder struct {
	src     *source
	built   map[*yaml.Node]*node // what an alias stands for is built once …
	open    map[*yaml.Node]bool  // … and may not hold itself
	nodes   int
	aliases int
	refused bool
}

// refuse reports the one problem of a file that is too much.
func (b *builder) refuse(at *yaml.Node, what, want, hint string) *node {
	if !b.refused {
		b.refused = true
		b.report(at, what, want, hint)
	}
	return nil
}

func (b *builder) report(at *yaml.Node, what, want, hint string) {
	b.src.sink.add(Problem{File: b.src.name, Line: at.Line, Column: at.Column, What: what, Want: want, Hint: hint})
}

func (b *builder) build(y *yaml.Node, depth int) *node {
	if b.refused {
		return nil
	}
	if b.nodes++; b.nodes > maxNodes {
		return b.refuse(y, "the file holds more than 10,000 values", "a file written by hand", "split it into several files; an alias counts wherever it is used")
	}
	if depth > maxDepth {
		return b.refuse(y, "the file is nested more than 50 levels deep", "a file written by hand", "")
	}
	if b.open[y] {
		return b.refuse(y, fmt.Sprintf("anchor %s holds itself", quoted(y.Anchor)), "an anchor that stands before its aliases", "")
	}
	if y.Kind == yaml.AliasNode {
		if b.aliases++; b.aliases > maxAliases {
			return b.refuse(y, "the file holds more than 100 aliases", "a file written by hand", "write vars: and ${NAME} for texts that return often")
		}
		return b.build(y.Alias, depth)
	}
	b.open[y] = true
	defer delete(b.open, y)
	n, seen := b.built[y]
	if seen {
		b.recount(n, depth)
		return n
	}
	n = &node{line: y.Line, column: y.Column, flow: y.Style&yaml.FlowStyle != 0, src: b.src}
	tagged := b.checkTag(y)
	switch y.Kind {
	case yaml.SequenceNode:
		n.kind = list
		for _, c := range y.Content {
			n.items = append(n.items, b.build(c, depth+1))
		}
	case yaml.MappingNode:
		n.kind = mapping
		b.mapping(n, y, depth)
	case yaml.ScalarNode, yaml.AliasNode, yaml.DocumentNode:
		n.value = y.Value
		n.quoted = y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
		n.null = y.ShortTag() == "!!null" && !tagged
		if tagged {
			n.value = strings.TrimSpace(y.Tag + " " + y.Value)
		}
	}
	if y.Anchor != "" {
		b.built[y] = n
	}
	return n
}

// recount counts a node that is used again, without building it again.
func (b *builder) recount(n *node, depth int) {
	for _, c := range n.items {
		b.again(c, depth+1)
	}
	for _, e := range n.entries {
		b.again(e.value, depth+1)
	}
}

func (b *builder) again(n *node, depth int) {
	if b.nodes++; b.refused || n == nil {
		return
	}
	if b.nodes > maxNodes || depth > maxDepth {
		b.refuse(&yaml.Node{Line: n.line, Column: n.column}, "the file's aliases expand to more than 10,000 values or 50 levels", "a file written by hand", "")
		return
	}
	b.recount(n, depth)
}

func (b *builder) mapping(n *node, y *yaml.Node, depth int) {
	var merges []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, v := y.Content[i], y.Content[i+1]
		for k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode || k.ShortTag() == "!!null" {
			b.report(y.Content[i], "a key is not a plain word", `KEY: VALUE`, "")
			continue
		}
		value := b.build(v, depth+1)
		if value == nil {
			return
		}
		if k.Tag == "!!merge" {
			merges = append(merges, b.merged(v, value)...)
			continue
		}
		if first := slices.IndexFunc(n.entries, func(e entry) bool { return e.key.value == k.Value }); first >= 0 {
			b.report(k, fmt.Sprintf("key %s is given twice, first in line %d", quoted(k.Value), n.entries[first].key.line), "each key once", "remove one of the two")
			continue
		}
		n.entries = append(n.entries, entry{&node{value: k.Value, line: k.Line, column: k.Column, src: b.src}, value})
	}
	for _, m := range merges {
		for _, e := range m.entries {
			if n.find(e.key.value) == nil {
				n.entries = append(n.entries, e)
				b.nodes++
			}
		}
	}
}

// merged are the mappings that a merge key names.
func (b *builder) merged(at *yaml.Node, value *node) []*node {
	from := []*node{value}
	if value.kind == list {
		from = value.items
	}
	for _, m := range from {
		if m == nil || m.kind != mapping {
			b.report(at, "<<: names something that is not a map", "<<: *ANCHOR of a map", "")
			return nil
		}
	}
	return from
}

// checkTag refuses !tags: they are nearly always a text that begins with !.
func (b *builder) checkTag(y *yaml.Node) bool {
	if y.Style&yaml.TaggedStyle == 0 || y.Tag == "!!str" {
		return false
	}
	b.report(y, fmt.Sprintf("%s is read as a YAML tag", quoted(y.Tag)), "a plain value", fmt.Sprintf("quote a text that begins with !: %q", strings.TrimSpace(y.Tag+" "+y.Value)))
	return true
}
