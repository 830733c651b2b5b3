package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"samui/internal/har"
	"samui/internal/journey"
)

// TestArchiveThroughALink: the file that a link means is replaced, whatever it
// was, and the link stays.
func TestArchiveThroughALink(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	old, link := filepath.Join(elsewhere, "old.har"), filepath.Join(dir, "visit.har")
	if err := os.WriteFile(old, []byte(strings.Repeat("old ", 10_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(old, link); err != nil {
		t.Fatal(err)
	}
	if err := (&runOptions{har: link}).prepare(); err != nil {
		t.Fatal(err)
	}
	a := &archive{file: link}
	a.add(runs()["good"])
	a.add(runs()["good"])
	if err := a.close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(old)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := har.Read(f); err != nil {
		t.Errorf("what was written is no HAR: %v", err)
	}
	if to, err := os.Readlink(link); err != nil || to != old {
		t.Errorf("the link is to %q, %v", to, err)
	}
	for _, in := range []string{dir, elsewhere} {
		if left, err := os.ReadDir(in); err != nil || len(left) != 1 {
			t.Errorf("left in a folder: %v, %v", left, err)
		}
	}
}

// TestArchiveNowhere: a link to nothing is told before anybody visits a site,
// and what is no file is written to as it is.
func TestArchiveNowhere(t *testing.T) {
	link := filepath.Join(t.TempDir(), "visit.har")
	if err := os.Symlink("gone.har", link); err != nil {
		t.Fatal(err)
	}
	want := `--har: "` + link + `" is a link to "gone.har", where no file is`
	if err := (&runOptions{har: link}).prepare(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	a := &archive{file: os.DevNull}
	a.add(journey.Run{})
	if err := a.close(); err != nil {
		t.Error(err)
	}
}
