package journey

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Revision is the hash of the journey's meaning: where it goes, what the
// customer does and must see. Titles, schedules, thresholds and places in the
// file are not part of it, nor are the values of secrets; their names are. Its
// form is 16 hexadecimal digits.
//
// A changed revision starts a history anew, so a newer Samui must find the old
// one for an old journey: what is added to an action, a target or an
// expectation is left out of the hash while it is zero.
func (j Journey) Revision() string {
	meaning := journeyMeaning{URL: j.Site.URL, StopBefore: j.StopBefore, Visit: conditionsMeaningOf(j), Overlays: overlayMeaningsOf(j)}
	if j.Consent != ConsentIgnore {
		meaning.Consent = j.Consent
	}
	for _, s := range j.Steps {
		step := stepMeaning{ID: s.ID, Always: s.Always, Repeat: repeatMeaningOf(s.Repeat), Retry: s.Retry}
		for _, c := range s.Conditions {
			step.Conditions = append(step.Conditions, conditionMeaningOf(c))
		}
		for _, a := range s.Do {
			step.Do = append(step.Do, actionMeaningOf(a))
		}
		for _, e := range s.Expect {
			step.Expect = append(step.Expect, expectationMeaningOf(e))
		}
		for _, v := range s.Save {
			step.Save = append(step.Save, saveMeaningOf(v))
		}
		meaning.Steps = append(meaning.Steps, step)
	}
	data, err := json.Marshal(meaning)
	if err != nil {
		panic("BUG: a journey's meaning can't be encoded: " + err.Error())
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

type journeyMeaning struct {
	URL        string             `json:"url"`
	Steps      []stepMeaning      `json:"steps"`
	StopBefore string             `json:"stop_before,omitzero"`
	Visit      *conditionsMeaning `json:"visit,omitzero"`
	Overlays   []overlayMeaning   `json:"overlays,omitempty"`
	Consent    Consent            `json:"consent,omitzero"`
}

type stepMeaning struct {
	ID     string               `json:"id"`
	Always bool                 `json:"always,omitzero"`
	Do     []actionMeaning      `json:"do,omitempty"`
	Expect []expectationMeaning `json:"expect,omitempty"`
	Save   []saveMeaning        `json:"save,omitempty"`

	Conditions []conditionMeaning `json:"conditions,omitempty"`
	Repeat     *repeatMeaning     `json:"repeat,omitzero"`
	Retry      int                `json:"retry,omitzero"`
}

type actionMeaning struct {
	Verb     Verb           `json:"verb"`
	Target   *targetMeaning `json:"target,omitzero"`
	URL      string         `json:"url,omitzero"`
	With     string         `json:"with,omitzero"`
	Key      string         `json:"key,omitzero"`
	Option   string         `json:"option,omitzero"`
	Options  []string       `json:"options,omitempty"`
	Index    int            `json:"index,omitzero"`
	Edge     string         `json:"edge,omitzero"`
	Pause    time.Duration  `json:"pause,omitzero"`
	Optional bool           `json:"optional,omitzero"`
	For      time.Duration  `json:"for,omitzero"`
	Reply    string         `json:"reply,omitzero"`
	File     string         `json:"file,omitzero"`
	Count    int            `json:"count,omitzero"`
	Button   string         `json:"button,omitzero"`
	Keys     string         `json:"keys,omitzero"`
	At       *Point         `json:"at,omitzero"`
	To       *targetMeaning `json:"to,omitzero"`
	By       *Point         `json:"by,omitzero"`
	Call     *callMeaning   `json:"call,omitzero"`
	Kept     Kept           `json:"kept,omitzero"`
	Name     string         `json:"name,omitzero"`
}

func actionMeaningOf(a Action) actionMeaning {
	var options []string
	for _, o := range a.Options {
		options = append(options, source(o))
	}
	return actionMeaning{
		Verb: a.Verb, Target: targetMeaningOf(a.Target), URL: source(a.URL), With: source(a.With), Key: a.Key,
		Option: source(a.Option), Options: options, Index: a.Index, Edge: a.Edge, Pause: a.Pause, Optional: a.Optional, For: a.For,
		Reply: a.Reply, File: a.File, Count: a.Count, Button: a.Button, Keys: a.Keys, At: a.At, To: targetMeaningOf(a.To), By: a.By,
		Call: callMeaningOf(a.Call), Kept: a.Kept, Name: a.Name,
	}
}

type targetMeaning struct {
	By     By             `json:"by"`
	Value  string         `json:"value,omitzero"`
	Op     Op             `json:"op,omitzero"`
	Name   string         `json:"name,omitzero"`
	NameOp Op             `json:"name_op,omitzero"`
	Within *targetMeaning `json:"within,omitzero"`
	Has    string         `json:"has,omitzero"`
	Nth    int            `json:"nth,omitzero"`

	FirstOf []*targetMeaning `json:"first_of,omitempty"`
	Frame   *targetMeaning   `json:"frame,omitzero"`
}

func targetMeaningOf(t *Target) *targetMeaning {
	if t == nil {
		return nil
	}
	m := &targetMeaning{
		By: t.By, Value: source(t.Value), Op: t.Op, Name: source(t.Name), NameOp: t.NameOp, Within: targetMeaningOf(t.Within),
		Has: source(t.Has), Nth: t.Nth, Frame: targetMeaningOf(t.Frame),
	}
	for i := range t.FirstOf {
		m.FirstOf = append(m.FirstOf, targetMeaningOf(&t.FirstOf[i]))
	}
	return m
}

type expectationMeaning struct {
	Claim  Claim          `json:"claim"`
	Target *targetMeaning `json:"target,omitzero"`
	Name   string         `json:"name,omitzero"`
	Op     Op             `json:"op,omitzero"`
	Text   string         `json:"text,omitzero"`
	Number float64        `json:"number,omitzero"`
	Path   bool           `json:"path,omitzero"`

	Of       []expectationMeaning `json:"of,omitempty"`
	Bytes    int64                `json:"bytes,omitzero"`
	Exchange *exchangeMeaning     `json:"exchange,omitzero"`
}

func expectationMeaningOf(e Expectation) expectationMeaning {
	meaning := expectationMeaning{
		Claim: e.Claim, Target: targetMeaningOf(e.Target), Name: e.Name, Op: e.Op, Text: source(e.Text), Number: e.Number, Path: e.Path, Bytes: e.Bytes,
		Exchange: exchangeMeaningOf(e.Exchange),
	}
	for _, of := range e.Of {
		meaning.Of = append(meaning.Of, expectationMeaningOf(of))
	}
	return meaning
}

// source is a text in one form, however it was cut into parts: much as its
// author wrote it, with every literal $ doubled to tell it from a ${…}.
func source(t Text) string {
	var b strings.Builder
	for _, p := range t.parts {
		switch {
		case p.Live != nil:
			b.WriteString(p.Source)
		case p.Date != nil:
			fmt.Fprintf(&b, "${date:%+dd:%s}", p.Date.Days, p.Date.Layout)
		case !p.Secret.IsZero():
			b.WriteString(p.Source)
		default:
			b.WriteString(strings.ReplaceAll(p.Literal, "$", "$$"))
		}
	}
	return b.String()
}
