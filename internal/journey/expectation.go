package journey

import (
	"fmt"
	"strconv"
)

// Claim names what an expectation is about.
type Claim string

// The expectations of a step.
const (
	ClaimText      Claim = "text"
	ClaimNoText    Claim = "no_text"
	ClaimVisible   Claim = "visible"
	ClaimHidden    Claim = "hidden"
	ClaimEnabled   Claim = "enabled"
	ClaimDisabled  Claim = "disabled"
	ClaimChecked   Claim = "checked"
	ClaimUnchecked Claim = "unchecked"
	ClaimURL       Claim = "url"
	ClaimTitle     Claim = "title"
	ClaimCount     Claim = "count"
	ClaimValue     Claim = "value"
	ClaimAttribute Claim = "attribute"
	ClaimNumber    Claim = "number"

	// ClaimScript is about what the page's own scripts know.
	ClaimScript Claim = "script"

	// These are about what the whole step did, and are judged when it has ended.
	ClaimNoConsoleErrors  Claim = "no_console_errors"
	ClaimNoFailedRequests Claim = "no_failed_requests"
	ClaimNoBrokenImages   Claim = "no_broken_images"
	ClaimCookie           Claim = "cookie"

	// ClaimDownload is waited for, as what is seen is.
	ClaimDownload Claim = "download"

	// These are about what went over the network during the step; they are
	// waited for, but are nothing that the customer sees, and no wait.
	ClaimResponse Claim = "response"
	ClaimSent     Claim = "sent"

	// These hold others.
	ClaimAny  Claim = "any"
	ClaimSoft Claim = "soft"
)

// Op compares what is there with what was wanted.
type Op string

// The comparators. Text and URLs take Is, Contains and Matches (RE2); counts
// and numbers take Is, AtLeast, AtMost, Above and Below; OpNone is for claims
// that compare nothing (visible, or number without a comparator: is a number).
const (
	OpNone   Op = ""
	Is       Op = "is"
	Contains Op = "contains"
	Matches  Op = "matches"
	AtLeast  Op = "at_least"
	AtMost   Op = "at_most"
	Above    Op = "above"
	Below    Op = "below"
)

// Expectation is one thing the customer must then see.
type Expectation struct {
	Claim  Claim
	Target *Target // nil = the whole visible page, the URL or the title
	Name   string  // attribute, cookie: which
	Op     Op
	Text   Text          // what Is, Contains, Matches compare with; a regular expression for Matches
	Number float64       // what the numeric comparators compare with
	Path   bool          // url with a plain string: the path must equal Text, whatever the rest of the URL
	Of     []Expectation // any: the alternatives; soft: the one that is only noted
	Bytes  int64         // download: the least that the file holds

	Exchange *Exchange // response, sent; nil for every other claim

	Pos Pos
}

// String is the expectation as a person would write it in YAML, secrets
// hidden.
func (e Expectation) String() string {
	switch {
	case e.Claim == ClaimAny || e.Claim == ClaimSoft:
		return string(e.Claim) + ": " + e.others()
	case e.Claim == ClaimCookie && e.Op == OpNone:
		return fmt.Sprintf("%s: %q", e.Claim, e.Name)
	case e.Claim == ClaimCookie:
		return string(e.Claim) + ": " + joinMap("named: "+quoteYAML(e.Name), e.comparison())
	case e.Claim == ClaimDownload:
		return string(e.Claim) + ": " + e.file()
	case e.Exchange != nil:
		return string(e.Claim) + ": " + e.Exchange.String()
	case e.OfStep():
		return string(e.Claim)
	}
	return string(e.Claim) + ": " + e.argument()
}

// OfStep reports whether the expectation is about what the whole step did,
// rather than about what the customer sees at one moment.
func (e Expectation) OfStep() bool {
	return e.Claim == ClaimNoConsoleErrors || e.Claim == ClaimNoFailedRequests || e.Claim == ClaimNoBrokenImages || e.Claim == ClaimCookie || e.Claim == ClaimDownload || e.Exchange != nil
}

// argument is what stands behind the claim: a string in its short form, else
// a map.
func (e Expectation) argument() string {
	if e.short() {
		return fmt.Sprintf("%q", e.Text)
	}
	switch e.Claim {
	case ClaimVisible, ClaimHidden, ClaimEnabled, ClaimDisabled, ClaimChecked, ClaimUnchecked:
		if e.Target != nil {
			return e.Target.String()
		}
	case ClaimAttribute:
		if e.Target != nil {
			return joinMap(e.Target.keys()+", named: "+quoteYAML(e.Name), e.comparison())
		}
	case ClaimCount, ClaimValue:
		if e.Target != nil {
			return joinMap(e.Target.keys(), e.comparison())
		}
	case ClaimNoConsoleErrors, ClaimNoFailedRequests, ClaimNoBrokenImages, ClaimCookie, ClaimAny, ClaimSoft, ClaimDownload, ClaimResponse, ClaimSent:
		return ""
	case ClaimText, ClaimNoText, ClaimURL, ClaimTitle, ClaimNumber, ClaimScript:
		if e.Target != nil {
			return joinMap("in: "+e.Target.String(), e.comparison())
		}
	}
	return joinMap("", e.comparison())
}

// short reports whether the claim is written with a plain string: what a text
// contains, what a title is, what path a URL has.
func (e Expectation) short() bool {
	if e.Target != nil {
		return false
	}
	switch e.Claim {
	case ClaimText, ClaimNoText:
		return e.Op == Contains
	case ClaimTitle:
		return e.Op == Is
	case ClaimURL:
		return e.Path
	case ClaimScript:
		return true
	case ClaimVisible, ClaimHidden, ClaimEnabled, ClaimDisabled, ClaimChecked, ClaimUnchecked, ClaimCount, ClaimValue, ClaimAttribute, ClaimNumber,
		ClaimNoConsoleErrors, ClaimNoFailedRequests, ClaimNoBrokenImages, ClaimCookie, ClaimAny, ClaimSoft, ClaimDownload, ClaimResponse, ClaimSent:
		return false
	}
	return false
}

// comparison is the comparator's key with its value, empty for OpNone.
func (e Expectation) comparison() string {
	if e.Op == OpNone {
		return ""
	}
	value := quoteYAML(e.Text.String())
	if e.Claim == ClaimCount || e.Claim == ClaimNumber {
		value = strconv.FormatFloat(e.Number, 'f', -1, 64)
	}
	return string(e.Op) + ": " + value
}

func joinMap(keys, comparison string) string {
	if keys != "" && comparison != "" {
		keys += ", "
	}
	return "{" + keys + comparison + "}"
}
