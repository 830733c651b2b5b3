package browser_test

import (
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

// pad is a page that says how it was pressed.
const pad = `<style>button{border:0;padding:0}#pad{width:200px;height:100px;margin:40px}#tall{height:3000px}</style><button id=pad>Pad</button><button id=tall>Tall</button><p></p><script>
const heard=[];
for(const t of ['click','dblclick','auxclick','contextmenu'])document.addEventListener(t,e=>{
  const held=['ctrlKey','shiftKey','altKey','metaKey'].filter(k=>e[k]).join('+');
  heard.push([t,held,e.offsetX+','+e.offsetY].filter(Boolean).join(' '));document.querySelector('p').textContent=heard.join('; ');
  if(t==='contextmenu')e.preventDefault();
})</script>`

func clickWith(target *journey.Target, change func(*journey.Action)) journey.Action {
	a := on(journey.Click, target)
	change(&a)
	return a
}

// TestClicks: a click is done with the button, as often, where and with what
// held down that it says.
func TestClicks(t *testing.T) {
	server := pages(t, map[string]string{"/": pad})
	b := newBrowser(t)
	for _, c := range []struct {
		name   string
		device int
		change func(*journey.Action)
		target *journey.Target
		want   string
	}{
		{"twice", 0, func(a *journey.Action) { a.Count = 2 }, css("#pad"), "click 100,50; click 100,50; dblclick 100,50"},
		{"twice by finger", 3, func(a *journey.Action) { a.Count = 2 }, css("#pad"), "click 100,50; click 100,50"},
		{"the right button", 0, func(a *journey.Action) { a.Button = "right" }, css("#pad"), "contextmenu 100,50"},
		{"the middle button", 0, func(a *journey.Action) { a.Button = "middle" }, css("#pad"), "auxclick 100,50"},
		{"keys held down", 0, func(a *journey.Action) { a.Keys = "Control+Shift" }, css("#pad"), "click ctrlKey+shiftKey 100,50"},
		{"a place", 0, func(a *journey.Action) { a.At = &journey.Point{X: 7, Y: 9} }, css("#pad"), "click 7,9"},
		{"a place below the fold", 0, func(a *journey.Action) { a.At = &journey.Point{X: 10, Y: 2900} }, css("#tall"), "click 10,2900"},
		{"all at once", 0, func(a *journey.Action) { a.Count, a.Keys, a.At = 2, "Alt", &journey.Point{X: 1, Y: 1} }, css("#pad"), "dblclick altKey 1,1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := openAs(t, b, journey.Journey{Site: site(server)}, journey.Visit{Device: journey.Devices()[c.device]})
			mustStep(t, s, step(do(openURL("/"))))
			def := step(do(clickWith(c.target, c.change)), sees(c.want))
			def.Timeout = 20 * time.Second
			mustStep(t, s, def)
		})
	}
	t.Run("a place outside", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/"))))
		def := step(do(clickWith(css("#pad"), func(a *journey.Action) { a.At = &journey.Point{X: 300, Y: 1} })))
		def.Timeout = 3 * time.Second
		if f := failStep(t, s, def); f.Kind != journey.KindTarget || !strings.Contains(f.Message, "only 200×100 pixels") {
			t.Errorf("got %s %q, want how large it is", f.Kind, f.Message)
		}
	})
	t.Run("no right button on a phone", func(t *testing.T) {
		t.Parallel()
		s := openAs(t, b, journey.Journey{Site: site(server)}, journey.Visit{Device: journey.Devices()[3]})
		mustStep(t, s, step(do(openURL("/"))))
		f := failStep(t, s, step(do(clickWith(css("#pad"), func(a *journey.Action) { a.Button = "right" }))))
		if f.Kind != journey.KindTarget || !strings.Contains(f.Message, "no right button") {
			t.Errorf("got %s %q", f.Kind, f.Message)
		}
	})
}

// TestDoubleClickWait: the wait begins with the last of several presses.
func TestDoubleClickWait(t *testing.T) {
	server := pages(t, map[string]string{"/": `<button>Open</button><script>let n=0;
		document.querySelector('button').addEventListener('mouseup',()=>{if(++n===2)setTimeout(()=>{document.body.append('opened')},400)})</script>`})
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/"))))
	m := mustStep(t, s, step(do(clickWith(plain("Open"), func(a *journey.Action) { a.Count = 2 })), sees("opened")))
	if m.Wait < 390*time.Millisecond || m.Wait > 4*time.Second {
		t.Errorf("wait: got %v, want 400 ms and the frame", m.Wait)
	}
}
