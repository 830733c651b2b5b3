package main

import (
	"strings"
	"testing"

	"samui/internal/journey"
)

func TestJourneysAreChosenByTheirTag(t *testing.T) {
	all := []journey.Journey{{ID: "a", Tags: []string{"smoke", "shop"}}, {ID: "b"}, {ID: "c", Tags: []string{"smoke"}}}
	for tag, want := range map[string]string{"": "a b c", "smoke": "a c", "shop": "a", "smok": `no journey has the tag "smok"`} {
		some, err := (&runOptions{tag: tag}).tagged(all)
		var got []string
		for _, j := range some {
			got = append(got, j.ID)
		}
		text := strings.Join(got, " ")
		if err != nil {
			text = err.Error()
		}
		if text != want {
			t.Errorf("--tag %q: %s, want %s", tag, text, want)
		}
	}
}
