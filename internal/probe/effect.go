package probe

import "samui/internal/journey"

// Begins reports whether the news is that the step begins, not that something
// else is to be told of it.
func (p Progress) Begins() bool { return p.Result == nil && len(p.Warnings) == 0 }

// Reached watches whether a visit came to a step that may leave something
// behind on the site.
type Reached struct {
	Journey journey.Journey
	yes     bool
}

// Watch is progress that is also looked at; next may be nil.
func (r *Reached) Watch(next func(Progress)) func(Progress) {
	return func(p Progress) {
		if p.Begins() && r.Journey.LeavesAt(p.Index) {
			r.yes = true
		}
		if next != nil {
			next(p)
		}
	}
}

// Yes reports whether it did. It is asked when the visit is over.
func (r *Reached) Yes() bool { return r.yes }
