package config

import "samui/internal/journey"

// reviewEffects warns of a visit that counts as leaving something although it
// is stopped, because nobody said which step leaves it.
func reviewEffects(r reader, d draft, j journey.Journey) {
	if d.effects == nil || j.StopBefore == "" || j.Effects.Step != "" {
		return
	}
	r.under("effects").warn(d.effects.node, "effects "+quoted(j.Effects.Name)+" doesn't say which step leaves it, so that visits which stop before "+quoted(j.StopBefore)+" count as if they did",
		"the step that leaves it", "write effects: {"+j.Effects.Name+": "+j.StopBefore+"}")
}
