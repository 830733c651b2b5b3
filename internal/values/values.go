// Package values is what one visit knows and learns: its time, its name, what
// its steps saved, and the codes of the moment. Whoever uses a journey's texts
// on a visit asks here what they are. The one rule not to break is that what
// comes up as a secret is kept like one from then on: see [Values.Learned].
package values

import (
	"maps"
	"slices"
	"sync"
	"time"

	"samui/internal/journey"
	"samui/internal/totp"
)

// Values belong to one visit. They are safe for concurrent use: a page's
// question may be answered between two steps.
type Values struct {
	mu      sync.Mutex       // guards what follows
	facts   journey.Facts    // its map of what was saved is replaced, never changed
	known   journey.Redactor // of the journey's own secrets
	secrets []journey.Secret // that were no part of the journey when it was read
}

// New is what a visit of the journey knows when it begins.
func New(j journey.Journey, f journey.Facts) *Values {
	return &Values{facts: f, known: journey.NewRedactor(j.Secrets()...)}
}

// factsFor is what is known where a text is used.
func (v *Values) factsFor(t journey.Text) journey.Facts {
	v.mu.Lock()
	defer v.mu.Unlock()
	f := v.facts
	for source, key := range t.Codes() {
		if f.Codes == nil {
			f.Codes = map[string]string{}
		}
		code, _ := codeOf(key, time.Now())
		f.Codes[source] = code
		v.learnLocked(code)
	}
	return f
}

// codeOf is the code of a key, and how long it lasts. A key that can't be read
// makes none: journeys may be loaded without secrets.
func codeOf(key journey.Secret, at time.Time) (string, time.Duration) {
	k, err := totp.Parse(key.Reveal())
	if err != nil {
		return "", time.Hour
	}
	return k.At(at)
}

func (v *Values) learnLocked(secret string) {
	s := journey.NewSecret(secret)
	if !s.IsZero() && !slices.ContainsFunc(v.secrets, s.Equal) {
		v.secrets = append(v.secrets, s)
	}
}

// Reveal is a text as it is used now.
func (v *Values) Reveal(t journey.Text) string { return t.Reveal(v.factsFor(t)) }

// Pattern is Reveal for a regular expression.
func (v *Values) Pattern(t journey.Text) string { return t.Pattern(v.factsFor(t)) }

// Address is Reveal for an address. A path is left one.
func (v *Values) Address(t journey.Text) string { return t.Address(v.factsFor(t)) }

// Secret reports whether a text may only go to the site's own hosts.
func (v *Values) Secret(t journey.Text) bool { return v.factsFor(t).Holds(t) }

// Lasts is how long the codes in a text stay what they are; less than a period
// where there are any.
func (v *Values) Lasts(t journey.Text) time.Duration {
	least := time.Hour
	for _, key := range t.Codes() {
		_, left := codeOf(key, time.Now())
		least = min(least, left)
	}
	return least
}

// Save keeps what a step read. What holds a secret is one.
func (v *Values) Save(name string, s journey.Saved) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s.Secret = s.Secret || v.known.Redact(s.Value) != s.Value || journey.NewRedactor(v.secrets...).Redact(s.Value) != s.Value
	saved := maps.Clone(v.facts.Saved)
	if saved == nil {
		saved = map[string]journey.Saved{}
	}
	saved[name] = s
	v.facts.Saved = saved
	if s.Secret {
		v.learnLocked(s.Value)
	}
}

// Saved is what a step saved under a name.
func (v *Values) Saved(name string) (journey.Saved, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, there := v.facts.Saved[name]
	return s, there
}

// Unsaved are the names that the texts need and no step has saved.
func (v *Values) Unsaved(texts ...journey.Text) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.facts.Unsaved(texts...)
}

// Learned are the secrets that came up on the visit so far: codes, and what
// steps saved as such. They have to be kept out of every output as the
// journey's own are.
func (v *Values) Learned() []journey.Secret {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.secrets)
}
