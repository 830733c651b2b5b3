package browser

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"syscall"

	"github.com/chromedp/chromedp"

	"samui/internal/journey"
)

// unreachable maps the cloud providers' credential services to nowhere, in
// every spelling of their addresses: a page must not be able to reach them
// through the machine that Samui runs on.
func unreachable() string {
	hosts := []string{"metadata.google.internal", "fd00:ec2::254"}
	for _, v4 := range []netip.Addr{
		netip.AddrFrom4([4]byte{169, 254, 169, 254}),
		netip.AddrFrom4([4]byte{169, 254, 170, 2}),
		netip.AddrFrom4([4]byte{100, 100, 100, 200}),
	} {
		b := v4.As4()
		hosts = append(hosts, v4.String(), fmt.Sprintf("::ffff:%x:%x", int(b[0])<<8|int(b[1]), int(b[2])<<8|int(b[3])))
	}
	rules := make([]string, 0, len(hosts))
	for _, host := range hosts {
		rules = append(rules, "MAP "+host+" ~NOTFOUND")
	}
	return strings.Join(rules, ", ")
}

// flags are Chrome's command line. Each is there for one of three reasons: no
// traffic but the journey's own, nothing slowed down because nobody looks, no
// question to the user.
func flags(exe Executable, o Options, profile string) []chromedp.ExecAllocatorOption {
	width, height := windowSize(o.Devices)
	on := []string{
		"no-first-run", "no-default-browser-check", "enable-automation", "noerrdialogs",
		"disable-background-networking", "disable-component-update", "disable-domain-reliability", "disable-sync",
		"disable-default-apps", "disable-extensions", "disable-breakpad", "disable-client-side-phishing-detection",
		"disable-search-engine-choice-screen", "metrics-recording-only", "no-pings", "no-service-autorun",
		"disable-background-timer-throttling", "disable-backgrounding-occluded-windows", "disable-renderer-backgrounding",
		"disable-hang-monitor", "disable-prompt-on-repost", "disable-infobars", "use-mock-keychain", "mute-audio",
	}
	if !o.Headed {
		on = append(on, "disable-gpu", "hide-scrollbars")
		if exe.Name != nameHeadlessShell {
			on = append(on, "headless")
		}
	}
	if o.NoSandbox {
		on = append(on, "no-sandbox")
	}
	if size, ok := SharedMemory(); !ok || size < EnoughSharedMemory {
		on = append(on, "disable-dev-shm-usage")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(exe.Path),
		chromedp.UserDataDir(profile),
		chromedp.WindowSize(width, height),
		chromedp.Flag("password-store", "basic"),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("host-resolver-rules", unreachable()),
		// The back-forward cache brings documents back without the scripts of
		// their step; going back is measured as the load that it is elsewhere.
		chromedp.Flag("disable-features", strings.Join([]string{
			"BackForwardCache", "Translate", "OptimizationHints", "MediaRouter", "DialMediaRouteProvider",
			"AutofillServerCommunication", "CertificateTransparencyComponentUpdater", "InterestFeedContentSuggestions",
			"GlobalMediaControls",
		}, ",")),
		chromedp.NoInheritEnv,
		chromedp.Env(environment(os.LookupEnv, o.Headed)...),
		chromedp.ModifyCmdFunc(ownGroup),
	}
	for _, name := range on {
		options = append(options, chromedp.Flag(name, true))
	}
	if !o.NoSandbox {
		options = append(options, chromedp.Flag("no-sandbox", false))
	}
	return options
}

// windowSize is at least as large as any viewport: with a smaller window this
// engine delivers no Event Timing entries, and INP is silently lost.
func windowSize(custom []journey.Device) (width, height int) {
	for _, d := range append(journey.Devices(), custom...) {
		width, height = max(width, d.Width), max(height, d.Height)
	}
	return width, height
}

// environment is all that Chrome is given of ours: tokens and passwords in the
// rest must not end in /proc/<chrome>/environ.
func environment(lookup func(string) (string, bool), headed bool) []string {
	names := []string{"HOME", "PATH", "TMPDIR", "LANG", "LC_ALL", "TZ", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "XDG_CACHE_HOME"}
	if headed {
		names = append(names, "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR")
	}
	var env []string
	for _, name := range names {
		if value, ok := lookup(name); ok {
			env = append(env, fmt.Sprintf("%s=%s", name, value))
		}
	}
	return env
}

// EnoughSharedMemory is the size of /dev/shm in bytes below which pages with
// large pictures crash: a default container gives 64 MiB.
const EnoughSharedMemory = 256 << 20

// SharedMemory is the size of /dev/shm in bytes, which pages are drawn in;
// false where there is none.
func SharedMemory() (bytes uint64, ok bool) {
	var stat syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &stat); err != nil {
		return 0, false
	}
	return stat.Blocks * uint64(stat.Bsize), true
}
