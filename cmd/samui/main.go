// Command samui visits websites the way a customer does, with a real Chrome,
// and says how long the customer waited, where they got stuck and what that is
// likely to cost.
//
// main turns the world into arguments and an error into an exit code; every
// subcommand is one small file that takes a context, its arguments and the
// writers it was given. The one rule not to break: results go to stdout,
// everything about Samui itself goes to stderr.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // sites have time zones, machines may have no zoneinfo
)

func main() {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	serving := len(os.Args) > 1 && os.Args[1] == serveName // for which SIGHUP is no end
	if !serving && !signal.Ignored(syscall.SIGHUP) {       // under nohup it stays ignored
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	// The first signal ends the visit and keeps its report; from then on
	// signals do what they always do, so a second one ends the program at once.
	context.AfterFunc(ctx, stop)
	// A reader that went away is an error of the writer, not the death of the
	// program: Chrome and its profile have to be cleaned up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program: it carries out args and returns the exit code. It
// may be called from tests.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out := &output{Writer: stdout, broken: cancel}
	w := &world{stdin: stdin, stdout: out, stderr: stderr, screen: newScreen(stdout, os.LookupEnv), lookup: os.LookupEnv}
	err := dispatch(ctx, w, args)
	if e := out.Err(); e != nil {
		err = e
	}
	return w.exit(err)
}
