package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"samui/internal/har"
	"samui/internal/journey"
)

// archive is the file of --har. It grows visit by visit, and appears whole at
// its end. Without a file it keeps nothing.
type archive struct {
	file string

	place  string   // where the file is, see harPlace
	direct bool     // place is written to as it is
	part   *os.File // nil until the first visit is over
	to     *har.Writer
	steps  []har.Step // of the visit that is being made
	err    error      // the first
}

// fetched is told what the visit's steps fetched; nil where nobody wants to
// know.
func (a *archive) fetched() func([]har.Step) {
	if a.file == "" {
		return nil
	}
	return func(steps []har.Step) { a.steps = steps }
}

// add writes the visit that is over.
func (a *archive) add(run journey.Run) {
	if a.file == "" || a.err != nil {
		return
	}
	if a.err = a.open(); a.err == nil {
		a.err = a.to.Add(har.Visit{Run: run, Steps: a.steps})
	}
	a.steps = nil
}

// open begins the file beside its place, or writes to what is no file, as
// /dev/stdout.
func (a *archive) open() (err error) {
	if a.part != nil {
		return nil
	}
	a.place, a.direct, err = harPlace(a.file)
	switch {
	case err != nil:
	case a.direct:
		a.part, err = os.OpenFile(a.place, os.O_WRONLY, 0)
	default:
		a.part, err = os.CreateTemp(filepath.Dir(a.place), ".samui-har-*")
	}
	if err != nil {
		return fmt.Errorf("writing a HAR file: %w", err)
	}
	a.to = har.NewWriter(a.part)
	return nil
}

// harPlace is where a HAR file goes: a link is followed, so that it stays one,
// and what is there but no file, as a pipe, is written to directly.
func harPlace(file string) (place string, direct bool, err error) {
	info, err := os.Stat(file)
	if err == nil && !info.Mode().IsRegular() {
		return file, true, nil
	}
	if err == nil {
		place, err = filepath.EvalSymlinks(file)
		return place, false, err
	}
	if to, e := os.Readlink(file); e == nil {
		return "", false, fmt.Errorf("%q is a link to %q, where no file is", file, to)
	}
	return file, false, nil
}

// close puts the file in its place. It says what went wrong since it was begun.
func (a *archive) close() error {
	if a.part == nil {
		return a.err
	}
	err := a.err
	if err == nil {
		err = a.to.Close()
	}
	if a.direct {
		return errors.Join(err, a.part.Close())
	}
	defer func() { _ = os.Remove(a.part.Name()) }() // nothing to remove after the rename
	if e := a.part.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(a.part.Name(), a.place)
	}
	return err
}
