package journey

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func live(l Live, source string) Part { return Part{Live: &l, Source: source} }

func jerusalem(t *testing.T) Facts {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Jerusalem")
	if err != nil {
		t.Fatal(err)
	}
	return Facts{
		At: time.Date(2026, 1, 2, 23, 30, 5, 0, zone), RunID: "01J0000000000000000000RUN1", Location: "tlv-1",
		Saved: map[string]Saved{"order": {Value: "A.1/2 & co?"}, "token": {Value: "s3cret", Secret: true}},
		Codes: map[string]string{"${totp:KEY}": "123456"},
	}
}

func TestWhatComesUpOnAVisit(t *testing.T) {
	saved := live(Live{Kind: LiveSaved, Name: "order"}, "${order}")
	key := Part{Secret: NewSecret("GEZDGNBV"), Source: "${totp:KEY}", Live: &Live{Kind: LiveCode}}
	tests := map[string]struct {
		text                   Text
		want, pattern, address string // the last two empty = as want
		shown                  string
	}{
		"now":               {NewText(live(Live{Kind: LiveNow}, "${now}")), "2026-01-02T23:30:05+02:00", `2026-01-02T23:30:05\+02:00`, "", "${now}"},
		"a layout":          {NewText(live(Live{Kind: LiveNow, Layout: "15:04"}, "${now:15:04}")), "23:30", "", "", "${now:15:04}"},
		"tomorrow by then":  {NewText(live(Live{Kind: LiveNow, Offset: time.Hour, Layout: "2 Jan 15:04"}, "x")), "3 Jan 00:30", "", "", "x"},
		"the run":           {NewText(Part{Literal: "run "}, live(Live{Kind: LiveRun}, "${run}")), "run 01J0000000000000000000RUN1", "", "", "run ${run}"},
		"the location":      {NewText(live(Live{Kind: LiveLocation}, "${location}")), "tlv-1", "", "", "${location}"},
		"saved":             {NewText(Part{Literal: "No "}, saved), "No A.1/2 & co?", `No A\.1/2 & co\?`, "No A.1/2%20&%20co%3F", "No ${order}"},
		"saved, in a query": {NewText(Part{Literal: "/a?q="}, saved), "/a?q=A.1/2 & co?", `/a?q=A\.1/2 & co\?`, "/a?q=A.1%2F2+%26+co%3F", "/a?q=${order}"},
		"a saved address":   {NewText(saved), "A.1/2 & co?", `A\.1/2 & co\?`, "A.1/2 & co?", "${order}"},
		"a saved secret":    {NewText(live(Live{Kind: LiveSaved, Name: "token", Hidden: true}, "${token}")), "s3cret", "", "", "<secret>"},
		"a code":            {NewText(key), "123456", "", "", "<secret>"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := jerusalem(t)
			or := func(s string) string {
				if s == "" {
					return tt.want
				}
				return s
			}
			if got := tt.text.Reveal(f); got != tt.want {
				t.Errorf("Reveal() = %q, want %q", got, tt.want)
			}
			if got := tt.text.Pattern(f); got != or(tt.pattern) {
				t.Errorf("Pattern() = %q, want %q", got, or(tt.pattern))
			}
			if got := tt.text.Address(f); tt.address != "" && got != tt.address {
				t.Errorf("Address() = %q, want %q", got, tt.address)
			}
			if got := fmt.Sprintf("%v", tt.text); got != tt.shown || tt.text.HasSecret() != (tt.shown == "<secret>") {
				t.Errorf("shown as %q (a secret: %t), want %q", got, tt.text.HasSecret(), tt.shown)
			}
			if tt.text.IsZero() {
				t.Error("the text is empty")
			}
		})
	}
}

// Chance is the same for the same words on one visit, and another on the next.
func TestChance(t *testing.T) {
	uuid := NewText(live(Live{Kind: LiveUUID}, "${uuid}"))
	colour := NewText(live(Live{Kind: LiveRandom, Choices: []string{"red", "green", "blue"}}, "${random:red|green|blue}"))
	ids, colours := map[string]bool{}, map[string]int{}
	for i := range 300 {
		f := Facts{RunID: fmt.Sprint("run-", i)}
		id := uuid.Reveal(f)
		if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
			t.Fatalf("%q is no UUID of version 4", id)
		}
		chosen := colour.Reveal(f)
		if id != uuid.Reveal(f) || chosen != colour.Reveal(f) {
			t.Fatal("used twice on a visit, it is not the same")
		}
		ids[id] = true
		colours[chosen]++
	}
	if len(ids) != 300 || len(colours) != 3 {
		t.Errorf("300 visits had %d ids, and the colours %v", len(ids), colours)
	}
	for c, n := range colours {
		if n < 50 {
			t.Errorf("%s came %d times in 300", c, n)
		}
	}
}

func TestWhatIsNotSavedYet(t *testing.T) {
	order, token, other := live(Live{Kind: LiveSaved, Name: "order"}, "${order}"), live(Live{Kind: LiveSaved, Name: "token"}, "${token}"), live(Live{Kind: LiveSaved, Name: "other"}, "${other}")
	f := jerusalem(t)
	if got := f.Unsaved(NewText(order, other), NewText(other, token), Plain("x")); !slices.Equal(got, []string{"other"}) {
		t.Errorf("Unsaved() = %v, want other", got)
	}
	if f.Holds(NewText(order)) || !f.Holds(NewText(order, token)) {
		t.Error("Holds() goes by something else than what was saved as a secret")
	}
}

// The key of a code is never the text, even where the code isn't known.
func TestACodeIsNeverItsKey(t *testing.T) {
	text := NewText(Part{Secret: NewSecret(canary), Source: "${totp:KEY}", Live: &Live{Kind: LiveCode}})
	if got := text.Reveal(Facts{}); got != "" {
		t.Errorf("Reveal() = %q", got)
	}
	if keys := text.Codes(); len(keys) != 1 || keys["${totp:KEY}"].Reveal() != canary {
		t.Errorf("Codes() has %d keys", len(keys))
	}
	if j := (Journey{Steps: []Step{{Do: []Action{{With: text}}}}}); len(j.Secrets()) != 1 || strings.Contains(fmt.Sprintf("%+v", j), canary) {
		t.Errorf("the key isn't among the journey's secrets, or shows: %+v", j)
	}
}

// The revision goes by what was written, not by what it comes to.
func TestRevisionOfWhatComesUp(t *testing.T) {
	of := func(parts ...Part) string {
		return Journey{Steps: []Step{{ID: "a", Do: []Action{{Verb: Fill, With: NewText(parts...)}}}}}.Revision()
	}
	uuid := of(live(Live{Kind: LiveUUID}, "${uuid}"))
	if uuid == of(live(Live{Kind: LiveRun}, "${run}")) || uuid == of(Part{Literal: "${uuid}"}) {
		t.Error("other words have the same revision")
	}
}
