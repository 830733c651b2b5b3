package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// backupFolder in the data folder keeps what the data was before migrations.
const backupFolder = "backups"

// backupsKept bounds the copies of older versions: enough to go back further
// than the last upgrade.
const backupsKept = 3

// applicationID marks a database as Samui's ("Samu"), so that no other
// program's is ever taken for an empty one.
const applicationID = 0x53616d75

// migrations are the steps from an empty database to today's, the first one
// leads to version 1. A step that was ever released is never changed.
type migrations []string

//go:embed migrations
var files embed.FS

// embedded reads the migrations of this build.
func embedded() migrations {
	entries, err := files.ReadDir("migrations")
	if err != nil {
		panic("BUG: no migrations: " + err.Error())
	}
	steps := make(migrations, len(entries))
	for i := range steps {
		text, err := files.ReadFile(path.Join("migrations", strconv.Itoa(i+1)+".sql"))
		if err != nil {
			panic("BUG: migrations are numbered from 1: " + err.Error())
		}
		steps[i] = string(text)
	}
	return steps
}

// migrate brings the database to the newest version in one transaction, and
// says from which version to which. Where there is data it is copied into
// backups first.
func migrate(ctx context.Context, db *sql.DB, backups string, steps migrations, now time.Time) (from, to int, err error) {
	if from, err = version(ctx, db, steps); err != nil {
		return 0, 0, err
	}
	if to = len(steps); from == to {
		return from, to, nil
	}
	if from > 0 {
		if err := setAside(ctx, db, backups, from, now); err != nil {
			return 0, 0, fmt.Errorf("copying the data of version %d before migrating it: %w", from, err)
		}
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	for i := from; i < to; i++ {
		if _, err := tx.ExecContext(ctx, steps[i]); err != nil {
			return 0, 0, fmt.Errorf("migrating the data from version %d to %d: %w", i, i+1, err)
		}
	}
	for _, pragma := range []string{fmt.Sprintf("application_id = %d", applicationID), fmt.Sprintf("user_version = %d", to)} {
		if _, err := tx.ExecContext(ctx, "PRAGMA "+pragma); err != nil {
			return 0, 0, err
		}
	}
	return from, to, tx.Commit()
}

// version is the version of the data, 0 for none. It is an error where the
// data is newer than this build, or somebody else's.
func version(ctx context.Context, db *sql.DB, steps migrations) (int, error) {
	var version, id, tables int
	err := db.QueryRowContext(ctx, "SELECT (SELECT user_version FROM pragma_user_version), (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)").
		Scan(&version, &id, &tables)
	switch {
	case err != nil:
		return 0, err
	case tables == 0 && version == 0:
		return 0, nil
	case id != applicationID:
		return 0, hintError{errors.New("this is another program's database"), "give samui a folder of its own: data: in samui.yaml"}
	case version > len(steps):
		return 0, hintError{
			fmt.Errorf("%w: it has version %d, this one knows %d", ErrNewer, version, len(steps)),
			fmt.Sprintf("run the newer samui again, or put the copy that it made of the older data, in %q, in place of the database", backupFolder),
		}
	default:
		return version, nil
	}
}

// current is an error unless the data is of exactly this build's version.
func current(ctx context.Context, db *sql.DB, steps migrations) error {
	have, err := version(ctx, db, steps)
	if err == nil && have != len(steps) {
		return hintError{
			fmt.Errorf("the data has version %d, older than this samui's %d", have, len(steps)),
			"start samui serve once: it brings the data up to date",
		}
	}
	return err
}

// setAside copies the database into the folder of backups, and removes from
// there what a copy that was cut short has left, and the copies that are not
// needed any more.
func setAside(ctx context.Context, db *sql.DB, backups string, version int, now time.Time) error {
	if err := os.MkdirAll(backups, 0o700); err != nil {
		return err
	}
	// First: a copy that is killed again and again must not fill the disk.
	rests, err := filesIn(backups, copyPattern+".*.part")
	if err != nil {
		return err
	}
	if err := removeAll(rests); err != nil {
		return err
	}
	// Copies of the same second are of the same data: a migration that failed.
	name := fmt.Sprintf("samui-%s-v%d.db", now.UTC().Format("20060102T150405Z"), version)
	if err := copyInto(ctx, db, filepath.Join(backups, name)); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	copies, err := filesIn(backups, copyPattern) // sorted by name, so by time
	if err != nil {
		return err
	}
	return removeAll(superseded(copies))
}

// copyPattern is how the copies of older versions are named; other files in
// their folder are somebody's.
const copyPattern = "samui-????????T??????Z-v*.db"

// superseded are the copies that needn't be kept, of those given from the
// oldest to the newest: the newest one of each version is enough, however often
// its migration was tried.
func superseded(copies []string) (old []string) {
	kept := map[string]bool{}
	for _, name := range slices.Backward(copies) {
		version := name[strings.LastIndexByte(name, '-'):] // -v1.db
		if kept[version] || len(kept) == backupsKept {
			old = append(old, name)
			continue
		}
		kept[version] = true
	}
	return old
}

// filesIn are the paths of a folder's files whose names match a pattern, sorted.
func filesIn(dir, pattern string) (paths []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		match, err := path.Match(pattern, e.Name())
		if err != nil {
			panic("BUG: " + err.Error())
		}
		if match {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, nil
}

func removeAll(paths []string) error {
	for _, p := range paths {
		if err := os.Remove(p); err != nil {
			return err
		}
	}
	return nil
}
