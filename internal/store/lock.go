package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// lockName is the file in the data folder that its one writer holds locked. It
// stays when nobody does: removing it would let two hold one each.
const lockName = "lock"

// lock is held from acquire to release, and ends with the process at the
// latest, however that ends.
type lock struct{ file *os.File }

// acquire locks the file, or says who has. The holder is written into it for
// people to read; only the lock counts.
func acquire(path string, now time.Time) (*lock, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := tryLock(file); err != nil {
		if errors.Is(err, errHeld) {
			err = hintError{
				fmt.Errorf("%w by %s", ErrLocked, holder(file)),
				"stop that samui first, or give this one a folder of its own: data: in samui.yaml",
			}
		}
		return nil, errors.Join(err, file.Close())
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	// On a full disk nobody can be told who it is; the lock holds all the same.
	if file.Truncate(0) == nil {
		_, _ = fmt.Fprintf(file, "pid %d on host %s since %s\n", os.Getpid(), host, now.UTC().Format(time.RFC3339))
	}
	return &lock{file}, nil
}

// errHeld means that another process has the lock.
var errHeld = errors.New("held by another process")

// holder reads who has the lock.
func holder(file *os.File) string {
	text, err := io.ReadAll(io.LimitReader(file, 1024))
	who := strings.TrimSpace(string(text))
	if err != nil || who == "" {
		return "another process" // that has locked it and not written yet
	}
	return who
}

// release lets the next one have the folder.
func (l *lock) release() error {
	return errors.Join(l.file.Truncate(0), l.file.Close())
}
