package journey

import (
	"testing"
	"time"
)

// noon is what is known of a visit, for tests that need any.
func noon() Facts { return Facts{At: time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)} }

func TestTextDates(t *testing.T) {
	in := func(zone string, year int, month time.Month, day, hour, minute int) time.Time {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		return time.Date(year, month, day, hour, minute, 0, 0, location)
	}
	tests := map[string]struct {
		at   time.Time
		date Date
		want string
	}{
		"today":                              {in("UTC", 2026, 1, 2, 12, 0), Date{}, "2026-01-02"},
		"in a month, into the next year":     {in("UTC", 2026, 12, 20, 12, 0), Date{Days: 30}, "2027-01-19"},
		"a leap day":                         {in("UTC", 2028, 2, 28, 12, 0), Date{Days: 1}, "2028-02-29"},
		"before":                             {in("UTC", 2026, 3, 1, 12, 0), Date{Days: -1}, "2026-02-28"},
		"a layout":                           {in("UTC", 2026, 1, 2, 12, 0), Date{Days: 30, Layout: "02/01/2006"}, "01/02/2026"},
		"a layout with the time":             {in("UTC", 2026, 1, 2, 15, 4), Date{Days: 1, Layout: "2 Jan 15:04"}, "3 Jan 15:04"},
		"already tomorrow in Jerusalem":      {in("UTC", 2026, 1, 2, 23, 0).In(in("Asia/Jerusalem", 2026, 1, 1, 0, 0).Location()), Date{}, "2026-01-03"},
		"still yesterday in Honolulu":        {in("UTC", 2026, 1, 2, 5, 0).In(in("Pacific/Honolulu", 2026, 1, 1, 0, 0).Location()), Date{}, "2026-01-01"},
		"over the change to summer":          {in("Asia/Jerusalem", 2026, 3, 26, 23, 30), Date{Days: 1}, "2026-03-27"},
		"over the change to winter":          {in("Asia/Jerusalem", 2026, 10, 24, 0, 30), Date{Days: 1}, "2026-10-25"},
		"a month over the change to winter":  {in("Asia/Jerusalem", 2026, 10, 1, 0, 0), Date{Days: 31}, "2026-11-01"},
		"a midnight that the clock leaps":    {in("Africa/Cairo", 2024, 4, 25, 0, 30), Date{Days: 1}, "2024-04-26"},
		"a midnight leapt, in Beirut":        {in("Asia/Beirut", 2024, 3, 30, 0, 0), Date{Days: 1}, "2024-03-31"},
		"a midnight leapt, in Santiago":      {in("America/Santiago", 2024, 9, 7, 0, 15), Date{Days: 1}, "2024-09-08"},
		"a midnight leapt, seen from behind": {in("Africa/Cairo", 2024, 4, 27, 0, 30), Date{Days: -1}, "2024-04-26"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			text := NewText(Part{Literal: "on "}, Part{Date: &tt.date, Source: "${date:…}"})
			if got := text.Reveal(Facts{At: tt.at}); got != "on "+tt.want {
				t.Errorf("%d days from %v = %q, want %q", tt.date.Days, tt.at, got, "on "+tt.want)
			}
			if got := text.String(); got != "on ${date:…}" {
				t.Errorf("String() = %q, want the date as it was written", got)
			}
		})
	}
}

func TestTextIsZero(t *testing.T) {
	secret := NewText(Part{Secret: NewSecret("x")})
	date := NewText(Part{Date: &Date{}})
	for _, empty := range []Text{{}, Plain(""), NewText(), NewText(Part{})} {
		if !empty.IsZero() || empty.HasSecret() {
			t.Errorf("%#v: IsZero, HasSecret = %t, %t, want true, false", empty.Parts(), empty.IsZero(), empty.HasSecret())
		}
	}
	for _, full := range []Text{Plain("x"), secret, date} {
		if full.IsZero() || full.HasSecret() != full.Equal(secret) {
			t.Errorf("%v: IsZero, HasSecret = %t, %t", full, full.IsZero(), full.HasSecret())
		}
	}
}

func TestTextEqual(t *testing.T) {
	build := func(literal, secret, source string, days int) Text {
		return NewText(Part{Literal: literal}, Part{Secret: NewSecret(secret), Source: source}, Part{Date: &Date{Days: days}})
	}
	same := build("a", "b", "c", 1)
	if !same.Equal(build("a", "b", "c", 1)) {
		t.Error("equal texts are not Equal")
	}
	for _, other := range []Text{build("x", "b", "c", 1), build("a", "x", "c", 1), build("a", "b", "x", 1), build("a", "b", "c", 2), Plain("a"), {}} {
		if same.Equal(other) || other.Equal(same) {
			t.Errorf("%v is Equal to %v", same, other)
		}
	}
}

func TestTextPartsAreCopies(t *testing.T) {
	parts := []Part{{Literal: "a"}}
	text := NewText(parts...)
	parts[0].Literal = "b"
	text.Parts()[0].Literal = "c"
	if got := text.String(); got != "a" {
		t.Errorf("text = %q after its parts were changed elsewhere, want a", got)
	}
}
