package journey

import (
	"fmt"
	"log/slog"
	"slices"
)

// hidden stands wherever a secret would have been printed.
const hidden = "<secret>"

// Secret is a string that never prints: every verb of fmt, JSON, slog and
// error texts show <secret>. The zero value is no secret at all.
//
// Compare secrets with [Secret.Equal]; == compares where they are kept.
type Secret struct {
	// A pointer, because package fmt calls no methods on unexported fields, nor
	// once a verb was wrong (%p): it then prints what it finds, here an address.
	value *string
}

// NewSecret wraps a value that must not appear in any output.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{value: &value}
}

// Reveal returns the value; call it only where the secret is used.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.value == nil }

// Equal reports whether both hold the same value.
func (s Secret) Equal(o Secret) bool { return s.Reveal() == o.Reveal() }

// Format implements [fmt.Formatter]: no verb or flag reveals the value.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// String is <secret>, or empty for the zero value.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return hidden
}

// MarshalText implements [encoding.TextMarshaler] with <secret>.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue implements [slog.LogValuer] with <secret>.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// HoldsSecrets reports whether something may come up on the journey's visits
// that must not be seen: a secret of its own, or what a step saves as one. What
// is read from a field may be a password's.
func (j Journey) HoldsSecrets() bool {
	private := func(s Save) bool { return s.Secret || s.From == SaveCookie || s.From == SaveValue }
	return len(j.Secrets()) > 0 || slices.ContainsFunc(j.Steps, func(s Step) bool { return slices.ContainsFunc(s.Save, private) })
}

// Secrets lists every secret that the journey uses, so that a [Redactor] can
// be made for its visits.
func (j Journey) Secrets() []Secret {
	var found []Secret
	add := func(texts ...Text) {
		for _, t := range texts {
			for _, p := range t.parts {
				if !p.Secret.IsZero() {
					found = append(found, p.Secret)
				}
			}
		}
	}
	for _, h := range j.Site.Headers {
		add(h)
	}
	add(j.Site.Conditions.texts()...)
	add(j.Conditions.texts()...)
	for _, o := range j.Overlays {
		o.See.texts(add)
		o.Click.texts(add)
	}
	for i := range j.Mask {
		j.Mask[i].texts(add)
	}
	for _, s := range j.Steps {
		s.texts(add)
	}
	return found
}
