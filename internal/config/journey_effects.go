package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"samui/internal/journey"
)

// effectsDraft is what a journey says it leaves behind, and where.
type effectsDraft struct {
	name string
	step *located[string]
	node *node
}

// effectWord is what is left behind, in its author's word.
func effectWord() word[string] {
	const most = 40
	return word[string]{
		noun: "a word", want: "a word such as order, message or booking", pattern: `^[^\s/:]+$`,
		parse: func(s string) (string, fault) {
			switch strings.ToLower(s) {
			case "true", "yes", "on", "some":
				return "", fault{"says not what is left behind", "write effects: order"}
			case "false", "no", "off", "none":
				return "", fault{"is no word for what is left behind", "leave the key out where it is nothing"}
			}
			first, _ := utf8.DecodeRuneInString(s)
			ok := unicode.IsLetter(first) && utf8.RuneCountInString(s) <= most
			for _, r := range s {
				ok = ok && (unicode.In(r, unicode.L, unicode.M, unicode.N) || strings.ContainsRune("-_'׳״\u200c", r))
			}
			if !ok {
				return "", fault{"is not a word", "one word, such as order"}
			}
			return s, fault{}
		},
	}
}

// effectsCodec is a word, or a map of it to the step that does it.
func effectsCodec() codec[effectsDraft] {
	const want = "a word such as order, or {order: STEP} where one step does it"
	step := withPlace(id().exactly())
	plain := codec[effectsDraft]{
		want: want, schema: effectWord().exactly().schema,
		read: func(r reader, n *node) (effectsDraft, bool) {
			name, ok := effectWord().exactly().read(r, n)
			return effectsDraft{name: name, node: n}, ok
		},
	}
	full := codec[effectsDraft]{
		want: want,
		schema: func() *schema {
			return &schema{
				Type: []string{"object"}, Names: &schema{Pattern: effectWord().pattern}, Additional: step.schema(),
				MinProperties: 1, MaxProperties: 1,
			}
		},
		read: func(r reader, n *node) (effectsDraft, bool) {
			d := effectsDraft{node: n}
			switch {
			case n.kind != mapping:
				r.mistyped(n, want)
				return d, false
			case len(n.entries) == 0:
				r.fail(n, "effects is empty", want, "write effects: order")
				return d, false
			case len(n.entries) > 1:
				r.fail(n.entries[1].key, fmt.Sprintf("effects has both %s and %s", quoted(n.entries[0].key.value), quoted(n.entries[1].key.value)), want, "a journey for each of them")
				return d, false
			}
			e := n.entries[0]
			name, f := effectWord().parse(e.key.value)
			if f.bad() {
				r.fail(e.key, quoted(e.key.value)+" "+f.what, effectWord().want, f.hint)
				return d, false
			}
			where, ok := step.parse(r.under(name), e.value)
			d.name, d.step = name, &where
			return d, ok
		},
	}
	return either(plain, full)
}

// limitWord is how much a site bears: 4/day.
func limitWord() word[journey.Limit] {
	const most = 10_000
	return word[journey.Limit]{
		noun: "a limit", want: "a limit such as 4/day, 1/hour or 10/week", pattern: `^[1-9][0-9]{0,4}/(hour|day|week)$`,
		parse: func(s string) (journey.Limit, fault) {
			amount, per, _ := strings.Cut(s, "/")
			n, err := strconv.Atoi(amount)
			if err != nil || strconv.Itoa(n) != amount || n < 0 || !isPeriod(per) {
				return journey.Limit{}, fault{"is not a limit", limitHint(s)}
			}
			switch {
			case n == 0:
				return journey.Limit{}, fault{"lets nothing through", "stop_before: STEP rehearses the journey without it"}
			case n > most:
				return journey.Limit{}, fault{"is out of range", ""}
			}
			return journey.Limit{N: n, Per: journey.Period(per)}, fault{}
		},
	}
}

func isPeriod(s string) bool {
	for _, p := range journey.Periods() {
		if string(p) == s {
			return true
		}
	}
	return false
}

// limitHint is what somebody probably meant.
func limitHint(s string) string {
	m := regexp.MustCompile(`(?i)^\s*([1-9][0-9]{0,4})\s*x?(?:\s*(?:times)?\s*(?:/|a|an|per|each|every|in)?\s*([a-z0-9]+))?\s*$`).FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	switch strings.ToLower(m[2]) {
	case "":
		return "say in which time: " + m[1] + "/day"
	case "h", "hr", "hour", "hours", "hourly", "1h", "60m":
		return "write " + m[1] + "/hour"
	case "d", "day", "days", "daily", "1d", "24h":
		return "write " + m[1] + "/day"
	case "w", "wk", "week", "weeks", "weekly", "7d", "1w":
		return "write " + m[1] + "/week"
	case "month", "months", "mo", "30d":
		if n, err := strconv.Atoi(m[1]); err == nil && n >= 4 {
			return fmt.Sprintf("write %d/week", n/4)
		}
		return "write 1/week"
	}
	return ""
}

// finishEffects fills in what a journey leaves behind and where it stops.
func (d draft) finishEffects(r reader, j *journey.Journey) {
	defer func() { d.leftOnce(r, *j) }()
	if e := d.effects; e != nil {
		j.Effects = journey.Effects{Name: e.name, Limit: d.limit, Pos: journey.Pos{File: r.src.name, Line: e.node.line, Column: e.node.column}}
		if e.step != nil && e.step.value != "" {
			j.Effects.Step = e.step.value
			d.knownStep(r.under("effects"), *e.step, j.Steps, "that could leave the "+e.name)
		}
	}
	if d.stop == nil || d.stop.value == "" {
		return
	}
	in := r.under("stop_before")
	j.StopBefore = d.stop.value
	i := d.knownStep(in, *d.stop, j.Steps, "to stop before")
	if i < 0 {
		return
	}
	walked := false
	for k := range j.Steps[:i] {
		walked = walked || !j.Steps[k].Always
	}
	switch {
	case j.Steps[i].Always:
		in.fail(d.stop.node, fmt.Sprintf("stop_before: step %s always runs", quoted(j.StopBefore)), "a step that isn't always: true", "")
	case !walked:
		in.fail(d.stop.node, fmt.Sprintf("stop_before: step %s is the first, so that nothing would be walked", quoted(j.StopBefore)), "a later step", "")
	}
}

// leftOnce refuses what would leave something twice on a visit that counts
// once.
func (d draft) leftOnce(r reader, j journey.Journey) {
	for i, s := range j.Steps {
		key := ""
		switch {
		case !j.LeavesAt(i):
		case s.Retry > 0:
			key = "retry"
		case s.Repeat != nil && j.Effects.Step != "":
			key = "repeat"
		}
		if key == "" {
			continue
		}
		at := d.steps[i].node
		if n := at.find(key); n != nil {
			at = n
		}
		hint := "remove " + key + ":"
		if j.Effects.Step == "" {
			hint += ", or say which step leaves it, as in effects: {" + j.Effects.Name + ": STEP}"
		}
		r.in("step "+quoted(s.ID)).fail(at, fmt.Sprintf("%s: may leave the %s more than once on a visit", key, j.Effects.Name), "a step that leaves something done once", hint)
	}
}

// knownStep is the place of a step that is named, or -1 where there is none.
func (d draft) knownStep(r reader, name located[string], steps []journey.Step, what string) int {
	ids := make([]string, len(steps))
	for i, s := range steps {
		ids[i] = s.ID
		if s.ID == name.value {
			return i
		}
	}
	r.fail(name.node, fmt.Sprintf("%s: there is no step %s %s", r.key, quoted(name.value), what), "one of "+oneOfWords(ids), didYouMean(name.value, ids))
	return -1
}
