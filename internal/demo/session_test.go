package demo

import (
	"fmt"
	"testing"
)

// TestSessionsAreBounded: the visitor who was away longest is forgotten.
func TestSessionsAreBounded(t *testing.T) {
	s := newSessions(3)
	name := func(n int) func(*visitor) {
		return func(v *visitor) { v.Member = fmt.Sprint(n) }
	}
	var ids []string
	for n := range 3 {
		id, _ := s.change("", name(n))
		ids = append(ids, id)
	}
	s.view(ids[0])
	for n := 3; n < 5; n++ {
		s.change("made-up", name(n))
	}
	if got := s.len(); got != 3 {
		t.Errorf("%d sessions, want 3", got)
	}
	for i, want := range []string{"0", "", ""} {
		if got := s.view(ids[i]).Member; got != want {
			t.Errorf("visitor %d is remembered as %q, want %q", i, got, want)
		}
	}
	if len(s.byID) != s.recent.Len() {
		t.Errorf("%d by id, %d in order", len(s.byID), s.recent.Len())
	}
}

// TestStrangersCostNothing: looking around leaves no session behind, and an
// invented cookie isn't taken over.
func TestStrangersCostNothing(t *testing.T) {
	s := newSessions(3)
	if v := s.view("made-up"); v.Count() != 0 || s.len() != 0 {
		t.Errorf("a stranger has %d things and %d sessions", v.Count(), s.len())
	}
	id, _ := s.change("made-up", func(v *visitor) { v.put("ember", 1) })
	if id == "made-up" {
		t.Error("an invented id was taken over")
	}
}

// TestViewsAreCopies: what a page does with a visit changes nothing.
func TestViewsAreCopies(t *testing.T) {
	s := newSessions(3)
	id, state := s.change("", func(v *visitor) { v.put("ember", 2) })
	state.Cart[0].Quantity = 7
	s.view(id).Cart[0].Quantity = 8
	if got := s.view(id).Count(); got != 2 {
		t.Errorf("the cart has %d, want 2", got)
	}
}

func TestKeepForgetsTheOldest(t *testing.T) {
	var kept []int
	for n := range maxKept + 5 {
		kept = keep(kept, n)
	}
	if len(kept) != maxKept || kept[0] != 5 || kept[maxKept-1] != maxKept+4 {
		t.Errorf("kept %v", kept)
	}
}

// TestNewShop: what everybody calls.
func TestNewShop(t *testing.T) {
	shop, err := NewShop("slow-search", "bot-wall")
	if err != nil || !shop.troubled(slowSearch) || !shop.troubled(botWall) || shop.troubled(lateImage) {
		t.Errorf("the shop isn't open as it was asked for: %v", err)
	}
	if _, err := NewShop("slow-serach"); err == nil {
		t.Error("a shop was opened with a trouble that there isn't")
	}
}
