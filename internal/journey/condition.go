package journey

import (
	"fmt"
	"slices"
	"strings"
)

// Condition says on which visits a step is walked. Exactly one of See, Devices
// and Var is set.
type Condition struct {
	Unless  bool         // the step is walked where the condition does not hold
	See     *Expectation // visible or url: seen on the page, within a short time that is no wait
	Devices []string     // names, one of which is the visit's
	Var     string       // a variable's name; its Value is compared by Op with Text
	Value   Text
	Op      Op // is, contains or matches
	Text    Text
	Pos     Pos
}

// String is the condition as a person would write it in YAML, secrets hidden.
func (c Condition) String() string {
	word := "when"
	if c.Unless {
		word = "unless"
	}
	return word + ": " + c.argument()
}

func (c Condition) argument() string {
	switch {
	case c.See != nil && c.See.Claim == ClaimURL:
		return fmt.Sprintf("{%s}", c.See)
	case c.See != nil:
		return fmt.Sprintf("{see: %s}", c.See.Target)
	case len(c.Devices) == 1:
		return fmt.Sprintf("{device: %s}", c.Devices[0])
	case len(c.Devices) > 1:
		return fmt.Sprintf("{device: [%s]}", strings.Join(c.Devices, ", "))
	}
	return fmt.Sprintf("{var: %s, %s: %s}", c.Var, c.Op, quoteYAML(c.Text.String()))
}

// OnDevice reports whether a step with these conditions can be walked on a
// device at all.
func (s Step) OnDevice(name string) bool {
	return !slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return len(c.Devices) > 0 && slices.Contains(c.Devices, name) == c.Unless
	})
}

// Repeat has a step's actions done several times.
type Repeat struct {
	Times int          // how often, or at most where Until is set; from 1
	Until *Expectation // they are done until this is seen; nil = Times times
}

// String is the repetition as a person would write it in YAML, secrets hidden.
func (r Repeat) String() string {
	if r.Until == nil {
		return fmt.Sprintf("repeat: %d", r.Times)
	}
	return fmt.Sprintf("repeat: {until: {%s}, at_most: %d}", r.Until, r.Times)
}

// expectations are all that the step looks for: at its end, before it, and
// between its rounds.
func (s Step) expectations() []Expectation {
	all := slices.Clone(s.Expect)
	for _, c := range s.Conditions {
		if c.See != nil {
			all = append(all, *c.See)
		}
	}
	if s.Repeat != nil && s.Repeat.Until != nil {
		all = append(all, *s.Repeat.Until)
	}
	return all
}

type conditionMeaning struct {
	Unless  bool                `json:"unless,omitzero"`
	See     *expectationMeaning `json:"see,omitzero"`
	Devices []string            `json:"devices,omitempty"`
	Value   string              `json:"value,omitzero"`
	Op      Op                  `json:"op,omitzero"`
	Text    string              `json:"text,omitzero"`
}

func conditionMeaningOf(c Condition) conditionMeaning {
	m := conditionMeaning{Unless: c.Unless, Devices: c.Devices, Value: source(c.Value), Op: c.Op, Text: source(c.Text)}
	if c.See != nil {
		m.See = new(expectationMeaningOf(*c.See))
	}
	return m
}

type repeatMeaning struct {
	Times int                 `json:"times"`
	Until *expectationMeaning `json:"until,omitzero"`
}

func repeatMeaningOf(r *Repeat) *repeatMeaning {
	if r == nil {
		return nil
	}
	m := &repeatMeaning{Times: r.Times}
	if r.Until != nil {
		m.Until = new(expectationMeaningOf(*r.Until))
	}
	return m
}
