package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"samui/internal/config"
	"samui/internal/journey"
	"samui/internal/recording"
)

func importCommand() command {
	return command{
		name:     "import",
		synopsis: "[flags] RECORDING.json...",
		summary:  "Turn recordings of Chrome's Recorder into journeys",
		about: `
Record in Chrome (DevTools, Recorder panel), then Export, JSON. The journey goes
to stdout, or to a file. It names elements by what people see, expects the pages
that were seen to load, and has steps named in the recording's own words: read
it, and say what else the customer must see. What a journey can't say is a
comment at its place, and a line on stderr.
Passwords, one-time codes, card and identity numbers that were typed become
${secret:NAME}; stderr says how to set them. Names, addresses and emails stay as
they were typed: record with a test account. A field that has no label, only a
placeholder, is found once you write placeholder: for label:.
- as a RECORDING.json is stdin.`,
		examples: []string{
			"samui import checkout.json",
			"samui import checkout.json -o probes/checkout.yaml --site my-site --every 10m",
			"samui import --out probes recordings/*.json",
		},
		run: importRecordings,
	}
}

// importOptions is what the flags of `samui import` ask for.
type importOptions struct {
	settings, file, folder, site, id, stage string
	force                                   bool
	every                                   span
}

func (o *importOptions) flags(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.StringVar(&o.file, "o", "", "write the journey to this `FILE`")
	flags.StringVar(&o.folder, "out", "", "write the journeys into the folder `DIR`, each under its id")
	flags.BoolVar(&o.force, "force", false, "overwrite files that are there")
	flags.StringVar(&o.site, "site", "", "of the site with this `ID` (default: the one whose hosts were recorded)")
	var stages []string
	for _, s := range journey.Stages() {
		stages = append(stages, string(s))
	}
	flags.Var(choice{&o.stage, stages}, "stage", "the `STAGE`: "+strings.Join(stages, ", ")+" (default: a guess)")
	flags.Var(&o.every, "every", "walk it every `D`, e.g. 5m or 1h (default 5m)")
	flags.StringVar(&o.id, "id", "", "the journey's `ID`, a-z 0-9 - (default: from its title)")
	settingsFlag(flags, &o.settings)
	return flags
}

// imported is one recording as a journey, and where it goes.
type imported struct {
	from, to string // to is empty for stdout
	text     []byte
	notes    []recording.Note
}

func importRecordings(_ context.Context, w *world, c command, args []string) error {
	var o importOptions
	files, err := c.parse(w, o.flags(c.name), args)
	if err != nil {
		return err
	}
	if err := o.check(files); err != nil {
		return err
	}
	env := w.env()
	env.NoSecrets = true // who records needn't have them
	settings, problems := w.readSettingsIn(env, o.settings)
	if err := w.refuse(problems); err != nil {
		return err
	}
	var all []imported
	bad := false
	for _, file := range files {
		if file == "-" {
			file = "stdin"
		}
		one, err := o.one(w, settings, file, all)
		if invalid, ok := errors.AsType[*recording.InvalidError](err); ok {
			bad = true
			for _, m := range invalid.Mistakes {
				w.tell("error", file+place(m)+m.String())
			}
			continue
		}
		if err != nil {
			return err
		}
		all = append(all, one)
	}
	if bad {
		return told(exitUsage)
	}
	return o.put(w, all)
}

// place is what stands between a file's name and a mistake in it.
func place(m recording.Mistake) string {
	if m.Line > 0 {
		return ":"
	}
	return ": "
}

// check finds what fits not together in what was asked for.
func (o *importOptions) check(files []string) error {
	switch {
	case len(files) == 0:
		return usagef("samui import checkout.json -o probes/checkout.yaml", "samui import needs a recording")
	case o.file != "" && o.folder != "":
		return usagef("-o for one file, --out for a folder", "-o and --out are both given")
	case len(files) > 1 && o.folder == "":
		return usagef("samui import --out probes "+strings.Join(files, " "), "several recordings are several files")
	case len(files) > 1 && o.id != "":
		return usagef("import them one by one, or leave --id out", "--id is for one recording, and there are %d", len(files))
	case isFolder(o.file):
		return usagef("--out "+o.file, "-o: %q is a folder", o.file)
	case o.every.value != nil && *o.every.value < time.Second:
		return usagef("--every 5m", "--every %q: want at least 1s", o.every.value)
	}
	if o.id != "" && !regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$`).MatchString(o.id) {
		return usagef("write the title into the file, in any language", "--id %q: want a name of a-z, 0-9 and -", o.id)
	}
	return nil
}

// one imports a recording, unless its file can't be read or isn't one. The
// journeys before it have taken their names.
func (o *importOptions) one(w *world, settings config.Settings, file string, before []imported) (imported, error) {
	data, err := o.read(w, file)
	if err != nil {
		return imported{}, err
	}
	options := recording.Options{
		File: file, ID: o.id, Stage: journey.Stage(o.stage), Every: 5 * time.Minute,
		Devices: settings.Devices, Networks: settings.Networks,
	}
	if o.every.value != nil {
		options.Every = *o.every.value
	}
	if options.Sites, err = o.sites(settings); err != nil {
		return imported{}, err
	}
	result, err := recording.Import(data, options)
	if elsewhere, ok := errors.AsType[*recording.SiteError](err); ok {
		return imported{}, usagef("add --site with one of: "+strings.Join(elsewhere.Sites, ", "), "%s: %w", file, err)
	}
	if err != nil {
		return imported{}, err
	}
	j := &result.Journey
	one := imported{from: file, to: o.file, notes: result.Notes}
	if o.folder != "" {
		base := j.ID
		for n := 2; slices.ContainsFunc(before, func(b imported) bool { return b.to == o.path(j.ID) }); n++ {
			j.ID = fmt.Sprintf("%s-%d", base, n)
		}
		one.to = o.path(j.ID)
	}
	one.text = config.Write(*j, comments(one)...)
	return one, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (o *importOptions) path(id string) string { return filepath.Join(o.folder, id+".yaml") }

// comments are the notes as they stand in the journey.
func comments(one imported) []config.Comment {
	all := []config.Comment{{Text: "Imported from " + filepath.Base(one.from) + "; steps in comments are the recording's. Read it, add what the customer must see, then samui check it, and samui run it."}}
	for _, n := range one.notes {
		all = append(all, config.Comment{Text: n.String(), Key: n.At.Key, Step: n.At.Step, Do: n.At.Do, Expect: n.At.Expect})
	}
	return all
}

func (o *importOptions) read(w *world, file string) ([]byte, error) {
	if file == "stdin" {
		return readRecording(w.stdin)
	}
	f, err := os.Open(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usagef("look at the name and at the folder you are in", "there is no file %q", file)
	case err != nil:
		return nil, usagef("", "reading the recording: %w", err)
	}
	defer f.Close()
	if isFolder(file) {
		return nil, usagef("samui import --out probes "+filepath.Join(file, "*.json"), "%q is a folder", file)
	}
	data, err := readRecording(f)
	if err != nil {
		return nil, usagef("", "reading %q: %w", file, err)
	}
	return data, nil
}

// readRecording reads no more than it takes to see that a file is too large.
func readRecording(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, recording.MaxBytes+1))
}

// sites are the registered ones that the journey may be of: that which was
// asked for, else all.
func (o *importOptions) sites(settings config.Settings) ([]journey.Site, error) {
	var all []journey.Site
	var names []string
	for _, s := range settings.Sites {
		if s.ID == o.site {
			return []journey.Site{s.Site}, nil
		}
		all, names = append(all, s.Site), append(names, s.ID)
	}
	switch near := config.Nearest(o.site, names); {
	case o.site == "":
		return all, nil
	case len(names) == 0:
		return nil, usagef("name the settings with -c, or leave --site out", "there is no site %q: no sites are registered", o.site)
	case near != "":
		return nil, usagef("did you mean: --site "+near, "there is no site %q", o.site)
	}
	return nil, usagef("the sites are: "+strings.Join(names, ", "), "there is no site %q", o.site)
}

// put writes everything, or nothing where a file is in the way.
func (o *importOptions) put(w *world, all []imported) error {
	for _, one := range all {
		if one.to != "" && !o.force && exists(one.to) {
			return usagef("--force overwrites it", "there is a file %q already", one.to)
		}
	}
	for _, one := range all {
		if err := o.write(w, one); err != nil {
			return err
		}
		for _, n := range one.notes {
			if !n.Quiet {
				w.warn("%s: %s", one.from, n)
			}
		}
	}
	return nil
}

func (o *importOptions) write(w *world, one imported) error {
	if one.to == "" {
		_, err := w.stdout.Write(one.text)
		return err
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if !o.force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	}
	if err := os.MkdirAll(filepath.Dir(one.to), 0o755); err != nil {
		return fmt.Errorf("writing the journey: %w", err)
	}
	f, err := os.OpenFile(one.to, flags, 0o644)
	if err != nil {
		return fmt.Errorf("writing the journey: %w", err)
	}
	_, err = f.Write(one.text)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing the journey: %w", err)
	}
	fmt.Fprintf(w.stderr, "samui: %s is written; next: samui check %s\n", printable(one.to), printable(one.to))
	return nil
}
