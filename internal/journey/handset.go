package journey

// Device is what the customer holds.
type Device struct {
	Name          string
	Width, Height int     // CSS pixels of the page
	Screen        Size    // of the whole screen, the browser's bars included; zero = as the page
	Scale         float64 // device pixels per CSS pixel
	Touch         bool
	Mobile        bool    // obeys the viewport meta tag, as phones and tablets do
	UserAgent     string  // empty = the browser's own, in the device's form
	Make          Make    // zero = none in particular
	CPU           float64 // so many times slower than the machine; 0 = as fast
}

// Make is what a device says of itself to sites that ask.
type Make struct {
	System  System
	Version string // of the system, as "16"
	Model   string // as "Pixel 10"
}

// System is what runs on a device.
type System string

// The systems of [Make]. The zero value is Android on what is mobile, and the
// machine's own elsewhere.
const (
	Android System = "Android"
	IOS     System = "iOS"
)

// Large reports whether what is held is a tablet rather than a phone.
func (d Device) Large() bool { return min(d.Width, d.Height) >= 600 }

// Devices are the presets, the default first: four of no make, whose figures
// stay as they are because results are compared over years, and some that many
// customers have.
//
// The figures of the latter (page, screen, scale, system, model) are those of
// Playwright's device descriptors (microsoft/playwright,
// deviceDescriptorsSource.json, autumn of 2026: Desktop Chrome's screen,
// Desktop Chrome HiDPI, Pixel 10, Galaxy A55, Galaxy Tab S9, iPhone 17, iPad
// Pro 11) and, for the iPhone SE, of Puppeteer's, which chromedp's package
// device holds. The browser's version is never theirs: Chrome's is the one that
// visits. An Apple device has the name, the size and the touch of one, and not
// Safari's engine, which Chrome can't be.
func Devices() []Device {
	const (
		iPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.6 Mobile/15E148 Safari/604.1"
		iPad   = "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.6 Mobile/19E241 Safari/604.1"
	)
	return []Device{
		{Name: "desktop", Width: 1440, Height: 900, Scale: 1},
		{Name: "laptop", Width: 1366, Height: 768, Scale: 1},
		{Name: "tablet", Width: 820, Height: 1180, Scale: 2, Touch: true, Mobile: true},
		{Name: "phone", Width: 412, Height: 915, Scale: 2.625, Touch: true, Mobile: true},
		{Name: "desktop-hd", Width: 1920, Height: 1080, Scale: 1},
		{Name: "desktop-hidpi", Width: 1280, Height: 720, Screen: Size{1792, 1120}, Scale: 2},
		{Name: "pixel-10", Width: 360, Height: 732, Screen: Size{360, 808}, Scale: 3, Touch: true, Mobile: true, Make: Make{Android, "16", "Pixel 10"}},
		{Name: "galaxy-a55", Width: 480, Height: 1040, Scale: 2.25, Touch: true, Mobile: true, Make: Make{Android, "14", "SM-A556B"}},
		{Name: "galaxy-tab-s9", Width: 640, Height: 1024, Scale: 2.5, Touch: true, Mobile: true, Make: Make{Android, "14", "SM-X710"}},
		{Name: "iphone-17", Width: 402, Height: 681, Screen: Size{402, 874}, Scale: 3, Touch: true, Mobile: true, UserAgent: iPhone, Make: Make{System: IOS}},
		{Name: "iphone-se", Width: 375, Height: 667, Scale: 2, Touch: true, Mobile: true, UserAgent: iPhone, Make: Make{System: IOS}},
		{Name: "ipad-pro", Width: 834, Height: 1194, Scale: 2, Touch: true, Mobile: true, UserAgent: iPad, Make: Make{System: IOS}},
	}
}
