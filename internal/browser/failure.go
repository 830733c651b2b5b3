package browser

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"samui/internal/journey"
)

// Failure is what is wrong with the site, or with what the journey says about
// it. It is never our own fault.
type Failure struct { //nolint:errname // the vocabulary has it: a site fails, a probe errs
	Kind    journey.FailureKind
	Message string
	Target  string   // what was looked for; empty where nothing was
	Nearest []string // likeliest first
	Hint    string
	Pos     journey.Pos

	// Status and NetError say more of a navigation: an HTTP status, or
	// Chrome's name of a network error as in net::ERR_NAME_NOT_RESOLVED.
	Status   int
	NetError string

	inFrame bool // what crashed is a frame, not the tab
}

// Error is the message.
func (f *Failure) Error() string { return f.Message }

// errStepTimeout ends a step whose time is over.
var errStepTimeout = errors.New("the step's time is over")

// readiness is what the page says about a target that couldn't be used.
type readiness struct {
	State   string   `json:"state"`
	Matches []string `json:"matches"`
	Total   int      `json:"total"`
	Missing int      `json:"missing"` // which of the options
	Element string   `json:"element"`
	Cover   string   `json:"cover"`
	Nearest []string `json:"nearest"`
}

// targetFailure says why an action's target couldn't be used in time.
func targetFailure(a journey.Action, r readiness) *Failure {
	target := a.Target.String()
	f := &Failure{Kind: journey.KindTarget, Target: target, Nearest: r.Nearest, Pos: a.Pos}
	subject := fmt.Sprintf("can't %s %s", a.Verb, target)
	element := r.Element
	if element == "" {
		element = "it"
	}
	switch r.State {
	case "none":
		f.Message = fmt.Sprintf("%s: %s", subject, absent(a.Target))
		if len(r.Nearest) > 0 {
			f.Hint = "if it was renamed, name the nearest instead: " + r.Nearest[0]
		} else {
			f.Hint = "the page may not have loaded what it is in; the screenshot shows what was there"
		}
	case "many":
		f.Message = fmt.Sprintf("%s: %d elements match: %s", subject, r.Total, strings.Join(r.Matches, ", "))
		f.Nearest = r.Matches
		f.Hint = "choose one with nth: 1, or narrow it with within: or has:"
	case "hidden":
		f.Message = fmt.Sprintf("%s: %s is there but not visible", subject, element)
	case "disabled":
		f.Message = fmt.Sprintf("%s: %s stayed disabled", subject, element)
	case "readonly":
		f.Message = fmt.Sprintf("%s: %s is read-only", subject, element)
	case "covered":
		f.Message = fmt.Sprintf("%s: %s can't be reached with the mouse", subject, element)
		if r.Cover != "" {
			f.Message = fmt.Sprintf("%s: %s is covered by %s", subject, element, r.Cover)
			f.Hint = "a banner or dialog may have to be closed first: name it in overlays:, or click its button with optional: true"
		}
	case "outside":
		f.Message = fmt.Sprintf("%s: %s is only %s pixels large, and at: lies outside", subject, element, strings.Join(r.Matches, ""))
	case "moving":
		f.Message = fmt.Sprintf("%s: %s never stood still", subject, element)
	case "part":
		f.Message = fmt.Sprintf("%s: only %s contains the text, and it had not stood alone for half a second", subject, element)
		f.Hint = "name it in full: " + r.Element
	case "not_editable":
		f.Message = fmt.Sprintf("%s: %s is no field to write in", subject, element)
	case "not_select":
		f.Message = fmt.Sprintf("%s: %s is no <select>", subject, element)
		f.Hint = "click it, then click the option"
	case "no_option":
		f.Message = fmt.Sprintf("%s: it has no option %s; it has %s", subject, option(a, r.Missing), quoted(r.Matches))
		f.Nearest = r.Matches
	case "not_multiple":
		f.Message = fmt.Sprintf("%s: %s takes one option, not %d", subject, element, len(a.Options))
		f.Hint = "name one of them with option:"
	case "not_file":
		f.Message = fmt.Sprintf("%s: %s is no field for a file", subject, element)
		f.Hint = "name the field behind it: its label, or css: input[type=file]"
	case "not_checkable":
		f.Message = fmt.Sprintf("%s: %s is neither a checkbox nor a radio button", subject, element)
	default:
		f.Message = fmt.Sprintf("%s: %s", subject, r.State)
	}
	return f
}

// option is the one of a select action's that isn't there.
func option(a journey.Action, missing int) string {
	switch {
	case a.Index == journey.Last:
		return "at all"
	case a.Index > 0:
		return fmt.Sprintf("number %d", a.Index)
	case missing < len(a.Options):
		return fmt.Sprintf("%q", a.Options[missing])
	}
	return fmt.Sprintf("%q", a.Option)
}

// absent says that a target is not there, whichever way it was looked for.
func absent(t *journey.Target) string {
	if n := len(t.FirstOf); n > 1 {
		return fmt.Sprintf("none of the %d is on the page", n)
	}
	return "nothing on the page matches"
}

func quoted(list []string) string {
	q := make([]string, 0, len(list))
	for _, s := range list {
		q = append(q, fmt.Sprintf("%q", s))
	}
	return strings.Join(q, ", ")
}

// verdict is the page's judgement of one expectation.
type verdict struct {
	Holds   bool      `json:"holds"`
	Actual  string    `json:"actual"`
	Kind    string    `json:"kind"`
	Matches []string  `json:"matches"`
	Error   string    `json:"error"`
	Nearest []string  `json:"nearest"`
	Of      []verdict `json:"of"` // any: of the alternatives
	// Numberless: there is no number where one was to be.
	Numberless bool          `json:"numberless"`
	Frame      *frameTrouble `json:"-"` // why the frame that it is about can't be looked into
}

// expectationFailure says which expectation was not met, and what was there
// instead.
func expectationFailure(expected []journey.Expectation, verdicts []verdict) *Failure {
	i := slices.IndexFunc(verdicts, func(v verdict) bool { return !v.Holds })
	if i < 0 || i >= len(expected) {
		return &Failure{
			Kind: journey.KindExpectation, Message: "what was expected did not stay on the page, or came too late to be seen",
			Hint: "a page that keeps changing may need a longer timeout:, or another expectation",
		}
	}
	e, v := expected[i], verdicts[i]
	if e.Claim == journey.ClaimAny && len(v.Of) == len(e.Of) {
		return alternativesFailure(e, v)
	}
	what := e.String()
	if e.Target == nil && e.Op == journey.Contains && (e.Claim == journey.ClaimText || e.Claim == journey.ClaimNoText) {
		what = fmt.Sprintf("%q", e.Text)
	}
	f := &Failure{Kind: journey.KindExpectation, Message: what + " not seen", Pos: e.Pos, Nearest: v.Nearest}
	if e.Target != nil {
		f.Target = e.Target.String()
	}
	switch {
	case v.Frame != nil:
		return v.Frame.failure(journey.KindTarget, what, f.Target, e.Pos)
	case v.Error != "":
		f.Kind, f.Message = journey.KindScript, fmt.Sprintf("%s: %s", what, v.Error)
	case len(v.Matches) > 1:
		f.Kind = journey.KindTarget
		f.Message = fmt.Sprintf("%s: %d elements match: %s", what, len(v.Matches), strings.Join(v.Matches, ", "))
		f.Nearest = v.Matches
		f.Hint = "choose one with nth: 1, or narrow it with within: or has:"
	case v.Kind == string(journey.KindTarget):
		f.Kind = journey.KindTarget
		f.Message = fmt.Sprintf("%s: %s", what, absent(e.Target))
		if len(v.Nearest) > 0 {
			f.Hint = "if it was renamed, name the nearest instead: " + v.Nearest[0]
		}
	case e.Claim == journey.ClaimNoText || e.Claim == journey.ClaimHidden:
		f.Message = what + " still there"
	case e.Claim == journey.ClaimScript:
		f.Message = what + " does not hold"
		if v.Actual != "" {
			f.Message += ": " + v.Actual
		}
	case v.Numberless && v.Actual == "":
		f.Message = what + ": there is no number in it"
	case v.Numberless:
		f.Message = fmt.Sprintf("%s: there is no number in it: %q", what, v.Actual)
	case v.Actual != "":
		f.Message = fmt.Sprintf("%s not seen; there was %q", what, v.Actual)
	}
	return f
}
