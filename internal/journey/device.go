package journey

import "time"

// Visit is one of a journey's visits: on what, over what connection, and how
// much slower than the machine ([Journey.ConditionsOf] has the rest).
type Visit struct {
	Device  Device
	Network Network
	CPU     float64 // so many times slower; 0 = as the site, the journey or the device has it
}

// Network is the customer's connection. Zero rates and latency are
// unthrottled.
type Network struct {
	Name     string
	Latency  time.Duration // added to every request's round trip
	Down, Up int64         // bits per second
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
