package journey

import "time"

// Visit is one of a journey's visits: on what, over what connection, and how
// much slower than the machine ([Journey.ConditionsOf] has the rest).
type Visit struct {
	Device  Device
	Network Network
	CPU     float64 // so many times slower; 0 = as the site, the journey or the device has it
}

// Device is what the customer holds.
type Device struct {
	Name          string
	Width, Height int     // CSS pixels
	Scale         float64 // device pixels per CSS pixel
	Touch         bool
	Mobile        bool    // obeys the viewport meta tag, as phones and tablets do
	UserAgent     string  // empty = the browser's own
	CPU           float64 // so many times slower than the machine; 0 = as fast
}

// Network is the customer's connection. Zero rates and latency are
// unthrottled.
type Network struct {
	Name     string
	Latency  time.Duration // added to every request's round trip
	Down, Up int64         // bits per second
}

// Devices are the presets, the default first. A phone's and a tablet's user
// agent is the browser's own in its mobile form, so they name none here.
func Devices() []Device {
	return []Device{
		{Name: "desktop", Width: 1440, Height: 900, Scale: 1},
		{Name: "laptop", Width: 1366, Height: 768, Scale: 1},
		{Name: "tablet", Width: 820, Height: 1180, Scale: 2, Touch: true, Mobile: true},
		{Name: "phone", Width: 412, Height: 915, Scale: 2.625, Touch: true, Mobile: true},
	}
}

// Networks are the presets, the default first. slow-4g is Lighthouse's mobile
// preset (150 ms, 1.6 Mbps down, 750 kbps up); 4g and 3g are Chrome DevTools'
// "Fast 4G" and "3G" before its own correction factors.
func Networks() []Network {
	return []Network{
		{Name: "unthrottled"},
		{Name: "4g", Latency: 60 * time.Millisecond, Down: 9_000_000, Up: 1_500_000},
		{Name: "slow-4g", Latency: 150 * time.Millisecond, Down: 1_600_000, Up: 750_000},
		{Name: "3g", Latency: 400 * time.Millisecond, Down: 500_000, Up: 500_000},
	}
}
