// Package slacktest is a Slack for tests: strict about what it takes, and able
// to fail in every way that the real one, and the network before it, does.
//
// [New] listens on loopback; [NewInMemory] has a network of its own, which
// works inside a testing/synctest bubble. A test gives [Server.URL] as the
// address of the API, or [Server.WebhookURL], makes the code that it tests tell
// something, and looks at [Server.Messages] and [Server.Timeline].
//
// The one rule not to break: what Slack refuses is refused here, and where
// nobody knows, the stricter way is taken. A message that passes here passes
// there.
package slacktest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"
)

// Token is what the server takes unless Options say otherwise.
const Token = "xoxb-1234567890-secret"

// Scopes are what an app needs for everything that Samui does.
func Scopes() []string {
	return []string{"chat:write", "channels:history", "channels:read", "groups:history", "groups:read", "files:write"}
}

// Options say what a workspace is like. Zero values take the defaults.
type Options struct {
	Token    string   // empty = Token
	Scopes   []string // nil = Scopes()
	Channels []Channel
	// Burst is how many messages a channel takes at once, before one a Window;
	// 0 = 3.
	Burst  int
	Window time.Duration // 0 = 1 s
}

// Channel is one of the workspace. The zero Options have #oncall, #ops and
// #acme, with the bot in them.
type Channel struct {
	ID       string
	Name     string // without #
	Private  bool
	Archived bool
	Absent   bool // the bot isn't in it
}

// Server is a Slack. It is safe for concurrent use.
type Server struct {
	o      Options
	url    string
	http   *httptest.Server // nil in memory
	memory *memory          // nil on loopback

	mu       sync.Mutex // guards what follows
	faults   map[string][]Fault
	always   map[string]Fault
	channels []*channel
	files    map[string]*File // by id; those that were announced too
	timeline []Call
	stamp    int64 // the last ts, in microseconds
	revoked  bool
	seen     int
}

// New starts a server on loopback. Close it.
func New(o Options) *Server {
	s := newServer(o)
	s.http = httptest.NewServer(s)
	s.url = s.http.URL
	return s
}

// NewInMemory starts a server that only [Server.Transport] reaches. Close it,
// inside the bubble in which it was made.
func NewInMemory(o Options) *Server {
	s := newServer(o)
	s.url = "http://slack.test"
	s.memory = newMemory(s)
	return s
}

func newServer(o Options) *Server {
	if o.Token == "" {
		o.Token = Token
	}
	if o.Scopes == nil {
		o.Scopes = Scopes()
	}
	if o.Burst == 0 {
		o.Burst = 3
	}
	if o.Window == 0 {
		o.Window = time.Second
	}
	if o.Channels == nil {
		o.Channels = []Channel{{ID: "C0ONCALL01", Name: "oncall"}, {ID: "C0OPS00001", Name: "ops"}, {ID: "C0ACME0001", Name: "acme"}}
	}
	s := &Server{o: o, faults: map[string][]Fault{}, always: map[string]Fault{}, files: map[string]*File{}}
	for _, c := range o.Channels {
		s.channels = append(s.channels, &channel{Channel: c})
	}
	return s
}

// URL is the address of the API; it ends with a slash.
func (s *Server) URL() string { return s.url + "/api/" }

// WebhookURL is an incoming webhook that posts in a channel, given by name.
func (s *Server) WebhookURL(channel string) string {
	return s.url + "/services/T00000000/B00000000/" + channel + "-webhook-secret"
}

// Transport reaches a server in memory; for one on loopback it is the default.
func (s *Server) Transport() http.RoundTripper {
	if s.memory == nil {
		return http.DefaultTransport
	}
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return s.memory.dial(ctx) }}
}

// Close stops the server and waits for it. Requests that hang are cut off.
func (s *Server) Close() {
	if s.memory != nil {
		s.memory.close()
		return
	}
	s.http.CloseClientConnections()
	s.http.Close()
}

// Revoke makes the token invalid, or valid again.
func (s *Server) Revoke(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = yes
}

// Allow gives the app other scopes.
func (s *Server) Allow(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.Scopes = scopes
}

// Change changes a channel, given by name.
func (s *Server) Change(name string, how func(*Channel)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.channels {
		if c.Name == name {
			how(&c.Channel)
		}
	}
}

// Delete deletes a message, as a person may.
func (s *Server) Delete(ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.channels {
		c.messages = slices.DeleteFunc(c.messages, func(m *Message) bool { return m.TS == ts })
	}
}

// Freeze makes a message one that can't be edited any more.
func (s *Server) Freeze(ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.channels {
		for _, m := range c.messages {
			if m.TS == ts {
				m.frozen = true
			}
		}
	}
}

// nextTS is a time stamp that no message has.
func (s *Server) nextTS() string {
	s.stamp = max(s.stamp+1, time.Now().UnixMicro())
	return fmt.Sprintf("%d.%06d", s.stamp/1e6, s.stamp%1e6)
}

// Post posts a message of somebody else.
func (s *Server) Post(channel, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.channels {
		if c.Name == channel {
			c.messages = append(c.messages, &Message{TS: s.nextTS(), Text: text, Posted: time.Now()})
		}
	}
}
