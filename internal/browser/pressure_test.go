package browser

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// TestFamily: who belongs to Chrome is known of those that come and go, and
// nobody is asked twice.
func TestFamily(t *testing.T) {
	proc := t.TempDir()
	begins := func(pid, parent int, name string) {
		t.Helper()
		dir := filepath.Join(proc, strconv.Itoa(pid))
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "stat"), []byte(strconv.Itoa(pid)+" ("+name+") S "+strconv.Itoa(parent)+" 1 1"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ends := func(pid int) {
		t.Helper()
		if err := os.RemoveAll(filepath.Join(proc, strconv.Itoa(pid))); err != nil {
			t.Fatal(err)
		}
	}
	var f family
	check := func(when string, want ...int) {
		t.Helper()
		got := f.members(proc, 10)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", when, got, want)
		}
	}
	check("with nobody there", 10)
	begins(1, 0, "init")
	begins(10, 1, "chrome")
	begins(11, 10, "zygote (of chrome) S 1")
	begins(12, 11, "renderer")
	begins(20, 1, "another")
	check("at first", 10, 11, 12)
	if err := os.Remove(filepath.Join(proc, "12", "stat")); err != nil {
		t.Fatal(err)
	}
	begins(13, 11, "renderer")
	check("with one more", 10, 11, 12, 13)
	ends(12)
	check("with one less", 10, 11, 13)
	begins(12, 20, "of another")
	check("with the number of one that ended given to another", 10, 11, 13)
}
