package slack

import (
	"encoding/json"
	"strings"

	api "github.com/slack-go/slack"
)

// Limits of a message, in UTF-16 units. Slack takes no more than about 13,200
// characters of blocks as JSON, where a character may take two; all of these
// together stay below 12,000.
const (
	longestHead  = 600
	longestValue = 700
	longestRows  = 3000
	longestURL   = 500
	longestItem  = 160
	mostItems    = 20
	itemsBytes   = 7000 // of the list, as JSON
)

// message is what is told, before it has a form. Its texts are of [line]; they
// hold nothing that is parsed.
type message struct {
	head    string // says it all, for a lock screen
	mention mrkdwn // who is called; ours, from the settings
	rows    []row
	items   []item
	links   []link
}

// row is something to know about an incident.
type row struct{ label, value string }

// item is a line of a list; without a URL it is no link.
type item struct{ text, url string }

type link struct{ text, url string }

// text is the message on a lock screen, where blocks aren't shown.
func (m message) text() mrkdwn {
	head := escape(cut(m.head, longestHead))
	if m.mention != "" {
		head += " " + m.mention
	}
	return head
}

// whole is the message without blocks, for a Slack that doesn't take them.
// Every line begins with a word of ours: a quote begins a line.
func (m message) whole() mrkdwn {
	var b strings.Builder
	b.WriteString(string(m.text()))
	for _, r := range m.shownRows() {
		b.WriteString("\n" + string(escape(r.label+" "+r.value)))
	}
	items, more := m.shownItems()
	for _, i := range items {
		b.WriteString("\n• " + string(anchor(i.text, i.url)))
	}
	if more != "" {
		b.WriteString("\n" + more)
	}
	for i, l := range m.shownLinks() {
		separator := "\n"
		if i > 0 {
			separator = " · "
		}
		b.WriteString(separator + string(anchor(l.text, l.url)))
	}
	return mrkdwn(b.String())
}

// anchor is a link where Slack parses it. The address is ours; a character in
// it that would end the link is spelled as addresses do.
func anchor(text, url string) mrkdwn {
	if url == "" {
		return escape(text)
	}
	url = strings.NewReplacer("&", "&amp;", "<", "%3C", ">", "%3E", "|", "%7C").Replace(url)
	return "<" + mrkdwn(url) + "|" + escape(strings.ReplaceAll(text, "|", "¦")) + ">"
}

// blocks are the message as Slack shows it. Whatever comes from elsewhere is
// in rich text, which is not parsed: there is nothing to escape.
func (m message) blocks() []api.Block {
	blocks := []api.Block{rich(bold(cut(m.head, longestHead)))}
	if m.mention != "" {
		object := api.NewTextBlockObject(api.MarkdownType, string(m.mention), false, true)
		blocks = append(blocks, api.NewSectionBlock(object, nil, nil))
	}
	var rows []api.RichTextSectionElement
	for i, r := range m.shownRows() {
		label := r.label
		if i > 0 {
			label = "\n" + label
		}
		rows = append(rows, bold(label), plain(" "+r.value))
	}
	if rows != nil {
		blocks = append(blocks, rich(rows...))
	}
	if items, more := m.shownItems(); items != nil {
		blocks = append(blocks, list(items))
		if more != "" {
			blocks = append(blocks, rich(plain(more)))
		}
	}
	var links []api.RichTextSectionElement
	for i, l := range m.shownLinks() {
		if i > 0 {
			links = append(links, plain(" · "))
		}
		links = append(links, api.NewRichTextSectionLinkElement(l.url, l.text, nil))
	}
	if links != nil {
		blocks = append(blocks, rich(links...))
	}
	return blocks
}

// shownRows are as many rows as there is room for.
func (m message) shownRows() (shown []row) {
	room := longestRows
	for _, r := range m.rows {
		r.value = cut(r.value, longestValue)
		if room -= utf16Length(r.label) + utf16Length(r.value); room < 0 {
			break
		}
		shown = append(shown, r)
	}
	return shown
}

// shownItems are as many items as there is room for, and how many aren't shown.
func (m message) shownItems() (shown []item, more string) {
	room := itemsBytes
	for _, i := range m.items {
		i.text = cut(i.text, longestItem)
		if !usable(i.url) {
			i.url = ""
		}
		encoded, err := json.Marshal(section(i))
		if room -= len(encoded); err != nil || room < 0 || len(shown) == mostItems {
			break
		}
		shown = append(shown, i)
	}
	if left := len(m.items) - len(shown); left > 0 {
		more = "and " + count(left, "more", "more")
	}
	return shown, more
}

func (m message) shownLinks() (shown []link) {
	for _, l := range m.links {
		if usable(l.url) {
			shown = append(shown, l)
		}
	}
	return shown
}

func usable(url string) bool { return url != "" && utf16Length(url) <= longestURL }

func rich(elements ...api.RichTextSectionElement) *api.RichTextBlock {
	return api.NewRichTextBlock("", api.NewRichTextSection(elements...))
}

func list(items []item) *api.RichTextBlock {
	var elements []api.RichTextElement
	for _, i := range items {
		elements = append(elements, section(i))
	}
	return api.NewRichTextBlock("", api.NewRichTextList(api.RTEListBullet, 0, elements...))
}

func section(i item) *api.RichTextSection {
	if i.url == "" {
		return api.NewRichTextSection(plain(i.text))
	}
	return api.NewRichTextSection(api.NewRichTextSectionLinkElement(i.url, i.text, nil))
}

func plain(s string) *api.RichTextSectionTextElement {
	return api.NewRichTextSectionTextElement(s, nil)
}

func bold(s string) *api.RichTextSectionTextElement {
	return api.NewRichTextSectionTextElement(s, &api.RichTextSectionTextStyle{Bold: true})
}
