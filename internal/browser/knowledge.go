package browser

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"samui/internal/journey"
	"samui/internal/totp"
)

// knowledge is what a visit knows, and learns on its way. It is safe for concurrent
// use: a page's question may be answered between two steps.
type knowledge struct {
	mu      sync.Mutex
	facts   journey.Facts    // its map of what was saved is replaced, never changed
	secrets []journey.Secret // that were no part of the journey when it was read
}

// now is what is known where a text is used.
func (k *knowledge) now(t journey.Text) journey.Facts {
	k.mu.Lock()
	defer k.mu.Unlock()
	f := k.facts
	for source, key := range t.Codes() {
		if f.Codes == nil {
			f.Codes = map[string]string{}
		}
		code, _ := codeOf(key, time.Now())
		f.Codes[source] = code
		k.learnLocked(code)
	}
	return f
}

// codeOf is the code of a key that was read before, and how long it lasts. A
// key that can't be read makes none: journeys may be loaded without secrets.
func codeOf(key journey.Secret, at time.Time) (string, time.Duration) {
	k, err := totp.Parse(key.Reveal())
	if err != nil {
		return "", time.Hour
	}
	return k.At(at)
}

func (k *knowledge) learnLocked(secret string) {
	s := journey.NewSecret(secret)
	if !s.IsZero() && !slices.ContainsFunc(k.secrets, s.Equal) {
		k.secrets = append(k.secrets, s)
	}
}

// save keeps what a step read.
func (k *knowledge) save(name string, v journey.Saved) {
	k.mu.Lock()
	defer k.mu.Unlock()
	saved := maps.Clone(k.facts.Saved)
	if saved == nil {
		saved = map[string]journey.Saved{}
	}
	saved[name] = v
	k.facts.Saved = saved
	if v.Secret {
		k.learnLocked(v.Value)
	}
}

// Learned are the secrets that came up on the visit so far: codes, and what
// steps saved as such. They have to be kept out of every output as the
// journey's own are.
func (s *Session) Learned() []journey.Secret {
	k := s.encoder.known
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.secrets)
}

// reveal is a text as it is used now.
func (e encoder) reveal(t journey.Text) string { return t.Reveal(e.known.now(t)) }

// pattern is reveal for a regular expression.
func (e encoder) pattern(t journey.Text) string { return t.Pattern(e.known.now(t)) }

// address is reveal for an address: see [resolve].
func (e encoder) address(t journey.Text) string {
	return resolve(e.site.URL, t.Address(e.known.now(t)))
}

// holdsSecret tells whether a text may only go to the site's own hosts.
func (e encoder) holdsSecret(t journey.Text) bool { return e.known.now(t).Holds(t) }

// freshFor is how long a code must still last when it is typed.
const freshFor = 3 * time.Second

// awaitCode waits for the next code where that of now is about to end: it would
// have ended when the page sends it, and a site that doesn't take the last one
// too would refuse a customer who did nothing wrong. Nobody's wait: it is ours.
func (st *step) awaitCode(ctx context.Context, t journey.Text) error {
	for _, key := range t.Codes() {
		_, left := codeOf(key, time.Now())
		if left >= freshFor {
			continue
		}
		if err := st.pause(ctx, left); err != nil {
			return err
		}
	}
	return nil
}
