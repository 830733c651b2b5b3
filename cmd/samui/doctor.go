package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"

	"samui/internal/config"
)

func doctorCommand() command {
	return command{
		name:     "doctor",
		synopsis: "[flags]",
		summary:  "Tell what works on this machine and what to do about the rest",
		about: `
Looks at the settings, Chrome and its sandbox, shared memory, fonts, the clock,
the way out to the network, InfluxDB and Slack. Exit code 1 where something essential fails.`,
		examples: []string{"samui doctor", "samui doctor -c /etc/samui/samui.yaml"},
		run:      doctor,
	}
}

// health is how one thing is.
type health int

const (
	fine   health = iota
	doubts        // works, but results may be worse than they could be
	broken        // essential and doesn't work
)

// finding is what doctor says about one thing.
type finding struct {
	health health
	what   string
	found  string
	advice string // what to do; empty where all is well
}

func doctor(ctx context.Context, w *world, c command, args []string) error {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	var file string
	var noSandbox bool
	settingsFlag(flags, &file)
	sandboxFlag(flags, &noSandbox)
	operands, err := c.parse(w, flags, args)
	if err != nil {
		return err
	}
	if len(operands) > 0 {
		return usagef("samui doctor -c FILE reads settings", "samui doctor takes no arguments, got %q", operands[0])
	}
	settings, problems := w.readSettings(file)
	sick := false
	for _, examine := range []func() []finding{
		func() []finding { return examineSettings(settings, problems) },
		func() []finding { return examineChrome(ctx, settings, noSandbox) },
		examineMemory,
		func() []finding { return examineFonts(ctx) },
		func() []finding { return examineNetwork(ctx, settings.Reference) },
		func() []finding { return examineInfluxDB(ctx, settings.InfluxDB) },
		func() []finding { return examineSlack(ctx, settings) },
	} {
		for _, f := range examine() {
			w.finding(f)
			sick = sick || f.health == broken
		}
		if ctx.Err() != nil {
			return errors.New("interrupted before everything was looked at")
		}
	}
	if sick {
		return told(exitFailed)
	}
	return nil
}

// finding prints one line, and what to do beneath it.
func (w *world) finding(f finding) {
	style, word := green, "ok"
	switch f.health {
	case fine:
	case doubts:
		style, word = yellow, "warn"
	case broken:
		style, word = redBold, "fail"
	}
	const indent = 16
	for i, line := range wrap(printable(f.found), w.screen.width()-indent) {
		head := strings.Repeat(" ", indent)
		if i == 0 {
			head = w.screen.paint(style, fmt.Sprintf("%-4s", word)) + "  " + pad(f.what, indent-6)
		}
		fmt.Fprintln(w.stdout, head+line)
	}
	if f.advice == "" {
		return
	}
	for i, line := range wrap("→ "+printable(f.advice), w.screen.width()-indent-2) {
		if i > 0 {
			line = "  " + line
		}
		fmt.Fprintln(w.stdout, strings.Repeat(" ", indent)+w.screen.paint(bold, line))
	}
}

func examineSettings(s config.Settings, problems config.Problems) []finding {
	switch errs := problems.Errors(); {
	case len(errs) > 0:
		return []finding{{broken, "settings", errs[0].String(), "samui check shows every mistake of the settings and the journeys"}}
	case s.File == "":
		return []finding{{fine, "settings", "no samui.yaml here: the defaults hold", ""}}
	case len(problems) > 0:
		return []finding{{doubts, "settings", problems[0].String(), "samui check shows every warning"}}
	}
	return []finding{{fine, "settings", fmt.Sprintf("%s, %s", s.File, many(len(s.Sites), "site")), ""}}
}
