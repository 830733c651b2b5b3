// Package probe walks one journey once: it has the browser do the steps in
// order, keeps the deadlines, keeps the evidence, and decides whose fault it
// is when something goes wrong.
//
// A [journey.Journey] and the conditions of the visit go in, a judged
// [journey.Run] comes out, always. The one rule not to break: what is wrong
// with the site is a step's Failure, what is wrong with us is the run's Error,
// and nothing is ever both.
package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"samui/internal/browser"
	"samui/internal/har"
	"samui/internal/journey"
	"samui/internal/request"
	"samui/internal/values"
)

// Options say how a journey is walked. The zero value is one attempt now, from
// the location "local", without evidence.
type Options struct {
	Location string     // empty = local
	Attempt  int        // 0 = 1
	Slot     *time.Time // nil = no slot: somebody asked for it
	RunID    string     // as [NewRunID] makes them; empty = a new one
	Evidence string     // folder for pictures and waterfalls; empty = none are kept
	// Shoot says of a judged step whether its evidence is kept; nil = every
	// step's. It is called from the goroutine that called Run.
	Shoot func(journey.StepResult) bool
	Trace *Trace // nil = none is made
	// Fetched, when it isn't nil, is told at the end of the visit what its steps
	// fetched, from the goroutine that called Run.
	Fetched   func([]har.Step)
	Reference []string // URLs that fail too when our own network is down
	Contact   string   // in the user agent of visits without a browser; with one, its own says it
	// Progress, when it isn't nil, is told of every step as it begins and ends,
	// from the goroutine that called Run.
	Progress func(Progress)
	// AfterStep, when it isn't nil, says after each step how the visit goes on.
	// It is called from the goroutine that called Run and may take its time, as
	// a person does: that is no wait, and the run's own timeout doesn't hold.
	AfterStep func(ctx context.Context, result journey.StepResult) Next
}

// Next is how a visit goes on after a step.
type Next int

const (
	// GoOn goes on to the next step.
	GoOn Next = iota
	// Again does the step's actions once more, on the page as they left it, and
	// forgets the result that was.
	Again
	// Quit ends the visit; only steps that always run are still walked.
	Quit
)

// Progress is news of a run.
type Progress struct {
	Index    int                 // of the step
	Result   *journey.StepResult // nil: the step begins, see Begins; otherwise judged, without a beginning where it is left out
	Warnings []string            // for the journey's author
	Saved    []Saved             // what the step saved, secrets apart
}

// Saved is what a step read for later ones. It comes from a page: what stands
// in it is anybody's.
type Saved struct{ Name, Value string }

// errRunTimeout ends a run whose time is over.
var errRunTimeout = errors.New("the run's time is over")

// visit is one run in progress.
type visit struct {
	journey  journey.Journey
	options  Options
	values   *values.Values
	redact   journey.Redactor
	run      journey.Run
	idle     time.Duration // pauses and pace: nobody's time
	waited   time.Duration // the customer's
	gauge    pressure
	fetched  []fetched // by step
	excerpts []string  // of the page, by step

	requests *request.Client // nil until the visit has begun
}

// Run walks the journey once on the given device and connection. It never
// panics. A journey of requests alone needs no browser: b may be nil, and
// neither is it started. When ctx ends, the result is a probe_error of kind interrupted.
func Run(ctx context.Context, b *browser.Browser, j journey.Journey, v journey.Visit, o Options) journey.Run {
	started := time.Now()
	visit := &visit{journey: j, options: o, redact: journey.NewRedactor(j.Secrets()...), run: begin(j, v, o, started), fetched: make([]fetched, len(j.Steps)), excerpts: make([]string, len(j.Steps))}
	visit.values = values.New(j, facts(j, visit.run, started))
	visit.guarded(func() { visit.make(ctx, b, v) })
	visit.guarded(func() { visit.run = visit.finish(started, time.Now()) })
	visit.afterwards(visit.keepFetched)
	visit.afterwards(visit.keepExcerpts)
	return visit.run
}

// begin is a run in which nothing has happened yet: every step is skipped.
func begin(j journey.Journey, v journey.Visit, o Options, started time.Time) journey.Run {
	at := started.UTC()
	run := journey.Run{
		RunID:  cmp.Or(o.RunID, NewRunID(started)),
		Client: j.Site.Client, Site: j.Site.ID, Env: j.Site.Env,
		Journey: j.ID, Title: j.Title, Stage: j.Stage,
		Device: v.Device.Name, Network: v.Network.Name,
		Location: o.Location, Revision: j.Revision(), Slot: o.Slot,
		Attempt: max(1, o.Attempt), StartedAt: &at,
	}
	run.Actions = new(int)
	if run.Location == "" {
		run.Location = "local"
	}
	for i, s := range j.Steps {
		result := notWalked(i, s)
		if j.Stops(i) {
			result.LeftOut = new("stop_before: " + j.StopBefore)
		}
		run.Steps = append(run.Steps, result)
	}
	return run
}

// facts are what is known of a visit before it begins.
func facts(j journey.Journey, run journey.Run, started time.Time) journey.Facts {
	if tz := j.Site.Timezone; tz != nil {
		started = started.In(tz)
	}
	return journey.Facts{At: started, RunID: run.RunID, Location: run.Location}
}

// notWalked is a step in which nothing has happened yet.
func notWalked(i int, s journey.Step) journey.StepResult {
	return journey.StepResult{Index: i, Step: s.ID, Title: s.Title, Outcome: journey.Skipped}
}

// guarded turns a panic of ours into an error of ours.
func (v *visit) guarded(work func()) {
	defer func() {
		if p := recover(); p != nil {
			v.fault(journey.ErrorInternal, fmt.Errorf("BUG: %v\n%s", p, debug.Stack()))
			v.run.Outcome = journey.ProbeError
		}
	}()
	work()
}

// make opens a session and walks the journey in it.
func (v *visit) make(ctx context.Context, b *browser.Browser, conditions journey.Visit) {
	if !v.journey.NeedsBrowser() {
		v.requests = v.client(nil, conditions)
		defer v.requests.Close()
		v.walk(ctx, nil)
		v.tellConnection(conditions.Network, nil)
		return
	}
	s, err := b.Open(ctx, v.journey, conditions, v.values)
	if err != nil {
		v.faultOf(ctx, err)
		return
	}
	defer s.Leave()
	identity := s.Browser()
	v.run.Browser = &identity
	came := time.Now()
	if err := v.comeBefore(ctx, s, conditions); err != nil {
		v.faultOf(ctx, err)
		return
	}
	v.gauge.after = time.Since(came)
	v.beginTrace(ctx, s)
	defer v.endTrace(ctx, s)
	v.gauge.begin(s.CPUDelays())
	v.requests = v.client(s, conditions)
	defer v.requests.Close()
	v.walk(ctx, s)
	v.tellConnection(conditions.Network, s)
}

// walk does the steps in order. After the first that fails only those that
// always run are done.
func (v *visit) walk(ctx context.Context, s *browser.Session) {
	limited, cancel := v.limit(ctx)
	defer cancel()
	over, first, next := false, true, GoOn
	for i, step := range v.journey.Steps {
		if over && !step.Always {
			continue
		}
		if v.journey.Stops(i) {
			v.tellResult(i, nil)
			continue
		}
		if over && v.needless(i) {
			v.tellResult(i, nil)
			continue
		}
		stepCtx := limited
		if over {
			// Cleaning up is not cut short by what went wrong before: it has the
			// step's own time.
			stepCtx = ctx
		}
		switch walked, fault := v.conditions(ctx, stepCtx, s, i); {
		case fault != nil:
			v.faultOf(ctx, fault)
			return
		case !walked:
			over = over || v.run.Steps[i].Failure != nil
			continue
		}
		if !first {
			v.breathe(limited)
		}
		first = false
		for again := true; again; again = next == Again {
			if fault := v.step(ctx, stepCtx, s, i); fault != nil {
				v.faultOf(ctx, fault)
				return
			}
			if next != Quit {
				next = v.ask(ctx, i)
			}
		}
		over = over || next == Quit || v.run.Steps[i].Failure != nil
	}
	if next == Quit && v.unfinished() {
		v.fault(journey.ErrorInterrupted, errors.New("somebody ended the visit before its last step"))
	}
}

// limit is the time of the run. Where somebody looks on, it has none: the steps
// have theirs.
func (v *visit) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if v.options.AfterStep != nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, v.journey.Timeout, errRunTimeout)
}

// step does one step, again where it may be tried again, and tells of it. It
// returns an error when nobody could look.
func (v *visit) step(ctx, stepCtx context.Context, s *browser.Session, i int) error {
	v.run.Steps[i] = notWalked(i, v.journey.Steps[i])
	v.fetched[i].forget()
	v.tell(Progress{Index: i})
	var tried vain
	var own time.Duration
	for {
		began := time.Now()
		m := browser.Measurement{Page: journey.Page{Navigation: journey.NavigationNone}}
		lacks := v.lacking(i)
		err := lacks
		if err == nil {
			m, err = v.do(stepCtx, s, i)
			v.fetched[i].note(m.Record)
		}
		own += max(0, time.Since(began)-m.Wait-m.GaveUp-m.Paused)
		v.redact = journey.NewRedactor(append(v.journey.Secrets(), v.values.Learned()...)...)
		v.idle += m.Paused
		*v.run.Actions += m.Actions
		if s != nil {
			v.gauge.sample(s.CPUDelays())
		}
		if fault := v.fill(stepCtx, i, m, err); fault != nil {
			return fault
		}
		// What a step lacks that an earlier one should have saved doesn't come.
		if lacks == nil && tried.again(v.journey.Steps[i], &v.run.Steps[i]) {
			v.breathe(stepCtx)
			continue
		}
		tried.count(&v.run.Steps[i])
		v.run.Steps[i].OverheadMs = journey.Ms(own)
		v.photograph(ctx, s, i)
		if !v.fetched[i].kept && v.options.Fetched == nil {
			v.fetched[i].forget()
		}
		v.report(i, m)
		return nil
	}
}

// ask has somebody say how the visit goes on.
func (v *visit) ask(ctx context.Context, i int) Next {
	if v.options.AfterStep == nil {
		return GoOn
	}
	from := time.Now()
	defer func() { v.idle += time.Since(from) }()
	return v.options.AfterStep(ctx, journey.Judge(v.journey, v.run).Steps[i])
}

// unfinished reports whether a step wasn't walked and nothing explains it.
func (v *visit) unfinished() bool {
	failed := func(r journey.StepResult) bool { return r.Failure != nil }
	notDone := func(r journey.StepResult) bool { return r.Failure == nil && r.WaitMs == nil && r.LeftOut == nil }
	return slices.ContainsFunc(v.run.Steps, notDone) && !slices.ContainsFunc(v.run.Steps, failed)
}

// breathe is the customer's pace between two steps.
func (v *visit) breathe(ctx context.Context) {
	if v.journey.Pace <= 0 {
		return
	}
	from := time.Now()
	timer := time.NewTimer(v.journey.Pace)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	v.idle += time.Since(from)
}

// fault notes that nobody could look. Steps that were done before keep their
// results; the one in flight and the later ones are skipped.
func (v *visit) fault(kind journey.ErrorKind, err error) {
	v.run.Error = &journey.RunError{Kind: kind, Message: v.redact.Redact(err.Error())}
}

// faultOf is fault with the kind that the error and the context tell.
func (v *visit) faultOf(ctx context.Context, err error) {
	var network networkError
	switch {
	case ctx.Err() != nil:
		v.fault(journey.ErrorInterrupted, fmt.Errorf("the visit was ended from outside: %w", context.Cause(ctx)))
	case errors.As(err, &network):
		v.fault(journey.ErrorNetwork, err)
	case errors.Is(err, browser.ErrGone):
		v.fault(journey.ErrorBrowser, err)
	default:
		v.fault(journey.ErrorInternal, err)
	}
}

// report tells of a step's end.
func (v *visit) report(i int, m browser.Measurement) {
	var warnings []string
	if m.Already {
		warnings = append(warnings, nothingBrought(v.journey.Steps[i]))
	}
	v.tellResult(i, warnings)
}

// tellResult tells what became of a step, walked or left out.
func (v *visit) tellResult(i int, warnings []string) {
	if v.options.Progress == nil {
		return
	}
	result := journey.Judge(v.journey, v.run).Steps[i]
	v.tell(Progress{Index: i, Result: &result, Warnings: warnings, Saved: v.saved(i)})
}

func (v *visit) tell(p Progress) {
	if v.options.Progress != nil {
		v.options.Progress(p)
	}
}

// finish judges the run. The tool's own time is what is left of the clock when
// the customer's waits, the pace and the pauses are taken off.
func (v *visit) finish(started, finished time.Time) journey.Run {
	at := finished.UTC()
	v.run.FinishedAt = &at
	for i := range v.run.Steps {
		v.run.Steps[i].Revision = v.journey.StepRevision(i)
	}
	v.hide()
	if v.requests != nil {
		v.run.Probe.OverheadMs = journey.Ms(max(0, finished.Sub(started)-v.waited-v.idle))
		v.run.Probe.CPUDelay = v.gauge.share(finished.Sub(started))
		v.run.Probe.Starved = starved(v.run.Probe.CPUDelay)
	}
	if run := journey.Judge(v.journey, v.run); v.run.Probe.Starved == nil || !*v.run.Probe.Starved || run.Outcome != journey.Failed {
		return run
	}
	// What failed on a machine without a CPU to spare says nothing of the site.
	v.fault(journey.ErrorStarved, fmt.Errorf("the threads of Chrome waited for a CPU for more than %d%% of the visit, and a step failed", int(starvedShare*100)))
	return journey.Judge(v.journey, v.run)
}
