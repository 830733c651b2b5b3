package recording

import (
	"slices"

	"samui/internal/journey"
)

// The way to a frame, as far as a journey can follow it.
const (
	deepestFrame = 8
	mostFrames   = 10_000 // in one document
)

// reachable reports whether a journey finds the way to a frame.
func reachable(way []int) bool {
	return len(way) <= deepestFrame && !slices.ContainsFunc(way, func(i int) bool { return i >= mostFrames })
}

// frameOf is the iframe that a way leads to, nil where it is the page itself.
// A recording knows a frame by its place among those of its parent.
func frameOf(way []int) *journey.Target {
	var frame *journey.Target
	for _, i := range way {
		inner := target(journey.ByCSS, "iframe")
		inner.Nth, inner.Frame = i+1, frame
		frame = &inner
	}
	return frame
}

// framed is a target in the frame of a step.
func framed(t journey.Target, s step) journey.Target {
	if len(s.frame) == 0 {
		return t
	}
	t = withKey(t)
	t.Frame = frameOf(s.frame)
	return t
}

// withKey is a target that other keys can stand beside: a plain text has none.
func withKey(t journey.Target) journey.Target {
	if t.By == journey.ByAny {
		t.By = journey.ByText
	}
	return t
}

// placed is what is to be known of a frame, the first time that it is met.
func (im *importer) placed(s step) []Note {
	if len(s.frame) == 0 || slices.ContainsFunc(im.entered, func(way []int) bool { return slices.Equal(way, s.frame) }) {
		return nil
	}
	im.entered = append(im.entered, s.frame)
	return []Note{quiet(`the frame is told by its place alone, which breaks first: name it by its title where it has one, as in frame: "Secure payment"`)}
}
