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

// What was left out on purpose says so, and isn't where a run broke off.
func TestJUnitSaysWhyAStepWasLeftOut(t *testing.T) {
	run := runs()["good"]
	run.Steps = []journey.StepResult{
		{Index: 0, Step: "menu", Title: "Open the menu", Outcome: journey.Skipped, LeftOut: new("when: {device: phone}")},
		{Index: 1, Step: "pay", Title: "Pay", Outcome: journey.Skipped},
	}
	run.Outcome, run.Error = journey.ProbeError, &journey.RunError{Kind: journey.ErrorInterrupted, Message: "interrupted"}
	suite, _ := suiteOf(run, journey.Bad)
	if suite.Skipped != 1 || suite.Errors != 1 || suite.Cases[1].Error == nil {
		t.Errorf("got %+v, want the error at the step that the run didn't come to", suite)
	}
	data, err := xml.Marshal(suite)
	if err != nil {
		t.Fatal(err)
	}
	if want := `<skipped message="when: {device: phone}"></skipped>`; !strings.Contains(string(data), want) {
		t.Errorf("%s isn't in %s", want, data)
	}
}
