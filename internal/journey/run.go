package journey

import (
	"encoding/json"
	"math"
	"time"
)

// Outcome is what became of a step or a run. Thresholds are reached at ≥.
type Outcome string

// The outcomes, from best to worst. Skipped is only a step's; ProbeError (we
// could not look) and Missed (nobody looked) are only a run's.
const (
	Good       Outcome = "good"
	Slow       Outcome = "slow"
	Bad        Outcome = "bad"
	Critical   Outcome = "critical"
	Failed     Outcome = "failed"
	Blocked    Outcome = "blocked"
	ProbeError Outcome = "probe_error"
	Missed     Outcome = "missed"
	Skipped    Outcome = "skipped"
)

// Level orders outcomes: good 0, slow 1, bad 2, critical 3, failed 4, blocked
// 5, probe_error 6, missed 7; skipped and unknown ones are -1.
func (o Outcome) Level() int {
	switch o {
	case Good:
		return 0
	case Slow:
		return 1
	case Bad:
		return 2
	case Critical:
		return 3
	case Failed:
		return 4
	case Blocked:
		return 5
	case ProbeError:
		return 6
	case Missed:
		return 7
	case Skipped:
		return -1
	default:
		return -1
	}
}

// Timed reports whether the outcome is a band: the wait was measured.
func (o Outcome) Timed() bool { return o.Level() >= 0 && o.Level() <= Critical.Level() }

// Run is one visit, as `samui run --json`, the API and the store give it.
// Nil means not measured. Times are UTC; fields ending in Ms are milliseconds.
type Run struct {
	RunID       string       `json:"run_id"`
	Client      string       `json:"client"`
	Site        string       `json:"site"`
	Env         string       `json:"env"`
	Journey     string       `json:"journey"`
	Title       string       `json:"title"`
	Stage       Stage        `json:"stage"`
	Device      string       `json:"device"`
	Network     string       `json:"network"`
	Location    string       `json:"location"`
	Revision    string       `json:"revision"`
	Slot        *time.Time   `json:"slot"`
	Attempt     int          `json:"attempt"`
	StartedAt   *time.Time   `json:"started_at"`
	FinishedAt  *time.Time   `json:"finished_at"`
	Outcome     Outcome      `json:"outcome"`
	WaitMs      *float64     `json:"wait_ms"`
	Abandonment *Abandonment `json:"abandonment"`
	Error       *RunError    `json:"error"`
	Browser     *Browser     `json:"browser"`
	Probe       Probe        `json:"probe"`
	Connection  *Connection  `json:"connection"`  // nil: the network was not slowed
	FirstVisit  *FirstVisit  `json:"first_visit"` // nil: the browser was new to the site
	Steps       []StepResult `json:"steps"`

	// Actions is how many actions the visit did. It is not part of the JSON, so
	// it is nil in a run that was read back.
	Actions *int `json:"-"`
}

// MarshalJSON writes times in UTC, and no steps as an empty list: every reader
// may count on both. It shadows the siblings of a Run that is embedded in
// another struct; make it a named field there.
func (r Run) MarshalJSON() ([]byte, error) {
	type plain Run // without this method
	p := plain(r)
	p.Slot, p.StartedAt, p.FinishedAt = utc(r.Slot), utc(r.StartedAt), utc(r.FinishedAt)
	if p.Steps == nil {
		p.Steps = []StepResult{}
	}
	return json.Marshal(p)
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// Browser is what did the visiting.
type Browser struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Probe is the state of the tool itself during a run.
type Probe struct {
	OverheadMs *float64 `json:"overhead_ms"` // the tool's own time, in no wait
	Starved    *bool    `json:"starved"`     // the machine, not the site, was slow
	CPUDelay   *float64 `json:"cpu_delay"`   // 0…1: the share of the visit that Chrome's worst main thread waited for a CPU
}

// StepResult is what became of one step.
type StepResult struct {
	Index         int            `json:"index"`
	Step          string         `json:"step"`
	Title         string         `json:"title"`
	Revision      string         `json:"-"` // what the step meant: see [Journey.StepRevision]; empty = not known
	Outcome       Outcome        `json:"outcome"`
	WaitMs        *float64       `json:"wait_ms"`
	GaveUpMs      *float64       `json:"gave_up_ms"`  // how long a failed step was waited for
	OverheadMs    *float64       `json:"overhead_ms"` // the tool's own time in the step, in no wait
	Already       bool           `json:"already"`     // everything expected was there before the input
	LeftOut       *string        `json:"left_out"`    // why it was skipped on purpose; nil = it wasn't
	Abandonment   *float64       `json:"abandonment"`
	ThresholdsMs  *ThresholdsMs  `json:"thresholds_ms"`
	Page          *Page          `json:"page"`
	Requests      *RequestCounts `json:"requests"`
	ConsoleErrors *int           `json:"console_errors"`
	Console       Console        `json:"console"` // the first of them
	Failure       *Failure       `json:"failure"`
	Notes         Notes          `json:"notes"`
	Evidence      Evidence       `json:"evidence"`
}

// Notes are what people should know of a step that is as it is: a soft
// expectation that was not met, a banner that lay over a button.
type Notes []string

// MarshalJSON writes no notes as an empty list, never as null.
func (n Notes) MarshalJSON() ([]byte, error) {
	if n == nil {
		n = Notes{}
	}
	return json.Marshal([]string(n))
}

// UnmarshalJSON reads an empty list as no notes.
func (n *Notes) UnmarshalJSON(data []byte) error {
	var texts []string
	if err := json.Unmarshal(data, &texts); err != nil {
		return err
	}
	*n = nil
	if len(texts) > 0 {
		*n = texts
	}
	return nil
}

// ThresholdsMs are the thresholds that a step was judged by.
type ThresholdsMs struct {
	Slow     float64 `json:"slow"`
	Bad      float64 `json:"bad"`
	Critical float64 `json:"critical"`
}

// Navigation says how a step changed the page.
type Navigation string

// A hard navigation loads a new document, a soft one changes the URL within
// it.
const (
	NavigationHard Navigation = "hard"
	NavigationSoft Navigation = "soft"
	NavigationNone Navigation = "none"
)

// Page is what was measured of the page that a step ended on. The times of a
// document are counted from the start of its navigation; they are nil in a
// step that loaded none.
type Page struct {
	URL                string     `json:"url"`
	Navigation         Navigation `json:"navigation"`
	Status             *int       `json:"status"`
	TTFBMs             *float64   `json:"ttfb_ms"`
	FCPMs              *float64   `json:"fcp_ms"`
	LCPMs              *float64   `json:"lcp_ms"`
	CLS                *float64   `json:"cls"`
	INPMs              *float64   `json:"inp_ms"`
	BlockingMs         *float64   `json:"blocking_ms"` // long tasks beyond their first 50 ms
	DNSMs              *float64   `json:"dns_ms"`
	ConnectMs          *float64   `json:"connect_ms"`
	TLSMs              *float64   `json:"tls_ms"`
	TLSDaysLeft        *int       `json:"tls_days_left"`
	DOMContentLoadedMs *float64   `json:"dom_content_loaded_ms"`
	LoadMs             *float64   `json:"load_ms"`
	Causes             *Causes    `json:"causes"` // what stands behind these

	// Timings are what the site says of itself, by the names that the journey
	// gives, in milliseconds; nil where it gives none, or nothing could be read.
	Timings map[string]*float64 `json:"timings"`
}

// RequestCounts counts what a step fetched.
type RequestCounts struct {
	Count      int   `json:"count"`
	Failed     int   `json:"failed"` // network errors and status ≥ 400
	Bytes      int64 `json:"bytes"`  // over the network, headers included
	ThirdParty int   `json:"third_party"`
	// AnalyticsBlocked is how often the page tried to count the visitor and was
	// kept from it; these are not among Count.
	AnalyticsBlocked int `json:"analytics_blocked"`
}

// Plus is both together.
func (c RequestCounts) Plus(o RequestCounts) RequestCounts {
	return RequestCounts{
		Count: c.Count + o.Count, Failed: c.Failed + o.Failed, Bytes: c.Bytes + o.Bytes,
		ThirdParty: c.ThirdParty + o.ThirdParty, AnalyticsBlocked: c.AnalyticsBlocked + o.AnalyticsBlocked,
	}
}

// FailureKind says in what way a step failed.
type FailureKind string

// The kinds of failure. KindTimeout is the run's own; a step's is
// KindExpectation or KindTarget.
const (
	KindExpectation FailureKind = "expectation"
	KindTarget      FailureKind = "target"
	KindNavigation  FailureKind = "navigation"
	KindHTTP        FailureKind = "http"
	KindTimeout     FailureKind = "timeout"
	KindDialog      FailureKind = "dialog"
	KindCrash       FailureKind = "crash"
	KindScript      FailureKind = "script"
	KindBlocked     FailureKind = "blocked"
)

// Failure says why a step failed: what is wrong, what was looked for, what was
// there instead and what to do.
type Failure struct {
	Kind    FailureKind `json:"kind"`
	Message string      `json:"message"`
	Target  *string     `json:"target"`
	Nearest []string    `json:"nearest"` // likeliest first, each as a target of a journey; [] in JSON where nil
	Hint    *string     `json:"hint"`
	Line    *string     `json:"line"` // file:line
}

// MarshalJSON writes nothing near as an empty list, never as null.
func (f Failure) MarshalJSON() ([]byte, error) {
	type plain Failure // without this method
	if f.Nearest == nil {
		f.Nearest = []string{}
	}
	return json.Marshal(plain(f))
}

// ErrorKind says why nobody could look.
type ErrorKind string

// The kinds of a run's error. The last four are of missed runs; ErrorLimit says
// that a visit would have left more behind on the site than its limit allows.
const (
	ErrorBrowser     ErrorKind = "browser"
	ErrorNetwork     ErrorKind = "network"
	ErrorStarved     ErrorKind = "starved"
	ErrorInterrupted ErrorKind = "interrupted"
	ErrorInternal    ErrorKind = "internal"
	ErrorDown        ErrorKind = "down"
	ErrorOverlap     ErrorKind = "overlap"
	ErrorLate        ErrorKind = "late"
	ErrorLimit       ErrorKind = "limit"
)

// RunError says why a run has no result: our fault, never the site's.
type RunError struct {
	Kind    ErrorKind `json:"kind"`
	Message string    `json:"message"`
}

// Evidence points to what was kept of a step: paths in the terminal, URLs in
// the API.
type Evidence struct {
	Screenshot *string `json:"screenshot"`
	Waterfall  *string `json:"waterfall"` // an HTTP Archive (HAR)
	DOM        *string `json:"dom"`       // of a failed step: HTML around what was looked for
}

// Map is a copy with what was kept named as f names it.
func (e Evidence) Map(f func(string) string) Evidence {
	for _, kept := range []**string{&e.Screenshot, &e.Waterfall, &e.DOM} {
		if *kept != nil {
			*kept = new(f(**kept))
		}
	}
	return e
}

// Ms is a duration in milliseconds, rounded to a tenth.
func Ms(d time.Duration) *float64 {
	ms := math.Round(float64(d)/float64(time.Millisecond)*10) / 10
	return &ms
}

// FromMs is the duration of so many milliseconds, the longest there is for
// more than that.
func FromMs(ms float64) time.Duration {
	ns := math.Round(ms * float64(time.Millisecond))
	switch {
	case ns >= math.MaxInt64:
		return math.MaxInt64
	case ns > math.MinInt64:
		return time.Duration(ns)
	default: // not a number, or nothing that a clock could have measured
		return 0
	}
}
