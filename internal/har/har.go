// Package har writes what visits fetched as HTTP Archives (HAR 1.2), which
// Chrome's DevTools and many others open, and reads its own back.
//
// A [Visit] with the waterfalls of its steps goes in, a file with a page for
// each step, and for each document that a step went on to, comes out. The one
// rule not to break: what may be private is not in a file. Headers, cookies and
// bodies are left out, and a waterfall must be redacted by whoever knows the
// visit's secrets.
package har

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"

	"samui/internal/journey"
)

// Visit is one run and what its steps fetched.
type Visit struct {
	Run   journey.Run
	Steps []Step
}

// Step is what one step of a run fetched.
type Step struct {
	Index     int // in the run's steps
	Waterfall journey.Waterfall
}

// Writer writes one archive, visit by visit, so that no more of it than one
// visit is held in memory. The archive is whole after Close.
type Writer struct {
	to      *bufio.Writer
	pages   []page
	browser *named
	entries int
}

// NewWriter begins an archive.
func NewWriter(to io.Writer) *Writer {
	w := &Writer{to: bufio.NewWriter(to), pages: []page{}}
	_, _ = w.to.WriteString("{\"log\":{\"entries\":[") // what can't be written is told by Close
	return w
}

// Add writes what a visit fetched.
func (w *Writer) Add(v Visit) error {
	if b := v.Run.Browser; b != nil && w.browser == nil {
		w.browser = &named{Name: b.Name, Version: b.Version}
	}
	for _, s := range v.Steps {
		for _, e := range w.step(v.Run, s) {
			if err := w.entry(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *Writer) entry(e entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encoding a request: %w", err)
	}
	before := ",\n"
	if w.entries == 0 {
		before = "\n"
	}
	w.entries++
	_, err = w.to.WriteString(before)
	if err == nil {
		_, err = w.to.Write(line)
	}
	if err != nil {
		return fmt.Errorf("writing a HAR file: %w", err)
	}
	return nil
}

// Close ends the archive. It doesn't close what it is written to.
func (w *Writer) Close() error {
	rest, err := json.Marshal(log{
		Version: "1.2", Creator: named{Name: "Samui", Version: version()}, Browser: w.browser, Pages: w.pages,
		Comment: "Headers, cookies and bodies are left out.",
	})
	if err != nil {
		return fmt.Errorf("encoding the pages: %w", err)
	}
	_, err = fmt.Fprintf(w.to, "\n],%s}\n", rest[1:])
	if err == nil {
		err = w.to.Flush()
	}
	if err != nil {
		return fmt.Errorf("writing a HAR file: %w", err)
	}
	return nil
}

// version is Samui's own.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
