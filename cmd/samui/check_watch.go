package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// watchEvery is how often the files are looked at. Editors save in many ways:
// over the file, or beside it and then in its place; what stands under the name
// is looked at, so that it doesn't matter how it came there.
const watchEvery = 300 * time.Millisecond

// clearScreen wipes a terminal and goes to its first line.
const clearScreen = "\x1b[H\x1b[2J"

// watch checks whenever a file has changed and rests again, until ctx ends.
// What can't be checked at all is told only where it is so from the start.
func (c checking) watch(ctx context.Context) error {
	found, err := c.once(ctx, time.Now())
	if err != nil {
		return err
	}
	c.show(found, nil)
	look := time.NewTicker(watchEvery)
	defer look.Stop()
	checkedAs := c.fingerprint(found)
	before := checkedAs
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		now := c.fingerprint(found)
		rests := now == before
		before = now
		if now == checkedAs || !rests {
			continue
		}
		// As they were before they were read: what changes meanwhile is seen with
		// the next look.
		checkedAs = now
		again, err := c.once(ctx, time.Now())
		if err == nil {
			found = again
			// New settings may name other files.
			checkedAs = c.fingerprint(found)
			before = checkedAs
		}
		c.show(found, err)
	}
}

// show prints what was found: in place of what stood there before where the
// terminal can do that, else beneath it.
func (c checking) show(found checked, err error) {
	w := c.world
	var b strings.Builder
	if w.screen.live {
		b.WriteString(clearScreen)
	}
	switch {
	case err != nil:
		fmt.Fprintln(&b, printable(err.Error()))
	case w.screen.live:
		for _, p := range found.problems {
			indent := ""
			for _, line := range wrap(printable(p.String()), w.screen.width()-len(textIndent)) {
				fmt.Fprintln(&b, indent+line)
				indent = textIndent
			}
		}
		for _, line := range found.cost {
			fmt.Fprintln(&b, line)
		}
	default:
		found.print(&b)
	}
	end := "checked at " + time.Now().Format(time.TimeOnly) + "; Ctrl-C ends"
	if err == nil {
		end = found.sum() + "; " + end
	}
	for _, line := range wrap(end, w.screen.width()) {
		fmt.Fprintln(&b, w.screen.paint(dim, line))
	}
	fmt.Fprint(w.stdout, b.String())
}

// fingerprint changes when one of the files does that a check reads, and when
// one comes or goes.
func (c checking) fingerprint(found checked) string {
	patterns := slices.Concat([]string{settingsFile}, c.paths)
	if c.file != "" {
		patterns[0] = c.file
	}
	if len(c.paths) == 0 {
		patterns = append(patterns, found.settings.Journeys...)
	}
	files := slices.Clone(found.read)
	for _, p := range patterns {
		found, err := filepath.Glob(p)
		if err != nil || len(found) == 0 || slices.Contains(c.paths, p) {
			found = []string{p}
		}
		for _, f := range found {
			inside, err := yamlFiles(f)
			if err == nil {
				files = append(files, inside...)
			}
		}
	}
	slices.Sort(files)
	var all strings.Builder
	for _, f := range slices.Compact(files) {
		if info, err := os.Stat(f); err == nil {
			fmt.Fprintf(&all, "%q %d %d\n", f, info.Size(), info.ModTime().UnixNano())
		}
	}
	return all.String()
}
