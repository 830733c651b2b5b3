package browser

import (
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/emulation"

	"samui/internal/journey"
)

// identity is who the site sees: the browser's own user agent without the word
// Headless, in the device's form, with Samui's name and the operator's contact
// behind it. navigator.webdriver stays true: an honest robot says what it is.
func identity(chrome, version string, d journey.Device, contact string) emulation.SetUserAgentOverrideParams {
	agent := strings.ReplaceAll(chrome, "HeadlessChrome", "Chrome")
	platform, model := "", ""
	metadata := "Linux"
	switch {
	case d.UserAgent != "":
		agent = d.UserAgent
	case d.Mobile:
		// Chrome on Android sends this reduced form whatever the phone is.
		major, _, _ := strings.Cut(version, ".")
		kind := " Mobile"
		if min(d.Width, d.Height) >= 600 {
			kind = ""
		}
		agent = fmt.Sprintf("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%s.0.0.0%s Safari/537.36", major, kind)
		platform, metadata, model = "Linux armv81", "Android", "K"
	}
	if contact != "" {
		agent += fmt.Sprintf(" Samui/1 (+%s)", contact)
	} else {
		agent += " Samui/1"
	}
	params := emulation.SetUserAgentOverrideParams{UserAgent: agent, Platform: platform}
	if d.UserAgent == "" {
		params.UserAgentMetadata = clientHints(version, metadata, model, d)
	}
	return params
}

// clientHints say the same in the Sec-CH-UA headers.
func clientHints(version, platform, model string, d journey.Device) *emulation.UserAgentMetadata {
	major, _, _ := strings.Cut(version, ".")
	brands := func(v string) []*emulation.UserAgentBrandVersion {
		return []*emulation.UserAgentBrandVersion{{Brand: "Chromium", Version: v}, {Brand: "Samui", Version: "1"}}
	}
	return &emulation.UserAgentMetadata{
		Brands: brands(major), FullVersionList: brands(version), Platform: platform, Model: model,
		Mobile: d.Mobile && min(d.Width, d.Height) < 600,
	}
}
