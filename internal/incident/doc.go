// Package incident says when a journey is not what it should be, from the first
// result that counts to the resolution.
//
// There is one [Incident] for each [Key]: for a site's journey at a location,
// and two kinds that are not the customers' but Samui's own, a site that turns
// the robot away and a probe that can't look. [Follow] takes a [Track], what is
// remembered of a key, one more result and the [Rules], and gives the next
// Track and the [Change] that the result made, if it made one.
//
// The one rule not to break: everything here is a function of the results in
// the order of their slots. No clock is read and no name is drawn, so the same
// results give the same incidents, on every machine and after every crash.
package incident
