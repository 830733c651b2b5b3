package browser

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Executable is a browser on this machine.
type Executable struct {
	Name string // headless-shell, chromium or chrome
	Path string
}

const nameHeadlessShell = "headless-shell"

// hintError is an error with something to type next.
type hintError struct {
	error
	hint string
}

func (e hintError) Unwrap() error { return e.error }

// Hint says what to do about the error.
func (e hintError) Hint() string { return e.hint }

// ErrNotFound is in the chain when no browser is installed where one was
// looked for.
var ErrNotFound = errors.New("no Chrome found")

// ErrSandbox is in the chain when Chrome would have to run without its sandbox
// and nobody allowed that.
var ErrSandbox = errors.New("the sandbox of Chrome doesn't work here")

func checkSandbox(allowed bool) error {
	if allowed || os.Geteuid() != 0 {
		return nil
	}
	return hintError{fmt.Errorf("%w: samui runs as root", ErrSandbox), "run samui as an ordinary user, or add --no-sandbox (samui.yaml: chrome: {sandbox: off}) on a machine that visits only sites you trust"}
}

// known lists where browsers are installed. Debian's /usr/bin/chromium and
// /usr/bin/chromium-headless-shell are shell scripts that stay behind, or
// leave Chrome behind, when they are killed: the browser's own file is taken
// before what the PATH has.
// The headless shell comes first: the same engine at a third of the cost.
func known() []Executable {
	if runtime.GOOS == "darwin" {
		return []Executable{
			{nameHeadlessShell, "chrome-headless-shell"},
			{"chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"},
			{"chromium", "/Applications/Chromium.app/Contents/MacOS/Chromium"},
		}
	}
	return []Executable{
		{nameHeadlessShell, "/usr/lib/chromium/chromium-headless-shell"},
		{nameHeadlessShell, "/usr/lib64/chromium-browser/headless_shell"},
		{nameHeadlessShell, "/headless-shell/headless-shell"},
		{nameHeadlessShell, "chrome-headless-shell"},
		{nameHeadlessShell, "headless-shell"},
		{"chromium", "/usr/lib/chromium/chromium"},
		{"chromium", "/usr/lib/chromium-browser/chromium-browser"},
		{"chromium", "/usr/lib64/chromium-browser/chromium-browser"},
		{"chrome", "/opt/google/chrome/chrome"},
		{"chromium", "chromium"},
		{"chrome", "google-chrome-stable"},
	}
}

// Installed lists every browser that is found, best first.
func Installed() []Executable {
	var found []Executable
	for _, e := range known() {
		if path, err := exec.LookPath(e.Path); err == nil {
			found = append(found, Executable{e.Name, path})
		}
	}
	return found
}

// Find returns the executable for a path of the user's, or the best installed
// one for "" and "auto". The headless shell can't show a window, so it is
// passed over when headed.
func Find(path string, headed bool) (Executable, error) {
	if path != "" && path != "auto" {
		full, err := exec.LookPath(path)
		if err != nil {
			return Executable{}, hintError{fmt.Errorf("%w at %q: %w", ErrNotFound, path, err), "give the browser's own file, or chrome: {path: auto}"}
		}
		exe := Executable{nameOf(full), full}
		if headed && exe.Name == nameHeadlessShell {
			return Executable{}, hintError{fmt.Errorf("the headless shell at %q can't show a window", full), "give Chromium or Chrome, or leave --headed out"}
		}
		return exe, nil
	}
	for _, e := range Installed() {
		if !headed || e.Name != nameHeadlessShell {
			return e, nil
		}
	}
	if headed {
		return Executable{}, hintError{fmt.Errorf("%w that can show a window", ErrNotFound), "apt-get install chromium"}
	}
	return Executable{}, hintError{ErrNotFound, "apt-get install chromium-headless-shell (Debian, Ubuntu), or set chrome: {path: …} in samui.yaml"}
}

// nameOf tells by its file name what a browser is.
func nameOf(path string) string {
	base := strings.ReplaceAll(filepath.Base(path), "_", "-")
	switch {
	case strings.Contains(base, nameHeadlessShell):
		return nameHeadlessShell
	case strings.Contains(base, "chromium"):
		return "chromium"
	default:
		return "chrome"
	}
}
