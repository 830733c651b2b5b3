package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"samui/internal/journey"
)

// orphanAge is when pictures without a result are nobody's: no visit is under
// way that long.
const orphanAge = time.Hour

// folderOf is where the pictures of a data folder are, one folder for each run.
func folderOf(data string) string { return filepath.Join(data, "evidence") }

// relative names the evidence of a run by their place below folder, so that
// results are true wherever the data folder is moved.
func relative(run journey.Run, folder string) journey.Run {
	run.Steps = slices.Clone(run.Steps)
	for i := range run.Steps {
		run.Steps[i].Evidence = run.Steps[i].Evidence.Map(func(kept string) string {
			name, err := filepath.Rel(folder, kept)
			if err != nil {
				return kept
			}
			return filepath.ToSlash(name)
		})
	}
	return run
}

// kept is the pictures of one run.
type kept struct {
	runID string
	at    time.Time
	bytes int64
}

// sweep deletes pictures that are older than age, then the oldest until the
// rest takes at most so many bytes, and those that belong to no result. It
// returns what is left and what went. What can't be looked at or deleted keeps
// nothing else from going.
func sweep(ctx context.Context, folder string, now time.Time, age time.Duration, bytes int64, recorded func(ctx context.Context, runID string) (bool, error)) (left, deleted int64, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return 0, 0, fmt.Errorf("opening the folder of the pictures: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	all, err := census(root.FS())
	if err != nil {
		err = fmt.Errorf("looking through the pictures: %w", err)
	}
	for _, k := range all {
		left += k.bytes
	}
	for _, k := range all { // oldest first
		if ctx.Err() != nil {
			return left, deleted, errors.Join(err, ctx.Err())
		}
		old := now.Sub(k.at)
		gone := old > age || left > bytes
		if !gone && old > orphanAge {
			known, e := recorded(ctx, k.runID)
			if e != nil {
				return left, deleted, errors.Join(err, e)
			}
			gone = !known
		}
		if !gone {
			continue
		}
		if e := root.RemoveAll(k.runID); e != nil {
			err = errors.Join(err, fmt.Errorf("deleting the pictures of run %q: %w", k.runID, e))
			continue
		}
		left, deleted = left-k.bytes, deleted+k.bytes
	}
	return left, deleted, err
}

// census is every run's pictures, the oldest first. The error is about those
// that can't be looked at; the others are there.
func census(folder fs.FS) (all []kept, err error) {
	entries, err := fs.ReadDir(folder, ".")
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		k, e := measure(folder, e)
		switch {
		case errors.Is(e, fs.ErrNotExist): // somebody deleted it meanwhile
		case e != nil:
			err = errors.Join(err, e)
		default:
			all = append(all, k)
		}
	}
	slices.SortFunc(all, func(a, b kept) int { return a.at.Compare(b.at) })
	return all, err
}

// measure is the pictures of one run's folder.
func measure(folder fs.FS, run fs.DirEntry) (kept, error) {
	info, err := run.Info()
	if err != nil {
		return kept{}, err
	}
	files, err := fs.ReadDir(folder, run.Name())
	if err != nil {
		return kept{}, err
	}
	k := kept{runID: run.Name(), at: info.ModTime()}
	for _, f := range files {
		if info, err := fs.Stat(folder, path.Join(run.Name(), f.Name())); err == nil {
			k.bytes += info.Size()
		}
	}
	return k, nil
}
