package journey

import "encoding/json"

// Causes are what stands behind a page's numbers: where to look first when one
// of them is bad. Elements are written as targets of a journey, and are nil
// where they have gone from the page.
type Causes struct {
	LCP        *Painted    `json:"lcp"` // the main content; only of a page that the step loaded
	CLS        *Shift      `json:"cls"` // the largest shift of the session window that counts
	INP        *Phases     `json:"inp"` // the interaction that counts
	LongFrames []LongFrame `json:"long_frames"`
}

// Painted is an element that was painted.
type Painted struct {
	Element *string `json:"element"`
	URL     *string `json:"url"` // of its picture; nil = it is text
}

// Shift is one layout shift.
type Shift struct {
	Element *string `json:"element"` // that was moved
	Shift   float64 `json:"shift"`   // its score
	AtMs    float64 `json:"at_ms"`   // by the page's clock
}

// Phases are what an interaction waited for, as web.dev/articles/optimize-inp
// cuts it: until its handlers began, until they were done, until the result
// was painted. Together they are its INP.
type Phases struct {
	Element        *string `json:"element"`
	Event          string  `json:"event"` // its longest, as click
	DelayMs        float64 `json:"delay_ms"`
	ProcessingMs   float64 `json:"processing_ms"`
	PresentationMs float64 `json:"presentation_ms"`
}

// LongFrame is an animation frame that took longer than 50 ms, with the script
// that took longest in it (nil where none did).
type LongFrame struct {
	AtMs       float64 `json:"at_ms"` // its beginning, by the page's clock
	DurationMs float64 `json:"duration_ms"`
	BlockingMs float64 `json:"blocking_ms"` // in which no input was answered
	Script     *string `json:"script"`      // its file
	Function   *string `json:"function"`    // or what called it
	ScriptMs   float64 `json:"script_ms"`
}

// MarshalJSON writes no long frames as an empty list, never as null.
func (c Causes) MarshalJSON() ([]byte, error) {
	type plain Causes // without this method
	if c.LongFrames == nil {
		c.LongFrames = []LongFrame{}
	}
	return json.Marshal(plain(c))
}

// Map is a copy with every text that came from the page changed by f.
func (c *Causes) Map(f func(string) string) *Causes {
	if c == nil {
		return nil
	}
	changed := func(s *string) *string {
		if s == nil {
			return nil
		}
		return new(f(*s))
	}
	m := *c
	if m.LCP != nil {
		m.LCP = &Painted{changed(m.LCP.Element), changed(m.LCP.URL)}
	}
	if m.CLS != nil {
		m.CLS = new(*m.CLS)
		m.CLS.Element = changed(m.CLS.Element)
	}
	if m.INP != nil {
		m.INP = new(*m.INP)
		m.INP.Element = changed(m.INP.Element)
	}
	m.LongFrames = nil
	for _, frame := range c.LongFrames {
		frame.Script, frame.Function = changed(frame.Script), changed(frame.Function)
		m.LongFrames = append(m.LongFrames, frame)
	}
	return &m
}
