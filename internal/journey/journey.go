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

	Conditions Conditions // of every visit; these win over the site's

	Overlays []Overlay // closed whenever they are there, the site's own included
	Consent  Consent   // what is answered to a banner about cookies

	Mask    []Target      // covered in every picture, the site's own included
	Timeout time.Duration // of the run
	Pace    time.Duration // a customer's breath between steps; not a wait
	Steps   []Step        // at least one

	Effects    Effects // what a visit leaves behind on the site
	StopBefore string  // ID of the step from which on nothing is walked; empty = all of it is

	Timings []string // the marks, measures and element timings of the site that are shown with the page's numbers

	Tags     []string // by which people choose it
	Disabled bool     // only walked when somebody asks for it

	File string // where it was read from, as the user named it
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
	// Remind is after how long somebody is reminded of an incident that nobody
	// acknowledged; below 0 = never.
	Remind time.Duration
}

// Step is one thing the customer wants, in the customer's words.
type Step struct {
	ID         string // a-z 0-9 -; unique in its journey
	Title      string // the ID where none was given
	Do         []Action
	Expect     []Expectation
	Save       []Save       // what is read for later steps when it has ended well
	Thresholds ThresholdSet // effective: merged over every level
	Timeout    time.Duration
	Always     bool        // also runs after a failure; its wait never changes the outcome
	Conditions []Condition // all must be as they say, or the step is left out
	Repeat     *Repeat     // nil = the actions are done once
	Retry      int         // how often a step that failed is tried again; what was waited in vain counts
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
	Forward Verb = "forward"
	Reload  Verb = "reload"
	Pause   Verb = "pause"
	Dialog  Verb = "dialog"
	Upload  Verb = "upload"
	Drag    Verb = "drag"
	Tab     Verb = "tab"
	Request Verb = "request"
	Set     Verb = "set"
	Forget  Verb = "forget"
)

// Point is a place in CSS pixels from an upper left corner, or from another
// place.
type Point struct{ X, Y float64 }

// Action is one thing the customer does.
type Action struct {
	Verb   Verb
	Target *Target       // nil where the verb works on the page or the focused element
	URL    Text          // open, request; tab: what the address contains
	With   Text          // fill, type, set; dialog: what is answered; tab: what the title contains
	Key    string        // press; a DOM key name ("Enter", "a"), with modifiers "Control+a"
	Option Text          // select: a label or a value
	Index  int           // select: from 1, or Last, instead of Option. tab: from 1
	File   string        // upload: from the folder of the journey's own file, and within it
	Edge   string        // scroll: "top" or "bottom" where Target is nil. tab: "close", "first" or "last"
	Pause  time.Duration // pause

	Reply  string  // dialog: "accept", "dismiss" or "answer"
	Count  int     // click, press: how often in a row; 0 = once
	Button string  // click: "right" or "middle"; empty = the first
	Keys   string  // click: modifiers held down, "Control+Shift"
	To     *Target // drag: where it is dropped; nil = By
	By     *Point  // drag: how far; nil = To. scroll: how far, of the page where Target is nil
	At     *Point  // click: the place in the element; nil = wherever it can be reached

	Options []Text // select: exactly these, instead of Option

	Call *Call // request

	Kept Kept   // set, forget
	Name string // set: of the cookie or the key; forget: of the one cookie

	Optional bool          // absence is no failure, its time is no wait
	For      time.Duration // how long an optional target is tried
	Pos      Pos
}
