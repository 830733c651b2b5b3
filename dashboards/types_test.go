package dashboards

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"samui/internal/npmtest"
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
	dir, modules := t.TempDir(), npmtest.Install(t, ".typecheck")
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
