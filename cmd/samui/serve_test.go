package main

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"samui/internal/journey"
	"samui/internal/store"
)

// recorded waits until this script's data folder has so many good results of a
// journey.
func recorded(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: recorded SITE/JOURNEY N")
	}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	site, id := splitName(args[0])
	if !awaitStore(ts, func(st *store.Store) bool {
		runs, err := st.Runs(context.Background(), store.Query{Site: site, Journey: id})
		good := 0
		for _, r := range runs {
			if r.Outcome == journey.Good {
				good++
			}
		}
		return err == nil && good >= want
	}) {
		ts.Fatalf("there were never %d good results of %s", want, args[0])
	}
}

// behind waits until an attempt to send the oldest delivery has failed.
func behind(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: behind")
	}
	if !awaitStore(ts, func(st *store.Store) bool {
		all, err := st.Deliveries(context.Background(), 1)
		return err == nil && len(all) == 1 && all[0].Attempts > 0
	}) {
		ts.Fatalf("no attempt to send failed")
	}
}

// awaitStore asks this script's results again and again.
func awaitStore(ts *testscript.TestScript, ready func(*store.Store) bool) bool {
	return await(func() bool {
		st, err := store.OpenReadOnly(context.Background(), filepath.Join(ts.Getenv("WORK"), "data"))
		if err != nil {
			return false // not there yet
		}
		defer func() { _ = st.Close() }() // only read
		return ready(st)
	})
}

func TestHistoryOfManyKinds(t *testing.T) {
	var out bytes.Buffer
	w := &world{stdout: &out, screen: screen{columns: 100}}
	all := runs()
	missed := all["good"]
	missed.Outcome, missed.WaitMs, missed.Steps = journey.Missed, nil, nil
	missed.Error = &journey.RunError{Kind: journey.ErrorDown, Message: "Samui was not running"}
	w.historyTable([]journey.Run{missed, all["failed"], all["hebrew"], all["probe-error"], all["good"]})
	text := out.String()
	for _, want := range []string{"Samui did not look (down): Samui was not running", "failed", "probe error", "missed"} {
		if !strings.Contains(text, want) {
			t.Errorf("the history lacks %q:\n%s", want, text)
		}
	}
	for line := range strings.Lines(text) {
		if n := columns(strings.TrimRight(line, "\n")); n > 100 {
			t.Errorf("a line is %d columns wide: %s", n, line)
		}
	}
	if first, last := strings.Index(text, "✓"), strings.Index(text, "missed"); first > last {
		t.Errorf("the newest isn't the last:\n%s", text)
	}
}

func TestNamesOfJourneys(t *testing.T) {
	for typed, want := range map[string][2]string{
		"shop/buy": {"shop", "buy"}, "buy": {"", "buy"}, "shop/": {"shop", ""},
	} {
		if site, id := splitName(typed); site != want[0] || id != want[1] {
			t.Errorf("%q is %q on %q, want %q on %q", typed, id, site, want[1], want[0])
		}
	}
}

// SIGHUP ends every other command; here it has the files read again, although
// none of them changed.
func TestHangupReadsTheFilesAgain(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, settingsFile), []byte("listen: 127.0.0.1:0\njourneys: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "samui", "serve", "--no-sandbox")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	lines := bufio.NewScanner(log)
	until := func(what string) {
		for lines.Scan() {
			said.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), what) {
				return
			}
		}
		t.Fatalf("samui serve ended before it said %q:\n%s", what, said.String())
	}
	until("samui is at work")
	for range 2 {
		if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		until("were read again")
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	until("samui is stopping")
	for lines.Scan() { // to the end, before Wait closes it
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
}
