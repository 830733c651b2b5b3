// Package store keeps what was found out, for good: every slot with its one
// result, the incidents that results open and end, what still has to be sent
// because of them, and what was told, in one SQLite database.
//
// A slot is claimed with [Store.Begin] before anybody visits, and ends with
// [Store.Record], which writes the result, the incidents that it moves on and
// its deliveries in one transaction. Both return only when the disk has it: what they acknowledged
// survives the end of the process and of the power. Senders take deliveries
// from [Store.Due] and say what became of them; readers ask for history beside
// all that and never wait for writers.
//
// The one rule not to break: nothing is written but through the writer (see
// writer.go), all of a request in one transaction, which others may share, so
// that no half of a result can ever be seen.
//
// Who wrote a claim without a result was killed; see [Store.InFlight]. One
// process at a time may write; see [ErrLocked]. The promise ends where the disk
// does: it holds on local file systems that tell the truth about fsync.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// fileName is the database in the data folder.
const fileName = "samui.db"

// Options say how a store is opened. The zero value is ready to use.
type Options struct {
	Logger *slog.Logger     // nil = nothing is logged
	Clock  func() time.Time // stamps claims, deliveries, messages and what people do; nil = time.Now
}

// Store is an open data folder. It is safe for concurrent use.
type Store struct {
	path    string // of the database
	log     *slog.Logger
	now     func() time.Time
	writer  *writer // nil = read only
	readers *sql.DB
	lock    *lock // nil = read only
}

// Open opens the data folder for the one process that writes to it, and makes
// what isn't there. It brings older data up to date, after a copy of it was
// laid into its folder "backups"; it refuses data of a newer Samui
// ([ErrNewer]), a folder in use ([ErrLocked]) and a damaged database, and
// changes nothing of those. To know, it reads all of the database once: some
// seconds for each GB.
func Open(ctx context.Context, dir string, o Options) (_ *Store, err error) {
	s := &Store{path: filepath.Join(dir, fileName), log: o.Logger, now: o.Clock}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if err := makeFolder(dir); err != nil {
		return nil, err
	}
	if s.lock, err = acquire(filepath.Join(dir, lockName), s.now()); err != nil {
		return nil, fmt.Errorf("locking the data folder %q: %w", dir, explain(err, s.path))
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.lock.release())
		}
	}()
	warnNetworked(s.log, dir)
	if err := makeFile(s.path); err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, fmt.Errorf("opening %q: %w", s.path, explain(err, s.path))
	}
	return s, nil
}

// open connects to a database that is whole, ours and of this version.
func (s *Store) open(ctx context.Context) error {
	if err := inspect(ctx, s.path); err != nil {
		return err
	}
	db, err := connect(s.path, writing)
	if err != nil {
		return err
	}
	from, to, err := migrate(ctx, db, filepath.Join(filepath.Dir(s.path), backupFolder), embedded(), s.now())
	if err != nil {
		return errors.Join(err, db.Close())
	}
	if from != to && from != 0 {
		s.log.InfoContext(ctx, "data brought up to date", "path", s.path, "from_version", from, "to_version", to)
	}
	if s.readers, err = connect(s.path, reading); err != nil {
		return errors.Join(err, db.Close())
	}
	s.writer = newWriter(db, s.path)
	return nil
}

// inspect looks whether the database is whole, ours and not too new, without
// changing anything of it: the writer's settings alone would change a file of
// another program.
func inspect(ctx context.Context, path string) error {
	db, err := connect(path, looking)
	if err != nil {
		return err
	}
	if err = check(ctx, db); err == nil {
		_, err = version(ctx, db, embedded())
	}
	return errors.Join(err, db.Close())
}

// OpenReadOnly opens the data folder to look at it, also while a daemon writes
// to it. Everything that writes gives [ErrReadOnly], except [Store.Resend],
// [Store.Book] and [Store.Unbook].
func OpenReadOnly(ctx context.Context, dir string) (*Store, error) {
	s := &Store{path: filepath.Join(dir, fileName), log: slog.New(slog.DiscardHandler), now: time.Now}
	if _, err := os.Stat(s.path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = hintError{err, "samui serve and samui run --record keep their results in the folder that data: of samui.yaml names; name the file with -c"}
		}
		return nil, fmt.Errorf("opening the results: %w", err)
	}
	var err error
	if s.readers, err = connect(s.path, looking); err != nil {
		return nil, fmt.Errorf("opening %q: %w", s.path, explain(err, s.path))
	}
	if err := current(ctx, s.readers, embedded()); err != nil {
		return nil, fmt.Errorf("opening %q: %w", s.path, explain(errors.Join(err, s.readers.Close()), s.path))
	}
	return s, nil
}

// Close waits for what is being written and lets go of the data folder.
// Everything that is asked of the store afterwards fails.
func (s *Store) Close() error {
	if s.writer == nil {
		return s.readers.Close()
	}
	// Readers first: the writer's checkpoint then reaches the end of the log.
	return errors.Join(s.readers.Close(), s.writer.close(), s.lock.release())
}

// makeFolder makes the data folder where it is missing. Results tell what
// customers see, pictures even more: nobody else may look.
func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return hintError{fmt.Errorf("making the data folder: %w", err), unwritable}
	}
	return nil
}

// makeFile makes an empty database where there is none, for nobody else to
// read. SQLite gives its other files the same mode. A file that is there isn't
// opened: closing it would end SQLite's locks in this process.
func makeFile(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return hintError{fmt.Errorf("making the database: %w", err), unwritable}
	}
	return file.Close()
}

// hintError is an error with something to do next.
type hintError struct {
	error
	hint string
}

func (e hintError) Unwrap() error { return e.error }

// Hint says what to do about the error.
func (e hintError) Hint() string { return e.hint }
