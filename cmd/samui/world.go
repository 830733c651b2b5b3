package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"samui/internal/browser"
	"samui/internal/config"
)

// world is what a command may touch besides its arguments.
type world struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	screen         screen // what stdout is shown on
	lookup         func(name string) (string, bool)
}

func (w *world) env() config.Env { return config.Env{Lookup: w.lookup} }

// warn tells about something that doesn't stop the command.
func (w *world) warn(format string, args ...any) {
	fmt.Fprintf(w.stderr, "samui: warning: %s\n", printable(fmt.Sprintf(format, args...)))
}

func (w *world) tell(kind, text string) {
	for line := range strings.Lines(text) {
		fmt.Fprintf(w.stderr, "samui: %s: %s\n", kind, printable(strings.TrimRight(line, "\n")))
	}
}

// The exit codes. Something of ours that failed beats a verdict about a site.
const (
	exitFine    = 0
	exitFailed  = 1 // we failed
	exitUsage   = 2 // usage or configuration; nothing was run
	exitReached = 3 // some run reached --fail-on
)

// told is an error that has been reported already: only its exit code is left.
type told int

func (t told) Error() string { return fmt.Sprintf("exit code %d", int(t)) }

// problem is an error that says what to do about it; the hint may be empty.
type problem struct {
	err  error
	hint string
	code int
}

func (p *problem) Error() string { return p.err.Error() }
func (p *problem) Unwrap() error { return p.err }
func (p *problem) Hint() string  { return p.hint }

// usagef is a mistake in what was typed or configured, found before anything
// was run.
func usagef(hint, format string, args ...any) error {
	return &problem{fmt.Errorf(format, args...), hint, exitUsage}
}

// failuref is something of ours that went wrong.
func failuref(hint, format string, args ...any) error {
	return &problem{fmt.Errorf(format, args...), hint, exitFailed}
}

// exit reports err and turns it into the exit code.
func (w *world) exit(err error) int {
	var code told
	switch {
	case err == nil:
		return exitFine
	case errors.As(err, &code):
		return int(code)
	}
	w.tell("error", err.Error())
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) && hinted.Hint() != "" {
		w.tell("hint", hinted.Hint())
	}
	var ours *problem
	switch {
	case errors.As(err, &ours):
		return ours.code
	case errors.Is(err, browser.ErrSandbox):
		return exitUsage
	}
	return exitFailed
}

// output remembers that results could not be written, because a full disk or a
// reader that went away must not look like success. It is safe for concurrent
// use.
type output struct {
	io.Writer
	broken func() // called once, at the first error

	mu  sync.Mutex // guards err and the order of writes
	err error
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.Writer.Write(p)
	if err != nil {
		o.err = fmt.Errorf("writing the results: %w", err)
		o.broken()
	}
	return n, err
}

// Err is why results are missing; nil when all were written.
func (o *output) Err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// exists reports whether something is there under that name.
func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
