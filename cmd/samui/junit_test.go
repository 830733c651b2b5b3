package main

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"samui/internal/journey"
)

func TestJUnit(t *testing.T) {
	all := runs()
	file := filepath.Join(t.TempDir(), "samui.xml")
	var some []journey.Run
	for _, name := range []string{"good", "hebrew", "failed", "blocked", "probe-error", "hostile"} {
		some = append(some, all[name])
	}
	if err := writeJUnit(file, some, journey.Bad); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/junit.golden.xml", string(data))

	var back junitSuites
	if err := xml.Unmarshal(data, &back); err != nil {
		t.Fatalf("what was written can't be read: %v", err)
	}
	tests, failures, errs := 0, 0, 0
	for _, s := range back.Suites {
		for _, c := range s.Cases {
			tests++
			if c.Failure != nil {
				failures++
			}
			if c.Error != nil {
				errs++
			}
		}
	}
	if tests != back.Tests || failures != back.Failures || errs != back.Errors {
		t.Errorf("counted %d tests, %d failures, %d errors; the file says %d, %d, %d", tests, failures, errs, back.Tests, back.Failures, back.Errors)
	}
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the file there is something else: %v, %v", entries, err)
	}
}

func TestJUnitErrorWithoutASkippedStepGetsACaseOfItsOwn(t *testing.T) {
	run := runs()["good"]
	run.Outcome, run.Error = journey.ProbeError, &journey.RunError{Kind: journey.ErrorInterrupted, Message: "interrupted"}
	suite, _ := suiteOf(run, journey.Bad)
	if suite.Tests != 3 || suite.Errors != 1 || suite.Cases[2].Error == nil || suite.Cases[2].Error.Type != "interrupted" {
		t.Errorf("got %+v, want a third case with the error", suite)
	}
}

// What isn't a plain file stays what it is: a link, or /dev/stdout.
func TestJUnitIsWrittenThroughALink(t *testing.T) {
	dir := t.TempDir()
	link, file := filepath.Join(dir, "link.xml"), filepath.Join(dir, "file.xml")
	if err := os.Symlink("file.xml", link); err != nil {
		t.Fatal(err)
	}
	if err := writeJUnit(link, []journey.Run{runs()["good"]}, journey.Bad); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != os.ModeSymlink {
		t.Errorf("the link is now %v, %v", info.Mode(), err)
	}
	if data, err := os.ReadFile(file); err != nil || !strings.Contains(string(data), "<testsuites") {
		t.Errorf("the file holds %q, %v", data, err)
	}
}
