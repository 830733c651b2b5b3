package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"samui/internal/config"
)

// command is a subcommand as the dispatcher and the help see it.
type command struct {
	name     string
	synopsis string // what follows the name
	summary  string // one line for the list of commands
	about    string // what else there is to know, in lines of at most 80 columns
	examples []string
	run      func(ctx context.Context, w *world, c command, args []string) error
}

func commands() []command {
	return []command{
		demoCommand(), checkCommand(), runCommand(), importCommand(), serveCommand(), historyCommand(), deliveriesCommand(),
		backupCommand(), schemaCommand(), doctorCommand(), versionCommand(),
	}
}

// dispatch carries out the subcommand that args name.
func dispatch(ctx context.Context, w *world, args []string) error {
	if len(args) == 0 {
		usage(w.stderr)
		return told(exitUsage)
	}
	name, rest := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		if len(rest) == 0 {
			usage(w.stdout)
			return nil
		}
		name, rest = rest[0], []string{"--help"}
	case "-v", "-version", "--version":
		name = "version"
	}
	var names []string
	for _, c := range commands() {
		if c.name == name {
			return c.run(ctx, w, c, rest)
		}
		names = append(names, c.name)
	}
	if near := config.Nearest(name, names); near != "" {
		return usagef("did you mean: samui "+near, "there is no command %q", name)
	}
	return usagef("the commands are: "+strings.Join(names, ", "), "there is no command %q", name)
}

// usage is the help of samui itself.
func usage(out io.Writer) {
	fmt.Fprint(out, `Samui visits websites the way a customer does and says how long they waited,
where they got stuck and what that is likely to cost.

usage: samui COMMAND [ARGUMENTS]

`)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(table, "  %s\t%s\n", c.name, c.summary)
	}
	_ = table.Flush()
	fmt.Fprint(out, `
Start with:      samui demo
A command's own: samui COMMAND --help
`)
}

// help is the help of one command; the flags describe themselves.
func (c command) help(out io.Writer, flags *flag.FlagSet) {
	fmt.Fprintf(out, "usage: samui %s\n\n%s.\n", strings.TrimSpace(c.name+" "+c.synopsis), c.summary)
	if c.about != "" {
		fmt.Fprintf(out, "\n%s\n", strings.TrimSpace(c.about))
	}
	var lines strings.Builder
	table := tabwriter.NewWriter(&lines, 0, 0, 2, ' ', 0)
	flags.VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		dashes := "--"
		if len(f.Name) == 1 {
			dashes = "-"
		}
		fmt.Fprintf(table, "  %s\t%s\n", strings.TrimSpace(dashes+f.Name+" "+value), text)
	})
	_ = table.Flush()
	if lines.Len() > 0 {
		fmt.Fprintf(out, "\nflags:\n%s", lines.String())
	}
	if len(c.examples) > 0 {
		fmt.Fprintf(out, "\nexamples:\n  %s\n", strings.Join(c.examples, "\n  "))
	}
}
