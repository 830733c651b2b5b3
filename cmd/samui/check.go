package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"samui/internal/config"
	"samui/internal/journey"
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
		examples: []string{
			"samui check", "samui check probes", "samui check -c deploy/samui.yaml probes/buy-shoes.yaml",
			"samui check --watch probes/buy-shoes.yaml", "samui check --cost", "samui check --no-secrets    # in CI",
		},
		run: check,
	}
}

// checking is what `samui check` was asked for.
type checking struct {
	world *world
	env   config.Env
	file  string // settings, as asked for
	paths []string
	cost  bool
}

func check(ctx context.Context, w *world, c command, args []string) error {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	job := checking{world: w, env: w.env()}
	var watch bool
	flags.BoolVar(&job.cost, "cost", false, "also print how many visits the schedules make, and what they fetch")
	flags.BoolVar(&watch, "watch", false, "check again whenever a file changes, until Ctrl-C")
	flags.BoolVar(&job.env.NoSecrets, "no-secrets", false, "don't look for secrets, on a machine that has none")
	settingsFlag(flags, &job.file)
	var err error
	if job.paths, err = c.parse(w, flags, args); err != nil {
		return err
	}
	if watch {
		return job.watch(ctx)
	}
	found, err := job.once(ctx, time.Now())
	if err != nil {
		return err
	}
	found.print(w.stdout)
	fmt.Fprintln(w.stderr, "samui: "+found.sum())
	if len(found.problems.Errors()) > 0 {
		return told(exitUsage)
	}
	return nil
}

// checked is what a check found.
type checked struct {
	files    int
	journeys []journey.Journey
	settings config.Settings
	problems config.Problems
	read     []string // files that the journeys are made of
	cost     []string // lines, where it was asked for
}

// once checks everything that was asked for.
func (c checking) once(ctx context.Context, now time.Time) (checked, error) {
	settingsFiles, journeyFiles, err := sortOut(c.file, c.paths)
	if err != nil {
		return checked{}, err
	}
	found := checked{settings: config.Default()}
	for i, f := range settingsFiles {
		s, problems := config.Load(f, c.env)
		found.problems = append(found.problems, problems...)
		if i == 0 {
			found.settings = s
		}
	}
	if len(c.paths) == 0 {
		var unmatched config.Problems
		journeyFiles, unmatched = config.JourneyFiles(found.settings.Journeys)
		found.problems = append(found.problems, unmatched...)
		if len(journeyFiles)+len(settingsFiles) == 0 {
			return checked{}, usagef("samui check PATH", "there is nothing to check here: no %s and no %s", settingsFile, strings.Join(found.settings.Journeys, ", "))
		}
	}
	found.files = len(settingsFiles) + len(journeyFiles)
	journeys, problems, read := config.ReviewFrom(found.settings, journeyFiles, c.env)
	found.journeys, found.read = journeys, read
	found.problems = slices.Concat(found.problems, problems, neverDue(found.settings, journeys, now), tooMuchLeft(found.settings, journeys, now))
	if c.cost {
		found.cost = c.world.costs(ctx, found.settings, journeys, now)
	}
	return found, nil
}

func (c checked) print(out io.Writer) {
	for _, p := range c.problems {
		fmt.Fprintln(out, printable(p.String()))
	}
	for _, line := range c.cost {
		fmt.Fprintln(out, line)
	}
}

// sum is the check in one line.
func (c checked) sum() string {
	return fmt.Sprintf("%s, %s: %s, %s", many(c.files, "file"), many(len(c.journeys), "journey"),
		many(len(c.problems.Errors()), "mistake"), many(len(c.problems.Warnings()), "warning"))
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
