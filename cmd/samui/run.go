package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"samui/internal/config"
	"samui/internal/journey"
	"samui/internal/store"
)

func runCommand() command {
	return command{
		name:     "run",
		synopsis: "[flags] JOURNEY.yaml...",
		summary:  "Run journeys now, one after the other",
		about: `
Each journey is visited once on each of its devices. Exit code 0: every run was
better than --fail-on; 3: one was not; 1: Samui could not look; 2: nothing was
run, because something that was typed or written is wrong.`,
		examples: []string{
			"samui run probes/buy-shoes.yaml",
			"samui run --headed --slow 300ms probes/buy-shoes.yaml",
			"samui run --headed --step probes/buy-shoes.yaml",
			"samui run --device phone --evidence pictures probes/*.yaml",
			"samui run --device phone --network slow-4g --cpu 4 probes/buy-shoes.yaml",
			"samui run --json probes/*.yaml | jq .wait_ms",
			"samui run --junit samui.xml --fail-on critical probes/*.yaml",
			"samui run --har visit.har probes/buy-shoes.yaml",
			"samui run --trace visit.json probes/buy-shoes.yaml",
		},
		run: runJourneys,
	}
}

// runOptions is what the flags of `samui run` ask for.
type runOptions struct {
	settings, junit, har, evidence, site  string
	trace                                 string
	device, network, stopBefore, tag      string
	cpu                                   factor
	json, headed, noSandbox, record, step bool
	times                                 count
	pace, slow                            span
	failOn                                string
}

func (o *runOptions) flags(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	*o = runOptions{times: 1, failOn: string(journey.Bad)}
	flags.BoolVar(&o.json, "json", false, "print each run as one line of JSON and nothing else")
	flags.StringVar(&o.junit, "junit", "", "also write a JUnit `FILE`")
	flags.StringVar(&o.har, "har", "", "also write what was fetched into a HAR `FILE`, which Chrome's DevTools open")
	flags.StringVar(&o.trace, "trace", "", "also write all that Chrome did into a `FILE`, which DevTools' Performance panel and Perfetto open; waits are longer with it")
	flags.StringVar(&o.evidence, "evidence", "", "keep pictures, and what was fetched, in the folder `DIR`")
	flags.BoolVar(&o.record, "record", false, "also keep the results in the data folder, where samui history finds them")
	flags.BoolVar(&o.headed, "headed", false, "show the browser's window (needs Chromium or Chrome)")
	flags.Var(&o.times, "times", "visit `N` times")
	flags.Var(choice{&o.failOn, []string{"slow", "bad", "critical", "failed"}}, "fail-on",
		"the `OUTCOME` from which the exit code is 3: slow, bad, critical or failed (default bad; blocked always)")
	flags.StringVar(&o.site, "site", "", "only on the site with this `ID`")
	flags.StringVar(&o.tag, "tag", "", "only journeys with this `TAG`")
	flags.StringVar(&o.device, "device", "", "on the device with this `NAME`, whatever the journey says")
	flags.StringVar(&o.network, "network", "", "over the network with this `NAME`, whatever the journey says")
	flags.Var(&o.cpu, "cpu", "on a machine `N` times slower, from 1 to 20, whatever the journey says")
	flags.Var(&o.pace, "pace", "pause `D` between steps, e.g. 0 or 2s, whatever the journey says")
	flags.Var(&o.slow, "slow", "pause `D` before each action, e.g. 300ms, for an eye to follow; no wait")
	flags.StringVar(&o.stopBefore, "stop-before", "", "stop before the step with this `ID`, whatever the journey says; steps that always run are walked")
	flags.BoolVar(&o.step, "step", false, "stop after each step and ask: next, again or quit")
	settingsFlag(flags, &o.settings)
	sandboxFlag(flags, &o.noSandbox)
	return flags
}

func runJourneys(ctx context.Context, w *world, c command, args []string) error {
	var o runOptions
	paths, err := c.parse(w, o.flags(c.name), args)
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return usagef("samui run probes/*.yaml", "samui run needs a journey")
	}
	if err := o.watched(w.stdin); err != nil {
		return err
	}
	settings, err := w.settings(o.settings)
	if err != nil {
		return err
	}
	journeys, err := w.journeys(settings, paths)
	if err != nil {
		return err
	}
	visits, err := o.plan(settings, journeys)
	if err != nil {
		return err
	}
	if err := o.traceable(visits); err != nil {
		return err
	}
	if err := o.prepare(); err != nil {
		return err
	}
	b, err := o.browserFor(w, settings, visits)
	if err != nil {
		return err
	}
	kept, err := o.keeper(ctx, settings)
	if err != nil {
		return errors.Join(err, b.Close())
	}
	ledger, err := w.book(ctx, settings, kept.store, visits)
	if err != nil {
		return errors.Join(err, kept.close(), b.Close())
	}
	file := &archive{file: o.har}
	runs, enough, stopped := o.visit(ctx, w, b, settings, visits, ledger, file)
	if err := b.Close(); err != nil {
		w.warn("ending Chrome: %v", err)
	}
	err = errors.Join(stopped, ledger.close(), kept.keep(ctx, runs), kept.close(), file.close())
	if o.junit != "" && (err == nil || len(runs) > 0) {
		err = errors.Join(err, writeJUnit(o.junit, runs, journey.Outcome(o.failOn)))
	}
	if err != nil {
		return err
	}
	if !o.json && len(runs) > 1 {
		fmt.Fprintln(w.stdout, "\n"+tally(w.screen, runs))
	}
	if code := o.code(runs); code != exitFine {
		return told(code)
	}
	if len(runs) < len(visits) && !enough {
		return errors.New("interrupted before every run was done")
	}
	return nil
}

// watched refuses to keep visits that were made for an eye: what is slowed or
// stopped measures something else. Only where somebody can answer there are
// questions.
func (o *runOptions) watched(in io.Reader) error {
	switch {
	case o.record && o.trace != "":
		return usagef("leave out one of the two", "--record keeps visits as they are made on a schedule, --trace slows them")
	case o.record && o.step:
		return usagef("leave out one of the two", "--record keeps visits as they are made on a schedule, --step stops them")
	case o.record && o.slow.value != nil:
		return usagef("leave out one of the two", "--record keeps visits as they are made on a schedule, --slow delays them")
	case o.record && o.stopBefore != "":
		return usagef("write stop_before: into the journey", "--record keeps visits as they are made on a schedule, --stop-before ends them early")
	case o.record && o.network != "":
		return usagef("write devices: [{device: …, network: "+o.network+"}] into the journey", "--record keeps visits as they are made on a schedule, --network changes their connection")
	case o.record && o.cpu.value != 0:
		return usagef("write devices: [{device: …, cpu: "+o.cpu.String()+"}] into the journey", "--record keeps visits as they are made on a schedule, --cpu slows their machine")
	case o.step && o.json:
		return usagef("leave out one of the two", "--step asks between its lines, --json prints nothing else")
	case o.step && !typedAt(in):
		return usagef("without a terminal, look at pictures: --evidence DIR", "--step asks after each step, and there is no terminal to answer at")
	}
	return nil
}

// keeper keeps the results of --record; without a store it keeps nothing.
type keeper struct{ store *store.Store }

// keeper opens the data folder before the first visit, so that results that
// can't be kept are told then.
func (o *runOptions) keeper(ctx context.Context, settings config.Settings) (keeper, error) {
	if !o.record {
		return keeper{}, nil
	}
	st, err := store.Open(ctx, settings.Data, store.Options{})
	return keeper{st}, err
}

// keep records what was seen, also when Ctrl-C has ended the visits.
func (k keeper) keep(ctx context.Context, runs []journey.Run) error {
	if k.store == nil {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	for _, r := range runs {
		slot := journey.Slot{Site: r.Site, Journey: r.Journey, Device: r.Device, Location: r.Location}
		if err := k.store.Record(ctx, slot, store.Result{Run: r}); err != nil {
			return err
		}
	}
	return nil
}

func (k keeper) close() error {
	if k.store == nil {
		return nil
	}
	return k.store.Close()
}

// planned is one visit that is to be made.
type planned struct {
	journey journey.Journey
	visit   journey.Visit
}

// plan lists the visits in the order in which they are made.
func (o *runOptions) plan(settings config.Settings, journeys []journey.Journey) ([]planned, error) {
	var visits []planned
	var sites []string
	journeys, err := o.tagged(journeys)
	if err != nil {
		return nil, err
	}
	for _, j := range journeys {
		sites = append(sites, j.Site.ID)
		if o.site != "" && j.Site.ID != o.site {
			continue
		}
		if o.pace.value != nil {
			j.Pace = *o.pace.value
		}
		if o.stopBefore != "" {
			if err := stopBefore(&j, o.stopBefore); err != nil {
				return nil, err
			}
		}
		some, err := o.under(settings, j)
		if err != nil {
			return nil, err
		}
		for _, v := range some {
			for range int(o.times) {
				visits = append(visits, planned{j, v})
			}
		}
	}
	if len(visits) == 0 && o.site != "" {
		hint := "the sites of these journeys: " + strings.Join(distinct(sites), ", ")
		if near := config.Nearest(o.site, sites); near != "" {
			hint = "did you mean: --site " + near
		}
		return nil, usagef(hint, "no journey visits the site %q", o.site)
	}
	if len(visits) == 0 {
		return nil, usagef("a journey is a file as in: samui schema journey", "there is no journey in what was named")
	}
	return visits, nil
}

// prepare finds out before the first visit that results can't be kept.
func (o *runOptions) prepare() error {
	if o.evidence != "" {
		if err := os.MkdirAll(o.evidence, 0o700); err != nil {
			return usagef("", "--evidence: %w", err)
		}
		if err := tryWriting(o.evidence); err != nil {
			return usagef("", "--evidence: %w", err)
		}
	}
	har := o.har
	if har != "" {
		place, _, err := harPlace(har)
		if err != nil {
			return usagef("name the file itself, or remove the link", "--har: %w", err)
		}
		har = place
	}
	return errors.Join(tryFile("--junit", o.junit, "samui.xml"), tryFile("--har", har, "visit.har"), tryFile("--trace", o.trace, "visit.json"))
}

// tryFile finds out whether the file of a flag can be written; empty = none is.
func tryFile(flag, file, name string) error {
	if file == "" {
		return nil
	}
	dir := filepath.Dir(file)
	if !exists(dir) {
		return usagef("mkdir -p "+dir, "%s: there is no folder %q", flag, dir)
	}
	switch info, err := os.Stat(file); {
	case err == nil && info.IsDir():
		return usagef(flag+" "+filepath.Join(file, name), "%s: %q is a folder", flag, file)
	case err == nil && !info.Mode().IsRegular():
		return nil // as /dev/stdout, beside which nothing is written
	}
	if err := tryWriting(dir); err != nil {
		return usagef("", "%s: %w", flag, err)
	}
	return nil
}

// tryWriting finds out whether files can be made in a folder.
func tryWriting(dir string) error {
	f, err := os.CreateTemp(dir, ".samui-try-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// code is the exit code of the runs: not having looked beats what was seen.
func (o *runOptions) code(runs []journey.Run) int {
	code := exitFine
	for _, r := range runs {
		switch {
		case r.Error != nil:
			return exitFailed
		case r.Outcome.Level() >= journey.Outcome(o.failOn).Level():
			code = exitReached
		}
	}
	return code
}

// distinct keeps the first of equal words.
func distinct(words []string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			kept = append(kept, w)
		}
	}
	return kept
}
