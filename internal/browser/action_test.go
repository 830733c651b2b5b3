package browser_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
)

// form is a page that writes down every trusted and untrusted event it hears.
const form = `<style>.hide input{position:absolute;opacity:0;width:0;height:0}</style>
<form onsubmit="event.preventDefault();log('submit')">
<label>Name <input id=name value=old></label>
<label>Secret <input id=secret type=password></label>
<label>Notes <textarea id=notes>first </textarea></label>
<label>Day <input id=day type=date></label>
<label>Size <select id=size><option value=s>Small<option value=m>Medium<option value=x disabled>Huge</select></label>
<label><input type=checkbox id=terms> I agree</label>
<label class=hide><input type=checkbox id=styled> Styled</label>
<input type=radio name=r id=r1 aria-label=One checked><input type=radio name=r id=r2 aria-label=Two>
<div contenteditable id=rich aria-label=Rich>rich</div>
<label>Fixed <input readonly value=no></label>
<button>Send</button></form>
<nav onmouseover="document.getElementById('menu').hidden=false">Menu</nav><p id=menu hidden>Opened</p>
<p id=log></p><div style=height:3000px></div><footer>The end</footer>
<script>
const log=s=>{document.getElementById('log').textContent+=s+' '};
for(const t of ['keydown','change','click'])document.addEventListener(t,e=>{if(e.target.id)log(t+':'+e.target.id+(e.isTrusted?'':'?')+(t=='keydown'?':'+e.key:''))});
addEventListener('scroll',()=>{document.title='y'+Math.round(scrollY)});
</script>`

func on(verb journey.Verb, target *journey.Target) journey.Action {
	return journey.Action{Verb: verb, Target: target, Pos: journey.Pos{File: "j.yaml", Line: 7}}
}

func label(s string) *journey.Target { return &journey.Target{By: journey.ByLabel, Value: text(s)} }

func writes(verb journey.Verb, target *journey.Target, with string) journey.Action {
	a := on(verb, target)
	a.With = text(with)
	return a
}

func holds(target *journey.Target, want string) journey.Expectation {
	return journey.Expectation{Claim: journey.ClaimValue, Target: target, Op: journey.Is, Text: text(want)}
}

// TestActions does every action on a real form and looks at what it left.
func TestActions(t *testing.T) {
	pressed := func(target *journey.Target, key string) journey.Action {
		a := journey.Action{Verb: journey.Press, Key: key}
		a.Target = target
		return a
	}
	chosen := on(journey.Select, label("Size"))
	chosen.Option = text("Medium")
	byValue := on(journey.Select, label("Size"))
	byValue.Option = text("m")
	logged := func(s string) journey.Expectation {
		return journey.Expectation{Claim: journey.ClaimText, Target: css("#log"), Op: journey.Contains, Text: text(s)}
	}
	state := func(selector string) journey.Expectation {
		return journey.Expectation{Claim: journey.ClaimCount, Target: css(selector), Op: journey.Is, Number: 1}
	}
	cases := []struct {
		name   string
		do     []journey.Action
		expect []journey.Expectation
	}{
		{"fill replaces", do(writes(journey.Fill, label("Name"), "שרה new")), []journey.Expectation{holds(label("Name"), "שרה new")}},
		{"fill with nothing empties", do(writes(journey.Fill, label("Name"), "")), []journey.Expectation{holds(label("Name"), "")}},
		{"fill a date", do(writes(journey.Fill, label("Day"), "2026-01-31")), []journey.Expectation{holds(label("Day"), "2026-01-31")}},
		{"fill what is edited in place", do(writes(journey.Fill, css("#rich"), "poor")), []journey.Expectation{holds(css("#rich"), "poor")}},
		{"fill a text area", do(writes(journey.Fill, label("Notes"), "one\ntwo")), []journey.Expectation{holds(label("Notes"), "one two")}},
		{"type goes on behind what is there, key by key", do(writes(journey.Type, label("Notes"), "שA!")), []journey.Expectation{holds(label("Notes"), "first שA!"), logged("keydown:notes:ש keydown:notes:A keydown:notes:!")}},
		{"clear", do(on(journey.Clear, label("Name"))), []journey.Expectation{holds(label("Name"), "")}},
		{"select by label", do(chosen), []journey.Expectation{holds(label("Size"), "Medium"), logged("change:size")}},
		{"select by value", do(byValue), []journey.Expectation{holds(label("Size"), "Medium")}},
		{"check", do(on(journey.Check, label("I agree"))), []journey.Expectation{state("#terms:checked"), logged("click:terms ")}},
		{"check twice", do(on(journey.Check, label("I agree")), on(journey.Check, label("I agree"))), []journey.Expectation{state("#terms:checked")}},
		{"check and uncheck", do(on(journey.Check, label("I agree")), on(journey.Uncheck, label("I agree"))), []journey.Expectation{state("#terms:not(:checked)")}},
		{"check a box behind its label", do(on(journey.Check, label("Styled"))), []journey.Expectation{state("#styled:checked")}},
		{"check a radio button", do(on(journey.Check, label("Two"))), []journey.Expectation{state("#r2:checked")}},
		{"press Enter in a field", do(pressed(label("Name"), "Enter")), []journey.Expectation{logged("keydown:name:Enter"), logged("submit")}},
		{"press on the focused element", do(on(journey.Click, label("Name")), pressed(nil, "Control+a"), pressed(nil, "Delete")), []journey.Expectation{holds(label("Name"), "")}},
		{"press Tab goes to the next field", do(on(journey.Click, label("Name")), pressed(nil, "Tab"), pressed(nil, "z")), []journey.Expectation{logged("keydown:secret:z")}},
		{"hover", do(on(journey.Hover, plain("Menu"))), []journey.Expectation{sees("Opened")}},
		{"scroll to the bottom", do(journey.Action{Verb: journey.Scroll, Edge: "bottom"}), []journey.Expectation{{Claim: journey.ClaimTitle, Op: journey.Matches, Text: text(`^y[1-9]\d{2,}$`)}}},
		{"scroll to a target", do(on(journey.Scroll, plain("The end"))), []journey.Expectation{{Claim: journey.ClaimTitle, Op: journey.Matches, Text: text(`^y[1-9]\d{2,}$`)}}},
		{"scroll back to the top", do(journey.Action{Verb: journey.Scroll, Edge: "bottom"}, journey.Action{Verb: journey.Scroll, Edge: "top"}), []journey.Expectation{{Claim: journey.ClaimTitle, Op: journey.Is, Text: text("y0")}}},
		{"click below the fold", do(on(journey.Scroll, plain("The end")), click("Send")), []journey.Expectation{logged("submit")}},
	}
	server := pages(t, map[string]string{"/": form})
	b := newBrowser(t)
	for _, device := range []journey.Device{journey.Devices()[0], journey.Devices()[3]} {
		for _, c := range cases {
			if device.Touch && strings.HasPrefix(c.name, "hover") {
				continue // nothing hovers over a phone
			}
			t.Run(device.Name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				s := openAs(t, b, journey.Journey{Site: site(server)}, journey.Visit{Device: device})
				mustStep(t, s, step(do(openURL("/")), sees("Send")))
				def := step(c.do, c.expect...)
				def.Timeout = 20 * time.Second
				if _, err := s.Step(t.Context(), def); err != nil {
					log, _ := browser.Eval[string](t.Context(), s, "document.getElementById('log').textContent")
					t.Errorf("%v\nthe page heard: %s", err, log)
				}
			})
		}
	}
}

// TestTrusted: input is the real thing, not a script's.
func TestTrusted(t *testing.T) {
	server := pages(t, map[string]string{"/": `<input aria-label=Field><button>Go</button><p></p><script>
		const seen=[];for(const t of ['click','keydown','input','pointerdown','touchstart'])addEventListener(t,e=>{seen.push(t+(e.isTrusted?'':' FAKE'));document.querySelector('p').textContent=seen.join(',')},true)</script>`})
	b := newBrowser(t)
	for _, c := range []struct {
		device journey.Device
		want   string
	}{{journey.Devices()[0], "pointerdown,click"}, {journey.Devices()[3], "pointerdown,touchstart,click"}} {
		s := openAs(t, b, journey.Journey{Site: site(server)}, journey.Visit{Device: c.device})
		mustStep(t, s, step(do(openURL("/"))))
		mustStep(t, s, step(do(click("Go")), sees(c.want)))
		mustStep(t, s, step(do(writes(journey.Fill, label("Field"), "x"), writes(journey.Type, label("Field"), "y")), sees("input,keydown,input"), journey.Expectation{Claim: journey.ClaimNoText, Op: journey.Contains, Text: text("FAKE")}))
	}
}

// TestFailures: what can't be done says why, and what was there instead.
func TestFailures(t *testing.T) {
	server := pages(t, map[string]string{
		"/": form + `<button disabled>Locked</button><button hidden>Ghost</button>
		<button>Twin</button><button>Twin</button><button>Put in basket</button>
		<div style="position:relative"><button>Under</button><div role=dialog aria-label=Consent style="position:absolute;inset:0;background:#ccc"></div></div>
		<button id=restless style="position:relative">Restless</button><script>let left=0;(function go(){restless.style.left=(left=(left+37)%600)+'px';requestAnimationFrame(go)})()</script>`,
		"/wait": `<h1>Waiting</h1>`,
	})
	missing := on(journey.Select, label("Size"))
	missing.Option = text("Enormous")
	broken := click("x")
	broken.Target = css("][")
	foreign := writes(journey.Fill, label("Name"), "x")
	foreign.With = journey.NewText(journey.Part{Secret: journey.NewSecret("hunter22"), Source: "${secret:PW}"})
	cases := []struct {
		name    string
		step    journey.Step
		kind    journey.FailureKind
		message string
		nearest string // the first
	}{
		{"nothing matches", step(do(on(journey.Click, &journey.Target{By: journey.ByRole, Value: text("button"), Name: text("Add to basket")}))), journey.KindTarget, "nothing on the page matches", "{role: button, name: Put in basket}"},
		{"two match", step(do(click("Twin"))), journey.KindTarget, "2 elements match", ""},
		{"not visible", step(do(on(journey.Click, css("button[hidden]")))), journey.KindTarget, "not visible", ""},
		{"disabled", step(do(click("Locked"))), journey.KindTarget, "stayed disabled", ""},
		{"covered", step(do(click("Under"))), journey.KindTarget, "is covered by", ""},
		{"moving", step(do(click("Restless"))), journey.KindTarget, "never stood still", ""},
		{"read-only", step(do(writes(journey.Fill, label("Fixed"), "x"))), journey.KindTarget, "is read-only", ""},
		{"not a field", step(do(writes(journey.Fill, plain("Menu"), "x"))), journey.KindTarget, "no field to write in", ""},
		{"no such option", step(do(missing)), journey.KindTarget, `it has "Small", "Medium", "Huge"`, "Small"},
		{"not a checkbox", step(do(on(journey.Check, plain("Send")))), journey.KindTarget, "neither a checkbox", ""},
		{"a radio button can't be unchecked", step(do(on(journey.Uncheck, label("One")))), journey.KindTarget, "did not change", ""},
		{"a bad selector", step(do(broken)), journey.KindScript, "bad selector", ""},
		{"a bad selector in an expectation", step(do(click("Send")), journey.Expectation{Claim: journey.ClaimVisible, Target: css("][")}), journey.KindScript, "bad selector", ""},
		{"text that isn't there", step(do(click("Send")), sees("Thank you")), journey.KindExpectation, `"Thank you" not seen`, ""},
		{"text that should go", step(do(click("Send")), journey.Expectation{Claim: journey.ClaimNoText, Op: journey.Contains, Text: text("The end")}), journey.KindExpectation, "still there", ""},
		{"another value", step(do(click("Send")), holds(label("Name"), "new")), journey.KindExpectation, `there was "old"`, ""},
		{"a secret off the site", step(do(foreign)), journey.KindTarget, "none of the site's hosts (shop.example)", ""},
	}
	b := newBrowser(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at := site(server)
			if strings.HasPrefix(c.name, "a secret") {
				at.Hosts = []string{"shop.example"}
			}
			s := open(t, b, at)
			mustStep(t, s, step(do(openURL("/")), sees("Send")))
			c.step.Timeout = 3 * time.Second
			f := failStep(t, s, c.step)
			if f.Kind != c.kind || !strings.Contains(f.Message, c.message) {
				t.Errorf("got %s %q, want %s with %q", f.Kind, f.Message, c.kind, c.message)
			}
			if strings.Contains(f.Message, "hunter22") {
				t.Errorf("the message holds the secret: %q", f.Message)
			}
			if c.nearest != "" && (len(f.Nearest) == 0 || f.Nearest[0] != c.nearest) {
				t.Errorf("nearest: got %q, want %q first", f.Nearest, c.nearest)
			}
			t.Logf("%s (hint: %s)", f.Message, f.Hint)
		})
	}
}

// TestOptional: what doesn't come is left out, and the trying is no wait.
func TestOptional(t *testing.T) {
	server := pages(t, map[string]string{"/": `<button onclick="document.body.append('done')">Go</button>`})
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/"))))
	banner := click("Accept cookies")
	banner.Optional, banner.For = true, 700*time.Millisecond
	m := mustStep(t, s, step(do(banner, click("Go")), sees("done")))
	if m.Wait > 600*time.Millisecond {
		t.Errorf("wait: got %v, want the 700 ms of trying left out", m.Wait)
	}
	mustStep(t, s, step(do(banner), sees("done")))
}

// TestOptionalGivenUp: what is no longer looked for isn't scrolled to when it
// comes after all.
func TestOptionalGivenUp(t *testing.T) {
	t.Parallel()
	server := pages(t, map[string]string{"/": `<h1>Top</h1><p></p><div style=height:3000px></div><script>
		setTimeout(()=>{document.body.insertAdjacentHTML('beforeend','<button>Accept</button>')},1500);
		setTimeout(()=>{document.querySelector('p').textContent='scrolled '+scrollY},2500)</script>`})
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/")), sees("Top")))
	banner := click("Accept")
	banner.Optional, banner.For = true, 500*time.Millisecond
	mustStep(t, s, step(do(banner), sees("scrolled 0")))
}

// TestLostFocus: a field that won't be written in says so.
func TestLostFocus(t *testing.T) {
	t.Parallel()
	server := pages(t, map[string]string{"/": `<input aria-label=Name onfocus="this.blur()">`})
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/"))))
	def := step(do(writes(journey.Fill, label("Name"), "x")))
	def.Timeout = 3 * time.Second
	if f := failStep(t, s, def); f.Kind != journey.KindTarget || !strings.Contains(f.Message, "does not keep the focus") {
		t.Errorf("got %s %q, want that it does not keep the focus", f.Kind, f.Message)
	}
}

// TestOddNavigations: links that lead nowhere leave the page as it is.
func TestOddNavigations(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", html(`<a href=/nothing>Nothing</a> <a href=/file download>File</a> <a href=/attachment>Attachment</a> <a href=mailto:a@b.example>Mail</a>
		<script>for(const a of document.links)a.addEventListener('click',()=>{setTimeout(()=>{document.body.append(' after-'+a.textContent)},300)})</script>`))
	mux.HandleFunc("/nothing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("data")) })
	mux.HandleFunc("/attachment", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", "attachment; filename=x.bin")
		_, _ = w.Write([]byte("data"))
	})
	server := serve(t, mux)
	b := newBrowser(t)
	for _, name := range []string{"Nothing", "File", "Attachment", "Mail"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL("/"))))
			m := mustStep(t, s, step(do(click(name)), sees("after-"+name)))
			if m.Page.Navigation != journey.NavigationNone {
				t.Errorf("navigation: got %s, want none", m.Page.Navigation)
			}
		})
	}
}
