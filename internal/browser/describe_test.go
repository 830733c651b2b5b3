package browser

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

func TestDescribe(t *testing.T) {
	tab := newFinderTab(t)
	for _, c := range []struct{ name, html, want string }{
		{"button", `<button m>Put in basket</button>`, `{role: button, name: Put in basket}`},
		{"one of several", `<button>Add</button><button m>Add</button>`, `{role: button, name: Add, nth: 2}`},
		{"test id where the name isn't alone", `<button>Add</button><button m data-testid=second>Add</button>`, `{testid: second}`},
		{"field by its label", `<label>Search <input m></label>`, `{label: Search}`},
		{"field by its placeholder", `<input m placeholder="Your city">`, `{role: textbox, name: Your city}`},
		{"cell with a test id", `<span m data-testid=cart-count>1</span><p>1</p>`, `{testid: cart-count}`},
		{"plain text", `<div><p m>New arrivals</p><p>Old ones</p></div>`, `{text: New arrivals}`},
		{"quoted where YAML needs it", `<button m>Checkout: your information</button>`, `{role: button, name: "Checkout: your information"}`},
		{"a number stays a text", `<button m>12</button>`, `{role: button, name: "12"}`},
		{"a word of YAML's", `<button m>Yes</button>`, `{role: button, name: "Yes"}`},
		{"what would be a variable", `<button m>Pay ${x}</button>`, `{role: button, name: "Pay $${x}"}`},
		{"Hebrew", `<button m>הוספה לסל</button>`, `{role: button, name: הוספה לסל}`},
		{"Hebrew with gershayim", `<button m>מע״מ</button>`, `{role: button, name: "מע\"מ"}`},
		{"image", `<img m alt="Red shoe" width=9 height=9 src="data:,">`, `{role: img, name: Red shoe}`},
		{"password without its value", `<input m type=password value=hunter2 id=secret>`, `{role: textbox}`},
		{"typed text is no way", `<input m value=hunter2 id=first><input value=b>`, `{css: "#first"}`},
		{"chosen option is no way", `<select m id=size><option>Large</select><select><option>x</select>`, `{css: "#size"}`},
		{"editable without its text", `<div m contenteditable id=note>hunter2</div><textarea></textarea>`, `{css: "#note"}`},
		{"hidden", `<button m hidden data-testid=x>Add</button>`, `{testid: x}`},
		{"nothing to go by", `<div><i></i><i m></i></div>`, `{css: "html > body > div > i:nth-of-type(2)"}`},
		{"in a shadow root", `<my-card><template shadowrootmode=open><button m>Buy</button></template></my-card>`, `{role: button, name: Buy}`},
		{"a name too long to write", `<button m id=long>` + strings.Repeat("word ", 40) + `</button><button>x</button>`, `{css: "#long"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			eval := tab.open(t, "/", c.html)
			var got string
			eval(t, `samui.find.describe(samui.dom.query('[m]')[0])`, &got)
			if got != c.want {
				t.Errorf("element m of %s\n got %s\nwant %s", c.html, got, c.want)
			}
			if strings.Contains(got, "hunter2") {
				t.Errorf("the value of a field is in %s", got)
			}
			checkPasted(t, eval, got)
		})
	}
}

// checkPasted reads a description as a journey's target would be read, and
// finds the element by it.
func checkPasted(t *testing.T, eval evaluate, description string) {
	t.Helper()
	var keys map[string]string
	if err := yaml.Unmarshal([]byte(description), &keys); err != nil {
		t.Fatalf("%s is no YAML: %v", description, err)
	}
	x := target{}
	for key, value := range keys {
		value = strings.ReplaceAll(value, "$${", "${")
		switch key {
		case "name":
			x["name"] = value
		case "nth":
			x["nth"] = json.Number(value)
		default:
			x["by"], x["value"] = key, value
		}
	}
	var found bool
	eval(t, fmt.Sprintf(`(({elements, part}) => !part && elements.length === 1 && elements[0].hasAttribute('m'))(samui.find.all(%s))`, x.js()), &found)
	if !found {
		t.Errorf("%s doesn't find the element that it describes", description)
	}
}

func TestNearest(t *testing.T) {
	tab := newFinderTab(t)
	shop := `<header><nav><a href=/>Home</a><a href=/cart>Cart</a><a href=/help>Add a review</a><button>Menu</button></nav></header>
		<main><h1>Red shoe</h1><form><label>Size <select><option>40</select></label><button>Put in basket</button></form></main>
		<footer><a href=/terms>Terms</a><button>Subscribe</button></footer>`
	for _, c := range []struct {
		name, html string
		target     target
		want       []string // the first ones
	}{
		{
			"a word was changed", `<nav><a href=#>Cart</a></nav><button>Add to basket</button><button>Share</button>`, role("button", "Add to cart"),
			[]string{`{role: button, name: Add to basket}`},
		},
		{"nothing shared: the form's button", shop, role("button", "Add to cart"), []string{`{role: button, name: Put in basket}`}},
		{"nothing shared, plain string", shop, plainText("Buy now"), []string{`{role: button, name: Put in basket}`}},
		{
			"a word shared with a link of the page's foot", `<main><form><input><button>Place order</button></form></main><footer><a href=/t>Complete terms</a></footer>`, role("button", "Complete purchase"),
			[]string{`{role: button, name: Place order}`},
		},
		{"case", `<button>Log out</button><button>log in</button>`, plainText("Log In"), []string{`{role: button, name: log in}`}},
		{"typo", `<a href=#>Checkout</a><a href=#>Contact</a>`, plainText("Chekcout"), []string{`{role: link, name: Checkout}`}},
		{"another role", `<a href=#>Add to cart</a><button>Share</button>`, role("button", "Add to cart"), []string{`{role: link, name: Add to cart}`}},
		{"Hebrew, another form of the word", `<nav><a href=#>צור קשר</a></nav><main><button>הוספה לסל</button><button>שיתוף</button></main>`, plainText("הוסף לסל"), []string{`{role: button, name: הוספה לסל}`}},
		{"label", `<label>E-mail address<input></label><label>Phone<input></label>`, by("label", "Email"), []string{`{label: E-mail address}`}},
		{"test id", `<i data-testid=cart-total>1</i><i data-testid=menu>2</i>`, by("testid", "cart-count"), []string{`{testid: cart-total}`}},
		{"nth beyond the last", `<button>Add</button><button>Add</button>`, plainText("Add").with("nth", 3), []string{`{role: button, name: Add, nth: 1}`, `{role: button, name: Add, nth: 2}`}},
		{"another place", `<section id=a></section><button>Buy</button>`, plainText("Buy").with("within", by("css", "#a")), []string{`{role: button, name: Buy}`}},
		{"within is what is missing", `<i data-testid=basket><button>Buy</button></i>`, plainText("Buy").with("within", by("testid", "baskets")), []string{`{testid: basket}`}},
		{"text", `<p id=x>2 results</p><p>Nothing else</p>`, by("text", "3 results"), []string{`{text: "2 results"}`}},
		{"selector", `<button id=add-button>Buy</button><i id=zzz>x</i>`, by("css", "#add-btn"), []string{`{role: button, name: Buy}`}},
		{"empty page", ``, role("button", "Buy"), []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			eval := tab.open(t, "/", c.html)
			var got []string
			eval(t, fmt.Sprintf(`samui.find.nearest(%s, 5)`, c.target.js()), &got)
			if diff := cmp.Diff(c.want, got[:min(len(got), len(c.want))]); diff != "" {
				t.Errorf("nearest to %s in %s (-want +got):\n%s(all: %q)", c.target.js(), c.html, diff, got)
			}
		})
	}
}
