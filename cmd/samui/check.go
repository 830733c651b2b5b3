package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"samui/internal/config"
)

func checkCommand() command {
	return command{
		name:     "check",
		synopsis: "[flags] [PATH...]",
		summary:  "Check journeys and settings and print every mistake",
		about: `
A PATH is a journey, a samui.yaml, or a folder, which stands for the *.yaml and
*.yml files in it. Without one, the settings file and its journeys are checked.
Mistakes are printed one per line, as file:line:col, and the exit code is 2
where there is one; warnings do not change it.`,
		examples: []string{"samui check", "samui check probes", "samui check -c deploy/samui.yaml probes/buy-shoes.yaml"},
		run:      check,
	}
}

func check(_ context.Context, w *world, c command, args []string) error {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	var file string
	settingsFlag(flags, &file)
	paths, err := c.parse(w, flags, args)
	if err != nil {
		return err
	}
	settingsFiles, journeyFiles, err := sortOut(file, paths)
	if err != nil {
		return err
	}
	settings := config.Default()
	var problems config.Problems
	for i, f := range settingsFiles {
		s, found := config.Load(f, w.env())
		problems = append(problems, found...)
		if i == 0 {
			settings = s
		}
	}
	if len(paths) == 0 {
		var unmatched config.Problems
		journeyFiles, unmatched = config.JourneyFiles(settings.Journeys)
		problems = append(problems, unmatched...)
		if len(journeyFiles)+len(settingsFiles) == 0 {
			return usagef("samui check PATH", "there is nothing to check here: no %s and no %s", settingsFile, strings.Join(settings.Journeys, ", "))
		}
	}
	journeys, found := config.LoadJourneys(settings, journeyFiles, w.env())
	problems = append(problems, found...)
	for _, p := range problems {
		fmt.Fprintln(w.stdout, printable(p.String()))
	}
	mistakes, warnings := len(problems.Errors()), len(problems.Warnings())
	fmt.Fprintf(w.stderr, "samui: %s, %s: %s, %s\n", many(len(settingsFiles)+len(journeyFiles), "file"),
		many(len(journeys), "journey"), many(mistakes, "mistake"), many(warnings, "warning"))
	if mistakes > 0 {
		return told(exitUsage)
	}
	return nil
}

// sortOut finds the files to check and which of them hold settings. The first
// settings are those that the journeys are checked with: the ones that were
// asked for, else the first among the paths, else ./samui.yaml.
func sortOut(asked string, paths []string) (settings, journeys []string, err error) {
	var files []string
	for _, p := range paths {
		inside, err := yamlFiles(p)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, inside...)
	}
	for _, f := range files {
		switch {
		case asked != "" && filepath.Clean(f) == filepath.Clean(asked):
		case config.HoldsSettings(f):
			settings = append(settings, f)
		default: // what can't be read is reported by whoever reads it
			journeys = append(journeys, f)
		}
	}
	switch {
	case asked != "":
		settings = slices.Insert(settings, 0, asked)
	case len(settings) == 0 && exists(settingsFile):
		settings = []string{settingsFile}
	}
	return settings, journeys, nil
}

// yamlFiles are the files that a path stands for.
func yamlFiles(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return []string{path}, nil //nolint:nilerr // not a folder: a file, or nothing, which its reader reports
	}
	var files []string
	for _, e := range entries {
		if ext := strings.ToLower(filepath.Ext(e.Name())); !e.IsDir() && (ext == ".yaml" || ext == ".yml") {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, usagef("name a journey, a samui.yaml or a folder that holds some", "there is no *.yaml and no *.yml in %q", path)
	}
	return files, nil
}

// many is a number with its noun.
func many(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
