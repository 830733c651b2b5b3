package browser_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/totp"
	"samui/internal/values"
)

// The code that is typed is the one of the moment, is known as a secret from
// then on, and has some seconds left.
func TestACodeIsTypedWhileItLasts(t *testing.T) {
	t.Parallel()
	const key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	server := pages(t, map[string]string{"/": `<label>Code <input id=c></label><p id=o></p><script>
		c.oninput = () => { o.textContent = 'got ' + c.value + ' at ' + Math.floor(Date.now() / 1000) }</script>`})
	j := journey.Journey{Site: site(server)}
	known := values.New(j, journey.Facts{At: time.Now()})
	s, err := newBrowser(t).Open(t.Context(), j, desktop(), known)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	code := journey.NewText(journey.Part{Secret: journey.NewSecret(key), Source: "${totp:KEY}", Live: &journey.Live{Kind: journey.LiveCode}})
	mustStep(t, s, step(do(openURL("/")), sees("Code")))
	field := journey.Target{By: journey.ByLabel, Value: text("Code")}
	mustStep(t, s, step(do(journey.Action{Verb: journey.Fill, Target: &field, With: code}), journey.Expectation{
		Claim: journey.ClaimText, Op: journey.Matches, Text: text(`got \d{6} at`),
	}))
	// What was typed is read through a failure's own words.
	never := step(do(), journey.Expectation{Claim: journey.ClaimText, Target: &journey.Target{By: journey.ByCSS, Value: text("#o")}, Op: journey.Is, Text: text("?")})
	never.Timeout = time.Second
	f := failStep(t, s, never)
	m := regexp.MustCompile(`got (\d{6}) at (\d+)`).FindStringSubmatch(f.Message)
	if m == nil {
		t.Fatalf("the page says nothing in %q", f.Message)
	}
	var seconds int64
	if _, err := fmt.Sscan(m[2], &seconds); err != nil {
		t.Fatal(err)
	}
	k, err := totp.Parse(key)
	if err != nil {
		t.Fatal(err)
	}
	if want, _ := k.At(time.Unix(seconds, 0)); want != m[1] {
		t.Errorf("at %d was typed %s, want %s", seconds, m[1], want)
	}
	if !slices.ContainsFunc(known.Learned(), journey.NewSecret(m[1]).Equal) {
		t.Error("the code isn't known as a secret")
	}
}

// What a page showed stands for itself in a pattern.
func TestLiveTextInPattern(t *testing.T) {
	server := pages(t, map[string]string{"/": `<p>It is 15:04+ (a.b)</p>`})
	b := newBrowser(t)
	s, err := b.Open(t.Context(), journey.Journey{Site: site(server)}, desktop(), values.New(journey.Journey{}, journey.Facts{At: time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC), Location: "a.b)"}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	pattern := journey.NewText(
		journey.Part{Literal: `^It is `}, journey.Part{Source: "${now:15:04+}", Live: &journey.Live{Kind: journey.LiveNow, Layout: "15:04+"}},
		journey.Part{Literal: ` \(`}, journey.Part{Source: "${location}", Live: &journey.Live{Kind: journey.LiveLocation}}, journey.Part{Literal: `$`},
	)
	mustStep(t, s, step(do(openURL("/")), journey.Expectation{Claim: journey.ClaimText, Op: journey.Matches, Text: pattern}))
}
