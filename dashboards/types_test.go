package dashboards

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestTypesAreGrafanas: TypeScript takes every dashboard for one, by the types
// that Grafana publishes.
func TestTypesAreGrafanas(t *testing.T) {
	sources := map[string][]byte{}
	for _, b := range boards(t) {
		sources[b.file] = b.raw
	}
	// Types that take anything would prove nothing.
	bent := map[string][2]string{
		"a wrong word":       {`"drawStyle": "line"`, `"drawStyle": "lines"`},
		"a wrong type":       {`"min": 0`, `"min": "0"`},
		"an unknown option":  {`"mergeValues"`, `"mergeValue"`},
		"an unknown setting": {`"timeShift"`, `"timeshift"`},
		"an unknown number":  {`"hide": 2`, `"hide": 7`},
		"a built query":      {`"rawQuery": true`, `"rawQuery": false`},
	}
	for what, change := range bent {
		sources[what+".json"] = []byte(strings.Replace(string(sources["overview.json"]), change[0], change[1], 1))
	}
	complaints := compile(t, sources)
	for file := range sources {
		change, isBent := bent[strings.TrimSuffix(file, ".json")]
		switch got := complaints[file]; {
		case isBent && got == "":
			t.Errorf("%s: tsc takes %s, or overview.json has no %s", file, change[1], change[0])
		case !isBent && got != "":
			t.Errorf("%s: tsc: %s", file, got)
		}
	}
}

// compile has TypeScript look at dashboards and returns what it complains of,
// by file.
func compile(t *testing.T, boards map[string][]byte) map[string]string {
	t.Helper()
	dir, modules := t.TempDir(), filepath.Join(grafanaTypes(t), "node_modules")
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"boards.ts", "tsconfig.json"} {
		write(name, committed(t, name))
	}
	for name, data := range boards {
		text := fmt.Sprintf("import type { Board } from './boards';\nexport const board = %s satisfies Board;\n", bytes.TrimSpace(data))
		write(strings.TrimSuffix(name, ".json")+".ts", []byte(text))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", filepath.Join(modules, "typescript", "bin", "tsc"), "-p", ".")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	complaints := map[string]string{}
	for line := range strings.Lines(string(out)) { // file.ts(line,column): what, and more below it, indented
		if file, _, ok := strings.Cut(line, ".ts("); ok && boards[file+".json"] != nil {
			complaints[file+".json"] += line
		} else if !strings.HasPrefix(line, " ") {
			t.Fatalf("tsc says %s", out)
		}
	}
	if err != nil && len(complaints) == 0 {
		t.Fatalf("running tsc: %v", err)
	}
	return complaints
}

// committed is a file of .typecheck. Grafana, which reads every JSON file that
// lies below the dashboards, passes by a folder with that name.
func committed(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(".typecheck", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// grafanaTypes is a folder with TypeScript and the types, made with npm when it
// isn't there yet.
func grafanaTypes(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("this test needs Node.js with npm, and there is no %s; type: .ci/prepare node\nor install nodejs and npm", program)
		}
	}
	lock := committed(t, "package-lock.json")
	cache, err := filepath.Abs(filepath.Join("..", ".cache", "npm"))
	if err != nil {
		t.Fatal(err)
	}
	done := filepath.Join(cache, fmt.Sprintf("grafana-types-%x", sha256.Sum256(lock))[:30])
	if _, err := os.Stat(done); err == nil {
		return done
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(cache, "installing-") //nolint:usetesting // it is kept, and a folder can't be renamed into another disk
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for name, data := range map[string][]byte{"package-lock.json": lock, "package.json": committed(t, "package.json")} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	if err := os.Rename(dir, done); err != nil {
		if _, there := os.Stat(done); there != nil { // nobody else was faster
			t.Fatal(err)
		}
	}
	return done
}
