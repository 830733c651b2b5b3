package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"samui/internal/config"
	"samui/internal/daemon"
	"samui/internal/demo"
	"samui/internal/journey"
	"samui/probes"
)

// shopAddress is where the shop usually is.
const shopAddress = "127.0.0.1:8099"

// pageAddress is where the demo's page usually is.
const pageAddress = "127.0.0.1:8090"

// demoEvery is how often the demo walks its journeys: often enough to see a
// trouble that was just switched on.
const demoEvery = 30 * time.Second

// demoTimeout is when a step of the demo is given up: soon after it became
// critical (10 s), so that one broken button doesn't keep the others waiting.
const demoTimeout = 12 * time.Second

func demoCommand() command {
	return command{
		name:     "demo",
		synopsis: "[flags]",
		summary:  "Open a demo shop and visit it every 30 s",
		about: `
The shop is part of the binary, and so are the journeys: one at least for each
stage of a customer's life. Things go wrong in it on demand, with --trouble or
on its page /_trouble:

` + troubleList(),
		examples: []string{"samui demo", "samui demo --trouble slow-search --trouble failing-checkout", "samui demo --shop-only"},
		run:      runDemo,
	}
}

func troubleList() string {
	var b strings.Builder
	for _, t := range demo.Troubles() {
		fmt.Fprintf(&b, "  %-20s %s\n", t.Name, t.Help)
	}
	return b.String()
}

// demoOptions is what the flags of `samui demo` ask for.
type demoOptions struct {
	address   hostPort
	listen    ownPort
	shopOnly  bool
	noSandbox bool
	troubles  list
}

func runDemo(ctx context.Context, w *world, c command, args []string) (err error) {
	o := demoOptions{address: shopAddress, listen: ownPort{pageAddress}}
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.Var(&o.address, "shop", "`ADDR` the shop listens on (default "+shopAddress+"; port 0 takes a free one)")
	flags.Var(&o.listen, "listen", "`ADDR` the page and the API listen on (default "+pageAddress+"; port 0 takes a free one)")
	flags.BoolVar(&o.shopOnly, "shop-only", false, "open the shop and visit nothing")
	flags.Var(&o.troubles, "trouble", "let `NAME` go wrong; may be given several times")
	sandboxFlag(flags, &o.noSandbox)
	operands, err := c.parse(w, flags, args)
	if err != nil {
		return err
	}
	if len(operands) > 0 {
		return usagef("samui demo --help", "samui demo takes no arguments, got %q", operands[0])
	}
	shop, err := demo.NewShop(o.troubles...)
	if err != nil {
		return usagef("samui demo --help", "--trouble: %w", err)
	}
	address, closeShop, err := openShop(ctx, shop, string(o.address))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeShop()) }()
	url := "http://" + address
	fmt.Fprintf(w.stdout, "The demo shop is open at %s, its troubles are at %s/_trouble.\n", url, url)
	if o.shopOnly {
		fmt.Fprintln(w.stdout, "Ctrl-C closes it.")
		<-ctx.Done()
		return nil
	}
	return watchShop(ctx, w, o, url)
}

// watchShop has the daemon visit the shop, with everything that it keeps in a
// folder that goes when the demo does.
func watchShop(ctx context.Context, w *world, o demoOptions, shop string) (err error) {
	dir, err := demoFolder(shop)
	if err != nil {
		return fmt.Errorf("making a folder for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	settings, journeys, err := demoJourneys(w.env(), dir, shop)
	if err != nil {
		return err
	}
	settings.Data = filepath.Join(dir, "data")
	settings.Listen = o.listen.String()
	settings.Concurrency = 1
	if o.noSandbox {
		w.warn("Chrome runs without its sandbox: a hostile page could take over this machine")
	}
	show := &board{world: w}
	defer show.end()
	return daemon.Run(ctx, daemon.Options{
		Settings:  settings,
		Env:       w.env(),
		Journeys:  journeys,
		Every:     demoEvery,
		Pictures:  true,
		NoSandbox: o.noSandbox,
		Visiting:  show.visiting,
		Recorded: func(run journey.Run) {
			if ctx.Err() == nil { // a visit that Ctrl-C cut short says nothing
				show.recorded(run)
			}
		},
		Changed: show.changed,
		Ready: func(page string) {
			show.at(page)
			fmt.Fprintf(w.stdout, "Chrome visits it every %.0f s; the page that shows how it is: %s; Ctrl-C ends.\n\n", demoEvery.Seconds(), page)
		},
		Logger: slog.New(slog.NewTextHandler(w.stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
}

// demoFolder is named after the shop's address, which nobody else can have
// while the shop is open: what a killed demo left there is its successor's to
// remove.
func demoFolder(shop string) (string, error) {
	name := strings.NewReplacer("http://", "", ":", "-", "[", "", "]", "").Replace(shop)
	dir := filepath.Join(os.TempDir(), "samui-demo-"+name)
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	return dir, os.Mkdir(dir, 0o700)
}

// openShop serves the shop until it is closed, which also waits for it.
func openShop(ctx context.Context, shop http.Handler, address string) (actual string, closeShop func() error, err error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", address)
	if err != nil {
		return "", nil, failuref("another address: samui demo --shop 127.0.0.1:0", "opening the shop: %w", err)
	}
	server := &http.Server{Handler: shop, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	return listener.Addr().String(), func() error {
		// Requests that hang on purpose end when their connection does.
		if err := server.Close(); err != nil {
			return fmt.Errorf("closing the shop: %w", err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serving the shop: %w", err)
		}
		return nil
	}, nil
}

// demoJourneys are the shipped journeys in the order of a customer's life, on
// the shop at url, without a pause between steps and with less patience. They are read from files
// like everybody's, with the shop registered as a site.
func demoJourneys(env config.Env, dir, url string) (config.Settings, []journey.Journey, error) {
	files, err := unpack(dir, url)
	if err != nil {
		return config.Settings{}, nil, fmt.Errorf("unpacking the journeys: %w", err)
	}
	settings, problems := config.Load(filepath.Join(dir, settingsFile), env)
	if err := problems.Err(); err != nil {
		return settings, nil, fmt.Errorf("reading the demo's settings: %w", err)
	}
	journeys, problems := config.LoadJourneys(settings, files, env)
	if err := problems.Err(); err != nil {
		return settings, nil, fmt.Errorf("reading the shipped journeys: %w", err)
	}
	for i := range journeys {
		journeys[i].Pace = 0
		for k := range journeys[i].Steps {
			step := &journeys[i].Steps[k]
			step.Timeout = min(step.Timeout, demoTimeout)
			placeAtHome(step)
		}
	}
	stages := journey.Stages()
	slices.SortStableFunc(journeys, func(a, b journey.Journey) int {
		return slices.Index(stages, a.Stage) - slices.Index(stages, b.Stage)
	})
	return settings, journeys, nil
}

// placeAtHome has the step say which file of the repository it is written in,
// not which copy of it was read.
func placeAtHome(step *journey.Step) {
	home := func(p *journey.Pos) { p.File = "probes/" + filepath.Base(p.File) }
	home(&step.Pos)
	for i := range step.Do {
		home(&step.Do[i].Pos)
	}
	for i := range step.Expect {
		home(&step.Expect[i].Pos)
	}
}

// unpack writes settings with the shop at url, and the shipped journeys, which
// name the shop's usual address wherever they need a whole URL.
func unpack(dir, url string) (journeys []string, err error) {
	shipped := probes.Files()
	names, err := fs.Glob(shipped, "*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := fs.ReadFile(shipped, name)
		if err != nil {
			return nil, err
		}
		file := filepath.Join(dir, name)
		data = bytes.ReplaceAll(data, []byte("http://"+shopAddress), []byte(url))
		if err := os.WriteFile(file, data, 0o600); err != nil {
			return nil, err
		}
		journeys = append(journeys, file)
	}
	text := fmt.Sprintf("sites:\n  demo-shop: {client: demo, title: Demo shop, env: production, url: %q, timezone: Asia/Jerusalem}\n", url)
	return journeys, os.WriteFile(filepath.Join(dir, settingsFile), []byte(text), 0o600)
}
