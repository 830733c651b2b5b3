package browser_test

import (
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

func reply(how string) journey.Action { return journey.Action{Verb: journey.Dialog, Reply: how} }

func answer(t journey.Text) journey.Action {
	a := reply("answer")
	a.With = t
	return a
}

// TestDialogs: what the page asks is answered as the journey says before.
func TestDialogs(t *testing.T) {
	server := pages(t, map[string]string{
		"/": `<h1>Questions</h1><button onclick="say(confirm('Sure?'))">Confirm</button> <button onclick="say(prompt('Who?','nobody'))">Prompt</button>
		<button onclick="alert('Mind the gap');say(confirm('Sure?'))">Both</button> <button onclick="setTimeout(()=>say(confirm('Later?')),300)">Late</button>
		<input aria-label=Name> <a href=/next>Leave</a> <button onclick="onbeforeunload=e=>e.preventDefault()">Keep</button><p></p>
		<script>const said=[];const say=s=>{said.push(s);document.querySelector('p').textContent='said '+said.join()}</script>`,
		"/next": `<h1>Next</h1>`,
	})
	b := newBrowser(t)
	for _, c := range []struct {
		name   string
		do     []journey.Action
		expect journey.Expectation
	}{
		{"accept", do(reply("accept"), click("Confirm")), sees("said true")},
		{"dismiss", do(reply("dismiss"), click("Confirm")), sees("said false")},
		{"one after the other", do(reply("dismiss"), reply("accept"), click("Confirm"), click("Confirm")), sees("said false,true")},
		{"a prompt accepted as it is", do(reply("accept"), click("Prompt")), sees("said nobody")},
		{"a prompt answered", do(answer(text("Dana")), click("Prompt")), sees("said Dana")},
		{"a prompt answered with nothing", do(answer(text("")), click("Prompt"), reply("accept"), click("Confirm")), sees("said ,true")},
		{"an alert takes no answer", do(reply("dismiss"), click("Both")), sees("said false")},
		{"one that comes later", do(reply("accept"), click("Late")), sees("said true")},
		{"leaving", do(click("Keep"), writes(journey.Type, label("Name"), "x"), click("Leave")), sees("Next")},
		{"staying", do(click("Keep"), writes(journey.Type, label("Name"), "x"), reply("dismiss"), click("Leave"), reply("accept"), click("Confirm")), sees("said true")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL("/")), sees("Questions")))
			mustStep(t, s, step(c.do, c.expect))
		})
	}
	t.Run("an answer is for its step alone", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/"), reply("accept")), sees("Questions")))
		if f := failStep(t, s, step(do(click("Confirm")))); f.Kind != journey.KindDialog || !strings.Contains(f.Hint, "dialog: accept") {
			t.Errorf("got %s %q (%s)", f.Kind, f.Message, f.Hint)
		}
	})
	t.Run("no secret for a foreign page", func(t *testing.T) {
		t.Parallel()
		foreign := site(server)
		foreign.Hosts = []string{"shop.example"}
		s := open(t, b, foreign)
		mustStep(t, s, step(do(openURL("/"))))
		secret := journey.NewText(journey.Part{Secret: journey.NewSecret("hunter22"), Source: "${secret:PW}"})
		f := failStep(t, s, step(do(answer(secret), click("Prompt")), sees("said")))
		if f.Kind != journey.KindTarget || !strings.Contains(f.Message, "a secret is not typed") || strings.Contains(f.Message, "hunter22") {
			t.Errorf("got %s %q", f.Kind, f.Message)
		}
		mustStep(t, s, step(do(openURL("/")), journey.Expectation{Claim: journey.ClaimNoText, Op: journey.Contains, Text: text("hunter22")}))
	})
}

// TestDialogIsNoWait: what the page does after the question is waited for, the
// question itself isn't.
func TestDialogIsNoWait(t *testing.T) {
	server := pages(t, map[string]string{"/": `<button>Ask</button><script>document.querySelector('button').addEventListener('click',()=>{
		confirm('Sure?');setTimeout(()=>{document.body.append('done')},400)})</script>`})
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/"))))
	m := mustStep(t, s, step(do(reply("accept"), click("Ask")), sees("done")))
	if m.Wait < 350*time.Millisecond || m.Wait > 4*time.Second {
		t.Errorf("wait: got %v, want 400 ms and the frame", m.Wait)
	}
}
