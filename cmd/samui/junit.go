package main

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"samui/internal/journey"
)

// The JUnit format as CI systems read it: a suite for each run, a case for
// each step. Times are the customer's waits.

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Time      string      `xml:"time,attr"`
	Timestamp string      `xml:"timestamp,attr,omitempty"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	Classname string        `xml:"classname,attr"`
	Time      string        `xml:"time,attr"`
	Failure   *junitProblem `xml:"failure"`
	Error     *junitProblem `xml:"error"`
	Skipped   *junitSkipped `xml:"skipped"`
}

// junitSkipped says why a step was left out on purpose; nothing where the run
// didn't come to it.
type junitSkipped struct {
	Message string `xml:"message,attr,omitempty"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes the file in one go, so that a reader never sees half of
// it; only what is no plain file, as /dev/stdout, is written to as it is. A
// step whose outcome is failOn or worse is a failure.
func writeJUnit(file string, runs []journey.Run, failOn journey.Outcome) error {
	data, err := xml.MarshalIndent(junitOf(runs, failOn), "", "  ")
	if err != nil {
		return fmt.Errorf("encoding JUnit: %w", err)
	}
	data = append([]byte(xml.Header), append(data, '\n')...)
	if info, err := os.Lstat(file); err == nil && !info.Mode().IsRegular() {
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return fmt.Errorf("writing JUnit: %w", err)
		}
		return nil
	}
	part, err := os.CreateTemp(filepath.Dir(file), ".samui-junit-*")
	if err != nil {
		return fmt.Errorf("writing JUnit: %w", err)
	}
	defer func() { _ = os.Remove(part.Name()) }() // nothing to remove after the rename
	_, err = part.Write(data)
	if e := part.Chmod(0o644); err == nil {
		err = e
	}
	if e := part.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(part.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("writing JUnit %q: %w", file, err)
	}
	return nil
}

func junitOf(runs []journey.Run, failOn journey.Outcome) junitSuites {
	all := junitSuites{Name: "samui"}
	waited := 0.0
	for _, run := range runs {
		suite, ms := suiteOf(run, failOn)
		all.Suites = append(all.Suites, suite)
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Errors += suite.Errors
		waited += ms
	}
	all.Time = junitSeconds(waited)
	return all
}

func suiteOf(run journey.Run, failOn journey.Outcome) (suite junitSuite, waitedMs float64) {
	where := []string{run.Journey, run.Site, on(run.Device, run.Network)}
	suite.Name = printable(strings.Join(where, " · "))
	if run.StartedAt != nil {
		suite.Timestamp = run.StartedAt.UTC().Format("2006-01-02T15:04:05")
	}
	class := run.Site + "." + run.Journey
	for _, s := range run.Steps {
		c := caseOf(s, failOn)
		c.Classname = class
		if s.WaitMs != nil {
			waitedMs += *s.WaitMs
		}
		suite.Cases = append(suite.Cases, c)
	}
	if run.Error != nil {
		suite.Cases = withError(suite.Cases, class, *run.Error)
	}
	for _, c := range suite.Cases {
		suite.Tests++
		switch {
		case c.Failure != nil:
			suite.Failures++
		case c.Error != nil:
			suite.Errors++
		case c.Skipped != nil:
			suite.Skipped++
		}
	}
	suite.Time = junitSeconds(waitedMs)
	return suite, waitedMs
}

func caseOf(s journey.StepResult, failOn journey.Outcome) junitCase {
	c := junitCase{Name: printable(s.Title), Time: junitSeconds(0)}
	switch {
	case s.Outcome == journey.Skipped:
		c.Skipped = &junitSkipped{}
		if s.LeftOut != nil {
			c.Skipped.Message = printable(*s.LeftOut)
		}
	case s.Failure != nil:
		c.Failure = &junitProblem{Message: printable(s.Failure.Message), Type: string(s.Failure.Kind), Text: details(*s.Failure)}
	case s.WaitMs != nil:
		c.Time = junitSeconds(*s.WaitMs)
		if s.Outcome.Level() >= failOn.Level() {
			c.Failure = &junitProblem{Message: "waited " + seconds(*s.WaitMs) + ", which is " + words(s.Outcome), Type: string(s.Outcome)}
		}
	}
	return c
}

// withError puts a run's error at the step that was in flight: the first one
// that the run didn't come to.
func withError(cases []junitCase, class string, e journey.RunError) []junitCase {
	problem := &junitProblem{Message: printable(e.Message), Type: string(e.Kind)}
	for i := range cases {
		if s := cases[i].Skipped; s != nil && s.Message == "" {
			cases[i].Skipped, cases[i].Error = nil, problem
			return cases
		}
	}
	return append(cases, junitCase{Name: "visit", Classname: class, Time: junitSeconds(0), Error: problem})
}

// details is a failure in lines, as the terminal shows it.
func details(f journey.Failure) string {
	var lines []string
	add := func(label, text string) { lines = append(lines, label+": "+printable(text)) }
	if f.Target != nil {
		add("wanted", *f.Target)
	}
	for _, near := range f.Nearest {
		add("nearest", near)
	}
	if f.Hint != nil {
		add("hint", *f.Hint)
	}
	if f.Line != nil {
		add("written", *f.Line)
	}
	return strings.Join(lines, "\n")
}

func junitSeconds(ms float64) string {
	return fmt.Sprintf("%.3f", ms/float64(time.Second/time.Millisecond))
}
