package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
)

func versionCommand() command {
	return command{
		name:     "version",
		summary:  "Print the version of this binary",
		examples: []string{"samui version"},
		run: func(_ context.Context, w *world, c command, args []string) error {
			operands, err := c.parse(w, flag.NewFlagSet(c.name, flag.ContinueOnError), args)
			if err != nil {
				return err
			}
			if len(operands) > 0 {
				return usagef("", "samui version takes no arguments, got %q", operands[0])
			}
			v := readVersion(debug.ReadBuildInfo())
			fmt.Fprintf(w.stdout, "samui %s\ncommit %s\n%s %s/%s\n", v.version, v.commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}

type version struct{ version, commit string }

// readVersion says what was built: a binary built outside a checkout knows no
// commit.
func readVersion(info *debug.BuildInfo, ok bool) version {
	v := version{version: "(devel)", commit: "unknown"}
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.version = info.Main.Version
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if revision := settings["vcs.revision"]; revision != "" {
		v.commit = revision
		if settings["vcs.time"] != "" {
			v.commit += " of " + settings["vcs.time"]
		}
		if settings["vcs.modified"] == "true" {
			v.commit += ", with changes that are not committed"
		}
	}
	return v
}
