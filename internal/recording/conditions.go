package recording

import (
	"fmt"
	"math"

	"samui/internal/journey"
)

// conditions are the device and the network on which the recording was made, as
// near as there are presets, and the size of the window where it was another.
func (im *importer) conditions() (v journey.Visit, size *journey.Size) {
	v = journey.Visit{Device: im.options.Devices[0], Network: im.options.Networks[0]}
	var window, network bool
	for _, s := range im.steps {
		switch {
		case s.target != "" || !im.beforeAll(s):
		case s.kind == "setViewport" && !window:
			window = true
			v.Device, size = im.device(s)
		case s.kind == "emulateNetworkConditions" && !network:
			network = true
			v.Network = im.network(s)
		}
	}
	return v, size
}

// beforeAll reports whether a step stands before everything that was done.
func (im *importer) beforeAll(s step) bool {
	for _, other := range im.steps {
		if other.n >= s.n {
			return true
		}
		if other.kind != "setViewport" && other.kind != "emulateNetworkConditions" {
			return false
		}
	}
	return true
}

// mostPixels is how wide and how high a journey's window may be.
const mostPixels = 10_000

// device is the preset that is nearest to a window, and the window's size
// where it isn't that of the preset.
func (im *importer) device(s step) (journey.Device, *journey.Size) {
	best, least := im.options.Devices[0], math.Inf(1)
	for _, d := range im.options.Devices {
		if d.Make != (journey.Make{}) || d.Screen != (journey.Size{}) {
			continue // a recording says nothing of the make, nor of the screen
		}
		difference := math.Abs(float64(d.Width)-s.width) + math.Abs(float64(d.Height)-s.height)/4
		if d.Mobile != s.mobile {
			difference += 10_000
		}
		if d.Touch != s.touch {
			difference += 5_000
		}
		if difference < least {
			best, least = d, difference
		}
	}
	var size *journey.Size
	note := Note{Step: s.n, At: Place{Key: "devices"}}
	width, height := math.Round(s.width), math.Round(s.height)
	preset := fmt.Sprintf("%s is %d×%d", best.Name, best.Width, best.Height)
	switch {
	case width == float64(best.Width) && height == float64(best.Height):
	case min(width, height) >= 1 && max(width, height) <= mostPixels:
		size = &journey.Size{Width: int(width), Height: int(height)}
		im.remark(Note{Step: s.n, Text: "the window of the recording; " + preset, Quiet: true, At: Place{Key: "visit"}})
	default:
		note.Text = fmt.Sprintf("recorded in a window of %g×%g; %s", s.width, s.height, preset)
		im.remark(note)
	}
	if best.Mobile != s.mobile || best.Touch != s.touch {
		note.Text = fmt.Sprintf("recorded on a device with mobile: %t and touch: %t; %s has mobile: %t and touch: %t", s.mobile, s.touch, best.Name, best.Mobile, best.Touch)
		im.remark(note)
	}
	return best, size
}

// network is the preset whose figures were recorded, in bytes per second. The
// DevTools correct their presets by a factor of their own, so that both forms
// mean it.
func (im *importer) network(s step) journey.Network {
	if s.down < 0 && s.up < 0 {
		return im.options.Networks[0]
	}
	near := func(got, want float64) bool { return math.Abs(got-want) <= want/50+1e-9 }
	for _, n := range im.options.Networks {
		down, up, latency := float64(n.Down)/8, float64(n.Up)/8, float64(n.Latency.Milliseconds())
		if n.Down == 0 {
			continue
		}
		exact := near(s.down, down) && near(s.up, up) && near(s.latency, latency)
		corrected := (near(s.down, down*0.9) && near(s.up, up*0.9) || near(s.down, down*0.8) && near(s.up, up*0.8)) && s.latency >= latency*2 && s.latency <= latency*5.5
		if exact || corrected {
			return n
		}
	}
	what := fmt.Sprintf("recorded with %.0f kbps down, %.0f kbps up and %g ms, which is no preset: define it in networks: of samui.yaml", s.down*8/1000, s.up*8/1000, s.latency)
	if s.down == 0 && s.up == 0 {
		what = "recorded without a network, which journeys can't be"
	}
	im.remark(Note{Step: s.n, Text: what, At: Place{Key: "devices"}})
	return im.options.Networks[0]
}
