package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"samui/internal/config"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

func TestFlagsStandAnywhere(t *testing.T) {
	for _, c := range []struct {
		name, args string
		operands   []string
		json       bool
		times      count
		pace       string
	}{
		{"before", "--json --times 2 a.yaml", []string{"a.yaml"}, true, 2, ""},
		{"after", "a.yaml b.yaml --json --times=2", []string{"a.yaml", "b.yaml"}, true, 2, ""},
		{"between, one dash", "a.yaml -times 3 b.yaml -json", []string{"a.yaml", "b.yaml"}, true, 3, ""},
		{"end of flags", "--json -- --times", []string{"--times"}, true, 1, ""},
		{"switched off", "--json=false a.yaml", []string{"a.yaml"}, false, 1, ""},
		{"no pace is a pace", "a.yaml --pace 0", []string{"a.yaml"}, false, 1, "0s"},
		{"a dash is an operand", "-", []string{"-"}, false, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var o runOptions
			got, err := runCommand().parse(&world{stdout: io.Discard}, o.flags("run"), strings.Fields(c.args))
			if err != nil {
				t.Fatal(err)
			}
			pace := ""
			if o.pace.value != nil {
				pace = o.pace.value.String()
			}
			if diff := cmp.Diff(c.operands, got); diff != "" || o.json != c.json || o.times != c.times || pace != c.pace {
				t.Errorf("%s: operands %q, json %t, times %d, pace %q; want %q, %t, %d, %q", c.args, got, o.json, o.times, pace, c.operands, c.json, c.times, c.pace)
			}
		})
	}
}

func TestFlagsThatAreWrong(t *testing.T) {
	for _, c := range []struct{ args, want, hint string }{
		{"--jsn", `samui run has no flag "--jsn"`, "did you mean: --json"},
		{"--frobnicate", `samui run has no flag "--frobnicate"`, "samui run --help"},
		{"--times", "--times needs a value; want --times N", "samui run --help"},
		{"--times 0", `--times "0": want a whole number from 1 to 10000`, "samui run --help"},
		{"--times x", `--times "x": want a whole number from 1 to 10000`, "samui run --help"},
		{"--times 10001", `--times "10001": want a whole number from 1 to 10000`, "samui run --help"},
		{"--site=", "--site needs a value; want --site ID", "samui run --help"},
		{"--junit --json a.yaml", "--junit needs a value; want --junit FILE", "samui run --help"},
		{"--no-sandbox=maybe", `--no-sandbox "maybe": want true or false`, "samui run --help"},
		{"--pace -1s", `--pace "-1s": want a duration, e.g. 500ms or 2s`, "samui run --help"},
		{"--fail-on blocked", `--fail-on "blocked": want one of slow, bad, critical, failed`, "samui run --help"},
	} {
		var o runOptions
		_, err := runCommand().parse(&world{stdout: io.Discard}, o.flags("run"), strings.Fields(c.args))
		var got *problem
		if !errors.As(err, &got) || got.code != exitUsage || got.Error() != c.want || got.Hint() != c.hint {
			t.Errorf("%s: got %v (hint %q), want %q (hint %q)", c.args, err, hintOf(err), c.want, c.hint)
		}
	}
}

// A flag that the help doesn't explain, or that explains nothing, is a mistake.
func TestEveryFlagSaysWhatItTakes(t *testing.T) {
	var o runOptions
	o.flags("run").VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		if text == "" || value == "value" || value == "string" {
			t.Errorf("%s takes %q: %q", dashed(f.Name), value, text)
		}
	})
}

func TestNearest(t *testing.T) {
	words := []string{"demo", "check", "run", "schema", "doctor", "version"}
	for typed, want := range map[string]string{
		"rnu": "run", "chekc": "check", "docter": "doctor", "deom": "demo", "Version": "version", "r": "", "frobnicate": "", "": "",
	} {
		if got := config.Nearest(typed, words); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestVersionSaysWhatWasBuilt(t *testing.T) {
	info := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-01-01T00:00:00Z"}, {Key: "vcs.modified", Value: "true"},
	}}
	want := version{"v1.2.3", "abc of 2026-01-01T00:00:00Z, with changes that are not committed"}
	if got := readVersion(info, true); got != want {
		t.Errorf("readVersion = %+v, want %+v", got, want)
	}
	if got := readVersion(nil, false); got != (version{"(devel)", "unknown"}) {
		t.Errorf("without build info: %+v", got)
	}
}

type brokenWriter struct{ after int }

func (b *brokenWriter) Write(p []byte) (int, error) {
	if b.after--; b.after < 0 {
		return 0, errors.New("no space left")
	}
	return len(p), nil
}

func TestOutputStopsAtTheFirstError(t *testing.T) {
	stopped := 0
	o := &output{Writer: &brokenWriter{after: 1}, broken: func() { stopped++ }}
	for range 3 {
		_, _ = io.WriteString(o, "x")
	}
	if o.Err() == nil || !strings.Contains(o.Err().Error(), "writing the results: no space left") || stopped != 1 {
		t.Errorf("error %v, stopped %d times; want the writer's error and once", o.Err(), stopped)
	}
}

func TestErrorsBecomeExitCodes(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		code int
		says string
	}{
		{"none", nil, 0, ""},
		{"told already", told(3), 3, ""},
		{"usage", usagef("type this", "that is wrong"), 2, "samui: error: that is wrong\nsamui: hint: type this\n"},
		{"ours", failuref("", "broken"), 1, "samui: error: broken\n"},
		{"any other", errors.New("two\nlines"), 1, "samui: error: two\nsamui: error: lines\n"},
		{"hostile", errors.New("a\x1b[2Jb"), 1, "samui: error: a\ufffd[2Jb\n"},
	} {
		var out bytes.Buffer
		if got := (&world{stderr: &out}).exit(c.err); got != c.code || out.String() != c.says {
			t.Errorf("%s: code %d and %q, want %d and %q", c.name, got, out.String(), c.code, c.says)
		}
	}
}

func TestScreen(t *testing.T) {
	lookup := func(name string) (string, bool) {
		v, ok := map[string]string{"COLUMNS": "66"}[name]
		return v, ok
	}
	s := newScreen(&bytes.Buffer{}, lookup)
	if s.live || s.colours || s.width() != 66 {
		t.Errorf("a buffer is a screen of %+v, %d wide", s, s.width())
	}
	for _, c := range []struct {
		s    screen
		want int
	}{
		{screen{}, plainWidth},
		{screen{columns: 10}, narrowest},
		{screen{columns: 500}, widest},
		{screen{size: func() int { return 77 }}, 77},
		{screen{columns: 50, size: func() int { return 77 }}, 50},
		{screen{size: func() int { return 0 }}, plainWidth},
	} {
		if got := c.s.width(); got != c.want {
			t.Errorf("width of %+v = %d, want %d", c.s, got, c.want)
		}
	}
}

func TestClock(t *testing.T) {
	here := time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name        string
		here, there time.Time
		want        health
	}{
		{"alone", here, time.Time{}, fine},
		{"agrees", here, here.Add(-20 * time.Second), fine},
		{"off", here, here.Add(-time.Hour), doubts},
		{"ahead", here, here.Add(time.Hour), doubts},
		{"never set", time.Unix(0, 0), time.Time{}, broken},
	} {
		if got := clock(c.here, c.there); got.health != c.want || (got.health != fine) != (got.advice != "") {
			t.Errorf("%s: %+v, want health %d and advice only where something is wrong", c.name, got, c.want)
		}
	}
}

func TestSandboxAdvice(t *testing.T) {
	for file, want := range map[string]string{
		"/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "AppArmor",
		"/proc/sys/kernel/unprivileged_userns_clone":             "unprivileged_userns_clone=1",
		"/nothing": "seccomp",
	} {
		got := sandboxAdvice(func(name string) ([]byte, error) {
			switch {
			case name != file:
				return nil, errors.New("not there")
			case strings.Contains(name, "apparmor"):
				return []byte("1\n"), nil
			}
			return []byte("0\n"), nil
		})
		if !strings.Contains(got, want) {
			t.Errorf("with %s forbidding: %q, want it to mention %q", file, got, want)
		}
	}
}

func TestNotHavingLookedBeatsWhatWasSeen(t *testing.T) {
	all := runs()
	for _, c := range []struct {
		failOn string
		runs   []string
		want   int
	}{
		{"bad", []string{"good"}, exitFine},
		{"bad", []string{"good", "hebrew"}, exitReached},
		{"critical", []string{"hebrew"}, exitFine},
		{"critical", []string{"wide"}, exitReached},
		{"failed", []string{"wide"}, exitFine},
		{"failed", []string{"blocked", "good"}, exitReached},
		{"bad", []string{"failed", "probe-error"}, exitFailed},
		{"bad", []string{"probe-error", "failed"}, exitFailed},
	} {
		var some []journey.Run
		for _, name := range c.runs {
			some = append(some, all[name])
		}
		if got := (&runOptions{failOn: c.failOn}).code(some); got != c.want {
			t.Errorf("--fail-on %s with %v: exit code %d, want %d", c.failOn, c.runs, got, c.want)
		}
	}
}
