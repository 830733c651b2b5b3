package journey

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// Text is what a journey's author wrote, its ${…} resolved as far as they can
// be before the visit: dates and what else comes up there wait for the visit,
// secrets are kept apart so that they never print. The zero value is the empty
// text.
type Text struct{ parts []Part }

// Part is a piece of a [Text]: exactly one of a literal, a secret, a date and
// what else comes up on the visit. A code is both that and the secret that it is
// made of.
type Part struct {
	Literal string
	Secret  Secret
	Source  string // for all but a literal: what stood there, as "${secret:NAME}"
	Date    *Date
	Live    *Live
}

// Date is a day relative to that of the visit.
type Date struct {
	Days   int
	Layout string // of package time; empty = 2006-01-02
}

// on is the date as it reads on a visit at the given time.
func (d Date) on(at time.Time) string {
	layout := d.Layout
	if layout == "" {
		layout = time.DateOnly
	}
	year, month, day := at.Date()
	noon := time.Date(year, month, day+d.Days, 12, 0, 0, 0, at.Location())
	then := at.AddDate(0, 0, d.Days)
	if then.Day() != noon.Day() {
		// The clock is put forward at midnight that day, over the visit's time.
		then = noon
	}
	return then.Format(layout)
}

// Plain is a text without secrets or dates.
func Plain(s string) Text {
	if s == "" {
		return Text{}
	}
	return Text{parts: []Part{{Literal: s}}}
}

// NewText joins parts.
func NewText(parts ...Part) Text { return Text{parts: slices.Clone(parts)} }

// Parts returns a copy of the pieces.
func (t Text) Parts() []Part { return slices.Clone(t.parts) }

// IsZero reports whether the text is empty whatever the day.
func (t Text) IsZero() bool {
	for _, p := range t.parts {
		if p.Literal != "" || !p.Secret.IsZero() || p.Date != nil || p.Live != nil {
			return false
		}
	}
	return true
}

// HasSecret reports whether any part is a secret.
func (t Text) HasSecret() bool { return slices.ContainsFunc(t.parts, Part.hidden) }

func (p Part) hidden() bool { return !p.Secret.IsZero() || p.Live != nil && p.Live.Hidden }

// Equal reports whether both have the same parts, secrets by their values.
func (t Text) Equal(o Text) bool {
	return slices.EqualFunc(t.parts, o.parts, func(a, b Part) bool {
		sameDate := a.Date == b.Date || a.Date != nil && b.Date != nil && *a.Date == *b.Date
		// What else comes up on a visit is all in its source.
		return a.Literal == b.Literal && a.Secret.Equal(b.Secret) && a.Source == b.Source && sameDate && (a.Live == nil) == (b.Live == nil)
	})
}

// Reveal is the text as it is used on a visit of which the facts are known. The
// result holds the secrets: it may be typed or compared, never printed.
func (t Text) Reveal(f Facts) string {
	return t.write(f, func(_, live string) string { return live })
}

// write is the text as it is used on a visit. as gives what comes up there the
// form that it needs behind what stands before it.
func (t Text) write(f Facts, as func(before, live string) string) string {
	var b strings.Builder
	for _, p := range t.parts {
		switch {
		case p.Live != nil:
			b.WriteString(as(b.String(), p.Live.on(f, p.Source)))
		case p.Date != nil:
			b.WriteString(p.Date.on(f.At))
		case !p.Secret.IsZero():
			b.WriteString(p.Secret.Reveal())
		default:
			b.WriteString(p.Literal)
		}
	}
	return b.String()
}

// String shows secrets as <secret>, and what comes up on the visit as it was
// written.
func (t Text) String() string {
	var b strings.Builder
	for _, p := range t.parts {
		switch {
		case p.hidden():
			b.WriteString(hidden)
		case p.Date != nil || p.Live != nil:
			b.WriteString(p.Source)
		default:
			b.WriteString(p.Literal)
		}
	}
	return b.String()
}

// Format implements [fmt.Formatter] as for the string that String returns: no
// verb or flag reveals a secret.
func (t Text) Format(f fmt.State, verb rune) {
	fmt.Fprintf(f, fmt.FormatString(f, verb), t.String())
}

// MarshalText implements [encoding.TextMarshaler] as String does.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// LogValue implements [slog.LogValuer] as String does.
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }
