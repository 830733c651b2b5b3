package config

import "samui/internal/journey"

// tags writes what the site's own timings are called, how a journey is chosen,
// and that its schedule doesn't count.
func (w *writer) tags(j journey.Journey) {
	if len(j.Timings) > 0 {
		w.key("timings", flowList(j.Timings, func(name string) string { return scalarText(name, true) }))
	}
	if len(j.Tags) > 0 {
		w.key("tags", flowList(j.Tags, func(tag string) string { return scalarText(tag, true) }))
	}
	if j.Disabled {
		w.key("enabled", "false")
	}
}
