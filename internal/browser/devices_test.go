package browser_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"samui/internal/browser"
	"samui/internal/journey"
)

// TestDevices: a page on each of the presets sees the size, the density, the
// fingers and the name of one, and so does its server.
func TestDevices(t *testing.T) {
	const page = `<meta name=viewport content="width=device-width"><pre id=seen></pre><script>
(async () => {
	const hints = await navigator.userAgentData?.getHighEntropyValues(['platformVersion', 'model', 'architecture', 'bitness', 'formFactors', 'fullVersionList']) ?? {};
	seen.textContent = JSON.stringify({
		page: innerWidth + 'x' + innerHeight, screen: screen.width + 'x' + screen.height, scale: devicePixelRatio,
		touch: navigator.maxTouchPoints > 0 && 'ontouchstart' in window, coarse: matchMedia('(pointer: coarse)').matches, hover: matchMedia('(hover: hover)').matches,
		runs: navigator.platform, agent: navigator.userAgent, hints: { ...hints, mobile: navigator.userAgentData?.mobile, brands: navigator.userAgentData?.brands },
	});
	document.body.append('ready');
})();
</script>`
	headers := make(chan http.Header, 100)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			headers <- r.Header.Clone()
			w.Header().Set("Accept-CH", "Sec-CH-UA-Model, Sec-CH-UA-Platform-Version")
		}
		html(page)(w, r)
	}))
	type brand struct{ Brand, Version string }
	var seen struct {
		Page, Screen, Runs, Agent string
		Scale                     float64
		Touch, Coarse, Hover      bool
		Hints                     struct {
			Platform, PlatformVersion, Model, Architecture, Bitness string
			Mobile                                                  *bool
			Brands, FullVersionList                                 []brand
			FormFactors                                             []string
		}
	}
	b := newBrowser(t)
	version := regexp.MustCompile(`^[0-9]+`)
	for _, c := range []struct{ name, page, agent, hints string }{
		{"desktop", "1440x900 of 1440x900 at 1, mouse", `X11; Linux.* Chrome/156\.`, "Linux  [Desktop] x86 64 false"},
		{"laptop", "1366x768 of 1366x768 at 1, mouse", `X11; Linux.* Chrome/156\.`, "Linux  [Desktop] x86 64 false"},
		{"tablet", "820x1180 of 820x1180 at 2, touch", `Android 10; K\).* Chrome/156\.0\.0\.0 Safari`, "Android  K [Tablet]  64 false"},
		{"phone", "412x915 of 412x915 at 2.625, touch", `Android 10; K\).* Chrome/156\.0\.0\.0 Mobile Safari`, "Android  K [Mobile]  64 true"},
		{"desktop-hd", "1920x1080 of 1920x1080 at 1, mouse", `X11; Linux.* Chrome/156\.`, "Linux  [Desktop] x86 64 false"},
		{"desktop-hidpi", "1280x720 of 1792x1120 at 2, mouse", `X11; Linux.* Chrome/156\.`, "Linux  [Desktop] x86 64 false"},
		{"pixel-10", "360x732 of 360x808 at 3, touch", `Android 10; K\).* Chrome/156\.0\.0\.0 Mobile Safari`, "Android 16.0.0 Pixel 10 [Mobile]  64 true"},
		{"galaxy-a55", "480x1040 of 480x1040 at 2.25, touch", `Android 10; K\).* Chrome/156\.0\.0\.0 Mobile Safari`, "Android 14.0.0 SM-A556B [Mobile]  64 true"},
		{"galaxy-tab-s9", "640x1024 of 640x1024 at 2.5, touch", `Android 10; K\).* Chrome/156\.0\.0\.0 Safari`, "Android 14.0.0 SM-X710 [Tablet]  64 false"},
		{"iphone-17", "402x681 of 402x874 at 3, touch", `^Mozilla/5\.0 \(iPhone; CPU iPhone OS .* Version/[0-9.]+ Mobile/15E148 Safari`, ""},
		{"iphone-se", "375x667 of 375x667 at 2, touch", `^Mozilla/5\.0 \(iPhone; CPU iPhone OS .* Version/[0-9.]+ Mobile/15E148 Safari`, ""},
		{"ipad-pro", "834x1194 of 834x1194 at 2, touch", `^Mozilla/5\.0 \(iPad; CPU OS .* Version/[0-9.]+ Mobile/19E241 Safari`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := journey.Visit{Device: deviceNamed(t, c.name), Network: journey.Networks()[0]}
			s := openAs(t, b, journey.Journey{Site: site(server)}, v)
			major := version.FindString(s.Browser().Version)
			mustStep(t, s, step(do(openURL("/")), sees("ready")))
			<-headers
			mustStep(t, s, step(do(openURL("/?again")), sees("ready")))
			got := <-headers
			seen.Hints.Mobile = nil
			if err := json.Unmarshal([]byte(says(t, s, "#seen")), &seen); err != nil {
				t.Fatal(err)
			}
			pointer := "mouse"
			if seen.Touch && seen.Coarse && !seen.Hover {
				pointer = "touch"
			}
			if page := fmt.Sprintf("%s of %s at %v, %s", seen.Page, seen.Screen, seen.Scale, pointer); page != c.page {
				t.Errorf("the page: got %s, want %s", page, c.page)
			}
			wanted := regexp.MustCompile(strings.ReplaceAll(c.agent, "156", major))
			if agent := got.Get("User-Agent"); !wanted.MatchString(agent) || agent != seen.Agent || !strings.HasSuffix(agent, " Samui/1 (+https://samui.example/robot)") {
				t.Errorf("user agent: sent %q, told the page %q; want %s and Samui behind it in both", agent, seen.Agent, wanted)
			}
			if c.hints == "" {
				if len(seen.Hints.Brands) > 0 || got.Get("Sec-Ch-Ua") != "" {
					t.Errorf("a browser that isn't Chrome tells of its brands: %v, %s", seen.Hints.Brands, got.Get("Sec-Ch-Ua"))
				}
				return
			}
			h := seen.Hints
			if hints := fmt.Sprint(strings.TrimSpace(h.Platform+" "+h.PlatformVersion+" "+h.Model), " ", h.FormFactors, " ", h.Architecture, " ", h.Bitness, " ", *h.Mobile); squeezed(hints) != squeezed(c.hints) {
				t.Errorf("hints: got %s, want %s", hints, c.hints)
			}
			if model := got.Get("Sec-Ch-Ua-Model"); model != fmt.Sprintf("%q", h.Model) {
				t.Errorf("Sec-CH-UA-Model: got %s, want %q", model, h.Model)
			}
			told := map[string]string{}
			for _, b := range h.Brands {
				told[b.Brand] = b.Version
			}
			if len(told) != 4 || told["Chromium"] != major || told["Google Chrome"] != major || told["Samui"] != "1" {
				t.Errorf("brands: got %v, want those of Chrome %s, one that is none, and Samui", h.Brands, major)
			}
			for _, b := range h.FullVersionList {
				if b.Brand == "Chromium" && b.Version != s.Browser().Version {
					t.Errorf("full version: got %s, want %s", b.Version, s.Browser().Version)
				}
			}
			if want := fmt.Sprintf(`"Chromium";v="%s"`, major); !strings.Contains(got.Get("Sec-Ch-Ua"), want) {
				t.Errorf("Sec-CH-UA: got %s, want %s in it", got.Get("Sec-Ch-Ua"), want)
			}
		})
	}
	if got, want := len(journey.Devices()), 12; got != want {
		t.Errorf("%d presets, and %d are tried", got, want)
	}
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }

func deviceNamed(t *testing.T, name string) journey.Device {
	t.Helper()
	for _, d := range journey.Devices() {
		if d.Name == name {
			return d
		}
	}
	t.Fatalf("no device is called %s", name)
	return journey.Device{}
}

// TestBrands: the list is the one that Chrome of that version has (those of two
// releases are on record), and Samui.
func TestBrands(t *testing.T) {
	for major, want := range map[int]string{
		120: `"Not_A Brand";v="8", "Chromium";v="120", "Google Chrome";v="120", "Samui";v="1"`,
		116: `"Chromium";v="116", "Not)A;Brand";v="24", "Google Chrome";v="116", "Samui";v="1"`,
	} {
		if got := browser.Brands(major); got != want {
			t.Errorf("Chrome %d: got %s, want %s", major, got, want)
		}
	}
}
