package config

import (
	"strconv"

	"samui/internal/journey"
)

// overlayAtMost is how often an overlay is closed in a visit.
const overlayAtMost = 3

// overlays are what may appear at any time.
func (g *grammar) overlays() codec[[]journey.Overlay] {
	one := object[journey.Overlay]{
		name: "the overlay", example: "an overlay such as {see: Newsletter, click: No thanks}",
		fields: []field[journey.Overlay]{
			key("see", "What shows that it is there; what is clicked without it. It may be in a frame, as in {text: Newsletter, frame: News}.", g.target, func(o *journey.Overlay, t journey.Target) { o.See = &t }),
			must(key("click", "What closes it.", g.target, func(o *journey.Overlay, t journey.Target) { o.Click = &t })),
			key("at_most", "How often it is closed in a visit; 3 without it. Once more, and the step fails.", whole(1, 100).codec(), func(o *journey.Overlay, n int) { o.AtMost = n }),
		},
		tips: map[string]string{"text": "write click: …", "visible": "write see: …", "close": "write click: …", "press": "write click: …", "times": "write at_most: …", "optional": "an overlay always is"},
	}.as(func() journey.Overlay { return journey.Overlay{AtMost: overlayAtMost} })
	one = finished(one, func(n *node, r reader, o *journey.Overlay) {
		if o.See == nil {
			o.See = o.Click
		}
		o.Pos = journey.Pos{File: r.source(n).name, Line: n.line, Column: n.column}
	})
	return listOf("a list of overlays such as [{see: Newsletter, click: No thanks}]", one, 0)
}

func consent() codec[journey.Consent] {
	return choice(journey.ConsentAccept, journey.ConsentReject, journey.ConsentIgnore)
}

func flowOverlay(o journey.Overlay) string {
	var k flowKeys
	if o.See != o.Click {
		k.add("see", flowTarget(*o.See))
	}
	k.add("click", flowTarget(*o.Click))
	if o.AtMost != overlayAtMost {
		k.add("at_most", strconv.Itoa(o.AtMost))
	}
	return k.String()
}
