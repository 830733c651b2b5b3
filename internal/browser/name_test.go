package browser

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// TestNameIsWhatTheBrowserSays compares the accessible name of every element
// marked m with the one that Chrome itself gives to screen readers.
func TestNameIsWhatTheBrowserSays(t *testing.T) {
	tab := newFinderTab(t)
	for _, html := range []string{
		`<button m>Buy <b>now</b></button>`,
		`<button m aria-label="Close">x</button>`,
		`<button m><img alt="Search" src="data:,"></button>`,
		`<button m title="More">…</button>`,
		`<button m title="More"></button>`,
		`<button m><svg width=9 height=9><title>Basket</title></svg></button>`,
		`<button m><i aria-hidden=true>icon</i> Send</button>`,
		`<button m>Send<span hidden> all</span><span style="visibility:hidden"> of it</span></button>`,
		`<button m>Send<span style="position:absolute;width:1px;height:1px;overflow:hidden"> all</span></button>`,
		`<button m><span>Add</span><span>to</span></button>`,
		`<button m><div>Add</div><div>to</div></button>`,
		`<button m>Add<br>to</button>`,
		`<span id=a>Delete</span><span id=b>file</span><button m aria-labelledby="a b">x</button>`,
		`<span id=a hidden>Delete <b>it</b></span><button m aria-labelledby=a>x</button>`,
		`<button id=a m aria-label=Delete aria-labelledby="a b">x</button><i id=b>file</i>`,
		`<span id=a aria-labelledby=b>Delete</span><span id=b>file</span><button m aria-labelledby=a></button>`,
		`<a m href=#><h3>Red shoe</h3><p>50</p></a>`,
		`<a m href=#><img src="data:," alt=""></a>`,
		`<label>Name <input m></label>`,
		`<label for=x>Name</label><label for=x>(first)</label><input m id=x>`,
		`<label for=x><b>Name</b> <i>*</i></label><input m id=x placeholder=Dana>`,
		`<input m placeholder="Your city">`,
		`<input m placeholder="Your city" title="City">`,
		`<input m type=submit>`, `<input m type=submit value=Go>`, `<input m type=reset>`, `<input m type=button value=Do>`, `<input m type=image alt=Find src="data:,">`,
		`<label><input m type=checkbox> I agree to <a href=#>the terms</a></label>`,
		`<label>Size <select m><option>Small<option>Large</select></label>`,
		`<fieldset m><legend>Payment</legend></fieldset>`,
		`<table m><caption>Prices</caption><tr><td>1</table>`,
		`<img m alt="Red shoe" src="data:,">`, `<img m title="Red shoe" src="data:,">`,
		`<h2 m>New <em>arrivals</em></h2>`,
		`<nav m aria-label="Main menu"><a href=#>x</a></nav>`,
		`<dialog m open aria-labelledby=h><h2 id=h>Sign in</h2></dialog>`,
		`<div m role=checkbox aria-checked=true tabindex=0>News</div>`,
		`<div m role=tab tabindex=0><span>First</span></div>`,
		`<div m role=textbox contenteditable aria-label=Note>hello</div>`,
		`<my-button><template shadowrootmode=open><button><slot></slot></button></template><span>Buy</span></my-button><button m>Buy</button>`,
		`<details><summary m>More</summary>text</details>`,
		`<div role=list><div m role=listitem aria-label=One>x</div></div>`,
		`<button m aria-label="  ">Buy</button>`,
		`<button m>קנה <b>עכשיו</b></button>`,
	} {
		eval := tab.open(t, "/", html)
		var got string
		eval(t, `samui.find.name(samui.dom.query('[m]')[0])`, &got)
		if want := strings.TrimSpace(browsersName(t, tab)); got != want {
			t.Errorf("%s\n got %q\nwant %q", html, got, want)
		}
	}
}

func browsersName(t *testing.T, tab *finderTab) string {
	t.Helper()
	name, err := chromedp.Run(tab.ctx, func(ctx context.Context, target *chromedp.Target) (string, error) {
		found, err := cdp.Call(ctx, target, runtime.Evaluate, runtime.EvaluateParams{Expression: `document.querySelector('[m]')`})
		if err != nil {
			return "", err
		}
		fetch := false
		tree, err := cdp.Call(ctx, target, accessibility.GetPartialAXTree, accessibility.GetPartialAXTreeParams{ObjectID: found.Result.ObjectID, FetchRelatives: &fetch})
		if err != nil || len(tree.Nodes) == 0 || tree.Nodes[0].Name == nil {
			return "", err
		}
		var name string
		return name, json.Unmarshal(tree.Nodes[0].Name.Value, &name)
	})
	if err != nil {
		t.Fatalf("asking the browser for the name: %v", err)
	}
	return name
}
