// Package npmtest installs, for tests, what others publish with npm: the
// checkers and the models that Samui is held against.
//
// A folder with a package.json and its lock goes in, a folder with its
// node_modules comes out, kept in the repository's .cache for the next time.
// The one rule not to break: only what a lock file names is installed, and no
// script of it runs.
package npmtest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// installTime is how long npm may take.
const installTime = 10 * time.Minute

// Install returns the node_modules of the package whose package.json and
// package-lock.json are in folder. The test ends where there is no npm, or
// where it can't install. It is safe for concurrent use, by several processes
// too.
func Install(t testing.TB, folder string) string {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("this test needs what npm installs, and there is no %s; type: .ci/prepare node", program)
		}
	}
	lock, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	cache := filepath.Join(root(t), ".cache", "npm")
	home := filepath.Join(cache, fmt.Sprintf("%s-%x", filepath.Base(folder), sha256.Sum256(lock))[:len(filepath.Base(folder))+17])
	modules := filepath.Join(home, "node_modules")
	if !isThere(modules) {
		fill(t, folder, cache, home)
	}
	return modules
}

// fill has npm fill a folder, which appears whole or not at all.
func fill(t testing.TB, folder, cache, home string) {
	t.Helper()
	if err := os.MkdirAll(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(cache, "installing-") //nolint:usetesting // it is kept, and a folder can't be renamed onto another disk
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), installTime)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		t.Fatalf("npm ci for %s: %v\n%s", folder, err, out)
	}
	if err := os.Rename(dir, home); err != nil && !isThere(home) { // somebody else may have been faster
		t.Fatal(err)
	}
}

// root is the repository's folder.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for !isThere(filepath.Join(dir, "go.mod")) {
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	return dir
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
