// Package journey is Samui's vocabulary and its pure rules: what a customer's
// path is, what a visit found, how long is too long and what a wait is likely
// to cost.
//
// Data comes in from config as a [Journey] and from probe as a raw [Run];
// [Judge] turns the two into a verdict. Everything here is a plain value: the
// one rule not to break is that nothing in this package reads a clock, a disk,
// the environment or the network, so that the same visit is always judged the
// same way.
package journey

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Stage says where in the customer's life a journey belongs.
type Stage string

// The stages, in the order of a customer's life.
const (
	Discover Stage = "discover"
	Browse   Stage = "browse"
	Purchase Stage = "purchase"
	Service  Stage = "service"
	Retain   Stage = "retain"
)

// Stages returns every stage in the order of a customer's life.
func Stages() []Stage { return []Stage{Discover, Browse, Purchase, Service, Retain} }

// Journey is one scripted path of one customer on one site. A journey file
// that names several sites becomes one Journey for each.
type Journey struct {
	ID    string // a-z 0-9 -
	Title string // shown to people, any language; the ID where none was given
	Site  Site
	Stage Stage

	Schedule Schedule
	Visits   []Visit // at least one; each is its own slot

	Mask    []Target      // covered in every picture, the site's own included
	Timeout time.Duration // of the run
	Pace    time.Duration // a customer's breath between steps; not a wait
	Steps   []Step        // at least one

	File string // where it was read from, as the user named it
}

// Site is whose website a journey visits, and which.
type Site struct {
	ID       string // "none" where no sites are registered
	Client   string // "none" where no sites are registered
	Title    string
	Env      string // "none" where no sites are registered
	URL      string // absolute http(s); relative paths start here
	Hosts    []string
	Timezone *time.Location // never nil after loading
	TestIDs  []string       // attributes that hold a test id; the built-in ones where empty
	Headers  map[string]Text
	Block    []string // URL patterns that are not fetched
	Curve    Curve
	Alerts   Alerts
	Slack    string // channel for this site's incidents; empty = the installation's
}

// Owns reports whether host (with or without a port) belongs to the site: one
// of its Hosts, or a subdomain of one. Secrets are typed, and the site's
// headers are sent, only there.
func (s Site) Owns(host string) bool {
	host = hostname(host)
	if host == "" {
		return false
	}
	for _, h := range s.Hosts {
		h = hostname(h)
		if h == host {
			return true
		}
		if _, err := netip.ParseAddr(h); err != nil && h != "" && strings.HasSuffix(host, "."+h) {
			return true
		}
	}
	return false
}

// OwnsURL is [Site.Owns] for the host of an address. Anything that isn't an
// http(s) URL belongs to nobody.
func (s Site) OwnsURL(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && s.Owns(u.Host)
}

func hostname(host string) string {
	u := url.URL{Host: strings.ToLower(strings.TrimSpace(host))}
	return strings.TrimSuffix(u.Hostname(), ".")
}

// Schedule says when a journey is walked. Exactly one of Every and Cron is
// set; both are read in Timezone.
type Schedule struct {
	Every    time.Duration
	Cron     string // five fields
	Timezone *time.Location
	Active   *Active // nil = always
}

// Active limits a schedule to hours of days.
type Active struct {
	Days [7]bool       // by time.Weekday
	From time.Duration // since midnight
	To   time.Duration // since midnight, exclusive; at most 24 h; below From it ends on the next day
}

// Alerts says when a journey's results open and resolve an incident.
type Alerts struct {
	At      Outcome // the least outcome that counts: slow, bad, critical or failed
	Open    int     // so many …
	Of      int     // … of the last so many results
	Resolve int     // so many better results in a row
}

// Step is one thing the customer wants, in the customer's words.
type Step struct {
	ID         string // a-z 0-9 -; unique in its journey
	Title      string // the ID where none was given
	Do         []Action
	Expect     []Expectation
	Thresholds ThresholdSet // effective: merged over every level
	Timeout    time.Duration
	Always     bool // also runs after a failure; its wait never changes the outcome
	Pos        Pos
}

// Pos is a place in a file that a person wrote. The zero value is nowhere.
type Pos struct {
	File   string
	Line   int // from 1
	Column int // from 1
}

// String is "file:line", the form of a failure's line, or empty for the zero
// value.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Verb names an action.
type Verb string

// The actions of a step.
const (
	Open    Verb = "open"
	Click   Verb = "click"
	Hover   Verb = "hover"
	Check   Verb = "check"
	Uncheck Verb = "uncheck"
	Clear   Verb = "clear"
	Fill    Verb = "fill"
	Type    Verb = "type"
	Press   Verb = "press"
	Select  Verb = "select"
	Scroll  Verb = "scroll"
	Back    Verb = "back"
	Reload  Verb = "reload"
	Pause   Verb = "pause"
)

// Action is one thing the customer does.
type Action struct {
	Verb   Verb
	Target *Target       // nil where the verb works on the page or the focused element
	URL    Text          // open
	With   Text          // fill, type
	Key    string        // press; a DOM key name ("Enter", "a"), with modifiers "Control+a"
	Option Text          // select: a label or a value
	Edge   string        // scroll: "top" or "bottom" where Target is nil
	Pause  time.Duration // pause

	Optional bool          // absence is no failure, its time is no wait
	For      time.Duration // how long an optional target is tried
	Pos      Pos
}

// By names the way an element is found.
type By string

// The ways of finding an element, in the user's terms first. ByAny is a plain
// string: visible text or accessible name.
const (
	ByAny         By = "any"
	ByRole        By = "role"
	ByLabel       By = "label"
	ByText        By = "text"
	ByPlaceholder By = "placeholder"
	ByTestID      By = "testid"
	ByAlt         By = "alt"
	ByTooltip     By = "tooltip"
	ByCSS         By = "css"
	ByXPath       By = "xpath"
)

// Last as Target.Nth is the last of several matches.
const Last = -1

// Target says how an element is found.
type Target struct {
	By     By
	Value  Text    // the role, label, text, selector …
	Name   Text    // the accessible name; only with ByRole, empty = any
	Within *Target // searched only inside this one; nil = the whole page
	Has    Text    // contains this text; empty = anything
	Nth    int     // from 1, or Last; 0 = the only one
}

// String is the target as a person would write it in YAML, secrets hidden.
func (t Target) String() string {
	plain := t.By == ByAny && t.Within == nil && t.Has.IsZero() && t.Nth == 0
	if plain {
		return fmt.Sprintf("%q", t.Value.String())
	}
	var b strings.Builder
	key := string(t.By)
	if t.By == ByAny {
		key = "text"
	}
	fmt.Fprintf(&b, "%s: %s", key, quoteYAML(t.Value.String()))
	if !t.Name.IsZero() {
		fmt.Fprintf(&b, ", name: %s", quoteYAML(t.Name.String()))
	}
	if t.Within != nil {
		in := t.Within.String()
		fmt.Fprintf(&b, ", within: %s", in)
	}
	if !t.Has.IsZero() {
		fmt.Fprintf(&b, ", has: %s", quoteYAML(t.Has.String()))
	}
	switch {
	case t.Nth == Last:
		b.WriteString(", nth: last")
	case t.Nth > 0:
		fmt.Fprintf(&b, ", nth: %d", t.Nth)
	}
	return "{" + b.String() + "}"
}

// quoteYAML quotes what a flow map would misread.
func quoteYAML(s string) string {
	if s == "" || strings.ContainsAny(s, "{}[],:#&*!|>'\"%@`\n\t$?") || strings.TrimSpace(s) != s || s[0] == '-' {
		return fmt.Sprintf("%q", s)
	}
	return s
}

// Claim names what an expectation is about.
type Claim string

// The expectations of a step.
const (
	ClaimText     Claim = "text"
	ClaimNoText   Claim = "no_text"
	ClaimVisible  Claim = "visible"
	ClaimHidden   Claim = "hidden"
	ClaimEnabled  Claim = "enabled"
	ClaimDisabled Claim = "disabled"
	ClaimURL      Claim = "url"
	ClaimTitle    Claim = "title"
	ClaimCount    Claim = "count"
	ClaimValue    Claim = "value"
	ClaimNumber   Claim = "number"
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
	Op     Op
	Text   Text    // what Is, Contains, Matches compare with; a regular expression for Matches
	Number float64 // what the numeric comparators compare with
	Path   bool    // url with a plain string: the path must equal Text, whatever the rest of the URL
	Pos    Pos
}

// String is the expectation as a person would write it, secrets hidden.
func (e Expectation) String() string {
	var b strings.Builder
	b.WriteString(string(e.Claim) + ":")
	if e.Target != nil {
		b.WriteString(" " + e.Target.String())
	}
	switch e.Op {
	case OpNone:
	case Is, Contains, Matches:
		fmt.Fprintf(&b, " %s %q", strings.ReplaceAll(string(e.Op), "_", " "), e.Text.String())
	case AtLeast, AtMost, Above, Below:
		fmt.Fprintf(&b, " %s %g", strings.ReplaceAll(string(e.Op), "_", " "), e.Number)
	}
	return b.String()
}
