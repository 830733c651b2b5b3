package browser_test

import (
	"os"
	"testing"

	"samui/internal/browser"
	"samui/internal/journey"
	"samui/internal/values"
)

// TestKeptReady: a visit begins in the tab that waited for it, as clean and with
// its own conditions as any.
func TestKeptReady(t *testing.T) {
	server := pages(t, map[string]string{
		"/": `<p id=p></p><script>
			const known = document.cookie + localStorage.length;
			document.cookie = 'seen=1'; localStorage.setItem('seen', '1');
			document.querySelector('#p').textContent = 'Known: ' + known + '; ' + screen.width + '; ' + /Samui/.test(navigator.userAgent);
		</script>`,
	})
	b, err := browser.New(browser.Options{NoSandbox: os.Geteuid() == 0, KeepReady: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	phone := journey.Visit{Device: deviceNamed(t, "phone"), Network: journey.Networks()[0]}
	visit := func(name string, v journey.Visit, want string) {
		t.Helper()
		j := journey.Journey{Site: site(server)}
		s, err := b.Open(t.Context(), j, v, values.New(j, journey.Facts{}))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		mustStep(t, s, step(do(openURL("/")), sees(want)))
		s.Leave()
	}
	if _, err := b.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !b.Ready() {
		t.Error("no tab waits for the first visit")
	}
	visit("the first", desktop(), "Known: 0; 1440; true")
	if !b.Ready() {
		t.Error("no tab waits for the second visit")
	}
	visit("another device", phone, "Known: 0; 412; true")
	for _, told := range []bool{true, false} {
		if !b.Ready() {
			t.Fatal("no tab waits")
		}
		b.CrashWaiting(t.Context(), told)
		visit("after the waiting tab crashed", desktop(), "Known: 0; 1440; true")
	}
	s, err := b.Open(t.Context(), journey.Journey{Site: site(server)}, desktop(), values.New(journey.Journey{}, journey.Facts{}))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	b.Retire()
	if b.Ready() {
		t.Error("a Chrome that is to go keeps a tab ready")
	}
	visit("in another Chrome", desktop(), "Known: 0; 1440; true")
}

// TestLookAhead: what the next step begins with is looked for while the numbers
// of this one are waited for, and found where it then is.
func TestLookAhead(t *testing.T) {
	server := pages(t, map[string]string{
		"/": `<h1>Start</h1><button id=stays onclick="out.textContent = 'stays pressed'">Stays</button>
			<button id=moves style="position: relative" onclick="out.textContent = 'moves pressed'">Moves</button>
			<div style="height: 3000px"></div><button onclick="out.textContent = 'below pressed'">Below</button><p id=out style="position: fixed; top: 300px"></p>
			<script>addEventListener('load', () => setTimeout(() => { moves.style.top = '100px'; }, 5));</script>`,
	})
	b := newBrowser(t)
	for _, c := range []struct{ target, want string }{
		{"Stays", "stays pressed"},
		{"Moves", "moves pressed"},
		{"Below", "below pressed"},
	} {
		t.Run(c.target, func(t *testing.T) {
			first, second, third := step(do(openURL("/")), sees("Start")), step(do(click(c.target)), sees(c.want)), step(do(click(c.target)), sees(c.want))
			first.ID, second.ID, third.ID = "first", "second", "third"
			s := openAs(t, b, journey.Journey{Site: site(server), Steps: []journey.Step{first, second, third}}, desktop())
			for _, def := range []journey.Step{first, second, third} {
				mustStep(t, s, def)
			}
		})
	}
}
