package journey

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"
)

// hidden stands wherever a secret would have been printed.
const hidden = "<secret>"

// Secret is a string that never prints: every verb of fmt, JSON, slog and
// error texts show <secret>. The zero value is no secret at all.
type Secret struct{ value string }

// NewSecret wraps a value that must not appear in any output.
func NewSecret(value string) Secret { return Secret{value: value} }

// Reveal returns the value; call it only where the secret is used.
func (s Secret) Reveal() string { return s.value }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.value == "" }

// Format implements [fmt.Formatter]: no verb or flag reveals the value.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// String is <secret>, or empty for the zero value.
func (s Secret) String() string {
	if s.value == "" {
		return ""
	}
	return hidden
}

// MarshalText implements [encoding.TextMarshaler] with <secret>.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue implements [slog.LogValuer] with <secret>.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Text is what a journey's author wrote, its ${…} resolved as far as they can
// be before the visit: dates wait for the day of the visit, secrets are kept
// apart so that they never print. The zero value is the empty text.
type Text struct{ parts []Part }

// Part is a piece of a [Text]: exactly one of a literal, a secret and a date.
type Part struct {
	Literal string
	Secret  Secret
	Source  string // for a secret or a date: what stood there, as "${secret:NAME}"
	Date    *Date
}

// Date is a day relative to that of the visit.
type Date struct {
	Days   int
	Layout string // of package time; empty = 2006-01-02
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
		if p.Literal != "" || !p.Secret.IsZero() || p.Date != nil {
			return false
		}
	}
	return true
}

// HasSecret reports whether any part is a secret.
func (t Text) HasSecret() bool {
	return slices.ContainsFunc(t.parts, func(p Part) bool { return !p.Secret.IsZero() })
}

// Reveal is the text as it is used on a visit at the given time, whose
// location decides what day it is. The result holds the secrets: it may be
// typed or compared, never printed.
func (t Text) Reveal(at time.Time) string {
	var b strings.Builder
	for _, p := range t.parts {
		switch {
		case p.Date != nil:
			layout := p.Date.Layout
			if layout == "" {
				layout = time.DateOnly
			}
			b.WriteString(at.AddDate(0, 0, p.Date.Days).Format(layout))
		case !p.Secret.IsZero():
			b.WriteString(p.Secret.Reveal())
		default:
			b.WriteString(p.Literal)
		}
	}
	return b.String()
}

// String shows secrets as <secret> and dates as they were written.
func (t Text) String() string {
	var b strings.Builder
	for _, p := range t.parts {
		switch {
		case p.Date != nil:
			b.WriteString(p.Source)
		case !p.Secret.IsZero():
			b.WriteString(hidden)
		default:
			b.WriteString(p.Literal)
		}
	}
	return b.String()
}

// Format implements [fmt.Formatter]: no verb or flag reveals a secret.
func (t Text) Format(f fmt.State, verb rune) {
	if verb == 'q' {
		fmt.Fprintf(f, "%q", t.String())
		return
	}
	_, _ = f.Write([]byte(t.String()))
}

// MarshalText implements [encoding.TextMarshaler] as String does.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// LogValue implements [slog.LogValuer] as String does.
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }

// Redactor hides known secrets in texts that come from elsewhere: a page's
// URL, a console message, an error. The zero value hides nothing. It is safe
// for concurrent use.
type Redactor struct{ replacer *strings.Replacer }

// minRedacted is the length in bytes below which a secret is not searched for
// in foreign text: replacing every "7" would destroy the output and tell the
// reader the secret.
const minRedacted = 4

// NewRedactor hides each secret as it is, URL-encoded, base64-encoded and
// JSON-escaped.
func NewRedactor(secrets ...Secret) Redactor {
	var forms []string
	for _, s := range secrets {
		v := s.Reveal()
		if len(v) < minRedacted {
			continue
		}
		forms = append(forms, v, url.QueryEscape(v), url.PathEscape(v),
			base64.StdEncoding.EncodeToString([]byte(v)),
			base64.RawURLEncoding.EncodeToString([]byte(v)))
		if quoted, err := json.Marshal(v); err == nil {
			forms = append(forms, string(quoted[1:len(quoted)-1]))
		}
	}
	if len(forms) == 0 {
		return Redactor{}
	}
	// Longest first: a secret that contains another must not leave its rest behind.
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	forms = slices.Compact(forms)
	pairs := make([]string, 0, 2*len(forms))
	for _, f := range forms {
		pairs = append(pairs, f, hidden)
	}
	return Redactor{replacer: strings.NewReplacer(pairs...)}
}

// Redact returns s with every known secret replaced by <secret>.
func (r Redactor) Redact(s string) string {
	if r.replacer == nil {
		return s
	}
	return r.replacer.Replace(s)
}

// Secrets lists every secret that the journey uses, so that a [Redactor] can
// be made for its visits.
func (j Journey) Secrets() []Secret {
	var found []Secret
	add := func(t Text) {
		for _, p := range t.parts {
			if !p.Secret.IsZero() {
				found = append(found, p.Secret)
			}
		}
	}
	var target func(t *Target)
	target = func(t *Target) {
		for ; t != nil; t = t.Within {
			add(t.Value)
			add(t.Name)
			add(t.Has)
		}
	}
	for _, h := range j.Site.Headers {
		add(h)
	}
	for i := range j.Mask {
		target(&j.Mask[i])
	}
	for _, s := range j.Steps {
		for _, a := range s.Do {
			target(a.Target)
			add(a.URL)
			add(a.With)
			add(a.Option)
		}
		for _, e := range s.Expect {
			target(e.Target)
			add(e.Text)
		}
	}
	return found
}
