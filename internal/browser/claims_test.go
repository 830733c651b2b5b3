package browser

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// claim is an expectation as the browser package hands it to the page.
type claim map[string]any

// judged is the page's verdict on a claim.
type judged struct {
	Holds   bool     `json:"holds"`
	Actual  string   `json:"actual"`
	Kind    string   `json:"kind"`
	Matches []string `json:"matches"`
	Part    bool     `json:"part"`
}

func judge(t *testing.T, eval evaluate, c claim) judged {
	t.Helper()
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var got judged
	eval(t, fmt.Sprintf("samui.claims.judge(%s)", data), &got)
	return got
}

// pattern gives a claim's `matches`.
func pattern(t *testing.T, expr string) map[string]string {
	t.Helper()
	source, flags, err := jsPattern(expr)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"source": source, "flags": flags}
}

func TestClaims(t *testing.T) {
	tab := newFinderTab(t)
	cart := by("testid", "cart")
	for _, c := range []struct {
		name, html string
		claim      claim
		want       judged
	}{
		{"text on the page", `<h1>New arrivals</h1>`, claim{"claim": "text", "op": "contains", "text": "New arr"}, judged{Holds: true}},
		{"text across blocks", `<p>3</p><p>results</p>`, claim{"claim": "text", "text": "3 results"}, judged{Holds: true}},
		{"text that isn't there, and what comes near", `<p>2 results</p><p>Sort</p>`, claim{"claim": "text", "text": "3 results"}, judged{Actual: "2 results"}},
		{"hidden text", `<p hidden>Thanks</p>`, claim{"claim": "text", "text": "Thanks"}, judged{}},
		{"transparent text", `<div style="opacity:0"><p>Thanks</p></div>`, claim{"claim": "text", "text": "Thanks"}, judged{}},
		{"text cut off to nothing", `<div style="max-height:0;overflow:hidden"><p>Thanks</p></div>`, claim{"claim": "text", "text": "Thanks"}, judged{}},
		{"collapsed sidebar", `<nav style="width:0;height:90px;overflow:hidden"><p>Thanks</p></nav>`, claim{"claim": "text", "text": "Thanks"}, judged{}},
		{"text for screen readers is no part of it", `<p>Total <span style="position:absolute;width:1px;height:1px;overflow:hidden">is</span> 12</p>`, claim{"claim": "text", "text": "Total 12"}, judged{Holds: true}},
		{"text drawn in capitals", `<p style="text-transform:uppercase">Thanks</p>`, claim{"claim": "text", "text": "THANKS"}, judged{Holds: true}},
		{"text written under capitals", `<p style="text-transform:uppercase">Thanks</p>`, claim{"claim": "text", "text": "Thanks"}, judged{Holds: true}},
		{"typed text is not the page's", `<input value="Thanks"><textarea>Thanks</textarea>`, claim{"claim": "text", "text": "Thanks"}, judged{}},
		{"text in a shadow root", `<my-card><template shadowrootmode=open><p>Thanks <slot></slot></p></template><b>a lot</b></my-card>`, claim{"claim": "text", "text": "Thanks a lot"}, judged{Holds: true}},
		{"Hebrew text with marks", "<p>\u200fסה״כ\u00a0לתשלום</p>", claim{"claim": "text", "text": `סה"כ לתשלום`}, judged{Holds: true}},
		{"text matches", `<p>Order #123456 received</p>`, claim{"claim": "text", "op": "matches", "pattern": pattern(t, `Order #\d{6}`)}, judged{Holds: true}},
		{"text matches a typographic quote", `<p>סה״כ 12</p>`, claim{"claim": "text", "op": "matches", "pattern": pattern(t, `סה״כ \d+`)}, judged{Holds: true}},
		{"no_text", `<p>Welcome</p>`, claim{"claim": "no_text", "text": "Error"}, judged{Holds: true}},
		{"no_text that is there", `<p>An Error occurred</p>`, claim{"claim": "no_text", "text": "Error"}, judged{Actual: "An Error occurred"}},
		{"no_text in what isn't there", ``, claim{"claim": "no_text", "text": "Error", "target": cart}, judged{Holds: true}},

		{"checked", `<label><input type=checkbox checked>Wrap</label>`, claim{"claim": "checked", "target": by("label", "Wrap")}, judged{Holds: true}},
		{"not checked", `<label><input type=checkbox>Wrap</label>`, claim{"claim": "checked", "target": by("label", "Wrap")}, judged{Actual: "unchecked"}},
		{"unchecked", `<div role=switch aria-checked=false>Wrap</div>`, claim{"claim": "unchecked", "target": by("text", "Wrap")}, judged{Holds: true}},
		{"half checked is neither", `<div role=checkbox aria-checked=mixed>Wrap</div>`, claim{"claim": "unchecked", "target": by("text", "Wrap")}, judged{Actual: "mixed"}},
		{"half checked by script", `<label><input type=checkbox>Wrap</label><script>document.querySelector('input').indeterminate=true</script>`, claim{"claim": "unchecked", "target": by("css", "input")}, judged{Holds: false, Actual: "mixed"}},
		{"what can't be checked", `<i data-testid=cart>1</i>`, claim{"claim": "unchecked", "target": cart}, judged{Actual: "neither a checkbox nor a radio button"}},
		{"checked that isn't there", ``, claim{"claim": "unchecked", "target": cart}, judged{Kind: "target"}},

		{"attribute", `<a href="/cart" data-testid=cart>x</a>`, claim{"claim": "attribute", "op": "is", "name": "href", "text": "/cart", "target": cart}, judged{Holds: true}},
		{"attribute as it is meant", `<a href="/cart" data-testid=cart>x</a>`, claim{"claim": "attribute", "op": "matches", "name": "href", "pattern": pattern(t, `^(about|http).*cart$|^/cart$`), "target": cart}, judged{Holds: true}},
		{"another attribute", `<a href="/cart" data-testid=cart>x</a>`, claim{"claim": "attribute", "op": "contains", "name": "href", "text": "pay", "target": cart}, judged{Actual: "/cart"}},
		{"attribute that is empty", `<a hidden data-testid=cart>x</a>`, claim{"claim": "attribute", "op": "is", "name": "hidden", "text": "", "target": cart}, judged{Holds: true}},
		{"no attribute", `<a data-testid=cart>x</a>`, claim{"claim": "attribute", "op": "is", "name": "href", "text": "", "target": cart}, judged{Actual: "no href"}},

		{"text in a target", `<i data-testid=cart>1</i>`, claim{"claim": "text", "op": "is", "text": "1", "target": cart}, judged{Holds: true}},
		{"another text in a target", `<i data-testid=cart>2 items</i>`, claim{"claim": "text", "op": "is", "text": "1", "target": cart}, judged{Actual: "2 items"}},
		{"target missing", ``, claim{"claim": "text", "op": "is", "text": "1", "target": cart}, judged{Kind: "target"}},
		{
			"several targets", `<i data-testid=cart>1</i><i data-testid=cart>1</i>`,
			claim{"claim": "text", "op": "is", "text": "1", "target": cart},
			judged{Kind: "target", Actual: "2 elements match", Matches: []string{`{testid: cart, nth: 1}`, `{testid: cart, nth: 2}`}},
		},
		{"the visible one of several", `<i data-testid=cart hidden>0</i><i data-testid=cart>1</i>`, claim{"claim": "text", "op": "is", "text": "1", "target": cart}, judged{Holds: true}},
		{"a target in part", `<p>Order total</p>`, claim{"claim": "text", "op": "contains", "text": "total", "target": plainText("Order")}, judged{Holds: true, Part: true}},

		{"visible", `<i data-testid=cart>1</i>`, claim{"claim": "visible", "target": cart}, judged{Holds: true}},
		{"visible, one of several", `<i data-testid=cart hidden>1</i><i data-testid=cart>1</i><i data-testid=cart>1</i>`, claim{"claim": "visible", "target": cart}, judged{Holds: true}},
		{"visible but hidden", `<i data-testid=cart hidden>1</i>`, claim{"claim": "visible", "target": cart}, judged{Actual: "hidden"}},
		{"visible but absent", ``, claim{"claim": "visible", "target": cart}, judged{Kind: "target"}},
		{"hidden and absent", ``, claim{"claim": "hidden", "target": cart}, judged{Holds: true}},
		{"hidden", `<i data-testid=cart hidden>1</i>`, claim{"claim": "hidden", "target": cart}, judged{Holds: true}},
		{"hidden but one isn't", `<i data-testid=cart hidden>1</i><i data-testid=cart>1</i>`, claim{"claim": "hidden", "target": cart}, judged{Actual: "visible", Matches: []string{`{text: "1"}`}}},

		{"enabled", `<button>Pay</button>`, claim{"claim": "enabled", "target": plainText("Pay")}, judged{Holds: true}},
		{"disabled", `<button disabled>Pay</button>`, claim{"claim": "disabled", "target": plainText("Pay")}, judged{Holds: true}},
		{"disabled by its fieldset", `<fieldset disabled><button>Pay</button></fieldset>`, claim{"claim": "enabled", "target": plainText("Pay")}, judged{Actual: "disabled"}},
		{"disabled by ARIA", `<div role=button aria-disabled=true>Pay</div>`, claim{"claim": "disabled", "target": plainText("Pay")}, judged{Holds: true}},
		{"inert", `<div inert><button>Pay</button></div>`, claim{"claim": "disabled", "target": plainText("Pay")}, judged{Holds: true}},
		{"behind a modal dialog", `<button>Pay</button><dialog id=d>Wait</dialog><script>d.showModal()</script>`, claim{"claim": "disabled", "target": plainText("Pay")}, judged{Holds: true}},
		{"two to be enabled", `<button>Pay</button><button>Pay</button>`, claim{"claim": "enabled", "target": plainText("Pay").with("nth", 2)}, judged{Holds: true}},

		{"title", `<title>My shop</title>`, claim{"claim": "title", "text": "My shop"}, judged{Holds: true}},
		{"title contains", `<title>My shop</title>`, claim{"claim": "title", "op": "contains", "text": "shop"}, judged{Holds: true}},
		{"another title", `<title>My shop</title><form name=title></form>`, claim{"claim": "title", "text": "shop"}, judged{Actual: "My shop"}},

		{"count", `<li>a<li>b<li hidden>c`, claim{"claim": "count", "op": "is", "number": 2, "target": by("css", "li")}, judged{Holds: true}},
		{"count at least", `<li>a<li>b`, claim{"claim": "count", "op": "at_least", "number": 3, "target": role("listitem", "")}, judged{Actual: "2"}},
		{"count of nothing", ``, claim{"claim": "count", "op": "is", "number": 0, "target": cart}, judged{Holds: true}},

		{"value of a field", `<label>Name <input value="Dana "></label>`, claim{"claim": "value", "op": "is", "text": "Dana", "target": by("label", "Name")}, judged{Holds: true}},
		{"value of a drop-down", `<label>Size <select><option value=1>Small<option value=2 selected>Large</select></label>`, claim{"claim": "value", "op": "is", "text": "Large", "target": by("label", "Size")}, judged{Holds: true}},
		{"value of a checkbox", `<label><input type=checkbox checked>News</label>`, claim{"claim": "value", "op": "is", "text": "checked", "target": by("label", "News")}, judged{Holds: true}},
		{"value of an editable", `<div contenteditable aria-label=Note>Hi <b>there</b></div>`, claim{"claim": "value", "op": "is", "text": "Hi there", "target": by("label", "Note")}, judged{Holds: true}},
		{"another value", `<label>Name <input value=Noa></label>`, claim{"claim": "value", "op": "is", "text": "Dana", "target": by("label", "Name")}, judged{Actual: "Noa"}},
		{"password, right", `<label>Code <input type=password value=hunter2></label>`, claim{"claim": "value", "op": "is", "text": "hunter2", "target": by("label", "Code")}, judged{Holds: true}},
		{"password, wrong", `<label>Code <input type=password value=hunter2></label>`, claim{"claim": "value", "op": "is", "text": "x", "target": by("label", "Code")}, judged{}},
		{"card number", `<label>Card <input autocomplete=cc-number value=4111></label>`, claim{"claim": "value", "op": "is", "text": "x", "target": by("label", "Card")}, judged{}},

		{"number", `<i data-testid=cart>₪ 1,234.50</i>`, claim{"claim": "number", "op": "is", "number": 1234.5, "target": cart}, judged{Holds: true}},
		{"number, too small", `<i data-testid=cart>3</i>`, claim{"claim": "number", "op": "above", "number": 3, "target": cart}, judged{Actual: "3"}},
		{"number at most", `<i data-testid=cart>0.3</i>`, claim{"claim": "number", "op": "at_most", "number": 0.1 + 0.2, "target": cart}, judged{Holds: true}},
		{"is a number", `<i data-testid=cart>(3)</i>`, claim{"claim": "number", "target": cart}, judged{Holds: true}},
		{"is no number", `<i data-testid=cart>none</i>`, claim{"claim": "number", "target": cart}, judged{Actual: "none"}},
		{"two numbers", `<i data-testid=cart>3 of 5</i>`, claim{"claim": "number", "target": cart}, judged{Actual: "3 of 5"}},
		{"number of the page", `<p>Found 1.234 results</p>`, claim{"claim": "number", "op": "is", "number": 1.234}, judged{Holds: true}},
		{"number in the page's language", `<html lang=de><p>1.234 Treffer</p>`, claim{"claim": "number", "op": "is", "number": 1234}, judged{Holds: true}},
		{"number in a field", `<label>Amount <input type=number value=4></label>`, claim{"claim": "number", "op": "below", "number": 5, "target": by("label", "Amount")}, judged{Holds: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := judge(t, tab.open(t, "/", c.html), c.claim)
			want := c.want
			if want.Kind == "" {
				want.Kind = "expectation"
			}
			if want.Holds { // what is there is of no interest then
				got.Actual, got.Kind = "", want.Kind
			}
			if got.Matches != nil && len(got.Matches) == 0 {
				got.Matches = nil
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%v in %s (-want +got):\n%s", c.claim, c.html, diff)
			}
		})
	}
}

func TestClaimsOfURL(t *testing.T) {
	tab := newFinderTab(t)
	for _, c := range []struct {
		path  string
		claim claim
		want  bool
	}{
		{"/cart?step=2#top", claim{"path": true, "text": "/cart"}, true},
		{"/cart?step=2", claim{"path": true, "text": "cart"}, true},
		{"/cart?step=2", claim{"path": true, "text": "/cart?step=2"}, true},
		{"/cart?step=2", claim{"path": true, "text": "/cart?step=3"}, false},
		{"/cart/", claim{"path": true, "text": "/cart"}, false},
		{"/", claim{"path": true, "text": "/"}, true},
		{"/he/cart", claim{"path": true, "text": "/cart", "base": tab.site.URL + "/he/"}, true},
		{"/%D7%A1%D7%9C", claim{"path": true, "text": "/סל"}, true},
		{"/#/cart", claim{"path": true, "text": "/#/cart"}, true},
		{"/#/cart", claim{"path": true, "text": "/#/help"}, false},
		{"/search?q=shoes", claim{"op": "contains", "text": "q=shoes"}, true},
		{"/search?q=%D7%A0%D7%A2%D7%9C", claim{"op": "contains", "text": "q=נעל"}, true},
		{"/cart", claim{"op": "is", "text": tab.site.URL + "/cart"}, true},
		{"/cart", claim{"op": "is", "text": "/cart"}, false},
		{"/order/123", claim{"op": "matches", "pattern": pattern(t, `/order/\d+$`)}, true},
	} {
		c.claim["claim"] = "url"
		if c.claim["base"] == nil {
			c.claim["base"] = tab.site.URL
		}
		got := judge(t, tab.open(t, c.path, ""), c.claim)
		if got.Holds != c.want {
			t.Errorf("at %s: %v: got %t (%s), want %t", c.path, c.claim, got.Holds, got.Actual, c.want)
		}
	}
}

func TestClaimsActualIsShort(t *testing.T) {
	eval := newFinderTab(t).open(t, "/", `<p data-testid=x>`+strings.Repeat("מילה 😀 ", 200)+`</p>`)
	got := judge(t, eval, claim{"claim": "text", "op": "is", "text": "x", "target": by("testid", "x")})
	if n := len([]rune(got.Actual)); n > 200 || n < 150 {
		t.Errorf("actual has %d characters, want at most 200 and the most of them", n)
	}
}

func TestNumbers(t *testing.T) {
	eval := newFinderTab(t).open(t, "/", "")
	for _, c := range []struct {
		text string
		want string // every number in it
	}{
		{"12", "12"},
		{"0", "0"},
		{"3 results", "3"},
		{"1,234.50", "1234.5"},
		{"1.234,50", "1234.5"},
		{"1 234,50", "1234.5"},
		{"1\u202f234,50 €", "1234.5"},
		{"1'234.50", "1234.5"},
		{"1,234,567", "1234567"},
		{"1.234.567", "1234567"},
		{"12,34,567.50", "1234567.5"},
		{"1,234", "1234"},
		{"1.234", "1.234"},
		{"0,250", "0.25"},
		{"12,5", "12.5"},
		{".5", "0.5"},
		{"₪ 1,234.50", "1234.5"},
		{"1,234.50\u00a0₪", "1234.5"},
		{"US$12", "12"},
		{"USD 12.00", "12"},
		{"12.5%", "12.5"},
		{"-5", "-5"},
		{"\u22125", "-5"},
		{"-$5", "-5"},
		{"$-5", "-5"},
		{"\u200e-12.30 ₪\u200e", "-12.3"},
		{"12.30-", "-12.3"},
		{"12.30- ₪", "-12.3"},
		{"(12.50)", "-12.5"},
		{"($12)", "-12"},
		{"$(12)", "-12"},
		{"(3)", "3"},
		{"Cart (3)", "3"},
		{"Total: ($12.50)", "12.5"},
		{"ל-3", "3"},
		{"Items - 3", "3"},
		{"١٬٢٣٤٫٥", "1234.5"},
		{"۱۲۳", "123"},
		{"۱۲٬۳۴۵ تومان", "12345"},
		{"１２", "12"},
		{"none", ""},
		{"", ""},
		{"3 of 5", "3 5"},
		{"3-5", "3 5"},
		{"10:30", "10 30"},
		{"12.05.2026", "NaN"},
		{"1.2.3", "NaN"},
		{"3 12", "3 12"},
		{"1,2.3,4", "NaN"},
		{"5.", "5"},
		{"Only 2, left", "2"},
	} {
		var got string
		eval(t, fmt.Sprintf("samui.number.read(%s).join(' ')", jsString(c.text)), &got)
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}
