package config

import (
	"testing"

	"samui/internal/journey"
)

func TestNumbersThatCanBothBe(t *testing.T) {
	is := func(op journey.Op, n float64) journey.Expectation {
		return journey.Expectation{Claim: journey.ClaimNumber, Op: op, Number: n}
	}
	tests := []struct {
		name string
		a, b journey.Expectation
		want bool
	}{
		{"a number between", is(journey.Is, 199.9), is(journey.Above, 0), true},
		{"a number below", is(journey.Is, 199.9), is(journey.Below, 500), true},
		{"a number on an open bound", is(journey.Is, 5), is(journey.Above, 5), false},
		{"a number on the other open bound", is(journey.Is, 5), is(journey.Below, 5), false},
		{"a number on a closed bound", is(journey.Is, 5), is(journey.AtLeast, 5), true},
		{"two numbers", is(journey.Is, 5), is(journey.Is, 6), false},
		{"the same number", is(journey.Is, 5), is(journey.Is, 5), true},
		{"bounds that touch", is(journey.AtMost, 5), is(journey.AtLeast, 5), true},
		{"bounds that touch, one open", is(journey.AtMost, 5), is(journey.Above, 5), false},
		{"bounds apart", is(journey.Below, 5), is(journey.Above, 6), false},
		{"bounds that overlap", is(journey.Below, 6), is(journey.Above, 5), true},
	}
	for _, tt := range tests {
		if got := rangeOf(tt.a).meets(rangeOf(tt.b)); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		if got := rangeOf(tt.b).meets(rangeOf(tt.a)); got != tt.want {
			t.Errorf("%s, the other way round: %v, want %v", tt.name, got, tt.want)
		}
	}
}
