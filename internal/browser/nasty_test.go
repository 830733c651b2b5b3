package browser_test

import (
	"testing"

	"samui/internal/browser"
	"samui/internal/journey"
)

// TestNasty are pages on which an action without patience fails or flakes. In
// each the thing is done once, and once only.
func TestNasty(t *testing.T) {
	const script = `<p id=out></p><script>let n=0;const done=()=>{document.getElementById('out').textContent='done '+ ++n}</script>`
	const button = `<button onclick=done()>Buy</button>`
	fills := func(html, with string) (string, []journey.Action, journey.Expectation) {
		return html, do(writes(journey.Fill, css("#f"), with)), holds(css("#f"), with)
	}
	press := func(html string) (string, []journey.Action, journey.Expectation) {
		return html, do(click("Buy")), sees("done 1")
	}
	check := func(html string) (string, []journey.Action, journey.Expectation) {
		return html, do(on(journey.Check, label("Agree"))), journey.Expectation{Claim: journey.ClaimChecked, Target: css("input")}
	}
	type nasty func() (string, []journey.Action, journey.Expectation)
	pressing := func(html string) nasty {
		return func() (string, []journey.Action, journey.Expectation) { return press(html) }
	}
	checking := func(html string) nasty {
		return func() (string, []journey.Action, journey.Expectation) { return check(html) }
	}
	filling := func(html, with string) nasty {
		return func() (string, []journey.Action, journey.Expectation) { return fills(html, with) }
	}
	cases := map[string]nasty{
		"moves while it comes":         pressing(`<style>@keyframes m{from{margin-left:600px}to{margin-left:0}}button{animation:m .5s}</style>` + button),
		"rendered anew all the time":   pressing(`<div id=a></div><script>const r=()=>{if(!n)a.innerHTML='<button onclick=done()>Buy</button>'};r2=setInterval(()=>r(),40);a.innerHTML='` + button + `'</script>`),
		"disabled first":               pressing(`<button disabled onclick=done()>Buy</button><script>setTimeout(()=>{document.querySelector('button').disabled=false},400)</script>`),
		"under a spinner that fades":   pressing(button + `<div id=s style="position:fixed;inset:0;background:#fff;transition:opacity .4s"></div><script>setTimeout(()=>{s.style.opacity=0;s.ontransitionend=()=>s.remove()},200)</script>`),
		"under a sticky header":        pressing(`<header style="position:sticky;top:0;height:70vh;background:#ccc">Head</header><div style="height:2000px"></div>` + button + `<div style="height:3000px"></div>`),
		"in a nested scroller":         pressing(`<div style="height:200px;overflow:auto"><div style="height:900px"></div><div style="height:150px;overflow:auto"><div style="height:900px"></div>` + button + `</div></div>`),
		"in what takes no events":      pressing(`<div style="pointer-events:none"><button style="pointer-events:auto" onclick=done()>Buy</button></div>`),
		"without a box of its own":     pressing(`<button style="display:contents" onclick=done()><span>Buy</span></button>`),
		"no size but what flows over":  pressing(`<a href="#x" style="display:block;width:0;height:0;white-space:nowrap" onclick="done()"><span>Buy</span></a>`),
		"in a label":                   pressing(`<label><span>Text</span><button type=button onclick=done()>Buy</button></label>`),
		"in an open shadow root":       pressing(`<x-b></x-b><script>document.querySelector('x-b').attachShadow({mode:'open'}).innerHTML='<button><slot></slot></button>';document.querySelector('x-b').append('Buy');document.querySelector('x-b').onclick=done</script>`),
		"late":                         pressing(`<script>setTimeout(()=>document.body.insertAdjacentHTML('beforeend','` + button + `'),400)</script>`),
		"pushed down while it is seen": pressing(button + `<script>let i=0;const p=setInterval(()=>{document.body.prepend(document.createElement('hr'));if(++i>8)clearInterval(p)},50)</script>`),
		"in a smooth scroller":         pressing(`<style>html{scroll-behavior:smooth}</style><div style="height:4000px"></div>` + button),
		"a checkbox nobody sees":       checking(`<style>input{position:absolute;width:1px;height:1px;opacity:0;clip-path:inset(50%)}</style><label><input type=checkbox><span style="display:inline-block;width:20px;height:20px;border:1px solid"></span> Agree</label>`),
		"a checkbox without a box":     checking(`<style>input{display:none}</style><label><input type=checkbox> Agree</label>`),
		"a checkbox that asks first":   checking(`<label><input type=checkbox onclick="if(!this.ok){event.preventDefault();setTimeout(()=>{this.ok=1;this.checked=true},200)}"> Agree</label>`),
		"edited in place":              filling(`<div id=f contenteditable>old</div>`, "new"),
		"a date":                       filling(`<input id=f type=date>`, "2026-03-04"),
		"a number":                     filling(`<input id=f type=number value=3>`, "42"),
		"a range":                      filling(`<input id=f type=range min=0 max=100>`, "30"),
		"a controlled field":           filling(`<input id=f value=old><script>f.oninput=()=>{const v=f.value;setTimeout(()=>{f.value=v},30)}</script>`, "new"),
		"read-only first":              filling(`<input id=f readonly value=old><script>setTimeout(()=>{f.readOnly=false},300)</script>`, "new"),
		"goes to another page":         pressing(`<a href="/other" >Buy</a>`),
		"pushes a state":               pressing(`<button onclick="history.pushState({},'','/x');setTimeout(done,50)">Buy</button>`),
		"renders itself anew":          pressing(`<div id=a><button onclick="done();a.innerHTML='<button>Sold</button>'">Buy</button></div>`),
		"a list of its own": func() (string, []journey.Action, journey.Expectation) {
			return `<div role=combobox tabindex=0 aria-label=Size onclick="setTimeout(()=>{l.hidden=false},150)">Choose</div><ul id=l role=listbox hidden><li role=option onclick=done()>Small</li><li role=option>Large</li></ul>`, do(click("Size"), click("Small")), sees("done 1")
		},
		"suggestions": func() (string, []journey.Action, journey.Expectation) {
			return `<label>City <input id=f></label><ul id=l></ul><script>f.onkeyup=()=>{clearTimeout(f.t);f.t=setTimeout(()=>{l.innerHTML=f.value==='Hai'?'<li><button onclick=done()>Haifa</button></li>':''},120)}</script>`, do(writes(journey.Type, label("City"), "Hai"), click("Haifa")), sees("done 1")
		},
	}
	html := map[string]string{"/other": `<p>done 1</p>`}
	paths := map[string]string{}
	for name, c := range cases {
		page, _, _ := c()
		paths[name] = "/" + string(rune('a'+len(paths)/26)) + string(rune('a'+len(paths)%26))
		html[paths[name]] = script + page
	}
	server := pages(t, html)
	b := newBrowser(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, actions, expected := c()
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL(paths[name]))))
			def := step(actions, expected)
			if _, err := s.Step(t.Context(), def); err != nil {
				said, _ := browser.Eval[string](t.Context(), s, "document.body.innerText")
				t.Errorf("%v; the page says %q", err, said)
			}
		})
	}
}
