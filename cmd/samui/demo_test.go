package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"samui/internal/journey"
)

// process is a running samui whose temporary files are below dir.
type process struct {
	*exec.Cmd
	dir    string
	pipe   io.Closer // of stdout
	stdout *bufio.Scanner
	said   strings.Builder // on stderr
}

// startSamui starts the real program. It is killed at the end of the test if
// it is still there.
func startSamui(t *testing.T, args ...string) *process {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	p := &process{Cmd: exec.CommandContext(ctx, "samui", args...), dir: dir}
	p.Dir = dir
	p.Env = append(os.Environ(), "TMPDIR="+filepath.Join(dir, ".tmp"), "NO_COLOR=1", "COLUMNS=120")
	p.Stderr = &p.said
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.pipe, p.stdout = out, bufio.NewScanner(out)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = p.Wait() // whoever wanted its result has had it
	})
	return p
}

// until reads stdout to the first line for which ready holds, and returns it.
func (p *process) until(t *testing.T, ready func(line string) bool) string {
	t.Helper()
	for p.stdout.Scan() {
		if ready(p.stdout.Text()) {
			return p.stdout.Text()
		}
	}
	t.Fatalf("samui ended before that; stderr:\n%s", p.said.String())
	return ""
}

// interrupt is Ctrl-C; it returns the exit code and what was printed after it.
func (p *process) interrupt(t *testing.T) (code int, rest string) {
	t.Helper()
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for p.stdout.Scan() {
		lines.WriteString(p.stdout.Text() + "\n")
	}
	err := p.Wait()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode(), lines.String()
}

func TestDemoShowsEveryStageAndLeavesNothing(t *testing.T) {
	t.Parallel()
	p := startSamui(t, "demo", "--no-sandbox", "--shop", "127.0.0.1:0", "--listen", "127.0.0.1:0")
	missing := map[string]bool{}
	for _, s := range journey.Stages() {
		missing[string(s)] = true
	}
	var stage string // of the visit that is being shown
	p.until(t, func(line string) bool {
		for s := range missing {
			if strings.Contains(line, " · "+s+" · ") {
				stage = s
			}
		}
		if strings.Contains(line, "GOOD · waited ") {
			delete(missing, stage)
		}
		return len(missing) == 0
	})
	if code, rest := p.interrupt(t); code != 0 {
		t.Errorf("Ctrl-C: exit code %d, then\n%s\n%s", code, rest, p.said.String())
	}
	if left := traces(p.dir); left != "" {
		t.Error(left)
	}
}

func TestInterruptedRunReportsWhatThereIs(t *testing.T) {
	shop := startSamui(t, "demo", "--shop-only", "--shop", "127.0.0.1:0", "--trouble", "slow-search")
	_, url, _ := strings.Cut(shop.until(t, func(line string) bool { return strings.Contains(line, "http://") }), "open at ")
	url, _, _ = strings.Cut(url, ",")
	file := filepath.Join(t.TempDir(), "search.yaml")
	text := `{journey: search, stage: browse, url: "` + url + `", every: 5m, pace: 0s, steps: [
	{step: home, title: Come in, do: [{open: /}], expect: [{text: New arrivals}]},
	{step: search, title: Look for shoes, do: [{open: "/search?q=shoes"}], expect: [{text: 3 results}]}]}`
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "\t", "  ")), 0o600); err != nil {
		t.Fatal(err)
	}
	p := startSamui(t, "run", "--no-sandbox", file, file)
	p.until(t, func(line string) bool { return strings.Contains(line, "Come in") })
	code, rest := p.interrupt(t)
	if code != exitFailed || !strings.Contains(rest, "PROBE ERROR") || !strings.Contains(rest, "interrupted") {
		t.Errorf("Ctrl-C: exit code %d, then\n%s\n%s", code, rest, p.said.String())
	}
	if left := traces(p.dir); left != "" {
		t.Error(left)
	}
	if code, _ := shop.interrupt(t); code != exitFine {
		t.Errorf("the shop alone ends with exit code %d, want 0", code)
	}
}

func TestReaderThatGoesAwayEndsTheRun(t *testing.T) {
	t.Parallel()
	p := startSamui(t, "demo", "--no-sandbox", "--shop", "127.0.0.1:0", "--listen", "127.0.0.1:0")
	p.until(t, func(line string) bool { return strings.Contains(line, "✓") })
	if err := p.pipe.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err == nil || p.ProcessState.ExitCode() != exitFailed {
		t.Errorf("got %v, want exit code %d", err, exitFailed)
	}
	if !strings.Contains(p.said.String(), "samui: error: writing the results: ") {
		t.Errorf("stderr says %q", p.said.String())
	}
	if left := traces(p.dir); left != "" {
		t.Error(left)
	}
}

func TestDemoClearsAwayWhatAKilledOneLeft(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for range 2 {
		dir, err := demoFolder("http://127.0.0.1:8099")
		if err != nil {
			t.Fatal(err)
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 {
			t.Errorf("the folder holds %v, %v", left, err)
		}
		if err := os.WriteFile(filepath.Join(dir, "left"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDemoTellsWhatIsWrong(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	for _, c := range []struct {
		name, args string
		code       int
		want       string
	}{
		{"unknown trouble", "--trouble slow-serach", exitUsage, `did you mean "slow-search"`},
		{"a page for everybody", "--listen 0.0.0.0:8090", exitUsage, "the page has no password"},
		{"no port", "--shop localhost --shop-only", exitUsage, `--shop "localhost": want an address such as 127.0.0.1:8099`},
		{"no such port", "--shop 127.0.0.1:99999 --shop-only", exitUsage, `--shop "127.0.0.1:99999": want an address`},
		{"port in use", "--shop-only --shop " + taken.Addr().String(), exitFailed, "opening the shop: "},
	} {
		var stderr strings.Builder
		code := run(t.Context(), append([]string{"demo"}, strings.Fields(c.args)...), strings.NewReader(""), io.Discard, &stderr)
		if code != c.code || !strings.Contains(stderr.String(), c.want) {
			t.Errorf("%s: code %d, stderr %q; want code %d and it to say %q", c.name, code, stderr.String(), c.code, c.want)
		}
	}
}
