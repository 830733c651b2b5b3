package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"samui/internal/config"
)

const watchedJourney = `journey: home
title: Come in
stage: discover
url: https://shop.example
every: 5m
steps:
  - step: home
    title: Open the shop
    do: [{open: /}]
    expect: [{text: New arrivals}]
`

// A check that watches tells of every change once, however an editor saves, and
// of nothing else.
func TestWatch(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rename := func(from, to string) {
		t.Helper()
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("probes", 0o700); err != nil {
		t.Fatal(err)
	}
	broken := strings.Replace(watchedJourney, "discover", "discovery!", 1)
	home, other := filepath.Join("probes", "home.yaml"), filepath.Join("probes", "other.yaml")
	write(home, watchedJourney)
	synctest.Test(t, func(t *testing.T) {
		var out lockedBuffer
		ctx, cancel := context.WithCancel(t.Context())
		w := &world{stdout: &out, stderr: &out, screen: screen{columns: 80}}
		done := make(chan error, 1)
		go func() {
			done <- checking{world: w, env: config.Env{}}.watch(ctx)
		}()
		seen := 0
		told := func(after string, want ...string) {
			t.Helper()
			<-time.After(5 * watchEvery)
			synctest.Wait()
			news := out.String()[seen:]
			seen += len(news)
			for _, s := range want {
				if !strings.Contains(news, s) {
					t.Errorf("after %s it says %q, want %q", after, news, s)
				}
			}
			if got := strings.Count(news, "Ctrl-C ends"); got != min(1, len(want)) {
				t.Errorf("after %s there are %d checks, want %d: %q", after, got, min(1, len(want)), news)
			}
		}
		told("the start", "1 file, 1 journey: 0 mistakes")
		told("nothing")
		write(home, broken)
		told("saving over the file", "home.yaml:3:8: stage", "1 mistake")
		write(home+"~", watchedJourney)
		told("saving something else")
		rename(home+"~", home)
		told("saving by renaming", "1 journey: 0 mistakes")
		rename(home, home+"~") // as an editor that keeps a copy does
		write(home, broken)
		told("keeping a copy", "1 mistake")
		write(other, strings.Replace(watchedJourney, ": home", ": other", 1))
		told("a new file", "2 files, 1 journey")
		write(settingsFile, "journeys: [probes/other.yaml]\n")
		told("settings that name one of them", "2 files, 1 journey: 0 mistakes")
		write(home, broken+"\n")
		told("a change of what is checked no more")
		if err := os.Remove(other); err != nil {
			t.Fatal(err)
		}
		told("a file that goes", "there is no such file")
		cancel()
		if err := <-done; err != nil {
			t.Errorf("it ends with %v", err)
		}
	})
}

func TestWatchClearsTheTerminalAndKeepsToItsWidth(t *testing.T) {
	var out lockedBuffer
	w := &world{stdout: &out, screen: screen{columns: 60, live: true}}
	problems := config.Problems{{File: "a.yaml", Line: 1, Column: 2, What: strings.Repeat("what is wrong ", 9), Want: "something else"}}
	checking{world: w}.show(checked{files: 1, problems: problems}, nil)
	text, cleared := strings.CutPrefix(out.String(), clearScreen)
	if !cleared || strings.Contains(text, "\x1b") {
		t.Errorf("it begins with %q, want the terminal cleared once", out.String())
	}
	if !strings.HasPrefix(text, "a.yaml:1:2: what") || strings.Count(text, "\n    ") < 2 {
		t.Errorf("a long line isn't broken: %q", text)
	}
	for line := range strings.Lines(text) {
		if columns(strings.TrimRight(line, "\n")) > 60 {
			t.Errorf("a line of %d columns: %q", columns(line), line)
		}
	}
}

func TestWatchNeedsSomethingToWatch(t *testing.T) {
	t.Chdir(t.TempDir())
	err := checking{world: &world{}}.watch(t.Context())
	if err == nil || !strings.Contains(err.Error(), "nothing to check here") {
		t.Errorf("in an empty folder: %v", err)
	}
}
