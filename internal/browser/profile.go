package browser

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

const (
	profilePrefix = "samui-chrome-"
	lockName      = "samui.lock"
)

// profile is Chrome's user data folder: temporary, ours alone, and locked as
// long as its owner lives, so that the next Samui can tell what a killed one
// left behind.
type profile struct {
	dir  string
	lock *os.File
}

// newProfile makes a profile and removes those whose owner was killed.
func newProfile() (*profile, error) {
	sweepProfiles(os.TempDir())
	dir, err := os.MkdirTemp("", profilePrefix)
	if err != nil {
		return nil, fmt.Errorf("making Chrome's profile: %w", err)
	}
	// The lock gets its name when it is held: a sweep that found it before would
	// take the profile for that of a dead one.
	unnamed := filepath.Join(dir, lockName+".new")
	lock, err := lockFile(unnamed)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking Chrome's profile: %w", err), os.RemoveAll(dir))
	}
	if err := os.Rename(unnamed, filepath.Join(dir, lockName)); err != nil {
		return nil, errors.Join(fmt.Errorf("locking Chrome's profile: %w", err), lock.Close(), os.RemoveAll(dir))
	}
	return &profile{dir: dir, lock: lock}, nil
}

// lockFile takes the lock of a file, which the kernel gives back when the
// process ends, however it ends.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// remove ends whatever still uses the profile and deletes it.
func (p *profile) remove() error {
	err := errors.Join(p.lock.Close(), endAndRemove(p.dir))
	return err
}

// sweepProfiles removes profiles in dir that nobody holds the lock of. One
// that is being made has no lock yet, so very young ones are left alone.
func sweepProfiles(dir string) {
	found, err := filepath.Glob(filepath.Join(dir, profilePrefix+"*"))
	if err != nil {
		return
	}
	for _, p := range found {
		info, err := os.Lstat(p)
		if err != nil || !info.IsDir() || !ours(info) {
			continue
		}
		if _, err := os.Stat(filepath.Join(p, lockName)); err != nil && time.Since(info.ModTime()) < time.Minute {
			continue
		}
		lock, err := lockFile(filepath.Join(p, lockName))
		if err != nil {
			continue
		}
		_ = endAndRemove(p)
		_ = lock.Close()
	}
}

// ours tells whether a folder belongs to the user that Samui runs as: anybody
// can put one into a shared temporary folder.
func ours(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// endAndRemove kills the processes that run with dir as their user data folder
// and deletes it. A child can be born while its parent dies, and write into
// the folder while it is deleted, so both are repeated until they hold.
func endAndRemove(dir string) error {
	const (
		limit = 3 * time.Second
		pause = 10 * time.Millisecond
		quiet = 3 // looks in a row that found nothing
	)
	deadline := time.Now().Add(limit)
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for seen := 0; seen < quiet && time.Now().Before(deadline); <-tick.C {
		if killUsers(dir) == 0 {
			seen++
		} else {
			seen = 0
		}
	}
	for {
		err := os.RemoveAll(dir)
		if err == nil || time.Now().After(deadline) {
			return err
		}
		<-tick.C
	}
}

// killUsers kills every live process whose command line names dir as its user
// data folder, and counts them. Where there is no /proc it finds none.
func killUsers(dir string) int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0
	}
	want := []byte("--user-data-dir=" + dir)
	killed := 0
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		cmdline, err := os.ReadFile(filepath.Join("/proc", entry.Name(), "cmdline"))
		if err != nil {
			continue
		}
		for arg := range bytes.SplitSeq(cmdline, []byte{0}) {
			if bytes.Equal(arg, want) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
				killed++
				break
			}
		}
	}
	return killed
}
