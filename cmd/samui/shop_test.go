package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"samui/internal/demo"
)

// patience is how long a test waits for what must come. It is a bound for a
// test that would otherwise hang, not for how fast things are.
const patience = 2 * time.Minute

// await looks again and again until ready says so, without holding the CPU.
func await(ready func() bool) bool {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !ready() {
		select {
		case <-ctx.Done():
			return false
		case <-again.C:
		}
	}
	return true
}

// testShop is a demo shop that remembers what it was asked for.
type testShop struct {
	mu    sync.Mutex // guards asked
	asked map[string]bool
}

func (s *testShop) wasAsked(path string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// shopKey is where a script keeps its shop.
type shopKey struct{}

func shopOf(ts *testscript.TestScript) *testShop { return ts.Value(shopKey{}).(*testShop) }

func openTestShop(ts *testscript.TestScript, neg bool, troubles []string) {
	if neg {
		ts.Fatalf("usage: shop [TROUBLE...]")
	}
	shop, err := demo.NewShop(troubles...)
	ts.Check(err)
	remember := shopOf(ts)
	remember.mu.Lock()
	remember.asked = map[string]bool{}
	remember.mu.Unlock()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		remember.mu.Lock()
		remember.asked[r.URL.Path] = true
		remember.mu.Unlock()
		shop.ServeHTTP(w, r)
	}))
	ts.Defer(server.Close)
	ts.Setenv("SHOP", server.URL)
}

// killChrome kills this script's Chrome, without warning, once the shop was
// asked for a path.
func killChrome(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: kill-chrome PATH")
	}
	if !await(func() bool { return shopOf(ts).wasAsked(args[0]) }) {
		ts.Fatalf("nobody asked the shop for %s", args[0])
	}
	killed := 0
	for _, pid := range chromesOf(ts.Getenv("WORK")) {
		if syscall.Kill(pid, syscall.SIGKILL) == nil {
			killed++
		}
	}
	if killed == 0 {
		ts.Fatalf("no Chrome of this script was alive")
	}
}

// noTraces wants that nothing of Samui is left behind.
func noTraces(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: no-traces")
	}
	// A process that was killed needs a moment to be gone.
	left := ""
	gone := func() bool {
		left = traces(ts.Getenv("WORK"))
		return left == ""
	}
	if !await(gone) {
		ts.Fatalf("%s", left)
	}
}

// traces says what is left of a Samui whose temporary files are below dir;
// empty when nothing is.
func traces(dir string) string {
	if pids := chromesOf(dir); len(pids) > 0 {
		return fmt.Sprintf("Chrome still lives: %v", pids)
	}
	entries, _ := os.ReadDir(filepath.Join(dir, ".tmp")) // no folder, nothing left
	for _, e := range entries {
		return "a temporary file is left: " + e.Name()
	}
	return ""
}

// chromesOf are the live processes whose profile is below dir. Zombies have no
// command line, and other people's browsers another profile.
func chromesOf(dir string) []int {
	var pids []int
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(data), "--user-data-dir="+dir) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
