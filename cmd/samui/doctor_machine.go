package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"samui/internal/browser"
)

// examineMemory looks at the shared memory that Chrome draws in.
func examineMemory() []finding {
	size, ok := browser.SharedMemory()
	if !ok {
		return []finding{{fine, "memory", "shared memory is not limited on this system", ""}}
	}
	found := fmt.Sprintf("/dev/shm, which pages are drawn in, has %d MiB", size>>20)
	if size < browser.EnoughSharedMemory {
		return []finding{{doubts, "memory", found, "give the container more, e.g. docker run --shm-size=1g"}}
	}
	return []finding{{fine, "memory", found, ""}}
}

// examineFonts looks for fonts: without them pages are laid out with boxes,
// and screenshots can't be read.
func examineFonts(ctx context.Context) []finding {
	const install = "apt-get install fonts-noto-core (or fonts-dejavu-core)"
	list := func(pattern string) (int, error) {
		ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		out, err := exec.CommandContext(ctx, "fc-list", pattern, "family").Output()
		return strings.Count(string(out), "\n"), err
	}
	all, err := list(":")
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return []finding{{doubts, "fonts", "unknown: fc-list isn't installed", "apt-get install fontconfig"}}
	case err != nil:
		return []finding{{doubts, "fonts", "unknown: fc-list: " + err.Error(), "fc-list should list the fonts of this machine"}}
	case all == 0:
		return []finding{{broken, "fonts", "none: pages are laid out without letters", install}}
	}
	var missing []string
	for _, l := range []struct{ code, name string }{{"he", "Hebrew"}, {"ar", "Arabic"}, {"ru", "Cyrillic"}, {"ja", "Japanese"}} {
		if n, err := list(":lang=" + l.code); err != nil || n == 0 {
			missing = append(missing, l.name)
		}
	}
	if len(missing) > 0 {
		return []finding{{
			doubts, "fonts", fmt.Sprintf("%s, none for %s", many(all, "font"), strings.Join(missing, ", ")),
			"for sites in these: apt-get install fonts-noto-core fonts-noto-cjk",
		}}
	}
	return []finding{{fine, "fonts", many(all, "font") + ", Hebrew among them", ""}}
}

// clockTolerance is how far our clock may be from that of a reference, which
// is given in whole seconds and travels.
const clockTolerance = 30 * time.Second

// examineNetwork asks the reference URLs, and what time it is there.
func examineNetwork(ctx context.Context, references []string) []finding {
	if len(references) == 0 {
		return []finding{
			clock(time.Now(), time.Time{}),
			{
				doubts, "network", "no reference: a broken network of ours looks like a broken site",
				`samui.yaml: reference: ["https://example.com"], something outside that is always there`,
			},
		}
	}
	var found []finding
	var theirs time.Time
	reached := 0
	for _, url := range references {
		date, err := ask(ctx, url)
		if err != nil {
			found = append(found, finding{doubts, "network", err.Error(), "is there a firewall or a proxy between?"})
			continue
		}
		reached++
		if !date.IsZero() {
			theirs = date
		}
		found = append(found, finding{fine, "network", url + " answers", ""})
	}
	if reached == 0 {
		for i := range found {
			found[i].health = broken
		}
	}
	return append([]finding{clock(time.Now(), theirs)}, found...)
}

// ask fetches the head of a page and returns the time it tells.
func ask(ctx context.Context, url string) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return time.Time{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return time.Time{}, err
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, 1<<10) // a whole page isn't needed
	date, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return time.Time{}, nil // a server need not tell the time
	}
	return date, nil
}

// clock compares the time here with the time there; without one it only
// notices a clock that was never set.
func clock(here, there time.Time) finding {
	const advice = "set it, and keep it with NTP: timedatectl set-ntp true"
	said := here.UTC().Format(time.RFC3339)
	if here.Year() < 2025 {
		return finding{broken, "clock", said + " can't be right", advice}
	}
	if there.IsZero() {
		return finding{fine, "clock", said + ", compared with nothing", ""}
	}
	if off := here.Sub(there).Abs().Round(time.Second); off > clockTolerance {
		return finding{doubts, "clock", fmt.Sprintf("%s is %s off the reference", said, off), advice}
	}
	return finding{fine, "clock", said + ", as the reference says", ""}
}
