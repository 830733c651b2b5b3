package store

import (
	"testing"

	"golang.org/x/sys/unix"
)

// mountSmall mounts a disk of 3 MB until the test ends, and says whether it
// could.
func mountSmall(t *testing.T, dir string) bool {
	t.Helper()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=3m"); err != nil {
		t.Logf("no disk of its own (%v): SQLite keeps the limit", err)
		return false
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return true
}
