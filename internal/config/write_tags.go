package config

import "samui/internal/journey"

// tags writes how a journey is chosen, and that its schedule doesn't count.
func (w *writer) tags(j journey.Journey) {
	if len(j.Tags) > 0 {
		w.key("tags", flowList(j.Tags, func(tag string) string { return scalarText(tag, true) }))
	}
	if j.Disabled {
		w.key("enabled", "false")
	}
}
