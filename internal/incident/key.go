package incident

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"samui/internal/journey"
)

// Key is what has at most one open incident: a journey of a site seen from a
// location; for KindWall a site seen from a location, for KindProbe a location.
// What a kind doesn't have is empty.
type Key struct {
	Kind     Kind
	Site     string
	Journey  string
	Location string
}

// Keys are the keys whose tracks a result has to be followed in: that of its
// journey, and those of Samui's own troubles. A visit outside the schedule has
// none: it says nothing about how things usually are.
func Keys(run journey.Run) []Key {
	if run.Slot == nil {
		return nil
	}
	return []Key{
		{Kind: KindSite, Site: run.Site, Journey: run.Journey, Location: run.Location},
		{Kind: KindWall, Site: run.Site, Location: run.Location},
		{Kind: KindProbe, Location: run.Location},
	}
}

// Member is the name of the part of a key that a result is counted for.
func (k Key) Member(run journey.Run) string { return k.member(run.Site, run.Journey, run.Device) }

func (k Key) member(site, id, device string) string {
	switch k.Kind {
	case KindSite:
		return device
	case KindWall:
		return id + "/" + device
	case KindProbe:
		return site + "/" + id + "/" + device
	}
	panic("BUG: an incident of kind " + string(k.Kind))
}

// Members are the names of those parts of a key that a journey has.
func (k Key) Members(j journey.Journey) []string {
	if k.Kind == KindSite && (k.Site != j.Site.ID || k.Journey != j.ID) || k.Kind == KindWall && k.Site != j.Site.ID {
		return nil
	}
	var names []string
	for _, v := range j.Visits {
		names = append(names, k.member(j.Site.ID, j.ID, v.Device.Name))
	}
	return names
}

// id names an incident after the time of its opening and its key.
func (k Key) id(at time.Time) string {
	sum := sha256.Sum256([]byte(string(k.Kind) + "\x00" + k.Site + "\x00" + k.Journey + "\x00" + k.Location))
	return at.UTC().Format("20060102t150405") + "-" + hex.EncodeToString(sum[:5])
}
