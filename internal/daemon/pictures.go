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

// relative names the pictures of a run by their place below folder, so that
// results are true wherever the data folder is moved.
func relative(run journey.Run, folder string) journey.Run {
	run.Steps = slices.Clone(run.Steps)
	for i := range run.Steps {
		e := &run.Steps[i].Evidence
		if e.Screenshot == nil {
			continue
		}
		if name, err := filepath.Rel(folder, *e.Screenshot); err == nil {
			name = filepath.ToSlash(name)
			e.Screenshot = &name
		}
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
// returns what is left and what went.
func sweep(ctx context.Context, folder string, now time.Time, age time.Duration, bytes int64, recorded func(ctx context.Context, runID string) (bool, error)) (left, deleted int64, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return 0, 0, fmt.Errorf("opening the folder of the pictures: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	all, err := census(root)
	if err != nil {
		return 0, 0, fmt.Errorf("looking through the pictures: %w", err)
	}
	for _, k := range all {
		left += k.bytes
	}
	for _, k := range all { // oldest first
		if ctx.Err() != nil {
			return left, deleted, ctx.Err()
		}
		old := now.Sub(k.at)
		gone := old > age || left > bytes
		if !gone && old > orphanAge {
			known, err := recorded(ctx, k.runID)
			if err != nil {
				return left, deleted, err
			}
			gone = !known
		}
		if !gone {
			continue
		}
		if err := root.RemoveAll(k.runID); err != nil {
			return left, deleted, fmt.Errorf("deleting the pictures of run %q: %w", k.runID, err)
		}
		left, deleted = left-k.bytes, deleted+k.bytes
	}
	return left, deleted, nil
}

// census is every run's pictures, the oldest first.
func census(root *os.Root) ([]kept, error) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, err
	}
	var all []kept
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		k := kept{runID: e.Name(), at: info.ModTime()}
		files, err := fs.ReadDir(root.FS(), e.Name())
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if info, err := fs.Stat(root.FS(), path.Join(e.Name(), f.Name())); err == nil {
				k.bytes += info.Size()
			}
		}
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b kept) int { return a.at.Compare(b.at) })
	return all, nil
}
