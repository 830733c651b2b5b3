package browser_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

// elsewhere is a server's address under another name: another site.
func elsewhere(server *httptest.Server) string {
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

func inFrame(frame, target *journey.Target) *journey.Target {
	t := *target
	t.Frame = frame
	return &t
}

func is(target *journey.Target, want string) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimText, Target: target, Op: journey.Is, Text: text(want)}
}

const cardForm = `<style>body{margin:0}</style><form><label>Card number <input name=card></label> <label>Bank <select><option>Leumi<option>Poalim</select></label>
	<label>Remember <input type=checkbox></label> <button>Pay</button></form><output id=o></output><div style="height:2000px"></div><button id=low>Terms</button><script>
	const o = document.querySelector('#o');
	document.querySelector('#low').onclick = () => { o.textContent = 'terms'; };
	document.forms[0].onsubmit = (e) => { e.preventDefault(); const f = document.forms[0];
		o.textContent = [f.card.value, f.querySelector('select').value, f.querySelector('[type=checkbox]').checked, e.isTrusted].join(' '); top.postMessage('paid', '*'); };</script>`

// TestFrames: what a customer does in an iframe, of the page's own site, of
// another, or one in another.
func TestFrames(t *testing.T) {
	html := map[string]string{"/card": cardForm}
	server := pages(t, html)
	other := pages(t, map[string]string{
		"/card": cardForm,
		"/bank": `<p>Bank</p><iframe title="Card details" src="` + server.URL + `/card" style="border:7px solid;padding:3px;width:90%;height:160px"></iframe>`,
		"/shop": `<p>Shop</p><iframe title="Bank" src="/bank2" style="width:90%;height:300px"></iframe>`,
	})
	shop := func(frame string) map[string]string {
		return map[string]string{"/": `<h1>Checkout</h1><div style="height:1500px"></div><p id=p></p>` + frame + `<script>onmessage=(e)=>{document.querySelector('#p').textContent=e.data}</script>`}
	}
	card := plain("Card details")
	b := newBrowser(t)
	for name, c := range map[string]struct {
		page  string
		frame *journey.Target
	}{
		"of the same site":                 {`<iframe title="Card details" src="` + server.URL + `/card" width=600 height=200></iframe>`, card},
		"of another site":                  {`<iframe title="Card details" src="` + elsewhere(server) + `/card" width=600 height=200></iframe>`, card},
		"of another site, scaled":          {`<iframe title="Card details" src="` + elsewhere(server) + `/card" width=600 height=200 style="transform:scale(.5)"></iframe>`, card},
		"in one of another site":           {`<iframe title="Bank" src="` + elsewhere(other) + `/bank" width=700 height=300></iframe>`, inFrame(plain("Bank"), card)},
		"that comes late":                  {`<div id=here></div><script>setTimeout(()=>{document.querySelector('#here').innerHTML='<iframe title="Card details" src="` + elsewhere(server) + `/card" width=600 height=200></iframe>'},600)</script>`, card},
		"that is found by what holds it":   {`<div id=holder><iframe src="` + elsewhere(server) + `/card" width=600 height=200></iframe></div>`, css("#holder")},
		"in an open shadow root":           {`<x-pay></x-pay><script>document.querySelector('x-pay').attachShadow({mode:'open'}).innerHTML='<iframe title="Card details" src="` + server.URL + `/card" width=600 height=200></iframe>'</script>`, card},
		"that is replaced when it's there": {`<iframe title="Card details" src="/card?old" width=600 height=200></iframe><script>setTimeout(()=>{document.querySelector('iframe').outerHTML='<iframe title="Card details" src="` + elsewhere(server) + `/card" width=600 height=200></iframe>'},300)</script>`, card},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := pages(t, shop(c.page))
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL("/")), journey.Expectation{Claim: journey.ClaimVisible, Target: inFrame(c.frame, label("Card number"))}))
			if strings.Contains(name, "replaced") {
				mustStep(t, s, step(do(journey.Action{Verb: journey.Pause, Pause: 500 * time.Millisecond})))
			}
			m := mustStep(t, s, step(do(
				journey.Action{Verb: journey.Fill, Target: inFrame(c.frame, label("Card number")), With: text("4111")},
				journey.Action{Verb: journey.Type, Target: inFrame(c.frame, label("Card number")), With: text("22")},
				journey.Action{Verb: journey.Select, Target: inFrame(c.frame, label("Bank")), Option: text("Poalim")},
				journey.Action{Verb: journey.Check, Target: inFrame(c.frame, label("Remember"))},
				journey.Action{Verb: journey.Hover, Target: inFrame(c.frame, plain("Pay"))},
				journey.Action{Verb: journey.Click, Target: inFrame(c.frame, plain("Pay"))},
			), is(inFrame(c.frame, css("#o")), "411122 Poalim true true"), sees("paid")))
			if m.Wait < 0 || m.Wait > 5*time.Second || m.Actions != 6 {
				t.Errorf("wait %s, %d actions", m.Wait, m.Actions)
			}
			mustStep(t, s, step(do(journey.Action{Verb: journey.Click, Target: inFrame(c.frame, plain("Terms"))}), is(inFrame(c.frame, css("#o")), "terms")))
		})
	}
}

// TestFrameFailures: a failure names what frames there are.
func TestFrameFailures(t *testing.T) {
	server := pages(t, map[string]string{
		"/card": cardForm, "/empty": "",
		"/": `<h1>Checkout</h1><iframe title="Card details" src="/card" width=600 height=150></iframe><iframe name=chat src="/empty" width=200 height=50></iframe>
			<div style="position:relative;width:600px"><iframe title="Covered" src="/card" width=600 height=150></iframe><div id=veil style="position:absolute;inset:0;background:#ccc">Please wait</div></div>
			<iframe title="Askew" src="/card" width=300 height=150 style="rotate:20deg"></iframe>`,
		"/plain": `<h1>Nothing here</h1>`,
	})
	click := func(target *journey.Target) journey.Step {
		return step(do(journey.Action{Verb: journey.Click, Target: target, Pos: journey.Pos{File: "j.yaml", Line: 7}}))
	}
	expect := func(e journey.Expectation) journey.Step { return step(nil, e) }
	b := newBrowser(t)
	for name, c := range map[string]struct {
		page string
		def  journey.Step
		want []string
	}{
		"no such frame":         {"/", click(inFrame(plain("Card form"), plain("Pay"))), []string{`can't click {text: Pay, frame: "Card form"}: there is no frame "Card form"; there is iframe "Card details"`, `iframe "chat"`}},
		"no frame at all":       {"/plain", click(inFrame(plain("Card form"), plain("Pay"))), []string{"there is no frame \"Card form\", nor any other"}},
		"several frames":        {"/", click(inFrame(css("iframe"), plain("Pay"))), []string{`4 frames are {css: iframe}`, `iframe "Card details"`}},
		"nothing in the frame":  {"/", click(inFrame(plain("Card details"), plain("Buy"))), []string{"nothing on the page matches"}},
		"covered frame":         {"/", click(inFrame(plain("Covered"), plain("Pay"))), []string{"its frame is covered by {text: Please wait}"}},
		"turned frame":          {"/", click(inFrame(plain("Askew"), plain("Pay"))), []string{"drawn askew"}},
		"frame's selector":      {"/", click(inFrame(css("iframe["), plain("Pay"))), []string{"bad selector"}},
		"expectation":           {"/", expect(is(inFrame(plain("Card details"), css("#o")), "paid")), []string{`text: {in: {css: "#o", frame: "Card details"}, is: paid} not seen`}},
		"expectation, no frame": {"/", expect(is(inFrame(plain("Bank"), css("#o")), "paid")), []string{`there is no frame "Bank"; there is iframe "Card details"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL(c.page))))
			c.def.Timeout = 3 * time.Second
			f := failStep(t, s, c.def)
			for _, want := range c.want {
				if !strings.Contains(f.Message, want) {
					t.Errorf("got %s %q, want %q", f.Kind, f.Message, want)
				}
			}
		})
	}
}

// TestSoftInFrame: what should be seen in a frame is looked for there, and what
// is masked there is covered.
func TestSoftInFrame(t *testing.T) {
	server := pages(t, map[string]string{"/card": `<p id=o>Thanks</p>`, "/": `<h1>Shop</h1><iframe title=Card src=/card></iframe>`})
	b := newBrowser(t)
	s := openAs(t, b, journey.Journey{Site: site(server), Mask: []journey.Target{*inFrame(plain("Card"), css("#o"))}}, desktop())
	soft := func(e journey.Expectation) journey.Expectation {
		return journey.Expectation{Claim: journey.ClaimSoft, Of: []journey.Expectation{e}}
	}
	m := mustStep(t, s, step(do(openURL("/")), soft(is(inFrame(plain("Card"), css("#o")), "Thanks")),
		soft(is(inFrame(plain("Card"), css("#o")), "Sorry")), soft(is(inFrame(plain("Bank"), css("#o")), "Thanks"))))
	if len(m.Notes) != 2 || !strings.Contains(m.Notes[0], `there was "Thanks"`) || !strings.Contains(m.Notes[1], `there is no frame "Bank"; there is iframe "Card"`) {
		t.Errorf("notes %q", m.Notes)
	}
	if _, err := s.Screenshot(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestTargetsInFrames: whatever a target is made of, it is looked for in its
// frame: alternatives, what is narrowed, where something is dropped.
func TestTargetsInFrames(t *testing.T) {
	const form = `<style>body{margin:0}</style><fieldset id=gift><legend>Gift</legend><button>Wrap</button></fieldset><fieldset><legend>Other</legend><button>Wrap</button></fieldset>
		<div id=from style="width:60px;height:30px;user-select:none">Parcel</div><div id=cart style="width:90px;height:40px">Cart</div><output id=o></output><script>
		const o = document.querySelector('#o'); let held = false;
		for (const b of document.querySelectorAll('button')) b.onclick = () => { o.textContent = 'wrapped as ' + b.parentNode.querySelector('legend').textContent; };
		document.querySelector('#from').onmousedown = () => { held = true; };
		onmouseup = (e) => { if (held) o.textContent = 'dropped on ' + e.target.textContent; held = false; };</script>`
	server := pages(t, map[string]string{"/form": form, "/": `<h1>Shop</h1><button>Wrap</button><div id=cart>Decoy</div><iframe title=Form src=/form width=500 height=300></iframe>`})
	other := pages(t, map[string]string{"/form": form})
	crossSite := pages(t, map[string]string{"/": `<h1>Shop</h1><button>Wrap</button><div id=cart>Decoy</div><iframe title=Form src="` + elsewhere(other) + `/form" width=500 height=300></iframe>`})
	first := func(all ...*journey.Target) *journey.Target {
		target := &journey.Target{By: journey.ByFirst}
		for _, one := range all {
			target.FirstOf = append(target.FirstOf, *one)
		}
		return target
	}
	within := func(outer, target *journey.Target) *journey.Target {
		narrow := *target
		narrow.Within = outer
		return &narrow
	}
	frame := plain("Form")
	click := func(target *journey.Target) journey.Action {
		return journey.Action{Verb: journey.Click, Target: target}
	}
	wrap := within(css("#gift"), css("button"))
	b := newBrowser(t)
	for site1, server := range map[string]*httptest.Server{"same site": server, "another site": crossSite} {
		for name, c := range map[string]struct {
			do   journey.Action
			want string
		}{
			"within":                   {click(inFrame(frame, wrap)), "wrapped as Gift"},
			"has":                      {click(inFrame(frame, &journey.Target{By: journey.ByRole, Value: text("button"), Within: &journey.Target{By: journey.ByCSS, Value: text("fieldset"), Has: text("Other")}})), "wrapped as Other"},
			"first_of":                 {click(inFrame(frame, first(css("#gone"), wrap))), "wrapped as Gift"},
			"first_of within":          {click(inFrame(frame, within(css("#gift"), first(plain("Pack"), plain("Wrap"))))), "wrapped as Gift"},
			"within first_of":          {click(inFrame(frame, within(first(css("#gone"), css("#gift")), css("button")))), "wrapped as Gift"},
			"a frame of first_of":      {click(inFrame(first(plain("Old form"), plain("Form")), wrap)), "wrapped as Gift"},
			"an nth frame of first_of": {click(inFrame(&journey.Target{By: journey.ByFirst, Nth: 1, FirstOf: []journey.Target{*css("iframe")}}, wrap)), "wrapped as Gift"},
			"a frame by css in that":   {click(inFrame(first(css("#old"), css("iframe")), wrap)), "wrapped as Gift"},
			"to":                       {journey.Action{Verb: journey.Drag, Target: inFrame(frame, css("#from")), To: css("#cart")}, "dropped on Cart"},
			"to first_of":              {journey.Action{Verb: journey.Drag, Target: inFrame(frame, css("#from")), To: first(css("#gone"), css("#cart"))}, "dropped on Cart"},
		} {
			t.Run(site1+", "+name, func(t *testing.T) {
				t.Parallel()
				s := open(t, b, site(server))
				mustStep(t, s, step(do(openURL("/"))))
				mustStep(t, s, step(do(c.do), is(inFrame(frame, first(css("#gone"), css("#o"))), c.want)))
			})
		}
	}
	s := open(t, b, site(server))
	mustStep(t, s, step(do(openURL("/"))))
	missing := step(do(click(inFrame(frame, first(plain("Wrapp"), plain("Parcell"))))))
	missing.Timeout = 2 * time.Second
	f := failStep(t, s, missing)
	if len(f.Nearest) == 0 || !strings.Contains(f.Message, `frame: "Form"`) {
		t.Errorf("%s %q, nearest %q", f.Kind, f.Message, f.Nearest)
	}
}
