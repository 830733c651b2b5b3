package journey

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxSaved is the longest text, in bytes, that a step saves: it is typed and
// sent, and no book.
const MaxSaved = 4 << 10

// Save is what a step reads for later ones when it has ended well.
type Save struct {
	Name    string
	From    SaveFrom
	Target  *Target // text, value and attribute
	Named   string  // attribute, cookie: which; json: the path
	Matches Text    // a regular expression: its first group is saved, or all that it matches; empty = everything
	Secret  bool    // it is kept like a secret, as a cookie always is
	Pos     Pos
}

// SaveFrom says where a value is read.
type SaveFrom string

// Where a value is read. The title and the URL are the page's.
const (
	SaveText      SaveFrom = "text"
	SaveValue     SaveFrom = "value"
	SaveAttribute SaveFrom = "attribute"
	SaveURL       SaveFrom = "url"
	SaveTitle     SaveFrom = "title"
	SaveCookie    SaveFrom = "cookie"
	SaveJSON      SaveFrom = "json"
)

// String is the value's name and its source as a person would write them.
func (s Save) String() string {
	var keys []string
	add := func(key, value string) { keys = append(keys, key+": "+value) }
	switch s.From {
	case SaveText, SaveValue:
		if key := "in"; s.Target != nil {
			if s.From == SaveValue {
				key = "value"
			}
			add(key, s.Target.String())
		}
	case SaveAttribute:
		if s.Target != nil {
			add("attribute", joinMap(s.Target.keys(), "named: "+quoteYAML(s.Named)))
		}
	case SaveURL, SaveTitle:
		add("page", string(s.From))
	case SaveCookie, SaveJSON:
		add(string(s.From), quoteYAML(s.Named))
	}
	if !s.Matches.IsZero() {
		add("matches", quoteYAML(s.Matches.String()))
	}
	if s.Secret && s.From != SaveCookie {
		add("secret", "true")
	}
	return s.Name + ": {" + strings.Join(keys, ", ") + "}"
}

// Of is what is saved of a text that was read. pattern is Matches as it is on
// the visit; empty = all of it. The error says what is wrong with the text, and
// nothing that stands in it.
func (s Save) Of(read, pattern string) (string, error) {
	value := read
	if pattern != "" {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return "", errors.New("matches: is no regular expression")
		}
		groups := re.FindStringSubmatch(read)
		switch {
		case groups == nil:
			return "", errors.New("nothing in it matches")
		case len(groups) > 1:
			value = groups[1]
		default:
			value = groups[0]
		}
	}
	value = strings.TrimSpace(strings.ToValidUTF8(value, string(utf8.RuneError)))
	switch {
	case value == "":
		return "", errors.New("there is nothing in it")
	case len(value) > MaxSaved:
		return "", fmt.Errorf("it is longer than %d KiB", MaxSaved>>10)
	}
	return value, nil
}

// Texts are the texts of a step, so that what they need can be looked for.
func (s Step) Texts() []Text {
	var all []Text
	s.texts(func(some ...Text) { all = append(all, some...) })
	return all
}

// texts gives every text of a step.
func (s Step) texts(add func(...Text)) {
	for _, a := range s.Do {
		a.Target.texts(add)
		a.To.texts(add)
		add(a.URL, a.With, a.Option)
		add(a.Options...)
		if a.Call != nil {
			add(a.Call.Texts()...)
		}
	}
	for _, e := range s.expectations() {
		e.Every(func(e Expectation) {
			e.Target.texts(add)
			add(e.Text)
			add(e.Exchange.texts()...)
		})
	}
	for _, c := range s.Conditions {
		add(c.Value, c.Text)
	}
	for _, v := range s.Save {
		v.Target.texts(add)
		add(v.Matches)
	}
}

// texts gives every text of a target and what is around it.
func (t *Target) texts(add func(...Text)) {
	for ; t != nil; t = t.Within {
		add(t.Value, t.Name, t.Has)
		t.Frame.texts(add)
		for i := range t.FirstOf {
			t.FirstOf[i].texts(add)
		}
	}
}

// Known reports whether a target means the same at any time of a visit: nothing
// in it comes up there.
func (t *Target) Known() bool {
	known := true
	t.texts(func(texts ...Text) {
		known = known && !slices.ContainsFunc(texts, func(t Text) bool {
			return slices.ContainsFunc(t.parts, func(p Part) bool { return p.Live != nil })
		})
	})
	return known
}

type saveMeaning struct {
	Name    string         `json:"name"`
	From    SaveFrom       `json:"from"`
	Target  *targetMeaning `json:"target,omitzero"`
	Named   string         `json:"named,omitzero"`
	Matches string         `json:"matches,omitzero"`
}

func saveMeaningOf(s Save) saveMeaning {
	return saveMeaning{Name: s.Name, From: s.From, Target: targetMeaningOf(s.Target), Named: s.Named, Matches: source(s.Matches)}
}
