package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	sqlite3 "modernc.org/sqlite/lib"
)

// Backup writes a copy of the whole database, as it is at one moment, to a
// file that isn't there yet. It may take a while and keeps nobody from writing.
// The copy appears under its name only when it is complete.
func (s *Store) Backup(ctx context.Context, path string) error {
	// A connection of its own: it holds a snapshot for as long as it copies, and
	// those that read all day may write nothing, not even a copy.
	db, err := connect(s.path, single)
	if err != nil {
		return fmt.Errorf("backing up to %q: %w", path, err)
	}
	if err := errors.Join(copyInto(ctx, db, path), db.Close()); err != nil {
		return fmt.Errorf("backing up to %q: %w", path, s.explainBackup(err, path))
	}
	return nil
}

// explainBackup tells what is wrong with where the copy goes from what is wrong
// with what is copied.
func (s *Store) explainBackup(err error, path string) error {
	switch {
	case errors.Is(err, fs.ErrExist):
		return hintError{err, "name a file that isn't there yet"}
	case errors.Is(err, fs.ErrNotExist):
		return hintError{err, "name a file in a folder that is there"}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return hintError{err, "name a file in a folder that you may write to"}
	case errors.Is(err, syscall.ENOSPC), code(err) == sqlite3.SQLITE_FULL:
		return hintError{fmt.Errorf("the disk is full: %w", err), fmt.Sprintf("free some space on the disk of %s, or name a file on another", filepath.Dir(path))}
	default:
		return explain(err, s.path)
	}
}

// copyInto copies a database to a new file, which is on the disk and complete
// when it returns. It is fs.ErrExist where there is one already.
func copyInto(ctx context.Context, db *sql.DB, path string) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%q: %w", path, fs.ErrExist)
	}
	// SQLite fills an empty file, and leaves it the mode it has.
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	part := file.Name()
	defer func() {
		err = errors.Join(err, file.Close())
		if rest := os.Remove(part); !errors.Is(rest, fs.ErrNotExist) {
			err = errors.Join(err, rest)
		}
	}()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	err = os.Link(part, path) // unlike a rename it replaces nothing
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = os.Rename(part, path) // FAT knows no links
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a new name in a folder durable.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
