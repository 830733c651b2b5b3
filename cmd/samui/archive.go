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

	part  *os.File // nil until the first visit is over
	to    *har.Writer
	steps []har.Step // of the visit that is being made
	err   error      // the first
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
	if a.direct() {
		a.part, err = os.OpenFile(a.file, os.O_WRONLY, 0)
	} else {
		a.part, err = os.CreateTemp(filepath.Dir(a.file), ".samui-har-*")
	}
	if err != nil {
		return fmt.Errorf("writing a HAR file: %w", err)
	}
	a.to = har.NewWriter(a.part)
	return nil
}

func (a *archive) direct() bool {
	info, err := os.Lstat(a.file)
	return err == nil && !info.Mode().IsRegular()
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
	if a.direct() {
		return errors.Join(err, a.part.Close())
	}
	defer func() { _ = os.Remove(a.part.Name()) }() // nothing to remove after the rename
	if e := a.part.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(a.part.Name(), a.file)
	}
	return err
}
