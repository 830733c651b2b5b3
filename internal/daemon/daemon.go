package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"samui/internal/browser"
	"samui/internal/config"
	"samui/internal/incident"
	"samui/internal/influx"
	"samui/internal/journey"
	"samui/internal/outbox"
	"samui/internal/probe"
	"samui/internal/schedule"
	"samui/internal/slack"
	"samui/internal/store"
	"samui/internal/web"
	"samui/internal/webhook"
)

// Options say what is walked and how. Only Settings is required.
type Options struct {
	Settings config.Settings
	Env      config.Env // with which settings and journeys are read again
	// Journeys are walked instead of the files of Settings.Journeys, which are
	// then neither read nor watched; nil = the files.
	Journeys []journey.Journey
	// Every walks each journey so often, whatever its own schedule says; 0 = as
	// it says.
	Every time.Duration
	// Pictures keeps one of every step of every run, as a demo does; false =
	// at failures, changes of band, and hourly.
	Pictures  bool
	NoSandbox bool // start Chrome without its sandbox, whatever Settings say

	// Reload has settings and journeys read again with each value; nil = only
	// changes of the files do.
	Reload <-chan struct{}
	// Ready, when it isn't nil, is told the page's URL once it answers.
	Ready func(url string)
	// Visiting, when it isn't nil, is asked at the beginning of each visit for
	// whom to tell of its progress, which may be nil.
	Visiting func(journey.Journey, journey.Visit) func(probe.Progress)
	// Recorded, when it isn't nil, is told of each result once it is durable, in
	// one call at a time.
	Recorded func(journey.Run)
	// Changed, when it isn't nil, is told of each change of an incident once it
	// is durable, before Recorded is told of the result that made it; of what a
	// start finds, before Ready.
	Changed func(incident.Change)
	Logger  *slog.Logger // nil = nothing is logged

	cpuDelays func() map[int]time.Duration // of [browser.Options]; nil = the machine's own gauge
	cores     int                          // that visits are admitted for at first; 0 = the machine's
}

// daemon is everything that is at work. Its fields are set before the first
// goroutine starts.
type daemon struct {
	Options
	log *slog.Logger

	plan      atomic.Pointer[plan]
	store     *store.Store
	chrome    *chromeWatch
	influx    *outbox.Outbox // nil = off, as the following
	slack     *outbox.Outbox
	webhook   *outbox.Outbox
	scheduler *schedule.Scheduler
	admission *admission
	offered   offered
	album     *album
	pictures  string // folder
	files     string // the fingerprint of what the first plan is read from
	events    *web.Events
	meter     *meter
	unkept    atomic.Int64 // slots that were missed while Samui ran

	claimsMu sync.Mutex // guards claims
	claims   map[journey.Slot]string

	toldMu sync.Mutex // one call of Recorded or Changed at a time
}

// Run walks every registered journey on its slots until ctx ends, and then
// drains: visits under way have 8 s, deliveries are flushed, everything that
// was started is waited for. The error says why it could not start or go on;
// ending with ctx is none.
func Run(ctx context.Context, o Options) (err error) {
	d := &daemon{
		Options: o, log: o.Logger,
		album: newAlbum(o.Pictures), events: web.NewEvents(), pictures: folderOf(o.Settings.Data),
		files: fingerprint(o.Settings, nil), claims: map[journey.Slot]string{},
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}

	d.admission = newAdmission(o.Settings.Concurrency, cmp.Or(o.cores, cores()), browser.MachineMemory(), d.log)
	first := d.read(o.Settings, nil)
	d.chrome = newChromeWatch(d.newBrowser, first.needsChrome(), d.log)
	// First what may be wrong with the machine: then nothing was touched.
	if err = d.chrome.prepare(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing("Chrome", d.chrome.close)) }()
	if d.store, err = store.Open(ctx, o.Settings.Data, store.Options{Logger: d.log}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing("the results", d.store.Close)) }()
	if err := os.MkdirAll(d.pictures, 0o700); err != nil {
		return fmt.Errorf("making the folder of the pictures: %w", err)
	}

	sender, err := d.newSender()
	if err != nil {
		return err
	}
	if sender != nil {
		defer sender.Close()
		d.influx = d.outbox(influx.Sink, influxSink{sender}, time.Hour)
	}
	told, err := d.newSlack()
	if err != nil {
		return err
	}
	if told != nil {
		defer told.Close()
		d.slack = d.outbox(slack.Sink, slackSink{told}, tellAgain)
	}
	called, err := d.newWebhook()
	if err != nil {
		return err
	}
	if called != nil {
		defer called.Close()
		d.webhook = d.outbox(webhook.Sink, webhookSink{called}, tellAgain)
	}
	d.scheduler = schedule.New(schedule.Options{
		Ledger: ledger{d}, Visit: d.visit, Describe: d.describe, Once: d.once,
		Admit: d.admission.admitted, Retention: o.Settings.Retention.Runs,
		Observe: schedule.Observer{Missed: d.missed}, Logger: d.log,
	})
	d.meter = newMeter(d)
	page, err := d.page()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing("the page", page.Close)) }()
	listener, err := listen(ctx, o.Settings.Listen)
	if err != nil {
		return err
	}

	d.adopt(first)
	if err := d.settle(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	d.retire(ctx)
	if err := d.remember(ctx); err != nil {
		return errors.Join(fmt.Errorf("looking how long visits take: %w", err), listener.Close())
	}
	if err := d.scheduler.Set(ctx, d.plan.Load().jobs(o.Every)); err != nil {
		return errors.Join(fmt.Errorf("setting the schedule: %w", err), listener.Close())
	}

	working, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	crew := crew{fail: fail}
	crew.start("watching Chrome", d.chrome.run)
	for _, r := range d.receivers() {
		if r.box != nil {
			crew.start("sending to "+r.title, r.box.Run)
		}
	}
	if sender != nil {
		crew.start("reporting on itself", func(ctx context.Context) error { return d.report(ctx, sender) })
	}
	crew.start("serving the page", func(ctx context.Context) error { return d.serve(ctx, listener, page) })
	crew.start("keeping the schedule", d.scheduler.Run)
	crew.start("forgetting what is old", d.forget)
	if d.Journeys == nil {
		crew.start("watching the files", d.watch)
	}
	if h := o.Settings.Heartbeat; h != nil {
		crew.start("sending the heartbeat", (&heartbeat{Heartbeat: *h, alive: d.aliveSince(), log: d.log}).run)
	}
	url := "http://" + listener.Addr().String()
	d.log.Info("samui is at work", "url", url, "journeys", len(d.plan.Load().journeys), "data", o.Settings.Data)
	if d.Ready != nil {
		d.Ready(url)
	}
	<-working.Done()
	d.log.Info("samui is stopping")
	var gaveUp error // nil where it was asked to stop
	if ctx.Err() == nil {
		gaveUp = context.Cause(working)
	}
	return errors.Join(gaveUp, crew.dismiss())
}

// The bounds of what is kept for a receiver that is away, and of the time that
// it gets when Samui stops.
const (
	sinkAge   = 30 * 24 * time.Hour
	sinkBytes = 1 << 30
	flushFor  = time.Second
	tellAgain = 2 * time.Minute // the longest that one incident isn't told while others are
)

// outbox is what sends the deliveries of a sink.
func (d *daemon) outbox(sink string, sender outbox.Sender, suspense time.Duration) *outbox.Outbox {
	return outbox.New(d.store, outbox.Options{
		Sink: sink, Sender: sender, MaxAge: sinkAge, MaxBytes: sinkBytes, Suspense: suspense, Flush: flushFor, Logger: d.log,
	})
}

// receiver is who gets deliveries, and what sends to it; nil = off.
type receiver struct {
	sink, title string
	box         *outbox.Outbox
}

// receivers are all that there can be.
func (d *daemon) receivers() []receiver {
	return []receiver{{influx.Sink, "InfluxDB", d.influx}, {slack.Sink, "Slack", d.slack}, {webhook.Sink, "the webhook", d.webhook}}
}

func (d *daemon) newBrowser() (*browser.Browser, error) {
	s := d.Settings
	b, err := browser.New(browser.Options{
		Path: s.Chrome.Path, NoSandbox: d.NoSandbox || !s.Chrome.Sandbox,
		Contact: s.Contact, Devices: s.Devices, CPUDelays: d.cpuDelays, Logger: d.log, KeepReady: true,
	})
	if err != nil {
		return nil, fmt.Errorf("preparing Chrome: %w", err)
	}
	return b, nil
}

// closing says what could not be ended well.
func closing(what string, end func() error) error {
	if err := end(); err != nil {
		return fmt.Errorf("ending %s: %w", what, err)
	}
	return nil
}
