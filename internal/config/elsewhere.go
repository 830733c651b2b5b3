package config

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// mostLookedAt bounds how many files a search for one looks at.
const mostLookedAt = 5000

// elsewhere is how a file has to name a fragment that isn't where it was looked
// for, but lies in another folder of the journeys; empty where none does.
func (l *sharedFiles) elsewhere(from, name string) string {
	tree, err := filepath.Abs(l.tree)
	if err != nil {
		return ""
	}
	folder, err := filepath.Abs(filepath.Dir(from))
	if err != nil {
		return ""
	}
	nearest, looked := "", 0
	_ = fs.WalkDir(os.DirFS(tree), ".", func(at string, d fs.DirEntry, err error) error { // what can't be read is no place to name
		looked++
		switch {
		case looked > mostLookedAt:
			return fs.SkipAll
		case err != nil:
			return fs.SkipDir
		case d.IsDir() && at != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case !d.Type().IsRegular() || d.Name() != path.Base(filepath.ToSlash(name)):
			return nil
		}
		rel, err := filepath.Rel(folder, filepath.Join(tree, filepath.FromSlash(at)))
		if rel = filepath.ToSlash(rel); err == nil && (nearest == "" || len(rel) < len(nearest)) {
			nearest = rel
		}
		return nil
	})
	if nearest == "" {
		return ""
	}
	return "write " + nearest
}
