package slacktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What Slack takes.
const (
	longestText    = 40_000
	mostBlocks     = 50
	longestBlocks  = 13_200 // of all blocks, as JSON
	longestSection = 3000
	longestHeader  = 150
	mostElements   = 10 // of a context block
	longestURL     = 3000
)

// wrong is what a message is refused for.
type wrong struct{ code, text string }

func wrongf(code, format string, args ...any) *wrong {
	return &wrong{code, fmt.Sprintf(format, args...)}
}

func badBlock(format string, args ...any) *wrong { return wrongf("invalid_blocks", format, args...) }

// checkMessage says why a message is refused; nil = it isn't.
func checkMessage(text, blocks, metadata string) *wrong {
	if metadata != "" {
		var m struct {
			EventType    string         `json:"event_type"`
			EventPayload map[string]any `json:"event_payload"`
		}
		if json.Unmarshal([]byte(metadata), &m) != nil || m.EventType == "" || m.EventPayload == nil {
			return wrongf("invalid_metadata_format", "%s", metadata)
		}
	}
	if blocks == "null" {
		blocks = ""
	}
	if text == "" && blocks == "" {
		return wrongf("no_text", "neither text nor blocks")
	}
	if length(text) > longestText {
		return wrongf("msg_too_long", "%d characters of text", length(text))
	}
	if w := parsed(text); w != nil {
		return w
	}
	if blocks == "" {
		return nil
	}
	return checkBlocks(blocks)
}

func checkBlocks(encoded string) *wrong {
	if !utf8.ValidString(encoded) {
		return badBlock("not UTF-8")
	}
	var blocks []map[string]any
	if err := json.Unmarshal([]byte(encoded), &blocks); err != nil {
		return badBlock("not a list of blocks: %v", err)
	}
	if len(blocks) > mostBlocks {
		return badBlock("%d blocks", len(blocks))
	}
	var all bytes.Buffer
	e := json.NewEncoder(&all)
	e.SetEscapeHTML(false)
	if e.Encode(blocks) != nil || length(all.String()) > longestBlocks {
		return wrongf("msg_blocks_too_long", "%d characters of blocks", length(all.String()))
	}
	for _, b := range blocks {
		if w := checkBlock(b); w != nil {
			return w
		}
	}
	return nil
}

func checkBlock(b map[string]any) *wrong {
	if id, ok := b["block_id"].(string); ok && length(id) > 255 {
		return badBlock("block_id too long")
	}
	switch kind := b["type"]; kind {
	case "divider":
		return onlyKeys(b)
	case "header":
		if w := onlyKeys(b, "text"); w != nil {
			return w
		}
		return checkObject(b["text"], longestHeader, false)
	case "section":
		if w := onlyKeys(b, "text"); w != nil {
			return w
		}
		return checkObject(b["text"], longestSection, true)
	case "context":
		if w := onlyKeys(b, "elements"); w != nil {
			return w
		}
		elements, _ := b["elements"].([]any)
		if len(elements) == 0 || len(elements) > mostElements {
			return badBlock("%d elements in a context block", len(elements))
		}
		for _, e := range elements {
			if w := checkObject(e, longestSection, true); w != nil {
				return w
			}
		}
		return nil
	case "rich_text":
		if w := onlyKeys(b, "elements"); w != nil {
			return w
		}
		return each(b, checkRich)
	default:
		return badBlock("unsupported type: %v", kind)
	}
}

// checkObject checks a text object.
func checkObject(o any, longest int, mrkdwn bool) *wrong {
	object, _ := o.(map[string]any)
	if w := onlyKeys(object, "text", "emoji", "verbatim"); w != nil {
		return w
	}
	text, _ := object["text"].(string)
	if text == "" || length(text) > longest {
		return badBlock("a text of %d characters", length(text))
	}
	switch kind := object["type"]; {
	case kind == "plain_text" && object["verbatim"] == nil:
		return nil
	case kind == "mrkdwn" && mrkdwn && object["emoji"] == nil:
		return parsed(text)
	default:
		return badBlock("unsupported text object: %v", kind)
	}
}

// checkRich checks what a rich_text block is made of.
func checkRich(e map[string]any) *wrong {
	switch kind := e["type"]; kind {
	case "rich_text_section", "rich_text_quote", "rich_text_preformatted":
		if w := onlyKeys(e, "elements", "border"); w != nil {
			return w
		}
		return each(e, checkInline)
	case "rich_text_list":
		if w := onlyKeys(e, "elements", "style", "indent", "border", "offset"); w != nil {
			return w
		}
		if e["style"] != "bullet" && e["style"] != "ordered" {
			return badBlock("a list of style %v", e["style"])
		}
		return each(e, func(item map[string]any) *wrong {
			if item["type"] != "rich_text_section" {
				return badBlock("%v in a list", item["type"])
			}
			return checkRich(item)
		})
	default:
		return badBlock("unsupported type: %v", kind)
	}
}

// checkInline checks a piece of rich text. Mentions are refused: whoever wants
// one says so in mrkdwn here.
func checkInline(e map[string]any) *wrong {
	if style, ok := e["style"].(map[string]any); ok {
		for key, value := range style {
			if _, isBool := value.(bool); !isBool || !slices.Contains([]string{"bold", "italic", "strike", "code"}, key) {
				return badBlock("style %s: %v", key, value)
			}
		}
	}
	text, _ := e["text"].(string)
	switch kind := e["type"]; kind {
	case "text":
		if text == "" || length(text) > longestSection {
			return badBlock("a text of %d characters", length(text))
		}
		return onlyKeys(e, "text", "style")
	case "link":
		address, _ := e["url"].(string)
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || length(address) > longestURL {
			return badBlock("a link to %q", address)
		}
		return onlyKeys(e, "url", "text", "style")
	default:
		return badBlock("unsupported type: %v", kind)
	}
}

func each(parent map[string]any, check func(map[string]any) *wrong) *wrong {
	elements, _ := parent["elements"].([]any)
	if len(elements) == 0 {
		return badBlock("%v without elements", parent["type"])
	}
	for _, e := range elements {
		element, ok := e.(map[string]any)
		if !ok {
			return badBlock("an element that is none")
		}
		if w := check(element); w != nil {
			return w
		}
	}
	return nil
}

func onlyKeys(o map[string]any, keys ...string) *wrong {
	if o == nil {
		return badBlock("no object")
	}
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if key != "type" && key != "block_id" && !slices.Contains(keys, key) {
			return badBlock("%v has no %s", o["type"], key)
		}
	}
	return nil
}

// parsed checks a text that Slack parses: every < begins something that Slack
// knows, and every & is escaped.
func parsed(text string) *wrong {
	if !utf8.ValidString(text) {
		return wrongf("invalid_blocks", "not UTF-8")
	}
	known := regexp.MustCompile(`<(![a-z]+|!subteam\^[A-Z0-9]+|@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|https?://[^<>|\s]+)(\|[^<>|]*)?>`)
	rest := known.ReplaceAllString(text, "")
	rest = strings.NewReplacer("&amp;", "", "&lt;", "", "&gt;", "").Replace(rest)
	if at := strings.IndexAny(rest, "<>&"); at >= 0 {
		return wrongf("invalid_blocks", "unescaped %q in %q", rest[at:at+1], text)
	}
	return nil
}

// length is that of a text in UTF-16 units.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// Check says why Slack would refuse a message; blocks are JSON, and may be
// empty.
func Check(text, blocks string) error {
	if w := checkMessage(text, blocks, ""); w != nil {
		return fmt.Errorf("%s: %s", w.code, w.text)
	}
	return nil
}

// Formats is the first piece of a text that Slack would show in bold, italic,
// struck, as code or as a quote; empty where there is none.
func Formats(text string) string {
	text = regexp.MustCompile(`<[^<>|]*\|?([^<>]*)>`).ReplaceAllString(text, "$1") // of a link its text is shown
	if quote := regexp.MustCompile(`(?m)^\s*(&gt;|>).*`).FindString(text); quote != "" {
		return quote
	}
	for _, sign := range []string{`\*`, "_", "~", "`"} {
		pair := regexp.MustCompile(`(?:^|[^\pL\pN])(` + sign + `[^` + sign + `\n]+` + sign + `)(?:$|[^\pL\pN])`)
		if found := pair.FindStringSubmatch(text); found != nil {
			return found[1]
		}
	}
	return ""
}
