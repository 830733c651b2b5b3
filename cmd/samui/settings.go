package main

import (
	"flag"
	"fmt"

	"samui/internal/browser"
	"samui/internal/config"
	"samui/internal/journey"
)

// settingsFile is read where no other is named.
const settingsFile = "samui.yaml"

// settingsFlag is the -c of every command that reads settings.
func settingsFlag(flags *flag.FlagSet, file *string) {
	flags.StringVar(file, "c", "", "settings `FILE` (default: ./samui.yaml where it is there)")
}

// sandboxFlag is the --no-sandbox of every command that starts Chrome.
func sandboxFlag(flags *flag.FlagSet, off *bool) {
	flags.BoolVar(off, "no-sandbox", false, "start Chrome without its sandbox, as root has to")
}

// readSettings reads the named file, or ./samui.yaml where it is there.
// Without either, the defaults hold.
func (w *world) readSettings(file string) (config.Settings, config.Problems) {
	return w.readSettingsIn(w.env(), file)
}

// readSettingsIn reads them in another world than this one.
func (w *world) readSettingsIn(env config.Env, file string) (config.Settings, config.Problems) {
	if file == "" {
		if !exists(settingsFile) {
			return config.Default(), nil
		}
		file = settingsFile
	}
	return config.Load(file, env)
}

// settings reads the settings for a command that needs them to be right.
func (w *world) settings(file string) (config.Settings, error) {
	s, problems := w.readSettings(file)
	return s, w.refuse(problems)
}

// journeys reads journeys for a command that needs all of them to be right.
func (w *world) journeys(s config.Settings, paths []string) ([]journey.Journey, error) {
	found, problems := config.LoadJourneys(s, paths, w.env())
	return found, w.refuse(problems)
}

// refuse tells every problem; the errors among them are the exit code.
func (w *world) refuse(problems config.Problems) error {
	for _, p := range problems.Warnings() {
		p.Warning = false // said by the word before it
		w.tell("warning", p.String())
	}
	errs := problems.Errors()
	for _, p := range errs {
		w.tell("error", p.String())
	}
	if len(errs) > 0 {
		return told(exitUsage)
	}
	return nil
}

// browser prepares the Chrome of the settings. The caller closes it.
func (w *world) browser(s config.Settings, noSandbox, headed bool) (*browser.Browser, error) {
	noSandbox = noSandbox || !s.Chrome.Sandbox
	b, err := browser.New(browser.Options{
		Path:      s.Chrome.Path,
		NoSandbox: noSandbox,
		Headed:    headed,
		Contact:   s.Contact,
		Devices:   s.Devices,
	})
	if err != nil {
		return nil, fmt.Errorf("preparing Chrome: %w", err)
	}
	if noSandbox {
		w.warn("Chrome runs without its sandbox: a hostile page could take over this machine")
	}
	return b, nil
}
