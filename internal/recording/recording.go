// Package recording turns what Chrome's Recorder panel exports as JSON (a
// user flow of puppeteer/replay) into a journey.
//
// The file's bytes become a tree of values that know their place ([parse]),
// the tree becomes the recording's steps, strictly ([readFlow]); these are
// tidied into what the customer did ([tidy]), gathered into steps of a journey
// (a step ends with a page that loads, with a button, a link or Enter that is
// pressed, with what was to be seen, and before a long pause), and named in the
// recording's own words.
//
// The rule not to break is that nothing is lost in silence: what a journey
// can't say, or says differently, is a [Note] at its place. Timeouts are the
// one exception: they bound how long a replay tries, and a journey's own are
// longer than any that the format allows.
//
// What was typed into fields for passwords, one-time codes, card and identity
// numbers is never part of what comes out: it becomes ${secret:NAME}. Names,
// addresses and emails stay as they were typed: record with a test account.
package recording

import (
	"fmt"
	"strings"
	"time"

	"samui/internal/journey"
)

// The limits of a recording; whoever reaches one did not record a customer.
const (
	MaxBytes = 10 << 20 // of the file

	maxValues = 200_000
	maxDepth  = 100
	maxSteps  = 500
)

// Options is what a recording doesn't say.
type Options struct {
	File  string        // its base name gives an id to a recording without a title
	ID    string        // empty = from the title
	Stage journey.Stage // empty = guessed
	Every time.Duration

	// Sites are registered; the journey is of the only one that there is, or of
	// the one whose hosts were recorded. Without any it brings its own URL.
	Sites []journey.Site

	// Devices and Networks are the presets that the recording's are compared
	// with, the default first; nil = the built-in ones.
	Devices  []journey.Device
	Networks []journey.Network
}

// Result is a recording as a journey. It holds the secrets that were typed, as
// values that don't print.
type Result struct {
	Journey journey.Journey
	Notes   []Note
}

// Note is something that somebody should know who reads the journey. Texts
// hold no secret and no line break.
type Note struct {
	Step  int    // of the recording, from 1; 0 = of the recording as a whole
	Text  string // what there is to know
	Quiet bool   // it explains the journey, nothing of the recording is lost
	At    Place
}

// String is "step 7: what there is to know".
func (n Note) String() string {
	if n.Step == 0 {
		return n.Text
	}
	return fmt.Sprintf("step %d: %s", n.Step, n.Text)
}

// Place is where in the journey a note belongs. The zero value is its head.
type Place struct {
	Key  string // a key of the journey, such as "devices"; empty = in its steps
	Step int    // of the journey, from 1; 0 = the head
	Do   int    // before the action with this index; the number of actions = behind the last
	// Expect is from 1 and says that Do doesn't count: before the expectation
	// with this number.
	Expect int
}

// Mistake is something in the file that is not as the format wants it.
type Mistake struct {
	Line   int // from 1; 0 = the file as a whole
	Column int // from 1, in characters
	What   string
	Want   string // what was wanted instead; may be empty
	Hint   string // what to do next; may be empty
}

// String is "line:col: what; want … (hint: …)".
func (m Mistake) String() string {
	var b strings.Builder
	if m.Line > 0 {
		fmt.Fprintf(&b, "%d:%d: ", m.Line, m.Column)
	}
	b.WriteString(m.What)
	if m.Want != "" {
		b.WriteString("; want " + m.Want)
	}
	if m.Hint != "" {
		b.WriteString(" (hint: " + m.Hint + ")")
	}
	return b.String()
}

// InvalidError says that a file is no recording that can be imported.
type InvalidError struct{ Mistakes []Mistake }

// Error is every mistake on a line of its own.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, m := range e.Mistakes {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// SiteError says that it isn't clear which site was recorded.
type SiteError struct {
	URL   string   // where the recording begins
	Sites []string // that it may be
}

func (e *SiteError) Error() string {
	if e.URL == "" {
		return "it is not clear which site was recorded: no page is opened"
	}
	return fmt.Sprintf("it is not clear which site was recorded: %s is of none of them, or of several", e.URL)
}

// Import turns a recording into a journey. The error is an [*InvalidError] or
// a [*SiteError].
func Import(data []byte, o Options) (Result, error) {
	src := &source{data: data}
	root, ok := src.parse()
	if !ok {
		return Result{}, &InvalidError{src.mistakes}
	}
	f := readFlow(src, root)
	if len(src.mistakes) > 0 {
		return Result{}, &InvalidError{src.mistakes}
	}
	if o.Devices == nil {
		o.Devices = journey.Devices()
	}
	if o.Networks == nil {
		o.Networks = journey.Networks()
	}
	im := newImporter(f, o)
	if err := im.begin(src, root.find("steps")); err != nil {
		return Result{}, err
	}
	r := im.result()
	if weigh(r.Journey, r.Notes).tooMuch() {
		return Result{}, &InvalidError{[]Mistake{{What: "the recording is too long for one journey", Want: "what one customer does", Hint: "cut it into several, each with its own navigate"}}}
	}
	return r, nil
}
