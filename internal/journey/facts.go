package journey

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Facts are what is known on a visit when a [Text] is used there. The zero
// value is a visit of which nothing is known.
type Facts struct {
	At       time.Time // the visit's beginning; its location decides what day it is
	RunID    string
	Location string            // from where it is made
	Saved    map[string]Saved  // what the steps saved so far, by name
	Codes    map[string]string // the code of each ${totp:…}, by what stands there, at this moment
}

// Saved is what a step read from its page.
type Saved struct {
	Value  string
	Secret bool // by what the journey says, or because it holds a secret
}

// Live is a piece of a text that comes up on the visit itself. One that stands
// in several texts is the same in all of them, but for a code, which is that of
// the moment.
type Live struct {
	Kind    LiveKind
	Offset  time.Duration // now
	Layout  string        // now; of package time, empty = RFC 3339
	Choices []string      // random
	Name    string        // saved
	Hidden  bool          // saved: it is a secret
}

// LiveKind names what comes up on a visit.
type LiveKind string

// What comes up on a visit.
const (
	LiveNow      LiveKind = "now"
	LiveUUID     LiveKind = "uuid"
	LiveRandom   LiveKind = "random"
	LiveRun      LiveKind = "run"
	LiveLocation LiveKind = "location"
	LiveCode     LiveKind = "totp"
	LiveSaved    LiveKind = "saved"
)

// BuiltIns are the names that ${…} knows without anybody's doing: no variable
// needs to be called so.
func BuiltIns() []string {
	return []string{string(LiveNow), string(LiveUUID), string(LiveRun), string(LiveLocation)}
}

// on is what the piece is on a visit. source is what stands for it in the text.
func (l Live) on(f Facts, source string) string {
	switch l.Kind {
	case LiveNow:
		layout := l.Layout
		if layout == "" {
			layout = time.RFC3339
		}
		return f.At.Add(l.Offset).Format(layout)
	case LiveUUID:
		b := f.chance(source)
		b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80 // version 4 of RFC 9562
		return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
	case LiveRandom:
		b := f.chance(source)
		return l.Choices[binary.BigEndian.Uint64(b[:8])%uint64(len(l.Choices))]
	case LiveRun:
		return f.RunID
	case LiveLocation:
		return f.Location
	case LiveCode:
		return f.Codes[source]
	case LiveSaved:
		return f.Saved[l.Name].Value
	}
	panic(fmt.Sprintf("BUG: nothing called %q comes up on a visit", l.Kind))
}

// chance is what the visit's chances come to for one ${…}. The run's name is
// random enough, and whoever knows it can work out later what was chosen.
func (f Facts) chance(source string) [sha256.Size]byte {
	return sha256.Sum256([]byte(f.RunID + "\x00" + source))
}

// Holds reports whether the text holds a secret on this visit: one that it
// names, or one that was in what a step saved.
func (f Facts) Holds(t Text) bool {
	return t.HasSecret() || slices.ContainsFunc(t.parts, func(p Part) bool {
		return p.Live != nil && p.Live.Kind == LiveSaved && f.Saved[p.Live.Name].Secret
	})
}

// Unsaved are the names in the texts that no step has saved yet.
func (f Facts) Unsaved(texts ...Text) []string {
	var names []string
	for _, t := range texts {
		for _, p := range t.parts {
			if p.Live == nil || p.Live.Kind != LiveSaved || slices.Contains(names, p.Live.Name) {
				continue
			}
			if _, there := f.Saved[p.Live.Name]; !there {
				names = append(names, p.Live.Name)
			}
		}
	}
	return names
}

// Codes are the keys of the ${totp:…} in the text, by what stands there: see
// [Facts]. Nil where there are none.
func (t Text) Codes() map[string]Secret {
	var keys map[string]Secret
	for _, p := range t.parts {
		if p.Live == nil || p.Live.Kind != LiveCode {
			continue
		}
		if keys == nil {
			keys = map[string]Secret{}
		}
		keys[p.Source] = p.Secret
	}
	return keys
}

// Pattern is Reveal for a regular expression: what comes up on the visit stands
// for itself in it, whatever signs it holds.
func (t Text) Pattern(f Facts) string {
	return t.write(f, func(_, live string) string { return regexp.QuoteMeta(live) })
}

// Address is Reveal for an address: what comes up on the visit can't change
// what the address is made of. Only what begins it is taken as it is, since it
// is the address then.
func (t Text) Address(f Facts) string {
	return t.write(f, func(before, live string) string {
		switch {
		case before == "":
			return live
		case strings.ContainsAny(before, "?#"):
			return url.QueryEscape(live)
		}
		segments := strings.Split(live, "/")
		for i, s := range segments {
			segments[i] = url.PathEscape(s)
		}
		return strings.Join(segments, "/")
	})
}
