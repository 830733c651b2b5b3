package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// explain puts SQLite's errors into words, with something to do about them. It
// leaves every other error as it is.
func explain(err error, path string) error {
	var hinted interface{ Hint() string }
	if err == nil || errors.As(err, &hinted) {
		return err
	}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return full(err, path)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return hintError{err, unwritable}
	case errors.Is(err, errDamaged):
		return damaged(err, path)
	}
	switch code(err) {
	case sqlite3.SQLITE_FULL:
		return full(err, path)
	case sqlite3.SQLITE_READONLY:
		return hintError{fmt.Errorf("the data folder is read-only: %w", err), fmt.Sprintf("check the mount and the owner of %s; results are recorded again as soon as samui may write", filepath.Dir(path))}
	case sqlite3.SQLITE_IOERR:
		if extended(err) == sqlite3.SQLITE_IOERR_SHMSIZE { // no room for the index of the log
			return full(err, path)
		}
		return hintError{fmt.Errorf("the disk doesn't do as it is told: %w", err), fmt.Sprintf("look for disk errors in the kernel's log (dmesg) and check the quota of %s", filepath.Dir(path))}
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return hintError{fmt.Errorf("the database can't be opened: %w", err), fmt.Sprintf("check that samui's user owns %s and everything in it, and how many files it may open", filepath.Dir(path))}
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return damaged(err, path)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return hintError{fmt.Errorf("another program keeps the database locked: %w", err), fmt.Sprintf("close the program that has %s open, such as a database browser", path)}
	default:
		return err
	}
}

func full(err error, path string) error {
	return hintError{
		fmt.Errorf("the disk is full: %w", err),
		fmt.Sprintf("free some space on the disk of %s; samui goes on by itself, and loses nothing that it has recorded", filepath.Dir(path)),
	}
}

// unwritable is what to do where nothing can be made in the data folder.
const unwritable = "give samui a folder that it may write to: data: in samui.yaml"

// errDamaged means that the file isn't a database, or not a whole one.
var errDamaged = errors.New("the database is damaged")

// damaged says what to do about a damaged database.
func damaged(err error, path string) error {
	if !errors.Is(err, errDamaged) {
		err = fmt.Errorf("%w: %w", errDamaged, err)
	}
	return hintError{err, fmt.Sprintf("nothing was changed; move %s and what is named after it to a safe place, then put a backup there as %s (samui's own are in %s), or start without history; `sqlite3 FILE .recover` saves what can be read",
		path, path, filepath.Join(filepath.Dir(path), backupFolder))}
}

// code is the primary result code of an SQLite error in the chain, 0 for none.
func code(err error) int { return extended(err) & 0xff }

// extended is the whole result code of an SQLite error in the chain.
func extended(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return sqlite3.SQLITE_OK
	}
	return e.Code()
}

// broken tells whether an error is the database's or the disk's, and not about
// what was asked for.
func broken(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_OK, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_RANGE:
		return false
	default:
		return true
	}
}

// unfit tells whether an error is about what was to be written: no other disk
// and no other time would take it.
func unfit(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG:
		return true
	default:
		return false
	}
}

// check reads the whole database once and reports what is wrong with it.
func check(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, "PRAGMA quick_check(3)")
	if err != nil {
		return err
	}
	found, err := collect(rows, func(rows *sql.Rows) (line string, err error) { return line, rows.Scan(&line) })
	if err != nil {
		return err
	}
	if len(found) == 1 && found[0] == "ok" {
		return nil
	}
	return fmt.Errorf("%w: %q", errDamaged, found)
}

// Healthy is nil where writing works, else why it doesn't. A write that failed
// makes the store ill; the next one that works cures it. Where nobody writes,
// Healthy tries it itself.
func (s *Store) Healthy(ctx context.Context) error {
	if s.writer == nil {
		return s.readOnly("trying to write")
	}
	if s.writer.lastFault() == nil {
		return nil
	}
	return s.writer.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO health (id, at) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET at = ?1", ms(s.now()))
		return err
	})
}

// readOnly is what writing to a store of OpenReadOnly gives.
func (s *Store) readOnly(doing string) error {
	return fmt.Errorf("%s: %w", doing, ErrReadOnly)
}
