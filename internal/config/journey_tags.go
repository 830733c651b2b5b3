package config

import (
	"slices"

	"samui/internal/journey"
)

// finishTags fills in how a journey is chosen, and whether its schedule counts.
func (d draft) finishTags(r reader, j *journey.Journey) {
	for _, tag := range d.tags {
		switch {
		case tag.value == "": // said already
		case slices.Contains(j.Tags, tag.value):
			r.fail(tag.node, "tag "+quoted(tag.value)+" is there twice", "each tag once", "remove one of the two")
		default:
			j.Tags = append(j.Tags, tag.value)
		}
	}
	j.Disabled = d.enabled != nil && !*d.enabled
}
