package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"samui/internal/browser"
	"samui/internal/config"
	"samui/internal/journey"
	"samui/internal/probe"
)

// browserFor prepares a Chrome where a visit needs one, nil where all of them
// are API calls alone.
func (o *runOptions) browserFor(w *world, settings config.Settings, visits []planned) (*browser.Browser, error) {
	if !slices.ContainsFunc(visits, func(p planned) bool { return p.journey.NeedsBrowser() }) {
		return nil, nil
	}
	return w.browser(settings, o.noSandbox, o.headed)
}

// visit makes the visits and reports each as it happens. It ends early when ctx
// does, or when somebody has seen enough: then the visit that was ended is not
// among the runs. err says why a visit may not be made.
func (o *runOptions) visit(ctx context.Context, w *world, b *browser.Browser, settings config.Settings, visits []planned, ledger bookings, file *archive) (runs []journey.Run, enough bool, err error) {
	options := probe.Options{Location: settings.Location, Attempt: 1, Evidence: o.evidence, Reference: settings.Reference, Contact: settings.Contact, Fetched: file.fetched(), Trace: o.tracing()}
	if options.Trace != nil {
		defer func() { err = errors.Join(err, options.Trace.Err) }()
	}
	var before past
	if w.screen.live && !o.json {
		before = w.past(ctx, settings)
		defer before.close()
	}
	var asking *stepper
	if o.step {
		asking = w.newStepper()
	}
	for i, p := range visits {
		if ctx.Err() != nil {
			break
		}
		left, err := ledger.visit(ctx, p.journey)
		if err != nil {
			return runs, false, err
		}
		options.RunID = left.runID
		if asking != nil {
			options.AfterStep = left.asking(w, asking.ask)
		}
		walked := p.journey
		if o.slow.value != nil {
			walked = slowed(walked, *o.slow.value)
		}
		if o.json {
			options.Progress = left.reached.Watch(w.warnings(p.journey))
			run := probe.Run(ctx, b, walked, p.visit, options)
			run.Revision = p.journey.Revision()
			w.printJSON(run)
			file.add(run)
			runs = append(runs, run)
			if err := left.settle(ctx); err != nil {
				return runs, false, err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(w.stdout)
		}
		show := newReport(w.stdout, w.screen, headingFor(p.journey, p.visit), stepTitles(p.journey))
		show.earlier = before.earlier(ctx, w, p.journey, p.visit)
		show.note(o.slower())
		show.note(left.line)
		options.Progress = left.reached.Watch(show.progress(p.journey))
		run := probe.Run(ctx, b, walked, p.visit, options)
		run.Revision = p.journey.Revision()
		if asking.ended() && run.Error != nil && ctx.Err() == nil {
			show.endedByHand(run)
			return runs, true, left.settle(ctx)
		}
		show.finish(run)
		file.add(run)
		runs = append(runs, run)
		if err := left.settle(ctx); err != nil {
			return runs, false, err
		}
		if asking.ended() {
			return runs, true, nil
		}
	}
	return runs, false, nil
}

// warnings tells an author's mistakes where the report has no place for them.
func (w *world) warnings(j journey.Journey) func(probe.Progress) {
	return func(p probe.Progress) {
		for _, text := range p.Warnings {
			w.warn("%s: %s", j.Steps[p.Index].Pos, text)
		}
	}
}

// progress shows each step as it begins and as it ends.
func (r *report) progress(j journey.Journey) func(probe.Progress) {
	return func(p probe.Progress) {
		switch {
		case p.Begins():
			r.begin(p.Index)
		case p.Result == nil:
			r.warnings(p.Warnings)
		default:
			r.step(judged(j, *p.Result), p.Warnings)
			r.saved(p.Saved)
		}
	}
}

// judged is a step's result with its band, as soon as it is there.
func judged(j journey.Journey, s journey.StepResult) journey.StepResult {
	return journey.Judge(j, journey.Run{Attempt: 1, Steps: []journey.StepResult{s}}).Steps[0]
}

func headingFor(j journey.Journey, v journey.Visit) heading {
	return heading{j.Title, j.ID, j.Site.ID, j.Stage, v.Device.Name, v.Network.Name}
}

func stepTitles(j journey.Journey) []string {
	var titles []string
	for _, s := range j.Steps {
		titles = append(titles, s.Title)
	}
	return titles
}
