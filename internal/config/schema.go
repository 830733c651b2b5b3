package config

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// schema is the part of JSON Schema, draft 2020-12, that the tables need. The
// fields are in the order in which a person would read them.
type schema struct {
	Dialect     string `json:"$schema,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	Examples    []any  `json:"examples,omitempty"`
	Ref         string `json:"$ref,omitempty"`

	Type    []string `json:"type,omitempty"`
	Enum    []string `json:"enum,omitempty"`
	Pattern string   `json:"pattern,omitempty"`
	MinLen  int      `json:"minLength,omitempty"`
	Minimum *float64 `json:"minimum,omitempty"`
	Maximum *float64 `json:"maximum,omitempty"`

	Items    *schema `json:"items,omitempty"`
	MinItems int     `json:"minItems,omitempty"`
	MaxItems int     `json:"maxItems,omitempty"`

	Properties       properties          `json:"properties,omitempty"`
	PatternProps     map[string]*schema  `json:"patternProperties,omitempty"`
	Additional       any                 `json:"additionalProperties,omitempty"`
	Names            *schema             `json:"propertyNames,omitempty"`
	Required         []string            `json:"required,omitempty"`
	DependentRequire map[string][]string `json:"dependentRequired,omitempty"`
	MinProperties    int                 `json:"minProperties,omitempty"`
	MaxProperties    int                 `json:"maxProperties,omitempty"`

	AllOf []*schema `json:"allOf,omitempty"`
	AnyOf []*schema `json:"anyOf,omitempty"`
	OneOf []*schema `json:"oneOf,omitempty"`
	Not   *schema   `json:"not,omitempty"`

	Defs properties `json:"$defs,omitempty"`
}

// properties are named schemas that keep their order.
type properties []property

type property struct {
	name   string
	schema *schema
}

// MarshalJSON implements [json.Marshaler] with an object.
func (ps properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range ps {
		if i > 0 {
			b.WriteByte(',')
		}
		value, err := marshal(p.schema)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q:%s", p.name, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// marshal keeps <, > and & readable: schemas are not for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// document renders a whole schema.
func document(root *schema, title string, defs properties) []byte {
	root.Dialect, root.Title, root.Defs = "https://json-schema.org/draft/2020-12/schema", title, defs
	compact, err := marshal(root)
	if err != nil {
		panic("BUG: a schema can't be encoded: " + err.Error())
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		panic("BUG: a schema can't be indented: " + err.Error())
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// reference is the pattern of a text with a ${…}: what it will be is known
// only when it is loaded.
const reference = `\$\{`

// orReference is a pattern that a text with a ${…} passes too.
func orReference(pattern string) string { return "(" + pattern + ")|" + reference }

// wordsOrReference is a schema for one of some words, which an editor then
// offers, or a text with a ${…}.
func wordsOrReference(words []string) *schema {
	return &schema{AnyOf: []*schema{{Enum: words}, {Type: []string{"string"}, Pattern: reference}}}
}

// scalarTypes are what an editor takes a text for that is written without
// quotes: 01234 or true. Nothing at all is no text.
func scalarTypes() []string { return []string{"string", "number", "boolean"} }

func required(keys ...string) *schema { return &schema{Required: keys} }

// exactlyOneOf is a schema for objects with exactly one of the keys.
func exactlyOneOf(keys ...string) *schema {
	var s schema
	for _, k := range keys {
		s.OneOf = append(s.OneOf, required(k))
	}
	return &s
}

// atMostOneOf is a schema for objects with no more than one of the keys.
func atMostOneOf(keys ...string) *schema {
	var any schema
	for _, k := range keys {
		any.AnyOf = append(any.AnyOf, required(k))
	}
	s := exactlyOneOf(keys...)
	s.OneOf = append(s.OneOf, &schema{Not: &any})
	return s
}
