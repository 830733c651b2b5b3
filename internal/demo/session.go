package demo

import (
	"container/list"
	"crypto/rand"
	"net/http"
	"slices"
	"sync"
)

// maxSessions bounds what the shop remembers: the visitor who was away longest
// is forgotten for the next new one.
const maxSessions = 10_000

const sessionCookie = "visit"

// visitor is what the shop remembers of somebody. Values of it are copies.
type visitor struct {
	Cart    []line
	Orders  []order  // the latest last; at most maxKept
	Returns []string // codes, likewise
	Member  string   // first name; empty = signed out
	Spent   int      // points redeemed
}

// maxKept bounds what is kept of one visitor.
const maxKept = 20

// line is a product in a cart.
type line struct {
	Slug     string
	Quantity int
}

// Count is the number of things in the cart.
func (v visitor) Count() int {
	n := 0
	for _, l := range v.Cart {
		n += l.Quantity
	}
	return n
}

func (v visitor) clone() visitor {
	v.Cart, v.Orders, v.Returns = slices.Clone(v.Cart), slices.Clone(v.Orders), slices.Clone(v.Returns)
	return v
}

// sessions remembers visitors by the value of their cookie.
type sessions struct {
	limit int

	mu     sync.Mutex // guards what follows
	byID   map[string]*list.Element
	recent *list.List // of *session, the latest first
}

type session struct {
	id    string
	state visitor
}

func newSessions(limit int) *sessions {
	return &sessions{limit: limit, byID: map[string]*list.Element{}, recent: list.New()}
}

// view returns what is known of a visitor, nothing for a stranger.
func (s *sessions) view(id string) visitor {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.byID[id]
	if !ok {
		return visitor{}
	}
	s.recent.MoveToFront(e)
	return e.Value.(*session).state.clone()
}

// change changes what is known of a visitor and returns it with the id it is
// found by from now on, which is a new one for a stranger: an id that a visitor
// made up is never used.
func (s *sessions) change(id string, to func(*visitor)) (string, visitor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.byID[id]
	if !ok {
		if s.recent.Len() >= s.limit {
			oldest := s.recent.Back()
			delete(s.byID, oldest.Value.(*session).id)
			s.recent.Remove(oldest)
		}
		e = s.recent.PushFront(&session{id: rand.Text()})
		s.byID[e.Value.(*session).id] = e
	}
	s.recent.MoveToFront(e)
	known := e.Value.(*session)
	to(&known.state)
	return known.id, known.state.clone()
}

func (s *sessions) len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recent.Len()
}

// sessionID is the visitor's cookie, empty where there is none.
func sessionID(r *http.Request) string {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// keep appends, and forgets the oldest beyond maxKept.
func keep[T any](kept []T, latest T) []T {
	kept = append(kept, latest)
	return kept[max(0, len(kept)-maxKept):]
}
