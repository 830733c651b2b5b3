package slacktest

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Message is one in a channel or a thread.
type Message struct {
	TS        string
	Thread    string // ts of the message that this one replies to; empty for a message of its own
	Broadcast bool   // a reply that is shown in the channel too
	Text      string
	Blocks    json.RawMessage
	Metadata  json.RawMessage
	Files     []File
	Posted    time.Time
	Edits     []Edit // oldest first; Text and Blocks are the last one's

	frozen bool
}

// Edit is what a message said until it was edited.
type Edit struct {
	At   time.Time
	Text string // before
}

// File is one that was shared.
type File struct {
	ID, Name, Title string
	Bytes           []byte
	length          int
}

// Call is a request that came, refused ones included.
type Call struct {
	At      time.Time
	Method  string
	Channel string // its id
	Thread  string
	Text    string
	Code    string // why it was refused; empty where it wasn't
	Fault   bool   // it failed because a test said so
}

// channel is a Channel and what was posted in it.
type channel struct {
	Channel
	messages []*Message // replies too, oldest first
	bucket   float64    // how many messages it still takes at once
	filled   time.Time
}

// Messages are a channel's own messages and the replies that are shown there,
// oldest first: what somebody sees who opens it.
func (s *Server) Messages(name string) []Message {
	return s.messages(name, func(m *Message) bool { return m.Thread == "" || m.Broadcast })
}

// Roots are a channel's own messages, oldest first.
func (s *Server) Roots(name string) []Message {
	return s.messages(name, func(m *Message) bool { return m.Thread == "" })
}

// Replies are what stands in the thread of a message, oldest first.
func (s *Server) Replies(name, ts string) []Message {
	return s.messages(name, func(m *Message) bool { return m.Thread == ts })
}

func (s *Server) messages(name string, is func(*Message) bool) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []Message{}
	for _, c := range s.channels {
		if c.Name != name {
			continue
		}
		for _, m := range c.messages {
			if is(m) {
				copied := *m
				copied.Edits, copied.Files = slices.Clone(m.Edits), slices.Clone(m.Files)
				all = append(all, copied)
			}
		}
	}
	return all
}

// Timeline is every call that came, oldest first.
func (s *Server) Timeline() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.timeline)
}

// Calls counts the calls by method.
func (s *Server) Calls() map[string]int {
	n := map[string]int{}
	for _, c := range s.Timeline() {
		n[c.Method]++
	}
	return n
}

// Refusals are the codes of all calls that were refused by the rules and not
// by a fault, sorted, each once.
func (s *Server) Refusals() []string {
	codes := map[string]bool{}
	for _, c := range s.Timeline() {
		if c.Code != "" && !c.Fault {
			codes[c.Code] = true
		}
	}
	return slices.Sorted(maps.Keys(codes))
}

// take takes a message from what a channel may have now, or says how many
// seconds to wait.
func (s *Server) take(c *channel) (wait int, ok bool) {
	now := time.Now()
	if c.filled.IsZero() {
		c.bucket = float64(s.o.Burst)
	} else {
		c.bucket = min(float64(s.o.Burst), c.bucket+now.Sub(c.filled).Seconds()/s.o.Window.Seconds())
	}
	c.filled = now
	// A hair less than one will do: clocks round.
	if c.bucket < 0.999 {
		return max(1, int(s.o.Window.Seconds())), false
	}
	c.bucket--
	return 0, true
}

func (c *channel) find(ts string) *Message {
	for _, m := range c.messages {
		if m.TS == ts {
			return m
		}
	}
	return nil
}

// stampOf is a time stamp as a number; 0 for none.
func stampOf(ts string) float64 {
	f, err := strconv.ParseFloat(ts, 64)
	if err != nil {
		return 0
	}
	return f
}
