package browser_test

import (
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

// TestChoices are the ways of choosing in a select, of scrolling so far and of
// pressing a key again, each with what the page then shows.
func TestChoices(t *testing.T) {
	const html = `<style>#list{height:60px;overflow:auto}#list p{height:200px}</style>
		<label>Size <select id=size><option value="" hidden>Choose<option value=s>Small<option value=m>Medium<option value=x disabled>Huge</select></label>
		<label>Colours <select id=colours multiple><option>Red<option selected>Green<option>Blue</select></label>
		<label>Field <input id=field></label><div id=list tabindex=0><p>one</p><p>two</p></div>
		<section id=outer><h2>Reviews</h2><div style="overflow:auto;height:40px" id=inner><p style="height:300px">long</p></div></section>
		<div style="height:3000px"></div><p id=log></p><script>
		let said='';const log=s=>{document.title=said+=(said&&' ')+s};
		for(const id of ['size','colours'])document.getElementById(id).onchange=e=>log([...e.target.selectedOptions].map(o=>o.label).join('+'));
		addEventListener('scroll',e=>log('page '+Math.round(scrollX)+','+Math.round(scrollY)));
		for(const id of ['list','inner'])document.getElementById(id).onscroll=e=>log(id+' '+Math.round(e.target.scrollTop));
		addEventListener('keydown',e=>{if(e.key!='Control'&&e.key!='Shift')log((e.ctrlKey?'C':'')+(e.shiftKey?'S':'')+e.code)});</script>`
	choose := func(name string, change func(*journey.Action)) journey.Action {
		a := on(journey.Select, label(name))
		change(&a)
		return a
	}
	by := func(target *journey.Target, x, y float64) journey.Action {
		return journey.Action{Verb: journey.Scroll, Target: target, By: &journey.Point{X: x, Y: y}}
	}
	press := func(key string, count int) journey.Action {
		return journey.Action{Verb: journey.Press, Target: label("Field"), Key: key, Count: count}
	}
	server := pages(t, map[string]string{"/": html})
	b := newBrowser(t)
	for _, c := range []struct {
		name  string
		do    journey.Action
		title string // what the page logged; "failure: …" where it can't be done
	}{
		{"by place, as listed", choose("Size", func(a *journey.Action) { a.Index = 2 }), "Medium"},
		{"the last", choose("Colours", func(a *journey.Action) { a.Index = journey.Last }), "Green+Blue"},
		{"exactly these", choose("Colours", func(a *journey.Action) { a.Options = []journey.Text{text("Blue"), text("Red")} }), "Red+Blue"},
		{"one of several beside what is chosen", choose("Colours", func(a *journey.Action) { a.Option = text("Red") }), "Red+Green"},
		{"one as a list", choose("Size", func(a *journey.Action) { a.Options = []journey.Text{text("s")} }), "Small"},
		{"a disabled place", choose("Size", func(a *journey.Action) { a.Index = 3 }), "failure: stayed disabled"},
		{"a place beyond the last", choose("Size", func(a *journey.Action) { a.Index = 4 }), `failure: it has no option number 4; it has "Choose", "Small", "Medium", "Huge"`},
		{"a missing one of several", choose("Colours", func(a *journey.Action) { a.Options = []journey.Text{text("Red"), text("Pink")} }), `failure: it has no option "Pink"; it has "Red", "Green", "Blue"`},
		{"several where one fits", choose("Size", func(a *journey.Action) { a.Options = []journey.Text{text("Small"), text("Medium")} }), "failure: takes one option, not 2"},
		{"the page", by(nil, 0, 300), "page 0,300"},
		{"what scrolls itself", by(css("#list"), 0, 50), "list 50"},
		{"what scrolls inside", by(css("#outer"), 0, 25), "inner 25"},
		{"what scrolls around", by(plain("two"), 0, 70), "list 70"},
		{"a combination", press("Control+Shift+K", 0), "CSKeyK"},
		{"a key three times", press("ArrowDown", 3), "ArrowDown ArrowDown ArrowDown"},
		{"none of the alternatives", on(journey.Click, &journey.Target{By: journey.ByFirst, FirstOf: []journey.Target{*plain("Colors"), *label("Fields")}}), `failure: can't click {first_of: ["Colors", {label: Fields}]}: none of the 2 is on the page`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL("/")), sees("Reviews")))
			if want, failing := strings.CutPrefix(c.title, "failure: "); failing {
				def := step(do(c.do))
				def.Timeout = 3 * time.Second
				if f := failStep(t, s, def); !strings.Contains(f.Message, want) {
					t.Errorf("got %q, want it to say %q", f.Message, want)
				} else if strings.Contains(c.name, "alternatives") && len(f.Nearest) < 2 {
					t.Errorf("nearest: %q, want what is near to each", f.Nearest)
				}
				return
			}
			mustStep(t, s, step(do(c.do), journey.Expectation{Claim: journey.ClaimTitle, Op: journey.Is, Text: text(c.title)}))
		})
	}
}
