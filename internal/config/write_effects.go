package config

import "samui/internal/journey"

// effects writes what a journey leaves behind and where it stops.
func (w *writer) effects(j journey.Journey) {
	if e := j.Effects; e.Name != "" {
		name := scalarText(e.Name, e.Step != "")
		if e.Step != "" {
			name = "{" + name + ": " + scalarText(e.Step, true) + "}"
		}
		w.key("effects", name)
		if !e.Limit.IsZero() {
			w.key("limit", e.Limit.String())
		}
	}
	if j.StopBefore != "" {
		w.key("stop_before", scalarText(j.StopBefore, false))
	}
}
