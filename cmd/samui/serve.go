package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"samui/internal/daemon"
)

// serveName is known to main: there SIGHUP means to read the files again.
const serveName = "serve"

func serveCommand() command {
	return command{
		name:     serveName,
		synopsis: "[flags]",
		summary:  "Walk every registered journey on its slots, day after day",
		about: `
Reads samui.yaml and the journeys that it names, and again when one of them
changes or SIGHUP comes; a journey with a mistake is refused alone. Each slot
ends in one result, which is recorded for good and sent on. The page and the
API answer on listen: (default 127.0.0.1:8090). SIGTERM and Ctrl-C end it:
visits under way get 8 s to finish.`,
		examples: []string{"samui serve", "samui serve -c /etc/samui/samui.yaml", "curl http://127.0.0.1:8090/healthz"},
		run:      serve,
	}
}

func serve(ctx context.Context, w *world, c command, args []string) error {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	var file string
	var noSandbox, verbose bool
	settingsFlag(flags, &file)
	sandboxFlag(flags, &noSandbox)
	flags.BoolVar(&verbose, "verbose", false, "log more than a human may act on")
	operands, err := c.parse(w, flags, args)
	if err != nil {
		return err
	}
	if len(operands) > 0 {
		return usagef("the journeys are those of journeys: in samui.yaml", "samui serve takes no arguments, got %q", operands[0])
	}
	settings, err := w.settings(file)
	if err != nil {
		return err
	}
	if noSandbox || !settings.Chrome.Sandbox {
		w.warn("Chrome runs without its sandbox: a hostile page could take over this machine")
	}
	reload, stop := hangups()
	defer stop()
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	return daemon.Run(ctx, daemon.Options{
		Settings:  settings,
		Env:       w.env(),
		NoSandbox: noSandbox,
		Reload:    reload,
		Ready: func(url string) {
			fmt.Fprintf(w.stdout, "Samui is at work: %s\n", url)
		},
		Logger: slog.New(slog.NewTextHandler(w.stderr, &slog.HandlerOptions{Level: level})),
	})
}

// hangups turns SIGHUP into values; several that come at once are one.
func hangups() (<-chan struct{}, func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	reload, ended := make(chan struct{}, 1), make(chan struct{})
	over := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-over:
				return
			case <-signals:
				select {
				case reload <- struct{}{}:
				default:
				}
			}
		}
	}()
	return reload, func() {
		signal.Stop(signals)
		close(over)
		<-ended
	}
}
