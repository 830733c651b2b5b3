package main

import (
	"os"

	"samui/internal/probe"
)

// traceable refuses to trace what is not one visit with a browser, and to put a
// file into the place of something else.
func (o *runOptions) traceable(visits []planned) error {
	if o.trace == "" {
		return nil
	}
	if n := len(visits); n > 1 {
		return usagef("name one journey and one --device", "--trace holds one visit, and there are %d", n)
	}
	if !visits[0].journey.NeedsBrowser() {
		return usagef("leave out --trace", "--trace records what Chrome does, and this journey needs none")
	}
	if info, err := os.Stat(o.trace); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return usagef("--trace visit.json", "--trace: %q is no file that can be replaced", o.trace)
	}
	return nil
}

// tracing is what the visit is asked to trace; nil = nothing.
func (o *runOptions) tracing() *probe.Trace {
	if o.trace == "" {
		return nil
	}
	return &probe.Trace{File: o.trace}
}
