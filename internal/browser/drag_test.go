package browser_test

import (
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

// lists are two lists between which cards are dragged: by the browser's own
// drag and drop, or by following the pointer.
const lists = `<style>body>div{display:inline-block;width:200px;height:120px;margin:20px;background:#eee;vertical-align:top;touch-action:none}</style>
<div id=open><b draggable=true>Card</b> <i>Piece</i></div><div id=done>Done</div><div id=picky>Picky</div><p></p><script>
const say=s=>{document.querySelector('p').textContent+=s+' '};
const card=document.querySelector('b'),piece=document.querySelector('i'),done=document.getElementById('done');
card.addEventListener('dragstart',e=>e.dataTransfer.setData('text/plain','the card'));
card.addEventListener('dragend',e=>say('ended-'+e.dataTransfer.dropEffect));
done.addEventListener('dragover',e=>e.preventDefault());
done.addEventListener('drop',e=>{e.preventDefault();say((e.isTrusted?'':'FAKE ')+'dropped '+e.dataTransfer.getData('text/plain'))});
let from=null,moves=0;
piece.addEventListener('pointerdown',e=>{from=e;moves=0;piece.setPointerCapture(e.pointerId)});
piece.addEventListener('pointermove',e=>{if(from)moves++});
piece.addEventListener('pointerup',e=>{const at=document.elementFromPoint(e.clientX,e.clientY);
  say('moved '+Math.round(e.clientX-from.clientX)+','+Math.round(e.clientY-from.clientY)+' over '+(at?at.id:'nothing')+(moves>5?' slowly':''));from=null});
</script>`

func dragTo(target, to *journey.Target) journey.Action {
	a := on(journey.Drag, target)
	a.To = to
	return a
}

func dragBy(target *journey.Target, x, y float64) journey.Action {
	a := on(journey.Drag, target)
	a.By = &journey.Point{X: x, Y: y}
	return a
}

// TestDrag: what is dragged arrives, whichever way the page has it dragged.
func TestDrag(t *testing.T) {
	server := pages(t, map[string]string{"/": lists})
	b := newBrowser(t)
	for _, c := range []struct {
		name   string
		device int
		do     []journey.Action
		want   string
	}{
		{"the browser's own", 0, do(dragTo(plain("Card"), css("#done"))), "dropped the card ended-"},
		{"where it isn't taken", 0, do(dragTo(plain("Card"), css("#picky"))), "ended-none"},
		{"by the pointer", 0, do(dragTo(plain("Piece"), css("#done"))), "over done slowly"},
		{"so far", 0, do(dragBy(plain("Piece"), 50, -10)), "moved 50,-10"},
		{"by a finger", 3, do(dragBy(plain("Piece"), 50, 20)), "moved 50,20"},
		{"one after the other", 0, do(dragTo(plain("Card"), css("#done")), dragTo(plain("Piece"), css("#picky"))), "over picky slowly"},
		{"and a click after it", 0, do(dragTo(plain("Card"), css("#done")), click("Done"), dragBy(plain("Piece"), 5, 5)), "moved 5,5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := openAs(t, b, journey.Journey{Site: site(server)}, journey.Visit{Device: journey.Devices()[c.device]})
			mustStep(t, s, step(do(openURL("/"))))
			def := step(c.do, sees(c.want))
			def.Timeout = 20 * time.Second
			mustStep(t, s, def)
		})
	}
	t.Run("to what isn't there", func(t *testing.T) {
		t.Parallel()
		s := open(t, b, site(server))
		mustStep(t, s, step(do(openURL("/"))))
		def := step(do(dragTo(plain("Card"), plain("Nowhere"))))
		def.Timeout = 3 * time.Second
		if f := failStep(t, s, def); f.Kind != journey.KindTarget || !strings.Contains(f.Message, `can't drag "Nowhere": nothing on the page matches`) {
			t.Errorf("got %s %q", f.Kind, f.Message)
		}
	})
}
