package browser

import (
	"cmp"
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/emulation"

	"samui/internal/journey"
)

// identity is who the site sees: the browser's own user agent without the word
// Headless, in the device's form, with Samui's name and the operator's contact
// behind it. navigator.webdriver stays true: an honest robot says what it is.
func identity(chrome, version string, d journey.Device, contact string) emulation.SetUserAgentOverrideParams {
	agent := strings.ReplaceAll(chrome, "HeadlessChrome", "Chrome")
	platform := ""
	switch {
	case d.UserAgent != "":
		agent = d.UserAgent
	case d.Mobile:
		// Chrome on Android sends this reduced form whatever the phone is.
		kind := " Mobile"
		if d.Large() {
			kind = ""
		}
		agent = fmt.Sprintf("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0%s Safari/537.36", major(version), kind)
		platform = "Linux armv81"
	}
	if d.Make.System == journey.IOS {
		platform = "iPhone"
		if d.Large() {
			platform = "iPad"
		}
	}
	if contact != "" {
		agent += fmt.Sprintf(" Samui/1 (+%s)", contact)
	} else {
		agent += " Samui/1"
	}
	params := emulation.SetUserAgentOverrideParams{UserAgent: agent, Platform: platform}
	if d.UserAgent == "" {
		params.UserAgentMetadata = clientHints(version, d)
	}
	return params
}

// clientHints say the same in the Sec-CH-UA headers and to scripts, as Chrome
// on such a device does. A browser of another name has none.
func clientHints(version string, d journey.Device) *emulation.UserAgentMetadata {
	m := &emulation.UserAgentMetadata{
		Brands:          brands(major(version), strconv.Itoa(major(version))),
		FullVersionList: brands(major(version), version),
		Platform:        "Linux", FormFactors: []string{"Desktop"},
	}
	switch {
	case !d.Mobile:
		// What is asked of the machine is answered for the machine.
		m.Architecture, m.Bitness = "x86", "64"
		if strings.HasPrefix(runtime.GOARCH, "arm") {
			m.Architecture = "arm"
		}
	case d.Large():
		m.FormFactors = []string{"Tablet"}
	default:
		m.FormFactors, m.Mobile = []string{"Mobile"}, true
	}
	if d.Mobile {
		m.Platform, m.Model = string(journey.Android), cmp.Or(d.Make.Model, "K")
		if d.Make.Version != "" {
			m.PlatformVersion = d.Make.Version + ".0.0"
		}
	}
	return m
}

func major(version string) int {
	text, _, _ := strings.Cut(version, ".")
	n, _ := strconv.Atoi(text)
	return n
}

// brands are Chrome's own, with the one that is none, as every Chrome makes it
// up from its version so that sites don't rely on the list, and Samui behind
// them.
func brands(major int, version string) []*emulation.UserAgentBrandVersion {
	marks := [...]string{" ", "(", ":", "-", ".", "/", ")", ";", "=", "?", "_"}
	none := &emulation.UserAgentBrandVersion{
		Brand:   "Not" + marks[major%len(marks)] + "A" + marks[(major+1)%len(marks)] + "Brand",
		Version: [...]string{"8", "99", "24"}[major%3],
	}
	if strings.Contains(version, ".") {
		none.Version += ".0.0.0"
	}
	order := [...][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}[major%6]
	all := make([]*emulation.UserAgentBrandVersion, 3, 4)
	for i, b := range []*emulation.UserAgentBrandVersion{none, {Brand: "Chromium", Version: version}, {Brand: "Google Chrome", Version: version}} {
		all[order[i]] = b
	}
	return append(all, &emulation.UserAgentBrandVersion{Brand: "Samui", Version: "1"})
}
