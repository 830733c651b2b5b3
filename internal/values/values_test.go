package values_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"samui/internal/journey"
	"samui/internal/values"
)

// live is what only a visit knows.
func live(source string, l journey.Live) journey.Part {
	return journey.Part{Source: source, Live: &l}
}

func savedText(name string) journey.Text {
	return journey.NewText(live("${"+name+"}", journey.Live{Kind: journey.LiveSaved, Name: name}))
}

func secretText(s string) journey.Text {
	return journey.NewText(journey.Part{Secret: journey.NewSecret(s), Source: "${secret:S}"})
}

// visiting is what a visit knows of a journey that types a secret.
func visiting() *values.Values {
	fill := journey.Action{Verb: journey.Fill, Target: &journey.Target{By: journey.ByLabel, Value: journey.Plain("Password")}, With: secretText("hunter22!")}
	return values.New(journey.Journey{Steps: []journey.Step{{ID: "login", Do: []journey.Action{fill}}}}, journey.Facts{At: time.Unix(1767222000, 0), RunID: "01RUN"})
}

func learned(v *values.Values) (all []string) {
	for _, s := range v.Learned() {
		all = append(all, s.Reveal())
	}
	return all
}

// What holds a secret is one, whoever saved it and however it was spelled.
func TestWhatIsKeptSecret(t *testing.T) {
	tests := map[string]struct {
		saved  journey.Saved
		secret bool
	}{
		"a plain text":                  {journey.Saved{Value: "order 17"}, false},
		"what is said to be secret":     {journey.Saved{Value: "order 17", Secret: true}, true},
		"the journey's secret in it":    {journey.Saved{Value: "signed in with hunter22!"}, true},
		"the same, encoded":             {journey.Saved{Value: "/next?p=hunter22%21"}, true},
		"what was learned before in it": {journey.Saved{Value: "https://shop.example/?ticket=t-9911-x"}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v := visiting()
			v.Save("ticket", journey.Saved{Value: "t-9911-x", Secret: true})
			v.Save("it", tt.saved)
			kept, there := v.Saved("it")
			if !there || kept.Value != tt.saved.Value || kept.Secret != tt.secret {
				t.Errorf("kept as %+v (%v), want secret: %v", kept, there, tt.secret)
			}
			if got := v.Secret(savedText("it")); got != tt.secret {
				t.Errorf("a text with it may go only to the site's hosts: %v, want %v", got, tt.secret)
			}
			if got := slices.Contains(learned(v), tt.saved.Value); got != tt.secret {
				t.Errorf("learned %q, which has it: %v, want %v", learned(v), got, tt.secret)
			}
		})
	}
}

// What was saved stands in every text from then on, the newest of a name.
func TestSaved(t *testing.T) {
	v := visiting()
	text := journey.NewText(journey.Part{Literal: "/orders/"}, savedText("order").Parts()[0])
	if got := v.Unsaved(text, savedText("other"), text); !slices.Equal(got, []string{"order", "other"}) {
		t.Errorf("lacking %q, want order and other, once each", got)
	}
	if _, there := v.Saved("order"); there {
		t.Error("there is an order before one was saved")
	}
	v.Save("order", journey.Saved{Value: "17 b"})
	v.Save("order", journey.Saved{Value: "18.b"})
	if got := v.Unsaved(text); got != nil {
		t.Errorf("still lacking %q", got)
	}
	if got := v.Reveal(text); got != "/orders/18.b" {
		t.Errorf("used as %q", got)
	}
	if got := v.Pattern(text); got != `/orders/18\.b` {
		t.Errorf("as a pattern it is %q", got)
	}
	if got := v.Address(text); got != "/orders/18.b" {
		t.Errorf("as an address it is %q", got)
	}
}

// A code is one of its key's, lasts less than a period, and is a secret.
func TestCodes(t *testing.T) {
	v := visiting()
	key := journey.NewSecret("JBSWY3DPEHPK3PXP")
	text := journey.NewText(journey.Part{Source: "${totp:K}", Secret: key, Live: &journey.Live{Kind: journey.LiveCode}})
	if left := v.Lasts(text); left <= 0 || left > 30*time.Second {
		t.Errorf("the code lasts %v", left)
	}
	if left := v.Lasts(journey.Plain("no code")); left < 30*time.Second {
		t.Errorf("a text without a code lasts %v", left)
	}
	code := v.Reveal(text)
	if len(code) != 6 {
		t.Fatalf("the code is %q", code)
	}
	if !slices.Contains(learned(v), code) {
		t.Errorf("learned %q, and not the code %s", learned(v), code)
	}
	if !v.Secret(text) {
		t.Error("a code may go to anybody")
	}
}

// A page's question is answered while a step saves.
func TestConcurrent(t *testing.T) {
	v := visiting()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 200 {
				v.Save("n", journey.Saved{Value: "some secret", Secret: true})
				v.Reveal(savedText("n"))
				v.Learned()
			}
		})
	}
	all.Wait()
	if got := learned(v); !slices.Equal(got, []string{"some secret"}) {
		t.Errorf("learned %q, want it once", got)
	}
}
