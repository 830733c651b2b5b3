package browser_test

import (
	"testing"
	"time"

	"samui/internal/journey"
)

// TestPopupWritten: a window that is opened empty is judged when its opener has
// written it, and used like any other.
func TestPopupWritten(t *testing.T) {
	const inside = `<title>Receipt</title><h1>Receipt</h1><button onclick="document.body.append('Printed')">Print</button>`
	b := newBrowser(t)
	for name, script := range map[string]string{
		"at once":           `const w = window.open(''); w.document.write(inside); w.document.close()`,
		"never closed":      `const w = window.open(''); w.document.write(inside)`,
		"opened anew":       `const w = window.open('', 'w', 'width=300,height=200'); w.document.open(); w.document.write(inside); w.document.close()`,
		"later":             `const w = window.open('about:blank'); setTimeout(() => { w.document.write(inside); w.document.close() }, 300)`,
		"after an answer":   `const w = window.open(); fetch('/').then(() => { w.document.body.innerHTML = inside })`,
		"went on to a page": `const w = window.open(''); w.document.write('Please wait'); setTimeout(() => { w.location = '/inside' }, 300)`,
		"from a blob":       `window.open(URL.createObjectURL(new Blob([inside], {type: 'text/html'})))`,
	} {
		t.Run(name, func(t *testing.T) {
			server := pages(t, map[string]string{
				"/":       `<h1>Shop</h1><button>Go</button><script>const inside = ` + "`" + inside + "`" + `; document.querySelector('button').onclick = () => { ` + script + ` }</script>`,
				"/inside": inside,
			})
			s := open(t, b, site(server))
			mustStep(t, s, step(do(openURL("/")), sees("Shop")))
			def := step(do(click("Go")), sees("Receipt"))
			def.Timeout = 5 * time.Second
			m := mustStep(t, s, def)
			if m.Page.Navigation != journey.NavigationHard || m.Wait <= 0 || m.Wait > 5*time.Second {
				t.Errorf("navigation %q, wait %s", m.Page.Navigation, m.Wait)
			}
			def = step(do(click("Prin")), sees("Printed"))
			def.Timeout = 5 * time.Second
			mustStep(t, s, def)
		})
	}
}

// TestWrittenAnew: a page that throws its document away with document.open goes
// on to be judged, from the input on.
func TestWrittenAnew(t *testing.T) {
	const inside = `<h1>Anew</h1><button onclick="const from = Date.now(); while (Date.now() < from + 300); document.body.append('Printed')">Print</button>`
	const write = `<script>const inside = ` + "`" + inside + "`" + `; const anew = (doc) => { doc.open(); doc.write(inside); doc.close() }</script>`
	server := pages(t, map[string]string{
		"/":      write + `<h1>Shop</h1><button onclick="anew(document)">Go</button>`,
		"/frame": write + `<h1>Frame</h1><button onclick="anew(document.querySelector('iframe').contentDocument)">Go</button><iframe title=Inner srcdoc="<h1>Before</h1>"></iframe>`,
	})
	s := open(t, newBrowser(t), site(server))
	mustStep(t, s, step(do(openURL("/")), sees("Shop")))
	mustStep(t, s, step(do(click("Go")), sees("Anew")))
	if m := mustStep(t, s, step(do(click("Print")), sees("Printed"))); m.Wait < 300*time.Millisecond {
		t.Errorf("the wait is %s, of which the page took 300 ms alone", m.Wait)
	}
	inner := func(text string) journey.Expectation {
		e := sees(text)
		e.Target = &journey.Target{By: journey.ByCSS, Value: journey.Plain("body"), Frame: &journey.Target{By: journey.ByCSS, Value: journey.Plain("iframe")}}
		return e
	}
	print := click("Print")
	print.Target.Frame = &journey.Target{By: journey.ByCSS, Value: journey.Plain("iframe")}
	mustStep(t, s, step(do(openURL("/frame")), inner("Before")))
	mustStep(t, s, step(do(click("Go")), inner("Anew")))
	if m := mustStep(t, s, step(do(print), inner("Printed"))); m.Wait < 300*time.Millisecond {
		t.Errorf("in a frame the wait is %s, of which the page took 300 ms alone", m.Wait)
	}
}
